# SPDX-License-Identifier: Apache-2.0
"""Callers of one renewal that are cancelled, interrupted or lost; several event loops, a fork.

The realm rotates its refresh tokens and ends the session of one that is used twice. How many callers may
come at once: `tests/hostile/test_storms.py`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import httpx
import pytest

from keycloak_sdk import KeycloakOpenIDConnection
from support.clock import ClockInHand
from support.project import ROOT
from support.rotating import RotatingRealm
from support.transport import issues, token

pytestmark = pytest.mark.anyio


class OfATransport(Exception):  # noqa: N818 - of a program's own
    """An exception that cannot be copied: its constructor wants more than its text."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


async def test_those_who_wait_get_an_exception_of_the_programs_own_transport_as_it_is() -> None:
    async def fail(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        raise OfATransport("here", "broken")

    kc = KeycloakOpenIDConnection("http://kc", "alice", "pw", async_transport=httpx.MockTransport(fail))
    failures = await asyncio.gather(*(kc.a_raw_get("/x") for _ in range(3)), return_exceptions=True)
    assert [str(one) for one in failures] == ["here: broken"] * 3


async def test_a_task_that_began_the_renewal_and_is_cancelled_hurts_nobody() -> None:
    realm, hand = RotatingRealm(pause=0.05), ClockInHand()
    kc = realm.logged_in(hand)
    hand.forward(60)
    leader = asyncio.create_task(kc.a_raw_get("/x"))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(kc.a_raw_get("/x")) for _ in range(10)]
    await asyncio.sleep(0.01)
    leader.cancel()
    others[0].cancel()
    outcomes = await asyncio.gather(leader, *others, return_exceptions=True)
    assert [type(one) for one in outcomes[:2]] == [asyncio.CancelledError] * 2
    assert {one.status_code for one in outcomes[2:] if isinstance(one, httpx.Response)} == {200}
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


async def test_a_deadline_of_the_programs_own_ends_the_wait_but_not_the_renewal() -> None:
    realm, hand = RotatingRealm(pause=0.05), ClockInHand()
    kc = realm.logged_in(hand)
    hand.forward(60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await kc.a_raw_get("/x")
    assert (await kc.a_raw_get("/x")).status_code == 200
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


async def test_a_thread_that_is_interrupted_in_the_renewal_leaves_it_to_the_others() -> None:
    hand, begun, interrupt = ClockInHand(), threading.Event(), threading.Event()
    grants: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/x":
            return httpx.Response(200)
        grants.append(request)
        if len(grants) > 1:
            return issues("second")
        begun.set()
        interrupt.wait(10)
        raise KeyboardInterrupt

    kc = KeycloakOpenIDConnection(
        "http://kc", clock=hand.clock, transport=httpx.MockTransport(answer), token=token("first")
    )
    hand.forward(60)
    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(kc.raw_get, "/x")
        assert begun.wait(10)
        thread, task = pool.submit(kc.raw_get, "/x"), asyncio.create_task(kc.a_raw_get("/x"))
        await asyncio.sleep(0.01)
        interrupt.set()
        with pytest.raises(KeyboardInterrupt):
            leader.result(20)
        assert (await task).status_code == 200
        assert thread.result(20).status_code == 200
    assert len(grants) == 2


def test_a_connection_is_used_from_one_event_loop_after_the_other() -> None:
    realm, hand = RotatingRealm(), ClockInHand()
    kc = realm.connection(hand)

    async def call() -> int:
        return (await kc.a_raw_get("/x")).status_code

    for _ in range(3):
        assert asyncio.run(call()) == 200
        hand.forward(60)
    assert realm.grants == ["password", "refresh_token", "refresh_token"]


def test_an_event_loop_that_ends_in_the_middle_of_a_renewal_leaves_it_to_the_next() -> None:
    realm, hand = RotatingRealm(pause=0.05), ClockInHand()
    kc = realm.connection(hand)

    async def leave() -> None:
        task = asyncio.create_task(kc.a_raw_get("/x"))
        await asyncio.sleep(0.01)
        task.cancel()

    async def call() -> int:
        return (await kc.a_raw_get("/x")).status_code

    asyncio.run(leave())
    assert asyncio.run(call()) == 200
    asyncio.run(leave())
    assert kc.raw_get("/x").status_code == 200


def test_an_event_loop_that_is_abandoned_in_the_middle_of_a_renewal_is_not_waited_for() -> None:
    realm = RotatingRealm(pause=0.05)
    kc = realm.connection(ClockInHand())
    loop = asyncio.new_event_loop()
    left = loop.create_task(kc.a_raw_get("/x"))
    loop.run_until_complete(asyncio.sleep(0.01))
    assert kc.raw_get("/x").status_code == 200
    loop.run_until_complete(asyncio.wait([left]))
    assert left.result().status_code == 200
    loop.close()


async def test_a_plain_call_in_the_loop_of_an_awaited_renewal_does_not_wait_for_itself() -> None:
    realm, hand = RotatingRealm(pause=0.02), ClockInHand()
    kc = realm.logged_in(hand)
    hand.forward(60)
    awaited = asyncio.create_task(kc.a_raw_get("/x"))
    await asyncio.sleep(0.01)
    assert kc.raw_get("/x").status_code == 200
    assert (await awaited).status_code == 200


def test_the_child_of_a_fork_does_not_wait_for_a_renewal_of_its_parent() -> None:
    program = """
        import os, sys, threading, warnings
        import httpx
        from keycloak_sdk import KeycloakOpenIDConnection

        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads
        begun, go_on, parent = threading.Event(), threading.Event(), os.getpid()

        def answer(request):
            if request.url.path == "/x":
                return httpx.Response(200)
            if os.getpid() == parent:
                begun.set()
                go_on.wait(20)
            return httpx.Response(200, json={"access_token": "t", "expires_in": 60, "token_type": "Bearer"})

        kc = KeycloakOpenIDConnection("http://kc", "alice", "pw", transport=httpx.MockTransport(answer))
        thread = threading.Thread(target=kc.raw_get, args=("/x",))
        thread.start()
        begun.wait(20)
        child = os.fork()
        if child == 0:
            os._exit(kc.raw_get("/x").status_code - 200)
        _, status = os.waitpid(child, 0)
        go_on.set()
        thread.join(20)
        print("child", os.waitstatus_to_exitcode(status), "parent", kc.raw_get("/x").status_code)
    """
    result = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.stdout, result.stderr) == ("child 0 parent 200\n", "")
