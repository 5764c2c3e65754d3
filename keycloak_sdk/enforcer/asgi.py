# SPDX-License-Identifier: Apache-2.0
"""The enforcer in front of an ASGI application: Starlette, FastAPI, Litestar, Quart, Django.

Source: ASGI specification 3.0, HTTP and WebSocket message formats.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from keycloak_sdk._enforcement.outcome import Outcome

if TYPE_CHECKING:
    from keycloak_sdk.enforcer.enforcer import Enforcer

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_OVERRIDES = frozenset({b"x-http-method-override", b"x-http-method", b"x-method-override"})
_POLICY_VIOLATION = 1008
_LONGEST_TOKEN = 65_536

_log = logging.getLogger("keycloak_sdk")


class EnforcerMiddleware:
    """Lets the requests through that the enforcer allows, and answers the others itself.

    What goes on finds the `Outcome` in `scope["state"]["keycloak"]`, which Starlette and FastAPI show as
    `request.state.keycloak`: `claims` are those of the verified token.

    The token is read from the `Authorization` header alone. A request with two of them, or with a header that
    asks for another method than its own, is answered with 400. A web socket needs what a `GET` of its path
    does, and is refused before it opens.

    Args:
        app: The application.
        enforcer: Decides.
    """

    def __init__(self, app: Application, enforcer: Enforcer) -> None:
        self.app = app
        self.enforcer = enforcer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] not in {"http", "websocket"}:
            raise RuntimeError(f"the enforcer knows no connections of type {scope['type']!r}")
        outcome = await self._outcome(scope)
        if outcome:
            state = {**scope.get("state", {}), "keycloak": outcome}
            await self.app({**scope, "state": state}, receive, send)
            return
        _log.debug("%s %s: %s", outcome.status, scope["type"], outcome.reason)
        await _refuse(outcome, scope, receive, send)

    async def _outcome(self, scope: Scope) -> Outcome:
        headers = [(bytes(name).lower(), bytes(value)) for name, value in scope["headers"]]
        if any(name in _OVERRIDES for name, _ in headers):
            return Outcome(400, "a header asks for another method")
        given = [value for name, value in headers if name == b"authorization"]
        if len(given) > 1 or any(len(value) > _LONGEST_TOKEN for value in given):
            return Outcome(
                400, "more than one token, or a huge one", challenge='Bearer error="invalid_request"'
            )
        return await self.enforcer.a_enforce(
            scope.get("method", "GET"),
            _path_of(scope),
            _token_of(given),
            raw_path=scope.get("raw_path"),
        )


def _path_of(scope: Scope) -> str:
    """Return the path below the application's root.

    Source: ASGI specification, `root_path`.
    """
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root + "/") else path


def _token_of(authorization: Iterable[bytes]) -> str | None:
    """Return the bearer token; `None` without one, or for another scheme."""
    for value in authorization:
        scheme, _, token = value.decode("latin-1").strip().partition(" ")
        if scheme.lower() == "bearer":
            return token.strip() or None
    return None


async def _refuse(outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if outcome.challenge is not None:
        headers.append((b"www-authenticate", outcome.challenge.encode("latin-1", "replace")))
    body = json.dumps({"error": _ERRORS.get(outcome.status, "access_denied")}).encode()
    if scope["type"] == "http":
        await _answer("http.response", outcome.status, headers, body, send)
        return
    await receive()  # websocket.connect
    if "websocket.http.response" in cast("dict[str, object]", scope.get("extensions") or {}):
        await _answer("websocket.http.response", outcome.status, headers, body, send)
        return
    await send({"type": "websocket.close", "code": _POLICY_VIOLATION})


async def _answer(
    kind: str, status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": f"{kind}.start", "status": status, "headers": [*headers, length]})
    await send({"type": f"{kind}.body", "body": body})


_ERRORS = {400: "invalid_request", 401: "invalid_token", 503: "temporarily_unavailable"}
