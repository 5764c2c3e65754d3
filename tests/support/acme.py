# SPDX-License-Identifier: Apache-2.0
"""The realm `acme` by a script: its key sets, tokens signed with their keys, a client of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from keycloak_sdk import KeycloakOpenID
from support.tokens import claims, header, jwk, private_key, sign
from support.transport import serve

if TYPE_CHECKING:
    from support.clock import ClockInHand
    from support.transport import Answer

HERE = "http://kc/realms/acme"
CERTS = "/realms/acme/protocol/openid-connect/certs"


def keys(*names: str) -> httpx.Response:
    """Return a key set; a key of another name is another key."""
    return httpx.Response(200, json={"keys": [jwk("RS256", name, kid=name) for name in names]})


def token(kid: str = "realm", **members: Any) -> str:
    """Return a token of the realm `acme`, signed with the key of that name."""
    return sign(claims(**{"iss": HERE, **members}), head=header(kid=kid), key=private_key("RS256", kid))


def client(hand: ClockInHand, *answers: Answer, **extra: Any) -> tuple[KeycloakOpenID, list[httpx.Request]]:
    """Return a client of the realm, and the list of the requests that it sends."""
    transport, seen = serve(*answers)
    return KeycloakOpenID("http://kc", "acme", "shop", transport=transport, clock=hand.clock, **extra), seen
