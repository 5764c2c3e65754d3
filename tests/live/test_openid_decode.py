# SPDX-License-Identifier: Apache-2.0
"""`decode_token`: tokens of a real realm, verified with its published keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWTExpired

from keycloak_sdk import KeycloakGetError, KeycloakOpenID
from keycloak_sdk.exceptions import (
    TokenAlgorithmError,
    TokenAudienceError,
    TokenClaimValueError,
    TokenExpiredError,
    TokenIssuerError,
    TokenMalformedError,
    TokenSignatureError,
    TokenUnknownKeyError,
)
from support.realms import client, user
from support.refusals import refused
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
TOKEN_SECONDS = 2


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        keys=[*ALGORITHMS, "HS256", "RSA-OAEP"],
        clients=[
            client("shop", audience=["shop", "photos"]),
            client("photos"),
            client("brief", token_seconds=TOKEN_SECONDS),
            client("symmetric", algorithm="HS256"),
            client("rfc9068", attributes={"access.token.header.type.rfc9068": "true"}),
            *(client(f"of-{algorithm}", algorithm=algorithm) for algorithm in ALGORITHMS),
        ],
        users=[user("ann")],
    )


@pytest.fixture
def rotated(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    """Return a realm whose keys the test may change."""
    return make_realm(clients=[client("shop"), client("eddsa", algorithm="EdDSA")], users=[user("ann")])


@pytest.fixture(scope="module")
def other(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(clients=[client("shop")], users=[user("ann")])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_access_and_id_tokens_of_every_algorithm_verify(
    realm: LiveRealm, both: Both, algorithm: str
) -> None:
    openid = both(realm.openid(f"of-{algorithm}"))
    token = await openid.token("ann", "ann")
    for text in (token.access_token, token.id_token):
        assert (await openid.decode_token(text, algs=[algorithm])).preferred_username == "ann"


async def test_a_token_signed_on_curve_448_verifies(rotated: LiveRealm, both: Both) -> None:
    rotated.add_key("EdDSA", curve="Ed448")
    openid = both(rotated.openid("eddsa"))
    token = await openid.token("ann", "ann")
    assert [key.crv for key in (await openid.certs()).keys_ if key.alg == "EdDSA"] == ["Ed448"]
    assert (await openid.decode_token(token.access_token)).azp == "eddsa"


async def test_the_claims_are_typed_and_a_dict(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    claims = await openid.decode_token((await openid.token("ann", "ann")).access_token)
    assert (claims.iss, claims.sub, claims.azp) == (realm.url, realm.id_of_user("ann"), "shop")
    assert claims.exp - claims.iat == 300
    assert set(claims["aud"]) >= {"shop", "photos"}
    assert claims["email"] == "ann@example.org"


async def test_a_token_with_the_media_type_of_rfc_9068_verifies(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("rfc9068"))
    assert await openid.decode_token((await openid.token("ann", "ann")).access_token)


async def test_the_realms_keys_are_fetched_once_for_many_tokens(realm: LiveRealm, both: Both) -> None:
    async with watched() as wire:
        openid = both(realm.openid("shop", **wire.options))
        tokens = [(await openid.token("ann", "ann")).access_token for _ in range(3)]
        for token in tokens * 2:
            await openid.decode_token(token)
        assert wire.count("/certs") == 1


async def test_an_expired_token_is_refused_once_the_leeway_is_over(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("brief"))
    token = await openid.token("ann", "ann")
    await anyio.sleep(token.expires_in + 1)
    assert await openid.decode_token(token.access_token)
    with refused(TokenExpiredError, None, None) as caught:
        await openid.decode_token(token.access_token, leeway=0)
    assert isinstance(caught.value, JWTExpired)


async def test_a_refresh_token_is_nothing_that_a_client_can_verify(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    with refused(TokenAlgorithmError, None, None):
        await openid.decode_token((await openid.token("ann", "ann")).refresh_token)


async def test_a_token_signed_with_the_servers_secret_is_refused(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("symmetric"))
    with refused(TokenAlgorithmError, None, None):
        await openid.decode_token((await openid.token("ann", "ann")).access_token)


async def test_the_audience_is_checked_when_it_is_named(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    assert await openid.decode_token(token.access_token, audience="photos")
    with refused(TokenAudienceError, None, None):
        await openid.decode_token(token.access_token, audience="stock")


async def test_claims_are_compared_with_what_the_caller_expects(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = (await openid.token("ann", "ann")).access_token
    assert await openid.decode_token(token, check_claims={"azp": "shop", "scope": "email", "exp": None})
    with refused(TokenClaimValueError, None, None):
        await openid.decode_token(token, check_claims={"azp": "stock"})


async def test_the_key_of_public_key_verifies_without_a_request_for_the_others(
    realm: LiveRealm, both: Both
) -> None:
    async with watched() as wire:
        openid = both(realm.openid("shop", **wire.options))
        token = (await openid.token("ann", "ann")).access_token
        pem = f"-----BEGIN PUBLIC KEY-----\n{await openid.public_key()}\n-----END PUBLIC KEY-----"
        for key in (JWK.from_pem(pem.encode()), pem):
            assert (await openid.decode_token(token, key=key)).azp == "shop"
        assert wire.count("/certs") == 0


async def test_a_token_that_was_changed_is_refused_and_can_only_be_read_unverified(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    header, _, signature = (await openid.token("ann", "ann")).access_token.split(".")
    other = (await openid.token("ann", "ann")).id_token.split(".")[1]
    forged = f"{header}.{other}.{signature}"
    with refused(TokenSignatureError, None, None):
        await openid.decode_token(forged)
    assert (await openid.decode_token(forged, validate=False)).typ == "ID"


@pytest.mark.parametrize("text", ["garbage", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30"])
async def test_what_is_no_token_is_refused(realm: LiveRealm, both: Both, text: str) -> None:
    with refused(TokenMalformedError, None, None) as caught:
        await both(realm.openid("shop")).decode_token(text)
    assert isinstance(caught.value, ValueError)


async def test_the_token_of_another_realm_is_refused(realm: LiveRealm, other: LiveRealm, both: Both) -> None:
    foreign = (await both(other.openid("shop")).token("ann", "ann")).access_token
    with refused(TokenUnknownKeyError, None, None):
        await both(realm.openid("shop")).decode_token(foreign)


async def test_the_issuer_is_the_realm_under_the_name_that_the_client_calls(
    realm: LiveRealm, both: Both
) -> None:
    token = (await both(realm.openid("shop")).token("ann", "ann")).access_token
    elsewhere = realm.server.url.replace("127.0.0.1", "localhost")
    assert elsewhere != realm.server.url
    with refused(TokenIssuerError, None, None):
        await both(KeycloakOpenID(elsewhere, realm.name, "shop")).decode_token(token)
    known = KeycloakOpenID(elsewhere, realm.name, "shop", issuer=realm.url)
    assert (await both(known).decode_token(token)).iss == realm.url


async def test_no_key_can_be_had_from_a_realm_that_is_unknown(realm: LiveRealm, both: Both) -> None:
    token = (await both(realm.openid("shop")).token("ann", "ann")).access_token
    stranger = both(KeycloakOpenID(realm.server.url, "no-such-realm", "shop"))
    with refused(KeycloakGetError, "Realm does not exist", 404):
        await stranger.decode_token(token)


async def test_a_rotation_of_the_realms_keys_costs_one_request_each_and_no_call(
    rotated: LiveRealm, both: Both
) -> None:
    async with watched() as wire:
        openid = both(rotated.openid("shop", **wire.options))
        tokens = [(await openid.token("ann", "ann")).access_token]
        for priority in (200, 300):
            await openid.decode_token(tokens[-1])
            rotated.add_key("RS256", priority=priority)
            tokens.append((await openid.token("ann", "ann")).access_token)
        for token in reversed(tokens):
            assert (await openid.decode_token(token)).azp == "shop"
        assert wire.count("/certs") == 3


async def test_fifty_callers_that_meet_a_new_key_at_once_all_succeed_with_one_request(
    rotated: LiveRealm, both: Both
) -> None:
    async with watched() as wire:
        client_ = rotated.openid("shop", **wire.options)
        openid = both(client_)
        await openid.decode_token((await openid.token("ann", "ann")).access_token)
        rotated.add_key("RS256")
        token = (await openid.token("ann", "ann")).access_token
        decoded: list[str | None] = []

        async def decode() -> None:
            if both.is_async:
                claims = await client_.a_decode_token(token)
            else:
                claims = await anyio.to_thread.run_sync(client_.decode_token, token)
            decoded.append(claims.azp)

        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(decode)
        assert decoded == ["shop"] * 50
        assert wire.count("/certs") == 2


async def test_a_key_that_the_realm_has_withdrawn_verifies_nothing_for_who_comes_later(
    rotated: LiveRealm, both: Both
) -> None:
    token = (await both(rotated.openid("shop")).token("ann", "ann")).access_token
    rotated.add_key("RS256")
    rotated.remove_key("RS256-100")
    with refused(TokenUnknownKeyError, None, None):
        await both(rotated.openid("shop")).decode_token(token)
