# SPDX-License-Identifier: Apache-2.0
"""A connection renews a token that the server refuses, and repeats the call: once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from requests_toolbelt.multipart.encoder import MultipartEncoder

from keycloak_sdk import (
    KeycloakPostError,
)
from support.clock import ClockInHand
from support.connections import OK, REFUSED, renewing
from support.transport import bearers_of, form_of, issues, line_of, refuses, token

if TYPE_CHECKING:
    import httpx

    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

TOKEN = "POST /realms/acme/protocol/openid-connect/token"
FRESH = token("first")


def lines(seen: list[httpx.Request]) -> list[str]:
    return [line_of(request) for request in seen]


@pytest.mark.parametrize("verb", ["get", "post", "put", "delete"])
async def test_a_call_is_sent_once_more_after_a_401_with_a_new_token(verb: str, both: Both) -> None:
    kc, seen = renewing(ClockInHand(), REFUSED, issues("second"), OK, token=FRESH)
    arguments = ("/x", {"a": "b"}) if verb in {"post", "put"} else ("/x",)
    assert (await getattr(both(kc), f"raw_{verb}")(*arguments, q=1)).status_code == 200
    assert lines(seen) == [f"{verb.upper()} /x?q=1", TOKEN, f"{verb.upper()} /x?q=1"]
    assert bearers_of(seen) == ["Bearer first", None, "Bearer second"]
    assert seen[0].content == seen[2].content
    assert form_of(seen[1])["refresh_token"] == ["refresh-of-first"]


async def test_a_second_401_is_returned_and_costs_nothing_more(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), REFUSED, issues("second"), REFUSED, token=FRESH)
    assert (await both(kc).raw_get("/x")).status_code == 401
    assert len(seen) == 3


async def test_a_body_that_can_be_read_once_is_sent_twice(both: Both) -> None:
    kc, seen = renewing(
        ClockInHand(), REFUSED, issues("second"), OK, REFUSED, issues("third"), OK, token=FRESH
    )
    await both(kc).raw_post("/x", io.BytesIO(b"file"))
    await both(kc).raw_post("/x", MultipartEncoder({"a": "b"}))
    assert seen[0].content == seen[2].content == b"file"
    assert seen[3].content == seen[5].content != b""
    assert seen[3].headers["content-type"] == seen[5].headers["content-type"]


async def test_a_renewal_that_fails_after_a_401_is_raised(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), REFUSED, refuses(503), token=FRESH)
    with pytest.raises(KeycloakPostError):
        await both(kc).raw_get("/x")
    assert len(seen) == 2


async def test_a_401_for_a_token_that_was_replaced_meanwhile_renews_nothing(both: Both) -> None:
    hand = ClockInHand()

    def too_late(_: httpx.Request) -> httpx.Response:
        kc.token = token("second")
        return REFUSED

    kc, seen = renewing(hand, too_late, OK, token=FRESH)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert bearers_of(seen) == ["Bearer first", "Bearer second"]


async def test_a_token_that_was_taken_away_meanwhile_is_fetched_anew(both: Both) -> None:
    def too_late(_: httpx.Request) -> httpx.Response:
        kc.token = None
        return REFUSED

    kc, seen = renewing(ClockInHand(), too_late, issues("second"), OK, token=FRESH)
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert bearers_of(seen) == ["Bearer first", None, "Bearer second"]


# --- an Authorization header of the program's own


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_a_header_of_the_programs_own_is_sent_as_it_is_without_a_login(name: str, both: Both) -> None:
    kc, seen = renewing(ClockInHand(), OK)
    kc.add_param_headers(name, "Bearer of-the-program")
    await both(kc).raw_get("/x")
    assert lines(seen) == ["GET /x"]
    assert bearers_of(seen) == ["Bearer of-the-program"]


async def test_a_header_of_the_programs_own_that_meets_a_401_is_replaced_for_the_repetition(
    both: Both,
) -> None:
    kc, seen = renewing(ClockInHand(), REFUSED, issues("second"), OK)
    kc.add_param_headers("authorization", "Bearer of-the-program")
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert [request.headers.get_list("authorization") for request in seen] == [
        ["Bearer of-the-program"],
        [],
        ["Bearer second"],
    ]
    assert kc.headers["authorization"] == "Bearer of-the-program"


async def test_a_header_of_the_programs_own_is_repeated_with_the_held_token_without_a_renewal(
    both: Both,
) -> None:
    kc, seen = renewing(ClockInHand(), REFUSED, OK, token=FRESH)
    kc.add_param_headers("Authorization", "Bearer of-the-program")
    assert (await both(kc).raw_get("/x")).status_code == 200
    assert bearers_of(seen) == ["Bearer of-the-program", "Bearer first"]
