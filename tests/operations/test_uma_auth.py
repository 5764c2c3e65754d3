# SPDX-License-Identifier: Apache-2.0
"""Requests of the program's own that answer the UMA challenges of resource servers."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_oidc_api.models import TokenResponse
from keycloak_sdk import (
    KeycloakConfigurationError,
    KeycloakOpenID,
    KeycloakOpenIDConnection,
    KeycloakPostError,
    KeycloakRequestError,
    UmaAuth,
    UmaChallenge,
)
from keycloak_sdk._operations.requesting_party import KeptRpts, Place
from support.clock import ClockInHand
from support.transport import bearers_of, form_of, issues, refuses, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.both import Both
    from support.transport import Answer

pytestmark = pytest.mark.anyio

API = "https://api.example.org"
REALM = "http://kc/realms/acme"
DENIED = refuses(403, "access_denied", "request_submitted")


def jwt(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJh.{body}.c2ln"


ALICE, BOB = jwt(sub="alice"), jwt(sub="bob")
TICKET = jwt(azp="photos")


def challenged(as_uri: str = REALM, ticket: str = TICKET) -> httpx.Response:
    return httpx.Response(401, headers={"WWW-Authenticate": UmaChallenge("acme", as_uri, ticket).header})


OK = httpx.Response(200, json={"ok": True})


def fresh(answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    """Give the answer anew each time: a client binds it to itself."""
    return lambda _: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def plainly(options: dict[str, Any], method: str, url: str, **more: Any) -> httpx.Response:
    with httpx.Client(**options) as client:
        return client.request(method, url, **more)


class World:
    """A realm that answers by a script, and a resource server that does."""

    def __init__(self, both: Both, *answers: Answer) -> None:
        self.both = both
        self.hand = ClockInHand()
        transport, self.asked = serve(*answers)
        self.openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport, clock=self.hand.clock)
        self.called: list[httpx.Request] = []
        both(self.openid)

    async def call(
        self, auth: httpx.Auth, *answers: httpx.Response, url: str = f"{API}/albums", **more: Any
    ) -> httpx.Response:
        """Send a request of the program's own; the resource server gives these answers."""
        transport, self.called = serve(*map(fresh, answers))
        options: dict[str, Any] = {"transport": transport, "auth": auth, "follow_redirects": True}
        method = more.pop("method", "GET")
        if self.both.is_async:
            async with httpx.AsyncClient(**options) as client:
                return await client.request(method, url, **more)
        return plainly(options, method, url, **more)

    @property
    def bearers(self) -> list[str | None]:
        return bearers_of(self.called)


async def test_a_challenge_is_answered_with_an_rpt_and_the_request_sent_once_more(both: Both) -> None:
    world = World(both, issues("rpt"))
    auth = world.openid.uma.auth(ALICE)
    assert isinstance(auth, UmaAuth)
    response = await world.call(auth, challenged(), OK, method="POST", json={"n": 1})
    assert response.status_code == 200
    assert world.bearers == [f"Bearer {ALICE}", "Bearer rpt"]
    assert [request.content for request in world.called] == [b'{"n":1}'] * 2
    assert bearers_of(world.asked) == [f"Bearer {ALICE}"]
    assert form_of(world.asked[0])["ticket"] == [TICKET]
    assert "submit_request" not in form_of(world.asked[0])


async def test_what_needs_no_rpt_costs_none(both: Both) -> None:
    world = World(both)
    auth = world.openid.uma.auth(ALICE)
    assert (await world.call(auth, OK)).status_code == 200
    assert (await world.call(auth, httpx.Response(403))).status_code == 403


async def test_the_rpt_is_kept_for_its_target_and_else_the_last_of_the_origin(both: Both) -> None:
    world = World(both, issues("of-a"), issues("of-b"))
    auth = world.openid.uma.auth(ALICE)
    await world.call(auth, challenged(), OK, url=f"{API}/a")
    await world.call(auth, challenged(), OK, url=f"{API}/b")
    for url, sent in (("/a", "of-a"), ("/b", "of-b"), ("/c", "of-b"), ("/a?x=1", "of-a")):
        await world.call(auth, OK, url=API + url)
        assert world.bearers == [f"Bearer {sent}"]
    await world.call(auth, OK, url="https://other.example.org/a")
    assert world.bearers == [f"Bearer {ALICE}"]


async def test_the_rpt_is_not_used_beyond_its_end(both: Both) -> None:
    world = World(both, issues("rpt", expires_in=60))
    auth = world.openid.uma.auth(ALICE)
    await world.call(auth, challenged(), OK)
    world.hand.forward(55)
    await world.call(auth, OK)
    assert world.bearers == [f"Bearer {ALICE}"]


async def test_an_rpt_that_is_refused_is_forgotten(both: Both) -> None:
    world = World(both, issues("rpt"), issues("next"))
    auth = world.openid.uma.auth(ALICE)
    await world.call(auth, challenged(), OK)
    response = await world.call(auth, httpx.Response(401, headers={"WWW-Authenticate": "Bearer"}), OK)
    assert response.status_code == 200
    assert world.bearers == ["Bearer rpt", f"Bearer {ALICE}"]
    await world.call(auth, challenged(), challenged())
    assert world.bearers == [f"Bearer {ALICE}", "Bearer next"]


async def test_one_try_is_all(both: Both) -> None:
    world = World(both, issues("rpt"))
    response = await world.call(world.openid.uma.auth(ALICE), challenged(), challenged())
    assert response.status_code == 401
    assert len(world.asked) == 1


@pytest.mark.parametrize("submit", [True, False])
async def test_whether_owners_are_asked_is_said(submit: bool, both: Both) -> None:
    world = World(both, DENIED)
    auth = world.openid.uma.auth(ALICE, submit_request=submit)
    assert (await world.call(auth, challenged())).status_code == 401
    assert form_of(world.asked[0])["submit_request"] == [str(submit).lower()]


@pytest.mark.parametrize(
    "refusal",
    [DENIED, refuses(403, "invalid_ticket"), refuses(400, "invalid_grant"), refuses(400, "invalid_resource")],
)
async def test_a_refusal_of_the_realm_leaves_the_resource_servers_answer(
    refusal: httpx.Response, both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "keycloak_sdk")
    world = World(both, refusal)
    assert (await world.call(world.openid.uma.auth(ALICE), challenged())).status_code == 401
    assert "a UMA challenge was refused" in caplog.text
    assert TICKET not in caplog.text


async def test_a_realm_that_is_down_is_an_error(both: Both) -> None:
    world = World(both, refuses(503))
    with pytest.raises(KeycloakPostError, match="503"):
        await world.call(world.openid.uma.auth(ALICE), challenged())


# --- hostile resource servers


@pytest.mark.parametrize(
    "answer",
    [
        challenged("https://evil.example.org/realms/acme"),
        challenged("http://kc/realms/other"),
        challenged("http://kc.evil.example.org/realms/acme"),
        httpx.Response(401, headers={"WWW-Authenticate": "UMA ticket=x"}),
        httpx.Response(401, headers=[("WWW-Authenticate", challenged().headers["WWW-Authenticate"])] * 2),
        httpx.Response(403, headers=challenged().headers),
        httpx.Response(200, headers=challenged().headers),
    ],
)
async def test_a_challenge_that_is_not_one_to_follow_is_returned(answer: httpx.Response, both: Both) -> None:
    world = World(both)
    response = await world.call(world.openid.uma.auth(ALICE), answer)
    assert response.status_code == answer.status_code
    assert world.asked == []


@pytest.mark.parametrize(
    ("ticket", "followed"), [(TICKET, True), (jwt(azp="bank"), False), ("opaque", False)]
)
async def test_the_ticket_of_another_resource_server_is_not_followed(
    ticket: str, followed: bool, both: Both
) -> None:
    world = World(both, issues("rpt"))
    auth = world.openid.uma.auth(ALICE, audience="photos")
    response = await world.call(auth, challenged(ticket=ticket), OK)
    assert (response.status_code == 200) is followed
    assert len(world.asked) == int(followed)


async def test_other_names_of_the_realm_may_be_trusted(both: Both) -> None:
    world = World(both, issues("rpt"))
    auth = world.openid.uma.auth(ALICE, trusted_issuers=["https://sso.example.org/realms/acme"])
    assert (await world.call(auth, challenged("https://sso.example.org/realms/acme"), OK)).status_code == 200
    assert world.asked[0].url.host == "kc"
    world.openid.issuer = "https://sso.example.org/realms/acme"
    assert (await world.call(world.openid.uma.auth(ALICE), challenged())).status_code == 401


async def test_a_challenge_from_where_a_redirect_led_is_not_followed(both: Both) -> None:
    world = World(both)
    away = httpx.Response(302, headers={"Location": "https://evil.example.org/"})
    response = await world.call(world.openid.uma.auth(ALICE), away, challenged())
    assert response.status_code == 401
    assert world.bearers == [f"Bearer {ALICE}", None]


async def test_only_the_origins_that_are_named_get_tokens(both: Both) -> None:
    world = World(both)
    auth = world.openid.uma.auth(ALICE, origins=[API])
    await world.call(auth, OK)
    assert world.bearers == [f"Bearer {ALICE}"]
    await world.call(auth, challenged(), url="https://other.example.org/")
    assert world.bearers == [None]
    with pytest.raises(KeycloakConfigurationError, match="origins"):
        world.openid.uma.auth(ALICE, origins=["api"])


async def test_a_body_that_was_streamed_is_not_sent_again_but_the_rpt_is_there(both: Both) -> None:
    world = World(both, issues("rpt"))
    auth = world.openid.uma.auth(ALICE)

    def pieces() -> Iterator[bytes]:
        yield b"piece"

    async def apieces() -> Any:
        yield b"piece"

    body: Any = apieces() if both.is_async else pieces()
    assert (await world.call(auth, challenged(), method="POST", content=body)).status_code == 401
    assert (await world.call(auth, OK, method="POST", content=b"piece")).status_code == 200
    assert world.bearers == ["Bearer rpt"]


async def test_a_header_of_the_programs_own_is_left_alone(both: Both) -> None:
    world = World(both)
    response = await world.call(
        world.openid.uma.auth(ALICE), challenged(), headers={"Authorization": "Basic x"}
    )
    assert response.status_code == 401
    assert world.bearers == ["Basic x"]


# --- whose token


def logged_in(world: World, *answers: Answer) -> tuple[KeycloakOpenIDConnection, list[httpx.Request]]:
    transport, seen = serve(*answers)
    connection = KeycloakOpenIDConnection(
        "http://kc", "alice", "pw", realm_name="acme", client_id="shop", transport=transport,
        clock=world.hand.clock,
    )  # fmt: skip
    world.both(connection)
    return connection, seen


async def test_a_connections_token_is_renewed_before_it_is_exchanged(both: Both) -> None:
    world = World(both, refuses(400, "invalid_grant", "Invalid bearer token"), issues("rpt"))
    connection, logins = logged_in(world, issues(ALICE), issues("second"))
    auth = world.openid.uma.auth(connection)
    assert (await world.call(auth, challenged(), OK)).status_code == 200
    assert world.bearers == [f"Bearer {ALICE}", "Bearer rpt"]
    assert bearers_of(world.asked) == [f"Bearer {ALICE}", "Bearer second"]
    assert len(logins) == 2


async def test_a_connections_token_that_the_resource_server_refuses_is_renewed(both: Both) -> None:
    world = World(both)
    connection, _ = logged_in(world, issues("first"), issues("second"))
    auth = world.openid.uma.auth(connection)
    assert (await world.call(auth, httpx.Response(401), OK)).status_code == 200
    assert world.bearers == ["Bearer first", "Bearer second"]


async def test_a_connection_without_credentials_is_an_error(both: Both) -> None:
    world = World(both)
    connection = KeycloakOpenIDConnection("http://kc", realm_name="acme", client_id="shop")
    both(connection)
    with pytest.raises(KeycloakConfigurationError, match="credentials"):
        await world.call(world.openid.uma.auth(connection))


async def test_another_user_does_not_get_the_rpt_of_the_one_before(both: Both) -> None:
    world = World(both, issues("of-alice"))
    connection, _ = logged_in(world, issues(ALICE))
    auth = world.openid.uma.auth(connection)
    await world.call(auth, challenged(), OK)
    connection.token = {"access_token": BOB, "expires_in": 60}
    await world.call(auth, OK)
    assert world.bearers == [f"Bearer {BOB}"]


@pytest.mark.parametrize("token", ["", "a b", "a\nb"])
async def test_what_cannot_be_a_token_is_refused_at_once(token: str, both: Both) -> None:
    with pytest.raises(KeycloakRequestError, match="token"):
        World(both).openid.uma.auth(token)


async def test_no_token_stands_in_a_text(both: Both) -> None:
    auth = World(both).openid.uma.auth(ALICE)
    assert repr(auth).startswith("<UmaAuth of <Uma of <KeycloakOpenID 'shop'")
    assert ALICE not in repr(vars(auth))


def test_the_number_of_rpts_is_bounded() -> None:
    kept = KeptRpts(ClockInHand().clock)
    rpt = TokenResponse(access_token="rpt", token_type="Bearer", expires_in=60)
    for number in range(1000):
        kept.keep(Place("here", number), "alice", rpt)
    assert len(kept) == 256
    assert kept.find(Place("here", 999), "alice") == "Bearer rpt"
    assert kept.find(Place("there", 999), "alice") is None
    assert not kept.forget("Bearer other")


# --- made


async def test_a_resource_server_makes_the_challenge(both: Both) -> None:
    transport, seen = serve(issues("pat"), httpx.Response(201, json={"ticket": TICKET}))
    openid = KeycloakOpenID("http://kc", "acme", "photos", "s", transport=transport)
    both(openid)
    challenge = await both(openid.uma).challenge({"1": ["view"]}, claims={"a": ["b"]})
    assert challenge == UmaChallenge("acme", REALM, TICKET)
    assert json.loads(seen[1].content)[0]["claims"] == {"a": ["b"]}


async def test_a_challenge_names_the_issuer_that_was_configured(both: Both) -> None:
    transport, _ = serve(httpx.Response(201, json={"ticket": TICKET}))
    openid = KeycloakOpenID("http://kc", "zoë", "photos", issuer="https://sso/realms/x", transport=transport)
    both(openid)
    challenge = await both(openid.uma).challenge("1", token="pat")
    assert (challenge.realm, challenge.as_uri) == ("", "https://sso/realms/x")
