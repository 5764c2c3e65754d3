# SPDX-License-Identifier: Apache-2.0
"""Decisions of the server that are remembered for a while."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from keycloak_oidc_api.models import UmaPermission
from keycloak_sdk._bounded import Latest
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._tokens import expiry
from keycloak_sdk.exceptions import KeycloakConfigurationError
from keycloak_sdk.uma_decisions import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from keycloak_sdk._io.port import Io
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.uma_decisions import Reason

__all__ = ("DecisionCache",)


@frozen
class _Key:
    """Whose token it is, and what was asked: digests, so that no token is held."""

    token: str
    question: str


@frozen(repr=False)
class _Remembered:
    """A decision as text, since what is handed out may be changed."""

    granted: str
    reasons: tuple[tuple[str, Reason], ...]
    asked: int
    until: float
    """Monotonic clock."""
    token_ends: float
    """Seconds since the epoch."""

    def decision(self) -> Decision:
        """Return the decision, a new one each time."""
        granted = [UmaPermission.from_dict(one) for one in json.loads(self.granted)]
        return Decision(True, granted, dict(self.reasons), self.asked)


@frozen
class _Epoch:
    """The time between two calls of `clear`: what was asked before is not remembered after."""

    flights: dict[_Key, SingleFlight[Decision]] = field(factory=dict["_Key", "SingleFlight[Decision]"])


class DecisionCache:
    """Remembers decisions by token and question, for `openid.uma.decide` and an `Enforcer`.

    A decision is never remembered beyond the end of the token that it is about, nor that of a token which
    does not say when it ends. Callers with the same question at the same time share one request. Errors are
    not remembered, nor is a token that was not accepted. What changes at the server is not seen before the
    memory ends: choose `ttl` by how long a withdrawn permission may still be used.

    One object serves any number of clients, threads and event loops of a process.

    Args:
        ttl: Seconds that a grant is remembered.
        denial_ttl: Seconds that a denial is remembered; 0 not at all.
        max_entries: Decisions that are remembered at most; the oldest go.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    def __init__(self, *, ttl: float = 30, denial_ttl: float = 0, max_entries: int = 10_000) -> None:
        for name, seconds in (("ttl", ttl), ("denial_ttl", denial_ttl)):
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
                raise KeycloakConfigurationError(f"{name} is {seconds!r}: give seconds, 0 or more")
        if isinstance(max_entries, bool) or not isinstance(max_entries, int) or max_entries < 1:
            raise KeycloakConfigurationError(f"max_entries is {max_entries!r}: give a number, 1 or more")
        self.ttl = ttl
        self.denial_ttl = denial_ttl
        self._kept: Latest[_Key, _Remembered] = Latest(max_entries)
        self._epoch = _Epoch()

    def clear(self, token: str | None = None) -> None:
        """Forget the decisions about a token, such as that of a user who logs out; all without one.

        What is being asked just now is not remembered either.

        Args:
            token: The access token; `None` for all.
        """
        self._epoch = _Epoch()
        if token is None:
            self._kept.clear()
            return
        digest = _digest(token)
        for key, _ in self._kept.items():  # noqa: PERF102 - no dict: it has no keys()
            if key.token == digest:
                self._kept.pop(key)

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} decisions>"

    async def _decide(
        self,
        token: str,
        question: Mapping[str, Any],
        ask: Callable[[], Coroutine[Any, Any, Decision]],
        io: Io,
        clock: Clock,
    ) -> Decision:
        """Return what is remembered, or ask and remember."""
        key = _Key(_digest(token), _digest(json.dumps(question, sort_keys=True, default=str)))
        kept = self._kept.get(key)
        if kept is not None:
            if kept.until > clock.monotonic() and kept.token_ends > clock.now().timestamp():
                return kept.decision()
            self._kept.pop(key)
        epoch = self._epoch
        flight = epoch.flights.setdefault(key, SingleFlight())
        try:
            decision = await io.share(flight, ask)
            if epoch is self._epoch:
                self._remember(key, token, decision, len(question["needed"]), clock)
        finally:
            if epoch.flights.get(key) is flight:
                epoch.flights.pop(key, None)
        return deepcopy(decision)

    def _remember(self, key: _Key, token: str, decision: Decision, asked: int, clock: Clock) -> None:
        seconds = self.ttl if decision else self.denial_ttl
        ends = expiry(token)
        if seconds and ends is not None and decision.is_logged_in:
            reasons = tuple(decision.reasons.items())
            until = clock.monotonic() + seconds
            self._kept.put(key, _Remembered(json.dumps(decision.granted), reasons, asked, until, ends))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
