# SPDX-License-Identifier: Apache-2.0
"""One line per step, with the seconds since the first."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

ProgressSink = Callable[[str], None]


def to_stderr(line: str) -> None:
    """Print `line` to standard error, marked as the test server's."""
    print(f"keycloak: {line}", file=sys.stderr, flush=True)  # noqa: T201 - showing progress is its job


class Progress:
    """Passes steps on to `sink`, each with the seconds since this object was made.

    Args:
        sink: Receives the lines; `None` for silence.
        clock: Seconds of a monotonic clock.
    """

    def __init__(self, sink: ProgressSink | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._sink = sink
        self._clock = clock
        self._begun = clock()

    @property
    def seconds(self) -> float:
        """Seconds since the first step."""
        return self._clock() - self._begun

    def step(self, what: str) -> None:
        """Announce that `what` begins, or is the case, now."""
        if self._sink is not None:
            self._sink(f"{self.seconds:6.1f} s  {what}")
