# SPDX-License-Identifier: Apache-2.0
"""Encrypted tokens, wanted and unwanted.

Sources: RFC 7516, RFC 8725 section 3.6, CVE-2022-3102, CVE-2023-6681, CVE-2024-28102.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jwcrypto import jwe
from jwcrypto.jwk import JWK

from keycloak_sdk.exceptions import (
    TokenDecryptionError,
    TokenExpiredError,
    TokenIssuerError,
    TokenKindError,
    TokenMalformedError,
    TokenMissingClaimError,
    TokenTooLargeError,
)
from support.tokens import NOW, Case, b64, claims, judge, rsa_key, sign

WANTED = {"expected_type": "JWE"}


@cache
def private() -> JWK:
    """Return the caller's decryption key."""
    return JWK.from_pyca(rsa_key("caller"))


def encrypt(payload: dict[str, Any] | bytes | None = None, key: JWK | None = None, **members: Any) -> str:
    """Return an encrypted token."""
    content = payload if isinstance(payload, bytes) else json.dumps(claims() if payload is None else payload)
    head = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "typ": "JWT"} | members
    head = {name: value for name, value in head.items() if value is not ...}
    token = jwe.JWE(content, json.dumps(head), algs=[head["alg"], head["enc"]])
    token.add_recipient(key or private())
    return token.serialize(compact=True)


def recoded(**members: Any) -> str:
    """Return an encrypted token whose header was changed afterwards."""
    head = {"alg": "RSA-OAEP-256", "enc": "A256GCM", **members}
    return f"{b64(json.dumps(head))}.{encrypt().partition('.')[2]}"


def segment(index: int, text: str) -> str:
    """Return an encrypted token with one segment replaced."""
    segments = encrypt().split(".")
    segments[index] = text
    return ".".join(segments)


SECRET = JWK(kty="oct", k=b64(bytes(range(32))))


def given(key: Any = None, **options: Any) -> dict[str, Any]:
    """Return options with the caller's key."""
    return {"key": key or private(), **options}


ACCEPTED = {
    "wanted by expected_type": Case(encrypt, None, given(**WANTED)),
    "wanted by the key's use": Case(
        encrypt, None, given(JWK(**{**json.loads(private().export_private()), "use": "enc"}))
    ),
    "wanted by algs": Case(encrypt, None, given(algs=["RSA-OAEP-256", "A256GCM"])),
    "wanted by the header hint": Case(encrypt, None, given(header={"enc": "A256GCM"})),
    "with a secret": Case(lambda: encrypt(key=SECRET, alg="A256KW"), None, given(SECRET, **WANTED)),
    "with CBC and HMAC": Case(lambda: encrypt(enc="A256CBC-HS512"), None, given(**WANTED)),
}

REFUSED = {
    "no key": Case(encrypt, TokenDecryptionError),
    "no key, but expected": Case(encrypt, TokenDecryptionError, WANTED),
    "not expected": Case(encrypt, TokenDecryptionError, given()),
    "not expected, algs for signatures": Case(encrypt, TokenDecryptionError, given(algs=["RS256"])),
    "a published set as key": Case(encrypt, TokenDecryptionError, {"key": {"keys": []}, **WANTED}),
    "another key": Case(encrypt, TokenDecryptionError, given(JWK.from_pyca(rsa_key("attacker")), **WANTED)),
    "the public key": Case(
        encrypt, TokenDecryptionError, given(JWK(**json.loads(private().export_public())), **WANTED)
    ),
    "a secret of the wrong length": Case(
        encrypt, TokenDecryptionError, given(JWK(kty="oct", k=b64(bytes(16))), **WANTED)
    ),
    "a signed token where an encrypted one is expected": Case(sign, TokenDecryptionError, given(**WANTED)),
    "a changed tag": Case(lambda: segment(4, b64(bytes(16))), TokenDecryptionError, given(**WANTED)),
    "an empty tag": Case(lambda: segment(4, ""), TokenDecryptionError, given(**WANTED)),
    "a short tag": Case(lambda: segment(4, b64(bytes(4))), TokenDecryptionError, given(**WANTED)),
    "an empty vector": Case(lambda: segment(2, ""), TokenDecryptionError, given(**WANTED)),
    "an empty key segment": Case(lambda: segment(1, ""), TokenDecryptionError, given(**WANTED)),
    "an empty content": Case(lambda: segment(3, ""), TokenDecryptionError, given(**WANTED)),
    "alg none": Case(lambda: recoded(alg="none"), TokenDecryptionError, given(**WANTED)),
    "alg RSA1_5": Case(lambda: recoded(alg="RSA1_5"), TokenDecryptionError, given(**WANTED)),
    "alg dir with an RSA key": Case(lambda: recoded(alg="dir"), TokenDecryptionError, given(**WANTED)),
    "enc unknown": Case(lambda: recoded(enc="A1GCM"), TokenDecryptionError, given(**WANTED)),
    "enc a number": Case(lambda: recoded(enc=1), TokenDecryptionError, given(**WANTED)),
    "PBES2 with ten million rounds": Case(
        lambda: recoded(alg="PBES2-HS256+A128KW", p2c=10_000_000, p2s=b64(bytes(16))),
        TokenDecryptionError,
        given(SECRET, **WANTED),
    ),
    "PBES2 with rounds that are text": Case(
        lambda: recoded(alg="PBES2-HS256+A128KW", p2c="1", p2s=b64(bytes(16))),
        TokenDecryptionError,
        given(SECRET, **WANTED),
    ),
    "ECDH-ES with a point off the curve": Case(
        lambda: recoded(
            alg="ECDH-ES", epk={"kty": "EC", "crv": "P-256", "x": b64(bytes(32)), "y": b64(bytes(32))}
        ),
        TokenDecryptionError,
        given(JWK.generate(kty="EC", crv="P-256"), **WANTED),
    ),
    "ECDH-ES without a point": Case(
        lambda: recoded(alg="ECDH-ES"),
        TokenDecryptionError,
        given(JWK.generate(kty="EC", crv="P-256"), **WANTED),
    ),
    "compressed": Case(lambda: encrypt(zip="DEF"), TokenMalformedError, given(**WANTED)),
    "a compressed bomb": Case(
        lambda: encrypt(b" " * 50_000_000, zip="DEF"), TokenMalformedError, given(**WANTED)
    ),
    "a compressed bomb that is only read": Case(
        lambda: encrypt(b" " * 50_000_000, zip="DEF"), TokenDecryptionError, validate=False
    ),
    "a critical extension": Case(lambda: recoded(crit=["exp"]), TokenMalformedError, given(**WANTED)),
    "no enc": Case(
        lambda: ".".join((b64(json.dumps({"alg": "dir"})), "AA", "AA", "AA", "AA")),
        TokenMalformedError,
        given(**WANTED),
    ),
    "padding": Case(lambda: encrypt() + "==", TokenMalformedError, given(**WANTED)),
    "junk in the content": Case(
        lambda: segment(3, "!" + encrypt().split(".")[3]), TokenMalformedError, given(**WANTED)
    ),
    "content that is no JSON": Case(lambda: encrypt(b"hello"), TokenMalformedError, given(**WANTED)),
    "content that is not UTF-8": Case(lambda: encrypt(b"\xff\xfe"), TokenMalformedError, given(**WANTED)),
    "content that is a signed token": Case(
        lambda: encrypt(sign().encode(), cty="JWT"), TokenMalformedError, given(**WANTED)
    ),
    "300,000 characters": Case(lambda: encrypt(claims(x="a" * 300_000)), TokenTooLargeError, given(**WANTED)),
    "expired": Case(lambda: encrypt(claims(exp=NOW - 61)), TokenExpiredError, given(**WANTED)),
    "without exp": Case(lambda: encrypt(claims(exp=...)), TokenMissingClaimError, given(**WANTED)),
    "of another issuer": Case(lambda: encrypt(claims(iss="x")), TokenIssuerError, given(**WANTED)),
    "a refresh token": Case(lambda: encrypt(claims(typ="Refresh")), TokenKindError, given(**WANTED)),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_encrypted_token_that_is_wanted_is_read(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_an_encrypted_token_that_is_unwanted_or_broken_is_refused(case: Case) -> None:
    judge(case)
