# SPDX-License-Identifier: Apache-2.0
"""Event loops of trio: one object serves them, those of asyncio and threads, in turn and at the same time.

What one call meets (faults, proxies, TLS, renewal) is in the tests that are marked `trio`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import pytest
import trio

from keycloak_sdk import KeycloakOpenID
from keycloak_sdk._io.awaiting import AwaitingIo
from keycloak_sdk._io.blocking import BlockingIo
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._settings import Clock, TransportSettings
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import KeycloakConnectionError, KeycloakTimeoutError
from support.clock import ClockInHand
from support.loopback import Loopback, always, answer, echo_bearer, in_turn, json_answer, stall
from support.rotating import RotatingRealm
from support.storms import in_threads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from support.loopback import Peer, Seen

PATIENCE = 5.0
HELLO = always(json_answer({"hello": "world"}))


def slowly(seconds: float) -> Callable[[Peer, Seen], None]:
    def play(peer: Peer, seen: Seen) -> None:
        peer.stall(seconds)
        peer.send(json_answer({"path": seen.path}))

    return play


async def together(*calls: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Return what the calls return or raise, in their order."""
    outcomes: list[Any] = [None] * len(calls)

    async def run(number: int, call: Callable[[], Awaitable[Any]]) -> None:
        try:
            outcomes[number] = await call()
        except Exception as error:
            outcomes[number] = error

    async with trio.open_nursery() as nursery:
        for number, call in enumerate(calls):
            nursery.start_soon(run, number, call)
    return outcomes


# --- who may call


def test_one_object_serves_every_kind_of_loop() -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop", timeout=PATIENCE)

        async def twice(name: str) -> None:
            for number in range(2):
                assert (await client.a_userinfo(f"{name}-{number}"))["sub"] == f"{name}-{number}"

        def anywhere(number: int) -> None:
            run = (asyncio.run, lambda it: trio.run(lambda: it))[number % 2]
            run(twice(f"thread-{number}"))

        asyncio.run(twice("first"))
        trio.run(twice, "trio")
        asyncio.run(twice("second"))
        anyio.run(twice, "anyio", backend="trio")
        trio.run(twice, "again")
        server.wait_until(lambda: server.open == 0)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(anywhere, range(8)))
        assert client.userinfo("plain")["sub"] == "plain"
        client.close()
        server.wait_until(lambda: server.open == 0)
    assert len({seen.connection for seen in server.seen}) == 14


def test_one_token_is_renewed_once_for_trio_asyncio_and_threads_at_the_same_time() -> None:
    realm = RotatingRealm(pause=0.2)
    hand = ClockInHand()
    connection = realm.logged_in(hand)
    hand.forward(59)
    start = threading.Barrier(3)

    async def of_asyncio() -> list[httpx.Response]:
        start.wait(PATIENCE)
        return await asyncio.gather(*(connection.a_raw_get("/x") for _ in range(20)))

    async def of_trio() -> list[httpx.Response]:
        start.wait(PATIENCE)
        return await together(*[partial(connection.a_raw_get, "/x")] * 20)

    def of_threads() -> list[Any]:
        start.wait(PATIENCE)
        return in_threads(20, partial(connection.raw_get, "/x"))

    with ThreadPoolExecutor(3) as threads:
        runs = [
            threads.submit(lambda: asyncio.run(of_asyncio())),
            threads.submit(trio.run, of_trio),
            threads.submit(of_threads),
        ]
        answers = [found.status_code for run in runs for found in run.result(PATIENCE * 4)]
    assert answers == [200] * 60
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


# --- cancelled


def test_a_call_that_is_cancelled_while_it_renews_loses_no_refresh_token() -> None:
    realm = RotatingRealm(pause=0.2)
    hand = ClockInHand()
    connection = realm.logged_in(hand)
    hand.forward(59)

    async def main() -> None:
        with trio.move_on_after(0.05) as impatient:
            await connection.a_raw_get("/x")
        assert impatient.cancelled_caught
        assert (await connection.a_raw_get("/x")).status_code == 200

    trio.run(main)
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


def test_a_run_that_ends_waits_for_the_renewal_that_is_under_way() -> None:
    realm = RotatingRealm(pause=0.2)
    hand = ClockInHand()
    connection = realm.logged_in(hand)
    hand.forward(59)

    async def main() -> None:
        with trio.move_on_after(0.05):
            await connection.a_raw_get("/x")

    trio.run(main)
    realm.pause = 0
    assert connection.raw_get("/x").status_code == 200
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


def test_a_task_that_waits_for_the_renewal_of_a_thread_can_be_cancelled() -> None:
    realm = RotatingRealm(pause=0.5)
    hand = ClockInHand()
    connection = realm.logged_in(hand)
    hand.forward(59)

    async def main() -> None:
        with trio.move_on_after(0.05) as impatient:
            await connection.a_raw_get("/x")
        assert impatient.cancelled_caught

    with ThreadPoolExecutor(1) as threads:
        leader = threads.submit(connection.raw_get, "/x")
        while not connection._renewal.under_way:
            time.sleep(0.001)
        trio.run(main)
        assert not leader.done()
        assert leader.result(PATIENCE).status_code == 200
    assert realm.grants == ["refresh_token"]


def test_calls_cancelled_at_any_moment_leave_no_place_taken() -> None:
    with Loopback(slowly(0.004)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=2, timeout=PATIENCE)

        async def main() -> None:
            for number in range(60):
                with trio.move_on_after(number / 8000):
                    await connection.a_raw_get("/x")
            answers = await together(*(partial(connection.a_raw_get, f"/{number}") for number in range(6)))
            assert [found.json()["path"] for found in answers] == [f"/{number}" for number in range(6)]

        trio.run(main)
        server.wait_until(lambda: server.open == 0)


def test_what_an_operation_raises_that_is_no_error_is_its_callers() -> None:
    flight: SingleFlight[None] = SingleFlight()
    io = AwaitingIo(TransportSettings(base=ServerUrl.parse("http://kc")))

    async def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        trio.run(io.share, flight, leave)
    assert not flight.under_way


# --- bounds


def test_tasks_queue_for_the_connections_there_are() -> None:
    with Loopback(slowly(0.02)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=2, timeout=PATIENCE)

        async def main() -> list[Any]:
            return await together(*(partial(connection.a_raw_get, f"/{number}") for number in range(20)))

        answers = trio.run(main)
        server.wait_until(lambda: server.open == 0)
    assert [found.json() for found in answers] == [{"path": f"/{number}"} for number in range(20)]
    assert (server.most_open, server.connections) == (2, 2)


def test_a_task_that_waits_for_a_connection_is_bounded_by_the_timeout() -> None:
    with Loopback(stall) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=0.3)
        errors = trio.run(together, *[partial(connection.a_raw_get, "/x")] * 4)
        assert [type(error) for error in errors] == [KeycloakTimeoutError] * 4
        assert len(server.seen) == 1


def test_without_a_timeout_the_callers_own_counts() -> None:
    with Loopback(stall) as server:
        connection = ConnectionManager(server.url, timeout=None)

        async def main() -> None:
            with trio.fail_after(0.1):
                await connection.a_raw_get("/x")

        with pytest.raises(trio.TooSlowError):
            trio.run(main)


def test_time_passes_without_the_clock_of_a_test() -> None:
    io = AwaitingIo(TransportSettings(base=ServerUrl.parse("http://kc")))
    trio.run(io.sleep, 0, Clock())


def test_a_call_that_waits_in_a_thread_can_be_cancelled() -> None:
    go_on = threading.Event()
    io = AwaitingIo(TransportSettings(base=ServerUrl.parse("http://kc")))

    async def main() -> None:
        assert await io.call(lambda: 3) == 3
        with trio.move_on_after(0.05) as impatient:
            await io.call(partial(go_on.wait, PATIENCE))
        assert impatient.cancelled_caught

    trio.run(main)
    go_on.set()


# --- closing


def test_what_is_closed_in_the_middle_of_a_run_is_closed_then() -> None:
    with Loopback(HELLO) as server:

        async def main() -> None:
            connection = ConnectionManager(server.url)
            for number in range(1, 3):
                assert (await connection.a_raw_get("/x")).status_code == 200
                assert server.connections == number
                await connection.aclose()
                await connection.aclose()
                await trio.to_thread.run_sync(server.wait_until, lambda: server.open == 0)
            async with KeycloakOpenID(server.url, "acme", "shop") as client:
                await client.connection.a_raw_get("/x")
            await trio.to_thread.run_sync(server.wait_until, lambda: server.open == 0)

        trio.run(main)


def test_the_connections_of_an_object_that_is_gone_are_closed() -> None:
    with Loopback(HELLO) as server:

        async def main() -> None:
            await ConnectionManager(server.url).a_raw_get("/x")
            gc.collect()
            await trio.to_thread.run_sync(server.wait_until, lambda: server.open == 0)

        trio.run(main)


def test_runs_that_have_ended_are_not_kept() -> None:
    with Loopback(HELLO) as server:
        connection = ConnectionManager(server.url)
        loops: list[object] = []  # or they would be gone by themselves

        async def main() -> None:
            loops.append(trio.lowlevel.current_trio_token())
            await connection.a_raw_get("/x")

        for _ in range(3):
            trio.run(main)
        assert len(connection._awaiting_io._by_loop) == 1
        server.wait_until(lambda: server.open == 0)


def test_a_body_that_is_refused_in_the_middle_leaves_nothing_behind() -> None:
    """An asynchronous generator that is not run to its end makes trio warn."""
    body = answer(200, bytes(3_000_000))
    with Loopback(in_turn(body, json_answer({"n": 2}))) as server:
        connection = ConnectionManager(server.url, max_body=1000)

        async def main() -> None:
            with pytest.raises(KeycloakConnectionError, match="larger than 1000 bytes"):
                await connection.a_raw_get("/x")
            gc.collect()
            assert (await connection.a_raw_get("/x")).json() == {"n": 2}

        trio.run(main)
        server.wait_until(lambda: server.open == 0)
    assert server.connections == 2


PROGRAM = """
import gc, sys
import trio
from keycloak_sdk import KeycloakOpenID, ConnectionManager
url = sys.argv[1]
kept = ConnectionManager(url)

async def main():
    await kept.a_raw_get("/x")
    await ConnectionManager(url).a_raw_get("/x")
    gc.collect()
    async with KeycloakOpenID(url, "acme", "shop") as client:
        await client.connection.a_raw_get("/x")

trio.run(main)
trio.run(main)
"""


def test_a_program_that_closes_nothing_sees_no_warning() -> None:
    with Loopback(HELLO) as server:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM, server.url],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_thread_waits_for_what_a_run_does() -> None:
    """The other way round than above: trio leads, a thread joins."""
    flight: SingleFlight[str] = SingleFlight()
    settings = TransportSettings(base=ServerUrl.parse("http://kc"))
    begun = threading.Event()

    async def slow() -> str:
        begun.set()
        await trio.sleep(0.1)
        return "of trio"

    async def never() -> str:
        raise AssertionError("one run is enough")

    with ThreadPoolExecutor(1) as threads:
        leader = threads.submit(trio.run, AwaitingIo(settings).share, flight, slow)
        assert begun.wait(PATIENCE)
        with pytest.raises(StopIteration) as joined:
            BlockingIo(settings).share(flight, never).send(None)
        assert (joined.value.value, leader.result(PATIENCE)) == ("of trio", "of trio")
