# SPDX-License-Identifier: Apache-2.0
"""What became of the last renewals of a connection, and when the next one may be tried.

::

    failures in a row       1     2     3    ...
    pause before an early   1 s   2 s   4 s  ... 60 s, of which up to half is taken off at random
    renewal is tried again

A pause that the server asks for (`Retry-After`) counts for every renewal; at most a minute of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Literal, overload

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from keycloak_sdk.exceptions import KeycloakError

Reason = Literal["none held", "early", "stale", "refused", "asked"]
Outcome = Literal[
    "refreshed", "logged in", "adopted", "left to another", "no credentials", "failed", "abandoned"
]

PATIENCE = 5.0
"""Seconds of `Retry-After` that a renewal waits for itself."""
_KEPT = 100
_LONGEST_PAUSE = 60.0


@frozen
class Renewal:
    """One renewal of a token."""

    at: datetime
    """When it ended, aware."""
    reason: Reason
    """`none held`: there was no token; `early`: before it was needed; `stale`: in time; `refused`: the server
    answered 401; `asked`: the program called for it."""
    outcome: Outcome
    """How the connection came by its token: `adopted` from the token store, or `left to another` process that
    was about it; `no credentials` when there was nothing to ask with; `abandoned` when the caller was
    cancelled or interrupted."""
    seconds: float
    """How long it took."""
    waiters: int
    """How many other callers waited for it."""
    error: str | None = None
    """Class of the error, and the OAuth 2.0 error code if there was one; `None` without an error."""


class RenewalLedger(Sequence[Renewal]):
    """The last renewals of a connection, at most a hundred, oldest first."""

    def __init__(self) -> None:
        self._renewals: deque[Renewal] = deque(maxlen=_KEPT)
        self._failures = 0
        self._not_early_before = float("-inf")
        self._not_before = float("-inf")
        self._cause: KeycloakError | None = None

    def __len__(self) -> int:
        return len(self._renewals)

    @overload
    def __getitem__(self, index: int) -> Renewal: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Renewal]: ...

    def __getitem__(self, index: int | slice) -> Renewal | Sequence[Renewal]:
        return tuple(self._renewals)[index]

    def __iter__(self) -> Iterator[Renewal]:
        return iter(tuple(self._renewals))

    def __repr__(self) -> str:
        return f"<RenewalLedger of {len(self)}, last: {self[-1] if self else None}>"

    def _add(self, renewal: Renewal) -> None:
        self._renewals.append(renewal)

    def _succeeded(self, outcome: Outcome, *, monotonic: float) -> None:
        """Forget the failures; look again in a moment at what was left to another."""
        self._failures = 0
        self._not_before, self._cause = float("-inf"), None
        self._not_early_before = monotonic + 1 if outcome == "left to another" else float("-inf")

    def _failed(self, error: KeycloakError, *, monotonic: float, jitter: float) -> None:
        """Note when a renewal may be tried again."""
        self._failures += 1
        pause = min(_LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10)) * (1 - jitter / 2)
        if error.retryable and error.retry_after is not None:
            asked = min(_LONGEST_PAUSE, error.retry_after)
            pause = max(pause, asked)
            self._not_before, self._cause = monotonic + asked, copy(error)
        self._not_early_before = monotonic + pause

    def _may_try_early(self, monotonic: float) -> bool:
        return monotonic >= self._not_early_before

    def _raise_if_held_back(self, monotonic: float) -> None:
        """Raise what the server said last, while the pause it asked for lasts."""
        cause = self._cause
        if cause is not None and monotonic < self._not_before:
            again = copy(cause)
            again.retry_after = self._not_before - monotonic
            raise again
