# SPDX-License-Identifier: Apache-2.0
"""Keys that the caller gives with `key=`: jwcrypto's, JWK and JWKS documents, PEM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import frozen
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt.algorithms import UnusableKeyError, Verify, algorithms_of, bind
from keycloak_sdk._jwt.errors import TokenAlgorithmError, TokenKeyError, TokenUnknownKeyError
from keycloak_sdk._jwt.keys import UNREADABLE, KeySet, KeySource
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk.exceptions import KeycloakGetError, KeycloakRequestError

_PEM = "-----BEGIN "
_FORMS = (
    "a jwcrypto JWK or JWKSet, a JWK or JWKS dict, a PEM public key or certificate, or public_key()'s text"
)


@frozen
class GivenKey:
    """One key for every token, whatever `kid` the token names, as jwcrypto treats a lone key."""

    jwk: JWK

    def verifiers(self, kid: str | None, alg: str) -> Sequence[Verify]:
        """Return the key bound to `alg`; see `KeySource`."""
        try:
            allowed = algorithms_of(self.jwk)
            if alg in allowed:
                return (bind(alg, self._public()),)
        except UnusableKeyError as error:
            raise TokenKeyError(f"the given key may not verify tokens: {error}", found=str(error)) from None
        names = ", ".join(sorted(allowed))
        raise TokenAlgorithmError(
            f"the token says alg {shown(alg)}, the given key is for {names}", expected=names, found=shown(alg)
        )

    def _public(self) -> object:
        try:
            return self.jwk.get_op_key("verify")
        except UNREADABLE:
            raise UnusableKeyError("it cannot be parsed") from None


@frozen
class GivenKeys:
    """A jwcrypto key set: the keys with the token's `kid`, all of them for a token without."""

    keys: JWKSet

    def verifiers(self, kid: str | None, alg: str) -> Sequence[Verify]:
        """Return the fitting keys bound to `alg`; see `KeySource`."""
        named: list[JWK] = [jwk for jwk in self.keys["keys"] if kid is None or jwk.get("kid") == kid]
        if not named:
            raise TokenUnknownKeyError(f"the given keys have none with the token's kid {shown(kid)}", kid=kid)
        bound: list[Verify] = []
        refusal: TokenKeyError | TokenAlgorithmError | None = None
        for jwk in named:
            try:
                bound += GivenKey(jwk).verifiers(kid, alg)
            except (TokenKeyError, TokenAlgorithmError) as error:
                refusal = error
        if bound or refusal is None:
            return bound
        raise refusal


def given_key(key: object) -> JWK | JWKSet | KeySet:
    """Return what the caller's `key=` stands for.

    Raises:
        KeycloakRequestError: It is none of the accepted forms. The text never quotes it.
    """
    if isinstance(key, JWK | JWKSet | KeySet):
        return key
    if isinstance(key, Mapping):
        return _of_document(cast("Mapping[str, Any]", key))
    if isinstance(key, str | bytes):
        return _of_pem(key)
    raise KeycloakRequestError(f"key is {_FORMS}; found {type(key).__name__}")


def _of_document(document: Mapping[str, Any]) -> JWK | KeySet:
    if "keys" in document:
        try:
            return KeySet.parse(document)
        except KeycloakGetError as error:
            raise KeycloakRequestError(f"key: {error.error_message}") from None
    members = {name: value for name, value in document.items() if name != "generate" and value is not None}
    try:
        if "kty" in members:
            return JWK(**members)
    except (*UNREADABLE, TypeError, AttributeError):
        pass
    raise KeycloakRequestError("key is a dict, but no JWK (RFC 7517)")


def _of_pem(text: str | bytes) -> JWK:
    try:
        pem = text.decode("ascii") if isinstance(text, bytes) else text
        if _PEM not in pem:
            pem = f"{_PEM}PUBLIC KEY-----\n{pem.strip()}\n-----END PUBLIC KEY-----\n"
        return JWK.from_pem(pem.encode("ascii"))
    except (*UNREADABLE, TypeError):
        raise KeycloakRequestError(f"key is text, but no PEM public key; key is {_FORMS}") from None


def key_source(key: JWK | JWKSet | KeySet) -> KeySource:
    """Return the source that a given key is."""
    if isinstance(key, JWK):
        return GivenKey(key)
    return GivenKeys(key) if isinstance(key, JWKSet) else key
