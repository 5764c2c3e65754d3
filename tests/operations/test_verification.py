# SPDX-License-Identifier: Apache-2.0
"""Verifying tokens: when the realm's keys are fetched, and whose issuer counts."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import Clock, KeycloakConnectionError, KeycloakGetError, KeycloakOpenID
from keycloak_sdk.exceptions import (
    TokenAudienceError,
    TokenExpiredError,
    TokenIssuerError,
    TokenSignatureError,
    TokenUnknownKeyError,
)
from support.acme import CERTS, HERE, client, keys, token
from support.both import WORLDS
from support.clock import ClockInHand
from support.storms import at_once
from support.tokens import jwk
from support.transport import always, serve

if TYPE_CHECKING:
    from support.both import Both, World
    from support.transport import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

WELL_KNOWN = "/realms/acme/.well-known/openid-configuration"


def publishes(issuer: str) -> httpx.Response:
    """Return the realm's metadata."""
    metadata = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/certs",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    return httpx.Response(200, json=metadata)


def paths(seen: list[httpx.Request]) -> list[str]:
    return [request.url.path for request in seen]


async def test_the_keys_are_fetched_with_the_first_token_and_again_when_they_are_old(both: Both) -> None:
    hand = ClockInHand()
    openid, seen = client(hand, keys("realm"), keys("realm"))
    decoded = await both(openid).decode_token(token(sub="alice"))
    assert (decoded.sub, decoded["sub"]) == ("alice", "alice")
    hand.forward(200)
    await both(openid).decode_token(token(exp=hand.date.timestamp() + 60))
    assert paths(seen) == [CERTS]
    hand.forward(101)
    await both(openid).decode_token(token(exp=hand.date.timestamp() + 60))
    assert paths(seen) == [CERTS, CERTS]


async def test_both_worlds_share_the_keys() -> None:
    openid, seen = client(ClockInHand(), keys("realm"))
    openid.decode_token(token())
    await openid.a_decode_token(token())
    assert len(seen) == 1


async def test_a_rotated_key_is_fetched_when_a_token_names_it(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), keys("realm", "newer"))
    await both(openid).decode_token(token())
    assert (await both(openid).decode_token(token("newer"))).iss == HERE
    assert len(seen) == 2


async def test_a_key_that_nobody_has_is_fetched_once_per_cool_down(both: Both) -> None:
    hand = ClockInHand()
    openid, seen = client(hand, keys("realm"), keys("realm"), keys("realm", "other"))
    await both(openid).decode_token(token())
    for _ in range(3):
        with pytest.raises(TokenUnknownKeyError) as caught:
            await both(openid).decode_token(token("other"))
        assert (caught.value.kid, caught.value.retry_after) == ("other", 10)
        assert str(caught.value).endswith("its keys were asked for just now, and are again in 10 s")
    assert len(seen) == 2
    hand.forward(11)
    await both(openid).decode_token(token("other"))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), KeycloakGetError),
        (httpx.Response(404, json={"error": "Realm does not exist"}), KeycloakGetError),
        (httpx.Response(200, json={"keys": "none"}), KeycloakGetError),
        (httpx.Response(200, json=[]), KeycloakGetError),
        (httpx.Response(200, html="<p>"), KeycloakGetError),
        (httpx.ConnectError("refused"), KeycloakConnectionError),
    ],
)
async def test_keys_that_cannot_be_had_are_an_error_when_none_are_held(
    answer: Answer, error: type[Exception], both: Both
) -> None:
    openid, _ = client(ClockInHand(), answer)
    with pytest.raises(error):
        await both(openid).decode_token(token())


async def test_the_last_good_keys_are_used_while_the_server_is_down(both: Both) -> None:
    hand = ClockInHand()
    openid, seen = client(
        hand, keys("realm"), httpx.ConnectError("refused"), httpx.Response(500), keys("realm")
    )
    await both(openid).decode_token(token())
    hand.forward(301)
    for _ in range(3):
        await both(openid).decode_token(token(exp=hand.date.timestamp() + 60))
    assert len(seen) == 2
    hand.forward(11)
    await both(openid).decode_token(token(exp=hand.date.timestamp() + 60))
    assert len(seen) == 3
    hand.forward(11)
    await both(openid).decode_token(token(exp=hand.date.timestamp() + 60))
    assert len(seen) == 4


async def test_a_key_that_cannot_be_read_does_not_cost_the_others(both: Both) -> None:
    openid, _ = client(
        ClockInHand(), httpx.Response(200, json={"keys": [{"kty": "?"}, jwk("RS256", kid="realm")]})
    )
    await both(openid).decode_token(token())


@pytest.mark.parametrize("world", WORLDS)
async def test_a_thousand_cold_callers_fetch_the_keys_once(world: World) -> None:
    fetches: list[str] = []

    def slowly(request: httpx.Request) -> httpx.Response:
        fetches.append(request.url.path)
        time.sleep(0.05)
        return keys("realm")

    async def in_time(request: httpx.Request) -> httpx.Response:
        fetches.append(request.url.path)
        await asyncio.sleep(0.05)
        return keys("realm")

    openid = KeycloakOpenID(
        "http://kc",
        "acme",
        "shop",
        transport=httpx.MockTransport(slowly),
        async_transport=httpx.MockTransport(in_time),
        clock=ClockInHand().clock,
    )
    decoded = await at_once(world, 1000, openid, "decode_token", token())
    assert Counter(one.iss for one in decoded) == {HERE: 1000}
    assert fetches == [CERTS]


def test_old_keys_serve_the_others_while_one_fetches_new_ones_from_a_server_that_hangs() -> None:
    hand, hangs, go_on = ClockInHand(), Event(), Event()

    def hang(_: httpx.Request) -> httpx.Response:
        hangs.set()
        go_on.wait(20)
        return keys("realm")

    openid, seen = client(hand, keys("realm"), hang)
    openid.decode_token(token())
    hand.forward(301)
    good = token(exp=hand.date.timestamp() + 60)
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(openid.decode_token, good)
        assert hangs.wait(20)
        assert openid.decode_token(good).iss == HERE
        assert asyncio.run(openid.a_decode_token(good)).iss == HERE
        go_on.set()
        assert fetching.result(20).iss == HERE
    assert len(seen) == 2


async def test_keys_that_came_while_a_fetch_was_about_to_begin_are_not_fetched_again(both: Both) -> None:
    hand, looked = ClockInHand(), 0
    good = token()

    def monotonic() -> float:
        nonlocal looked
        looked += 1
        if looked == 3:  # the fetch is due, and about to look whether it still is
            openid.decode_token(good)
        return hand.seconds

    transport, seen = always(lambda _: keys("realm"))
    clock = Clock(monotonic=monotonic, now=hand.clock.now)
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport, clock=clock)
    await both(openid).decode_token(good)
    assert len(seen) == 1


async def test_a_hundred_tokens_of_an_unknown_key_fetch_once() -> None:
    async def slowly(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        return keys("realm")

    transport, seen = always(slowly)
    openid = KeycloakOpenID("http://kc", "acme", "shop", async_transport=transport, clock=ClockInHand().clock)
    await openid.a_decode_token(token())
    bad = token("other")
    outcomes = await asyncio.gather(*(openid.a_decode_token(bad) for _ in range(100)), return_exceptions=True)
    assert {type(one) for one in outcomes} == {TokenUnknownKeyError}
    assert len(seen) == 2


# --- the issuer


async def test_a_realm_that_is_reached_by_another_name_is_asked_once_for_its_own(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), publishes("https://sso.example.org/realms/acme"))
    for _ in range(3):
        decoded = await both(openid).decode_token(token(iss="https://sso.example.org/realms/acme"))
        assert decoded.iss == "https://sso.example.org/realms/acme"
    assert paths(seen) == [CERTS, WELL_KNOWN]


async def test_a_rotated_key_of_a_realm_that_is_reached_by_another_name_is_known_at_once(both: Both) -> None:
    name = "https://sso.example.org/realms/acme"
    openid, seen = client(ClockInHand(), keys("realm"), keys("realm", "newer"), publishes(name))
    assert (await both(openid).decode_token(token("newer", iss=name))).iss == name
    assert paths(seen) == [CERTS, CERTS, WELL_KNOWN]


async def test_a_foreign_issuer_is_refused_and_the_realm_asked_now_and_then(both: Both) -> None:
    hand = ClockInHand()
    openid, seen = client(hand, keys("realm"), publishes(HERE), keys("realm"), publishes(HERE))
    for _ in range(3):
        with pytest.raises(TokenIssuerError):
            await both(openid).decode_token(token(iss="https://evil.example/realms/acme"))
    assert paths(seen) == [CERTS, WELL_KNOWN]
    hand.forward(301)
    with pytest.raises(TokenIssuerError):
        await both(openid).decode_token(token(iss="https://evil.example", exp=hand.date.timestamp() + 60))
    assert paths(seen) == [CERTS, WELL_KNOWN, CERTS, WELL_KNOWN]


async def test_a_realm_that_does_not_say_its_name_leaves_the_issuer_refused(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), httpx.Response(503))
    for _ in range(2):
        with pytest.raises(TokenIssuerError):
            await both(openid).decode_token(token(iss="https://sso.example.org/realms/acme"))
    assert paths(seen) == [CERTS, WELL_KNOWN]
    await both(openid).decode_token(token())


async def test_an_issuer_that_was_given_is_the_only_one(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), issuer="https://sso.example.org/realms/acme")
    await both(openid).decode_token(token(iss="https://sso.example.org/realms/acme"))
    with pytest.raises(TokenIssuerError):
        await both(openid).decode_token(token())
    assert paths(seen) == [CERTS]


@pytest.mark.parametrize("server_url", ["http://kc/auth", "http://kc/auth/", "HTTP://KC:80/auth"])
async def test_the_issuer_is_the_realm_under_the_server_url(server_url: str, both: Both) -> None:
    transport, seen = serve(keys("realm"))
    openid = KeycloakOpenID(server_url, "my realm", "shop", transport=transport, clock=ClockInHand().clock)
    await both(openid).decode_token(token(iss="http://kc/auth/realms/my%20realm"))
    assert seen[0].url.raw_path == b"/auth/realms/my%20realm/protocol/openid-connect/certs"


# --- arguments


async def test_without_validation_and_with_a_given_key_nothing_is_sent(both: Both) -> None:
    openid, seen = client(ClockInHand())
    assert (await both(openid).decode_token(token(sub="anybody"), validate=False)).sub == "anybody"
    assert (await both(openid).decode_token(token(), key=jwk("RS256"))).iss == HERE
    with pytest.raises(TokenSignatureError):
        await both(openid).decode_token(token(), key=jwk("RS256", "other"))
    assert seen == []


async def test_the_clock_of_the_client_decides_what_has_expired(both: Both) -> None:
    hand = ClockInHand()
    openid, _ = client(hand, keys("realm"))
    good = token()
    await both(openid).decode_token(good)
    hand.adjust(361)
    with pytest.raises(TokenExpiredError):
        await both(openid).decode_token(good)
    await both(openid).decode_token(good, leeway=120)
    with pytest.raises(TokenAudienceError):
        await both(openid).decode_token(good, leeway=120, audience="docs")


async def test_the_keys_of_another_realm_are_fetched_when_the_client_turns_to_it(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), keys("other"))
    await both(openid).decode_token(token())
    openid.realm_name = "north"
    await both(openid).decode_token(token("other", iss="http://kc/realms/north"))
    openid.realm_name = "acme"
    await both(openid).decode_token(token())
    assert len(seen) == 2


async def test_a_client_remembers_the_keys_of_the_last_realms_only(both: Both) -> None:
    transport, seen = always(lambda _: keys("realm"))
    openid = KeycloakOpenID("http://kc", "r0", "shop", transport=transport, clock=ClockInHand().clock)
    for number in (*range(34), 0):
        openid.realm_name = f"r{number}"
        await both(openid).decode_token(token(iss=f"http://kc/realms/r{number}"))
    assert len(seen) == 35
