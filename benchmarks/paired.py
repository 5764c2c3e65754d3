# SPDX-License-Identifier: Apache-2.0
"""Paired timing: every contestant runs one block in each round, in random order.

A ratio is the median of the ratios of the same round, so that what else the machine does falls on all.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

BLOCK_SECONDS = 0.02

Call = Callable[[], Any]
Clock = Callable[[], float]


def timed(call: Call, times: int, clock: Clock = time.perf_counter) -> float:
    """Return the seconds that one call takes, in a block of `times`."""
    started = clock()
    for _ in range(times):
        call()
    return (clock() - started) / times


def rounds(
    contestants: Mapping[str, Call], count: int, clock: Clock = time.perf_counter
) -> dict[str, list[float]]:
    """Return the seconds of every contestant in each of `count` rounds, by the wall clock or another."""
    sizes = {name: max(1, int(BLOCK_SECONDS / timed(call, 3, clock))) for name, call in contestants.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(count):
        random.shuffle(order)
        for name in order:
            seconds[name].append(timed(contestants[name], sizes[name], clock))
    return seconds


def ratio(seconds: Mapping[str, list[float]], name: str, other: str) -> float:
    """Return how many times as long `name` takes as `other`."""
    return median(mine / its for mine, its in zip(seconds[name], seconds[other], strict=True))
