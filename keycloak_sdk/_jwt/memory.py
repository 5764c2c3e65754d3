# SPDX-License-Identifier: Apache-2.0
"""Tokens whose signature has verified, so that it need not be verified again.

All that is remembered of a token is the SHA-256 of its whole text, with its header and its payload. What
depends on the time or on the call is judged anew each time: `exp`, `nbf`, issuer, audience, kind, algorithms.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from keycloak_sdk._jwt.compact import Header
    from keycloak_sdk._jwt.keys import KeySource

MAX_TOKEN = 16_384
"""Characters of a token that is remembered: a caller must not fill the memory."""


@frozen
class Verified:
    """What a verified token says.

    Attributes:
        header: Its header.
        payload: Its payload, a strict JSON object with described claims of the described types.
    """

    header: Header
    payload: str

    @classmethod
    def of(cls, header: Header, payload: bytes) -> Verified:
        """Return what is remembered of a token."""
        return cls(header, payload.decode("utf-8").strip(" \t\r\n"))


@define(eq=False)
class _Generation:
    """What one key set has verified; what another has is unknown to it."""

    keys: KeySource | None
    young: dict[bytes, Verified] = field(factory=dict[bytes, "Verified"])
    old: dict[bytes, Verified] = field(factory=dict[bytes, "Verified"])


class VerifiedTokens:
    """Remembers up to `limit` tokens; whichever was used least recently is forgotten first, roughly.

    Safe to share between threads: a generation only ever grows by what its own key set has verified.

    Args:
        limit: Tokens that are remembered.
    """

    def __init__(self, limit: int) -> None:
        self._half = max(1, limit // 2)
        self._generation = _Generation(None)

    def find(self, token: object, keys: KeySource) -> tuple[bytes | None, Verified | None]:
        """Look for a token.

        Args:
            token: The whole token, or whatever a caller took for one.
            keys: The key set that would verify it.

        Returns:
            The token's digest, `None` when it is not to be remembered; what it says, `None` when unknown.
        """
        if not isinstance(token, str | bytes) or len(token) > MAX_TOKEN:
            return None, None
        digest = sha256(token.encode("utf-8", "surrogatepass") if isinstance(token, str) else token).digest()
        generation = self._of(keys)
        known = generation.young.get(digest)
        if known is None and (known := generation.old.get(digest)) is not None:
            self._put(generation, digest, known)
        return digest, known

    def remember(self, digest: bytes, keys: KeySource, verified: Verified) -> None:
        """Remember a token that these keys have verified."""
        self._put(self._of(keys), digest, verified)

    def forget(self, digest: bytes | None = None) -> None:
        """Forget a token, or all of them."""
        if digest is None:
            self._generation = _Generation(None)
        else:
            self._generation.young.pop(digest, None)
            self._generation.old.pop(digest, None)

    def _of(self, keys: KeySource) -> _Generation:
        generation = self._generation
        if generation.keys is not keys:
            generation = self._generation = _Generation(keys)
        return generation

    def _put(self, generation: _Generation, digest: bytes, verified: Verified) -> None:
        if len(generation.young) >= self._half:
            generation.old, generation.young = generation.young, {}
        generation.young[digest] = verified

    def __len__(self) -> int:
        generation = self._generation
        return len(generation.young.keys() | generation.old.keys())
