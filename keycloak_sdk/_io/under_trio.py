# SPDX-License-Identifier: Apache-2.0
"""Event loops of trio, each of which is one `trio.run`."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from math import inf
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import trio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")


class Trio:
    """See `loops.Library`."""

    def loop(self) -> trio.lowlevel.TrioToken:
        return trio.lowlevel.current_trio_token()

    def is_running(self, loop: trio.lowlevel.TrioToken) -> bool:
        return not self.is_over(loop)

    def is_over(self, loop: trio.lowlevel.TrioToken) -> bool:
        try:
            loop.run_sync_soon(int)  # there is no other way to ask
        except trio.RunFinishedError:
            return True
        return False

    def places(self, size: int) -> trio.Semaphore:
        return trio.Semaphore(size)

    @asynccontextmanager
    async def within(self, seconds: float | None) -> AsyncGenerator[None, None]:
        try:
            with trio.fail_after(inf if seconds is None else seconds):
                yield
        except trio.TooSlowError as cause:
            raise TimeoutError from cause

    async def sleep(self, seconds: float) -> None:
        await trio.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        return await trio.to_thread.run_sync(function, abandon_on_cancel=True)

    async def wait(self, landed: Future[Any], seconds: float) -> None:
        loop, woken = trio.lowlevel.current_trio_token(), trio.Event()

        def wake(_: Future[Any]) -> None:
            with suppress(trio.RunFinishedError):
                loop.run_sync_soon(woken.set)

        landed.add_done_callback(wake)
        with trio.move_on_after(seconds):
            await woken.wait()

    def start(
        self,
        operation: Callable[[], Coroutine[Any, Any, T]],
        land: Callable[[T | None, BaseException | None], None],
    ) -> _SystemTask[T]:
        return _SystemTask(operation, land)

    def closer(self, close: Callable[[], Coroutine[Any, Any, None]]) -> _Closer:
        return _Closer(close)


class _SystemTask(Generic[T]):
    """A task that belongs to no nursery; the run waits for it when it ends.

    It cannot be cancelled: a request that uses up a refresh token has a timeout of its own.
    """

    def __init__(
        self,
        operation: Callable[[], Coroutine[Any, Any, T]],
        land: Callable[[T | None, BaseException | None], None],
    ) -> None:
        self._operation = operation
        self._land = land
        self._landed = trio.Event()
        self._value: T | None = None
        self._error: BaseException | None = None
        trio.lowlevel.spawn_system_task(self._fly, context=copy_context())

    async def _fly(self) -> None:
        try:
            with trio.CancelScope(shield=True):
                self._value = await self._operation()
        except BaseException as error:
            self._error = error
            self._land(None, error)
        else:
            self._land(self._value, None)
        self._landed.set()

    async def result(self) -> T:
        await self._landed.wait()
        if self._error is not None:
            raise self._error
        return cast("T", self._value)


class _Closer:
    """Closes something when the run ends, or when this is not held any more."""

    def __init__(self, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._close = close
        self._loop = trio.lowlevel.current_trio_token()
        self._over = trio.Event()
        trio.lowlevel.spawn_system_task(_close_after, self._over, close)

    async def aclose(self) -> None:
        self._over.set()
        await self._close()

    def __del__(self) -> None:
        with suppress(trio.RunFinishedError):
            self._loop.run_sync_soon(self._over.set)


async def _close_after(event: trio.Event, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await event.wait()
    finally:
        with trio.CancelScope(shield=True):
            await close()


TRIO = Trio()
