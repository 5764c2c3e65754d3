# SPDX-License-Identifier: Apache-2.0
"""Access tokens that a real server has bound to the certificate of its TLS client."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import KeycloakOpenID, KeycloakPostError
from keycloak_sdk.exceptions import TokenBindingError
from keycloak_sdk.testing import DEFAULT_VERSION, KeycloakServer
from support.realms import client, realm, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.live]

BINDS = {"tls.client.certificate.bound.access.tokens": "true"}


@pytest.fixture(scope="module")
def server() -> Generator[KeycloakServer]:
    """Return a server with https, on this machine even where the session's is elsewhere."""
    version = os.environ.get("KEYCLOAK_VERSION", DEFAULT_VERSION)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("KEYCLOAK_URL", raising=False)
        with KeycloakServer(version=version, https=True, progress=None) as made:
            yield made


@pytest.fixture(scope="module")
def realm_name(server: KeycloakServer) -> Generator[str]:
    clients = [client("shop", audience=["shop"], attributes=BINDS), client("free", audience=["shop"])]
    with server.realm(realm(clients=clients, users=[user("ann")])) as name:
        yield name


async def test_a_bound_token_is_taken_with_the_certificate_of_the_client_that_got_it(
    server: KeycloakServer, realm_name: str, both: Both
) -> None:
    certificate, key = server.client_certificate("CN=shop")
    stranger, _ = server.client_certificate("CN=stranger")
    ca = str(server.ca_file)

    def openid(client_id: str, cert: tuple[str, str] | None = None) -> KeycloakOpenID:
        secret = f"{client_id}-secret"
        return KeycloakOpenID(server.https_url, realm_name, client_id, secret, verify=ca, cert=cert)

    shop = both(openid("shop", (str(certificate), str(key))))
    token = (await shop.token("ann", "ann")).access_token
    pem = certificate.read_bytes()
    assert (await shop.decode_access_token(token, certificate=pem)).azp == "shop"
    with refused(TokenBindingError, None, None):
        await shop.decode_access_token(token)
    with refused(TokenBindingError, None, None) as caught:
        await shop.decode_access_token(token, certificate=stranger.read_bytes())
    assert "behind a proxy" in str(caught.value)
    free = (await both(openid("free")).token("ann", "ann")).access_token
    with refused(TokenBindingError, None, None):
        await shop.decode_access_token(free, certificate=pem)
    with refused(KeycloakPostError, "invalid_request", 400):
        await both(openid("shop")).token("ann", "ann")
