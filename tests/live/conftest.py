# SPDX-License-Identifier: Apache-2.0
"""What tests against a real Keycloak share: realms made for one module."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

import pytest

from support.realms import LiveRealm, realm

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from keycloak_sdk.testing import KeycloakServer


@pytest.fixture(scope="module")
def make_realm(keycloak_server: KeycloakServer) -> Generator[Callable[..., LiveRealm]]:
    """Return a function that makes a realm of what `support.realms.realm` takes; it lasts for the module."""
    with contextlib.ExitStack() as made:

        def make(**content: Any) -> LiveRealm:
            representation = realm(**content)
            secrets = {
                item["clientId"]: item["secret"] for item in representation["clients"] if "secret" in item
            }
            name = made.enter_context(keycloak_server.realm(representation))
            return LiveRealm(keycloak_server, name, secrets)

        yield make


@pytest.fixture
def nobody() -> Generator[str]:
    """Yield the URL of a port that is taken and never answers a connection."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
