# SPDX-License-Identifier: Apache-2.0
"""Tokens that are bound to a key, with and without a proof of it.

Sources: RFC 9449 sections 4.3, 7 and 11, RFC 8705 section 3, RFC 7800 section 3.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from jwcrypto.jwk import JWK

from keycloak_sdk import KeycloakRequestError
from keycloak_sdk.exceptions import (
    TokenBindingError,
    TokenClaimFormatError,
    TokenProofError,
    TokenProofNonceError,
)
from support.kinds import (
    URL,
    access,
    access_claims as having,
    bound_token,
    certificate,
    proof,
    proof_jwt,
    public_members,
    thumbprint,
    thumbprint_of,
)
from support.tokens import ALGORITHMS, NOW, Case, b64, judge, private_key, rsa_key, sign, with_signature

TOKEN = bound_token()
ZEROS = b64(bytes(32))


def proven(
    jwt: str, verdict: type[Exception] | None = None, /, *, token: str = TOKEN, **members: Any
) -> Case:
    """Return the case of a bound token with this proof."""
    return access(lambda: token, verdict, proof=proof(jwt, **members))


def wrong(verdict: type[Exception] = TokenProofError, /, **members: Any) -> Case:
    """Return the case of a bound token with a proof that has these claims."""
    return proven(proof_jwt(TOKEN, **members), verdict)


def headed(**members: Any) -> Case:
    """Return the case of a bound token with a proof that has these header members, and is refused."""
    return proven(proof_jwt(TOKEN, head=members), TokenProofError)


def called(signed: str, url: str, verdict: type[Exception] | None = None) -> Case:
    """Return the case of a proof for one URL where another was called."""
    return proven(proof_jwt(TOKEN, htu=signed), verdict, url=url)


PROVEN = {
    **{
        f"a proof by {alg}": proven(proof_jwt(bound_token(alg), alg), token=bound_token(alg))
        for alg in ALGORITHMS
    },
    "a token that is not of type DPoP": proven(
        proof_jwt(bound_token(typ="Bearer")), token=bound_token(typ="Bearer")
    ),
    "a binding with members of Keycloak's own": proven(
        proof_jwt(bound := bound_token(cnf={"jkt": thumbprint(), "kc-jkt-type": "DPoP"})), token=bound
    ),
    "a key with a name and a use": proven(
        proof_jwt(TOKEN, head={"jwk": public_members() | {"kid": "1", "use": "sig", "alg": "ES256"}})
    ),
    "a media type in full": proven(proof_jwt(TOKEN, head={"typ": "application/dpop+jwt"})),
    "a nonce that nobody asked for": proven(proof_jwt(TOKEN, nonce="n")),
    "one of the nonces": proven(proof_jwt(TOKEN, nonce="new"), nonces=["old", "new"]),
    "another method": proven(proof_jwt(TOKEN, htm="POST"), method="POST"),
    "a fraction of a second": proven(proof_jwt(TOKEN, iat=NOW - 0.5)),
    "a minute old": proven(proof_jwt(TOKEN, iat=NOW - 60)),
    "a second ahead": proven(proof_jwt(TOKEN, iat=NOW + 1)),
    "a query that is not signed": called(URL, f"{URL}?page=2#top"),
    "a query that is signed as well": called(f"{URL}?page=1", f"{URL}?page=2"),
    "scheme and host in capitals": called("HTTPS://API.Example.ORG/orders/7", URL),
    "the port of the scheme": called("https://api.example.org:443/orders/7", URL),
    "an empty port": called("https://api.example.org:/orders/7", URL),
    "no path for the root": called("https://api.example.org", "https://api.example.org/"),
    "encoded where that is not needed": called("https://api.example.org/%6Frders/7", URL),
    "encoding in small letters": called("https://h/a%c3%a4b", "https://h/a%C3%A4b"),
    "not encoded where it is needed": called("https://h/ä", "https://h/%C3%A4"),
    "plain http on a port": called("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    "an IPv6 address": called("http://[::1]:80/x", "http://[::1]/x"),
}

UNPROVEN = {
    "no proof": access(lambda: TOKEN, TokenBindingError),
    "a proof for a token that is not bound": proven(
        proof_jwt(free := sign(having())), TokenBindingError, token=free
    ),
    "a proof for a token bound to a certificate": proven(
        proof_jwt(other := sign(having(cnf={"x5t#S256": "x"}))), TokenBindingError, token=other
    ),
    "bound in an unknown way": access(having(cnf={"jwk": public_members()}), TokenBindingError),
    "bound to nothing": access(having(cnf={}), TokenBindingError),
    "bound to null": access(having(cnf={"jkt": None}), TokenBindingError),
    "bound to an empty key": access(having(cnf={"jkt": ""}), TokenBindingError),
    "bound to a number": access(having(cnf={"jkt": 7}), TokenClaimFormatError),
    "bound by text": access(having(cnf="jkt"), TokenClaimFormatError),
    "bound to another key": proven(
        proof_jwt(of_other := bound_token("ES384")), TokenBindingError, token=of_other
    ),
    "bound to a key in other letters": proven(
        proof_jwt(capital := bound_token(cnf={"jkt": thumbprint().upper()})), TokenBindingError, token=capital
    ),
    "a media type of tokens": headed(typ="JWT"),
    "no media type": headed(typ=...),
    "no key": headed(jwk=...),
    "a key that is text": headed(jwk="x"),
    "a key that is a list": headed(jwk=[]),
    "an empty key": headed(jwk={}),
    "a private key": headed(jwk=json.loads(JWK.from_pyca(private_key("ES256", "client")).export_private())),
    "a shared secret": proven(
        proof_jwt(
            TOKEN,
            "HS256",
            key=bytes(32),
            head={"alg": "HS256", "jwk": {"kty": "oct", "k": b64(bytes(32))}},
        ),
        TokenProofError,
    ),
    "a key off the curve": headed(
        jwk={"kty": "EC", "crv": "P-256", "x": b64(bytes(32)), "y": b64(bytes(32))}
    ),
    "a key without a member": headed(jwk={"kty": "EC", "crv": "P-256"}),
    "a key with a number": headed(jwk=public_members() | {"x": 7}),
    "a key of a curve that signs nothing": headed(jwk={"kty": "OKP", "crv": "X25519", "x": b64(bytes(32))}),
    "a key for encryption": headed(jwk=public_members() | {"use": "enc"}),
    "a key for another algorithm": headed(jwk=public_members() | {"alg": "ES384"}),
    "a key of 1,024 bits": proven(
        proof_jwt(
            TOKEN,
            "RS256",
            key=rsa_key("small"),
            head={"jwk": json.loads(JWK.from_pyca(rsa_key("small").public_key()).export_public())},
        ),
        TokenProofError,
    ),
    "a key of the attacker": headed(jwk=public_members(name="attacker")),
    "alg none": headed(alg="none"),
    "alg of another key": headed(alg="RS256"),
    "a critical extension": headed(crit=["b64"]),
    "unencoded content": headed(b64=False),
    "signed by another": proven(proof_jwt(TOKEN, key=private_key("ES256", "attacker")), TokenProofError),
    "not signed": proven(with_signature(proof_jwt(TOKEN), b""), TokenProofError),
    "no token at all": proven("x", TokenProofError),
    "two proofs": proven(f"{proof_jwt(TOKEN)},{proof_jwt(TOKEN)}", TokenProofError),
    "encrypted": proven("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.AA.AA.AA.AA", TokenProofError),
    "longer than any": proven(proof_jwt(TOKEN, pad="x" * 16_384), TokenProofError),
    "the access token as proof": proven(TOKEN, TokenProofError),
    "another method": wrong(htm="POST"),
    "the method in small letters": wrong(htm="get"),
    "no method": wrong(htm=...),
    "methods": wrong(htm=["GET"]),
    "no URL": wrong(htu=...),
    "a URL that is a list": wrong(htu=[URL]),
    "another host": called("https://api.example.org.evil.example/orders/7", URL, TokenProofError),
    "another path": called("https://api.example.org/orders/8", URL, TokenProofError),
    "a path in capitals": called("https://api.example.org/ORDERS/7", URL, TokenProofError),
    "a slash after it": called(URL + "/", URL, TokenProofError),
    "a path that climbs": called("https://api.example.org/x/../orders/7", URL, TokenProofError),
    "an encoded slash": called("https://api.example.org/orders%2F7", URL, TokenProofError),
    "a broken encoding": called("https://api.example.org/orders%zz7", URL, TokenProofError),
    "another port": called("https://api.example.org:8443/orders/7", URL, TokenProofError),
    "plain http": called("http://api.example.org/orders/7", URL, TokenProofError),
    "the port of another scheme": called("http://api.example.org:443/orders/7", URL, TokenProofError),
    "credentials": called("https://user@api.example.org/orders/7", URL, TokenProofError),
    "another scheme": called("ftp://api.example.org/orders/7", URL, TokenProofError),
    "no URL but a path": called("/orders/7", URL, TokenProofError),
    "a port beyond all": called("https://api.example.org:99999/orders/7", URL, TokenProofError),
    "a line break": called("https://api.example.org/orders/7\n", URL, TokenProofError),
    "for another token": wrong(ath=b64(sha256(b"other").digest())),
    "for no token": wrong(ath=...),
    "a hash with padding": wrong(ath=b64(sha256(TOKEN.encode()).digest()) + "="),
    "a hash that is a number": wrong(ath=7),
    "half a surrogate": wrong(ath="\ud800"),
    "too old": wrong(iat=NOW - 121),
    "in the future": wrong(iat=NOW + 61),
    "beyond every calendar": wrong(iat=10**400),
    "no time": wrong(iat=...),
    "a time that is text": wrong(iat=str(NOW)),
    "a time that is true": wrong(iat=True),
    "no id": wrong(jti=...),
    "an empty id": wrong(jti=""),
    "an id that is a number": wrong(jti=7),
    "an id of 513 characters": wrong(jti="j" * 513),
    "no nonce": proven(proof_jwt(TOKEN), TokenProofNonceError, nonces=["n"]),
    "another nonce": proven(proof_jwt(TOKEN, nonce="m"), TokenProofNonceError, nonces="n"),
    "a nonce that is a list": proven(proof_jwt(TOKEN, nonce=["n"]), TokenProofNonceError, nonces="n"),
}


CERTIFICATE = certificate()
DER = CERTIFICATE.public_bytes(Encoding.DER)
PEM = CERTIFICATE.public_bytes(Encoding.PEM)
X5T = thumbprint_of(CERTIFICATE)


def tied(
    verdict: type[Exception] | None = None, /, *, cnf: Any = None, presented: Any = CERTIFICATE, **more: Any
) -> Case:
    """Return the case of a token that is bound to a certificate, over a connection with one."""
    token = sign(having(cnf={"x5t#S256": X5T} if cnf is None else cnf))
    return access(lambda: token, verdict, certificate=presented, **more)


BOTH_WAYS = sign(having(cnf={"x5t#S256": X5T, "jkt": thumbprint()}))

TIED = {
    "the certificate": tied(),
    "its DER": tied(presented=DER),
    "its PEM": tied(presented=PEM),
    "its PEM as text": tied(presented=PEM.decode()),
    "the first of a chain": tied(presented=PEM + certificate("authority").public_bytes(Encoding.PEM)),
    "a certificate and a proof": access(
        lambda: BOTH_WAYS, proof=proof(proof_jwt(BOTH_WAYS)), certificate=PEM
    ),
}

UNTIED = {
    "no certificate": tied(TokenBindingError, presented=None),
    "another certificate": tied(TokenBindingError, presented=certificate("attacker")),
    "another certificate of the name and number": tied(TokenBindingError, presented=certificate()),
    "the second of a chain": tied(
        TokenBindingError, presented=certificate("attacker").public_bytes(Encoding.PEM) + PEM
    ),
    "bound to an empty certificate": tied(TokenBindingError, cnf={"x5t#S256": ""}),
    "bound to other characters": tied(TokenBindingError, cnf={"x5t#S256": "ä"}),
    "bound to the thumbprint with padding": tied(TokenBindingError, cnf={"x5t#S256": X5T + "="}),
    "bound to the thumbprint in hex": tied(TokenBindingError, cnf={"x5t#S256": sha256(DER).hexdigest()}),
    "a token that is not bound": access(None, TokenBindingError, certificate=PEM),
    "a token that is bound to a DPoP key": tied(TokenBindingError, cnf={"jkt": thumbprint()}),
    "a certificate without the proof": tied(TokenBindingError, cnf={"x5t#S256": X5T, "jkt": thumbprint()}),
    "a proof without the certificate": access(
        lambda: BOTH_WAYS, TokenBindingError, proof=proof(proof_jwt(BOTH_WAYS))
    ),
    "what is no certificate": tied(KeycloakRequestError, presented="x"),
    "a broken PEM": tied(KeycloakRequestError, presented=PEM[:200]),
    "a broken DER": tied(KeycloakRequestError, presented=DER[:-1]),
    "DER as base64": tied(KeycloakRequestError, presented=b64encode(DER)),
    "a number": tied(KeycloakRequestError, presented=7),
    "text of another script": tied(KeycloakRequestError, presented="ä"),
}


@pytest.mark.parametrize("case", PROVEN.values(), ids=PROVEN.keys())
def test_a_token_is_taken_with_a_proof_of_the_key_it_is_bound_to(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", UNPROVEN.values(), ids=UNPROVEN.keys())
def test_a_token_is_refused_without_a_proof_of_its_key_for_this_request_now(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", TIED.values(), ids=TIED.keys())
def test_a_token_is_taken_over_a_connection_with_the_certificate_it_is_bound_to(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", UNTIED.values(), ids=UNTIED.keys())
def test_a_token_is_refused_over_a_connection_with_another_certificate(case: Case) -> None:
    judge(case)
