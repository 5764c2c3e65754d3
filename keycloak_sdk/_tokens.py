# SPDX-License-Identifier: Apache-2.0
"""The token a connection holds: how long it is good for, and what a refusal of it means.

::

    obtained             stale                      expired
    |--------------------|--------------------------|---------> monotonic clock
         send it as it is    renew before sending

Stale is `token_lifetime_fraction` of `expires_in`. A 401 makes a token stale at once.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from keycloak_oidc_api.models import TokenResponse
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from keycloak_sdk.exceptions import KeycloakError

LIFETIME_FRACTION = 0.9
_LONGEST = 10 * 365 * 24 * 3600
_ACCESS_TOKEN_LIMIT = 256 * 1024


@frozen(repr=False)
class HeldToken:
    """A token, and until when it is sent without asking."""

    response: TokenResponse
    stale_at: float
    """Monotonic clock, seconds."""
    expires_at: datetime
    """The same instant for people, aware."""

    def is_stale(self, monotonic: float) -> bool:
        """Whether it has to be renewed before it is sent."""
        return monotonic >= self.stale_at


def hold(token: TokenResponse, *, fraction: float, monotonic: float, now: datetime) -> HeldToken:
    """Hold a token that the server has just issued; without `expires_in` its own `exp` counts."""
    seconds = _seconds_left(token, now) if token.expires_in is None else token.expires_in
    return _held(token, seconds or 0, fraction, monotonic, now)


def hold_given(token: Mapping[str, Any], *, fraction: float, monotonic: float, now: datetime) -> HeldToken:
    """Hold a token that the program brought along, of unknown age.

    What its access token says of its end counts when it is a JWT; `expires_in` is from the time of issue.

    Raises:
        KeycloakRequestError: It is not a token response.
    """
    if not isinstance(token, Mapping):
        raise KeycloakRequestError(f"token is of type {type(token).__name__}: give a token response or None")
    try:
        response = TokenResponse.from_dict({"token_type": "Bearer", **token})
    except DecodeError as cause:
        raise KeycloakRequestError(f"token is no token response: {cause}") from cause
    lifetimes = (response.expires_in, _seconds_left(response, now))
    seconds = min((one for one in lifetimes if one is not None), default=0)
    return _held(response, seconds, fraction, monotonic, now)


def needs_login(error: KeycloakError) -> bool:
    """Whether this refusal of a refresh token means that only the credentials help.

    Keycloak's sentences differ by reason and version; the code is always the same.

    Source: RFC 6749 section 5.2.
    """
    return error.error == "invalid_grant"


def _held(
    response: TokenResponse, lifetime: int, fraction: float, monotonic: float, now: datetime
) -> HeldToken:
    seconds = int(max(0, min(lifetime, _LONGEST)) * fraction)
    return HeldToken(response, monotonic + seconds, now + timedelta(seconds=seconds))


def _seconds_left(token: TokenResponse, now: datetime) -> int | None:
    """Return how long the access token is good for; `None` when it does not say."""
    end = _expiry(token.access_token)
    return None if end is None else int(end - now.timestamp())


def _expiry(access_token: str) -> float | None:
    """Return the `exp` a JWT names, unverified; `None` when it is no JWT or names none."""
    parts = access_token.split(".")
    if len(parts) != 3 or len(access_token) > _ACCESS_TOKEN_LIMIT:
        return None
    try:
        claims = json.loads(binascii.a2b_base64(parts[1].translate(_FROM_URL) + "=="))
    except (ValueError, RecursionError):
        return None
    exp: object = cast("dict[str, Any]", claims).get("exp") if isinstance(claims, dict) else None
    return float(exp) if isinstance(exp, int | float) and 0 <= exp < 2**53 else None


_FROM_URL = str.maketrans("-_", "+/")
