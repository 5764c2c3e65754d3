# SPDX-License-Identifier: Apache-2.0
"""Processes that share one session through a token store, at a realm that rotates its refresh tokens.

::

    with Loopback(realm.play) as server, Fleet(16, store_url, "prefix:", server_url=server.url) as fleet:
        outcomes = fleet.call(after=61)    # their clocks go on, then all of them call the API at once

Every other process does it under an event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keycloak_sdk import Clock, KeycloakError, KeycloakOpenIDConnection
from support.racing import store_at

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

ROOT = Path(__file__).parents[2]


class Fleet:
    """Some processes, started when the `with` block begins and gone when it ends.

    Args:
        size: How many.
        store_url: Where they share the session.
        prefix: Prefix of the keys, in Redis.
        path: What they call.
        **connection: Arguments of their connections; by default those of a user of `acme`.
    """

    def __init__(self, size: int, store_url: str, prefix: str, path: str = "/api", **connection: str) -> None:
        arguments = {"username": "alice", "password": "pw", "realm_name": "acme", **connection}
        self._command = [sys.executable, __file__, store_url, prefix, path, json.dumps(arguments)]
        self._size = size
        self._running = ExitStack()
        self._members: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        path = os.pathsep.join(str(ROOT / folder) for folder in ("", "generated", "tests"))
        for number in range(self._size):
            member = subprocess.Popen(
                [*self._command, ("threads", "event loop")[number % 2]],
                env=os.environ | {"PYTHONPATH": path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._members.append(self._running.enter_context(member))
        self.answers()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for member in self._members:
            if kind is not None:
                member.kill()
            if member.stdin is not None:
                member.stdin.close()
        self._running.close()

    def call(self, *, after: float) -> list[dict[str, Any]]:
        """Let time pass for all of them, and return what each call of the API came to."""
        self.begin(after=after)
        return self.answers()

    def begin(self, *, after: float) -> None:
        """Let time pass for all of them, and have them call the API."""
        for member in self._members:
            if member.stdin is not None:
                member.stdin.write(f"{after}\n")
                member.stdin.flush()

    def answers(self) -> list[dict[str, Any]]:
        """Return what each call came to."""
        return [json.loads(member.stdout.readline()) for member in self._members if member.stdout]

    def kill(self, number: int) -> None:
        """Kill one of them."""
        member = self._members.pop(number)
        member.kill()
        member.wait()


class _Ahead:
    """The clock of the machine, put forward."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.clock = Clock(
            monotonic=lambda: time.monotonic() + self.seconds,
            now=lambda: datetime.now(UTC) + timedelta(seconds=self.seconds),
        )


def _member(store_url: str, prefix: str, path: str, arguments: str, world: str) -> None:
    ahead = _Ahead()
    connection = KeycloakOpenIDConnection(
        **json.loads(arguments), clock=ahead.clock, token_store=store_at(store_url, prefix)
    )

    def call() -> int:
        if world == "threads":
            return connection.raw_get(path).status_code
        return asyncio.run(connection.a_raw_get(path)).status_code

    _say({})
    for line in sys.stdin:
        ahead.seconds += float(line)
        begun = time.monotonic()
        try:
            outcome: dict[str, Any] = {"status": call(), "error": None}
        except KeycloakError as error:
            outcome = {"status": None, "error": repr(error)}
        renewals = [renewal.outcome for renewal in connection.renewals]
        _say({**outcome, "seconds": time.monotonic() - begun, "renewals": renewals})
    connection.close()


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _member(*sys.argv[1:])
