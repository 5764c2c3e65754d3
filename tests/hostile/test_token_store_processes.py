# SPDX-License-Identifier: Apache-2.0
"""Sixteen processes at one store: each version has one winner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from support.project import ROOT
from support.racing import WITH, WITHOUT, store_at
from support.stores import FileShelf, RedisShelf, stored

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.redis_server import RedisServer

PROCESSES = 16
ROUNDS = 20


def results_of(*arguments: str) -> list[dict[str, list[int]]]:
    """Start the processes, let them go at once, and return what each says."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / folder) for folder in ("", "generated", "tests")])
    }
    command = [sys.executable, "tests/support/racing.py", *arguments, str(ROUNDS)]
    with ExitStack() as running:
        racers = [
            running.enter_context(
                subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            for _ in range(PROCESSES)
        ]
        pipes = [(racer.stdin, racer.stdout) for racer in racers if racer.stdin and racer.stdout]
        assert {stdout.readline() for _, stdout in pipes} == {b"ready\n"}
        for stdin, _ in pipes:
            stdin.close()
        return [json.loads(stdout.read()) for _, stdout in pipes]


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest) -> Generator[tuple[str, str]]:
    """A URL and a prefix for one test."""
    if request.param == "file":
        shelf = FileShelf()
        yield f"file://{shelf.directory}", ""
        shelf.close()
    else:
        server: RedisServer = request.getfixturevalue("redis_server")
        redis_shelf = RedisShelf(server)
        yield server.url, redis_shelf.prefix
        redis_shelf.close()


def test_each_version_has_one_winner_and_none_is_left_out(place: tuple[str, str]) -> None:
    found = results_of(*place)
    assert len(found) == PROCESSES
    won = {what: sorted(version for one in found for version in one[what]) for what in found[0]}
    every = list(range(ROUNDS))
    assert won == {"saved without": every, "saved with a lease": every, "leased": every}
    for name in (WITH, WITHOUT):
        left = stored(store_at(*place), name)
        assert left is not None
        assert left[0] == ROUNDS
