# SPDX-License-Identifier: Apache-2.0
"""When a key set is fetched, and which one is used meanwhile."""

from __future__ import annotations

import pytest

from keycloak_sdk._jwt import Fetch, HeldKeySet, KeySet
from support.tokens import jwk

DAY = 86_400.0


@pytest.fixture
def old() -> KeySet:
    """A set of one key."""
    return KeySet.parse({"keys": [jwk("RS256")]})


@pytest.fixture
def new() -> KeySet:
    """The set after a rotation."""
    return KeySet.parse({"keys": [jwk("RS256"), jwk("ES256")]})


@pytest.fixture
def same() -> KeySet:
    """The old set, fetched again."""
    return KeySet.parse({"keys": [jwk("RS256")]})


@pytest.fixture
def held(old: KeySet) -> HeldKeySet:
    """The old set, held since second 1,000."""
    held = HeldKeySet()
    held.accept(old, 1_000.0)
    return held


def test_nothing_held_is_fetched_and_everybody_waits() -> None:
    assert HeldKeySet().decide(5.0) == Fetch("first use", None)


def test_a_held_set_is_used_for_five_minutes(held: HeldKeySet, old: KeySet) -> None:
    assert held.decide(1_000.0) is old
    assert held.decide(1_299.9) is old


def test_a_stale_set_is_fetched_and_serves_meanwhile(held: HeldKeySet, old: KeySet) -> None:
    assert held.decide(1_300.0) == Fetch("stale", old)


def test_a_set_that_was_given_is_used_without_a_fetch(old: KeySet) -> None:
    held = HeldKeySet(ttl=60.0)
    assert held.accept(old, 0.0) is old
    assert held.decide(59.0) is old


def test_the_same_keys_again_keep_what_was_built(held: HeldKeySet, old: KeySet, same: KeySet) -> None:
    assert held.accept(same, 1_300.0) is old
    assert held.decide(1_599.0) is old
    assert held.generation == 1


def test_other_keys_begin_a_generation(held: HeldKeySet, new: KeySet) -> None:
    assert held.accept(new, 1_300.0) is new
    assert held.generation == 2


def test_an_unknown_key_is_looked_for_at_once(held: HeldKeySet, old: KeySet, new: KeySet) -> None:
    assert held.decide(1_001.0, missed=old) == Fetch("unknown key", old)
    held.accept(new, 1_001.5)
    assert held.decide(1_001.5) is new


def test_a_second_rotation_is_seen_at_once_too(held: HeldKeySet, old: KeySet, new: KeySet) -> None:
    held.decide(1_001.0, missed=old)
    held.accept(new, 1_001.0)
    assert held.decide(1_002.0, missed=new) == Fetch("unknown key", new)


def test_whoever_missed_an_older_set_gets_the_newer_without_a_fetch(
    held: HeldKeySet, old: KeySet, new: KeySet
) -> None:
    held.accept(new, 1_001.0)
    assert held.decide(1_001.0, missed=old) is new


def test_a_key_that_nobody_has_is_looked_for_once_per_cool_down(
    held: HeldKeySet, old: KeySet, same: KeySet
) -> None:
    assert isinstance(held.decide(1_001.0, missed=old), Fetch)
    held.accept(same, 1_002.0)
    assert held.decide(1_002.0, missed=old) is old
    assert held.decide(1_011.9, missed=old) is old
    assert held.decide(1_012.0, missed=old) == Fetch("unknown key", old)


def test_a_fetch_for_its_age_begins_no_cool_down(held: HeldKeySet, old: KeySet, same: KeySet) -> None:
    assert isinstance(held.decide(1_300.0), Fetch)
    held.accept(same, 1_300.0)
    assert isinstance(held.decide(1_300.0, missed=old), Fetch)


def test_a_server_that_is_down_is_asked_once_per_cool_down(held: HeldKeySet, old: KeySet) -> None:
    assert held.failed(1_300.0) is old
    assert held.decide(1_301.0) is old
    assert held.decide(1_301.0, missed=old) is old
    assert held.decide(1_310.0) == Fetch("stale", old)


def test_a_server_that_is_back_is_believed_again(held: HeldKeySet, new: KeySet) -> None:
    held.failed(1_300.0)
    held.accept(new, 1_301.0)
    assert held.decide(1_302.0) is new


def test_the_last_good_set_serves_for_a_day(held: HeldKeySet, old: KeySet) -> None:
    assert held.failed(1_000.0 + DAY - 1) is old
    assert held.failed(1_000.0 + DAY) is None
    assert held.decide(1_000.0 + DAY) == Fetch("first use", None)
    assert held.decide(1_020.0 + DAY, missed=old) == Fetch("unknown key", None)


def test_nothing_to_fall_back_on_is_told() -> None:
    held = HeldKeySet()
    assert held.failed(0.0) is None
    assert held.decide(0.0) == Fetch("first use", None)


def test_without_a_time_to_live_every_decision_is_to_fetch(old: KeySet) -> None:
    held = HeldKeySet(ttl=0.0)
    held.accept(old, 10.0)
    assert held.decide(10.0) == Fetch("first use", None)
    assert held.decide(10.0, missed=old) is old
    assert held.failed(10.0) is None


def test_what_is_cleared_is_fetched(held: HeldKeySet, old: KeySet) -> None:
    held.failed(1_000.0)
    held.clear(1_000.0)
    assert held.decide(1_000.0) == Fetch("first use", None)
    assert held.decide(1_000.0, missed=old) == Fetch("unknown key", None)
    assert held.generation == 2
