# SPDX-License-Identifier: Apache-2.0
"""An entry and how it changes, for stores that read and write it whole. Pure: the time is an argument."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from attrs import evolve, frozen

from keycloak_sdk.token_stores._keyed import VERSION_KEPT, KeyedStore


@frozen(repr=False)
class Lease:
    """The right to replace the version that the record has."""

    ticket: str
    seconds: float
    until: float

    def is_held(self, now: float) -> bool:
        """Whether it is somebody's still.

        One that would last longer than it was given is from before the clock was set back.
        """
        return 0 < self.until - now <= self.seconds


@frozen(repr=False)
class Record:
    """One entry. Every change returns the next record, or `None` when it is refused."""

    version: int = 0
    value: bytes = b""
    expires_at: float | None = None
    lease: Lease | None = None

    def at(self, now: float) -> Record:
        """Return what is left of it."""
        if self.version == 0:
            return self if self.lease is not None and self.lease.is_held(now) else NOTHING
        if self.expires_at is None or now < self.expires_at:
            return self
        return NOTHING if now >= self.expires_at + VERSION_KEPT else evolve(self, value=b"")

    def leased(self, version: int, seconds: float, ticket: str, now: float) -> Record | None:
        """Lease it."""
        if version != self.version or (self.lease is not None and self.lease.is_held(now)):
            return None
        return evolve(self, lease=Lease(ticket, seconds, now + seconds))

    def saved(self, version: int, value: bytes, lifetime: float | None, now: float) -> Record | None:
        """Replace it."""
        if version != self.version:
            return None
        return Record(version + 1, value, None if lifetime is None else now + lifetime)

    def released(self, ticket: str) -> Record | None:
        """End the lease."""
        if self.lease is None or self.lease.ticket != ticket:
            return None
        return evolve(self, lease=None)


NOTHING = Record()

Change = Callable[[Record, float], Record | None]


class RecordStore(KeyedStore):
    """A store that reads and writes records, one change of an entry at a time."""

    @abstractmethod
    def _look(self, key: str) -> Record:
        """Return what is left of a record."""

    @abstractmethod
    def _change(self, key: str, change: Change) -> bool:
        """Replace what is left of a record by what `change(record, now)` makes of it, if anything."""

    def _load(self, key: str) -> tuple[int, bytes]:
        record = self._look(key)
        return record.version, record.value

    def _lease(self, key: str, version: int, seconds: float, ticket: str) -> bool:
        return self._change(key, lambda record, now: record.leased(version, seconds, ticket, now))

    def _save(self, key: str, value: bytes, version: int, lifetime: float | None) -> bool:
        return self._change(key, lambda record, now: record.saved(version, value, lifetime, now))

    def _release(self, key: str, ticket: str) -> None:
        self._change(key, lambda record, _: record.released(ticket))

    def _discard(self, key: str, version: int) -> bool:
        return self._change(key, lambda record, now: record.saved(version, b"", 0, now))
