# SPDX-License-Identifier: Apache-2.0
"""A realm's key set: indexed by key id, each key built when a token first needs it.

Source: RFC 7517 section 5; RFC 8725 section 3.10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol, cast

from attrs import define, field
from cryptography.exceptions import UnsupportedAlgorithm
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt.algorithms import UnusableKeyError, Verify, algorithms_of, bind
from keycloak_sdk._jwt.errors import TokenAlgorithmError, TokenKeyError, TokenUnknownKeyError
from keycloak_sdk._jwt.held_keys import HeldKey
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk.exceptions import KeycloakGetError

MAX_KEYS = 256
"""Keys of a set that are read; Keycloak publishes two or three per signature provider."""

MAX_TRIES = 64
"""Keys that a token without `kid` is tried against."""

UNREADABLE = (JWException, ValueError, KeyError, UnsupportedAlgorithm)
"""What jwcrypto and cryptography raise for a key that they cannot read."""

_MATERIAL = ("kty", "n", "e", "crv", "x", "y")
_TEXT_MEMBERS = (*_MATERIAL, "kid")
_MAX_MEMBER = 4_096


class KeySource(Protocol):
    """Where a token's key may come from: the realm's set or the caller; never the token."""

    def verifiers(self, kid: str | None, alg: str) -> Sequence[Verify]:
        """Return the bound keys to try, at least one.

        Raises:
            TokenUnknownKeyError: No key has this id.
            TokenAlgorithmError: The key with this id is for other algorithms.
            TokenKeyError: The key with this id may not verify tokens.
        """
        ...


@define
class _PublishedKey:
    """One member of a key set, not yet built."""

    kid: str | None
    members: Mapping[str, str]
    published_for: frozenset[str] = frozenset()
    algorithms: frozenset[str] = frozenset()
    refusal: str | None = None

    @classmethod
    def read(cls, jwk: Mapping[str, Any]) -> _PublishedKey:
        members = {name: value for name in _TEXT_MEMBERS if isinstance(value := jwk.get(name), str)}
        key = cls(members.get("kid"), members)
        try:
            key.published_for = key.algorithms = algorithms_of(jwk)
        except UnusableKeyError as error:
            key.refusal = str(error)
        return key

    def bind(self, alg: str) -> Verify | None:
        try:
            return bind(alg, public_key(self.members))
        except UnusableKeyError as error:
            self.refusal, self.algorithms = str(error), frozenset()
        return None


def public_key(jwk: Mapping[str, str]) -> object:
    """Return the public key that a JWK's own members describe.

    Raises:
        UnusableKeyError: They describe none.
    """
    material = {name: jwk[name] for name in _MATERIAL if name in jwk}
    if any(len(value) > _MAX_MEMBER for value in material.values()):
        raise UnusableKeyError("its numbers are longer than any in use")
    try:
        return JWK(**material).get_op_key("verify")
    except UNREADABLE:
        raise UnusableKeyError("it cannot be parsed") from None


@define(eq=False, repr=False)
class KeySet:
    """The keys that a realm publishes for verifying its tokens.

    Keys for encryption, of foreign types, too small or broken stay aside; a token that names one is told why.

    Attributes:
        document: The set as it was published.
    """

    document: Mapping[str, Any]
    _by_kid: dict[str, tuple[_PublishedKey, ...]] = field(
        factory=dict[str, tuple[_PublishedKey, ...]], init=False
    )
    _keys: list[_PublishedKey] = field(factory=list[_PublishedKey], init=False)
    _bound: dict[tuple[str | None, str], Sequence[Verify]] = field(
        factory=dict[tuple[str | None, str], Sequence[Verify]], init=False
    )

    @classmethod
    def parse(cls, document: object) -> KeySet:
        """Read a JWKS document as decoded from JSON.

        Args:
            document: `{"keys": [...]}`, a dict as sent; a typed model of it is one, too.

        Raises:
            KeycloakGetError: It is no key set, or has more than `MAX_KEYS` keys. A bad key is no error.
        """
        members: Mapping[str, Any] = (
            cast("Mapping[str, Any]", document) if isinstance(document, Mapping) else {}
        )
        keys = members.get("keys")
        if not isinstance(keys, list):
            raise KeycloakGetError("the key set is not as described: $.keys is not a list")
        listed = cast("list[object]", keys)
        if len(listed) > MAX_KEYS:
            raise KeycloakGetError(f"the key set has {len(listed)} keys, at most {MAX_KEYS} are read")
        key_set = cls(members)
        for jwk in listed:
            if isinstance(jwk, Mapping):
                key_set._add(_PublishedKey.read(cast("Mapping[str, Any]", jwk)))
        return key_set

    def _add(self, key: _PublishedKey) -> None:
        self._keys.append(key)
        if key.kid is not None:
            self._by_kid[key.kid] = (*self._by_kid.get(key.kid, ()), key)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, kid: object) -> bool:
        return kid in self._by_kid

    def described(self) -> tuple[HeldKey, ...]:
        """Return a description of each key."""
        return tuple(HeldKey(key.kid, tuple(sorted(key.algorithms)), key.refusal) for key in self._keys)

    def same_keys(self, other: KeySet) -> bool:
        """Return whether both sets publish the same keys, in whatever order."""
        return self._published() == other._published()

    def _published(self) -> list[tuple[str, Mapping[str, str], frozenset[str]]]:
        keys = [(key.kid or "", key.members, key.published_for) for key in self._keys]
        return sorted(keys, key=itemgetter(0))

    def verifiers(self, kid: str | None, alg: str) -> Sequence[Verify]:
        """Return the bound keys to try for a token that names `kid` and `alg`; see `KeySource`."""
        bound = self._bound.get((kid, alg))
        if bound is None:
            bound = self._bound[kid, alg] = self._bind(kid, alg)
        return bound

    def _bind(self, kid: str | None, alg: str) -> Sequence[Verify]:
        named = self._keys if kid is None else self._by_kid.get(kid, ())
        fitting = [key for key in named if alg in key.algorithms]
        if kid is None and len(fitting) > MAX_TRIES:
            raise TokenUnknownKeyError(
                f"the token names no key (kid) and {len(fitting)} keys fit, too many to try"
            )
        bound = [verify for key in fitting if (verify := key.bind(alg)) is not None]
        if bound:
            return bound
        raise self._refusal(kid, alg, named)

    def _refusal(self, kid: str | None, alg: str, named: Sequence[_PublishedKey]) -> Exception:
        if kid is None:
            return TokenUnknownKeyError(
                f"the token names no key (kid) and no key of the set is for {shown(alg)}"
            )
        if not named:
            return TokenUnknownKeyError(
                f"no key of the realm has the token's kid {shown(kid)}: "
                "it is another realm's token, or the key was removed",
                kid=kid,
                found=shown(kid),
            )
        for key in named:
            if key.refusal is not None:
                return TokenKeyError(
                    f"the realm's key {shown(kid)} may not verify tokens: {key.refusal}", found=key.refusal
                )
        allowed = ", ".join(sorted(named[0].algorithms))
        return TokenAlgorithmError(
            f"the token says alg {shown(alg)}, its key {shown(kid)} is for {allowed}",
            expected=allowed,
            found=shown(alg),
        )
