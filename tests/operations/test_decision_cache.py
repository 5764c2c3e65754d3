# SPDX-License-Identifier: Apache-2.0
"""Decisions that are remembered: never for longer than they may be, never for somebody else."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import DecisionCache, KeycloakConfigurationError, KeycloakError, KeycloakOpenID
from keycloak_sdk._bounded import Latest
from keycloak_sdk.enforcer import Enforcer, Route
from support.clock import ClockInHand
from support.tokens import NOW, claims, jwk, sign
from support.transport import refuses

if TYPE_CHECKING:
    from support.both import Both, Side

pytestmark = pytest.mark.anyio

ALICE = sign(claims(sub="alice", exp=NOW + 300))
BOB = sign(claims(sub="bob", exp=NOW + 300))
VIEW = {"rsid": "1", "rsname": "album", "scopes": ["view"]}
DENIED = refuses(403, "access_denied", "not_authorized")


class World:
    """A realm that gives one answer, and how often it was asked."""

    def __init__(self, both: Both, **cache: Any) -> None:
        self.both = both
        self.hand = ClockInHand()
        self.cache = DecisionCache(**cache)
        self.answer: list[Any] | httpx.Response | Exception = [VIEW]
        self.asked = 0
        self.openid = self.client()
        self.uma: Side = both(self.openid.uma)

    def client(self, client_id: str = "photos") -> KeycloakOpenID:
        openid = KeycloakOpenID(
            "http://kc",
            "acme",
            client_id,
            "s",
            transport=httpx.MockTransport(self.reply),
            clock=self.hand.clock,
        )
        self.both(openid)
        return openid

    def reply(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/certs"):
            return httpx.Response(200, json={"keys": [jwk("RS256")]})
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return (
            self.answer if isinstance(self.answer, httpx.Response) else httpx.Response(200, json=self.answer)
        )

    async def decide(self, token: str | None = ALICE, permissions: Any = "album#view", **options: Any) -> Any:
        return await self.uma.decide(token, permissions, cache=self.cache, **options)


async def test_a_grant_is_remembered_for_its_time(both: Both) -> None:
    world = World(both, ttl=30)
    for seconds, asked in ((0, 1), (29, 1), (2, 2), (29, 2)):
        world.hand.forward(seconds)
        decision = await world.decide()
        assert decision
        assert decision.granted == [VIEW]
        assert world.asked == asked
    assert len(world.cache) == 1


async def test_nothing_is_remembered_without_being_asked_to(both: Both) -> None:
    world = World(both)
    for _ in range(2):
        await world.uma.decide(ALICE, "album#view")
    assert world.asked == 2


async def test_the_memory_ends_with_the_token(both: Both) -> None:
    world = World(both, ttl=3600)
    await world.decide()
    world.hand.forward(301)
    world.answer = refuses(400, "invalid_grant")
    assert not await world.decide()
    assert world.asked == 2


async def test_a_computer_that_slept_does_not_lengthen_it(both: Both) -> None:
    """The monotonic clock of Linux stands still meanwhile."""
    world = World(both, ttl=3600)
    await world.decide()
    world.hand.adjust(301)
    await world.decide()
    assert world.asked == 2


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        sign({"sub": "alice"}),
        sign(claims(exp=NOW - 1)),
        sign(claims(exp="soon")),
        sign(claims(exp=1e300)),
    ],
)
async def test_a_token_that_does_not_say_when_it_ends_or_has_ended_is_not_remembered(
    token: str, both: Both
) -> None:
    world = World(both)
    for _ in range(2):
        assert await world.decide(token)
    assert world.asked == 2


async def test_the_client_itself_is_asked_for_each_time(both: Both) -> None:
    world = World(both)
    for _ in range(2):
        assert await world.decide(None, subject_token=ALICE)
    assert world.asked == 2


async def test_every_question_is_its_own(both: Both) -> None:
    world = World(both)
    await world.decide()
    other = both(world.client("other").uma)
    world.answer = DENIED
    assert not await world.decide(BOB)
    assert not await world.decide(ALICE, "album#edit")
    assert not await world.decide(ALICE, "")
    assert not await world.decide(claims={"organization": ["acme"]})
    assert not await world.decide(audience="other")
    assert not await world.decide(permission_resource_format="uri")
    assert not await other.decide(ALICE, "album#view", cache=world.cache)
    assert not await world.decide(ALICE + "x")
    assert await world.decide(ALICE, ["album#view"])


async def test_denials_are_remembered_for_a_time_of_their_own(both: Both) -> None:
    world = World(both, ttl=30, denial_ttl=5)
    world.answer = DENIED
    for seconds, asked in ((0, 1), (4, 1), (2, 2)):
        world.hand.forward(seconds)
        decision = await world.decide()
        assert decision.reasons == {"album#view": "denied"}
        assert world.asked == asked
    world = World(both)
    world.answer = DENIED
    for _ in range(2):
        assert not await world.decide()
    assert world.asked == 2


@pytest.mark.parametrize(
    "answer", [httpx.Response(503), httpx.ConnectError("refused"), httpx.Response(200, json={"result": True})]
)
async def test_an_error_is_neither_remembered_nor_a_grant(answer: Any, both: Both) -> None:
    world = World(both, denial_ttl=60)
    world.answer = answer
    with pytest.raises(KeycloakError):
        await world.decide()
    world.answer = [VIEW]
    assert await world.decide()
    assert world.asked == 2


async def test_a_token_that_was_not_accepted_is_asked_for_again(both: Both) -> None:
    world = World(both, denial_ttl=60)
    world.answer = refuses(400, "invalid_grant")
    for _ in range(2):
        assert not (await world.decide()).is_logged_in
    assert world.asked == 2


async def test_what_one_caller_changes_no_other_sees(both: Both) -> None:
    world = World(both)
    for _ in range(3):
        decision = await world.decide()
        assert decision.granted[0].scopes == ["view"]
        decision.granted[0]["scopes"].append("edit")
        decision.granted.clear()
        decision.reasons["album#view"] = "denied"
        decision.is_authorized = False
    assert world.asked == 1


async def test_it_can_be_made_to_forget(both: Both) -> None:
    world = World(both)
    for token in (ALICE, BOB):
        await world.decide(token)
    world.cache.clear(ALICE)
    assert len(world.cache) == 1
    await world.decide(BOB)
    assert world.asked == 2
    await world.decide(ALICE)
    assert world.asked == 3
    world.cache.clear()
    assert len(world.cache) == 0


async def test_the_oldest_go(both: Both) -> None:
    world = World(both, max_entries=2)
    for permission in ("#view", "album", "album#view"):
        await world.decide(ALICE, permission)
    assert len(world.cache) == 2
    await world.decide(ALICE, "#view")
    assert world.asked == 4


# --- together


async def test_tasks_with_the_same_question_share_one_request() -> None:
    hand, asked = ClockInHand(), []

    async def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        await asyncio.sleep(0.05)
        return httpx.Response(200, json=[VIEW])

    cache = DecisionCache()
    async with KeycloakOpenID(
        "http://kc", "acme", "photos", transport=httpx.MockTransport(reply), clock=hand.clock
    ) as openid:
        decisions = await asyncio.gather(
            *[openid.uma.a_decide(ALICE, "album#view", cache=cache) for _ in range(50)]
        )
    assert all(decisions)
    assert len({id(decision) for decision in decisions}) == 50
    assert len(asked) == 1


def test_threads_with_the_same_question_share_one_request() -> None:
    hand, asked, gate = ClockInHand(), [], threading.Barrier(8)

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        time.sleep(0.1)
        return httpx.Response(200, json=[VIEW])

    cache = DecisionCache()

    def decide(_: int) -> bool:
        gate.wait()
        return bool(openid.uma.decide(ALICE, "album#view", cache=cache))

    with (
        KeycloakOpenID(
            "http://kc", "acme", "photos", transport=httpx.MockTransport(reply), clock=hand.clock
        ) as openid,
        ThreadPoolExecutor(8) as pool,
    ):
        assert all(pool.map(decide, range(8)))
    assert len(asked) == 1


async def test_what_was_asked_before_it_was_cleared_is_not_remembered_after(both: Both) -> None:
    world = World(both)
    reply = world.reply

    def withdrawn_meanwhile(request: httpx.Request) -> httpx.Response:
        world.cache.clear(BOB)
        return reply(request)

    world.openid = KeycloakOpenID(
        "http://kc",
        "acme",
        "photos",
        transport=httpx.MockTransport(withdrawn_meanwhile),
        clock=world.hand.clock,
    )
    both(world.openid)
    assert await both(world.openid.uma).decide(ALICE, "album#view", cache=world.cache)
    assert len(world.cache) == 0


# --- in an enforcer


async def test_an_enforcer_uses_it(both: Both) -> None:
    world = World(both)
    token = sign(claims(iss="http://kc/realms/acme", aud="photos", jti="j", azp="shop", exp=NOW + 300))
    enforcer = both(Enforcer(world.openid, [Route("/albums/{id}", "album#view")], decision_cache=world.cache))
    for path in ("/albums/7", "/albums/8"):
        assert await enforcer.enforce("GET", path, token)
    assert world.asked == 1
    world.hand.forward(400)
    assert (await enforcer.enforce("GET", "/albums/7", token)).status == 401


# --- construction


@pytest.mark.parametrize(
    "arguments",
    [{"ttl": -1}, {"ttl": "30"}, {"ttl": True}, {"ttl": float("nan")}, {"denial_ttl": None},
     {"max_entries": 0}, {"max_entries": True}, {"max_entries": 1.5}],
)  # fmt: skip
def test_what_cannot_work_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(KeycloakConfigurationError, match=next(iter(arguments))):
        DecisionCache(**arguments)


async def test_no_token_is_held(both: Both) -> None:
    world = World(both)
    await world.decide()
    assert repr(world.cache) == "<DecisionCache of 1 decisions>"
    assert ALICE not in repr([(key, vars(world.cache)) for key, _ in world.cache._kept.items()])


def test_the_latest_items_are_held() -> None:
    items: Latest[int, int] = Latest(2)
    for number in (1, 2, 1, 3):
        items.put(number, number)
    assert items.items() == [(1, 1), (3, 3)]
    items.pop(2)
    assert (items.get(1), items.get(2), len(items)) == (1, None, 2)
    items.clear()
    assert len(items) == 0
