# SPDX-License-Identifier: Apache-2.0
"""`python -m keycloak_sdk.testing`: a Keycloak until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING

from keycloak_sdk.testing import (
    DEFAULT_FEATURES,
    DEFAULT_VERSION,
    DEMO_REALM,
    KeycloakServer,
    KeycloakServerError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    given = _parser().parse_args(arguments)
    server = KeycloakServer(
        given.realms,
        version=given.version,
        port=given.port,
        features=[feature for feature in given.features.split(",") if feature],
        options=given.options,
        https=given.https,
    )
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs begin with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt), server:
            sys.stdout.write(
                f"{server.url}  administrator: {server.admin_username}/{server.admin_password}\n"
            )
            sys.stdout.flush()
            threading.Event().wait()
    except KeycloakServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m keycloak_sdk.testing", description="Run a Keycloak until Ctrl-C."
    )
    add = parser.add_argument
    add(
        "--realm",
        action="append",
        default=[],
        metavar="FILE",
        dest="realms",
        help="realm to import (repeatable)",
    )
    add("--demo", action="append_const", const=DEMO_REALM, dest="realms", help="import the realm demo")
    add("--version", default=DEFAULT_VERSION, help="Keycloak release (%(default)s)")
    add("--port", type=int, help="port to listen on (a free one)")
    add("--https", action="store_true", help="serve https as well")
    add("--features", default=",".join(DEFAULT_FEATURES), help="features to enable (%(default)s)")
    add("options", nargs="*", help="more options of kc.sh start, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
