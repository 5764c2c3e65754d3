# SPDX-License-Identifier: Apache-2.0
"""`decode_access_token`, `decode_id_token`, `decode_logout_token`, `verified_userinfo` on a real realm."""

from __future__ import annotations

import json
import time
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from jwcrypto.jwk import JWK

from keycloak_sdk import DPoPProof, TrustedRealms
from keycloak_sdk.exceptions import (
    TokenAcrError,
    TokenAudienceError,
    TokenAuthTimeError,
    TokenBindingError,
    TokenDecryptionError,
    TokenHashError,
    TokenIssuerError,
    TokenKindError,
    TokenMissingClaimError,
    TokenNonceError,
    TokenReplayError,
    TokenRoleError,
    TokenScopeError,
    TokenSubjectError,
    TokenUnknownKeyError,
)
from support.browser_login import Browser
from support.kinds import proof_jwt
from support.loopback import Loopback, always, answer
from support.realms import REDIRECT_URI, client, user
from support.refusals import refused
from support.tokens import private_key, rsa_key

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from keycloak_oidc_api.models import TokenResponse
    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KEYS = {"RSA": JWK.from_pyca(rsa_key("client")), "EC": JWK.from_pyca(private_key("ES256", "client"))}
ENCRYPTIONS = (
    ("RSA-OAEP", "A128CBC-HS256"),
    ("RSA-OAEP-256", "A256GCM"),
    ("ECDH-ES", "A256CBC-HS512"),
    ("ECDH-ES+A128KW", "A128GCM"),
    ("ECDH-ES+A192KW", "A192CBC-HS384"),
    ("ECDH-ES+A256KW", "A192GCM"),
)


def key_for(algorithm: str) -> JWK:
    """Return the client's private key for a way to encrypt."""
    return KEYS["RSA" if algorithm.startswith("RSA") else "EC"]


def published(algorithm: str) -> dict[str, str]:
    """Return the attributes of a client with its public key."""
    public = json.loads(key_for(algorithm).export_public()) | {"kid": "c1", "use": "enc", "alg": algorithm}
    return {"use.jwks.string": "true", "jwks.string": json.dumps({"keys": [public]})}


def sealing(name: str, kind: str, algorithm: str, content: str, **more: str) -> dict[str, Any]:
    """Return a client that gets its ID tokens (`id.token`) or userinfo (`user.info`) encrypted."""
    ways = {f"{kind}.encrypted.response.alg": algorithm, f"{kind}.encrypted.response.enc": content}
    return client(name, attributes={**ways, **published(algorithm), **more})


def backchannel(url: str) -> dict[str, str]:
    """Return the attributes of a client that wants to be told which session has ended."""
    return {
        "backchannel.logout.url": f"{url}/logged-out",
        "backchannel.logout.session.required": "true",
    }


SIGNED_INFO = {"user.info.response.signature.alg": "ES256"}


@pytest.fixture(scope="module")
def endpoint() -> Generator[Loopback]:
    """Return the endpoint that the server tells of logouts."""
    with Loopback(always(answer(200))) as server:
        yield server


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm], endpoint: Loopback) -> LiveRealm:
    return make_realm(
        keys=list(ALGORITHMS),
        clients=[
            client("orders", roles=["reader"]),
            client("shop", audience=["orders"]),
            client("mixed", audience=["mixed"], implicitFlowEnabled=True),
            client("told", attributes=backchannel(endpoint.url)),
            client("bound", audience=["orders"], attributes={"dpop.bound.access.tokens": "true"}),
            client("light", attributes={"client.use.lightweight.access.token.enabled": "true"}),
            client("signed", attributes=SIGNED_INFO),
            sealing("sealed", "user.info", "RSA-OAEP", "A256GCM"),
            sealing("signed-and-sealed", "user.info", "ECDH-ES", "A256GCM", **SIGNED_INFO),
            *(client(f"of-{algorithm}", algorithm=algorithm) for algorithm in ALGORITHMS),
            *(sealing(f"to-{alg}", "id.token", alg, content) for alg, content in ENCRYPTIONS),
        ],
        roles=["clerk"],
        users=[user("ann", roles=["clerk"], client_roles={"orders": ["reader"]}), user("bob")],
        attributes={"acr.loa.map": json.dumps({"silver": 1, "gold": 2})},
    )


@pytest.fixture(scope="module")
def other(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(clients=[client("shop", audience=["orders"])], users=[user("ann")])


async def logged_in(openid: Side, response_type: str = "code", **parameters: Any) -> dict[str, str]:
    """Return what comes back to the redirect URI after ann has logged in."""
    url = await openid.auth_url(REDIRECT_URI, "openid", **parameters)
    with Browser() as browser:
        return browser.log_in(url.replace("type=code", f"type={response_type}"), "ann", "ann")


async def redeemed(openid: Side, **parameters: Any) -> TokenResponse:
    """Return the tokens of ann's login by code."""
    code = (await logged_in(openid, **parameters))["code"]
    token: TokenResponse = await openid.token(
        grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI
    )
    return token


# --- access tokens


async def test_an_api_takes_a_token_with_its_audience_scopes_and_roles(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann", scope="openid phone")
    claims = await both(realm.openid("orders")).decode_access_token(
        token.access_token,
        scopes="phone email",
        realm_roles="clerk",
        client_roles="reader",
        clients=["shop"],
        acr="silver",
    )
    assert (claims.sub, claims.azp) == (realm.id_of_user("ann"), "shop")


async def test_an_api_says_what_a_token_lacks_and_where_to_give_it(realm: LiveRealm, both: Both) -> None:
    api = both(realm.openid("orders"))
    token = (await both(realm.openid("shop")).token("bob", "bob")).access_token
    with refused(TokenScopeError, None, None) as scope:
        await api.decode_access_token(token, scopes="phone")
    assert (scope.value.http_status, scope.value.missing) == (403, ("phone",))
    for roles in ({"realm_roles": "clerk"}, {"client_roles": "reader"}):
        with refused(TokenRoleError, None, None) as role:
            await api.decode_access_token(token, **roles)
        assert "assign it to the user" in str(role.value)
    with refused(TokenAcrError, None, None) as acr:
        await api.decode_access_token(token, acr="gold")
    assert acr.value.challenge.endswith('acr_values="gold"')
    with refused(TokenMissingClaimError, None, None):
        await api.decode_access_token(token, max_age=3600)


async def test_an_api_takes_no_token_that_was_issued_for_others(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("mixed")).token("bob", "bob")
    api = both(realm.openid("orders"))
    with refused(TokenAudienceError, None, None) as caught:
        await api.decode_access_token(token.access_token)
    assert "client scope of client 'mixed'" in str(caught.value)
    with refused(TokenKindError, None, None):
        await api.decode_access_token(token.id_token, audience="mixed")


async def test_a_lightweight_token_lacks_what_an_api_needs(realm: LiveRealm, both: Both) -> None:
    token = (await both(realm.openid("light")).token("ann", "ann")).access_token
    with refused(TokenAudienceError, None, None):
        await both(realm.openid("orders")).decode_access_token(token)


async def test_a_bound_token_is_taken_once_with_each_proof_of_its_key(realm: LiveRealm, both: Both) -> None:
    token = bound_token(realm)
    api = both(realm.openid("orders"))
    with refused(TokenBindingError, None, None):
        await api.decode_access_token(token)
    first = own_proof(token, "GET", "https://orders.example/7")
    claims = await api.decode_access_token(token, proof=first)
    assert (claims.typ, claims.azp) == ("DPoP", "bound")
    with refused(TokenReplayError, None, None):
        await api.decode_access_token(token, proof=first)
    await api.decode_access_token(token, proof=own_proof(token, "GET", "https://orders.example/7"))
    free = (await both(realm.openid("shop")).token("ann", "ann")).access_token
    with refused(TokenBindingError, None, None) as caught:
        await api.decode_access_token(free, proof=own_proof(free, "GET", "https://orders.example/7"))
    assert "Require DPoP bound tokens" in str(caught.value)


def own_proof(token: str, method: str, url: str) -> DPoPProof:
    """Return a fresh proof as it comes with a request."""
    jwt = proof_jwt(token, htm=method, htu=url, iat=int(time.time()), jti=token_hex(16))
    return DPoPProof(jwt=jwt, method=method, url=url)


def bound_token(realm: LiveRealm) -> str:
    """Return an access token that the server has bound to the client's DPoP key."""
    url = f"{realm.url}/protocol/openid-connect/token"
    form = {
        "grant_type": "password",
        "client_id": "bound",
        "client_secret": realm.secrets["bound"],
        "username": "ann",
        "password": "ann",
    }
    proof = proof_jwt("", htm="POST", htu=url, iat=int(time.time()), jti=token_hex(16), ath=...)
    response = httpx.post(url, data=form, headers={"DPoP": proof})
    assert response.json()["token_type"] == "DPoP", response.text
    return str(response.json()["access_token"])


async def test_a_token_goes_to_the_realm_that_it_names(
    realm: LiveRealm, other: LiveRealm, both: Both
) -> None:
    realms = both(TrustedRealms([realm.openid("orders"), other.openid("orders")]))
    for each in (realm, other):
        token = (await both(each.openid("shop")).token("ann", "ann")).access_token
        assert (await realms.decode_access_token(token)).iss == each.url
    alone = both(TrustedRealms([realm.openid("orders")]))
    with refused(TokenIssuerError, None, None):
        await alone.decode_access_token(token)
    with refused(TokenUnknownKeyError, None, None):
        await both(realm.openid("orders")).decode_access_token(token)


# --- ID tokens


async def test_the_id_token_of_a_login_has_its_nonce_hash_level_and_time(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    token = await redeemed(openid, nonce="n-1")
    claims = await openid.decode_id_token(
        token.id_token, nonce="n-1", access_token=token.access_token, max_age=60, acr=["silver", "gold"]
    )
    assert (claims.nonce, claims.aud, claims.azp) == ("n-1", "shop", "shop")
    for error, arguments in (
        (TokenNonceError, {"nonce": "n-2"}),
        (TokenHashError, {"access_token": token.access_token + "x"}),
        (TokenMissingClaimError, {"code": "x"}),
        (TokenAcrError, {"acr": "gold"}),
    ):
        with refused(error, None, None):
            await openid.decode_id_token(token.id_token, **arguments)
    with refused(TokenKindError, None, None):
        await openid.decode_id_token(token.access_token)
    with refused(TokenAudienceError, None, None):
        await both(realm.openid("orders")).decode_id_token(token.id_token)


async def test_a_login_of_long_ago_is_refused_and_a_new_one_asked_for(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await redeemed(openid)
    await anyio.sleep(2)
    assert await openid.decode_id_token(token.id_token, max_age=0)
    with refused(TokenAuthTimeError, None, None) as caught:
        await openid.decode_id_token(token.id_token, max_age=1, leeway=0)
    assert caught.value.challenge.endswith('max_age="1"')


async def test_an_id_token_of_a_refresh_has_no_nonce_and_the_hash_of_the_new_access_token(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.refresh_token((await redeemed(openid, nonce="n-1")).refresh_token)
    assert await openid.decode_id_token(token.id_token, access_token=token.access_token)
    with refused(TokenMissingClaimError, None, None):
        await openid.decode_id_token(token.id_token, nonce="n-1")


async def test_a_hybrid_flow_hashes_code_state_and_access_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("mixed"))
    back = await logged_in(openid, "code%20id_token%20token", state="s-1", nonce="n-1")
    given = {"access_token": back["access_token"], "code": back["code"], "state": back["state"]}
    assert await openid.decode_id_token(back["id_token"], nonce="n-1", **given)
    for name, value in given.items():
        with refused(TokenHashError, None, None, secrets=given.values()):
            await openid.decode_id_token(back["id_token"], **{name: value + "x"})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_the_hash_is_that_of_the_signature(realm: LiveRealm, both: Both, algorithm: str) -> None:
    openid = both(realm.openid(f"of-{algorithm}"))
    token = await openid.token("ann", "ann")
    assert await openid.decode_id_token(token.id_token, access_token=token.access_token)
    with refused(TokenHashError, None, None):
        await openid.decode_id_token(token.id_token, access_token=token.access_token + "x")


async def test_the_hash_is_that_of_curve_448(make_realm: Callable[..., LiveRealm], both: Both) -> None:
    realm = make_realm(keys=["RS256"], clients=[client("ed", algorithm="EdDSA")], users=[user("ann")])
    realm.add_key("EdDSA", curve="Ed448")
    openid = both(realm.openid("ed"))
    token = await openid.token("ann", "ann")
    assert await openid.decode_id_token(token.id_token, access_token=token.access_token)
    with refused(TokenHashError, None, None):
        await openid.decode_id_token(token.id_token, access_token=token.access_token + "x")


@pytest.mark.parametrize("algorithm", [name for name, _ in ENCRYPTIONS])
async def test_an_encrypted_id_token_is_opened_with_the_clients_key(
    realm: LiveRealm, both: Both, algorithm: str
) -> None:
    openid = both(realm.openid(f"to-{algorithm}"))
    token = await openid.token("ann", "ann")
    key = key_for(algorithm)
    claims = await openid.decode_id_token(token.id_token, access_token=token.access_token, decryption_key=key)
    assert claims.preferred_username == "ann"
    with refused(TokenDecryptionError, None, None):
        await openid.decode_id_token(token.id_token)
    with refused(TokenDecryptionError, None, None):
        await openid.decode_id_token(token.id_token, decryption_key=rsa_key("attacker"))


# --- logout tokens


async def test_the_server_tells_an_endpoint_once_which_session_has_ended(
    realm: LiveRealm, both: Both, endpoint: Loopback
) -> None:
    openid = both(realm.openid("told"))
    token = await openid.token("ann", "ann")
    session = (await openid.decode_id_token(token.id_token)).sid
    before = len(endpoint.seen)
    await openid.logout(token.refresh_token)
    endpoint.wait_until(lambda: len(endpoint.seen) > before)
    sent = endpoint.seen[-1]
    assert (sent.method, sent.path) == ("POST", "/logged-out")
    logout_token = dict(httpx.QueryParams(sent.body.decode()))["logout_token"]
    claims = await openid.decode_logout_token(logout_token)
    assert (claims.sid, claims.sub) == (session, realm.id_of_user("ann"))
    with refused(TokenReplayError, None, None):
        await openid.decode_logout_token(logout_token)
    with refused(TokenAudienceError, None, None):
        await both(realm.openid("shop")).decode_logout_token(logout_token)
    for decode in (openid.decode_token, openid.decode_id_token, openid.decode_access_token):
        with refused(TokenKindError, None, None):
            await decode(logout_token)
    with refused(TokenKindError, None, None):
        await openid.decode_logout_token(token.id_token)


# --- userinfo


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("shop", None),
        ("signed", None),
        ("sealed", key_for("RSA-OAEP")),
        ("signed-and-sealed", key_for("ECDH-ES")),
    ],
)
async def test_userinfo_is_verified_in_whatever_form_it_comes(
    realm: LiveRealm, both: Both, name: str, key: JWK | None
) -> None:
    openid = both(realm.openid(name))
    token = (await openid.token("ann", "ann")).access_token
    ann = realm.id_of_user("ann")
    info = await openid.verified_userinfo(token, sub=ann, decryption_key=key)
    assert (info.sub, info.email) == (ann, "ann@example.org")
    with refused(TokenSubjectError, None, None, secrets=[ann]):
        await openid.verified_userinfo(token, sub=realm.id_of_user("bob"), decryption_key=key)
    wrong = key_for("RSA-OAEP") if key is None else None
    with refused(TokenDecryptionError, None, None):
        await openid.verified_userinfo(token, sub=ann, decryption_key=wrong)
