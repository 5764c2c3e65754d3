# SPDX-License-Identifier: Apache-2.0
"""The enforcer in front of an ASGI application, spoken to in ASGI messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk.enforcer import EnforcerMiddleware, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.anyio


class Judge:
    """Stands in for an enforcer: notes what it is asked, and answers."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.asked: list[tuple[Any, ...]] = []

    async def a_enforce(
        self, method: str, path: str, token: str | None, *, raw_path: bytes | None
    ) -> Outcome:
        self.asked.append((method, path, token, raw_path))
        return self.outcome


ALLOWED, DENIED = Outcome(200, "granted"), Outcome(403, "denied")


class Conversation:
    """A request, what the application saw of it, and what was sent back."""

    def __init__(self, outcome: Outcome = ALLOWED) -> None:
        self.judge = Judge(outcome)
        self.seen: list[Mapping[str, Any]] = []
        self.sent: list[Mapping[str, Any]] = []
        self.received = 0
        self.middleware = EnforcerMiddleware(self._app, self.judge)  # type: ignore[arg-type] # a stand-in

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append(scope)
        await send({"type": "from the application"})

    async def __call__(self, kind: str = "http", /, **scope: Any) -> None:
        async def receive() -> dict[str, Any]:
            self.received += 1
            return {"type": "websocket.connect"}

        async def send(message: Mapping[str, Any]) -> None:
            self.sent.append(message)

        usual: dict[str, Any] = {"path": "/albums/7", "headers": []}
        if kind == "http":
            usual["method"] = "GET"
        await self.middleware({"type": kind, **usual, **scope}, receive, send)

    @property
    def head(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def bearing(*values: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", value) for value in values]


async def test_what_is_allowed_reaches_the_application_with_the_outcome() -> None:
    talk = Conversation()
    before = {
        "path": "/albums/7",
        "headers": bearing(b"Bearer t"),
        "state": {"db": 1},
        "raw_path": b"/albums/7",
    }
    await talk(**before)
    assert talk.judge.asked == [("GET", "/albums/7", "t", b"/albums/7")]
    assert talk.seen[0]["state"] == {"db": 1, "keycloak": ALLOWED}
    assert before["state"] == {"db": 1}
    assert talk.sent == [{"type": "from the application"}]


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (Outcome(400, "odd path"), "invalid_request"),
        (Outcome(401, "no token", challenge="Bearer"), "invalid_token"),
        (DENIED, "access_denied"),
        (Outcome(503, "down"), "temporarily_unavailable"),
    ],
)
async def test_what_is_not_allowed_is_answered_here(outcome: Outcome, error: str) -> None:
    talk = Conversation(outcome)
    await talk()
    assert talk.seen == []
    start, body = talk.sent
    assert (start["type"], start["status"]) == ("http.response.start", outcome.status)
    assert json.loads(body["body"]) == {"error": error}
    assert talk.head[b"content-length"] == str(len(body["body"])).encode()
    assert talk.head[b"cache-control"] == b"no-store"
    assert talk.head.get(b"www-authenticate") == (outcome.challenge.encode() if outcome.challenge else None)
    assert "odd path" not in body["body"].decode()


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ([], None),
        (bearing(b"Bearer abc"), "abc"),
        (bearing(b"bearer  abc "), "abc"),
        ([(b"Authorization", b"BEARER abc")], "abc"),
        (bearing(b"Basic abc"), None),
        (bearing(b"Bearer"), None),
        (bearing(b"Bearer "), None),
        (bearing(b""), None),
        (bearing(b"Bearer \xff"), "ÿ"),
        ([(b"cookie", b"authorization=Bearer abc"), (b"x-authorization", b"Bearer abc")], None),
    ],
)
async def test_the_token_is_in_the_one_header(headers: Any, token: str | None) -> None:
    talk = Conversation()
    await talk(headers=headers, query_string=b"access_token=from-the-query")
    assert talk.judge.asked[0][2] == token


@pytest.mark.parametrize(
    "headers",
    [
        bearing(b"Bearer a", b"Bearer b"),
        bearing(b"Bearer a", b"Basic b"),
        [(b"Authorization", b"Bearer a"), (b"authorization", b"Bearer a")],
        bearing(b"Bearer " + b"a" * 70_000),
        [(b"X-HTTP-Method-Override", b"DELETE")],
        [(b"x-http-method", b"PUT")],
        [(b"x-method-override", b"GET")],
    ],
)
async def test_a_request_that_says_two_things_is_refused_unheard(headers: Any) -> None:
    talk = Conversation()
    await talk(headers=headers)
    assert talk.sent[0]["status"] == 400
    assert talk.judge.asked == talk.seen == []


@pytest.mark.parametrize(
    ("path", "root", "asked"),
    [
        ("/api/albums", "/api", "/albums"),
        ("/albums", "", "/albums"),
        ("/apis/albums", "/api", "/apis/albums"),
        ("/api", "/api", "/api"),
        ("/albums", "/api", "/albums"),
    ],
)
async def test_the_path_is_the_one_below_the_applications_root(path: str, root: str, asked: str) -> None:
    talk = Conversation()
    await talk(path=path, root_path=root)
    assert talk.judge.asked[0][1] == asked


async def test_a_client_that_leaves_meanwhile_is_the_applications_affair() -> None:
    """Nothing is read of the request before the application does: not its body, not that it is over."""
    talk = Conversation()
    await talk()
    assert talk.received == 0
    talk = Conversation(DENIED)
    await talk()
    assert talk.received == 0


async def test_the_lifespan_goes_through() -> None:
    talk = Conversation(DENIED)
    await talk("lifespan")
    assert len(talk.seen) == 1
    assert talk.judge.asked == []


async def test_a_web_socket_that_is_allowed_opens() -> None:
    talk = Conversation()
    await talk("websocket", headers=bearing(b"Bearer t"))
    assert talk.judge.asked == [("GET", "/albums/7", "t", None)]
    assert talk.seen[0]["state"]["keycloak"] is ALLOWED


async def test_a_web_socket_that_is_not_allowed_is_closed_before_it_opens() -> None:
    talk = Conversation(DENIED)
    await talk("websocket")
    assert talk.received == 1
    assert talk.sent == [{"type": "websocket.close", "code": 1008}]


async def test_a_web_socket_is_answered_in_http_where_the_server_can() -> None:
    talk = Conversation(Outcome(401, "no token", challenge="Bearer"))
    await talk("websocket", extensions={"websocket.http.response": {}})
    assert [message["type"] for message in talk.sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert talk.head[b"www-authenticate"] == b"Bearer"


async def test_a_kind_of_connection_that_is_not_known_does_not_go_through() -> None:
    talk = Conversation()
    with pytest.raises(RuntimeError, match="webtransport"):
        await talk("webtransport")
    assert talk.seen == []
