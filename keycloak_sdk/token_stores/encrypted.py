# SPDX-License-Identifier: Apache-2.0
"""A token store whose values only holders of a key can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk._jwt import Sealer
from keycloak_sdk.exceptions import KeycloakConfigurationError
from keycloak_sdk.token_stores._keyed import checked_value, checked_version, key_of
from keycloak_sdk.token_stores.protocol import StoredToken, TokenStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SCHEMA = b"\1"
_VERSION_BYTES = 8


class EncryptedTokenStore:
    """Keeps tokens in another store, as compact JWEs (A256GCM).

    Name and version are encrypted with the value, so an entry that is copied to another name or given another
    version does not decrypt. What does not decrypt counts as an empty value, and the next save replaces it.

    Args:
        store: Where the encrypted values go.
        key: A JWK, of jwcrypto or as decoded from JSON: `oct` of 256 bits (`dir`), RSA (`RSA-OAEP-256`), EC
            or X25519 (`ECDH-ES`), with its private part. Or several: the first encrypts, all decrypt. With
            a pair of keys whoever has the public one can write entries; with `oct` only who can read them.

    Raises:
        KeycloakConfigurationError: A key cannot do both. The text never quotes it.
    """

    @forgetful
    def __init__(self, store: TokenStore, key: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        if not isinstance(store, TokenStore):
            raise KeycloakConfigurationError(f"store is of type {type(store).__name__}: give a TokenStore")
        self._store = store
        self._sealer = Sealer(key)

    def load(self, name: str) -> StoredToken | None:
        """Return the newest version; see `TokenStore.load`."""
        stored = self._store.load(name)
        if stored is None or not stored.value:
            return stored
        content = self._sealer.opened(stored.value) or b""
        bound = _bound(name, stored.version)
        return StoredToken(stored.version, content[len(bound) :] if content.startswith(bound) else b"")

    def lease(self, name: str, version: int, seconds: float) -> str | None:
        """Take the right to replace `version`; see `TokenStore.lease`."""
        return self._store.lease(name, version, seconds)

    @forgetful
    def save(self, name: str, value: bytes, *, version: int, lifetime: float | None) -> bool:
        """Replace `version`; see `TokenStore.save`."""
        content = _bound(name, checked_version(version) + 1) + checked_value(value)
        return self._store.save(name, self._sealer.seal(content), version=version, lifetime=lifetime)

    def release(self, name: str, ticket: str) -> None:
        """Give a lease back; see `TokenStore.release`."""
        self._store.release(name, ticket)

    def discard(self, name: str, *, version: int) -> bool:
        """Forget `version`; see `TokenStore.discard`."""
        return self._store.discard(name, version=version)


def _bound(name: str, version: int) -> bytes:
    """Return what stands before the value and ties it to its place."""
    return _SCHEMA + bytes.fromhex(key_of(name)) + version.to_bytes(_VERSION_BYTES, "big")
