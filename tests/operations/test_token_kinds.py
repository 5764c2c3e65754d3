# SPDX-License-Identifier: Apache-2.0
"""Verifying a token as what it must be: whose keys, whose name, and what is used once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jwcrypto import jwe
from jwcrypto.jwk import JWK

from keycloak_sdk import (
    DPoPProof,
    KeycloakConfigurationError,
    KeycloakGetError,
    KeycloakOpenID,
    KeycloakRequestError,
    LocalReplayMemory,
    TrustedRealms,
)
from keycloak_sdk.exceptions import (
    TokenAudienceError,
    TokenBindingError,
    TokenClaimFormatError,
    TokenDecryptionError,
    TokenExpiredError,
    TokenIssuerError,
    TokenMalformedError,
    TokenMissingClaimError,
    TokenProofError,
    TokenReplayError,
    TokenScopeError,
    TokenSubjectError,
    TokenUnknownKeyError,
)
from support.clock import ClockInHand
from support.kinds import (
    URL,
    access_claims,
    certificate,
    id_claims,
    logout_claims,
    proof_jwt,
    thumbprint,
    thumbprint_of,
)
from support.tokens import ISSUER, NOW, header, jwk, private_key, rsa_key, sign
from support.transport import always, serve

if TYPE_CHECKING:
    from support.both import Both
    from support.transport import Answer

pytestmark = pytest.mark.anyio

HERE = "http://kc/realms/acme"
CERTIFICATE = certificate()
OWN = JWK.from_pyca(rsa_key("client"))


def keys(*names: str) -> httpx.Response:
    """Return a key set; a key of another name is another key."""
    return httpx.Response(200, json={"keys": [jwk("RS256", name, kid=name) for name in names]})


def signed(body: dict[str, Any], kid: str = "realm", media_type: str = "JWT") -> str:
    """Return a token of the realm `acme`, signed with the key of that name."""
    head = header(kid=kid, typ=media_type)
    own = body | {"iss": HERE} if body["iss"] == ISSUER else body
    return sign(own, head=head, key=private_key("RS256", kid))


def sealed(content: str) -> str:
    """Return what is encrypted to the client's key."""
    token = jwe.JWE(content, json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT"}))
    token.add_recipient(OWN)
    return str(token.serialize(compact=True))


def client(
    *answers: Answer, client_id: str = "orders", hand: ClockInHand | None = None, **extra: Any
) -> tuple[KeycloakOpenID, list[httpx.Request]]:
    transport, seen = serve(*answers)
    clock = (hand or ClockInHand()).clock
    return KeycloakOpenID("http://kc", "acme", client_id, transport=transport, clock=clock, **extra), seen


# --- access tokens


async def test_an_access_token_is_verified_for_the_client_itself(both: Both) -> None:
    openid, seen = client(keys("realm"))
    claims = await both(openid).decode_access_token(signed(access_claims()), scopes="orders:read")
    assert (claims.azp, claims.scope, claims["sub"]) == ("web", "openid email orders:read", claims.sub)
    with pytest.raises(TokenScopeError):
        await both(openid).decode_access_token(signed(access_claims()), scopes="orders:write")
    with pytest.raises(TokenAudienceError):
        await both(openid).decode_access_token(signed(access_claims()), audience="stock")
    assert len(seen) == 1


async def test_a_rotated_key_is_fetched_when_an_access_token_names_it(both: Both) -> None:
    openid, seen = client(keys("realm"), keys("realm", "newer"))
    await both(openid).decode_access_token(signed(access_claims()))
    await both(openid).decode_access_token(signed(access_claims(), "newer"))
    assert len(seen) == 2


async def test_the_clock_of_the_client_decides_what_has_expired(both: Both) -> None:
    hand = ClockInHand()
    openid, _ = client(keys("realm"), hand=hand)
    good = signed(access_claims())
    await both(openid).decode_access_token(good)
    hand.adjust(361)
    with pytest.raises(TokenExpiredError):
        await both(openid).decode_access_token(good)
    await both(openid).decode_access_token(good, leeway=120)


@pytest.mark.parametrize(
    "arguments",
    [
        {"audience": ""},
        {"audience": [""]},
        {"audience": 7},
        {"audience": {"orders": 1}},
        {"audience": b"orders"},
        {"scopes": None},
        {"scopes": [7]},
        {"scopes": "  "},
        {"realm_roles": [""]},
        {"client_roles": 7},
        {"client_roles": {"": ["reader"]}},
        {"client_roles": {"orders": 7}},
        {"clients": None},
        {"acr": ""},
        {"max_age": -1},
        {"max_age": "60"},
        {"max_age": True},
        {"leeway": None},
    ],
)
async def test_an_expectation_that_can_never_be_met_is_refused_before_anything_is_sent(
    arguments: dict[str, Any], both: Both
) -> None:
    openid, seen = client()
    with pytest.raises(KeycloakRequestError):
        await both(openid).decode_access_token(signed(access_claims()), **arguments)
    assert seen == []


async def test_a_client_without_a_name_has_no_audience(both: Both) -> None:
    openid, _ = client(client_id="")
    for decode in (both(openid).decode_access_token, both(openid).decode_id_token):
        with pytest.raises(KeycloakRequestError):
            await decode(signed(access_claims()))


@pytest.mark.parametrize("form", [str, str.encode], ids=["text", "bytes"])
async def test_a_proof_is_good_once_for_the_threads_and_loops_of_a_client(both: Both, form: Any) -> None:
    openid, _ = client(keys("realm"))
    token = signed(access_claims(cnf={"jkt": thumbprint()}, typ="DPoP"))
    proof = DPoPProof(jwt=proof_jwt(token), method="GET", url=URL)
    assert (await both(openid).decode_access_token(form(token), proof=proof)).typ == "DPoP"
    for decode in (both(openid).decode_access_token, both(openid).decode_access_token):
        with pytest.raises(TokenReplayError):
            await decode(form(token), proof=proof)
    with pytest.raises(TokenBindingError):
        await both(openid).decode_access_token(form(token))


async def test_a_token_that_is_bound_to_a_certificate_is_taken_as_often_as_it_comes(both: Both) -> None:
    openid, _ = client(keys("realm"))
    token = signed(access_claims(cnf={"x5t#S256": thumbprint_of(CERTIFICATE)}))
    for _ in range(2):
        assert (await both(openid).decode_access_token(token, certificate=CERTIFICATE)).azp == "web"


async def test_clients_that_share_a_memory_share_what_was_used(both: Both) -> None:
    memory = LocalReplayMemory()
    token = signed(access_claims(cnf={"jkt": thumbprint()}))
    proof = DPoPProof(jwt=proof_jwt(token), method="GET", url=URL)
    first, _ = client(keys("realm"))
    second, _ = client(keys("realm"))
    await both(first).decode_access_token(token, proof=proof, replay_memory=memory)
    with pytest.raises(TokenReplayError):
        await both(second).decode_access_token(token, proof=proof, replay_memory=memory)
    assert len(memory) == 1


class Broken:
    """A memory that cannot be reached."""

    def remember(self, identifier: str, seconds: int) -> bool:
        assert identifier.isascii()
        assert len(identifier) < 100
        assert seconds > 0
        raise ConnectionError("no memory")


async def test_a_memory_that_fails_refuses_what_it_cannot_remember(both: Both) -> None:
    openid, _ = client(keys("realm"), client_id="web")
    with pytest.raises(ConnectionError, match="no memory"):
        await both(openid).decode_logout_token(
            signed(logout_claims(), media_type="logout+jwt"), replay_memory=Broken()
        )


async def test_a_proof_that_does_not_verify_uses_nothing_up(both: Both) -> None:
    openid, _ = client(keys("realm"))
    token = signed(access_claims(cnf={"jkt": thumbprint()}))
    jwt = proof_jwt(token)
    with pytest.raises(TokenBindingError):
        await both(openid).decode_access_token(token, proof=DPoPProof(jwt=jwt, method="POST", url=URL))
    await both(openid).decode_access_token(token, proof=DPoPProof(jwt=jwt, method="GET", url=URL))


@pytest.mark.parametrize(
    "members",
    [
        {"jwt": ""},
        {"jwt": None},
        {"method": ""},
        {"url": "/orders"},
        {"url": "https://"},
        {"url": 7},
        {"nonces": [7]},
        {"lifetime": -1},
    ],
)
def test_a_proof_that_came_with_no_request_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(KeycloakRequestError):
        DPoPProof(**{"jwt": "a.b.c", "method": "GET", "url": URL, **members})


async def test_a_proof_for_another_url_tells_no_query(both: Both) -> None:
    openid, _ = client(keys("realm"))
    token = signed(access_claims(cnf={"jkt": thumbprint()}))
    jwt = proof_jwt(token, htu="https://api.example.org/other?code=c-1")
    proof = DPoPProof(jwt=jwt, method="GET", url=f"{URL}?token=t-1")
    with pytest.raises(TokenProofError) as caught:
        await both(openid).decode_access_token(token, proof=proof)
    told = f"{caught.value} {caught.value.expected} {caught.value.found}"
    assert URL in told
    assert "c-1" not in told
    assert "t-1" not in told


def test_a_proof_shows_no_proof_and_no_nonce() -> None:
    shown = repr(DPoPProof(jwt="eyJ.proof.x", method="GET", url=URL, nonces=["secret"]))
    assert "proof.x" not in shown
    assert "secret" not in shown


# --- ID tokens


async def test_an_id_token_is_verified_for_the_client_itself(both: Both) -> None:
    openid, seen = client(keys("realm"), client_id="web")
    claims = await both(openid).decode_id_token(signed(id_claims()), nonce="n-0S6_WzA2Mj")
    assert (claims.typ, claims.aud) == ("ID", "web")
    assert len(seen) == 1


async def test_an_encrypted_id_token_is_opened_with_the_clients_key(both: Both) -> None:
    openid, _ = client(keys("realm"), client_id="web")
    token = sealed(signed(id_claims()))
    assert (await both(openid).decode_id_token(token, decryption_key=OWN)).typ == "ID"
    with pytest.raises(TokenDecryptionError):
        await both(openid).decode_id_token(token)
    with pytest.raises(TokenDecryptionError):
        await both(openid).decode_id_token(signed(id_claims()), decryption_key=OWN)


@pytest.mark.parametrize(
    "key",
    [
        7,
        "",
        "no PEM",
        "kännte",
        {},
        {"keys": []},
        {"keys": 7},
        {"keys": ["x"]},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "oct", "k": "AAAA"},
        {"generate": "oct", "size": 256},
        JWK(**json.loads(OWN.export_public())),
        JWK.generate(kty="OKP", crv="X25519"),
        OWN.export_to_pem(private_key=True, password=b"pw"),
        rsa_key("client").public_key(),
    ],
    ids=repr,
)
async def test_a_decryption_key_that_opens_nothing_is_refused(key: Any, both: Both) -> None:
    openid, seen = client(client_id="web")
    with pytest.raises(KeycloakRequestError, match="decryption_key") as caught:
        await both(openid).decode_id_token(sealed("x"), decryption_key=key)
    assert "AAAA" not in str(caught.value)
    with pytest.raises(KeycloakRequestError, match="decryption_key"):
        await both(openid).verified_userinfo("token", sub="ann", decryption_key=key)
    assert seen == []


@pytest.mark.parametrize("name", ["nonce", "access_token", "code", "state"])
@pytest.mark.parametrize("value", ["", 7])
async def test_what_an_id_token_is_compared_with_is_text(name: str, value: Any, both: Both) -> None:
    openid, seen = client(client_id="web")
    with pytest.raises(KeycloakRequestError, match=name):
        await both(openid).decode_id_token(signed(id_claims()), **{name: value})
    assert seen == []


# --- logout tokens


async def test_a_logout_token_is_good_once(both: Both) -> None:
    openid, _ = client(keys("realm"), client_id="web")
    token = signed(logout_claims(), media_type="logout+jwt")
    claims = await both(openid).decode_logout_token(token)
    assert (claims.sid, claims.sub) == (logout_claims()["sid"], logout_claims()["sub"])
    with pytest.raises(TokenReplayError):
        await both(openid).decode_logout_token(token)
    other = signed(logout_claims(jti="other"), media_type="logout+jwt")
    await both(openid).decode_logout_token(other)


async def test_a_logout_token_of_an_unknown_key_is_good_once_the_key_is_known(both: Both) -> None:
    openid, seen = client(keys("realm"), keys("newer"), client_id="web")
    token = signed(logout_claims(), "newer", "logout+jwt")
    await both(openid).decode_logout_token(token)
    assert len(seen) == 2


async def test_an_encrypted_logout_token_is_opened_with_the_clients_key(both: Both) -> None:
    openid, _ = client(keys("realm"), client_id="web")
    token = sealed(signed(logout_claims(), media_type="logout+jwt"))
    assert (await both(openid).decode_logout_token(token, decryption_key=OWN)).sid


async def test_a_logout_token_is_remembered_as_long_as_it_could_be_accepted(both: Both) -> None:
    hand = ClockInHand()
    openid, _ = client(keys("realm"), keys("realm"), client_id="web", hand=hand)
    token = signed(logout_claims(iat=NOW + 30, exp=NOW + 150), media_type="logout+jwt")
    await both(openid).decode_logout_token(token)
    for _ in range(4):
        hand.forward(52)
        with pytest.raises(TokenReplayError):
            await both(openid).decode_logout_token(token)
    hand.forward(3)
    with pytest.raises(TokenExpiredError):
        await both(openid).decode_logout_token(token)


# --- userinfo


def userinfo(**members: Any) -> httpx.Response:
    """Return what the userinfo endpoint answers."""
    return httpx.Response(200, json={"sub": "ann", "email": "ann@example.org", **members})


def as_token(body: str) -> httpx.Response:
    """Return an answer of the userinfo endpoint that is a token."""
    return httpx.Response(200, text=body, headers={"content-type": "application/jwt"})


SIGNED = {"iss": HERE, "aud": "web", "sub": "ann", "email": "ann@example.org"}


async def test_userinfo_is_about_the_user_who_logged_in(both: Both) -> None:
    openid, seen = client(userinfo(), client_id="web")
    info = await both(openid).verified_userinfo("token", sub="ann")
    assert (info.sub, info.email, info["email"]) == ("ann", "ann@example.org", "ann@example.org")
    assert [request.headers["authorization"] for request in seen] == ["Bearer token"]


async def test_userinfo_about_somebody_else_is_refused(both: Both) -> None:
    openid, _ = client(userinfo(sub="bob"), client_id="web")
    with pytest.raises(TokenSubjectError) as caught:
        await both(openid).verified_userinfo("token", sub="ann")
    assert "bob" not in str(caught.value)


async def test_signed_userinfo_is_verified_with_the_realms_keys(both: Both) -> None:
    openid, seen = client(as_token(signed(SIGNED)), keys("realm"), client_id="web")
    assert (await both(openid).verified_userinfo("token", sub="ann")).email == "ann@example.org"
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (SIGNED | {"sub": "bob"}, TokenSubjectError),
        (SIGNED | {"aud": "mobile"}, TokenAudienceError),
        ({name: value for name, value in SIGNED.items() if name != "aud"}, TokenAudienceError),
        (SIGNED | {"aud": 7}, TokenClaimFormatError),
        (SIGNED | {"sub": 7}, TokenClaimFormatError),
        ({"iss": HERE, "aud": "web"}, TokenClaimFormatError),
    ],
)
async def test_signed_userinfo_of_or_for_somebody_else_is_refused(
    body: dict[str, Any], error: type[Exception], both: Both
) -> None:
    openid, _ = client(as_token(signed(body)), keys("realm"), client_id="web", issuer=HERE)
    with pytest.raises(error):
        await both(openid).verified_userinfo("token", sub="ann")


async def test_signed_userinfo_of_another_realm_is_refused(both: Both) -> None:
    answer = as_token(signed(SIGNED | {"iss": "http://kc/realms/other"}))
    openid, _ = client(answer, keys("realm"), client_id="web", issuer=HERE)
    with pytest.raises(TokenIssuerError):
        await both(openid).verified_userinfo("token", sub="ann")


@pytest.mark.parametrize("content", [json.dumps({"sub": "ann", "email": "ann@example.org"}), signed(SIGNED)])
async def test_encrypted_userinfo_is_opened_with_the_clients_key(content: str, both: Both) -> None:
    openid, _ = client(as_token(sealed(content)), keys("realm"), client_id="web")
    info = await both(openid).verified_userinfo("token", sub="ann", decryption_key=OWN)
    assert info.email == "ann@example.org"


async def test_encrypted_userinfo_about_somebody_else_is_refused(both: Both) -> None:
    openid, _ = client(as_token(sealed('{"sub": "bob"}')), client_id="web")
    with pytest.raises(TokenSubjectError):
        await both(openid).verified_userinfo("token", sub="ann", decryption_key=OWN)


async def test_encrypted_userinfo_that_is_neither_claims_nor_a_token_is_refused(both: Both) -> None:
    openid, _ = client(as_token(sealed('{"sub": "ann"')), as_token(sealed("hello")), keys(), client_id="web")
    for _ in range(2):
        with pytest.raises(TokenMalformedError):
            await both(openid).verified_userinfo("token", sub="ann", decryption_key=OWN)


async def test_userinfo_that_is_not_encrypted_where_it_should_be_is_refused(both: Both) -> None:
    openid, _ = client(userinfo(), as_token(signed(SIGNED)), client_id="web")
    for _ in range(2):
        with pytest.raises(TokenDecryptionError):
            await both(openid).verified_userinfo("token", sub="ann", decryption_key=OWN)


@pytest.mark.parametrize("sub", ["", None, 7])
async def test_userinfo_needs_to_be_told_about_whom_it_is(sub: Any, both: Both) -> None:
    openid, seen = client(client_id="web")
    with pytest.raises(KeycloakRequestError):
        await both(openid).verified_userinfo("token", sub=sub)
    assert seen == []


async def test_userinfo_that_is_refused_is_the_error_of_the_request(both: Both) -> None:
    openid, _ = client(httpx.Response(403, json={"error": "insufficient_scope"}), client_id="web")
    with pytest.raises(KeycloakGetError):
        await both(openid).verified_userinfo("token", sub="ann")


# --- several realms


def realms(*names: str) -> tuple[TrustedRealms, list[httpx.Request]]:
    """Return the registry of these realms, each with a key of its own name."""
    transport, seen = always(lambda request: keys(request.url.path.split("/")[2]))
    extra: dict[str, Any] = {"transport": transport, "clock": ClockInHand().clock}
    return TrustedRealms(KeycloakOpenID("http://kc", name, "orders", **extra) for name in names), seen


def of_realm(name: str, **members: Any) -> str:
    """Return an access token of that realm."""
    return signed(access_claims(iss=f"http://kc/realms/{name}", **members), name)


async def test_a_token_is_verified_by_the_realm_that_it_names(both: Both) -> None:
    registry, seen = realms("north", "south")
    for name in ("north", "south", "north"):
        claims = await both(registry).decode_access_token(of_realm(name), scopes="orders:read")
        assert claims.iss == f"http://kc/realms/{name}"
        assert (await both(registry).decode_token(of_realm(name), audience="orders")).iss == claims.iss
    assert len(seen) == 2
    assert registry.client_of(of_realm("south")).realm_name == "south"


async def test_a_token_that_names_one_realm_and_was_signed_by_another_is_refused(both: Both) -> None:
    registry, _ = realms("north", "south")
    forged = signed(access_claims(iss="http://kc/realms/north"), "south")
    with pytest.raises(TokenUnknownKeyError):
        await both(registry).decode_access_token(forged)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (of_realm("evil"), TokenIssuerError),
        (signed(access_claims(iss="https://evil.example/realms/north")), TokenIssuerError),
        (signed(access_claims(iss="http://kc/realms/north/")), TokenIssuerError),
        (signed(access_claims(iss=["http://kc/realms/north"])), TokenIssuerError),
        (sign({}), TokenIssuerError),
        ("opaque", TokenMalformedError),
        (sealed("x"), TokenMalformedError),
    ],
    ids=["realm", "host", "slash", "list", "none", "opaque", "encrypted"],
)
async def test_a_token_of_an_unlisted_issuer_is_refused_and_nobody_asked(
    token: str, error: type[Exception], both: Both
) -> None:
    registry, seen = realms("north", "south")
    for decode in (
        both(registry).decode_token,
        both(registry).decode_access_token,
        both(registry).decode_id_token,
        both(registry).decode_logout_token,
    ):
        with pytest.raises(error):
            await decode(token)
    assert seen == []


async def test_a_realm_goes_by_the_issuer_that_its_client_was_given(both: Both) -> None:
    transport, _ = serve(keys("realm"))
    inside = KeycloakOpenID(
        "http://kc",
        "acme",
        "orders",
        issuer="https://sso/realms/acme",
        transport=transport,
        clock=ClockInHand().clock,
    )
    registry = TrustedRealms([inside])
    assert list(registry.clients) == ["https://sso/realms/acme"]
    assert repr(registry) == "<TrustedRealms ['https://sso/realms/acme']>"
    token = signed(access_claims(iss="https://sso/realms/acme"))
    assert (await both(registry).decode_access_token(token)).azp == "web"
    with pytest.raises(TokenIssuerError, match="issuer="):
        await both(registry).decode_access_token(signed(access_claims()))


def test_a_registry_has_one_client_for_each_realm() -> None:
    acme = KeycloakOpenID("http://kc", "acme", "orders")
    for clients in ([], [acme, KeycloakOpenID("http://kc/", "acme", "stock")], ["http://kc/realms/acme"]):
        with pytest.raises(KeycloakConfigurationError, match="give"):
            TrustedRealms(clients)  # type: ignore[arg-type] # the third is the point
    assert len(TrustedRealms([acme, acme]).clients) == 1


def test_a_missing_claim_is_named_with_where_it_comes_from() -> None:
    openid, _ = client(keys("realm"))
    with pytest.raises(TokenMissingClaimError, match="client scope 'basic'"):
        openid.decode_access_token(signed(access_claims(sub=...)))
