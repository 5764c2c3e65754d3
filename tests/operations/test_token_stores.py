# SPDX-License-Identifier: Apache-2.0
"""What every token store does, written once for all of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakRequestError, StoredToken, TokenStore
from support.stores import stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.stores import Shelf

DAY = 24 * 3600


def save(store: TokenStore, value: bytes, version: int, lifetime: float | None = 600) -> bool:
    """Save under the name that most tests use."""
    return store.save("session", value, version=version, lifetime=lifetime)


def test_a_new_store_has_nothing(shelf: Shelf) -> None:
    assert isinstance(shelf.store, TokenStore)
    assert shelf.store.load("session") is None


def test_what_was_saved_is_loaded_by_whoever_shares_the_place(shelf: Shelf) -> None:
    assert save(shelf.store, b"first", 0)
    assert stored(shelf.store) == stored(shelf.another()) == (1, b"first")
    assert save(shelf.another(), b"second", 1)
    assert stored(shelf.store) == (2, b"second")


@pytest.mark.parametrize("version", [0, 1, 3, 2**52])
def test_a_version_that_is_not_the_newest_is_not_replaced(shelf: Shelf, version: int) -> None:
    save(shelf.store, b"first", 0)
    save(shelf.store, b"second", 1)
    assert not save(shelf.another(), b"late", version)
    assert stored(shelf.store) == (2, b"second")


def test_what_was_never_stored_is_version_0(shelf: Shelf) -> None:
    assert not save(shelf.store, b"late", 1)
    assert stored(shelf.store) is None


def test_of_many_threads_one_replaces_a_version(shelf: Shelf) -> None:
    stores = [shelf.another() for _ in range(8)]
    outcomes: list[tuple[int, bool]] = []
    begin = threading.Barrier(len(stores))

    def race(store: TokenStore) -> None:
        for version in range(5):
            begin.wait()
            outcomes.append((version, save(store, b"mine", version)))

    threads = [threading.Thread(target=race, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(version for version, won in outcomes if won) == [0, 1, 2, 3, 4]
    assert len(outcomes) == 40


# --- leases


def test_one_has_the_lease_until_it_gives_it_back(shelf: Shelf) -> None:
    ticket = shelf.store.lease("session", 0, 60)
    assert ticket
    assert shelf.store.lease("session", 0, 60) is None
    assert shelf.another().lease("session", 0, 60) is None
    shelf.store.release("session", ticket)
    assert shelf.another().lease("session", 0, 60)


def test_a_lease_ends_by_itself(shelf: Shelf) -> None:
    first = shelf.store.lease("session", 0, 600)
    shelf.forward(540)
    assert shelf.another().lease("session", 0, 600) is None
    shelf.forward(120)
    second = shelf.another().lease("session", 0, 600)
    assert first
    assert second
    assert first != second


def test_a_lease_for_no_time_hinders_nobody(shelf: Shelf) -> None:
    assert shelf.store.lease("session", 0, 0)
    shelf.forward(0.1)
    assert shelf.another().lease("session", 0, -5)
    shelf.forward(0.1)
    assert shelf.store.lease("session", 0, 60)


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_than_the_newest_has_no_lease(shelf: Shelf, version: int) -> None:
    save(shelf.store, b"first", 0)
    assert shelf.store.lease("session", version, 60) is None
    assert shelf.store.lease("session", 1, 60)


def test_a_save_ends_the_lease_whoever_has_it(shelf: Shelf) -> None:
    ticket = shelf.store.lease("session", 0, 60)
    assert save(shelf.another(), b"first", 0)
    assert shelf.another().lease("session", 1, 60)
    shelf.store.release("session", ticket or "")
    assert shelf.store.lease("session", 1, 60) is None


def test_a_save_that_is_refused_leaves_the_lease(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0)
    shelf.store.lease("session", 1, 60)
    assert not save(shelf.another(), b"late", 0)
    assert shelf.another().lease("session", 1, 60) is None


def test_who_slept_through_its_lease_replaces_nothing(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0)
    slow, quick = shelf.store, shelf.another()
    ticket = slow.lease("session", 1, 30)
    shelf.forward(31)
    assert quick.lease("session", 1, 30)
    assert save(quick, b"quick", 1)
    assert not save(slow, b"slow", 1)
    slow.release("session", ticket or "")
    assert stored(slow) == (2, b"quick")


def test_a_ticket_that_is_outlived_gives_nothing_back(shelf: Shelf) -> None:
    outlived = shelf.store.lease("session", 0, 30)
    shelf.forward(31)
    assert shelf.another().lease("session", 0, 30)
    shelf.store.release("session", outlived or "")
    shelf.store.release("session", "")
    shelf.store.release("session", "no ticket")
    assert shelf.store.lease("session", 0, 30) is None


def test_a_release_of_nothing_is_nothing(shelf: Shelf) -> None:
    shelf.store.release("session", "no ticket")
    assert stored(shelf.store) is None


# --- lifetimes


def test_a_value_is_forgotten_after_its_lifetime_and_its_version_a_day_later(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0, 600)
    shelf.forward(540)
    assert stored(shelf.store) == (1, b"first")
    shelf.forward(120)
    assert stored(shelf.store) == (1, b"")
    shelf.forward(DAY - 120)
    assert stored(shelf.store) == (1, b"")
    shelf.forward(120)
    assert stored(shelf.store) is None


def test_a_version_that_was_outlived_is_the_one_to_replace(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0, 600)
    shelf.forward(660)
    assert not save(shelf.another(), b"late", 0)
    assert shelf.store.lease("session", 1, 60)
    assert save(shelf.store, b"second", 1, 600)
    shelf.forward(540)
    assert stored(shelf.store) == (2, b"second")


def test_a_value_without_a_lifetime_stays(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0, 600)
    save(shelf.store, b"second", 1, None)
    shelf.forward(1000 * DAY)
    assert stored(shelf.store) == (2, b"second")


@pytest.mark.parametrize("lifetime", [0, -60])
def test_a_lifetime_of_nothing_leaves_the_version(shelf: Shelf, lifetime: float) -> None:
    assert save(shelf.store, b"first", 0, lifetime)
    assert stored(shelf.store) == (1, b"")


def test_a_lifetime_without_end_is_a_long_one(shelf: Shelf) -> None:
    assert save(shelf.store, b"first", 0, float("inf"))
    shelf.forward(1000 * DAY)
    assert stored(shelf.store) == (1, b"first")


# --- discarding


def test_a_value_is_discarded_and_its_successor_has_a_version_of_its_own(shelf: Shelf) -> None:
    save(shelf.store, b"first", 0)
    shelf.store.lease("session", 1, 60)
    assert shelf.another().discard("session", version=1)
    assert stored(shelf.store) == (2, b"")
    assert not save(shelf.store, b"late", 1)
    assert shelf.store.lease("session", 2, 60)
    assert save(shelf.store, b"second", 2)
    assert stored(shelf.another()) == (3, b"second")


@pytest.mark.parametrize("version", [0, 1, 3])
def test_only_the_newest_version_is_discarded(shelf: Shelf, version: int) -> None:
    save(shelf.store, b"first", 0)
    save(shelf.store, b"second", 1)
    assert not shelf.store.discard("session", version=version)
    assert stored(shelf.store) == (2, b"second")


def test_nothing_is_not_discarded(shelf: Shelf) -> None:
    assert not shelf.store.discard("session", version=0)
    assert not shelf.store.discard("session", version=1)
    assert stored(shelf.store) is None


# --- names and values

NAMES = [
    "session",
    "Session",
    "session ",
    "../../etc/passwd",
    "/",
    "nul\0byte",
    "line\nbreak",
    "{}",
    "{a}:b",
    "*",
    "Zoë 🔑",
    "Zoe\u0308 🔑",
    "\udcff",
    "n" * 1024,
    "n" * 1023,
]


def test_every_name_has_an_entry_of_its_own(shelf: Shelf) -> None:
    for number, name in enumerate(NAMES):
        assert shelf.store.load(name) is None
        assert shelf.store.save(name, b"%d" % number, version=0, lifetime=600)
    for number, name in enumerate(NAMES):
        assert stored(shelf.another(), name) == (1, b"%d" % number)


@pytest.mark.parametrize(
    "value",
    [bytes(range(256)), b"\0", b"\xff\xfe", b"x" * 512 * 1024],
    ids=["all bytes", "nul", "no text", "half a megabyte"],
)
def test_a_value_is_any_bytes(shelf: Shelf, value: bytes) -> None:
    assert save(shelf.store, value, 0)
    assert stored(shelf.another()) == (1, value)


@pytest.mark.parametrize(
    "value", [b"", b"x" * (1024 * 1024 + 1), "text", None], ids=["empty", "huge", "text", "None"]
)
def test_what_is_no_value_is_not_stored(shelf: Shelf, value: Any) -> None:
    with pytest.raises(KeycloakRequestError, match="value") as caught:
        save(shelf.store, value, 0)
    assert "xxx" not in str(caught.value)
    assert stored(shelf.store) is None


@pytest.mark.parametrize("name", ["", "n" * 1025, b"session", None], ids=["empty", "long", "bytes", "None"])
@pytest.mark.parametrize(
    "call",
    [
        lambda store, name: store.load(name),
        lambda store, name: store.lease(name, 0, 60),
        lambda store, name: store.save(name, b"value", version=0, lifetime=60),
        lambda store, name: store.release(name, "ticket"),
        lambda store, name: store.discard(name, version=1),
    ],
    ids=["load", "lease", "save", "release", "discard"],
)
def test_what_is_no_name_is_refused(
    shelf: Shelf, name: Any, call: Callable[[TokenStore, Any], object]
) -> None:
    with pytest.raises(KeycloakRequestError, match="name of a stored token"):
        call(shelf.store, name)


@pytest.mark.parametrize("version", [-1, 1.0, True, "1", None, 2**53], ids=repr)
def test_what_is_no_version_is_refused(shelf: Shelf, version: Any) -> None:
    for call in (
        lambda: save(shelf.store, b"value", version),
        lambda: shelf.store.lease("session", version, 60),
        lambda: shelf.store.discard("session", version=version),
    ):
        with pytest.raises(KeycloakRequestError, match="version"):
            call()


@pytest.mark.parametrize("seconds", [float("nan"), True, "60", None], ids=repr)
def test_what_are_no_seconds_are_refused(shelf: Shelf, seconds: Any) -> None:
    with pytest.raises(KeycloakRequestError, match="seconds"):
        shelf.store.lease("session", 0, seconds)
    if seconds is not None:
        with pytest.raises(KeycloakRequestError, match="lifetime"):
            save(shelf.store, b"value", 0, seconds)


def test_what_is_no_ticket_is_refused(shelf: Shelf) -> None:
    nothing: Any = None
    with pytest.raises(KeycloakRequestError, match="ticket"):
        shelf.store.release("session", nothing)


def test_neither_a_store_nor_what_it_returns_shows_a_value(shelf: Shelf) -> None:
    save(shelf.store, b"canary", 0)
    found = shelf.store.load("session")
    assert isinstance(found, StoredToken)
    assert found.value == b"canary"
    assert "canary" not in repr(found) + repr(shelf.store) + str(vars(shelf.store))
