# SPDX-License-Identifier: Apache-2.0
"""What the stores of this package have in common: checked arguments, and a key instead of the name.

The key is a hash, so a name may have any characters, and is not seen where the entries are kept.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from abc import ABC, abstractmethod

from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk.exceptions import KeycloakRequestError
from keycloak_sdk.token_stores.protocol import StoredToken

MAX_NAME = 1024
MAX_VALUE = 1024 * 1024
MAX_VERSION = 2**53
LONGEST = 10 * 365 * 24 * 3600.0
"""Seconds that a lease or a value lasts at most."""

VERSION_KEPT = 24 * 3600.0
"""Seconds for which a version is remembered after its value: longer than any request is under way."""


class KeyedStore(ABC):
    """A `TokenStore` over operations that may trust their arguments."""

    def load(self, name: str) -> StoredToken | None:
        """Return the newest version; see `TokenStore.load`."""
        version, value = self._load(key_of(name))
        return StoredToken(version, value) if version else None

    def lease(self, name: str, version: int, seconds: float) -> str | None:
        """Take the right to replace `version`; see `TokenStore.lease`."""
        ticket = secrets.token_hex(16)
        granted = self._lease(key_of(name), checked_version(version), _seconds("seconds", seconds), ticket)
        return ticket if granted else None

    @forgetful
    def save(self, name: str, value: bytes, *, version: int, lifetime: float | None) -> bool:
        """Replace `version`; see `TokenStore.save`."""
        seconds = None if lifetime is None else _seconds("lifetime", lifetime)
        return self._save(key_of(name), checked_value(value), checked_version(version), seconds)

    def release(self, name: str, ticket: str) -> None:
        """Give a lease back; see `TokenStore.release`."""
        if not isinstance(ticket, str):
            raise KeycloakRequestError("ticket is what lease() returned, a text")
        self._release(key_of(name), ticket)

    def discard(self, name: str, *, version: int) -> bool:
        """Forget `version`; see `TokenStore.discard`."""
        key = key_of(name)
        return checked_version(version) > 0 and self._discard(key, version)

    @abstractmethod
    def _load(self, key: str) -> tuple[int, bytes]:
        """Return the version and the value; 0 and nothing when there is none."""

    @abstractmethod
    def _lease(self, key: str, version: int, seconds: float, ticket: str) -> bool:
        """Lease `version` to the holder of the ticket, unless somebody has it."""

    @abstractmethod
    def _save(self, key: str, value: bytes, version: int, lifetime: float | None) -> bool:
        """Store `version + 1`."""

    @abstractmethod
    def _release(self, key: str, ticket: str) -> None:
        """End the lease of that ticket."""

    @abstractmethod
    def _discard(self, key: str, version: int) -> bool:
        """Store `version + 1`, without a value."""


def key_of(name: str) -> str:
    """Return the key under which a name's entry is kept: 64 hexadecimal digits.

    Raises:
        KeycloakRequestError: It is no name.
    """
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise KeycloakRequestError(f"the name of a stored token is a text of 1 to {MAX_NAME} characters")
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def checked_version(version: int) -> int:
    """Return it.

    Raises:
        KeycloakRequestError: It is no version.
    """
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version < MAX_VERSION:
        raise KeycloakRequestError("version is a whole number: 0, or the version of a StoredToken")
    return version


def _seconds(what: str, seconds: float) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or math.isnan(seconds):
        raise KeycloakRequestError(f"{what} is a number of seconds")
    return max(0.0, min(float(seconds), LONGEST))


def checked_value(value: bytes) -> bytes:
    """Return it.

    Raises:
        KeycloakRequestError: It cannot be stored.
    """
    if not isinstance(value, bytes) or not value:
        raise KeycloakRequestError("value is bytes, one at least: discard() forgets")
    if len(value) > MAX_VALUE:
        raise KeycloakRequestError(f"value has {len(value)} bytes, at most {MAX_VALUE} are stored")
    return value
