# SPDX-License-Identifier: Apache-2.0
"""Callers that go on calling, in threads and in tasks, while something happens to the server.

::

    async with calling(connection.raw_get, connection.a_raw_get, path) as calls:
        realm.admin("POST", "/logout-all")
        await calls.more()
    assert calls.statuses == {200}
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

_PAUSE = 0.05
_PATIENCE = 60.0


@define
class Calls:
    """What came of the calls until now."""

    counts: Counter[Any] = field(factory=Counter[Any])
    """Calls by their status, or by the value that they returned."""
    errors: list[Exception] = field(factory=list[Exception])
    _callers: int = 0
    _over: threading.Event = field(factory=threading.Event)
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def statuses(self) -> set[Any]:
        """All statuses there were; fails for the first error."""
        if self.errors:
            raise self.errors[0]
        return set(self.counts)

    async def more(self, rounds: int = 2) -> None:
        """Wait until every caller, on average, has called that much more."""
        wanted = self._made() + rounds * self._callers
        end = time.monotonic() + _PATIENCE
        while self._made() < wanted:
            assert time.monotonic() < end, "the callers do not go on"
            await asyncio.sleep(_PAUSE)

    async def recovery(self) -> None:
        """Wait until the calls succeed again."""
        end = time.monotonic() + _PATIENCE
        failed = -1
        while failed != len(self.errors):
            assert time.monotonic() < end, f"the calls go on failing: {self.errors[-1]}"
            failed = len(self.errors)
            await self.more(5)

    def _made(self) -> int:
        with self._lock:
            return self.counts.total() + len(self.errors)

    def note(self, outcome: Any) -> None:
        """Count the outcome of a call."""
        with self._lock:
            if isinstance(outcome, Exception):
                self.errors.append(outcome)
            else:
                self.counts[getattr(outcome, "status_code", outcome)] += 1

    def in_thread(self, call: Callable[[], Any]) -> None:
        """Call until it is over."""
        while not self._over.wait(_PAUSE):
            try:
                self.note(call())
            except Exception as error:
                self.note(error)

    async def in_task(self, call: Callable[[], Any]) -> None:
        """Call until it is over."""
        while not self._over.is_set():
            try:
                self.note(await call())
            except Exception as error:
                self.note(error)
            await asyncio.sleep(_PAUSE)

    def end(self) -> None:
        """Let every caller finish its call and stop."""
        self._over.set()


@contextlib.asynccontextmanager
async def calling(
    plain: Callable[..., Any], twin: Callable[..., Any], *arguments: Any, of_each: int = 5
) -> AsyncGenerator[Calls]:
    """Call a method from so many threads, and its twin from as many tasks, for the length of the block."""
    calls = Calls(callers=2 * of_each)
    with ThreadPoolExecutor(of_each) as pool:
        threads = [pool.submit(calls.in_thread, lambda: plain(*arguments)) for _ in range(of_each)]
        tasks = [asyncio.create_task(calls.in_task(lambda: twin(*arguments))) for _ in range(of_each)]
        try:
            await calls.more()
            yield calls
        finally:
            calls.end()
            await asyncio.gather(*tasks, *map(asyncio.wrap_future, threads))
