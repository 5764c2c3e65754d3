# SPDX-License-Identifier: Apache-2.0
"""Key sets that processes share through a cache of the caller's, such as Redis or Memcached.

Whoever could put keys there could sign tokens that are believed. So what is put there is signed with a secret
that only the processes have; anything else that is found there counts as nothing.
"""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Protocol, cast, runtime_checkable

from attrs import frozen

from keycloak_sdk.exceptions import KeycloakConfigurationError

MAX_ENTRY = 1_048_576
"""Bytes of an entry that are read."""

_PURPOSE = b"keycloak_sdk key set 1\n"
_SHORTEST_SECRET = 16
_AHEAD = 5.0
"""Seconds that the clock of another process may be ahead."""

_log = logging.getLogger("keycloak_sdk")


@runtime_checkable
class KeySetCache(Protocol):
    """Keeps entries for as many processes as can reach it.

    The methods block; from event loops they are called in a worker thread. Whatever they raise counts as if
    there were no entry, and is logged at the level debug.
    """

    def get(self, uri: str) -> str | bytes | None:
        """Return an entry.

        Args:
            uri: Address of the key set, the name of the entry.

        Returns:
            What was put there last; `None` when there is nothing.
        """
        ...

    def put(self, uri: str, entry: bytes, ttl: float) -> None:
        """Store an entry, in the place of an earlier one.

        Args:
            uri: Address of the key set, the name of the entry.
            entry: ASCII text, some kilobytes.
            ttl: Seconds after which the entry may be forgotten.
        """
        ...


@frozen
class SharedKeys:
    """A key set as another process fetched it.

    Attributes:
        document: The set as it was published.
        age: Seconds since then.
    """

    document: dict[str, Any]
    age: float


class SignedKeySetCache:
    """Shares key sets between processes through a cache.

    Entries are signed (HMAC-SHA256) together with the address of the set and the time of the fetch. Who can
    write into the cache but has not the secret can make processes fetch again, and no more: neither keys of
    its own nor the keys of another realm, nor an entry that has outlived `keys_ttl` is believed.

    Args:
        cache: Where entries are kept.
        secret: At least 16 characters or bytes that all processes have, and nobody else who can write into
            the cache; the secret of a confidential client will do.

    Raises:
        KeycloakConfigurationError: The secret is too short, or the cache is none.
    """

    def __init__(self, cache: KeySetCache, secret: str | bytes) -> None:
        if not isinstance(cache, KeySetCache):
            raise KeycloakConfigurationError(
                f"the cache is of type {type(cache).__name__}: "
                "give an object with get(uri) and put(uri, entry, ttl)"
            )
        if not isinstance(secret, str | bytes) or len(secret) < _SHORTEST_SECRET:
            raise KeycloakConfigurationError(
                f"the secret of a key set cache has at least {_SHORTEST_SECRET} characters: "
                "give one that all processes have"
            )
        self._cache = cache
        self._secret = sha256(
            _PURPOSE + (secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret)
        ).digest()

    def load(self, uri: str, *, now: float, ttl: float) -> SharedKeys | None:
        """Return the set that another process has fetched.

        Args:
            uri: Address of the key set.
            now: Seconds since the epoch.
            ttl: Seconds that a set is used.

        Returns:
            The set; `None` when there is none that is signed, for this address and young enough.
        """
        try:
            entry = self._cache.get(uri)
        except Exception as error:  # a foreign cache may raise anything, and is only there to save requests
            _log.debug("key set cache: get raised %s", type(error).__name__)
            return None
        members = self._opened(entry)
        if members is None or members["uri"] != uri:
            return None
        age = now - members["fetched_at"]
        return SharedKeys(members["document"], max(age, 0.0)) if -_AHEAD <= age < ttl else None

    def store(self, uri: str, document: object, *, now: float, ttl: float) -> None:
        """Let other processes have a set that was just fetched.

        Args:
            uri: Address of the key set.
            document: The set as it was published.
            now: Seconds since the epoch.
            ttl: Seconds that a set is used.
        """
        text = json.dumps({"uri": uri, "fetched_at": now, "document": document}).encode("ascii")
        try:
            self._cache.put(uri, self._signature(text) + b"\n" + text, ttl)
        except Exception as error:  # as above
            _log.debug("key set cache: put raised %s", type(error).__name__)

    def _opened(self, entry: object) -> dict[str, Any] | None:
        """Return the members of an entry; `None` when it was not signed with the secret."""
        if not isinstance(entry, str | bytes) or len(entry) > MAX_ENTRY:
            return None
        signed = entry.encode(errors="replace") if isinstance(entry, str) else entry
        signature, _, text = signed.partition(b"\n")
        if not compare_digest(signature, self._signature(text)):
            return None
        return cast("dict[str, Any]", json.loads(text))

    def _signature(self, text: bytes) -> bytes:
        return digest(self._secret, text, "sha256").hex().encode("ascii")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {type(self._cache).__name__}>"
