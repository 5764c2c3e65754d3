# SPDX-License-Identifier: Apache-2.0
"""Event loops of asyncio, and of what implements it, such as uvloop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")


class Asyncio:
    """See `loops.Library`."""

    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def is_running(self, loop: asyncio.AbstractEventLoop) -> bool:
        return loop.is_running()

    def is_over(self, loop: asyncio.AbstractEventLoop) -> bool:
        return loop.is_closed()

    def places(self, size: int) -> asyncio.Semaphore:
        return asyncio.Semaphore(size)

    def within(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        return await asyncio.to_thread(function)

    async def wait(self, landed: Future[Any], seconds: float) -> None:
        loop = asyncio.get_running_loop()
        woken = loop.create_future()

        def wake(_: Future[Any]) -> None:
            with suppress(RuntimeError):  # the waiter's loop may be closed by now
                loop.call_soon_threadsafe(lambda: None if woken.done() else woken.set_result(None))

        landed.add_done_callback(wake)
        await asyncio.wait([woken], timeout=seconds)

    def start(
        self,
        operation: Callable[[], Coroutine[Any, Any, T]],
        land: Callable[[T | None, BaseException | None], None],
    ) -> _Task[T]:
        return _Task(operation, land)

    def closer(self, close: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[None, None]:
        """Return a generator: `asyncio.run` shuts down those of its loop, and has no other hook."""
        generator = _closing(close)
        with suppress(StopIteration):
            anext(generator).send(None)
        return generator


class _Task(Generic[T]):
    def __init__(
        self,
        operation: Callable[[], Coroutine[Any, Any, T]],
        land: Callable[[T | None, BaseException | None], None],
    ) -> None:
        def landed(task: asyncio.Task[T]) -> None:
            if task.cancelled():
                land(None, asyncio.CancelledError())
            elif (error := task.exception()) is not None:
                land(None, error)
            else:
                land(task.result(), None)

        self._task = asyncio.get_running_loop().create_task(operation())
        self._task.add_done_callback(landed)

    async def result(self) -> T:
        return await asyncio.shield(self._task)


async def _closing(close: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await close()


ASYNCIO = Asyncio()
