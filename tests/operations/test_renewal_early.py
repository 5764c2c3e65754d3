# SPDX-License-Identifier: Apache-2.0
"""A token that is renewed before it must be, by one caller, whose failure is nobody's."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import KeycloakPostError
from support.clock import ClockInHand
from support.connections import OK, renewing
from support.transport import bearers_of, issues, line_of, refuses, token

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio

TOKEN = "POST /realms/acme/protocol/openid-connect/token"


def early(hand: ClockInHand, *answers: Any, **extra: Any) -> Any:
    """Return a connection that holds the token `first`, in the time for an early renewal."""
    kc, seen = renewing(hand, *answers, token=token("first"), **extra)
    hand.forward(48)
    return kc, seen


@pytest.mark.parametrize(
    ("expires_in", "drawn", "begins"),
    [(60, 0.0, 43.2), (60, 0.99, 51.2), (300, 0.0, 216.0), (300, 0.5, 236.25), (86_400, 0.0, 76_860.0)],
)
async def test_the_time_for_it_begins_at_a_moment_that_is_drawn(
    both: Both, expires_in: int, drawn: float, begins: float
) -> None:
    hand = ClockInHand()
    hand.drawn = drawn
    kc, seen = renewing(hand, OK, issues("second"), OK, token=token("first", expires_in=expires_in))
    hand.forward(begins - 0.1)
    await both(kc).raw_get("/x")
    hand.forward(0.2)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == ["Bearer first", None, "Bearer second"]


async def test_whoever_comes_first_renews_and_its_call_has_the_new_token(both: Both) -> None:
    kc, seen = early(ClockInHand(), issues("second"), OK, OK)
    await both(kc).raw_get("/x")
    await both(kc).raw_get("/y")
    assert bearers_of(seen) == [None, "Bearer second", "Bearer second"]
    (renewal,) = kc.renewals
    assert (renewal.reason, renewal.outcome, renewal.error) == ("early", "refreshed", None)


def test_the_others_go_on_with_the_token_meanwhile() -> None:
    hand, asked, answered = ClockInHand(), threading.Event(), threading.Event()

    def slow(_: httpx.Request) -> httpx.Response:
        asked.set()
        assert answered.wait(5)
        return issues("second")

    kc, seen = early(hand, slow, OK, OK)
    first = threading.Thread(target=kc.raw_get, args=("/first",))
    first.start()
    assert asked.wait(5)
    kc.raw_get("/other")
    answered.set()
    first.join()
    assert [line_of(request) for request in seen] == [TOKEN, "GET /other", "GET /first"]
    assert bearers_of(seen) == [None, "Bearer first", "Bearer second"]


@pytest.mark.parametrize(
    "failure",
    [refuses(503), refuses(429), refuses(500), httpx.ConnectError("down"), httpx.ReadTimeout("slow")],
)
async def test_its_failure_is_no_error_and_is_tried_again_after_a_pause(
    both: Both, failure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    hand = ClockInHand()
    kc, seen = early(hand, failure, OK, OK, failure, OK, OK, issues("second"), OK)
    with caplog.at_level(logging.DEBUG, "keycloak_sdk"):
        assert (await both(kc).raw_get("/1")).status_code == 200
    assert "token renewal (early): failed" in caplog.text
    await both(kc).raw_get("/2")
    hand.forward(0.8)
    await both(kc).raw_get("/3")
    hand.forward(0.8)
    await both(kc).raw_get("/4")
    hand.forward(0.8)
    await both(kc).raw_get("/5")
    assert bearers_of(seen) == [
        None, "Bearer first", "Bearer first", None, "Bearer first", "Bearer first", None, "Bearer second"
    ]  # fmt: skip
    assert [renewal.outcome for renewal in kc.renewals] == ["failed", "failed", "refreshed"]


async def test_a_failure_is_an_error_once_the_token_is_stale(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = early(hand, refuses(500), OK, refuses(500))
    await both(kc).raw_get("/x")
    hand.forward(10)
    with pytest.raises(KeycloakPostError) as caught:
        await both(kc).raw_get("/x")
    assert caught.value.retryable
    assert [renewal.reason for renewal in kc.renewals] == ["early", "stale"]


async def test_a_refused_login_is_no_error_either_while_the_token_is_good(both: Both) -> None:
    kc, seen = early(ClockInHand(), refuses(400, "invalid_grant"), refuses(401, "invalid_client"), OK)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert bearers_of(seen) == [None, None, "Bearer first"]
    assert kc.renewals[-1].error == "KeycloakAuthenticationError invalid_client"


async def test_nothing_is_tried_when_there_is_nothing_to_renew_with(both: Both) -> None:
    hand = ClockInHand()
    given = token("first", refresh_token=...)
    kc, seen = renewing(hand, OK, token=given, username=None, password=None)
    hand.forward(48)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == ["Bearer first"]
    assert len(kc.renewals) == 0


async def test_a_lone_refresh_token_is_used_early_as_well(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("second"), OK, token=token("first"), username=None, password=None)
    hand.forward(48)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer second"]


async def test_the_pauses_grow_to_a_minute(both: Both) -> None:
    hand = ClockInHand()
    hand.drawn = 0.0
    kc, seen = renewing(hand, *[refuses(500), OK] * 12, token=token("first", expires_in=36_000))
    hand.forward(32_000)
    pauses: list[float] = []
    while len(kc.renewals) < 9:
        before, count = hand.seconds, len(kc.renewals)
        while len(kc.renewals) == count:
            if not kc.renewals._may_try_early(hand.seconds):
                hand.forward(0.5)
                continue
            await both(kc).raw_get("/x")
        pauses.append(hand.seconds - before)
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert len(seen) == 18


async def test_a_hanging_renewal_is_left_before_the_token_is_needed() -> None:
    hand = ClockInHand()

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        raise AssertionError("waited for")

    kc, seen = renewing(hand, hang, OK, token=token("first"))
    hand.forward(53.5)
    await kc.a_raw_get("/x")
    await kc.aclose()
    assert bearers_of(seen) == [None, "Bearer first"]
    assert kc.renewals[0].error == "KeycloakTimeoutError"


async def test_a_caller_that_needs_the_token_does_not_share_the_failure_of_an_early_renewal() -> None:
    hand, asked = ClockInHand(), 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        if line_of(request) != TOKEN:
            return httpx.Response(200)
        asked += 1
        if asked > 1:
            return issues("second")
        hand.forward(10)
        await asyncio.sleep(0.05)
        return refuses(500)

    transport = httpx.MockTransport(answer)
    kc, _ = renewing(hand, token=token("first"), async_transport=transport)
    hand.forward(48)
    async with asyncio.TaskGroup() as group:
        group.create_task(kc.a_raw_get("/early"))
        await asyncio.sleep(0.01)
        needing = group.create_task(kc.a_raw_get("/needing"))
    await kc.aclose()
    assert needing.result().request.headers["authorization"] == "Bearer second"
    assert [renewal.outcome for renewal in kc.renewals] == ["failed", "refreshed"]
    assert kc.renewals[0].waiters == 1
