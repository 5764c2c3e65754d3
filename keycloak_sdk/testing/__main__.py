# SPDX-License-Identifier: Apache-2.0
"""`python -m keycloak_sdk.testing`: a Keycloak until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from keycloak_sdk.testing import DEFAULT_FEATURES, DEFAULT_VERSION, KeycloakServer, KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m keycloak_sdk.testing", description="Run a Keycloak until Ctrl-C"
    )
    parser.add_argument(
        "--realm",
        action="append",
        default=[],
        metavar="FILE",
        dest="realms",
        help="realm to import; may be repeated",
    )
    parser.add_argument("--version", default=DEFAULT_VERSION, help="Keycloak release (%(default)s)")
    parser.add_argument("--port", type=int, help="port to listen on (a free one)")
    parser.add_argument(
        "--features", default=",".join(DEFAULT_FEATURES), help="features to enable (%(default)s)"
    )
    parser.add_argument("options", nargs="*", help="more options of kc.sh start, after --")
    given = parser.parse_args(arguments)
    server = KeycloakServer(
        given.realms,
        version=given.version,
        port=given.port,
        features=[feature for feature in given.features.split(",") if feature],
        options=given.options,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with server:
            sys.stdout.write(
                f"{server.url}  admin console: {server.admin_username}/{server.admin_password}  end: Ctrl-C\n"
            )
            sys.stdout.flush()
            signal.pause()
    except KeycloakServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
