# SPDX-License-Identifier: Apache-2.0
"""Many callers at once, in threads and in tasks."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

T = TypeVar("T")

PATIENCE = 60.0


def in_threads(count: int, call: Callable[[], T]) -> list[T | Exception]:
    """Return what each of so many calls returned or raised, all begun at once in threads of their own."""
    start = threading.Barrier(count)
    outcomes: list[T | Exception] = []

    def run() -> None:
        start.wait(PATIENCE)
        try:
            outcomes.append(call())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(outcomes) == count, "somebody still waits"
    return outcomes


async def in_tasks(count: int, call: Callable[[], Awaitable[T]]) -> list[T | BaseException]:
    """Return what each of so many calls returned or raised, all begun at once in tasks of their own."""
    calls = asyncio.gather(*(call() for _ in range(count)), return_exceptions=True)
    return await asyncio.wait_for(calls, PATIENCE)


async def at_once(world: str, count: int, target: Any, method: str, *arguments: Any) -> list[Any]:
    """Return the outcomes of a method that is called at once by so many callers, of its twin in tasks."""
    if world == "sync":
        return await asyncio.to_thread(in_threads, count, partial(getattr(target, method), *arguments))
    return await in_tasks(count, partial(getattr(target, f"a_{method}"), *arguments))


@contextmanager
def restless(seconds: float = 5e-5) -> Generator[None]:
    """Let the interpreter change threads a hundred times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
