# SPDX-License-Identifier: Apache-2.0
"""One session for processes that share a store: what the realm sees of them, and what a lost store costs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import MemoryTokenStore
from support.clock import ClockInHand
from support.fleet import Fleet
from support.loopback import Loopback
from support.redis_server import RedisServer
from support.rotating import RotatingRealm
from support.stores import FileShelf, RedisShelf

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from support.both import Both
    from support.loopback import Peer, Seen

pytestmark = pytest.mark.anyio

PATIENCE = 20.0


def assert_good(calls: Iterable[dict[str, Any]]) -> None:
    """Every call was answered."""
    assert {(call["status"], call["error"]) for call in calls} == {(200, None)}


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest) -> Generator[tuple[str, str]]:
    """A URL and a prefix for one session."""
    if request.param == "file":
        files = FileShelf()
        yield f"file://{files.directory}", ""
        files.close()
    else:
        server: RedisServer = request.getfixturevalue("redis_server")
        shelf = RedisShelf(server)
        yield server.url, shelf.prefix
        shelf.close()


def test_processes_use_each_refresh_token_once(place: tuple[str, str]) -> None:
    realm = RotatingRealm(pause=0.02)
    with Loopback(realm.play) as server, Fleet(4, *place, server_url=server.url) as fleet:
        assert_good(fleet.call(after=0))
        for _ in range(5):
            assert_good(fleet.call(after=61))
    assert realm.grants == ["password"] + ["refresh_token"] * 5
    assert set(realm.uses().values()) == {1}


def test_processes_whose_redis_is_killed_go_on_alone_and_find_together_again() -> None:
    realm = RotatingRealm()
    with (
        RedisServer() as store,
        Loopback(realm.play) as server,
        Fleet(3, store.url, "keycloak:", server_url=server.url) as fleet,
    ):
        for seconds in (0, 61):
            assert_good(fleet.call(after=seconds))
        store.kill()
        alone = fleet.call(after=61)  # the API takes the newest token only: one login may end another's
        assert {call["error"] for call in alone} == {None}
        store.start()
        assert_good(fleet.call(after=61))
        before = len(realm.grants)
        assert_good(fleet.call(after=61))
    assert realm.reused == []
    assert realm.grants[before:] == ["refresh_token"]


class Stalling:
    """The realm, which lets one token request wait until its client is gone.

    Args:
        realm: Who answers the others.
        granted: Whether the realm has issued a token by then, which nobody gets.
    """

    def __init__(self, realm: RotatingRealm, *, granted: bool) -> None:
        self._realm = realm
        self._granted = granted
        self.armed = False
        self.waiting = threading.Event()

    def play(self, peer: Peer, seen: Seen) -> None:
        if not (self.armed and seen.path.endswith("/token")):
            self._realm.play(peer, seen)
            return
        self.armed = False
        if self._granted:
            self._realm.respond(seen)
        self.waiting.set()
        peer.wait_for_the_end()


@pytest.mark.parametrize("granted", [False, True], ids=["nothing granted", "granted and lost"])
def test_a_process_that_is_killed_while_it_renews_holds_the_others_up_until_its_lease_ends(
    redis_server: RedisServer, granted: bool
) -> None:
    realm = RotatingRealm()
    stalling, shelf = Stalling(realm, granted=granted), RedisShelf(redis_server)
    with Loopback(stalling.play) as server:
        connection = {"server_url": server.url}
        with (
            Fleet(1, redis_server.url, shelf.prefix, **connection) as doomed,
            Fleet(2, redis_server.url, shelf.prefix, **connection) as others,
        ):
            assert_good([*doomed.call(after=0), *others.call(after=0)])
            stalling.armed = True
            doomed.begin(after=61)
            assert stalling.waiting.wait(PATIENCE)
            doomed.kill(0)
            others.begin(after=61)
            shelf.forward(21)
            assert_good(others.answers())
    shelf.close()
    lost = ["refresh_token", "password"] if granted else []  # the server has seen the refresh token used
    assert realm.grants == ["password", "refresh_token", *lost]


async def test_a_store_that_lost_everything_is_filled_by_one_and_the_others_adopt(both: Both) -> None:
    hand, realm = ClockInHand(), RotatingRealm()
    fleet = [realm.connection(hand, token_store=MemoryTokenStore(clock=hand.clock)) for _ in range(3)]
    store = MemoryTokenStore(clock=hand.clock)
    for seconds in (0, 61, 61, 61):
        hand.forward(seconds)
        for kc in fleet:
            kc.token_store = store
            assert (await both(kc).raw_get("/x")).status_code == 200
    lost = MemoryTokenStore(clock=hand.clock)
    for _ in range(3):
        hand.forward(61)
        for kc in fleet:
            kc.token_store = lost
            assert (await both(kc).raw_get("/x")).status_code == 200
    assert realm.reused == []
    assert realm.grants == ["password"] + ["refresh_token"] * 6


async def test_a_store_that_lost_the_last_save_is_told_again(both: Both) -> None:
    hand, realm = ClockInHand(), RotatingRealm()
    store, copy = MemoryTokenStore(clock=hand.clock), MemoryTokenStore(clock=hand.clock)
    first, second = (realm.connection(hand, token_store=store) for _ in range(2))
    for kc in (first, second):
        await both(kc).raw_get("/x")
    copy._by_process = {key: (lock, dict(records)) for key, (lock, records) in store._by_process.items()}
    for kc in (first, second):
        hand.forward(61)
        await both(kc).raw_get("/x")
    for kc in (second, first, second):
        hand.forward(61)
        kc.token_store = copy
        assert (await both(kc).raw_get("/x")).status_code == 200
    assert realm.reused == []
    assert realm.grants == ["password"] + ["refresh_token"] * 5
