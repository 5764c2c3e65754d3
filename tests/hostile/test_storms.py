# SPDX-License-Identifier: Apache-2.0
"""A thousand callers at once, whose token has to be had anew: one token request, and nobody fails.

Every caller but one waits. What is counted is what the realm saw; `benchmarks/renewal_storms.py` measures
the time.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import KeycloakOpenIDConnection, KeycloakPostError
from support.both import WORLDS
from support.clock import ClockInHand
from support.loopback import Loopback, Peer, Seen, json_answer
from support.project import ROOT
from support.rotating import RotatingRealm
from support.storms import PATIENCE, at_once, in_tasks, in_threads
from support.transport import token

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import World

pytestmark = pytest.mark.anyio

CALLERS = 1000
LIFETIME = 60
NEARLY_STALE = 53
"""Seconds after which an early renewal is due, and a token of sixty is sent for one more."""


def statuses(outcomes: list[Any]) -> Counter[Any]:
    """Count outcomes: answers by their status, exceptions by themselves."""
    return Counter(getattr(one, "status_code", one) for one in outcomes)


def expired(realm: RotatingRealm, hand: ClockInHand) -> KeycloakOpenIDConnection:
    """Return a connection whose access token has expired."""
    kc = realm.logged_in(hand)
    hand.forward(LIFETIME)
    return kc


def refused(realm: RotatingRealm, hand: ClockInHand) -> KeycloakOpenIDConnection:
    """Return a connection whose access token has been revoked: everybody is told so by a 401."""
    kc = realm.logged_in(hand)
    realm.revoke()
    return kc


SCENARIOS: dict[str, tuple[Callable[[RotatingRealm, ClockInHand], KeycloakOpenIDConnection], bool, str]] = {
    "cold": (RotatingRealm.connection, True, "password"),
    "expired": (expired, False, "refresh_token"),
    "refused with 401": (refused, False, "refresh_token"),
    "expired, the refresh token good once": (expired, True, "refresh_token"),
    "refused with 401, the refresh token good once": (refused, True, "refresh_token"),
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_thousand_callers_cost_one_token_request(scenario: str, world: World) -> None:
    prepare, rotates, grant = SCENARIOS[scenario]
    realm = RotatingRealm(pause=0.05, rotates=rotates)
    kc = prepare(realm, ClockInHand())
    outcomes = await at_once(world, CALLERS, kc, "raw_get", "/x")
    assert statuses(outcomes) == {200: CALLERS}
    assert (realm.grants, realm.reused) == ([grant], [])


@pytest.mark.parametrize("world", WORLDS)
async def test_refresh_tokens_that_are_good_once_carry_a_connection_from_storm_to_storm(world: World) -> None:
    realm, hand = RotatingRealm(pause=0.02), ClockInHand()
    kc = realm.logged_in(hand)
    for storm in range(5):
        if storm % 2:
            realm.revoke()
        else:
            hand.forward(LIFETIME)
        assert statuses(await at_once(world, 200, kc, "raw_get", "/x")) == {200: 200}
    assert (realm.grants, realm.reused) == (["refresh_token"] * 5, [])


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_threads_and_tasks_of_one_connection_share_the_token_request(scenario: str) -> None:
    prepare, rotates, grant = SCENARIOS[scenario]
    realm = RotatingRealm(pause=0.1, rotates=rotates)
    kc = prepare(realm, ClockInHand())
    threads = asyncio.create_task(at_once("sync", 200, kc, "raw_get", "/x"))
    await asyncio.sleep(0.02)  # whoever begins, a thread or a task, others of both kinds wait
    tasks = await in_tasks(800, lambda: kc.a_raw_get("/x"))
    assert statuses([*tasks, *await threads]) == {200: CALLERS}
    assert (realm.grants, realm.reused) == ([grant], [])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_event_loops_side_by_side_share_the_token_request(scenario: str) -> None:
    prepare, rotates, grant = SCENARIOS[scenario]
    realm = RotatingRealm(pause=0.1, rotates=rotates)
    kc = prepare(realm, ClockInHand())

    def loop() -> Counter[Any]:
        return statuses(asyncio.run(in_tasks(50, lambda: kc.a_raw_get("/x"))))

    assert sum(in_threads(8, loop), Counter()) == {200: 400}  # type: ignore[arg-type] # no exceptions
    assert (realm.grants, realm.reused) == ([grant], [])


@pytest.mark.parametrize("world", WORLDS)
async def test_over_a_network_a_storm_is_one_token_request_as_well(world: World) -> None:
    grants: list[str] = []
    revoked = threading.Event()

    def play(peer: Peer, seen: Seen) -> None:
        if seen.path.endswith("/token"):
            peer.stall(0.05)
            grants.append(seen.body.decode())
            peer.send(json_answer(token(f"token-{len(grants)}")))
        elif revoked.is_set() and seen.header("authorization") == "Bearer token-1":
            peer.send(json_answer({"error": "invalid_token"}, 401))
        else:
            peer.send(json_answer({}))

    with Loopback(play) as server:
        kc = KeycloakOpenIDConnection(server.url, "alice", "pw", realm_name="acme")
        assert statuses(await at_once(world, 300, kc, "raw_get", "/x")) == {200: 300}
        assert len(grants) == 1
        revoked.set()
        assert statuses(await at_once(world, 300, kc, "raw_get", "/x")) == {200: 300}
        await kc.aclose()
    assert ["refresh_token=" in grant for grant in grants] == [False, True]
    assert server.most_open <= 100


@pytest.mark.parametrize("world", WORLDS)
async def test_clients_of_the_programs_own_share_the_token_request(world: World) -> None:
    """They take their bearer from `connection.auth()`."""
    realm = RotatingRealm(pause=0.05)
    kc = expired(realm, ClockInHand())
    with httpx.Client(transport=httpx.MockTransport(realm.at_once), auth=kc.auth()) as client:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(realm.in_time), auth=kc.auth(), timeout=PATIENCE
        ) as aclient:
            if world == "sync":
                outcomes = await asyncio.to_thread(in_threads, 300, lambda: client.get("http://kc/x"))
            else:
                outcomes = await in_tasks(300, lambda: aclient.get("http://kc/x"))
    assert statuses(outcomes) == {200: 300}
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


# --- a token that is still good


@pytest.mark.parametrize("world", WORLDS)
async def test_while_the_token_is_good_one_of_a_thousand_renews_it_early(world: World) -> None:
    realm, hand = RotatingRealm(pause=0.05), ClockInHand()
    kc = realm.logged_in(hand)
    hand.forward(NEARLY_STALE)
    assert statuses(await at_once(world, CALLERS, kc, "raw_get", "/x")) == {200: CALLERS}
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


@pytest.mark.parametrize("world", WORLDS)
async def test_while_the_token_is_good_nobody_notices_that_it_cannot_be_renewed(world: World) -> None:
    realm, hand = RotatingRealm(pause=0.05), ClockInHand()
    kc = realm.logged_in(hand)
    hand.forward(NEARLY_STALE)
    realm.broken = True
    assert statuses(await at_once(world, CALLERS, kc, "raw_get", "/x")) == {200: CALLERS}
    assert realm.grants == ["refresh_token"]


# --- the one that renews does not come back


async def test_a_leader_that_is_cancelled_costs_the_others_nothing() -> None:
    realm = RotatingRealm(pause=0.1)
    kc = expired(realm, ClockInHand())
    leader = asyncio.create_task(kc.a_raw_get("/x"))
    await asyncio.sleep(0.01)
    others = asyncio.create_task(in_tasks(CALLERS, lambda: kc.a_raw_get("/x")))
    await asyncio.sleep(0.01)
    leader.cancel()
    assert statuses(await others) == {200: CALLERS}
    assert leader.cancelled()
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


async def test_every_second_caller_may_be_cancelled() -> None:
    realm = RotatingRealm(pause=0.1)
    kc = expired(realm, ClockInHand())
    calls = [asyncio.create_task(kc.a_raw_get("/x")) for _ in range(CALLERS)]
    await asyncio.sleep(0.02)
    for call in calls[::2]:
        call.cancel()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert statuses(outcomes[1::2]) == {200: CALLERS // 2}
    assert {type(one) for one in outcomes[::2]} == {asyncio.CancelledError}
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


@pytest.mark.parametrize("world", WORLDS)
async def test_a_token_endpoint_that_fails_is_told_to_a_thousand_and_asked_once(world: World) -> None:
    realm = RotatingRealm()
    kc = expired(realm, ClockInHand())
    realm.broken = True
    realm.ready = lambda: kc._renewal.waiters == CALLERS - 1
    outcomes = await at_once(world, CALLERS, kc, "raw_get", "/x")
    assert {(type(one), one.response_code, one.retryable) for one in outcomes} == {
        (KeycloakPostError, 503, True)
    }
    assert len({id(one) for one in outcomes}) == CALLERS  # a traceback each
    assert realm.grants == ["refresh_token"]


@pytest.mark.parametrize("world", WORLDS)
async def test_after_a_failure_the_next_storm_is_served(world: World) -> None:
    realm, hand = RotatingRealm(), ClockInHand()
    kc = expired(realm, hand)
    realm.broken = True
    realm.ready = lambda: kc._renewal.waiters == 49
    await at_once(world, 50, kc, "raw_get", "/x")
    realm.broken = False
    realm.ready = lambda: True
    hand.forward(LIFETIME)  # whatever the connection waits before it asks again
    assert statuses(await at_once(world, CALLERS, kc, "raw_get", "/x")) == {200: CALLERS}
    assert (realm.grants, realm.reused) == (["refresh_token"] * 2, [])


def test_threads_take_over_from_an_event_loop_that_is_closed_in_the_middle() -> None:
    realm = RotatingRealm(pause=0.5)
    kc = expired(realm, ClockInHand())
    begun, over = threading.Event(), threading.Event()

    async def begin_and_end() -> None:
        asyncio.create_task(kc.a_raw_get("/x")).add_done_callback(lambda _: over.set())
        await asyncio.sleep(0.02)
        begun.set()
        await asyncio.sleep(0.2)

    with ThreadPoolExecutor(1) as pool:
        loop = pool.submit(asyncio.run, begin_and_end())
        assert begun.wait(PATIENCE)
        assert statuses(in_threads(200, lambda: kc.raw_get("/x"))) == {200: 200}
        loop.result(PATIENCE)
    assert over.is_set()
    assert (realm.grants, realm.reused) == (["refresh_token"], [])


def test_a_fork_in_the_middle_of_a_storm_hurts_neither_process() -> None:
    program = """
        import asyncio, os, sys, threading, warnings
        import httpx
        from keycloak_sdk import KeycloakOpenIDConnection
        from support.storms import in_tasks, in_threads

        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads
        grants, begun, go_on, parent = [], threading.Event(), threading.Event(), os.getpid()

        def answer(request):
            if request.url.path == "/x":
                return httpx.Response(200)
            grants.append(os.getpid())
            if os.getpid() == parent:
                begun.set()
                go_on.wait(30)
            return httpx.Response(200, json={"access_token": "t", "expires_in": 60, "token_type": "Bearer"})

        kc = KeycloakOpenIDConnection("http://kc", "alice", "pw", transport=httpx.MockTransport(answer))
        outcomes = []
        storm = threading.Thread(target=lambda: outcomes.extend(in_threads(100, lambda: kc.raw_get("/x"))))
        storm.start()
        begun.wait(30)
        child = os.fork()
        if child == 0:
            grants.clear()
            found = in_threads(20, lambda: kc.raw_get("/x"))
            found += asyncio.run(in_tasks(20, lambda: kc.a_raw_get("/x")))
            os._exit(0 if {one.status_code for one in found} == {200} and len(grants) == 1 else 1)
        _, status = os.waitpid(child, 0)
        go_on.set()
        storm.join(30)
        print("child", os.waitstatus_to_exitcode(status))
        print("parent", {one.status_code for one in outcomes}, grants.count(parent))
    """
    result = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        cwd=ROOT,
        env={"PYTHONPATH": "generated:.:tests"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (result.stdout, result.stderr) == ("child 0\nparent {200} 1\n", "")


# --- a token that somebody has replaced meanwhile


async def test_late_401s_for_a_token_that_has_been_replaced_renew_nothing() -> None:
    """A thousand calls leave with the old token; their refusals arrive when a new one is held."""
    hand = ClockInHand()
    replaced = asyncio.Event()
    grants = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal grants
        if request.url.path != "/x":
            grants += 1
            return httpx.Response(200, json=token("new"))
        if request.headers["authorization"] == "Bearer new":
            return httpx.Response(200)
        await replaced.wait()
        return httpx.Response(401)

    kc = KeycloakOpenIDConnection(
        "http://kc",
        clock=hand.clock,
        token=token("old"),
        pool_maxsize=CALLERS + 1,
        async_transport=httpx.MockTransport(answer),
    )
    calls = asyncio.create_task(in_tasks(CALLERS, lambda: kc.a_raw_get("/x")))
    await asyncio.sleep(0.05)
    await kc.a_refresh_token()
    replaced.set()
    assert statuses(await calls) == {200: CALLERS}
    assert grants == 1
