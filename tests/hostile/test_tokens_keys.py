# SPDX-License-Identifier: Apache-2.0
"""Tokens that try to choose how, and with which key, they are verified.

Sources: RFC 8725 sections 2 and 3, RFC 7518, RFC 8037, CVE-2015-9235, CVE-2016-5431, CVE-2018-0114,
CVE-2022-21449, CVE-2022-29217, CVE-2024-33663.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt import KeySet
from keycloak_sdk.exceptions import (
    TokenAlgorithmError,
    TokenKeyError,
    TokenSignatureError,
    TokenUnknownKeyError,
)
from support.tokens import (
    ALGORITHMS,
    Case,
    b64,
    claims,
    header,
    judge,
    jwk,
    private_key,
    rsa_key,
    sign,
    signature,
    unb64,
    with_signature,
)

SECRET = b"0123456789abcdef0123456789abcdef"
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def pem(alg: str = "RS256") -> bytes:
    """Return the realm's public key as PEM, which everybody knows."""
    return (
        private_key(alg)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def der() -> bytes:
    """Return the realm's public key as DER."""
    return (
        rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def confused(secret: bytes, alg: str = "HS256", kid: str = "RS256") -> str:
    """Return a token whose HMAC secret is something public."""
    return sign(alg=alg, head=header(alg, kid=kid), key=secret)


def none(name: str = "none", signature: str = "") -> str:
    """Return an unsigned token."""
    return f"{b64(json.dumps(header(alg=name)))}.{b64(json.dumps(claims()))}.{signature}"


def ecdsa(r: int, s: int, size: int = 32) -> str:
    """Return an ES256 token with these signature numbers."""
    return with_signature(sign(alg="ES256"), r.to_bytes(size, "big") + s.to_bytes(size, "big"))


def der_signature() -> str:
    """Return an ES256 token with the signature in ASN.1, as other protocols have it."""
    signed = sign(alg="ES256").rpartition(".")[0]
    raw = private_key("ES256").sign(signed.encode(), ec.ECDSA(SHA256()))
    return f"{signed}.{b64(raw)}"


def _other(alg: str) -> Any:
    return private_key(alg, "attacker")


def _pss_with_salt(length: int) -> str:
    token = sign(alg="PS256")
    signed = token.rpartition(".")[0].encode()
    return with_signature(
        token, rsa_key().sign(signed, padding.PSS(padding.MGF1(SHA256()), length), SHA256())
    )


def _padded_ecdsa() -> str:
    raw = unb64(sign(alg="ES256").split(".")[2])
    return with_signature(sign(alg="ES256"), b"\0" + raw[:32] + b"\0" + raw[32:])


def _malleable_eddsa() -> str:
    token = sign(alg="EdDSA")
    raw = unb64(token.split(".")[2])
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(raw[32:], "little") + order
    return with_signature(token, raw[:32] + s.to_bytes(32, "little"))


def keys(*published: Any) -> Any:
    """Return a key set maker."""
    return lambda: KeySet.parse({"keys": list(published)})


def attacker_header(**members: object) -> str:
    """Return a token that an attacker signed, with a header that points to the attacker's key."""
    return sign(head=header(**members), key=rsa_key("attacker"))


ATTACKER = jwk("RS256", "attacker", kid="attacker")

ALGORITHM = {
    "none": Case(none, TokenAlgorithmError),
    "None": Case(lambda: none("None"), TokenAlgorithmError),
    "NONE": Case(lambda: none("NONE"), TokenAlgorithmError),
    "nOnE": Case(lambda: none("nOnE"), TokenAlgorithmError),
    "none with a signature": Case(lambda: none("none", sign().split(".")[2]), TokenAlgorithmError),
    "none with an empty oct key": Case(none, TokenAlgorithmError, {"key": JWK(kty="oct", k="")}),
    "empty name": Case(lambda: none(""), TokenAlgorithmError),
    "blank after the name": Case(lambda: none("RS256 "), TokenAlgorithmError),
    "lower case": Case(lambda: none("rs256"), TokenAlgorithmError),
    "RS1": Case(lambda: none("RS1"), TokenAlgorithmError),
    "HS256 with the PEM as secret": Case(lambda: confused(pem()), TokenAlgorithmError),
    "HS256 with the DER as secret": Case(lambda: confused(der()), TokenAlgorithmError),
    "HS256 with the PEM without its last line break": Case(
        lambda: confused(pem().strip()), TokenAlgorithmError
    ),
    "HS384 with the PEM as secret": Case(lambda: confused(pem(), "HS384"), TokenAlgorithmError),
    "HS512 with the modulus as secret": Case(
        lambda: confused(jwk("RS256")["n"].encode(), "HS512"), TokenAlgorithmError
    ),
    "HS256 with an EC PEM as secret": Case(lambda: confused(pem("ES256"), kid="ES256"), TokenAlgorithmError),
    "HS256 with an empty secret": Case(lambda: confused(b""), TokenAlgorithmError),
    "HS256 with an oct key in the realm's set": Case(
        lambda: confused(SECRET, kid="oct"),
        TokenAlgorithmError,
        keys=keys({"kty": "oct", "k": b64(SECRET), "kid": "oct", "alg": "HS256"}),
    ),
    "HS256 allowed, oct key in the realm's set": Case(
        lambda: confused(SECRET, kid="oct"),
        TokenAlgorithmError,
        {"algs": ["HS256"]},
        keys=keys({"kty": "oct", "k": b64(SECRET), "kid": "oct", "alg": "HS256"}),
    ),
    "HS256 allowed, PEM given as key": Case(
        lambda: confused(pem()), TokenAlgorithmError, {"algs": ["HS256"], "key": pem()}
    ),
    "HS256 allowed, public JWK given": Case(
        lambda: confused(pem()), TokenAlgorithmError, {"algs": ["HS256", "RS256"], "key": JWK(**jwk("RS256"))}
    ),
    "HS256 allowed, set of an oct key given": Case(
        lambda: confused(SECRET),
        TokenAlgorithmError,
        {"algs": ["HS256"], "key": {"keys": [{"kty": "oct", "k": b64(SECRET)}]}},
    ),
    "HS256 with an oct key but without algs": Case(
        lambda: confused(SECRET), TokenAlgorithmError, {"key": JWK(kty="oct", k=b64(SECRET))}
    ),
    "HS256 with another secret": Case(
        lambda: confused(SECRET),
        TokenSignatureError,
        {"algs": ["HS256"], "key": JWK(kty="oct", k=b64(SECRET[::-1]))},
    ),
    "HS256 with a short secret": Case(
        lambda: confused(b"short"),
        TokenSignatureError,
        {"algs": ["HS256"], "key": JWK(kty="oct", k=b64("short"))},
    ),
    "HS512 where HS256 is allowed": Case(
        lambda: confused(SECRET * 2, "HS512"),
        TokenAlgorithmError,
        {"algs": ["HS256"], "key": JWK(kty="oct", k=b64(SECRET * 2))},
    ),
    "RS256 where ES256 is allowed": Case(sign, TokenAlgorithmError, {"algs": ["ES256"]}),
    "RS256 with an RS512 key": Case(lambda: sign(head=header(kid="RS512")), TokenAlgorithmError),
    "RS256 with a PS256 key": Case(lambda: sign(head=header(kid="PS256")), TokenAlgorithmError),
    "PS256 with an RS256 key": Case(
        lambda: sign(alg="PS256", head=header("PS256", kid="RS256")), TokenAlgorithmError
    ),
    "RS256 with an EC key": Case(lambda: sign(head=header(kid="ES256")), TokenAlgorithmError),
    "ES256 with an RSA key": Case(
        lambda: sign(alg="ES256", head=header("ES256", kid="RS256")), TokenAlgorithmError
    ),
    "ES256 with a P-384 key": Case(
        lambda: sign(alg="ES384", head=header("ES256", kid="ES384")), TokenAlgorithmError
    ),
    "ES256K": Case(lambda: sign(alg="ES256", head=header("ES256K", kid="ES256")), TokenAlgorithmError),
    "EdDSA with an EC key": Case(
        lambda: sign(alg="EdDSA", head=header("EdDSA", kid="ES256")), TokenAlgorithmError
    ),
    "Ed448 for an Ed25519 key": Case(
        lambda: sign(alg="EdDSA", head={**header("EdDSA"), "alg": "Ed448"}), TokenAlgorithmError
    ),
    "Ed25519 for an Ed448 key": Case(
        lambda: sign(alg="Ed448", head={**header("Ed448"), "alg": "Ed25519"}), TokenAlgorithmError
    ),
    "an encryption algorithm": Case(lambda: sign(head={**header(), "alg": "RSA-OAEP"}), TokenAlgorithmError),
    "a name of 5,000 characters": Case(lambda: none("x" * 5_000), TokenAlgorithmError),
}

HEADER_KEYS = {
    "jwk in the header": Case(lambda: attacker_header(jwk=ATTACKER), TokenSignatureError),
    "jwk in the header and no kid": Case(lambda: attacker_header(jwk=ATTACKER, kid=...), TokenSignatureError),
    "jwk with the realm's kid": Case(
        lambda: attacker_header(jwk={**ATTACKER, "kid": "RS256"}), TokenSignatureError
    ),
    "jku": Case(lambda: attacker_header(jku="https://evil.example/certs"), TokenSignatureError),
    "jku of the metadata service": Case(
        lambda: attacker_header(jku="http://169.254.169.254/"), TokenSignatureError
    ),
    "x5u": Case(lambda: attacker_header(x5u="https://evil.example/cert.pem"), TokenSignatureError),
    "x5c": Case(lambda: attacker_header(x5c=["MIIB"]), TokenSignatureError),
    "x5t": Case(lambda: attacker_header(**{"x5t#S256": "AAAA"}), TokenSignatureError),
    "the attacker's kid": Case(lambda: attacker_header(kid="attacker"), TokenUnknownKeyError),
    "kid of a file": Case(lambda: attacker_header(kid="../../../../dev/null"), TokenUnknownKeyError),
    "kid with SQL": Case(lambda: attacker_header(kid="' UNION SELECT 'secret'--"), TokenUnknownKeyError),
    "kid with a command": Case(lambda: attacker_header(kid="key|/usr/bin/id"), TokenUnknownKeyError),
    "kid with line breaks": Case(lambda: attacker_header(kid="a\r\nSet-Cookie: a=b"), TokenUnknownKeyError),
    "kid with a right-to-left mark": Case(lambda: attacker_header(kid="\u202edeknilb"), TokenUnknownKeyError),
    "kid of 10,000 characters": Case(lambda: attacker_header(kid="k" * 10_000), TokenUnknownKeyError),
    "kid empty": Case(lambda: attacker_header(kid=""), TokenUnknownKeyError),
    "kid in other case": Case(lambda: attacker_header(kid="rs256"), TokenUnknownKeyError),
    "kid of a Python attribute": Case(lambda: attacker_header(kid="__class__"), TokenUnknownKeyError),
    "kid of the encryption key": Case(lambda: sign(head=header(kid="enc")), TokenKeyError),
    "no kid, another realm's key": Case(lambda: attacker_header(kid=...), TokenSignatureError),
}

SIGNATURES = {
    **{
        f"another realm's key, {alg}": Case(
            lambda alg=alg: sign(alg=alg, key=_other(alg)), TokenSignatureError
        )
        for alg in ALGORITHMS
    },
    "RS256 signed with PSS": Case(
        lambda: with_signature(sign(), signature(sign().rpartition(".")[0].encode(), "PS256")),
        TokenSignatureError,
    ),
    "RS256 over SHA-512": Case(
        lambda: with_signature(sign(), signature(sign().rpartition(".")[0].encode(), "RS512")),
        TokenSignatureError,
    ),
    "PS256 with another salt length": Case(lambda: _pss_with_salt(20), TokenSignatureError),
    "ES256 in ASN.1": Case(der_signature, TokenSignatureError),
    "ES256 of zeros": Case(lambda: ecdsa(0, 0), TokenSignatureError),
    "ES256 with r zero": Case(lambda: ecdsa(0, 1), TokenSignatureError),
    "ES256 with s zero": Case(lambda: ecdsa(1, 0), TokenSignatureError),
    "ES256 with r the order": Case(lambda: ecdsa(ORDER_P256, 1), TokenSignatureError),
    "ES256 with s the order": Case(lambda: ecdsa(1, ORDER_P256), TokenSignatureError),
    "ES256 with r and s the order": Case(lambda: ecdsa(ORDER_P256, ORDER_P256), TokenSignatureError),
    "ES256 with longer numbers": Case(_padded_ecdsa, TokenSignatureError),
    "ES256 with an odd length": Case(
        lambda: with_signature(sign(alg="ES256"), bytes(63)), TokenSignatureError
    ),
    "ES256 empty": Case(lambda: with_signature(sign(alg="ES256"), b""), TokenSignatureError),
    "ES512 with 64-byte numbers": Case(
        lambda: with_signature(sign(alg="ES512"), bytes(128)), TokenSignatureError
    ),
    "EdDSA of zeros": Case(lambda: with_signature(sign(alg="EdDSA"), bytes(64)), TokenSignatureError),
    "EdDSA with s beyond the order": Case(_malleable_eddsa, TokenSignatureError),
    "EdDSA with an Ed448 signature": Case(
        lambda: with_signature(sign(alg="EdDSA"), unb64(sign(alg="Ed448").split(".")[2])), TokenSignatureError
    ),
}


def bad_key(**members: Any) -> Any:
    """Return a set whose key RS256 has these members instead, next to good keys of other names."""
    return keys(jwk("RS256", **members), jwk("ES256"))


KEYS = {
    "for encryption": (bad_key(use="enc"), TokenKeyError),
    "use that is no text": (bad_key(use=["sig"]), TokenKeyError),
    "only for signing": (bad_key(use=None, key_ops=["sign"]), TokenKeyError),
    "for wrapping": (bad_key(key_ops=["wrapKey"]), TokenKeyError),
    "key_ops that is a number": (bad_key(key_ops=1), TokenKeyError),
    "alg RSA-OAEP": (bad_key(alg="RSA-OAEP"), TokenKeyError),
    "alg none": (bad_key(alg="none"), TokenKeyError),
    "alg HS256": (bad_key(alg="HS256"), TokenKeyError),
    "alg a number": (bad_key(alg=256), TokenKeyError),
    "alg ES256": (bad_key(alg="ES256"), TokenKeyError),
    "of another type": (bad_key(kty="EC"), TokenKeyError),
    "of an unknown type": (bad_key(kty="AKP"), TokenKeyError),
    "of type oct": (bad_key(kty="oct", k="AAAA"), TokenKeyError),
    "without a type": (bad_key(kty=None), TokenKeyError),
    "type a list": (bad_key(kty=["RSA"]), TokenKeyError),
    "curve a list": (bad_key(crv=[]), TokenKeyError),
    "without a modulus": (bad_key(n=None), TokenKeyError),
    "modulus a number": (bad_key(n=3), TokenKeyError),
    "modulus no base64": (bad_key(n="ä"), TokenKeyError),
    "modulus empty": (bad_key(n=""), TokenKeyError),
    "modulus zero": (bad_key(n="AA"), TokenKeyError),
    "modulus of 32,768 bits": (bad_key(n=b64(b"\xff" * 4096)), TokenKeyError),
    "modulus of 9,000 bits": (bad_key(n=b64(b"\xff" * 1125)), TokenKeyError),
    "exponent 1": (bad_key(e="AQ"), TokenKeyError),
    "exponent 2": (bad_key(e="Ag"), TokenKeyError),
    "exponent 0": (bad_key(e="AA"), TokenKeyError),
    "exponent of 2048 bits": (bad_key(e=b64(b"\xff" * 256)), TokenKeyError),
    "a command to generate": (keys({"generate": "oct", "kid": "RS256"}), TokenKeyError),
    "no object": (keys(None, 7, "key", ["RSA"]), TokenUnknownKeyError),
    "of a number as kid": (bad_key(kid=256), TokenUnknownKeyError),
    "none at all": (keys(), TokenUnknownKeyError),
}

EC_KEYS = {
    "a point off the curve": (keys(jwk("ES256", x=b64(bytes(31) + b"\1"))), TokenKeyError),
    "the point zero": (keys(jwk("ES256", x=b64(bytes(32)), y=b64(bytes(32)))), TokenKeyError),
    "a short coordinate": (keys(jwk("ES256", x="AQ")), TokenKeyError),
    "an unknown curve": (keys(jwk("ES256", crv="P-224")), TokenKeyError),
    "the curve of Bitcoin": (keys(jwk("ES256", crv="secp256k1", alg=None)), TokenKeyError),
    "no curve": (keys(jwk("ES256", crv=None)), TokenKeyError),
}


@pytest.mark.parametrize("case", ALGORITHM.values(), ids=ALGORITHM.keys())
def test_the_token_does_not_choose_the_algorithm(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", HEADER_KEYS.values(), ids=HEADER_KEYS.keys())
def test_the_token_does_not_bring_its_key(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_signature_is_the_named_algorithms_by_the_named_key(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize(("key_set", "verdict"), KEYS.values(), ids=KEYS.keys())
def test_a_published_key_that_may_not_verify_does_not(key_set: Any, verdict: type[Exception]) -> None:
    judge(Case(sign, verdict, keys=key_set))


def test_an_rsa_key_of_1024_bits_verifies_nothing() -> None:
    small = private_key("RS256", "small")
    judge(Case(lambda: sign(key=small), TokenKeyError, keys=keys(jwk("RS256", "small"))))
    judge(Case(lambda: sign(key=small), TokenKeyError, {"key": JWK.from_pyca(small.public_key())}))


@pytest.mark.parametrize(("key_set", "verdict"), EC_KEYS.values(), ids=EC_KEYS.keys())
def test_a_published_point_lies_on_its_curve(key_set: Any, verdict: type[Exception]) -> None:
    judge(Case(lambda: sign(alg="ES256"), verdict, keys=key_set))


def test_a_key_set_of_the_caller_does_not_bring_its_own_algorithm() -> None:
    given = JWKSet()
    given.add(JWK(kty="oct", k=b64(SECRET), kid="RS256"))
    judge(Case(lambda: confused(SECRET), TokenAlgorithmError, {"key": given}))


def test_a_token_without_kid_is_not_tried_against_every_key_of_a_huge_set() -> None:
    many = keys(*(jwk("RS256", kid=f"key-{number}") for number in range(100)))
    judge(Case(lambda: attacker_header(kid=...), TokenUnknownKeyError, keys=many))
