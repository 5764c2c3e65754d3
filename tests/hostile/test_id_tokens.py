# SPDX-License-Identifier: Apache-2.0
"""Truly signed ID tokens at a client: those of its own logins, and those that were slipped in.

Sources: OpenID Connect Core 1.0 sections 3.1.3.7, 3.1.3.8, 3.3.2.11 and 15.1; RFC 7516; RFC 8725.
"""

from __future__ import annotations

import json
from hashlib import sha256, sha384, sha512, shake_256
from typing import Any

import pytest
from jwcrypto import jwe
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk.exceptions import (
    TokenAcrError,
    TokenAlgorithmError,
    TokenAudienceError,
    TokenAuthTimeError,
    TokenClaimFormatError,
    TokenClientError,
    TokenDecryptionError,
    TokenExpiredError,
    TokenHashError,
    TokenIssuedAtError,
    TokenIssuerError,
    TokenKindError,
    TokenMalformedError,
    TokenMissingClaimError,
    TokenNonceError,
    TokenSignatureError,
    TokenTooLargeError,
)
from support.kinds import CLIENT, access_claims, id_claims as having, id_token, logout_claims
from support.tokens import NOW, Case, b64, header, judge, private_key, rsa_key, sign

NONCE = "n-0S6_WzA2Mj"
ACCESS = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"
CODE = "1b7e9d23-5024-3237-9b0b-6f38b9217429.hwc9-JNodZSxCe-dSAo5Kj9I"
STATE = "zustand-ä"


def half(value: str, digest: Any = sha256) -> str:
    """Return the base64url of the left half of a hash."""
    raw = digest(value.encode()).digest()
    return b64(raw[: len(raw) // 2])


def shaken(value: str, size: int) -> str:
    """Return the base64url of the left half of a SHAKE256 of that many bytes."""
    return b64(shake_256(value.encode()).digest(size)[: size // 2])


def hashed(alg: str, at_hash: Any) -> Any:
    """Return a maker of an ID token that is signed with `alg` and has this hash."""
    return lambda: sign(having(at_hash=at_hash), alg)


def headed(media_type: Any, /, **members: Any) -> Any:
    """Return a maker of an ID token with this header typ."""
    return lambda: sign(having(**members), head=header(typ=media_type))


HYBRID = {"at_hash": half(ACCESS), "c_hash": half(CODE), "s_hash": half(STATE)}

ACCEPTED = {
    "as Keycloak issues it": id_token(),
    "without a media type": id_token(headed(...)),
    "with its nonce": id_token(None, nonce=NONCE),
    "with a nonce of any script": id_token(having(nonce="ñ"), nonce="ñ"),
    "with a nonce that nobody compares": id_token(),
    "without a nonce that nobody sent": id_token(having(nonce=...)),
    "for this client in a list": id_token(having(aud=[CLIENT])),
    "for a trusted other as well": id_token(having(aud=[CLIENT, "billing"]), trusted_audiences="billing"),
    "without azp": id_token(having(azp=...)),
    "of a hybrid flow": id_token(having(**HYBRID), access_token=ACCESS, code=CODE, state=STATE),
    "at_hash by RS256": id_token(hashed("RS256", half(ACCESS)), access_token=ACCESS),
    "at_hash by PS384": id_token(hashed("PS384", half(ACCESS, sha384)), access_token=ACCESS),
    "at_hash by RS512": id_token(hashed("RS512", half(ACCESS, sha512)), access_token=ACCESS),
    "at_hash by ES256": id_token(hashed("ES256", half(ACCESS)), access_token=ACCESS),
    "at_hash by ES384": id_token(hashed("ES384", half(ACCESS, sha384)), access_token=ACCESS),
    "at_hash by ES512": id_token(hashed("ES512", half(ACCESS, sha512)), access_token=ACCESS),
    "at_hash by Ed25519": id_token(hashed("EdDSA", half(ACCESS, sha512)), access_token=ACCESS),
    "at_hash by Ed25519 under its full name": id_token(
        lambda: sign(
            having(at_hash=half(ACCESS, sha512)),
            "EdDSA",
            head={"alg": "Ed25519", "typ": "JWT", "kid": "EdDSA"},
        ),
        access_token=ACCESS,
    ),
    "at_hash by Ed448 as Keycloak has it": id_token(hashed("Ed448", shaken(ACCESS, 64)), access_token=ACCESS),
    "at_hash by Ed448 of the signature's length": id_token(
        hashed("Ed448", shaken(ACCESS, 114)), access_token=ACCESS
    ),
    "at_hash by Ed448 under its full name": id_token(
        lambda: sign(
            having(at_hash=shaken(ACCESS, 114)), "Ed448", head={"alg": "Ed448", "typ": "JWT", "kid": "Ed448"}
        ),
        access_token=ACCESS,
    ),
    "of a recent login": id_token(None, max_age=100),
    "of the level": id_token(None, acr=["1", "2"]),
}

REFUSED = {
    "an access token": id_token(access_claims(aud=CLIENT), TokenKindError),
    "a logout token": id_token(logout_claims(), TokenKindError),
    "a refresh token": id_token(having(typ="Refresh"), TokenKindError),
    "no type": id_token(having(typ=...), TokenKindError),
    "no type under no media type": id_token(headed(..., typ=...), TokenKindError),
    "no type under an empty media type": id_token(headed("", typ=...), TokenKindError),
    "the media type of access tokens": id_token(headed("at+jwt"), TokenKindError),
    "the media type of logout tokens": id_token(headed("logout+jwt"), TokenKindError),
    "for another client": id_token(having(aud="mobile"), TokenAudienceError),
    "for nobody": id_token(having(aud=...), TokenAudienceError),
    "for an empty list": id_token(having(aud=[]), TokenAudienceError),
    "for another as well": id_token(having(aud=[CLIENT, "billing"]), TokenAudienceError),
    "for another than the trusted as well": id_token(
        having(aud=[CLIENT, "billing", "stock"]), TokenAudienceError, trusted_audiences=["billing"]
    ),
    "for a trusted other only": id_token(
        having(aud=["billing"]), TokenAudienceError, trusted_audiences="billing"
    ),
    "audience a number": id_token(having(aud=7), TokenClaimFormatError),
    "issued to another client": id_token(having(azp="mobile"), TokenClientError),
    "for several, and issued to nobody": id_token(
        having(aud=[CLIENT, "billing"], azp=...), TokenMissingClaimError, trusted_audiences="billing"
    ),
    "for several, and azp null": id_token(
        having(aud=[CLIENT, "billing"], azp=None), TokenMissingClaimError, trusted_audiences="billing"
    ),
    "another nonce": id_token(None, TokenNonceError, nonce="other"),
    "a longer nonce": id_token(None, TokenNonceError, nonce=NONCE + "x"),
    "a nonce of another script": id_token(None, TokenNonceError, nonce="ñ"),
    "no nonce": id_token(having(nonce=...), TokenMissingClaimError, nonce=NONCE),
    "an empty nonce": id_token(having(nonce=""), TokenNonceError, nonce=NONCE),
    "a nonce that is a list": id_token(having(nonce=[NONCE]), TokenClaimFormatError, nonce=NONCE),
    "of another access token": id_token(having(**HYBRID), TokenHashError, access_token=ACCESS + "x"),
    "of another code": id_token(having(**HYBRID), TokenHashError, code=CODE + "x"),
    "of another state": id_token(having(**HYBRID), TokenHashError, state=STATE + "x"),
    "no at_hash": id_token(None, TokenMissingClaimError, access_token=ACCESS),
    "no c_hash": id_token(having(at_hash=half(ACCESS)), TokenMissingClaimError, code=CODE),
    "no s_hash": id_token(None, TokenMissingClaimError, state=STATE),
    "an empty at_hash": id_token(having(at_hash=""), TokenHashError, access_token=ACCESS),
    "at_hash a list": id_token(having(at_hash=[half(ACCESS)]), TokenClaimFormatError, access_token=ACCESS),
    "at_hash of the whole hash": id_token(
        having(at_hash=b64(sha256(ACCESS.encode()).digest())), TokenHashError, access_token=ACCESS
    ),
    "at_hash of the right half": id_token(
        having(at_hash=b64(sha256(ACCESS.encode()).digest()[16:])), TokenHashError, access_token=ACCESS
    ),
    "at_hash with padding": id_token(
        having(at_hash=half(ACCESS) + "=="), TokenHashError, access_token=ACCESS
    ),
    "at_hash cut short": id_token(having(at_hash=half(ACCESS)[:4]), TokenHashError, access_token=ACCESS),
    "at_hash by SHA-256 under ES512": id_token(
        hashed("ES512", half(ACCESS)), TokenHashError, access_token=ACCESS
    ),
    "at_hash by SHA-512 under RS256": id_token(
        hashed("RS256", half(ACCESS, sha512)), TokenHashError, access_token=ACCESS
    ),
    "at_hash by SHAKE256 under Ed25519": id_token(
        hashed("EdDSA", shaken(ACCESS, 64)), TokenHashError, access_token=ACCESS
    ),
    "at_hash by SHA-512 under Ed448": id_token(
        hashed("Ed448", half(ACCESS, sha512)), TokenHashError, access_token=ACCESS
    ),
    "c_hash where at_hash belongs": id_token(having(at_hash=half(CODE)), TokenHashError, access_token=ACCESS),
    "no subject": id_token(having(sub=...), TokenMissingClaimError),
    "expired": id_token(having(exp=NOW - 60), TokenExpiredError),
    "no expiry": id_token(having(exp=...), TokenMissingClaimError),
    "issued in the future": id_token(having(iat=NOW + 61), TokenIssuedAtError),
    "of another realm": id_token(having(iss="https://evil.example/realms/demo"), TokenIssuerError),
    "a login too long ago": id_token(None, TokenAuthTimeError, max_age=10),
    "no time of login": id_token(having(auth_time=...), TokenMissingClaimError, max_age=10),
    "another level": id_token(None, TokenAcrError, acr="2"),
    "unsigned": id_token(lambda: sign(having(), head=header(alg="none")), TokenAlgorithmError),
    "signed by another": id_token(lambda: sign(having(), key=rsa_key("attacker")), TokenSignatureError),
}

RSA = JWK.from_pyca(rsa_key("client"))
EC = JWK.from_pyca(private_key("ES384", "client"))


def public(key: JWK, **members: Any) -> JWK:
    """Return the public key."""
    return JWK(**{**json.loads(key.export_public()), **members})


def sealed(
    content: Any = None, key: JWK = RSA, alg: str = "RSA-OAEP", enc: str = "A256GCM", **members: Any
) -> Any:
    """Return a maker of an ID token that is encrypted to the client, as Keycloak does it."""

    def make() -> str:
        inner = content() if callable(content) else content
        head = {"alg": alg, "enc": enc, "cty": "JWT", "kid": "enc", **members}
        token = jwe.JWE(sign(having()) if inner is None else inner, json.dumps(head), algs=[alg, enc])
        token.add_recipient(key)
        return str(token.serialize(compact=True))

    return make


def opened(token: Any, verdict: type[Exception] | None = None, key: Any = RSA, **arguments: Any) -> Case:
    """Return the case of an encrypted ID token."""
    return id_token(token, verdict, decryption_key=key, **arguments)


def recoded(**members: Any) -> Any:
    """Return a maker of an encrypted token whose header was changed afterwards."""
    head = {"alg": "RSA-OAEP", "enc": "A256GCM", **members}
    return lambda: f"{b64(json.dumps(head))}.{sealed()().partition('.')[2]}"


def spoilt(index: int, text: str) -> Any:
    """Return a maker of an encrypted token with one segment replaced."""

    def make() -> str:
        segments = sealed()().split(".")
        segments[index] = text
        return ".".join(segments)

    return make


def key_set(*keys: JWK) -> JWKSet:
    """Return jwcrypto's own key set."""
    made = JWKSet()
    for key in keys:
        made.add(key)
    return made


SECRET = JWK(kty="oct", k=b64(bytes(32)))

OPENED = {
    **{
        f"{alg} with {enc}": opened(sealed(alg=alg, enc=enc))
        for alg in ("RSA-OAEP", "RSA-OAEP-256")
        for enc in ("A128GCM", "A256CBC-HS512")
    },
    **{
        f"{alg} with {enc}": opened(sealed(key=public(EC), alg=alg, enc=enc), key=EC)
        for alg in ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
        for enc in ("A192GCM", "A128CBC-HS256", "A192CBC-HS384")
    },
    "with its nonce": opened(sealed(), nonce=NONCE),
    "with its hash": opened(
        sealed(lambda: sign(having(at_hash=half(ACCESS, sha384)), "ES384")), access_token=ACCESS
    ),
    "without cty": opened(sealed(cty="")),
    "by a JWK dict": opened(sealed(), key=json.loads(RSA.export_private())),
    "by a JWKS dict": opened(sealed(), key={"keys": [json.loads(k.export_private()) for k in (EC, RSA)]}),
    "by PEM": opened(sealed(), key=RSA.export_to_pem(private_key=True, password=None).decode()),
    "by PEM bytes": opened(sealed(), key=RSA.export_to_pem(private_key=True, password=None)),
    "by a private key": opened(sealed(), key=rsa_key("client")),
    "by a key set": opened(sealed(), key=key_set(EC, RSA)),
    "by a key set with what opens nothing": opened(sealed(), key=key_set(SECRET, public(EC), RSA)),
    "by the second of two keys": opened(sealed(), key=key_set(JWK.from_pyca(rsa_key("attacker")), RSA)),
    "by the key of its kid": opened(
        sealed(kid="new"),
        key=key_set(
            JWK.from_pyca(rsa_key("attacker")), JWK(**{**json.loads(RSA.export_private()), "kid": "new"})
        ),
    ),
}

UNOPENED = {
    "encrypted where nothing was": id_token(sealed(), TokenDecryptionError),
    "signed where encryption is wanted": opened(None, TokenDecryptionError),
    "to another key": opened(sealed(key=public(JWK.from_pyca(rsa_key("attacker")))), TokenDecryptionError),
    "to another type of key": opened(sealed(), TokenDecryptionError, key=EC),
    "to another curve": opened(
        sealed(key=public(JWK.from_pyca(private_key("ES256", "client"))), alg="ECDH-ES"),
        TokenDecryptionError,
        key=EC,
    ),
    "unsigned claims": opened(sealed(json.dumps(having())), TokenMalformedError),
    "unsigned within": opened(sealed(lambda: sign(having(), head=header(alg="none"))), TokenAlgorithmError),
    "signed by another within": opened(
        sealed(lambda: sign(having(), key=rsa_key("attacker"))), TokenSignatureError
    ),
    "signed with the public key as secret within": opened(
        sealed(lambda: sign(having(), "HS256", head=header("HS256"), key=bytes(64))), TokenAlgorithmError
    ),
    "an access token within": opened(sealed(lambda: sign(access_claims(aud=CLIENT))), TokenKindError),
    "expired within": opened(sealed(lambda: sign(having(exp=0))), TokenExpiredError),
    "encrypted twice": opened(sealed(sealed()), TokenDecryptionError),
    "nothing within": opened(sealed(b""), TokenDecryptionError),
    "no text within": opened(sealed(bytes(range(256))), TokenMalformedError),
    "too much within": opened(sealed(b"a" * 190_000), TokenMalformedError),
    "far too much": opened(sealed(b"a" * 300_000), TokenTooLargeError),
    "compressed": opened(sealed(zip="DEF"), TokenMalformedError),
    "a compressed bomb": opened(sealed(b" " * 50_000_000, zip="DEF"), TokenMalformedError),
    "a critical extension": opened(recoded(crit=["exp"]), TokenMalformedError),
    "RSA1_5": opened(recoded(alg="RSA1_5"), TokenDecryptionError),
    "dir": opened(recoded(alg="dir"), TokenDecryptionError),
    "A256KW": opened(recoded(alg="A256KW"), TokenDecryptionError),
    "A256GCMKW": opened(recoded(alg="A256GCMKW"), TokenDecryptionError),
    "PBES2 with ten million rounds": opened(
        recoded(alg="PBES2-HS256+A128KW", p2c=10_000_000, p2s=b64(bytes(16))), TokenDecryptionError
    ),
    "alg none": opened(recoded(alg="none"), TokenDecryptionError),
    "alg of signatures": opened(recoded(alg="RS256"), TokenDecryptionError),
    "enc unknown": opened(recoded(enc="A1GCM"), TokenDecryptionError),
    "enc a number": opened(recoded(enc=1), TokenDecryptionError),
    "enc a list": opened(recoded(enc=["A256GCM"]), TokenDecryptionError),
    "enc of other key length": opened(recoded(enc="A128GCM"), TokenDecryptionError),
    "enc of another family": opened(recoded(enc="A256CBC-HS512"), TokenDecryptionError),
    "a changed header": opened(recoded(typ="JWT"), TokenDecryptionError),
    "a changed tag": opened(spoilt(4, b64(bytes(16))), TokenDecryptionError),
    "a short tag": opened(spoilt(4, b64(bytes(4))), TokenDecryptionError),
    "no tag": opened(spoilt(4, ""), TokenDecryptionError),
    "no vector": opened(spoilt(2, ""), TokenDecryptionError),
    "no key": opened(spoilt(1, ""), TokenDecryptionError),
    "no content": opened(spoilt(3, ""), TokenDecryptionError),
    "junk in the content": opened(spoilt(3, "!!"), TokenMalformedError),
    "padding": opened(lambda: sealed()() + "==", TokenMalformedError),
    "no ephemeral key": opened(recoded(alg="ECDH-ES"), TokenDecryptionError, key=EC),
    **{
        f"an ephemeral key that is {name}": opened(
            recoded(alg="ECDH-ES", epk=epk), TokenDecryptionError, key=EC
        )
        for name, epk in {
            "text": "x",
            "a number": 7,
            "empty": {},
            "a secret": {"kty": "oct", "k": "AA"},
            "off the curve": {"kty": "EC", "crv": "P-384", "x": b64(bytes(48)), "y": b64(bytes(48))},
            "of another curve": {"kty": "EC", "crv": "P-256", "x": b64(bytes(32)), "y": b64(bytes(32))},
            "of no curve": {"kty": "EC", "crv": "P-1", "x": "AA", "y": "AA"},
            "no base64": {"kty": "EC", "crv": "P-384", "x": "!", "y": "!"},
            "RSA": json.loads(public(RSA).export_public()),
            "made on the spot": {"generate": "RSA", "size": 16_384},
        }.items()
    },
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_client_takes_the_id_tokens_of_its_own_logins(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_client_refuses_every_other_token_and_says_why(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", OPENED.values(), ids=OPENED.keys())
def test_a_client_opens_what_is_encrypted_to_its_key(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", UNOPENED.values(), ids=UNOPENED.keys())
def test_a_client_opens_nothing_else(case: Case) -> None:
    judge(case)
