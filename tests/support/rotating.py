# SPDX-License-Identifier: Apache-2.0
"""A realm that rotates its refresh tokens, and an API that takes the newest access token only.

A refresh token that is used twice ends the session, as Keycloak does it: whatever uses one twice shows.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from keycloak_sdk import KeycloakOpenIDConnection
from support.loopback import answer
from support.transport import PASSWORD, form_of, issues, refuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.clock import ClockInHand
    from support.loopback import Peer, Seen

_TICK = 0.005


class RotatingRealm:
    """Answers the token endpoint and, at every other path, an API.

    Args:
        pause: Seconds that a token request takes.
        rotates: Whether a refresh token is good once; otherwise the first one stays good.
    """

    def __init__(self, pause: float = 0.0, *, rotates: bool = True) -> None:
        self.pause = pause
        self.rotates = rotates
        self.issued = 0
        self.grants: list[str] = []
        """Grant of each token request, in order."""
        self.used: set[str] = set()
        self.reused: list[str] = []
        """Refresh tokens that came a second time."""
        self.accepted = ""
        """The access token that the API takes."""
        self.broken = False
        """Whether token requests are answered with 503."""
        self.ready: Callable[[], bool] = lambda: True
        """What token requests wait for."""
        self._lock = threading.Lock()

    def connection(self, hand: ClockInHand, **extra: Any) -> KeycloakOpenIDConnection:
        """Return a connection to it, for a user."""
        arguments: dict[str, Any] = {"username": "alice", "password": PASSWORD, "realm_name": "acme", **extra}
        return KeycloakOpenIDConnection(
            "http://kc",
            clock=hand.clock,
            transport=httpx.MockTransport(self.at_once),
            async_transport=httpx.MockTransport(self.in_time),
            **arguments,
        )

    def logged_in(self, hand: ClockInHand, **extra: Any) -> KeycloakOpenIDConnection:
        """Return a connection whose token is good; the login that it took is forgotten."""
        pause, self.pause = self.pause, 0.0
        made = self.connection(hand, **extra)
        assert made.raw_get("/x").status_code == 200
        self.grants.clear()
        self.pause = pause
        return made

    def at_once(self, request: httpx.Request) -> httpx.Response:
        """Answer a thread."""
        if _is_token_request(request):
            time.sleep(self.pause)
            while not self.ready():
                time.sleep(_TICK)
        return self._answer(request)

    async def in_time(self, request: httpx.Request) -> httpx.Response:
        """Answer a task."""
        await anyio.sleep(self.pause if _is_token_request(request) else 0)
        while _is_token_request(request) and not self.ready():  # noqa: ASYNC110 - threads may be awaited
            await anyio.sleep(_TICK)
        return self._answer(request)

    def play(self, peer: Peer, seen: Seen) -> None:
        """Answer other processes, over a real connection."""
        response = self.respond(seen)
        peer.send(answer(response.status_code, response.content, content_type="application/json"))

    def respond(self, seen: Seen) -> httpx.Response:
        """Return the answer to what came over a real connection."""
        request = httpx.Request(seen.method, f"http://kc{seen.target}", headers=seen.pairs, content=seen.body)
        return self.at_once(request)

    def uses(self) -> Counter[str]:
        """Return how often each refresh token came."""
        return Counter([*self.used, *self.reused])

    def revoke(self) -> None:
        """Let the API refuse the access token that it took until now."""
        self.accepted = "none"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            if _is_token_request(request):
                return self._grant(form_of(request))
            good = request.headers.get("authorization") == f"Bearer {self.accepted}"
            return httpx.Response(200 if good else 401, json={"good": good})

    def _grant(self, form: dict[str, list[str]]) -> httpx.Response:
        self.grants.append(form["grant_type"][0])
        if self.broken:
            return refuses(503)
        for refresh_token in form.get("refresh_token", ()):
            if self.rotates and refresh_token in self.used:
                self.reused.append(refresh_token)
                return refuses(400, "invalid_grant", "Maximum allowed refresh token reuse exceeded")
            self.used.add(refresh_token)
        self.issued += 1
        self.accepted = f"token-{self.issued}"
        return issues(self.accepted) if self.rotates else issues(self.accepted, refresh_token="lasting")


def _is_token_request(request: httpx.Request) -> bool:
    return request.url.path.endswith("/protocol/openid-connect/token")
