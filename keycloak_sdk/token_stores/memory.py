# SPDX-License-Identifier: Apache-2.0
"""A token store for the threads of one process."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from keycloak_sdk._settings import Clock
from keycloak_sdk.token_stores._record import NOTHING, RecordStore

if TYPE_CHECKING:
    from keycloak_sdk.token_stores._record import Change, Record

_FEW = 64


class MemoryTokenStore(RecordStore):
    """Keeps tokens in memory: give one object to all connections that share a session.

    A process that is forked begins with an empty store, because a refresh token is for one process only.

    Args:
        clock: Its monotonic side counts the seconds of leases and lifetimes; `None` for the system's.
    """

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._monotonic = (clock or Clock()).monotonic
        self._by_process: dict[int, tuple[threading.Lock, dict[str, Record]]] = {}
        self._crowd = _FEW

    def _look(self, key: str) -> Record:
        _, records = self._own()
        return records.get(key, NOTHING).at(self._monotonic())

    def _change(self, key: str, change: Change) -> bool:
        lock, records = self._own()
        with lock:
            now = self._monotonic()
            changed = change(records.get(key, NOTHING).at(now), now)
            if changed is None:
                return False
            records[key] = changed
            if len(records) > self._crowd:
                self._forget(records, now)
        return True

    def _forget(self, records: dict[str, Record], now: float) -> None:
        for key in [key for key, record in records.items() if record.at(now) == NOTHING]:
            del records[key]
        self._crowd = _FEW + 2 * len(records)

    def _own(self) -> tuple[threading.Lock, dict[str, Record]]:
        """State of this process."""
        return self._by_process.setdefault(os.getpid(), (threading.Lock(), {}))
