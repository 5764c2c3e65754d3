# SPDX-License-Identifier: Apache-2.0
"""`connection.renewals`: what became of the last renewals."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import KeycloakError, Renewal, RenewalLedger
from support.clock import START, ClockInHand
from support.connections import OK, REFUSED, renewing
from support.transport import issues, refuses, token

if TYPE_CHECKING:
    import httpx

    from support.both import Both

pytestmark = pytest.mark.anyio


async def test_each_renewal_says_why_it_was_made_and_how_it_ended(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(
        hand, issues("a"), OK, issues("b"), OK, REFUSED, issues("c"), OK,
        refuses(400, "invalid_grant"), issues("d"), issues("e"), refuses(401, "invalid_client"),
    )  # fmt: skip
    assert list(kc.renewals) == []
    await both(kc).raw_get("/none-held")
    hand.forward(60)
    await both(kc).raw_get("/stale")
    await both(kc).raw_get("/refused")
    await both(kc).refresh_token()
    await both(kc).refresh_token()
    with pytest.raises(KeycloakError):
        await both(kc).refresh_token()
    assert [(renewal.reason, renewal.outcome, renewal.error) for renewal in kc.renewals] == [
        ("none held", "logged in", None),
        ("stale", "refreshed", None),
        ("refused", "refreshed", None),
        ("asked", "logged in", None),
        ("asked", "refreshed", None),
        ("asked", "failed", "KeycloakAuthenticationError invalid_client"),
    ]
    assert kc.renewals[0] == Renewal(START, "none held", "logged in", 0.0, 0)
    assert kc.renewals[-2:][0].waiters == 0


async def test_it_knows_how_long_it_took(both: Both) -> None:
    hand = ClockInHand()

    def slow(_: httpx.Request) -> httpx.Response:
        hand.forward(1.5)
        return issues("first")

    kc, _ = renewing(hand, slow)
    await both(kc).refresh_token()
    assert kc.renewals[-1].seconds == 1.5


async def test_it_counts_who_waited() -> None:
    async def slow(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.05)
        return issues("first")

    kc, _ = renewing(ClockInHand(), slow, *[OK] * 10)
    await asyncio.gather(*(kc.a_raw_get("/x") for _ in range(10)))
    await kc.aclose()
    assert [renewal.waiters for renewal in kc.renewals] == [9]


def test_a_renewal_that_is_interrupted_is_abandoned() -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    kc, _ = renewing(ClockInHand(), interrupt, username=None, password=None, token=token("first"))
    with pytest.raises(KeyboardInterrupt):
        kc.refresh_token()
    kc.close()
    assert kc.renewals[-1].outcome == "abandoned"


async def test_it_holds_the_last_hundred_and_shows_no_secret(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), *[issues("secret")] * 120)
    for _ in range(120):
        await both(kc).refresh_token()
    assert len(kc.renewals) == 100
    text = repr(kc.renewals) + repr(list(kc.renewals))
    assert "secret" not in text
    assert repr(kc.renewals).startswith("<RenewalLedger of 100, last: Renewal(")
    assert repr(RenewalLedger()) == "<RenewalLedger of 0, last: None>"


async def test_what_has_nothing_to_ask_with_says_so(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), OK, username=None, password=None)
    await both(kc).raw_get("/x")
    assert [renewal.outcome for renewal in kc.renewals] == ["no credentials"]
