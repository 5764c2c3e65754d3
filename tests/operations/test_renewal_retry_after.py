# SPDX-License-Identifier: Apache-2.0
"""A token endpoint that is busy and says for how long: it is left alone, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import KeycloakError, KeycloakPostError
from support.clock import ClockInHand
from support.connections import OK, REFUSED, renewing
from support.transport import bearers_of, form_of, issues, line_of, token

if TYPE_CHECKING:
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


def busy(seconds: object, status: int = 503) -> httpx.Response:
    """Return the answer of a server that wants to be left alone for so long."""
    return httpx.Response(status, headers={"Retry-After": str(seconds)})


@pytest.mark.parametrize("status", [429, 503])
async def test_a_short_pause_is_waited_for_and_the_request_sent_once_more(both: Both, status: int) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, busy(3, status), issues("first"), OK)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert hand.slept == [3.0]
    assert bearers_of(seen) == [None, None, "Bearer first"]


async def test_no_pause_at_all_is_a_pause_as_well(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, busy(0), issues("first"), OK)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert hand.slept == [0.0]


async def test_a_refresh_waits_as_well_and_never_becomes_a_login(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, busy(1), busy(2), token=token("first"))
    hand.forward(60)
    with pytest.raises(KeycloakPostError) as caught:
        await both(kc).raw_get("/x")
    assert (caught.value.retryable, caught.value.retry_after) == (True, 2.0)
    assert [form_of(request)["grant_type"] for request in seen] == [["refresh_token"], ["refresh_token"]]


async def test_a_long_pause_is_kept_without_another_request(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, busy(30), issues("first"), OK)
    with pytest.raises(KeycloakPostError) as first:
        await both(kc).raw_get("/x")
    hand.forward(10)
    with pytest.raises(KeycloakPostError) as second:
        await both(kc).raw_get("/x")
    assert (first.value.retry_after, second.value.retry_after) == (30.0, 20.0)
    assert second.value.response_code == 503
    assert len(seen) == 1
    hand.forward(20)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert hand.slept == []


async def test_no_pause_is_longer_than_a_minute(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, busy(10**9), issues("first"), OK)
    with pytest.raises(KeycloakError):
        await both(kc).raw_get("/x")
    hand.forward(60)
    assert (await both(kc).raw_get("/x")).status_code == 200


async def test_a_program_that_asks_itself_is_not_held_back(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, busy(30), issues("first"), OK)
    with pytest.raises(KeycloakError):
        await both(kc).raw_get("/x")
    await both(kc).refresh_token()
    assert (await both(kc).raw_get("/x")).status_code == 200


async def test_an_early_renewal_does_not_wait_but_keeps_the_pause(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, busy(4), OK, OK, issues("second"), OK, token=token("first"))
    hand.forward(48)
    await both(kc).raw_get("/x")
    hand.forward(3.9)
    await both(kc).raw_get("/x")
    hand.forward(0.2)
    await both(kc).raw_get("/x")
    assert hand.slept == []
    assert bearers_of(seen) == [None, "Bearer first", "Bearer first", None, "Bearer second"]


async def test_a_refused_token_is_not_renewed_during_the_pause(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, REFUSED, busy(30), REFUSED, token=token("first"))
    for _ in range(2):
        with pytest.raises(KeycloakPostError) as caught:
            await both(kc).raw_get("/x")
        assert caught.value.response_code == 503
    assert [line_of(request)[:4] for request in seen] == ["GET ", "POST", "GET "]


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(400, headers={"Retry-After": "1"})])
async def test_without_the_servers_word_the_next_call_tries_again(both: Both, answer: Any) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, answer, issues("first"), OK)
    with pytest.raises(KeycloakPostError):
        await both(kc).raw_get("/x")
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert (len(seen), hand.slept) == (3, [])
