# SPDX-License-Identifier: Apache-2.0
"""When to fetch a realm's key set, and which one to use meanwhile. Decides only; fetching is the caller's.

::

    held = HeldKeySet()
    choice = held.decide(now)                          # a KeySet to use, or a Fetch to carry out
    held.accept(KeySet.parse(document), now)           # the fetch succeeded
    held.failed(now)                                   # it did not: the last good set, if there is one
    held.adopt(KeySet.parse(document), fetched_at)     # another process has fetched it
    choice = held.decide(now, missed=key_set)          # key_set has no key for a token
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import define, field, frozen

from keycloak_sdk._jwt.held_keys import HeldKeys

if TYPE_CHECKING:
    from keycloak_sdk._jwt.keys import KeySet

TTL = 300.0
"""Seconds that a set is used before it is fetched again. Our own choice: the server answers `no-cache`."""

COOL_DOWN = 10.0
"""Seconds between two fetches that bring nothing: for a key id nobody has, or from a server that is down."""

MAX_STALE = 86_400.0
"""Seconds after which a set is no longer used, even if the server has been down since."""


_NEVER = float("-inf")


@frozen
class Fetch:
    """Fetch the set now.

    Attributes:
        reason: Why.
        fallback: The set that those who need not wait use meanwhile; `None` when everybody waits.
    """

    reason: Literal["first use", "stale", "unknown key"]
    fallback: KeySet | None


@define(eq=False)
class HeldKeySet:
    """A realm's key set as held between calls. One owner; times are seconds of one monotonic clock.

    Attributes:
        ttl: Seconds that a set is used before it is fetched again; 0 switches holding off.
        cool_down: Seconds between two fetches that bring nothing.
        max_stale: Seconds after which a set is not used any more, server down or not.
        generation: Counts the changes of the keys; what was derived from an older generation is void.
    """

    ttl: float = TTL
    cool_down: float = COOL_DOWN
    max_stale: float = MAX_STALE
    generation: int = field(default=0, init=False)
    _held: KeySet | None = field(default=None, init=False)
    _fetched_at: float = field(default=0.0, init=False)
    _retry_at: float = field(default=_NEVER, init=False)
    _next_for_unknown: float = field(default=_NEVER, init=False)
    _missed: bool = field(default=False, init=False)
    _believed_from: float = field(default=_NEVER, init=False)

    def decide(self, now: float, missed: KeySet | None = None) -> KeySet | Fetch:
        """Return the set to use, or that it must be fetched.

        Args:
            now: Seconds of the monotonic clock.
            missed: A set that has no key for a token. When it is returned itself, there is nothing newer
                and no fetch is due: the token stays refused.
        """
        held = self._usable(now)
        if missed is not None:
            if held is not None and held is not missed:
                return held
            if self.ttl <= 0 or now < self._next_for_unknown:
                return missed
            self._missed = True
            return Fetch("unknown key", held)
        if held is None:
            return Fetch("first use", None)
        if now < self._fetched_at + self.ttl or now < self._retry_at:
            return held
        return Fetch("stale", held)

    def _usable(self, now: float) -> KeySet | None:
        lifetime = self.max_stale if self.ttl > 0 else 0.0
        return self._held if now < self._fetched_at + lifetime else None

    def accept(self, key_set: KeySet, now: float) -> KeySet:
        """Hold a set that was fetched, or given to start with; return the one to use.

        A fetch for an unknown key that brought the same keys again begins the cool-down.
        """
        self._fetched_at = now
        self._retry_at = _NEVER
        missed, self._missed = self._missed, False
        if self._held is not None and self._held.same_keys(key_set):
            if missed:
                self._next_for_unknown = now + self.cool_down
            return self._held
        self._held = key_set
        self.generation += 1
        return key_set

    def adopt(self, key_set: KeySet, fetched_at: float) -> KeySet | None:
        """Hold a set that another process has fetched; return the one to use, `None` when it brings nothing.

        A set that is no younger than the held one brings nothing, nor do the same keys for an unknown one.
        """
        held = self._held
        if fetched_at < self._believed_from:
            return None
        if held is not None:
            if fetched_at <= self._fetched_at or (self._missed and held.same_keys(key_set)):
                return None
            self._missed = False
        return self.accept(key_set, fetched_at)

    def state(self, now: float) -> HeldKeys | None:
        """Return a description of the set that is held; `None` when there is none to use."""
        held = self._usable(now)
        return None if held is None else self.described(held, now)

    def described(self, key_set: KeySet, now: float) -> HeldKeys:
        """Return a description of a set that was just fetched, or is held."""
        return HeldKeys(key_set.described(), now - self._fetched_at, isinstance(self.decide(now), Fetch))

    def wait_for_unknown(self, now: float) -> float:
        """Return the seconds for which an unknown key is no reason to fetch."""
        return max(0.0, self._next_for_unknown - now)

    def failed(self, now: float) -> KeySet | None:
        """Note that a fetch failed; return the last good set, `None` when there is none to use."""
        self._retry_at = self._next_for_unknown = now + self.cool_down
        return self._usable(now)

    def clear(self, now: float) -> None:
        """Forget the set: the next decision is to fetch. What others fetched before is not adopted."""
        self._held = None
        self._believed_from = now
        self._retry_at = self._next_for_unknown = _NEVER
        self.generation += 1
