# SPDX-License-Identifier: Apache-2.0
"""One run at a time for threads and tasks alike, whoever is cancelled, interrupted, lost or forked."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk._io.port import finish
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk.exceptions import KeycloakPostError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 5.0


class Operation:
    """An operation that counts its runs, and lasts until it is told to end."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.runs = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self._error = error

    async def blocking(self) -> int:
        """Run as threads do: never suspending."""
        number = self._begin()
        assert self.may_end.wait(PATIENCE)
        return self._end(number)

    async def awaiting(self) -> int:
        """Run as tasks do."""
        number = self._begin()
        await soon(self.may_end.is_set)
        return self._end(number)

    def _begin(self) -> int:
        self.runs += 1
        self.begun.set()
        return self.runs

    def _end(self, number: int) -> int:
        error, self._error = self._error, None
        if error is not None:
            raise error
        return number


async def soon(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.002)


def waiting(flight: SingleFlight[int]) -> int:
    """Count who waits for the run under way."""
    _, runs = flight._own()
    return len(runs[0].landed._done_callbacks) + len(runs[0].landed._waiters) if runs else 0


def test_threads_that_come_while_a_run_is_under_way_get_its_result() -> None:
    flight, operation = SingleFlight[int](), Operation()
    with ThreadPoolExecutor(8) as threads:
        calls = [threads.submit(flight.run, operation.blocking) for _ in range(8)]
        asyncio.run(soon(lambda: waiting(flight) == 7))
        operation.may_end.set()
        assert [call.result(PATIENCE) for call in calls] == [1] * 8
    assert operation.runs == 1


def test_tasks_that_come_while_a_run_is_under_way_get_its_result() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def main() -> list[int]:
        calls = [asyncio.ensure_future(flight.arun(operation.awaiting)) for _ in range(8)]
        await soon(lambda: waiting(flight) == 7)
        operation.may_end.set()
        return await asyncio.gather(*calls)

    assert asyncio.run(main()) == [1] * 8
    assert operation.runs == 1


@pytest.mark.parametrize("leader", ["thread", "task"])
def test_threads_and_tasks_of_several_loops_share_a_run(leader: str) -> None:
    flight, operation = SingleFlight[int](), Operation()
    in_thread = lambda: flight.run(operation.blocking)  # noqa: E731 - one line each is the point
    in_loop = lambda: asyncio.run(flight.arun(operation.awaiting))  # noqa: E731
    first, second = (in_thread, in_loop) if leader == "thread" else (in_loop, in_thread)
    with ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(first)]
        assert operation.begun.wait(PATIENCE)
        calls += [threads.submit(call) for call in (first, second, second, first, second)]
        asyncio.run(soon(lambda: waiting(flight) >= 5))
        operation.may_end.set()
        assert [call.result(PATIENCE) for call in calls] == [1] * 6
    assert operation.runs == 1


def test_whether_a_run_is_under_way_can_be_asked() -> None:
    flight, operation = SingleFlight[int](), Operation()
    assert not flight.under_way
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(flight.run, operation.blocking)
        assert operation.begun.wait(PATIENCE)
        assert flight.under_way
        operation.may_end.set()
        call.result(PATIENCE)
    assert not flight.under_way


def test_whoever_comes_after_a_run_begins_a_new_one() -> None:
    flight, operation = SingleFlight[int](), Operation()
    operation.may_end.set()
    assert [flight.run(operation.blocking), flight.run(operation.blocking)] == [1, 2]
    assert asyncio.run(flight.arun(operation.awaiting)) == 3


def test_waiters_get_a_copy_of_the_exception_each() -> None:
    original = KeycloakPostError("no", 400, b"{}", error="invalid_grant")
    flight, operation = SingleFlight[int](), Operation(original)

    async def main() -> list[BaseException | int]:
        calls = [asyncio.ensure_future(flight.arun(operation.awaiting)) for _ in range(3)]
        await soon(lambda: waiting(flight) == 2)
        operation.may_end.set()
        return await asyncio.gather(*calls, return_exceptions=True)

    first, *others = asyncio.run(main())
    assert first is original
    for other in others:
        assert isinstance(other, KeycloakPostError)
        assert other is not original
        assert other.__cause__ is original
        assert (other.error, other.response_code, other.response_body) == ("invalid_grant", 400, b"{}")
    assert others[0] is not others[1]
    assert operation.runs == 1


def test_threads_get_a_copy_of_the_exception_as_well() -> None:
    original = KeycloakPostError("no", 400)
    flight, operation = SingleFlight[int](), Operation(original)
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(flight.run, operation.blocking) for _ in range(2)]
        asyncio.run(soon(lambda: waiting(flight) == 1))
        operation.may_end.set()
        errors = [call.exception(PATIENCE) for call in calls]
    assert {type(error) for error in errors} == {KeycloakPostError}
    assert sum(error is original for error in errors) == 1


class Stubborn(Exception):  # noqa: N818 - a caller's own
    """An exception that cannot be copied."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def test_an_exception_that_cannot_be_copied_reaches_the_waiters_itself() -> None:
    flight, operation = SingleFlight[int](), Operation(Stubborn("a", "b"))

    async def main() -> list[BaseException | int]:
        calls = [asyncio.ensure_future(flight.arun(operation.awaiting)) for _ in range(2)]
        await soon(lambda: waiting(flight) == 1)
        operation.may_end.set()
        return await asyncio.gather(*calls, return_exceptions=True)

    assert [type(result) for result in asyncio.run(main())] == [Stubborn, Stubborn]


def test_a_failed_run_is_not_remembered() -> None:
    flight, operation = SingleFlight[int](), Operation(KeycloakPostError("no"))
    operation.may_end.set()
    with pytest.raises(KeycloakPostError):
        flight.run(operation.blocking)
    assert flight.run(operation.blocking) == 2


# --- cancelled, interrupted


def test_a_cancelled_leader_hurts_nobody() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def main() -> list[int]:
        leader = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(operation.begun.is_set)
        others = [asyncio.ensure_future(flight.arun(operation.awaiting)) for _ in range(3)]
        await soon(lambda: waiting(flight) == 3)
        leader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leader
        operation.may_end.set()
        return await asyncio.gather(*others)

    assert asyncio.run(main()) == [1, 1, 1]


def test_a_cancelled_waiter_hurts_nobody() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def main() -> list[int]:
        calls = [asyncio.ensure_future(flight.arun(operation.awaiting)) for _ in range(3)]
        await soon(lambda: waiting(flight) == 2)
        calls[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls[1]
        operation.may_end.set()
        return await asyncio.gather(calls[0], calls[2])

    assert asyncio.run(main()) == [1, 1]


def test_the_run_of_a_cancelled_leader_is_not_collected_as_garbage() -> None:
    """An event loop holds its tasks weakly; this one waits for a future that nobody else holds."""
    flight = SingleFlight[int]()
    release: list[Callable[[], None]] = []

    async def lonely() -> int:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        key = id(future)
        release.append(lambda: next(each for each in gc.get_objects() if id(each) == key).set_result(7))
        return int(await future)

    async def main() -> int:
        leader = asyncio.ensure_future(flight.arun(lonely))
        await soon(lambda: bool(release))
        waiter = asyncio.ensure_future(flight.arun(lonely))
        await asyncio.sleep(0.01)
        leader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leader
        del leader
        await asyncio.sleep(0.01)
        gc.collect()
        release[0]()
        return await asyncio.wait_for(waiter, PATIENCE)

    assert asyncio.run(main()) == 7


def test_when_the_run_itself_is_cancelled_a_waiter_takes_over() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def main() -> int:
        leader = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(operation.begun.is_set)
        waiter = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(lambda: waiting(flight) == 1)
        for task in asyncio.all_tasks() - {asyncio.current_task(), leader, waiter}:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leader
        operation.may_end.set()
        return await waiter

    assert asyncio.run(main()) == 2


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_when_the_leading_thread_is_interrupted_a_waiter_takes_over(
    interruption: type[BaseException],
) -> None:
    flight, operation = SingleFlight[int](), Operation(interruption())
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(flight.run, operation.blocking)
        assert operation.begun.wait(PATIENCE)
        second = threads.submit(flight.run, operation.blocking)
        asyncio.run(soon(lambda: waiting(flight) == 1))
        operation.may_end.set()
        assert isinstance(first.exception(PATIENCE), interruption)
        assert second.result(PATIENCE) == 2


# --- lost loops


def test_a_run_whose_loop_was_left_in_the_middle_is_begun_anew() -> None:
    flight, operation = SingleFlight[int](), Operation()
    loop = asyncio.new_event_loop()

    async def leave() -> None:
        leader = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(operation.begun.is_set)
        leader.cancel()

    loop.run_until_complete(leave())
    operation.may_end.set()
    assert flight.run(operation.blocking) == 2
    assert asyncio.run(flight.arun(operation.awaiting)) == 3
    loop.run_until_complete(asyncio.sleep(0.01))  # the first run ends after all, to nobody's harm
    assert flight.run(operation.blocking) == 4
    loop.close()


@pytest.mark.parametrize("waiter", ["thread", "task"])
def test_who_waits_for_a_run_whose_loop_stops_begins_anew(waiter: str) -> None:
    flight, operation = SingleFlight[int](), Operation()
    stop = threading.Event()
    loop = asyncio.new_event_loop()

    async def leave() -> None:
        leader = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(stop.is_set)
        leader.cancel()

    def wait() -> int:
        if waiter == "thread":
            return flight.run(operation.blocking)
        return asyncio.run(flight.arun(operation.awaiting))

    with ThreadPoolExecutor(2) as threads:
        left = threads.submit(loop.run_until_complete, leave())
        assert operation.begun.wait(PATIENCE)
        second = threads.submit(wait)
        asyncio.run(soon(lambda: waiting(flight) == 1))
        stop.set()
        left.result(PATIENCE)
        operation.may_end.set()
        assert second.result(PATIENCE) == 2
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()


def test_a_waiter_whose_loop_is_closed_when_the_run_lands_is_no_trouble() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(flight.arun(operation.awaiting), 0.02)

    with ThreadPoolExecutor(1) as threads:
        leader = threads.submit(flight.run, operation.blocking)
        assert operation.begun.wait(PATIENCE)
        asyncio.run(impatient())
        operation.may_end.set()
        assert leader.result(PATIENCE) == 1


# --- one thread, both sides


def test_a_plain_call_inside_the_loop_that_flies_the_run_does_not_wait_for_itself() -> None:
    flight, operation = SingleFlight[int](), Operation()

    async def main() -> tuple[int, int]:
        leader = asyncio.ensure_future(flight.arun(operation.awaiting))
        await soon(operation.begun.is_set)
        operation.may_end.set()
        return flight.run(operation.blocking), await leader

    assert asyncio.run(main()) == (2, 1)


def test_an_operation_may_run_itself() -> None:
    flight = SingleFlight[int]()

    async def inner() -> int:
        return 1

    async def outer() -> int:
        return 1 + flight.run(inner)

    assert flight.run(outer) == 2


def test_runs_of_two_flights_do_not_wait_for_each_other() -> None:
    one, two, operation = SingleFlight[int](), SingleFlight[int](), Operation()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(one.run, operation.blocking)
        assert operation.begun.wait(PATIENCE)
        other = Operation()
        other.may_end.set()
        assert two.run(other.blocking) == 1
        operation.may_end.set()
        assert first.result(PATIENCE) == 1


# --- fork


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_does_not_wait_for_the_run_of_its_parent() -> None:
    flight, operation = SingleFlight[int](), Operation()
    thread = threading.Thread(target=flight.run, args=(operation.blocking,))
    thread.start()
    assert operation.begun.wait(PATIENCE)
    child = os.fork()
    if child == 0:
        operation.may_end.set()
        try:
            os._exit(0 if flight.run(operation.blocking) == 2 else 1)
        finally:
            os._exit(2)
    end = time.monotonic() + PATIENCE
    status = None
    while status is None and time.monotonic() < end:
        found, code = os.waitpid(child, os.WNOHANG)
        status = code if found else None
        time.sleep(0.005)
    if status is None:
        os.kill(child, 9)
        os.waitpid(child, 0)
    operation.may_end.set()
    thread.join(PATIENCE)
    assert status == 0


# --- under load


def test_many_threads_never_run_two_at_a_time() -> None:
    flight = SingleFlight[int]()
    under_way = most = runs = 0
    lock = threading.Lock()

    async def operation() -> int:
        nonlocal under_way, most, runs
        with lock:
            under_way += 1
            runs += 1
            most = max(most, under_way)
        time.sleep(0.001)  # noqa: ASYNC251 - this side blocks by design
        with lock:
            under_way -= 1
        return runs

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: flight.run(operation), range(400)))
    assert most == 1
    assert runs < 400


def test_many_loops_never_run_two_at_a_time() -> None:
    flight = SingleFlight[None]()
    under_way = most = 0
    lock = threading.Lock()

    async def operation() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        await asyncio.sleep(0.001)
        with lock:
            under_way -= 1

    async def many() -> None:
        for _ in range(10):
            await asyncio.gather(*(flight.arun(operation) for _ in range(5)))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: asyncio.run(many()), range(6)))
    assert most == 1


# --- the step that runs a coroutine without a loop


def test_finish_returns_the_value_or_raises() -> None:
    async def value() -> int:
        return 3

    async def error() -> int:
        raise KeycloakPostError("no")

    assert finish(value()) == 3
    with pytest.raises(KeycloakPostError):
        finish(error())


def test_finish_refuses_an_operation_that_suspends_and_closes_it() -> None:
    closed = []

    async def suspends() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            closed.append(True)

    with pytest.raises(RuntimeError, match="tried to suspend"):
        finish(suspends())
    assert closed == [True]


# --- without waiting


def test_who_only_attempts_flies_when_nobody_does() -> None:
    flight, operation = SingleFlight[int](), Operation()
    operation.may_end.set()
    flight.attempt(operation.blocking)
    assert operation.runs == 1


def test_who_only_attempts_goes_on_while_another_flies() -> None:
    flight, operation = SingleFlight[int](), Operation()
    with ThreadPoolExecutor(1) as threads:
        flying = threads.submit(flight.run, operation.blocking)
        assert operation.begun.wait(PATIENCE)
        flight.attempt(operation.blocking)
        assert flight.waiters == 0
        operation.may_end.set()
        assert flying.result() == 1
    assert (operation.runs, flight.waiters) == (1, 0)


@pytest.mark.anyio
async def test_a_task_that_only_attempts_goes_on_while_another_flies() -> None:
    flight, operation = SingleFlight[int](), Operation()
    flying = asyncio.create_task(flight.arun(operation.awaiting))
    await soon(operation.begun.is_set)
    await flight.aattempt(operation.awaiting)
    operation.may_end.set()
    assert await flying == 1
    await flight.aattempt(operation.awaiting)
    assert operation.runs == 2


@pytest.mark.anyio
async def test_who_waits_long_is_counted_once() -> None:
    flight, operation = SingleFlight[int](), Operation()
    flying = asyncio.create_task(flight.arun(operation.awaiting))
    await soon(operation.begun.is_set)
    with ThreadPoolExecutor(1) as threads:
        waiting = [asyncio.create_task(flight.arun(operation.awaiting)) for _ in range(3)]
        thread = threads.submit(flight.run, operation.blocking)
        await soon(lambda: flight.waiters == 4)
        await asyncio.sleep(1.2)  # waiters look after a second whether the run was lost
        assert flight.waiters == 4
        operation.may_end.set()
        assert await asyncio.gather(flying, *waiting) == [1, 1, 1, 1]
        assert await asyncio.to_thread(thread.result) == 1
