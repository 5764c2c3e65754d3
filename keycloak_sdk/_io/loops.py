# SPDX-License-Identifier: Apache-2.0
"""What asyncio and trio each do in a way of their own, behind one protocol."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from keycloak_sdk._io.under_asyncio import ASYNCIO

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable
    from concurrent.futures import Future
    from contextlib import AbstractAsyncContextManager

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Started(Protocol[T_co]):
    """An operation that goes on whoever waits for it; somebody must hold this meanwhile."""

    async def result(self) -> T_co:
        """Wait for it, return its result or raise its exception; to be cancelled ends the wait alone."""
        ...


class Closer(Protocol):
    """What closes something at the end of its event loop, or when nobody holds this any more."""

    def aclose(self) -> Coroutine[Any, Any, None]:
        """Close it now."""
        ...


class Library(Protocol):
    """A library for asynchronous programs."""

    def loop(self) -> Hashable:
        """Return the running event loop; it can be referred to weakly."""
        ...

    def is_running(self, loop: Any) -> bool:
        """Return whether an event loop runs, in whatever thread."""
        ...

    def is_over(self, loop: Any) -> bool:
        """Return whether an event loop will never run again."""
        ...

    def places(self, size: int) -> AbstractAsyncContextManager[object]:
        """Return what so many tasks may enter at once."""
        ...

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Bound what happens inside by a `TimeoutError`."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and other tasks run."""
        ...

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function in a thread; whoever is cancelled does not wait for it."""
        ...

    async def wait(self, landed: Future[Any], seconds: float) -> None:
        """Wait at most so long for what another thread or event loop completes."""
        ...

    def start(
        self,
        operation: Callable[[], Coroutine[Any, Any, T]],
        land: Callable[[T | None, BaseException | None], None],
    ) -> Started[T]:
        """Start an operation in a task of its own; `land` is told of its result or exception."""
        ...

    def closer(self, close: Callable[[], Coroutine[Any, Any, None]]) -> Closer:
        """Return what closes something at the end of the running event loop."""
        ...


def library() -> Library:
    """Return the library whose event loop is running.

    trio names itself to sniffio, which it depends on; who does not is asyncio, or like it.
    """
    sniffio: Any = sys.modules.get("sniffio")
    if sniffio is not None and sniffio.thread_local.name == "trio":
        from keycloak_sdk._io.under_trio import TRIO  # noqa: PLC0415 - trio is not installed for everybody

        return TRIO
    return ASYNCIO
