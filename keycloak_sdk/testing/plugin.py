# SPDX-License-Identifier: Apache-2.0
"""pytest plugin: the fixture `keycloak_server`, one real Keycloak for the whole session.

Settings in the ini file: `keycloak_realms` (paths of realm files, relative to it), `keycloak_version` (the
environment's `KEYCLOAK_VERSION` goes first), `keycloak_options` (more options of `kc.sh start`) and
`keycloak_https` (whether to serve https as well).
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from keycloak_sdk.testing import KeycloakServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings of the ini file."""
    parser.addini("keycloak_realms", "Realm files that the fixture keycloak_server begins with", type="paths")
    parser.addini("keycloak_version", "Keycloak release that the fixture keycloak_server runs", default="")
    parser.addini("keycloak_options", "More options of kc.sh start, one a line", type="linelist")
    parser.addini(
        "keycloak_https", "Whether the fixture keycloak_server has https", type="bool", default=False
    )


@pytest.fixture(scope="session")
def keycloak_server(pytestconfig: pytest.Config) -> Generator[KeycloakServer]:
    """A running Keycloak with the realms of the ini setting `keycloak_realms`; ended after the session."""
    # Every pytest run with this package installed loads this module: what is heavy waits until it is needed.
    from keycloak_sdk.testing import DEFAULT_VERSION, KeycloakServer, KeycloakServerError  # noqa: PLC0415
    from keycloak_sdk.testing._progress import to_stderr  # noqa: PLC0415

    capture: Any = pytestconfig.pluginmanager.getplugin("capturemanager")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            to_stderr(line)

    server = KeycloakServer(
        realms=pytestconfig.getini("keycloak_realms"),
        version=os.environ.get("KEYCLOAK_VERSION")
        or pytestconfig.getini("keycloak_version")
        or DEFAULT_VERSION,
        options=pytestconfig.getini("keycloak_options"),
        https=pytestconfig.getini("keycloak_https"),
        progress=show,
    )
    try:
        server.start()
    except KeycloakServerError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        yield server
    finally:
        server.stop()
