# SPDX-License-Identifier: Apache-2.0
"""A clock that tests move.

::

    hand = ClockInHand()
    client = KeycloakOpenID("http://kc", "acme", "shop", clock=hand.clock)
    hand.forward(61)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from keycloak_sdk import Clock

START = datetime(2027, 1, 15, 8, tzinfo=UTC)
"""Where it starts: 1_800_000_000 seconds since the epoch, the `NOW` of `support.tokens`."""


class ClockInHand:
    """Stands still until it is moved, or slept by."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.date = START
        self.drawn = 0.5
        """What is drawn at random."""
        self.slept: list[float] = []
        """The seconds of each sleep."""
        self.clock = Clock(
            monotonic=lambda: self.seconds, now=lambda: self.date, sleep=self.sleep, jitter=lambda: self.drawn
        )

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.date += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass, on behalf of whom sleeps."""
        self.slept.append(seconds)
        self.forward(seconds)

    def adjust(self, seconds: float) -> None:
        """Set the date only, as an administrator or a time server does; no time passes."""
        self.date += timedelta(seconds=seconds)
