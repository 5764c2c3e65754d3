# SPDX-License-Identifier: Apache-2.0
"""Connections to a server that answers by a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from keycloak_sdk import ConnectionManager, KeycloakOpenIDConnection
from support.transport import PASSWORD, serve

if TYPE_CHECKING:
    from support.clock import ClockInHand
    from support.transport import Answer

OK = httpx.Response(200, json={"ok": True})
REFUSED = httpx.Response(401)


def plain(
    *answers: Answer, url: str = "http://kc/auth", **extra: Any
) -> tuple[ConnectionManager, list[httpx.Request]]:
    """Return a connection, and the requests that it sends."""
    transport, seen = serve(*answers)
    return ConnectionManager(url, transport=transport, **extra), seen


def renewing(
    hand: ClockInHand, *answers: Answer, **extra: Any
) -> tuple[KeycloakOpenIDConnection, list[httpx.Request]]:
    """Return a renewing connection of the user alice of `acme`, and the requests that it sends."""
    transport, seen = serve(*answers)
    arguments: dict[str, Any] = {"username": "alice", "password": PASSWORD, "realm_name": "acme", **extra}
    return KeycloakOpenIDConnection("http://kc", clock=hand.clock, transport=transport, **arguments), seen
