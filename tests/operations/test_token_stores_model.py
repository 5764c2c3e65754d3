# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to a token store in whatever order, it does what a dict with a clock would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import define
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from support.stores import shelf_of, stored

if TYPE_CHECKING:
    from support.stores import Shelf

NAMES = st.sampled_from(["a", "b"])
HANDS = st.sampled_from([0, 1])
BEHIND = st.sampled_from([0, 0, 0, 1, -1])
SECONDS = st.sampled_from([1000, 10_000, 100_000])
# What passes is a multiple of 300 and what lasts is none: nothing ends when it is looked at, or soon after.
PASSING = st.sampled_from([300, 3300, 33_300, 90_000])
KEPT = 24 * 3600
FOR_EVER = float("inf")


@define
class Entry:
    """What the model has under a name."""

    version: int = 0
    value: bytes = b""
    ends: float = FOR_EVER
    leased_until: float = 0
    ticket: str | None = None


class TokenStoreMachine(RuleBasedStateMachine):
    """Two stores at one place, and the model."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.stores = [shelf.store, shelf.another()]
        self.model = {name: Entry() for name in ("a", "b")}
        self.tickets = ["no ticket"]
        self.now = 0

    @rule(name=NAMES, hand=HANDS, behind=BEHIND, lifetime=st.none() | SECONDS)
    def save(self, name: str, hand: int, behind: int, lifetime: int | None) -> None:
        entry = self.model[name]
        version = max(0, entry.version - behind)
        value = b"value of %d" % self.now
        won = self.stores[hand].save(name, value, version=version, lifetime=lifetime)
        assert won == (version == entry.version)
        if won:
            ends = FOR_EVER if lifetime is None else self.now + lifetime
            self.model[name] = Entry(version + 1, value, ends)

    @rule(name=NAMES, hand=HANDS, behind=BEHIND, seconds=SECONDS)
    def lease(self, name: str, hand: int, behind: int, seconds: int) -> None:
        entry = self.model[name]
        version = max(0, entry.version - behind)
        ticket = self.stores[hand].lease(name, version, seconds)
        assert (ticket is not None) == (version == entry.version and entry.leased_until <= self.now)
        if ticket is not None:
            self.tickets.append(ticket)
            entry.ticket, entry.leased_until = ticket, self.now + seconds

    @rule(name=NAMES, hand=HANDS, data=st.data())
    def release(self, name: str, hand: int, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.tickets), label="ticket")
        self.stores[hand].release(name, ticket)
        if ticket == self.model[name].ticket:
            self.model[name].leased_until = 0

    @rule(name=NAMES, hand=HANDS, behind=BEHIND)
    def discard(self, name: str, hand: int, behind: int) -> None:
        entry = self.model[name]
        version = max(0, entry.version - behind)
        discarded = self.stores[hand].discard(name, version=version)
        assert discarded == (version == entry.version != 0)
        if discarded:
            self.model[name] = Entry(version + 1, b"", self.now)

    @rule(seconds=PASSING)
    def time_passes(self, seconds: int) -> None:
        self.shelf.forward(seconds)
        self.now += seconds
        for entry in self.model.values():
            if self.now >= entry.ends:
                entry.value = b""
            if self.now >= entry.ends + KEPT:
                entry.version, entry.ends, entry.leased_until = 0, FOR_EVER, 0

    @invariant()
    def both_stores_have_what_the_model_has(self) -> None:
        for name, entry in self.model.items():
            expected = (entry.version, entry.value) if entry.version else None
            assert [stored(store, name) for store in self.stores] == [expected, expected]

    def teardown(self) -> None:
        self.shelf.close()


@pytest.mark.parametrize("kind", ["memory", "file", "redis", "encrypted-memory"])
def test_a_store_does_what_the_model_does(kind: str, request: pytest.FixtureRequest) -> None:
    run_state_machine_as_test(
        lambda: TokenStoreMachine(shelf_of(kind, request)),
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
