# SPDX-License-Identifier: Apache-2.0
"""What a realm publishes, and the removed entitlement endpoint."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from keycloak_sdk import KeycloakDeprecationError, KeycloakGetError, KeycloakOpenID, KeycloakRequestError
from support.realms import REDIRECT_URI, client, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

UNKNOWN = "no-such-realm"


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("shop")], users=[user("ann")], keys=["RS256", "ES256", "EdDSA", "RSA-OAEP"]
    )


async def test_well_known_brings_the_realms_endpoints(realm: LiveRealm, both: Both) -> None:
    metadata = await both(realm.openid("shop")).well_known()
    assert metadata.issuer == realm.url
    assert metadata.token_endpoint == f"{realm.url}/protocol/openid-connect/token"
    assert metadata.jwks_uri == f"{realm.url}/protocol/openid-connect/certs"
    assert {"authorization_code", "password", "urn:ietf:params:oauth:grant-type:device_code"} <= set(
        metadata.grant_types_supported or ()
    )


async def test_well_known_keeps_every_member_as_the_server_sent_it(realm: LiveRealm, both: Both) -> None:
    metadata = await both(realm.openid("shop")).well_known()
    async with httpx.AsyncClient() as plain:
        sent = await plain.get(f"{realm.url}/.well-known/openid-configuration")
    assert json.loads(json.dumps(metadata)) == sent.json()


async def test_certs_hold_the_keys_for_signatures_and_for_encryption(realm: LiveRealm, both: Both) -> None:
    keys = (await both(realm.openid("shop")).certs()).keys_
    assert {(key.kty, key.alg, key.use) for key in keys} == {
        ("RSA", "RS256", "sig"),
        ("EC", "ES256", "sig"),
        ("OKP", "EdDSA", "sig"),
        ("RSA", "RSA-OAEP", "enc"),
    }


async def test_public_key_is_the_rs256_key_among_the_certs(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    text = await openid.public_key()
    (jwk,) = [key for key in (await openid.certs())["keys"] if key["alg"] == "RS256"]
    published = load_der_public_key(b64decode(text))
    assert isinstance(published, RSAPublicKey)
    assert published.public_numbers().n == int.from_bytes(urlsafe_b64decode(jwk["n"] + "=="))


@pytest.mark.parametrize("method", ["well_known", "certs", "public_key"])
async def test_a_realm_that_is_unknown_publishes_nothing(realm: LiveRealm, both: Both, method: str) -> None:
    stranger = both(KeycloakOpenID(realm.server.url, UNKNOWN, "shop"))
    with refused(KeycloakGetError, "Realm does not exist", 404) as caught:
        await getattr(stranger, method)()
    assert caught.value.method == "GET"
    assert f"{caught.value.path}/".startswith(f"/realms/{UNKNOWN}/")


@pytest.mark.parametrize("spelling", ["{url}", "{url}/", "{url}//"])
async def test_a_slash_at_the_end_of_the_server_url_makes_no_difference(
    realm: LiveRealm, both: Both, spelling: str
) -> None:
    openid = KeycloakOpenID(spelling.format(url=realm.server.url), realm.name, "shop")
    assert (await both(openid).well_known()).issuer == realm.url


async def test_auth_url_encodes_every_value_for_the_authorization_endpoint(
    realm: LiveRealm, both: Both
) -> None:
    state = "a b&c=d#ü"
    url = await both(realm.openid("shop")).auth_url(
        REDIRECT_URI,
        "openid email",
        state,
        nonce="n+1",
        code_challenge="x-y_z",
        code_challenge_method="S256",
    )
    assert url.startswith(f"{realm.url}/protocol/openid-connect/auth?")
    assert parse_qs(urlsplit(url).query, strict_parsing=True) == {
        "client_id": ["shop"],
        "response_type": ["code"],
        "redirect_uri": [REDIRECT_URI],
        "scope": ["openid email"],
        "state": [state],
        "nonce": ["n+1"],
        "code_challenge": ["x-y_z"],
        "code_challenge_method": ["S256"],
    }


async def test_auth_url_needs_the_metadata_of_the_realm(realm: LiveRealm, both: Both) -> None:
    stranger = both(KeycloakOpenID(realm.server.url, UNKNOWN, "shop"))
    with refused(KeycloakGetError, "Realm does not exist", 404):
        await stranger.auth_url(REDIRECT_URI)


async def test_auth_url_without_a_redirect_uri_is_refused_here(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakRequestError, None, None):
        await both(realm.openid("shop")).auth_url("")


@pytest.mark.parametrize("token", ["of-a-user", "garbage"])
async def test_entitlement_says_that_the_endpoint_is_gone_whatever_the_token(
    realm: LiveRealm, both: Both, token: str
) -> None:
    openid = both(realm.openid("shop"))
    bearer = (await openid.token("ann", "ann")).access_token if token == "of-a-user" else token
    with refused(KeycloakDeprecationError, "HTTP 405 Method Not Allowed", 405, secrets=[bearer]):
        await openid.entitlement(bearer, "shop")


async def test_a_realm_without_an_rs256_key_gets_one_from_the_server(
    make_realm: Callable[..., LiveRealm], both: Both
) -> None:
    openid = both(make_realm(clients=[client("shop")], keys=["ES256"]).openid("shop"))
    await openid.public_key()
    assert {key.alg for key in (await openid.certs()).keys_} == {"ES256", "RS256"}


async def test_a_realm_whose_name_no_url_can_hold_as_it_is_works_like_any_other(
    make_realm: Callable[..., LiveRealm], both: Both
) -> None:
    name = f"Zürich Büro 100% {token_hex(4)}"
    realm = make_realm(name=name, clients=[client("shop", audience=["shop"])], users=[user("ann")])
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    assert (await openid.well_known()).issuer == realm.url
    assert (await openid.decode_token(token.access_token)).iss == realm.url
    assert (await openid.userinfo(token.access_token)).preferred_username == "ann"
    assert (await openid.introspect(token.access_token)).active
