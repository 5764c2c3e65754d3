# SPDX-License-Identifier: Apache-2.0
"""A connection that logs in, and renews its token in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakError,
    KeycloakInvalidCredentialsError,
    KeycloakPostError,
    KeycloakRequestError,
)
from support.clock import ClockInHand
from support.connections import OK, REFUSED, renewing
from support.tokens import NOW, claims, sign
from support.transport import PASSWORD, bearers_of, form_of, issues, line_of, refuses, token

if TYPE_CHECKING:
    from support.both import Both
    from support.transport import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

TOKEN = "POST /realms/acme/protocol/openid-connect/token"
FRESH = token("first")


def lines(seen: list[httpx.Request]) -> list[str]:
    return [line_of(request) for request in seen]


# --- logging in


async def test_the_first_call_logs_in_and_the_next_does_not(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), issues("first"), OK, OK)
    assert (seen, kc.token) == ([], None)
    assert (await both(kc).raw_get("/x")).json() == {"ok": True}
    await both(kc).raw_delete("/y")
    assert lines(seen) == [TOKEN, "GET /x", "DELETE /y"]
    assert bearers_of(seen) == [None, "Bearer first", "Bearer first"]
    assert form_of(seen[0]) == {
        "client_id": ["admin-cli"],
        "grant_type": ["password"],
        "username": ["alice"],
        "password": [PASSWORD],
        "scope": ["openid"],
    }
    assert kc.token is not None
    assert (kc.token.access_token, kc.token["refresh_token"]) == ("first", "refresh-of-first")


@pytest.mark.parametrize(
    ("credentials", "form"),
    [
        (
            {"totp": 123456, "client_id": "shop", "client_secret_key": "s"},
            {
                "client_id": ["shop"],
                "client_secret": ["s"],
                "grant_type": ["password"],
                "username": ["alice"],
                "password": [PASSWORD],
                "totp": ["123456"],
                "scope": ["openid"],
            },
        ),
        (
            {"username": None, "password": None, "client_id": "shop", "client_secret_key": "s"},
            {
                "client_id": ["shop"],
                "client_secret": ["s"],
                "grant_type": ["client_credentials"],
                "scope": ["openid"],
            },
        ),
        (
            {"password": "", "client_secret_key": "s", "grant_type": "urn:x"},
            {
                "client_id": ["admin-cli"],
                "client_secret": ["s"],
                "grant_type": ["urn:x"],
                "username": ["alice"],
                "scope": ["openid"],
            },
        ),
    ],
)
async def test_the_credentials_choose_the_grant(
    credentials: dict[str, Any], form: dict[str, list[str]], both: Both
) -> None:
    kc, seen = renewing(ClockInHand(), issues(), OK, **credentials)
    await both(kc).raw_get("/x")
    assert form_of(seen[0]) == form


@pytest.mark.parametrize(
    ("realms", "realm"),
    [
        ({"realm_name": "acme"}, "acme"),
        ({"realm_name": "acme", "user_realm_name": "staff"}, "staff"),
        ({"realm_name": ""}, "master"),
    ],
)
async def test_the_login_goes_to_the_realm_of_the_user(
    realms: dict[str, str], realm: str, both: Both
) -> None:
    kc, seen = renewing(ClockInHand(), issues(), OK, **realms)
    await both(kc).raw_get("/x")
    assert lines(seen) == [f"POST /realms/{realm}/protocol/openid-connect/token", "GET /x"]


async def test_without_credentials_a_call_goes_without_a_token_and_its_401_is_returned(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), OK, REFUSED, username=None)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert (await both(kc).raw_get("/x")).status_code == 401
    assert bearers_of(seen) == [None, None]
    await both(kc).get_token()
    assert kc.token is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(400, "invalid_grant"), KeycloakInvalidCredentialsError),
        (refuses(401, "invalid_client"), KeycloakAuthenticationError),
        (refuses(503), KeycloakPostError),
        (httpx.ConnectError("refused"), KeycloakConnectionError),
    ],
)
async def test_a_failed_login_is_raised_and_the_call_not_sent(
    answer: Answer, error: type[KeycloakError], both: Both
) -> None:
    kc, seen = renewing(ClockInHand(), answer, issues(), OK)
    with pytest.raises(error):
        await both(kc).raw_post("/x", {"a": "b"})
    assert lines(seen) == [TOKEN]
    assert (await both(kc).raw_get("/x")).status_code == 200


async def test_what_cannot_be_sent_is_refused_before_the_login(both: Both) -> None:
    kc, seen = renewing(ClockInHand())
    with pytest.raises(KeycloakRequestError):
        await both(kc).raw_post("https://elsewhere/x", None)
    with pytest.raises(KeycloakRequestError):
        await both(kc).raw_post("/x", object())
    assert seen == []


# --- in time


async def test_a_token_is_renewed_after_nine_tenths_of_its_life(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first"), OK, OK, issues("second"), OK)
    await both(kc).raw_get("/x")
    hand.forward(43.1)
    await both(kc).raw_get("/x")
    hand.forward(10.9)
    await both(kc).raw_get("/x")
    assert lines(seen) == [TOKEN, "GET /x", "GET /x", TOKEN, "GET /x"]
    assert bearers_of(seen) == [None, "Bearer first", "Bearer first", None, "Bearer second"]
    assert form_of(seen[3]) == {
        "client_id": ["admin-cli"],
        "grant_type": ["refresh_token"],
        "refresh_token": ["refresh-of-first"],
    }


async def test_the_part_of_its_life_that_a_token_is_used_can_be_set(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first"), OK, issues("second"), OK)
    kc.token_lifetime_fraction = 0.5
    await both(kc).raw_get("/x")
    hand.forward(30)
    await both(kc).raw_get("/x")
    assert len(seen) == 4


async def test_the_date_of_the_machine_does_not_matter(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first"), OK, OK, OK)
    await both(kc).raw_get("/x")
    for seconds in (86_400, -2 * 86_400):
        hand.adjust(seconds)
        await both(kc).raw_get("/x")
    assert bearers_of(seen) == [None, *["Bearer first"] * 3]


@pytest.mark.parametrize("without", [{"refresh_token": ...}, {"refresh_token": ""}])
async def test_a_token_that_cannot_be_refreshed_is_replaced_by_a_login(
    without: dict[str, Any], both: Both
) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first", **without), OK, issues("second"), OK)
    await both(kc).raw_get("/x")
    hand.forward(60)
    await both(kc).raw_get("/x")
    assert form_of(seen[2])["grant_type"] == ["password"]


@pytest.mark.parametrize(
    ("lifetime", "seconds"),
    [("60", 54), (60.0, 54), (0, 0), (-5, 0), (..., 0), (10**12, 283_824_000)],
)
async def test_a_lifetime_is_read_leniently(lifetime: Any, seconds: int, both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, issues("first", expires_in=lifetime))
    await both(kc).get_token()
    assert kc.expires_at is not None
    assert (kc.expires_at - hand.date).total_seconds() == seconds


async def test_a_lifetime_that_the_server_does_not_name_is_taken_from_the_token(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, issues(sign(claims(exp=NOW + 100)), expires_in=...))
    await both(kc).get_token()
    assert kc.expires_at is not None
    assert (kc.expires_at - hand.date).total_seconds() == 90


# --- a refresh that is refused


@pytest.mark.parametrize(
    "description",
    [
        "Token is not active",
        "Session not active",
        "Invalid refresh token",
        "Maximum allowed refresh token reuse exceeded",
        "",
    ],
)
@pytest.mark.parametrize("status", [400, 401])
async def test_a_dead_refresh_token_leads_to_a_login_whatever_the_server_says_to_it(
    status: int, description: str, both: Both
) -> None:
    kc, seen = renewing(
        ClockInHand(), refuses(status, "invalid_grant", description), issues("second"), token=FRESH
    )
    await both(kc).refresh_token()
    assert [form_of(request)["grant_type"] for request in seen] == [["refresh_token"], ["password"]]
    assert kc.token is not None
    assert kc.token.access_token == "second"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(400, "invalid_request"), KeycloakPostError),
        (refuses(401, "invalid_client"), KeycloakAuthenticationError),
        (refuses(503), KeycloakPostError),
        (httpx.Response(200, html="<p>"), KeycloakPostError),
        (httpx.ConnectError("refused"), KeycloakConnectionError),
    ],
)
async def test_another_refusal_is_raised_and_the_token_kept(
    answer: Answer, error: type[KeycloakError], both: Both
) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, answer, token=FRESH)
    hand.forward(60)
    with pytest.raises(error) as caught:
        await both(kc).raw_get("/x")
    assert type(caught.value) is error
    assert lines(seen) == [TOKEN]
    assert kc.token == FRESH


async def test_without_credentials_the_refusal_of_a_refresh_token_is_raised(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), refuses(400, "invalid_grant"), token=FRESH, password=None)
    with pytest.raises(KeycloakPostError) as caught:
        await both(kc).refresh_token()
    assert caught.value.error == "invalid_grant"
    assert len(seen) == 1


async def test_the_login_after_a_dead_refresh_token_may_fail_as_well(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), refuses(400, "invalid_grant"), refuses(401, "invalid_grant"), token=FRESH)
    with pytest.raises(KeycloakInvalidCredentialsError):
        await both(kc).refresh_token()


# --- explicit renewal, and both worlds


async def test_a_token_can_be_renewed_and_fetched_by_hand(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), issues("first"), issues("second"), issues("third"))
    await both(kc).refresh_token()
    await both(kc).refresh_token()
    await both(kc).get_token()
    assert [form_of(request)["grant_type"][0] for request in seen] == [
        "password",
        "refresh_token",
        "password",
    ]
    assert kc.token is not None
    assert kc.token.access_token == "third"


async def test_the_seeds_check_renews_only_what_is_stale(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first"), issues("second"))
    await both(kc)._refresh_if_required()
    await both(kc)._refresh_if_required()
    assert len(seen) == 1
    hand.forward(54)
    await both(kc)._refresh_if_required()
    assert len(seen) == 2


async def test_both_worlds_share_the_token() -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, issues("first"), OK, OK, issues("second"), OK, OK)
    kc.raw_get("/x")
    await kc.a_raw_get("/x")
    hand.forward(54)
    await kc.a_raw_get("/x")
    kc.raw_get("/x")
    assert bearers_of(seen) == [None, "Bearer first", "Bearer first", None, "Bearer second", "Bearer second"]
