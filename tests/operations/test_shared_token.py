# SPDX-License-Identifier: Apache-2.0
"""Connections that share one session through a token store, as the processes of a fleet do."""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakConfigurationError, KeycloakPostError, KeycloakTimeoutError
from keycloak_sdk.exceptions import TokenStoreError
from keycloak_sdk.token_stores import MemoryTokenStore
from support.clock import ClockInHand
from support.connections import OK, renewing
from support.rotating import RotatingRealm
from support.transport import PASSWORD, bearers_of, form_of, issues, refuses, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_sdk import KeycloakOpenIDConnection
    from keycloak_sdk.token_stores import StoredToken
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


class Watched:
    """A store whose next calls may fail, or be preceded by what another process does."""

    def __init__(self, hand: ClockInHand) -> None:
        self.store = MemoryTokenStore(clock=hand.clock)
        self.calls: list[str] = []
        self.names: set[str] = set()
        self.fails: set[str] = set()
        self.before: dict[str, Callable[[str], object]] = {}

    def load(self, name: str) -> StoredToken | None:
        self._met("load", name)
        return self.store.load(name)

    def lease(self, name: str, version: int, seconds: float) -> str | None:
        self._met("lease", name)
        return self.store.lease(name, version, seconds)

    def save(self, name: str, value: bytes, *, version: int, lifetime: float | None) -> bool:
        self._met("save", name)
        return self.store.save(name, value, version=version, lifetime=lifetime)

    def release(self, name: str, ticket: str) -> None:
        self._met("release", name)
        self.store.release(name, ticket)

    def discard(self, name: str, *, version: int) -> bool:
        return self.store.discard(name, version=version)

    def _met(self, call: str, name: str) -> None:
        self.calls.append(call)
        self.names.add(name)
        if call in self.before:
            self.before.pop(call)(name)
        if call in self.fails:
            raise TokenStoreError(f"{call} failed", retryable=True)


def outcomes(kc: KeycloakOpenIDConnection) -> list[str]:
    return [renewal.outcome for renewal in kc.renewals]


# --- one session


async def test_the_first_logs_in_and_the_others_adopt_its_token(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    first, seen = renewing(hand, issues("first"), OK, token_store=store)
    second, seen_too = renewing(hand, OK, token_store=store)
    await both(first).raw_get("/x")
    await both(second).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer first"]
    assert bearers_of(seen_too) == ["Bearer first"]
    assert (outcomes(first), outcomes(second)) == (["logged in"], ["adopted"])


async def test_a_fresh_token_is_sent_without_asking_the_store(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, _ = renewing(hand, issues("first"), OK, OK, token_store=store)
    await both(kc).raw_get("/x")
    asked = list(store.calls)
    await both(kc).raw_get("/x")
    assert store.calls == asked == ["load", "lease", "save"]


async def test_what_is_adopted_is_as_old_as_it_is(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    first, _ = renewing(hand, issues("first"), OK, token_store=store)
    second, _ = renewing(hand, OK, token_store=store)
    await both(first).raw_get("/x")
    hand.forward(30)
    await both(second).raw_get("/x")
    assert second.expires_at is not None
    assert (second.expires_at - hand.date).total_seconds() == 27  # nine tenths of what is left


async def test_one_renews_with_the_refresh_token_of_all_and_the_others_adopt(both: Both) -> None:
    hand, realm = ClockInHand(), RotatingRealm()
    store = Watched(hand)
    fleet = [realm.connection(hand, token_store=store) for _ in range(5)]
    for _ in range(4):
        for kc in fleet:
            assert (await both(kc).raw_get("/x")).status_code == 200
        hand.forward(60)
    assert realm.grants == ["password"] + ["refresh_token"] * 3
    assert realm.reused == []


async def test_a_refused_token_is_replaced_by_the_newer_one_of_the_store(both: Both) -> None:
    hand, realm = ClockInHand(), RotatingRealm()
    store = Watched(hand)
    first, second = (realm.connection(hand, token_store=store) for _ in range(2))
    await both(first).raw_get("/x")
    await both(second).raw_get("/x")
    realm.revoke()
    assert (await both(first).raw_get("/x")).status_code == 200
    assert (await both(second).raw_get("/x")).status_code == 200
    assert realm.grants == ["password", "refresh_token"]
    assert outcomes(second) == ["adopted", "adopted"]


async def test_a_login_that_the_program_asks_for_is_shared(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    first, _ = renewing(hand, issues("first"), issues("second"), token_store=store)
    second, seen = renewing(hand, OK, token_store=store)
    await both(first).get_token()
    await both(first).get_token()
    await both(second).raw_get("/x")
    assert bearers_of(seen) == ["Bearer second"]


# --- the lease


async def test_who_does_not_get_the_lease_waits_for_the_other_and_adopts(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    first, _ = renewing(hand, issues("first"), OK, token_store=store)
    second, seen = renewing(hand, OK, token_store=store)
    looks = 0

    def others(name: str) -> None:
        nonlocal looks
        looks += 1
        if looks < 3:
            store.before["load"] = others
        else:
            store.store.release(name, ticket)
            first.raw_get("/x")

    first._named_session = (first._session, "entry")
    second._named_session = (second._session, "entry")
    ticket = str(store.store.lease("entry", 0, 20))
    store.before["load"] = others
    await both(second).raw_get("/x")
    assert bearers_of(seen) == ["Bearer first"]
    assert hand.slept == [0.05, 0.05]
    first.close()


async def test_a_lease_that_nobody_gives_back_ends_by_itself(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, _ = renewing(hand, issues("first"), OK, token_store=store, token_name="entry")
    assert store.store.lease("entry", 0, 20)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert 20 <= sum(hand.slept) < 20.1


async def test_a_lease_that_goes_from_hand_to_hand_is_not_waited_for_endlessly(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, token_store=store, token_name="entry")

    def take(name: str) -> None:
        store.store.lease(name, 0, 20)
        store.before["lease"] = take

    take("entry")
    with pytest.raises(KeycloakTimeoutError, match="lease") as caught:
        await both(kc).raw_get("/x")
    assert (caught.value.retryable, seen) == (True, [])


async def test_an_early_renewal_is_left_to_who_has_the_lease(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, issues("first"), OK, OK, OK, token_store=store, token_name="entry")
    await both(kc).raw_get("/x")
    hand.forward(48)
    assert store.store.lease("entry", 1, 20)
    await both(kc).raw_get("/x")
    asked = len(store.calls)
    await both(kc).raw_get("/x")
    assert len(store.calls) == asked  # not again within a second
    assert bearers_of(seen) == [None, *["Bearer first"] * 3]
    assert outcomes(kc) == ["logged in", "left to another"]


async def test_who_was_too_slow_adopts_what_is_stored_by_now(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, issues("slow"), OK, token_store=store, token_name="entry")
    other, _ = renewing(hand, issues("quick"), token_store=store.store, token_name="entry")

    def overtaken(_: str) -> None:
        hand.forward(21)
        other.get_token()

    store.before["save"] = overtaken
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer quick"]
    assert outcomes(kc) == ["adopted"]
    other.close()


async def test_who_was_too_slow_uses_its_own_when_the_other_is_of_no_use(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, issues("slow"), OK, token_store=store, token_name="entry")
    garbled = {"value": b"garbled", "version": 0, "lifetime": None}
    store.before["save"] = lambda name: store.store.save(name, **garbled)  # type: ignore[arg-type]
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer slow"]
    assert outcomes(kc) == ["logged in"]


async def test_who_was_too_slow_uses_its_own_when_the_store_fails_then(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, issues("slow"), OK, token_store=store, token_name="entry")
    other, _ = renewing(hand, issues("quick"), token_store=store.store, token_name="entry")

    def overtaken(_: str) -> None:
        other.get_token()
        store.fails = {"load"}

    store.before["save"] = overtaken
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer slow"]
    assert outcomes(kc) == ["logged in"]
    other.close()


async def test_a_failed_renewal_gives_the_lease_back(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, _ = renewing(hand, refuses(503), issues("first"), OK, token_store=store)
    with pytest.raises(KeycloakPostError):
        await both(kc).raw_get("/x")
    assert store.calls == ["load", "lease", "release"]
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert hand.slept == []


# --- a store that fails


@pytest.mark.parametrize("call", ["load", "lease"])
async def test_without_the_store_each_logs_in_for_itself(both: Both, call: str) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, seen = renewing(hand, issues("first"), OK, issues("second"), OK, token_store=store)
    await both(kc).raw_get("/x")
    store.fails = {call}
    hand.forward(60)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert [form_of(seen[index])["grant_type"] for index in (0, 2)] == [["password"], ["password"]]


@pytest.mark.parametrize("call", ["save", "release"])
async def test_a_store_that_fails_at_the_end_costs_nothing(both: Both, call: str) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    store.fails = {call}
    kc, seen = renewing(hand, refuses(500), issues("first"), OK, token_store=store)
    with pytest.raises(KeycloakPostError):
        await both(kc).raw_get("/x")
    hand.forward(60)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert len(seen) == 3


async def test_the_newest_is_kept_although_it_could_not_be_stored(both: Both) -> None:
    hand, realm = ClockInHand(), RotatingRealm()
    store = Watched(hand)
    kc = realm.connection(hand, token_store=store)
    await both(kc).raw_get("/x")
    hand.forward(60)
    store.fails = {"save"}
    await both(kc).raw_get("/x")
    store.fails = set()
    hand.forward(60)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert (realm.grants, realm.reused) == (["password", "refresh_token", "refresh_token"], [])


async def test_a_login_is_held_although_it_could_not_be_stored(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    store.fails = {"load"}
    kc, _ = renewing(hand, issues("first"), token_store=store)
    await both(kc).get_token()
    assert kc.token is not None


async def test_a_store_that_fails_is_a_warning_in_the_log(
    both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    store.fails = {"load"}
    kc, _ = renewing(hand, issues("first"), OK, token_store=store)
    await both(kc).raw_get("/x")
    (record,) = (record for record in caplog.records if record.levelno > logging.DEBUG)
    assert (record.name, record.levelname) == ("keycloak_sdk", "WARNING")
    assert record.getMessage() == "the token store failed: load failed"


async def test_a_lone_refresh_token_is_used_when_the_store_fails(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    store.fails = {"load"}
    extra: dict[str, Any] = {"username": None, "password": None, "token": token("first")}
    kc, seen = renewing(hand, issues("second"), OK, token_store=store, token_name="entry", **extra)
    hand.forward(60)
    await both(kc).raw_get("/x")
    assert form_of(seen[0])["grant_type"] == ["refresh_token"]


@pytest.mark.parametrize(
    "value",
    [
        b"\xff", b"null", b"[]", b"{}", b"[" * 100_000, b'{"token":{},"obtained_at":0}',
        b'{"token":{"access_token":"a","token_type":"Bearer"},"obtained_at":1e300}',
        b'{"token":{"access_token":"a","token_type":"Bearer"},"obtained_at":"now"}',
    ],
    ids=range(8),
)  # fmt: skip
async def test_what_no_connection_has_stored_counts_as_nothing(both: Both, value: bytes) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    store.store.save("entry", value, version=0, lifetime=None)
    kc, seen = renewing(hand, issues("first"), OK, token_store=store, token_name="entry")
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer first"]
    entry = store.store.load("entry")
    assert entry is not None
    assert (entry.version, b"first" in entry.value) == (2, True)


# --- whose session it is


def entry_of(**login: Any) -> str:
    """Return the name under which a login is shared."""
    store = Watched(ClockInHand())
    kc, _ = renewing(ClockInHand(), issues("first"), OK, token_store=store, **login)
    kc.raw_get("/x")
    kc.close()
    (name,) = store.names
    return name


def test_only_who_has_the_credentials_finds_the_session() -> None:
    logins: list[dict[str, Any]] = [
        {},
        {"password": "wrong"},
        {"username": "bob"},
        {"client_id": "shop"},
        {"client_secret_key": "s"},
        {"realm_name": "other"},
        {"username": None, "password": None, "client_secret_key": "s"},
    ]
    names = [entry_of(**login) for login in logins]
    assert len(set(names)) == len(logins)
    assert entry_of() == names[0]
    assert all("alice" not in name and PASSWORD not in name for name in names)


async def test_changed_credentials_are_another_session(both: Both) -> None:
    hand = ClockInHand()
    store = Watched(hand)
    kc, _ = renewing(hand, issues("first"), issues("second"), token_store=store)
    await both(kc).get_token()
    kc.password = "new"
    await both(kc).get_token()
    assert len(store.names) == 2


def test_a_token_that_is_given_needs_a_name() -> None:
    store = MemoryTokenStore()
    with pytest.raises(KeycloakConfigurationError, match="token_name"):
        renewing(ClockInHand(), token_store=store, token=token("first"))
    kc, _ = renewing(ClockInHand(), token_store=store)
    with pytest.raises(KeycloakConfigurationError, match="token_name"):
        kc.token = token("first")
    kc.token = None
    kc.close()


def issued(at: int) -> str:
    """Return an access token that says when it was issued."""
    claims = json.dumps({"iat": at, "exp": at + 60}).encode()
    return f"e30.{urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


@pytest.mark.parametrize(("given", "stored"), [(100, 200), (200, 100)])
async def test_of_a_token_that_is_given_and_the_one_that_is_stored_the_younger_is_renewed(
    both: Both, given: int, stored: int
) -> None:
    hand = ClockInHand()
    store = MemoryTokenStore(clock=hand.clock)
    first, _ = renewing(hand, issues(issued(stored)), token_store=store, token_name="entry")
    await both(first).get_token()
    hand.forward(61)
    extra = {"token_store": store, "token_name": "entry", "token": token(issued(given))}
    kc, seen = renewing(hand, issues("second"), OK, **extra)
    await both(kc).raw_get("/x")
    assert form_of(seen[0])["refresh_token"] == [f"refresh-of-{issued(max(given, stored))}"]
    assert bearers_of(seen) == [None, "Bearer second"]


async def test_a_token_that_is_given_gives_way_to_a_good_one_that_is_stored(both: Both) -> None:
    hand = ClockInHand()
    store = MemoryTokenStore(clock=hand.clock)
    first, _ = renewing(hand, issues("stored"), token_store=store, token_name="entry")
    await both(first).get_token()
    extra = {"token_store": store, "token_name": "entry", "token": token("given", expires_in=0)}
    kc, seen = renewing(hand, OK, **extra)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == ["Bearer stored"]


async def test_without_credentials_the_session_needs_a_name(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), token_store=MemoryTokenStore(), username=None, password=None)
    with pytest.raises(KeycloakConfigurationError, match="token_name"):
        await both(kc).raw_get("/x")
    assert seen == []


async def test_nothing_to_ask_with_and_nothing_stored_sends_the_call_without_a_token(both: Both) -> None:
    store = MemoryTokenStore()
    extra: dict[str, Any] = {"username": None, "password": None, "token_store": store, "token_name": "entry"}
    kc, seen = renewing(ClockInHand(), OK, **extra)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None]
    assert store.lease("entry", 0, 20)


async def test_an_offline_token_is_stored_for_good(both: Both) -> None:
    hand = ClockInHand()
    store = MemoryTokenStore(clock=hand.clock)
    kc, _ = renewing(hand, issues("first", refresh_expires_in=0), token_store=store, token_name="entry")
    await both(kc).get_token()
    hand.forward(10**8)
    entry = store.load("entry")
    assert entry is not None
    assert b"refresh-of-first" in entry.value


def test_threads_of_many_connections_make_one_token_request() -> None:
    hand, realm = ClockInHand(), RotatingRealm(pause=0.05)
    hand.clock = type(hand.clock)(monotonic=lambda: hand.seconds, now=lambda: hand.date)
    store = MemoryTokenStore()
    fleet = [realm.connection(hand, token_store=store, token_name="entry") for _ in range(20)]
    statuses: list[int] = []
    for _ in range(3):
        with ThreadPoolExecutor(20) as threads:
            statuses += threads.map(lambda kc: kc.raw_get("/x").status_code, fleet)
        hand.forward(60)
    assert statuses == [200] * 60
    assert (len(realm.grants), realm.reused) == (3, [])
    for kc in fleet:
        kc.close()
