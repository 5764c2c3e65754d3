# SPDX-License-Identifier: Apache-2.0
"""One run of an operation at a time, shared by threads and tasks alike.

Whoever comes while a run is under way gets its result, or its exception. A caller that is cancelled or
interrupted leaves without a trace: the run goes on in a task of its own, or the next caller begins anew.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future, wait
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from keycloak_sdk._io.loops import library
from keycloak_sdk._io.port import finish

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keycloak_sdk._io.loops import Started

T = TypeVar("T")

_LOOK_AGAIN = 1.0
"""Seconds after which a waiter looks whether the run was lost."""


class _Run(Generic[T]):
    """One run under way."""

    def __init__(self, goes_on: Callable[[], bool]) -> None:
        self.thread = threading.get_ident()
        self.goes_on = goes_on
        self.landed: Future[T | None] = Future()
        self.waiters = 0
        self.abandoned = False
        self.started: Started[T] | None = None

    @property
    def lost(self) -> bool:
        """Whether it can never land: its event loop was closed, or left, in the middle."""
        return not self.goes_on() and not self.landed.done()

    def outcome(self) -> T:
        """Return the result of a run that has landed, or raise a copy of its exception."""
        error = self.landed.exception()
        if error is not None:
            try:
                own = copy(error)
            except TypeError:  # its class allows no copies
                raise error from None
            raise own from error
        return self.landed.result()  # type: ignore[return-value] # None only when abandoned


class SingleFlight(Generic[T]):
    """Lets one caller run an operation and the others wait for it."""

    def __init__(self) -> None:
        self._by_process: dict[int, tuple[threading.Lock, list[_Run[T]]]] = {}

    @property
    def under_way(self) -> bool:
        """Whether somebody flies: whoever came now would wait."""
        lock, runs = self._own()
        with lock:
            return bool(runs) and not runs[0].lost

    @property
    def waiters(self) -> int:
        """How many callers wait for the run under way."""
        lock, runs = self._own()
        with lock:
            return runs[0].waiters if runs else 0

    def _board(
        self, goes_on: Callable[[], bool], waited_for: _Run[T] | None = None, *, waits: bool = True
    ) -> tuple[_Run[T], bool]:
        """Return the run under way, or a new one that the caller must fly (then `True`)."""
        lock, runs = self._own()
        with lock:
            if runs and not runs[0].lost:
                if waits and runs[0] is not waited_for:
                    runs[0].waiters += 1
                return runs[0], False
            run = _Run[T](goes_on)
            runs[:] = [run]
            return run, True

    def _own(self) -> tuple[threading.Lock, list[_Run[T]]]:
        """State of this process: after a fork, a lock or run of the parent is nobody's any more."""
        return self._by_process.setdefault(os.getpid(), (threading.Lock(), []))

    def _land(self, run: _Run[T], *, value: T | None = None, error: BaseException | None = None) -> None:
        lock, runs = self._own()
        with lock:
            if run in runs:
                runs.remove(run)
        if error is None:
            run.landed.set_result(value)
        elif isinstance(error, Exception):
            run.landed.set_exception(error)
        else:
            run.abandoned = True
            run.landed.set_result(None)

    def run(self, operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Fly or wait, in a thread."""
        run: _Run[T] | None = None
        while True:
            run, leads = self._board(_always, run)
            if leads:
                return self._fly(run, operation)
            if run.thread == threading.get_ident():
                return finish(operation())  # waiting would block the loop that has to land the run
            wait([run.landed], timeout=_LOOK_AGAIN)
            if run.landed.done() and not run.abandoned:
                return run.outcome()

    def attempt(self, operation: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Fly, in a thread, unless somebody does."""
        run, leads = self._board(_always, waits=False)
        if leads:
            self._fly(run, operation)

    async def aattempt(self, operation: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Fly, in a task, unless somebody does."""
        run, leads = self._board(_while_this_loop_runs(), waits=False)
        if leads:
            await self._afly(run, operation)

    def _fly(self, run: _Run[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            value = finish(operation())
        except BaseException as error:
            self._land(run, error=error)
            raise
        self._land(run, value=value)
        return value

    async def arun(self, operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Fly or wait, in a task."""
        run: _Run[T] | None = None
        while True:
            run, leads = self._board(_while_this_loop_runs(), run)
            if leads:
                return await self._afly(run, operation)
            await library().wait(run.landed, _LOOK_AGAIN)
            if run.landed.done() and not run.abandoned:
                return run.outcome()

    async def _afly(self, run: _Run[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        def land(value: T | None, error: BaseException | None) -> None:
            self._land(run, value=value, error=error)

        run.started = library().start(operation, land)
        return await run.started.result()


def _always() -> bool:
    return True


def _while_this_loop_runs() -> Callable[[], bool]:
    running = library()
    return partial(running.is_running, running.loop())
