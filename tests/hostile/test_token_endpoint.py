# SPDX-License-Identifier: Apache-2.0
"""A token endpoint that refuses, breaks off, drips or talks nonsense, as the caller of a connection sees it.

Whatever it does: one request, one typed error, nothing sent to the API without a token, nothing secret in the
text, and the next call works when the endpoint does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakError,
    KeycloakInvalidCredentialsError,
    KeycloakOpenIDConnection,
    KeycloakPostError,
)
from keycloak_sdk.exceptions import KeycloakTimeoutError
from support.bad_answers import BROKEN, SLOW
from support.clock import ClockInHand
from support.loopback import Loopback, Peer, Seen, always, answer, json_answer
from support.transport import token

if TYPE_CHECKING:
    from support.both import Both
    from support.loopback import Play

pytestmark = pytest.mark.anyio

PASSWORD = "password-of-alice"
REFRESH_TOKEN = "refresh-of-first"
TIMEOUT = 0.3


class Realm:
    """A token endpoint that plays what it is told to, and an API that answers 200."""

    def __init__(self, play: Play) -> None:
        self.play: Play | None = play
        self.api: list[str | None] = []
        self.token_requests: list[str] = []

    def __call__(self, peer: Peer, seen: Seen) -> None:
        if not seen.path.endswith("/token"):
            self.api.append(seen.header("authorization"))
            peer.send(json_answer({}))
            return
        self.token_requests.append(seen.body.decode())
        if self.play is None:
            peer.send(json_answer(token("new")))
        else:
            self.play(peer, seen)


async def failed(both: Both, play: Play, *, held: bool = False, limit: float = 5) -> KeycloakError:
    """Return the error of a call whose token request meets this; check what all have in common."""
    realm, hand = Realm(play), ClockInHand()
    with Loopback(realm) as server:
        kc = both(
            KeycloakOpenIDConnection(
                server.url,
                "alice",
                PASSWORD,
                realm_name="acme",
                token=token("first") if held else None,
                timeout=limit,
                clock=hand.clock,
            )
        )
        hand.forward(60)
        with pytest.raises(KeycloakError) as caught:
            await kc.raw_get("/x")
        assert realm.api == []
        assert len(realm.token_requests) == 1
        assert ("grant_type=refresh_token" in realm.token_requests[0]) == held
        if play in BROKEN.values():  # over a connection that is just being closed no POST is repeated
            server.wait_until(lambda: server.open == 0)
        realm.play = None
        hand.forward(60)
        assert (await kc.raw_get("/x")).status_code == 200
        assert realm.api == ["Bearer new"]
        await kc.close()
    text = str(caught.value)
    assert text.isprintable()
    assert 0 < len(text) < 300
    assert PASSWORD not in text
    assert REFRESH_TOKEN not in text
    return caught.value


# --- no answer


@pytest.mark.parametrize("held", [False, True], ids=["cold", "expired"])
@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_answer_is_a_connection_error(both: Both, fault: str, held: bool) -> None:
    error = await failed(both, BROKEN[fault], held=held)
    assert type(error) is KeycloakConnectionError
    assert error.method == "POST"


@pytest.mark.parametrize(
    "fault", ["never answers", "stalls in the body", "drips headers", "drips the body", "drips trailers"]
)
async def test_a_slow_answer_ends_with_the_timeout(both: Both, fault: str) -> None:
    error = await failed(both, SLOW[fault], limit=TIMEOUT)
    assert type(error) is KeycloakTimeoutError
    assert error.retryable


# --- a refusal


@frozen
class Refusal:
    """An answer of the token endpoint, and what the caller sees."""

    data: bytes
    kind: type[KeycloakError]
    status: int
    error: str | None = None
    retryable: bool = False
    retry_after: float | None = None


def oauth(status: int, error: str, description: str = "because") -> bytes:
    return json_answer({"error": error, "error_description": description}, status)


def page(status: int, *headers: tuple[str, str]) -> bytes:
    return answer(status, b"<html><h1>Sorry</h1></html>", headers, content_type="text/html")


REFUSALS: dict[str, Refusal] = {
    "a wrong password": Refusal(
        oauth(400, "invalid_grant"), KeycloakInvalidCredentialsError, 400, "invalid_grant"
    ),
    "a wrong password, before 26.5": Refusal(
        oauth(401, "invalid_grant"), KeycloakInvalidCredentialsError, 401, "invalid_grant"
    ),
    "an unknown client": Refusal(
        oauth(401, "invalid_client"), KeycloakAuthenticationError, 401, "invalid_client"
    ),
    "a client that may not": Refusal(
        oauth(400, "unauthorized_client"), KeycloakPostError, 400, "unauthorized_client"
    ),
    "an unknown grant": Refusal(
        oauth(400, "unsupported_grant_type"), KeycloakPostError, 400, "unsupported_grant_type"
    ),
    "an unknown scope": Refusal(oauth(400, "invalid_scope"), KeycloakPostError, 400, "invalid_scope"),
    "a refusal in a foreign form": Refusal(
        json_answer({"errorMessage": "no"}, 400), KeycloakPostError, 400
    ),
    "an empty 400": Refusal(answer(400), KeycloakPostError, 400),
    "an empty 401": Refusal(answer(401), KeycloakAuthenticationError, 401),
    "a page that forbids": Refusal(page(403), KeycloakPostError, 403),
    "a realm that is not there": Refusal(
        json_answer({"error": "Realm does not exist"}, 404), KeycloakPostError, 404, "Realm does not exist"
    ),
    "a page instead of a realm": Refusal(page(404), KeycloakPostError, 404),
    "a method that is not allowed": Refusal(answer(405), KeycloakPostError, 405),
    "a proxy that wants a login": Refusal(page(407), KeycloakPostError, 407),
    "a request that took too long": Refusal(answer(408), KeycloakPostError, 408, retryable=True),
    "a body that is too large": Refusal(page(413), KeycloakPostError, 413),
    "too many requests": Refusal(page(429), KeycloakPostError, 429, retryable=True),
    "too many requests, come again": Refusal(
        page(429, ("Retry-After", "40")), KeycloakPostError, 429, retryable=True, retry_after=40
    ),
    "an internal error": Refusal(
        oauth(500, "unknown_error"), KeycloakPostError, 500, "unknown_error", retryable=True
    ),
    "a page of an internal error": Refusal(page(500), KeycloakPostError, 500, retryable=True),
    "a bad gateway": Refusal(page(502), KeycloakPostError, 502, retryable=True),
    "a server that is starting": Refusal(
        answer(503, b"Bootstrap in progress. Retry in 1 seconds.", content_type="text/plain"),
        KeycloakPostError, 503, retryable=True,
    ),
    "a server that is down for a while": Refusal(
        page(503, ("Retry-After", "30")), KeycloakPostError, 503, retryable=True, retry_after=30
    ),
    "a server that is down until further notice": Refusal(
        page(503, ("Retry-After", "soon")), KeycloakPostError, 503, retryable=True
    ),
    "a gateway that gave up": Refusal(page(504), KeycloakPostError, 504, retryable=True),
    "a status of nobody": Refusal(answer(599), KeycloakPostError, 599),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_one_typed_error(both: Both, name: str) -> None:
    expected = REFUSALS[name]
    error = await failed(both, always(expected.data))
    assert type(error) is expected.kind
    assert (error.response_code, error.error) == (expected.status, expected.error)
    assert (error.retryable, error.retry_after) == (expected.retryable, expected.retry_after)


@pytest.mark.parametrize("name", [name for name in REFUSALS if "password" not in name])
async def test_a_refused_refresh_is_no_reason_to_log_in(both: Both, name: str) -> None:
    """But for `invalid_grant`: that says that the session is over."""
    expected = REFUSALS[name]
    error = await failed(both, always(expected.data), held=True)
    assert (error.response_code, error.error) == (expected.status, expected.error)
    assert (error.retryable, error.retry_after) == (expected.retryable, expected.retry_after)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_with_the_password(both: Both, status: int) -> None:
    with Loopback(always(json_answer(token("stolen")))) as elsewhere:
        play = always(answer(status, headers=[("Location", f"{elsewhere.url}/realms/acme/token")]))
        error = await failed(both, play)
        assert elsewhere.connections == 0
    assert type(error) is KeycloakPostError
    assert error.response_code == status


# --- a success that is none


NO_TOKENS: dict[str, bytes] = {
    "a page": page(200),
    "nothing": answer(200),
    "half of a token": answer(200, b'{"access_token": "abc', content_type="application/json"),
    "a list": json_answer([token("x")]),
    "a word": json_answer("token"),
    "null": json_answer(None),
    "no access token": json_answer(token(access_token=...)),  # type: ignore[arg-type]
    "an access token that is null": json_answer(token("x", access_token=None)),
    "an access token that is a number": json_answer(token("x", access_token=7)),
    "an error with the status of a success": json_answer({"error": "invalid_grant"}),
    "a token of UTF-16": answer(
        200, '{"access_token": "x"}'.encode("utf-16"), content_type="application/json"
    ),
    "a lifetime of words": json_answer(token("x", expires_in="a while")),
    "no content": answer(204),
    "a part": answer(206, b'{"access_token": "x"}', content_type="application/json"),
}


@pytest.mark.parametrize("name", NO_TOKENS)
async def test_a_success_without_a_token_is_one_typed_error(both: Both, name: str) -> None:
    error = await failed(both, always(NO_TOKENS[name]))
    assert type(error) is KeycloakPostError
    assert not error.retryable


# --- a token that is accepted whatever it looks like


GOOD: dict[str, dict[str, Any]] = {
    "no lifetime": {"expires_in": ...},
    "no lifetime left": {"expires_in": 0},
    "a lifetime below zero": {"expires_in": -1},
    "a lifetime of ages": {"expires_in": 10**12},
    "a lifetime in text": {"expires_in": "60"},
    "no refresh token": {"refresh_token": ...},
    "a type in capitals": {"token_type": "BEARER"},
    "members of another release": {"not-before-policy": 99, "interval": 5, "new": {"a": [1]}},
}


@pytest.mark.parametrize("name", GOOD)
async def test_an_odd_token_is_sent_and_renewed(both: Both, name: str) -> None:
    hand = ClockInHand()
    realm = Realm(always(json_answer(token("odd", **GOOD[name]))))
    with Loopback(realm) as server:
        kc = both(
            KeycloakOpenIDConnection(server.url, "alice", PASSWORD, realm_name="acme", clock=hand.clock)
        )
        assert (await kc.raw_get("/x")).status_code == 200
        realm.play = None
        hand.forward(10**9)
        assert (await kc.raw_get("/x")).status_code == 200
        await kc.close()
    assert realm.api[0] == "Bearer odd"
