# SPDX-License-Identifier: Apache-2.0
"""Tokens that are encrypted to this client, with keys that only it can open.

Source: RFC 7516 section 5.2; RFC 7518 sections 4 and 5; RFC 8725 section 3.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import field, frozen
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwcrypto.common import JWException
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt.compact import ENCRYPTED, decode_segment, read_header, read_object, split
from keycloak_sdk._jwt.errors import TokenDecryptionError
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    DecryptionKey: TypeAlias = (
        JWK | JWKSet | Mapping[str, Any] | str | bytes | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    )

KEY_MANAGEMENT = (
    *("RSA-OAEP", "RSA-OAEP-256"),
    *("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"),
)
"""Ways to encrypt to a public key. RSA1_5 leaks, and the symmetric ones would open what anybody wrote."""

CONTENT_ENCRYPTION = (
    *("A128GCM", "A192GCM", "A256GCM"),
    *("A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"),
)

_ALGORITHMS: Any = [*KEY_MANAGEMENT, *CONTENT_ENCRYPTION]
_PRIVATE = {"RSA": "RSA-OAEP", "EC": "ECDH-ES"}
_FORMS = "a jwcrypto JWK or JWKSet, a JWK or JWKS dict, a PEM private key, or a cryptography private key"
_UNREADABLE = (JWException, ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm)
_UNDECRYPTABLE = (*_UNREADABLE, InvalidTag, binascii.Error, NotImplementedError)


@frozen
class DecryptionKeys:
    """The private keys of a client."""

    _keys: tuple[JWK, ...] = field(repr=False)

    @classmethod
    def read(cls, given: DecryptionKey) -> DecryptionKeys:
        """Read the argument `decryption_key`.

        Raises:
            KeycloakRequestError: It is no private RSA or EC key. The text never quotes it.
        """
        keys = tuple(key for key in _listed(given) if key.get("kty") in _PRIVATE and key.has_private)
        if not keys:
            raise KeycloakRequestError(f"decryption_key has no private RSA or EC key; it is {_FORMS}")
        return cls(keys)

    def decrypt(self, token: str | bytes) -> bytes:
        """Return the content of an encrypted token.

        Raises:
            TokenDecryptionError: It is not encrypted, or not in these ways, or to another key.
            TokenMalformedError: It is no token.
        """
        segments = split(token)
        if len(segments) != ENCRYPTED:
            raise TokenDecryptionError(
                "the token is not encrypted, decryption_key was given: let the client ask for encryption"
            )
        header = read_header(segments)
        self._check_ways(header.alg, read_object(segments[0], "header").get("enc"))
        for index, name in enumerate(("encrypted key", "initialization vector", "content", "tag"), 1):
            decode_segment(segments[index], name)
        compact = b".".join(segments).decode("ascii")
        for key in self._named(header.kid, header.alg):
            jwe: Any = JWE(algs=_ALGORITHMS)
            try:
                jwe.deserialize(compact, key)
            except _UNDECRYPTABLE:  # one answer to all: which step failed helps an attacker only
                continue
            return cast("bytes", jwe.payload)
        raise TokenDecryptionError(
            f"the token (alg {shown(header.alg)}, kid {shown(header.kid)}) does not decrypt with the given "
            "key: does the client publish its public key (Keys, JWKS)?"
        )

    @staticmethod
    def _check_ways(alg: str, enc: object) -> None:
        if alg not in KEY_MANAGEMENT:
            raise TokenDecryptionError(
                f"the token is encrypted with alg {shown(alg)}, which is not allowed",
                expected=", ".join(KEY_MANAGEMENT),
                found=shown(alg),
            )
        if enc not in CONTENT_ENCRYPTION:
            raise TokenDecryptionError(
                f"the token's content is encrypted with enc {shown(enc)}, which is not allowed",
                expected=", ".join(CONTENT_ENCRYPTION),
                found=shown(enc),
            )

    def _named(self, kid: str | None, alg: str) -> Iterable[JWK]:
        """Return the keys of the algorithm's type, those with the token's key id first."""
        fitting = [key for key in self._keys if alg.startswith(_PRIVATE[str(key.get("kty"))])]
        return sorted(fitting, key=lambda key: key.get("kid") != kid)


def _listed(given: DecryptionKey) -> list[JWK]:
    if isinstance(given, JWK):
        return [given]
    if isinstance(given, JWKSet):
        return list(given["keys"])
    try:
        if isinstance(given, Mapping):
            return [JWK(**members) for members in _members(given)]
        if isinstance(given, str | bytes):
            return [_of_pem(given.encode("ascii") if isinstance(given, str) else given)]
        return [JWK.from_pyca(given)]
    except _UNREADABLE:
        raise KeycloakRequestError(f"decryption_key is {_FORMS}") from None


def _of_pem(pem: bytes) -> JWK:
    """Whether its own key is sound is for the client to know: asking costs more than decrypting."""
    key: Any = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    return JWK.from_pyca(key)


def _members(document: Any) -> list[dict[str, Any]]:
    listed = cast("list[Mapping[str, Any]]", document.get("keys", [document]))
    return [{name: value for name, value in key.items() if name != "generate"} for key in listed]
