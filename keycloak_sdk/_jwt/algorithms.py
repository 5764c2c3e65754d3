# SPDX-License-Identifier: Apache-2.0
"""The signature algorithms that Keycloak signs with, each bound to the keys that may use it.

Source: RFC 7518 section 3; RFC 8037 section 3.1; RFC 9864.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

Verify = Callable[[bytes, bytes], object]
"""`verify(signature, signed)` raises `cryptography.exceptions.InvalidSignature` on a mismatch."""

MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192
_MAX_EXPONENT = 11  # characters of base64url: 64 bits, where larger ones only cost time


class UnusableKeyError(ValueError):
    """A key may not verify tokens; the text says why and quotes no key material."""


def _rsa(scheme: padding.AsymmetricPadding, digest: hashes.HashAlgorithm) -> Callable[[Any], Verify]:
    def bind(key: rsa.RSAPublicKey) -> Verify:
        verify = key.verify
        return lambda signature, signed: verify(signature, signed, scheme, digest)

    return bind


def _pkcs1(digest: hashes.HashAlgorithm) -> Callable[[Any], Verify]:
    return _rsa(padding.PKCS1v15(), digest)


def _pss(digest: hashes.HashAlgorithm) -> Callable[[Any], Verify]:
    return _rsa(padding.PSS(padding.MGF1(digest), digest.digest_size), digest)


def _ecdsa(digest: hashes.HashAlgorithm) -> Callable[[Any], Verify]:
    scheme = ec.ECDSA(digest)

    def bind(key: ec.EllipticCurvePublicKey) -> Verify:
        size = (key.curve.key_size + 7) // 8
        verify = key.verify

        def check(signature: bytes, signed: bytes) -> None:
            if len(signature) != 2 * size:
                raise InvalidSignature
            r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
            verify(encode_dss_signature(r, s), signed, scheme)

        return check

    return bind


def _eddsa(key: Any) -> Verify:
    return key.verify  # type: ignore[no-any-return]  # two classes with the same method


_BINDERS: Mapping[str, Callable[[Any], Verify]] = {
    "RS256": _pkcs1(hashes.SHA256()),
    "RS384": _pkcs1(hashes.SHA384()),
    "RS512": _pkcs1(hashes.SHA512()),
    "PS256": _pss(hashes.SHA256()),
    "PS384": _pss(hashes.SHA384()),
    "PS512": _pss(hashes.SHA512()),
    "ES256": _ecdsa(hashes.SHA256()),
    "ES384": _ecdsa(hashes.SHA384()),
    "ES512": _ecdsa(hashes.SHA512()),
    "EdDSA": _eddsa,
    "Ed25519": _eddsa,
    "Ed448": _eddsa,
}

ALGORITHMS = frozenset(_BINDERS)
"""Every algorithm a token may use by default. `none` and the symmetric ones are not among them."""

_BY_KEY: Mapping[tuple[str, str | None], frozenset[str]] = {
    ("RSA", None): frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
    ("EC", "P-256"): frozenset({"ES256"}),
    ("EC", "P-384"): frozenset({"ES384"}),
    ("EC", "P-521"): frozenset({"ES512"}),
    ("OKP", "Ed25519"): frozenset({"EdDSA", "Ed25519"}),
    ("OKP", "Ed448"): frozenset({"EdDSA", "Ed448"}),
}


def algorithms_of(jwk: Mapping[str, Any]) -> frozenset[str]:
    """Return the algorithms that a JWK may verify, by its `kty`, `crv`, `use`, `key_ops` and `alg`.

    Raises:
        UnusableKeyError: There is none.

    Source: RFC 7517 sections 4.1 to 4.4; RFC 8725 section 3.1.
    """
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kty, str) or not isinstance(crv, str | None):
        raise UnusableKeyError("it names no key type (kty)")
    fitting = _BY_KEY.get((kty, crv))
    if fitting is None:
        raise UnusableKeyError(
            f"keys of type {kty[:16]!r}{f' on curve {crv[:16]!r}' if crv else ''} sign no tokens here"
        )
    if kty == "RSA" and len(str(jwk.get("e"))) > _MAX_EXPONENT:
        raise UnusableKeyError("its RSA exponent is larger than any in use")
    _check_purpose(jwk.get("use"), jwk.get("key_ops"))
    alg = jwk.get("alg")
    if alg is None:
        return fitting
    if not isinstance(alg, str) or alg not in fitting:
        named = repr(alg[:32]) if isinstance(alg, str) else "no name"
        raise UnusableKeyError(f"it is for another algorithm (alg is {named})")
    return fitting if kty == "OKP" else frozenset({alg})


def _check_purpose(use: object, key_ops: object) -> None:
    if use is not None and use != "sig":
        raise UnusableKeyError(
            f"it is not for signatures (use is {use[:16]!r})"
            if isinstance(use, str)
            else "its use is no text"
        )
    if key_ops is not None and not (isinstance(key_ops, Collection) and "verify" in key_ops):
        raise UnusableKeyError("it is not for verifying (key_ops)")


def bind(alg: str, key: object) -> Verify:
    """Return the function that verifies `alg` with a public key of the `cryptography` package.

    Raises:
        UnusableKeyError: An RSA key under 2048 or over 8192 bits, or of another type than its JWK said.
    """
    if isinstance(key, rsa.RSAPublicKey):
        if not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
            raise UnusableKeyError(
                f"it is an RSA key of {key.key_size} bits, {MIN_RSA_BITS} to {MAX_RSA_BITS} are accepted"
            )
    elif not isinstance(key, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        raise UnusableKeyError("it is no public key")
    return _BINDERS[alg](key)
