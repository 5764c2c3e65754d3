# SPDX-License-Identifier: Apache-2.0
"""Which connections are kept between calls, given out and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore
import pytest
from attrs import define

from keycloak_sdk._io.pool import KEEP_ALIVE, Pool
from support.clock import ClockInHand

if TYPE_CHECKING:
    from keycloak_sdk._io.pool import Route

SSO = (None, httpcore.Origin(b"https", b"sso.test", 443))
OTHER = (None, httpcore.Origin(b"https", b"other.test", 443))
BY_PROXY = ("http://proxy:3128", httpcore.Origin(b"https", b"sso.test", 443))


@define
class Named:
    name: str

    def is_available(self) -> bool:
        return True

    def has_expired(self) -> bool:
        return False


def used(pool: Pool, *names: str, route: Route = SSO) -> None:
    """Let calls come together, each open a connection, and end one after the other."""
    for _ in names:
        pool.enter(route)
    for name in names:
        pool.leave(route, Named(name))


def test_the_connection_that_was_used_last_is_given_out_first() -> None:
    pool = Pool(3)
    used(pool, "a", "b", "c")
    assert [pool.take(SSO), pool.take(SSO), pool.take(SSO), pool.take(SSO)] == [
        Named("c"), Named("b"), Named("a"), None,
    ]  # fmt: skip


@pytest.mark.parametrize("route", [OTHER, BY_PROXY])
def test_a_connection_is_given_out_for_its_own_route_alone(route: Route) -> None:
    pool = Pool(3)
    used(pool, "a")
    used(pool, "b", route=route)
    assert (pool.take(SSO), pool.take(SSO)) == (Named("a"), None)


def test_an_equal_route_is_the_same_route() -> None:
    pool = Pool(1)
    used(pool, "a")
    assert pool.take((None, httpcore.Origin(b"https", b"sso.test", 443))) == Named("a")


def test_another_route_takes_the_place_of_what_was_unused_longest() -> None:
    pool = Pool(2)
    used(pool, "a", "b")
    assert pool.enter(OTHER) == [Named("a")]
    assert pool.take(OTHER) is None
    assert pool.enter(OTHER) == [Named("b")]


def test_nothing_is_closed_while_there_is_room() -> None:
    pool = Pool(3)
    used(pool, "a", "b")
    assert pool.enter(OTHER) == []


def test_nothing_is_closed_for_a_call_that_can_use_what_is_kept() -> None:
    pool = Pool(1)
    used(pool, "a")
    assert (pool.enter(SSO), pool.take(SSO)) == ([], Named("a"))


def test_what_was_unused_too_long_is_closed_by_the_next_call() -> None:
    hand = ClockInHand()
    pool = Pool(4, hand.clock.monotonic)
    used(pool, "a", "b")
    hand.forward(KEEP_ALIVE - 1)
    used(pool, "c")
    hand.forward(2)
    assert pool.enter(OTHER) == [Named("a"), Named("b")]
    assert pool.take(SSO) == Named("c")


def test_a_connection_that_broke_is_not_kept() -> None:
    pool = Pool(1)
    pool.enter(SSO)
    assert not pool.leave(SSO, None)
    assert pool.take(SSO) is None


def test_a_retired_pool_keeps_nothing() -> None:
    pool = Pool(2)
    used(pool, "a")
    pool.enter(OTHER)
    assert pool.retire() == [Named("a")]
    assert not pool.leave(OTHER, Named("b"))
    assert pool.retire() == []
