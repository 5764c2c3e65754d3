# SPDX-License-Identifier: Apache-2.0
"""Which connections of a process or an event loop are kept between calls; others open and close them.

A connection belongs to one call at a time. The one that was used last is given out first, so that no more
stay open than are needed. A call takes the same time however many connections there are, which is why
httpcore's own pool is not used: it walks all of them, several times for every call.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpcore

    Route = tuple[str | None, httpcore.Origin]
    """Through which proxy a connection leads, and where."""

KEEP_ALIVE = 5.0
"""Seconds that a connection is kept unused, as long as httpx does."""


class Connection(Protocol):
    """A connection of httpcore, whether threads or event loops use it."""

    def is_available(self) -> bool:
        """Return whether it can take a request."""
        ...

    def has_expired(self) -> bool:
        """Return whether it was unused for too long, or the server has closed it."""
        ...


class Pool:
    """The connections that are kept between calls, never more than `size` with those in use."""

    def __init__(self, size: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._monotonic = monotonic
        self._in_use = 0
        self._kept: list[tuple[Route, Connection, float]] = []
        self._retired = False
        self._lock = threading.Lock()

    def enter(self, route: Route) -> list[Connection]:
        """Begin a call; return the connections that must be closed first."""
        with self._lock:
            self._in_use += 1
            limit = self._monotonic() - KEEP_ALIVE
            surplus: list[Connection] = []
            while self._kept and self._kept[0][2] < limit:
                surplus.append(self._kept.pop(0)[1])
            if self._kept and self._in_use + len(self._kept) > self._size and self._last(route) is None:
                surplus.append(self._kept.pop(0)[1])
            return surplus

    def take(self, route: Route) -> Connection | None:
        """Return the connection on this route that was used last; `None` when one must be opened."""
        with self._lock:
            index = self._last(route)
            return None if index is None else self._kept.pop(index)[1]

    def _last(self, route: Route) -> int | None:
        backwards = reversed(range(len(self._kept)))
        return next((index for index in backwards if self._kept[index][0] == route), None)

    def leave(self, route: Route, connection: Connection | None) -> bool:
        """End a call; return whether its connection is kept: else it must be closed."""
        with self._lock:
            self._in_use -= 1
            if connection is None or self._retired:
                return False
            self._kept.append((route, connection, self._monotonic()))
            return True

    def retire(self) -> list[Connection]:
        """Keep nothing any more; return the connections that must be closed."""
        with self._lock:
            self._retired = True
            kept, self._kept = self._kept, []
            return [connection for _, connection, _ in kept]
