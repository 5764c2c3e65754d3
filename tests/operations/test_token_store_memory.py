# SPDX-License-Identifier: Apache-2.0
"""Tokens in the memory of one process."""

from __future__ import annotations

import os

import pytest

from keycloak_sdk import MemoryTokenStore, token_stores
from support.clock import ClockInHand
from support.stores import stored


def test_what_was_outlived_leaves_the_memory() -> None:
    hand = ClockInHand()
    store = MemoryTokenStore(clock=hand.clock)
    for number in range(1000):
        store.save(f"session {number}", b"value", version=0, lifetime=60)
        store.lease(f"leased {number}", 0, 60)
    hand.forward(25 * 3600)
    for number in range(1000):
        store.save(f"later {number}", b"value", version=0, lifetime=60)
    ((_, records),) = store._by_process.values()
    assert len(records) == 1000
    assert stored(store, "session 0") is None
    assert stored(store, "later 0") == (1, b"value")


def test_what_is_wanted_still_stays_whatever_the_crowd() -> None:
    store = MemoryTokenStore(clock=ClockInHand().clock)
    for number in range(1000):
        store.save(f"session {number}", b"value", version=0, lifetime=60)
    assert {stored(store, f"session {number}") for number in range(1000)} == {(1, b"value")}


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_begins_with_an_empty_store() -> None:
    store = MemoryTokenStore()
    store.save("session", b"of the parent", version=0, lifetime=None)
    child = os.fork()
    if child == 0:
        empty = stored(store) is None and not store.save("session", b"late", version=1, lifetime=None)
        os._exit(0 if empty and store.save("session", b"mine", version=0, lifetime=None) else 1)
    assert os.waitpid(child, 0) == (child, 0)
    assert stored(store) == (1, b"of the parent")


@pytest.mark.parametrize("name", token_stores.__all__)
def test_the_stores_are_found_in_their_package_too(name: str) -> None:
    assert getattr(token_stores, name).__name__ == name


def test_another_store_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'SqlTokenStore'"):
        _ = token_stores.SqlTokenStore
