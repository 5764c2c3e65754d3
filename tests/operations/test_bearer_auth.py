# SPDX-License-Identifier: Apache-2.0
"""`connection.auth()`: the connection's token for requests that the program sends itself."""

from __future__ import annotations

import asyncio
import io
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import BearerAuth, KeycloakConfigurationError, KeycloakConnectionError, KeycloakPostError
from support.api import Api
from support.clock import ClockInHand
from support.connections import renewing
from support.rotating import RotatingRealm
from support.transport import bearers_of, issues, line_of, refuses, serve, token

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from support.both import Both
    from support.transport import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

ORDERS = "https://api/orders"
FRESH = token("first")
TOKEN = "POST /realms/acme/protocol/openid-connect/token"


def answers(status: int, *challenges: str) -> Answer:
    """Return a new answer for each request: httpx's clients change those they get."""
    headers = [("WWW-Authenticate", value) for value in challenges]
    return lambda _: httpx.Response(status, headers=headers)


OK = answers(200)
REFUSED = answers(401)


# --- the token that is sent


async def test_a_request_bears_the_token_of_the_connection(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(OK)
    response = await Api(both, api, auth=kc.auth())("GET", ORDERS)
    assert response.status_code == 200
    assert bearers_of(seen) == ["Bearer first"]
    assert logins == []


async def test_the_first_request_logs_in(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), issues("first"))
    api, seen = serve(OK, OK)
    call = Api(both, api, auth=kc.auth())
    await call("GET", ORDERS)
    await call("GET", ORDERS)
    assert [line_of(request) for request in logins] == [TOKEN]
    assert bearers_of(seen) == ["Bearer first", "Bearer first"]


async def test_a_stale_token_is_renewed_before_it_is_sent(both: Both) -> None:
    hand = ClockInHand()
    kc, logins = renewing(hand, issues("second"), token=FRESH)
    hand.forward(61)
    api, seen = serve(OK)
    await Api(both, api, auth=kc.auth())("GET", ORDERS)
    assert len(logins) == 1
    assert bearers_of(seen) == ["Bearer second"]


@pytest.mark.parametrize("of_client", [True, False])
async def test_an_authorization_of_the_programs_own_is_left_as_it_is(both: Both, of_client: bool) -> None:
    kc, logins = renewing(ClockInHand())
    api, seen = serve(REFUSED)
    own = {"authorization": "Bearer own"}
    call = Api(both, api, auth=kc.auth(), headers=own if of_client else {})
    assert (await call("GET", ORDERS, headers={} if of_client else own)).status_code == 401
    assert bearers_of(seen) == ["Bearer own"]
    assert logins == []


async def test_a_request_that_is_sent_again_by_the_program_has_the_newest_token(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(OK, OK)
    call = Api(both, api, auth=kc.auth())
    request = httpx.Request("POST", ORDERS, json={"a": 1})
    await call.send(lambda _: request)
    kc.token = token("second")
    await call.send(lambda _: request)
    assert bearers_of(seen) == ["Bearer first", "Bearer second"]
    assert "Authorization" not in request.headers


async def test_a_connection_without_token_and_credentials_says_what_to_give(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), username=None, password=None)
    api, seen = serve()
    with pytest.raises(KeycloakConfigurationError, match="give username and password, client_secret_key, or"):
        await Api(both, api, auth=kc.auth())("GET", ORDERS)
    assert seen == logins == []


# --- a token that is refused


@pytest.mark.parametrize(
    "challenge",
    [REFUSED, answers(401, "Bearer"), answers(401, "Basic", 'Bearer realm="api", error="invalid_token"')],
    ids=["none", "bare", "invalid_token"],
)
@pytest.mark.parametrize(
    "body",
    [{}, {"content": b"bytes"}, {"data": {"a": "form"}}, {"json": {"a": "json"}}],
    ids=["empty", "bytes", "form", "json"],
)
async def test_a_refused_token_is_renewed_and_the_request_repeated(
    both: Both, body: dict[str, Any], challenge: Answer
) -> None:
    kc, logins = renewing(ClockInHand(), issues("second"), token=FRESH)
    api, seen = serve(challenge, OK)
    response = await Api(both, api, auth=kc.auth())("PUT", ORDERS, headers={"X-A": "b"}, **body)
    assert response.status_code == 200
    assert bearers_of(seen) == ["Bearer first", "Bearer second"]
    assert seen[0].content == seen[1].content
    assert seen[0].headers["x-a"] == seen[1].headers["x-a"] == "b"
    assert [line_of(request) for request in logins] == [TOKEN]
    assert [each.status_code for each in response.history] == [401]


async def test_a_second_401_is_returned_and_costs_nothing_more(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), issues("second"), token=FRESH)
    api, seen = serve(REFUSED, REFUSED)
    assert (await Api(both, api, auth=kc.auth())("GET", ORDERS)).status_code == 401
    assert (len(seen), len(logins)) == (2, 1)


async def test_a_server_that_issues_the_same_token_again_is_asked_once(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), issues("first"), token=FRESH)
    api, seen = serve(REFUSED)
    assert (await Api(both, api, auth=kc.auth())("GET", ORDERS)).status_code == 401
    assert (len(seen), len(logins)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, answers(401, 'Bearer error="insufficient_scope"')),
        (401, answers(401, 'Basic realm="api"')),
        (401, answers(401, 'UMA as_uri="https://kc/realms/acme", ticket="t"')),
        (401, answers(401, 'DPoP error="use_dpop_nonce"')),
        (403, answers(403, 'Bearer error="invalid_token"')),
        (500, answers(500)),
    ],
    ids=["scope", "basic", "uma", "dpop", "403", "500"],
)
async def test_an_answer_that_says_something_else_costs_nothing(
    both: Both, status: int, answer: Answer
) -> None:
    kc, logins = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(answer)
    assert (await Api(both, api, auth=kc.auth())("GET", ORDERS)).status_code == status
    assert (len(seen), len(logins)) == (1, 0)


async def test_a_401_for_a_token_that_was_replaced_meanwhile_costs_no_renewal(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), token=FRESH)

    def too_late(_: httpx.Request) -> httpx.Response:
        kc.token = token("second")
        return httpx.Response(401, headers={"WWW-Authenticate": "Bearer"})

    api, seen = serve(too_late, OK)
    assert (await Api(both, api, auth=kc.auth())("GET", ORDERS)).status_code == 200
    assert bearers_of(seen) == ["Bearer first", "Bearer second"]
    assert logins == []


def pieces() -> Generator[bytes]:
    yield b"piece"


async def pieces_in_time() -> AsyncGenerator[bytes]:
    yield b"piece"


@pytest.mark.parametrize("kind", ["generator", "file", "multipart"])
async def test_a_body_that_is_read_while_it_is_sent_is_not_sent_again(both: Both, kind: str) -> None:
    kc, logins = renewing(ClockInHand(), issues("second"), token=FRESH)
    api, seen = serve(REFUSED, OK)
    call = Api(both, api, auth=kc.auth())
    body: dict[str, Any] = {
        "generator": {"content": pieces_in_time() if both.is_async else pieces()},
        "file": {"content": pieces_in_time() if both.is_async else io.BytesIO(b"file")},
        "multipart": {"files": {"f": b"file"}},
    }[kind]
    assert (await call("POST", ORDERS, **body)).status_code == 401
    assert (await call("GET", ORDERS)).status_code == 200
    assert bearers_of(seen) == ["Bearer first", "Bearer second"]
    assert len(logins) == 1


@pytest.mark.parametrize(
    ("failure", "expected"),
    [(refuses(503), KeycloakPostError), (httpx.ConnectError("down"), KeycloakConnectionError)],
)
@pytest.mark.parametrize("held", [None, FRESH], ids=["before", "after a 401"])
async def test_the_error_of_a_renewal_is_raised_as_it_is(
    both: Both, failure: Any, expected: type[Exception], held: dict[str, Any] | None
) -> None:
    kc, _ = renewing(ClockInHand(), failure, token=held)
    api, seen = serve(REFUSED)
    with pytest.raises(expected):
        await Api(both, api, auth=kc.auth())("GET", ORDERS)
    assert len(seen) == (0 if held is None else 1)


# --- where the token may go


@pytest.mark.parametrize(
    ("origins", "url", "bears"),
    [
        (["https://api"], "https://api/orders", True),
        (["https://API:443/"], "https://api/orders", True),
        ("https://api", "https://API:443/orders", True),
        (["https://a", "https://b:8443"], "https://b:8443/x", True),
        (["https://bücher.example"], "https://xn--bcher-kva.example/x", True),
        (["http://[::1]:8080"], "http://[::1]:8080/x", True),
        (["https://api"], "http://api/orders", False),
        (["https://api"], "https://api:8443/orders", False),
        (["https://api"], "https://api.evil.example/orders", False),
        (["https://api"], "https://evil.example/https://api", False),
        (["https://api"], "https://api@evil.example/", False),
        ([], "https://api/orders", False),
        (None, "http://anywhere/orders", True),
    ],
)
async def test_the_token_goes_to_the_listed_origins_alone(
    both: Both, origins: Any, url: str, bears: bool
) -> None:
    kc, logins = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(OK if bears else REFUSED)
    await Api(both, api, auth=kc.auth(origins=origins))("GET", url)
    assert bearers_of(seen) == ["Bearer first" if bears else None]
    assert logins == []


@pytest.mark.parametrize(
    "value",
    ["api", "//api", "ftp://api", "https://", "https://api/path", "https://u:p@api", "https://api?q", "https://api#f",
     "https://[", "https://a:b", "https://xn--\u00fc", "", None, 3],
)  # fmt: skip
def test_something_else_than_an_origin_is_refused(value: Any) -> None:
    kc, _ = renewing(ClockInHand())
    with pytest.raises(KeycloakConfigurationError, match=r"such as 'https://api\.example\.org'"):
        kc.auth(origins=[value])


async def test_a_redirect_to_another_origin_gets_no_token_and_its_401_costs_nothing(both: Both) -> None:
    kc, logins = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(httpx.Response(307, headers={"Location": "https://elsewhere/"}), answers(401, "Bearer"))
    call = Api(both, api, auth=kc.auth(), follow_redirects=True)
    assert (await call("GET", ORDERS)).status_code == 401
    assert bearers_of(seen) == ["Bearer first", None]
    assert logins == []


async def test_a_redirect_within_the_origin_that_meets_a_401_begins_anew(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), issues("second"), token=FRESH)

    def moved(_: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"Location": "/moved"})

    api, seen = serve(moved, answers(401, "Bearer"), moved, OK)
    call = Api(both, api, auth=kc.auth(), follow_redirects=True)
    assert (await call("GET", ORDERS)).status_code == 200
    assert bearers_of(seen) == ["Bearer first"] * 2 + ["Bearer second"] * 2
    assert [request.url.path for request in seen] == ["/orders", "/moved"] * 2


# --- what httpx offers


async def test_event_hooks_see_each_request_with_its_token(both: Both) -> None:
    noted: list[str] = []

    def note(request: httpx.Request) -> None:
        noted.append(request.headers["Authorization"])

    async def note_in_time(request: httpx.Request) -> None:
        note(request)

    kc, _ = renewing(ClockInHand(), issues("second"), token=FRESH)
    api, _ = serve(REFUSED, OK)
    hooks = {"request": [note_in_time if both.is_async else note]}
    await Api(both, api, auth=kc.auth(), event_hooks=hooks)("GET", ORDERS)
    assert noted == ["Bearer first", "Bearer second"]


async def test_an_answer_that_is_streamed_is_left_to_the_program(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), issues("second"), token=FRESH)
    api, _ = serve(REFUSED, lambda _: httpx.Response(200, content=b"x" * 100))
    if both.is_async:
        async with (
            httpx.AsyncClient(transport=api, auth=kc.auth()) as awaiting,
            awaiting.stream("GET", ORDERS) as answer,
        ):
            assert [len(piece) async for piece in answer.aiter_bytes(60)] == [60, 40]
        return
    with (
        httpx.Client(transport=api, auth=kc.auth()) as blocking,
        blocking.stream("GET", ORDERS) as answer,  # noqa: ASYNC212 - inside a loop on purpose
    ):
        assert [len(piece) for piece in answer.iter_bytes(60)] == [60, 40]


async def test_it_is_the_auth_of_one_request_as_well(both: Both) -> None:
    kc, _ = renewing(ClockInHand(), token=FRESH)
    api, seen = serve(OK)
    await Api(both, api).send(lambda client: client.build_request("GET", ORDERS), auth=kc.auth())
    assert bearers_of(seen) == ["Bearer first"]


def test_it_shows_the_connection_and_no_token() -> None:
    kc, _ = renewing(ClockInHand(), token=FRESH)
    assert isinstance(kc.auth(), BearerAuth)
    assert repr(kc.auth()) == "<BearerAuth of <KeycloakOpenIDConnection http://kc>>"


# --- many at once


def test_threads_and_loops_that_meet_a_401_share_one_renewal() -> None:
    realm = RotatingRealm(pause=0.05)
    kc = realm.connection(ClockInHand(), token=token("outdated"))
    auth = kc.auth()
    answers: list[int] = []

    def in_a_thread() -> None:
        with httpx.Client(transport=httpx.MockTransport(realm.at_once), auth=auth) as client:
            answers.append(client.get(ORDERS).status_code)

    async def one(client: httpx.AsyncClient) -> None:
        answers.append((await client.get(ORDERS)).status_code)

    async def many() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(realm.in_time), auth=auth) as client:
            await asyncio.gather(*(one(client) for _ in range(20)))

    threads = [threading.Thread(target=in_a_thread) for _ in range(20)]
    threads += [threading.Thread(target=asyncio.run, args=(many(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 60
    assert realm.grants == ["refresh_token"]
    assert realm.reused == []
    kc.close()
