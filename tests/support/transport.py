# SPDX-License-Identifier: Apache-2.0
"""A realm that answers by a script, in threads and in event loops.

::

    transport, seen = serve(httpx.Response(200, json=TOKEN), httpx.ConnectError("refused"))
    client = KeycloakOpenID("http://kc", "acme", "shop", transport=transport)
    ...
    assert form_of(seen[0]) == {"grant_type": ["password"], ...}
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx

PASSWORD = "canary-password"
"""Of the user alice; `support.canaries` sees to it that it shows nowhere."""

Reply = httpx.Response | Awaitable[httpx.Response]
Answer = httpx.Response | Exception | Callable[[httpx.Request], Reply]


def serve(*answers: Answer) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport that gives these answers in order, and the list of the requests it saw.

    An exception is raised; a callable gets the request and returns the answer (or, when only event loops
    use the transport, an awaitable of it). A request that is one too many fails the test.
    """
    left = deque(answers)

    def answer(request: httpx.Request) -> Reply:
        if not left:
            raise AssertionError(f"unexpected {request.method} {request.url}")
        return _give(left.popleft(), request)

    return _recorded(answer)


def always(answer: Answer) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport that gives every request this answer, and the list of the requests it saw."""
    return _recorded(lambda request: _give(answer, request))


def form_of(request: httpx.Request) -> dict[str, list[str]]:
    """Return the form of a request, empty fields included."""
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return parse_qs(request.content.decode("ascii"), keep_blank_values=True, strict_parsing=True)


def line_of(request: httpx.Request) -> str:
    """Return method and target of a request, such as `POST /realms/acme/protocol/openid-connect/token`."""
    return f"{request.method} {request.url.raw_path.decode('ascii')}"


def bearers_of(requests: list[httpx.Request]) -> list[str | None]:
    """Return the `Authorization` header of each request."""
    return [request.headers.get("authorization") for request in requests]


def token(access_token: str = "first", /, **members: Any) -> dict[str, Any]:
    """Return a token response as Keycloak writes it; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "access_token": access_token,
        "expires_in": 60,
        "refresh_expires_in": 1800,
        "refresh_token": f"refresh-of-{access_token}",
        "token_type": "Bearer",
        "not-before-policy": 0,
        "session_state": "a8e5b1e4-e0b6-5e8a-e1b4-e0b65e9a1e4b",
        "scope": "openid email profile",
    }
    return {name: value for name, value in (usual | members).items() if value is not ...}


def issues(access_token: str = "first", /, **members: Any) -> httpx.Response:
    """Return an answer that brings `token(...)`."""
    return httpx.Response(200, json=token(access_token, **members))


def refuses(status: int, error: str | None = None, description: str | None = None) -> httpx.Response:
    """Return a refusal as the token endpoint writes it; with an empty body when `error` is `None`."""
    if error is None:
        return httpx.Response(status)
    body = {"error": error} | ({} if description is None else {"error_description": description})
    return httpx.Response(status, json=body)


def _give(answer: Answer, request: httpx.Request) -> Reply:
    if isinstance(answer, Exception):
        raise answer
    return answer if isinstance(answer, httpx.Response) else answer(request)


def _recorded(
    answer: Callable[[httpx.Request], Reply],
) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> Any:
        seen.append(request)
        return answer(request)

    return httpx.MockTransport(handle), seen
