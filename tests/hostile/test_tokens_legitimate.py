# SPDX-License-Identifier: Apache-2.0
"""Tokens that look odd and are good: a strict reader must not refuse them."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt import KeySet
from support.tokens import (
    ALGORITHMS,
    NOW,
    Case,
    b64,
    claims,
    decode,
    header,
    judge,
    jwk,
    private_key,
    rsa_key,
    sign,
    sign_segments,
    unb64,
)

SECRET = bytes(range(64))
PUBLIC = rsa_key().public_key()
SUBJECT = serialization.PublicFormat.SubjectPublicKeyInfo
PEM = PUBLIC.public_bytes(serialization.Encoding.PEM, SUBJECT)
DER = PUBLIC.public_bytes(serialization.Encoding.DER, SUBJECT)
BITCOIN = ec.derive_private_key(7, ec.SECP256K1())


def token(**members: Any) -> Any:
    """Return a maker of a token with these claims."""
    return lambda: sign(claims(**members))


def headed(**members: Any) -> Any:
    """Return a maker of a token with these header members."""
    return lambda: sign(head=header(**members))


def body(text: str) -> Any:
    """Return a maker of a token over this text."""
    return lambda: sign(text.encode())


def keys(*published: Any) -> Any:
    """Return a key set maker."""
    return lambda: KeySet.parse({"keys": list(published)})


def certificate() -> bytes:
    """Return a certificate of the realm's key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "demo")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, PUBLIC, 1, start, start + dt.timedelta(days=36_500))
    return builder.sign(rsa_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def jwks(*published: dict[str, Any]) -> JWKSet:
    """Return jwcrypto's own key set."""
    key_set = JWKSet()
    for members in published:
        key_set.add(JWK(**members))
    return key_set


GIVEN = {
    "a JWK": JWK(**jwk("RS256")),
    "a JWK without kid, use and alg": JWK(**jwk("RS256", kid=None, use=None, alg=None)),
    "a JWK with another kid": JWK(**jwk("RS256", kid="other")),
    "a private JWK": JWK.from_pyca(rsa_key()),
    "a JWK for verifying": JWK(**jwk("RS256", use=None, key_ops=["verify"])),
    "a JWKSet": jwks(jwk("ES256"), jwk("RS256")),
    "a JWKSet with two keys of the kid": jwks(jwk("RS256", "attacker"), jwk("RS256")),
    "a JWKSet with a key of the kid for another algorithm": jwks(jwk("ES256", kid="RS256"), jwk("RS256")),
    "a JWK as dict": jwk("RS256"),
    "a JWKS as dict": {"keys": [jwk("RS256"), jwk("ES256")]},
    "PEM": PEM.decode(),
    "PEM as bytes": PEM,
    "a certificate": certificate(),
    "what public_key() returns": b64encode(DER).decode(),
    "a key set": KeySet.parse({"keys": [jwk("RS256")]}),
}

ALGORITHM = {
    **{alg: Case(lambda alg=alg: sign(alg=alg)) for alg in ALGORITHMS},
    "Ed25519 by its full name": Case(lambda: sign(alg="EdDSA", head={**header("EdDSA"), "alg": "Ed25519"})),
    "Ed448 by its full name": Case(lambda: sign(alg="Ed448", head={**header("Ed448"), "alg": "Ed448"})),
    "the key says Ed25519": Case(lambda: sign(alg="EdDSA"), keys=keys(jwk("EdDSA", alg="Ed25519"))),
    "the key says nothing": Case(lambda: sign(alg="PS384"), keys=keys(jwk("PS384", alg=None, use=None))),
    "HS256 with a given secret": Case(
        lambda: sign(alg="HS256", key=SECRET),
        options={"key": JWK(kty="oct", k=b64(SECRET)), "algs": ["HS256"]},
    ),
    "HS512 with a given secret": Case(
        lambda: sign(alg="HS512", key=SECRET),
        options={"key": {"kty": "oct", "k": b64(SECRET)}, "algs": ["HS512"]},
    ),
    "ES256K with a given key": Case(
        lambda: sign(alg="ES256", head=header("ES256K"), key=BITCOIN),
        options={"key": JWK.from_pyca(BITCOIN.public_key()), "algs": ["ES256K"]},
    ),
    "ES256K with a given set": Case(
        lambda: sign(alg="ES256", head=header("ES256K"), key=BITCOIN),
        options={
            "key": jwks(json.loads(JWK.from_pyca(BITCOIN.public_key()).export_public()) | {"kid": "ES256K"}),
            "algs": ["ES256K"],
        },
    ),
    "an algorithm among those allowed": Case(sign, options={"algs": ["ES256", "RS256"]}),
    "algs empty": Case(sign, options={"algs": []}),
    "algs a tuple": Case(sign, options={"algs": ("RS256",)}),
}

HEADER = {
    "no typ": headed(typ=...),
    "typ in lower case": headed(typ="jwt"),
    "typ with application": headed(typ="application/JWT"),
    "typ of RFC 9068": headed(typ="at+jwt"),
    "typ of RFC 9068 in full": headed(typ="application/at+jwt"),
    "typ of RFC 9068 and no typ claim": lambda: sign(claims(typ=...), head=header(typ="at+jwt")),
    "no kid": headed(kid=...),
    "cty": headed(cty="JWT"),
    "addresses and keys that are not used": headed(
        jku="https://evil.example",
        x5u="https://evil.example",
        jwk=jwk("RS256", "attacker"),
        x5c=["MIIB"],
        x5t="AAAA",
    ),
    "unknown members": headed(nonce="x", ver=1, nested={"a": [1]}),
    "white space": lambda: sign(head=b' { "kid" : "RS256" , "alg" : "RS256" } \n'),
    "an escaped name": lambda: sign(head=rb'{"\u0061lg":"RS256","kid":"RS256"}'),
}

CLAIMS = {
    "a lightweight token": lambda: sign(
        {name: claims()[name] for name in ("exp", "iat", "jti", "iss", "typ", "azp", "sid", "scope")}
    ),
    "no subject": token(sub=...),
    "an ID token": token(typ="ID", aud="web", nonce="n", at_hash="h", auth_time=NOW - 9),
    "a DPoP token": token(typ="DPoP", cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
    "an mTLS token": token(cnf={"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}),
    "a requesting party token": token(
        authorization={"permissions": [{"rsid": "1", "rsname": "doc", "scopes": ["view"]}]}
    ),
    "no audience": token(aud=...),
    "several audiences": token(aud=["account", "web"]),
    "an empty list of audiences": token(aud=[]),
    "expired within the leeway": token(exp=NOW - 59),
    "exp as an integral float": token(exp=float(NOW + 300)),
    "exp far away": token(exp=99_999_999_999),
    "exp absurdly far away": token(exp=10**40),
    "exp with 400 digits": token(exp=10**400),
    "nbf zero": token(nbf=0),
    "nbf now": token(nbf=NOW),
    "nbf within the leeway": token(nbf=NOW + 60),
    "iat ahead of our clock": token(iat=NOW + 500),
    "iat as a float": token(iat=NOW - 0.0),
    "auth_time zero": token(auth_time=0),
    "names in every script": token(name="Łukasz 山田 Ελένη علي", given_name="🧑‍💻"),
    "an escaped surrogate pair": body(json.dumps(claims(name="🙂"))),
    "an escaped NUL": body(json.dumps(claims(name="a\0b"))),
    "a backslash and a u": body(json.dumps(claims(name="\\ud800"))),
    "white space between members": body(json.dumps(claims(), indent=4)),
    "white space around": body(f" \r\n\t{json.dumps(claims())} \n"),
    "members in another order": body(json.dumps(claims(), sort_keys=True)),
    "claims with Python's names": token(__class__="x", items=[1], keys={"a": 1}, self=1, __proto__={"x": 1}),
    "claims with the names of dict methods": token(get="x", copy="y", update=[1], pop={"a": 1}),
    "an empty claim name": lambda: sign(claims() | {"": 1}),
    "claim names that are URLs": lambda: sign(
        claims() | {"https://hasura.io/jwt/claims": {"x-hasura-role": "user"}}
    ),
    "a number of a hundred digits": token(x=10**100),
    "a tiny number": token(x=1e-300),
    "a claim of 60 lists": token(x=json.loads("[" * 60 + "]" * 60)),
    "a thousand small objects": token(x=[{"a": number} for number in range(1_000)]),
    "nested claims that look like the outer ones": token(
        act={"sub": "x", "exp": 1, "iss": "y", "typ": "Refresh"}
    ),
    "roles of two thousand clients": token(
        resource_access={f"client-{number}": {"roles": ["user", "admin"]} for number in range(2_000)}
    ),
    "64 KB of groups": token(groups=[f"/organisation/department/team-{number}" for number in range(1_700)]),
    "a mapper's text where a list is described": token(groups="admins"),
    "a mapper's email_verified as text": token(email_verified="true"),
    "null where text is described": token(preferred_username=None),
    "a member with null": token(sid=None),
    "organization as a list": token(organization=["acme"]),
    "organization as an object": token(organization={"acme": {"id": "1"}}),
    "allowed origins": lambda: sign(claims() | {"allowed-origins": ["*"]}),
    "an address": token(address={"street_address": "Main St 1"}),
}

ISSUER = "https://sso.example/realms/demo"
OPTIONS = {
    "issuer": (token(iss=ISSUER), {"issuer": ISSUER}),
    "issuer by check_claims": (token(iss=ISSUER), {"check_claims": {"iss": ISSUER}}),
    "issuer over check_claims of any": (token(iss=ISSUER), {"issuer": ISSUER, "check_claims": {"iss": None}}),
    "audience": (token(), {"audience": "account"}),
    "audience in a list": (token(aud=["a", "orders"]), {"audience": "orders"}),
    "audience of several": (token(), {"audience": ["orders", "account"]}),
    "audience as a set": (token(), {"audience": {"account"}}),
    "a logout token that is named": (
        lambda: sign(claims(typ="Logout"), head=header(typ="logout+jwt")),
        {"check_claims": {"typ": "Logout"}},
    ),
    "a kind that is named as jwcrypto does": (token(), {"check_claims": {"typ": "application/bearer"}}),
    "leeway": (token(exp=NOW - 500), {"leeway": 600}),
    "leeway zero": (token(exp=NOW + 1), {"leeway": 0}),
    "leeway a fraction": (token(exp=NOW), {"leeway": 0.5}),
    "check_claims of everything": (
        token(nbf=NOW - 1, level=7),
        {
            "check_claims": {
                "sub": claims()["sub"],
                "jti": None,
                "aud": ["account", "x"],
                "azp": "web",
                "exp": NOW,
                "nbf": NOW,
                "iat": None,
                "scope": "email",
                "typ": None,
                "level": 7,
                "realm_access": None,
            }
        },
    ),
    "check_claims of the times": (token(nbf=NOW + 30), {"check_claims": {"exp": None, "nbf": None}}),
    "check_claims that a default fills": (
        token(aud=...),
        {"default_claims": {"aud": "orders"}, "check_claims": {"aud": "orders"}},
    ),
    "check_claims False": (token(), {"check_claims": False}),
    "default_claims": (token(), {"default_claims": {"sub": "nobody", "nbf": 0}}),
    "expected_type": (token(), {"expected_type": "JWS"}),
    "what jwcrypto takes and nobody needs": (
        token(),
        {"header": '{"alg":"RS256"}', "claims": "{}", "strict_serialization": True, "key": None},
    ),
}

READ = {
    "a refresh token": lambda: sign(claims(typ="Refresh"), "HS512", key=SECRET),
    "an expired token": token(exp=1),
    "a token without exp": token(exp=...),
    "a token of nobody": lambda: sign(key=rsa_key("attacker"), head=header(kid="attacker")),
    "an unsigned token": lambda: sign_segments(b64('{"alg":"none"}'), b64("{}")).rpartition(".")[0] + ".",
    "no claims": lambda: sign({}),
    "an unknown algorithm": lambda: sign(head={"alg": "XS7"}),
}


@pytest.mark.parametrize("key", GIVEN.values(), ids=GIVEN.keys())
def test_a_key_is_given_in_every_form(key: Any) -> None:
    judge(Case(sign, options={"key": key}, keys=keys()))


@pytest.mark.parametrize("case", ALGORITHM.values(), ids=ALGORITHM.keys())
def test_every_algorithm_of_keycloak_verifies_and_others_with_a_given_key(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("make", HEADER.values(), ids=HEADER.keys())
def test_a_header_may_have_what_is_not_used(make: Any) -> None:
    judge(Case(make))


@pytest.mark.parametrize("make", CLAIMS.values(), ids=CLAIMS.keys())
def test_claims_come_back_as_they_were_signed(make: Any) -> None:
    judge(Case(make))
    payload = make().split(".")[1]
    assert decode(Case(make)) == json.loads(unb64(payload))


@pytest.mark.parametrize(("make", "options"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options_that_the_token_satisfies_refuse_nothing(make: Any, options: dict[str, Any]) -> None:
    judge(Case(make, options=options))


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_any_token_of_good_form_can_be_read_without_validation(make: Any) -> None:
    judge(Case(make, validate=False, keys=keys()))


def test_broken_keys_next_to_a_good_one_do_no_harm() -> None:
    broken = [None, {}, {"kty": "RSA"}, jwk("RS256", n="!"), jwk("ES256", x="AA"), {"kid": "RS256"}, 7]
    judge(Case(sign, keys=keys(*broken, jwk("RS256", kid=None), jwk("RS256"), *broken)))


def test_two_keys_of_one_kid_are_both_tried() -> None:
    judge(Case(sign, keys=keys(jwk("RS256", "attacker"), jwk("RS256"))))


def test_a_token_may_be_bytes() -> None:
    judge(Case(lambda: sign().encode()))


def test_private_keys_that_sign_do_not_matter_to_the_verifier() -> None:
    assert private_key("RS256") is private_key("PS512")
    judge(Case(lambda: sign(alg="PS512"), options={"key": JWK(**jwk("RS256", alg=None, kid=None))}))
