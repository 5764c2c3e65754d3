# SPDX-License-Identifier: Apache-2.0
"""A renewal that was joined, and turns out to have been about another token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk._io.single_flight import SingleFlight
from support.clock import ClockInHand
from support.connections import OK, REFUSED, renewing
from support.transport import bearers_of, issues, token

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from support.both import Both

pytestmark = pytest.mark.anyio


class AnothersFirst(SingleFlight[None]):
    """Lets the first caller join a run that had nothing to do."""

    joined = False

    def run(self, operation: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self.joined:
            return super().run(operation)
        self.joined = True
        return None

    async def arun(self, operation: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self.joined:
            return await super().arun(operation)
        self.joined = True
        return None


async def test_a_refused_token_is_renewed_although_the_renewal_that_was_joined_left_it(both: Both) -> None:
    hand = ClockInHand()
    connection, seen = renewing(hand, REFUSED, issues("second"), OK, token=token("first"))
    connection._renewal = AnothersFirst()
    assert (await both(connection).raw_get("x")).status_code == 200
    assert bearers_of(seen) == ["Bearer first", None, "Bearer second"]
