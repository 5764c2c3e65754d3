# SPDX-License-Identifier: Apache-2.0
"""What has been used once and may not be used again.

Source: OpenID Connect Back-Channel Logout 1.0 section 2.6; RFC 9449 section 11.1.
"""

from __future__ import annotations

import time
from hashlib import sha256
from heapq import heappop, heappush
from inspect import iscoroutine
from math import ceil, inf
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from keycloak_sdk._jwt.errors import TokenReplayError
from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_JTI = 512
"""Characters of a `jti`."""


class ReplayMemory(Protocol):
    """Where identifiers of used tokens are remembered; processes that share one share what they have seen."""

    def remember(self, identifier: str, seconds: int) -> bool:
        """Remember an identifier, in one step with looking for it.

        What it raises refuses the token: a memory that fails must not let replays through.

        Args:
            identifier: ASCII, less than 100 characters.
            seconds: How long it has to be remembered.

        Returns:
            Whether it is new.
        """
        ...


@frozen
class OneUse:
    """A use that may be the only one.

    Attributes:
        identifier: What is remembered of it; a hash, so that its size is bounded.
        seconds: How long.
    """

    identifier: str
    seconds: int

    @classmethod
    def of(cls, kind: str, *parts: str, seconds: float) -> OneUse:
        """Return the use of what these parts name together."""
        digest = sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(f"{kind}:{digest}", max(1, ceil(seconds)))

    def spend(self, memory: ReplayMemory) -> None:
        """Use it up.

        Raises:
            TokenReplayError: It was used before.
            KeycloakConfigurationError: The memory does not say whether it was.
        """
        new: object = memory.remember(self.identifier, self.seconds)
        if new is True:
            return
        if iscoroutine(new):
            new.close()
        if new:  # a coroutine is true as well, and would let everything pass
            raise KeycloakConfigurationError(
                f"remember() of the replay memory returned {type(new).__name__}: return True or False from "
                "a plain method; in event loops it is called in a thread"
            )
        raise TokenReplayError(
            "the token, or its proof, was used before (jti) and is good for one use", expected="a new jti"
        )


class LocalReplayMemory:
    """Remembers for the threads and event loops of one process.

    Args:
        limit: How many identifiers are remembered at most; past that, the one with the least time left goes.
        monotonic: Seconds that never jump; for tests.

    Raises:
        KeycloakConfigurationError: `limit` is no positive number.
    """

    def __init__(self, limit: int = 100_000, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise KeycloakConfigurationError("limit is a number of identifiers to remember, 1 or more")
        self._limit = limit
        self._monotonic = monotonic
        self._seen: dict[str, object] = {}
        self._ends: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._seen)

    def remember(self, identifier: str, seconds: int) -> bool:
        """Remember an identifier; return whether it is new."""
        now = self._monotonic()
        while self._forget(now):
            pass
        mine = object()
        if self._seen.setdefault(identifier, mine) is not mine:  # one step: threads may bring the same one
            return False
        heappush(self._ends, (now + seconds, identifier))
        while len(self._ends) > self._limit:
            self._forget(inf)
        return True

    def _forget(self, before: float) -> bool:
        """Forget the identifier that ends first, if that is before this time; return whether it was."""
        try:
            first = heappop(self._ends)
        except IndexError:
            return False
        if first[0] > before:
            heappush(self._ends, first)
            return False
        self._seen.pop(first[1], None)
        return True
