# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer` with a real Keycloak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from keycloak_sdk.testing import KeycloakServer

pytestmark = pytest.mark.live


def test_the_session_server_has_the_realms_of_the_ini_file(keycloak_server: KeycloakServer) -> None:
    for realm in ("acme", "acme-rotating", "acme-reuse1"):
        assert httpx.get(f"{keycloak_server.url}/realms/{realm}").json()["realm"] == realm
