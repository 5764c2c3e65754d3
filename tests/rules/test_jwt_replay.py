# SPDX-License-Identifier: Apache-2.0
"""What is good for one use is used once, and forgotten when nobody could use it any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from keycloak_sdk import KeycloakConfigurationError, LocalReplayMemory
from keycloak_sdk._jwt.replay import OneUse
from keycloak_sdk.exceptions import TokenReplayError
from support.clock import ClockInHand


def memory(hand: ClockInHand, limit: int = 100) -> LocalReplayMemory:
    return LocalReplayMemory(limit, monotonic=hand.clock.monotonic)


def test_an_identifier_is_new_once_until_its_time_is_over() -> None:
    hand = ClockInHand()
    seen = memory(hand)
    assert seen.remember("a", 60)
    hand.forward(59)
    assert not seen.remember("a", 60)
    assert seen.remember("b", 60)
    hand.forward(1)
    assert seen.remember("a", 60)
    assert len(seen) == 2


def test_a_full_memory_forgets_what_has_the_least_time_left() -> None:
    seen = memory(ClockInHand(), 3)
    for name, seconds in (("a", 50), ("b", 10), ("c", 30), ("d", 40)):
        assert seen.remember(name, seconds)
    assert len(seen) == 3
    assert [seen.remember(name, 60) for name in "acd"] == [False, False, False]
    assert seen.remember("b", 60)


def test_a_memory_that_has_been_left_alone_is_empty_again() -> None:
    hand = ClockInHand()
    seen = memory(hand)
    for number in range(50):
        seen.remember(str(number), 10)
    hand.forward(11)
    assert seen.remember("new", 10)
    assert len(seen) == 1


def test_of_many_threads_that_bring_one_identifier_one_is_the_first() -> None:
    seen, start = LocalReplayMemory(), Barrier(16)

    def bring(_: int) -> bool:
        start.wait(10)
        return seen.remember("a", 60)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(bring, range(16))) == 1


@pytest.mark.parametrize("limit", [0, -1, True, None, 1.5])
def test_a_memory_remembers_at_least_one(limit: Any) -> None:
    with pytest.raises(KeycloakConfigurationError):
        LocalReplayMemory(limit)


def test_a_use_is_remembered_by_a_hash_of_bounded_size() -> None:
    use = OneUse.of("dpop", "key", "j" * 512, seconds=0.2)
    assert (use.identifier[:5], len(use.identifier), use.seconds) == ("dpop:", 69, 1)
    assert use != OneUse.of("dpop", "keyj", "j" * 511, seconds=0.2)
    assert OneUse.of("dpop", "\ud800", seconds=59.2).seconds == 60


class Forgetful:
    """A memory that is written as it must not be."""

    async def remember(self, identifier: str, seconds: int) -> bool:
        raise AssertionError


class Vague:
    """A memory that answers with something else."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def remember(self, identifier: str, seconds: int) -> Any:
        return self.answer


@pytest.mark.parametrize("memory", [Forgetful(), Vague("OK"), Vague(1)])
def test_a_memory_that_does_not_say_whether_it_is_new_lets_nothing_pass(memory: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="return True or False"):
        OneUse.of("logout", "a", seconds=60).spend(memory)


@pytest.mark.parametrize("answer", [False, None, 0])
def test_a_memory_that_says_nothing_has_seen_it(answer: Any) -> None:
    with pytest.raises(TokenReplayError):
        OneUse.of("logout", "a", seconds=60).spend(Vague(answer))


def test_a_second_use_is_refused() -> None:
    seen, use = LocalReplayMemory(), OneUse.of("logout", "a", seconds=60)
    use.spend(seen)
    with pytest.raises(TokenReplayError):
        use.spend(seen)
