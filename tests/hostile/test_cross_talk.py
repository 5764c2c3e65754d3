# SPDX-License-Identifier: Apache-2.0
"""Many callers of one object, each with a token of its own: nobody gets the answer of another.

The server answers with the very bearer that came. The interpreter changes threads a hundred times as often
as usual, so that whatever two calls share shows.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection
from support.both import WORLDS
from support.loopback import Loopback, Peer, Seen, echo_bearer, json_answer
from support.storms import at_once, in_threads, restless
from support.transport import token as token_response

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from support.both import World

pytestmark = pytest.mark.anyio

CALLERS = 320


@pytest.fixture(autouse=True)
def hurry() -> Generator[None]:
    with restless():
        yield


class Asking:
    """A client that asks with the next token and tells what it asked with and what it was told."""

    def __init__(self, client: KeycloakOpenID) -> None:
        self.client = client

    def who(self, tokens: Iterator[str]) -> tuple[str, Any]:
        token = next(tokens)
        return token, self.client.userinfo(token)["sub"]

    async def a_who(self, tokens: Iterator[str]) -> tuple[str, Any]:
        token = next(tokens)
        return token, (await self.client.a_userinfo(token))["sub"]


async def wrong(
    world: World, client: KeycloakOpenID, prefix: str = "token", count: int = CALLERS
) -> list[Any]:
    """Let callers ask at once, each with a token of its own; return who was told of another, or failed."""
    asked = [f"{prefix}-{number}" for number in range(count)]
    unasked = iter(asked)
    outcomes = await at_once(world, count, Asking(client), "who", unasked)
    assert next(unasked, None) is None
    return [one for one in outcomes if isinstance(one, BaseException) or one[0] != one[1]]


@pytest.mark.parametrize("world", WORLDS)
async def test_nobody_gets_the_userinfo_of_another(world: World) -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop")
        for _ in range(3):
            assert await wrong(world, client) == []
        await client.aclose()
    assert len(server.seen) == 3 * CALLERS
    assert client.connection.headers == {}


@pytest.mark.parametrize("world", WORLDS)
async def test_nobody_gets_the_userinfo_of_another_while_all_queue_for_few_connections(world: World) -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop", pool_maxsize=4)
        assert await wrong(world, client) == []
        await client.aclose()
    assert server.most_open <= 4


async def test_threads_and_tasks_of_one_client_do_not_meet() -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop")
        threads = asyncio.create_task(wrong("sync", client, "thread", 160))
        assert await wrong("async", client, "task", 160) == []
        assert await threads == []
        await client.aclose()


async def test_event_loops_of_one_client_do_not_meet() -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop")
        numbers = iter(range(8))

        def loop() -> list[Any]:
            return asyncio.run(wrong("async", client, f"loop-{next(numbers)}", 40))

        assert await asyncio.to_thread(in_threads, 8, loop) == [[]] * 8
        client.close()


async def test_calls_of_the_connection_and_writes_to_its_headers_reach_no_other_call() -> None:
    """A program puts a bearer of its own into the shared headers, and takes it away, all the time."""
    client_done = threading.Event()

    def play(peer: Peer, seen: Seen) -> None:
        bearer = (seen.header("authorization") or "").removeprefix("Bearer ")
        peer.send(json_answer({"sub": bearer, "path": seen.path}))

    with Loopback(play) as server:
        client = KeycloakOpenID(server.url, "acme", "shop")
        seen_by_raw: set[str] = set()

        def write() -> None:
            while not client_done.is_set():
                client.connection.add_param_headers("Authorization", "Bearer of-the-headers")
                client.connection.add_param_headers("X-Tenant", "t")
                client.connection.del_param_headers("Authorization")
                client.connection.clean_headers()

        def call_raw() -> None:
            while not client_done.is_set():
                found = client.connection.raw_get("/raw").json()
                assert found["path"] == "/raw"
                seen_by_raw.add(found["sub"])

        others = [asyncio.create_task(asyncio.to_thread(each)) for each in (write, call_raw, call_raw)]
        try:
            for _ in range(2):
                assert await wrong("sync", client, "thread", 160) == []
                assert await wrong("async", client, "task", 160) == []
        finally:
            client_done.set()
        await asyncio.gather(*others)
        await client.aclose()
    assert seen_by_raw <= {"", "of-the-headers"}


@pytest.mark.parametrize("world", WORLDS)
async def test_calls_of_a_connection_that_renews_itself_carry_its_own_token_alone(world: World) -> None:
    """Beside them the client that logs in asks with tokens of users."""

    def play(peer: Peer, seen: Seen) -> None:
        if seen.path.endswith("/token"):
            peer.send(json_answer(token_response("of-the-connection")))
        else:
            echo_bearer(peer, seen)

    with Loopback(play) as server:
        kc = KeycloakOpenIDConnection(server.url, "alice", "pw", realm_name="acme")
        mine: list[Any] = []

        async def call() -> None:
            for _ in range(40):
                if world == "sync":
                    mine.append((await asyncio.to_thread(kc.raw_get, "/x")).json()["sub"])
                else:
                    mine.append((await kc.a_raw_get("/x")).json()["sub"])

        own = asyncio.create_task(call())
        assert await wrong(world, kc.keycloak_openid, "user", 160) == []
        await own
        await kc.keycloak_openid.aclose()
        await kc.aclose()
    assert mine == ["of-the-connection"] * 40
