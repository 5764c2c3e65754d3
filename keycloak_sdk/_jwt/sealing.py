# SPDX-License-Identifier: Apache-2.0
"""Bytes that only holders of a key can read, as compact JWEs.

Source: RFC 7516; RFC 7518 sections 4.3, 4.5, 4.6 and 5.3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import frozen
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt.algorithms import MIN_RSA_BITS
from keycloak_sdk._jwt.compact import ENCRYPTED, decode_segment, read_header
from keycloak_sdk._jwt.errors import TokenMalformedError
from keycloak_sdk._jwt.keys import UNREADABLE
from keycloak_sdk.exceptions import KeycloakConfigurationError

_CONTENT = "A256GCM"
_KEY_BYTES = 32
_ANY_OF = "an oct JWK of 256 bits, or a private RSA, EC or X25519 JWK"


@frozen(repr=False)
class _SealingKey:
    """A key and the one algorithm that it is used with."""

    jwk: JWK
    alg: str

    def seal(self, content: bytes) -> bytes:
        jwe = self._jwe(content, json.dumps({"alg": self.alg, "enc": _CONTENT}))
        jwe.add_recipient(self.jwk)
        return cast("str", jwe.serialize(compact=True)).encode("ascii")

    def opened(self, sealed: str) -> bytes | None:
        jwe = self._jwe()
        try:
            jwe.deserialize(sealed, self.jwk)
        except (JWException, ValueError, TypeError):
            return None
        return cast("bytes", jwe.payload)

    def _jwe(self, content: bytes | None = None, header: str | None = None) -> Any:
        return JWE(content, header, algs=cast("Any", [self.alg, _CONTENT]))


class Sealer:
    """Encrypts with the first of some keys and decrypts with any.

    Args:
        keys: A JWK, of jwcrypto or as decoded from JSON, or several, the newest first: `oct` of 256 bits
            (`dir`), RSA (`RSA-OAEP-256`), EC or X25519 (`ECDH-ES`); the content is encrypted with A256GCM.

    Raises:
        KeycloakConfigurationError: One cannot do both. The text never quotes it.
    """

    def __init__(self, keys: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        several = keys if isinstance(keys, Sequence) and not isinstance(keys, str | bytes) else [keys]
        if not several:
            raise KeycloakConfigurationError(f"no key to encrypt with: give {_ANY_OF}")
        self._keys = [_sealing_key(key) for key in several]

    def seal(self, content: bytes) -> bytes:
        """Return the content, encrypted."""
        return self._keys[0].seal(content)

    def opened(self, sealed: bytes) -> bytes | None:
        """Return what was encrypted; `None` when no key decrypts it, or it was changed."""
        segments = sealed.split(b".", ENCRYPTED)
        try:
            alg = read_header(segments).alg if len(segments) == ENCRYPTED else None
            for segment in segments[1:]:
                decode_segment(segment, "content")
            text = sealed.decode("ascii")
        except (TokenMalformedError, UnicodeDecodeError):
            return None
        found = (key.opened(text) for key in self._keys if key.alg == alg)
        return next((content for content in found if content is not None), None)


def _sealing_key(key: object) -> _SealingKey:
    jwk = _jwk(key)
    sealing = _SealingKey(jwk, _algorithm(jwk))
    try:
        if sealing.opened(sealing.seal(_CONTENT.encode()).decode("ascii")) is not None:
            return sealing
    except (*UNREADABLE, TypeError):
        pass
    raise KeycloakConfigurationError(f"the key cannot encrypt and decrypt with {sealing.alg}: give {_ANY_OF}")


def _jwk(key: object) -> JWK:
    if isinstance(key, JWK):
        return key
    if isinstance(key, Mapping) and "kty" in key:
        members = cast("Mapping[str, Any]", key)
        try:
            return JWK(**{name: value for name, value in members.items() if name != "generate"})
        except (*UNREADABLE, TypeError, AttributeError):
            pass
    raise KeycloakConfigurationError(f"the key to encrypt with is no JWK: give {_ANY_OF}")


def _algorithm(jwk: JWK) -> str:
    """Return the algorithm for a key of this type.

    Raises:
        KeycloakConfigurationError: There is none, the key is too short, or it is for something else.
    """
    material: Mapping[str, Any] = jwk
    match jwk.get("kty"):
        case "oct" if len(base64url_decode(material["k"])) == _KEY_BYTES:
            algs = ["dir", _CONTENT]
        case "RSA" if len(base64url_decode(material["n"])) * 8 >= MIN_RSA_BITS:
            algs = ["RSA-OAEP-256"]
        case "EC" | "OKP":
            algs = ["ECDH-ES"]
        case _:
            raise KeycloakConfigurationError(f"the key to encrypt with is of a wrong kind: give {_ANY_OF}")
    if jwk.get("alg") not in (None, *algs):
        raise KeycloakConfigurationError(f"the key to encrypt with names another algorithm than {algs[0]}")
    return algs[0]
