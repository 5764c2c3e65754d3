# SPDX-License-Identifier: Apache-2.0
"""The renewing connection as an object: a token that is given to it, its headers, its properties."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakConfigurationError, KeycloakOpenIDConnection, KeycloakRequestError
from support.clock import ClockInHand
from support.connections import OK, renewing
from support.tokens import NOW, claims, sign
from support.transport import bearers_of, form_of, issues, token

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


def held_for(kc: KeycloakOpenIDConnection, hand: ClockInHand) -> float:
    """Return for how many seconds the token is sent without asking."""
    assert kc.expires_at is not None
    assert kc.expires_at.tzinfo is UTC
    return (kc.expires_at - hand.date).total_seconds()


# --- a token that is given


def jwt(seconds: float) -> str:
    """Return an access token that expires in so many seconds."""
    return sign(claims(exp=NOW + seconds))


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (token("opaque"), 54),
        (token(jwt(60)), 54),
        (token(jwt(20)), 18),
        (token(jwt(600)), 54),
        (token(jwt(-600)), 0),
        ({"access_token": "opaque"}, 0),
        ({"access_token": jwt(100)}, 90),
        (token("a.b.c"), 54),
        (token("eyJ.e30.c"), 54),
        (token("eyJ.eyJleHAiOiJzb29uIn0.c"), 54),
        (token("eyJ.W10.c"), 54),
        (token("x.é.c"), 54),
        ({"access_token": "opaque", "expires_in": "60"}, 54),
        ({"access_token": "opaque", "expires_in": 10}, 9),
    ],
    ids=range(14),
)
def test_a_saved_token_is_used_for_what_is_left_of_it(given: dict[str, Any], seconds: int) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand)
    kc.token = given
    assert held_for(kc, hand) == seconds
    assert kc.token is not None
    assert kc.token.access_token == given["access_token"]


async def test_a_saved_token_that_is_too_old_is_renewed_with_its_refresh_token(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), issues("second"), OK, token=token(jwt(-600)))
    await both(kc).raw_get("/x")
    assert form_of(seen[0])["grant_type"] == ["refresh_token"]
    assert bearers_of(seen) == [None, "Bearer second"]


async def test_a_token_that_is_taken_away_is_not_sent_any_more(both: Both) -> None:
    hand = ClockInHand()
    kc, seen = renewing(hand, OK, issues("second"), OK, token=token("first"))
    await both(kc).raw_get("/x")
    kc.token = None
    assert (kc.token, held_for(kc, hand)) == (None, 0)
    await both(kc).raw_get("/x")
    assert bearers_of(seen) == ["Bearer first", None, "Bearer second"]


@pytest.mark.parametrize(
    "given", ["eyJ", 3, [], {}, {"access_token": None}, {"access_token": 3}, {"refresh_token": "r"}], ids=str
)
def test_a_token_that_is_none_is_refused_and_the_old_one_kept(given: Any) -> None:
    kc, _ = renewing(ClockInHand(), token=token("first"))
    with pytest.raises(KeycloakRequestError):
        kc.token = given
    with pytest.raises(KeycloakRequestError):
        renewing(ClockInHand(), token=given)
    assert kc.token == token("first")


def test_the_given_token_is_copied() -> None:
    given = token("first")
    kc, _ = renewing(ClockInHand(), token=given)
    given["access_token"] = "changed"
    assert kc.token is not None
    assert kc.token.access_token == "first"


async def test_a_token_may_be_handed_from_one_connection_to_another(both: Both) -> None:
    one, _ = renewing(ClockInHand(), issues("first"))
    await both(one).get_token()
    other, seen = renewing(ClockInHand(), OK, token=one.token)
    await both(other).raw_get("/x")
    assert bearers_of(seen) == ["Bearer first"]


async def test_expires_at_is_when_the_token_is_renewed_next(both: Both) -> None:
    hand = ClockInHand()
    kc, _ = renewing(hand, issues("first"))
    assert kc.expires_at == hand.date
    await both(kc).get_token()
    assert kc.expires_at == hand.date + timedelta(seconds=54)


# --- headers


async def test_headers_reach_the_login_and_the_call_but_the_content_type_is_of_the_call(both: Both) -> None:
    given = {"X-Tenant": "north"}
    kc, seen = renewing(ClockInHand(), issues("first"), OK, custom_headers=given)
    await both(kc).raw_post("/x", '{"a":1}')
    assert [request.headers["x-tenant"] for request in seen] == ["north", "north"]
    assert [request.headers["content-type"] for request in seen] == [
        "application/x-www-form-urlencoded",
        "application/json",
    ]
    assert kc.headers == {"X-Tenant": "north", "Content-Type": "application/json"}
    assert (kc.custom_headers, given) == ({"X-Tenant": "north"}, {"X-Tenant": "north"})


def test_custom_headers_are_added_to_the_headers() -> None:
    kc, _ = renewing(ClockInHand())
    assert (kc.custom_headers, kc.headers) == (None, {"Content-Type": "application/json"})
    kc.add_param_headers("X-A", "1")
    kc.custom_headers = {"X-B": "2", "Content-Type": "text/plain"}
    assert kc.headers == {"X-A": "1", "X-B": "2", "Content-Type": "application/json"}
    kc.custom_headers = None
    assert kc.custom_headers is None
    with pytest.raises(KeycloakConfigurationError):
        kc.custom_headers = "X-A: 1"


# --- properties


async def test_a_changed_credential_counts_from_the_next_login_on(both: Both) -> None:
    kc, seen = renewing(ClockInHand(), issues("first"), issues("second"))
    await both(kc).get_token()
    kc.username, kc.password, kc.totp = "bob", "pw2", 654321
    kc.realm_name, kc.client_id, kc.client_secret_key = "acme", "shop", "s"
    kc.user_realm_name, kc.server_url = "staff", "http://other/auth"
    await both(kc).get_token()
    assert str(seen[1].url) == "http://other/auth/realms/staff/protocol/openid-connect/token"
    assert form_of(seen[1]) == {
        "client_id": ["shop"],
        "client_secret": ["s"],
        "grant_type": ["password"],
        "username": ["bob"],
        "password": ["pw2"],
        "totp": ["654321"],
        "scope": ["openid"],
    }
    assert (kc.username, kc.password, kc.totp) == ("bob", "pw2", 654321)
    assert (kc.realm_name, kc.client_id, kc.client_secret_key) == ("acme", "shop", "s")
    assert (kc.user_realm_name, kc.server_url, kc.base_url) == (
        "staff",
        "http://other/auth",
        "http://other/auth",
    )


async def test_the_client_behind_the_login_is_made_once_and_sends_no_bearer(both: Both) -> None:
    kc, seen = renewing(
        ClockInHand(), issues("other"), token=token("first"), client_id="shop", custom_headers={"X-A": "1"}
    )
    openid = kc.keycloak_openid
    kc.client_id = "changed"
    assert kc.keycloak_openid is openid
    assert (openid.realm_name, openid.client_id, openid.connection.base_url) == (
        "acme",
        "shop",
        "http://kc",
    )
    await both(openid).token("bob", "pw")
    assert (bearers_of(seen), seen[0].headers["x-a"]) == ([None], "1")


@pytest.mark.parametrize("server_url", [None, ""])
def test_a_server_url_is_needed(server_url: Any) -> None:
    with pytest.raises(ValueError, match="server_url"):
        KeycloakOpenIDConnection(server_url)


def test_the_seeds_defaults() -> None:
    kc = KeycloakOpenIDConnection("http://kc")
    assert (kc.realm_name, kc.client_id, kc.verify, kc.timeout) == ("master", "admin-cli", True, 60)
    assert (kc.username, kc.password, kc.totp, kc.token) == (None, None, None, None)
    assert (kc.client_secret_key, kc.user_realm_name, kc.grant_type) == (None, None, None)
    assert kc.token_lifetime_fraction == 0.9


def test_a_connection_shows_its_server_but_no_credential() -> None:
    assert repr(renewing(ClockInHand(), token=token())[0]) == "<KeycloakOpenIDConnection http://kc>"
