# SPDX-License-Identifier: Apache-2.0
"""The token a connection holds: how long it is good for, and what a refusal of it means.

::

    obtained           early              stale                 expired
    |------------------|------------------|---------------------|------> monotonic clock
      send it as it is    one caller         every caller waits
                          renews, the        for one renewal
                          others send it

Stale is `token_lifetime_fraction` of `expires_in`. The time for an early renewal begins within the fifth of
that before it, fifteen minutes at most, at a moment that is drawn for each token: processes that got theirs
together do not renew together. A 60-second token is stale after 54 seconds, and renewed early from some
moment between the 43rd and the 51st. A 401 makes a token stale at once.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import scrypt
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from keycloak_oidc_api.models import TokenResponse
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakRequestError

if TYPE_CHECKING:
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.exceptions import KeycloakError

LIFETIME_FRACTION = 0.9
_EARLY_FRACTION = 0.2
_EARLY_SPREAD = 0.75
_LONGEST_LEAD = 15 * 60
_LONGEST = 10 * 365 * 24 * 3600
_ACCESS_TOKEN_LIMIT = 256 * 1024


@frozen(repr=False)
class HeldToken:
    """A token, and until when it is sent without asking."""

    response: TokenResponse
    early_at: float
    """Monotonic clock, seconds; from here on one caller renews it."""
    stale_at: float
    """Monotonic clock, seconds; from here on it is not sent any more."""
    expires_at: datetime
    """The same instant for people, aware."""
    obtained_at: datetime
    """When the server issued it, or the program brought it; aware."""
    version: int = 0
    """Its number in the token store; 0 when it did not come by one."""

    def may_be_renewed(self, monotonic: float) -> bool:
        """Whether the time for an early renewal has come."""
        return monotonic >= self.early_at

    def is_stale(self, monotonic: float) -> bool:
        """Whether it has to be renewed before it is sent."""
        return monotonic >= self.stale_at


@frozen(repr=False)
class Session:
    """Whose tokens they are: what tells the entries of a token store apart.

    The name of an entry is derived from the credentials as well, slowly: who does not know them does not find
    the tokens that they gave, and who sees the name does not find the credentials.
    """

    server: str
    realm: str
    client: str
    grant: str | None
    username: str | None
    password: str | None
    client_secret: str | None
    given_name: str | None = None
    """The name to use instead."""

    def name(self) -> str:
        """Return the name of the entry.

        Raises:
            KeycloakConfigurationError: There are no credentials, and no name was given.
        """
        if self.given_name is not None:
            return self.given_name
        if self.grant is None:
            raise KeycloakConfigurationError(
                "a token store needs to know whose token it holds: give credentials, or token_name"
            )
        public = json.dumps([self.server, self.realm, self.client, self.grant, self.username])
        secret = json.dumps([self.password, self.client_secret])
        return scrypt(secret.encode(), salt=public.encode(), n=2**14, r=8, p=1, dklen=32).hex()


def hold(
    token: TokenResponse, *, fraction: float, clock: Clock, obtained_at: datetime | None = None
) -> HeldToken:
    """Hold a token that the server issued just now, or at `obtained_at`.

    Without `expires_in` the `exp` of the access token counts.
    """
    now = clock.now()
    if token.expires_in is None:
        seconds = _seconds_left(token, now) or 0
    else:
        age = (now - (obtained_at or now)).total_seconds()
        seconds = token.expires_in - max(0, int(age))
    return _held(token, seconds, fraction, clock, obtained_at or now)


def hold_given(token: Mapping[str, Any], *, fraction: float, clock: Clock) -> HeldToken:
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
    now = clock.now()
    lifetimes = (response.expires_in, _seconds_left(response, now))
    seconds = min((one for one in lifetimes if one is not None), default=0)
    return _held(response, seconds, fraction, clock, now)


def to_store(held: HeldToken) -> bytes:
    """Write a token for a token store."""
    entry = {"token": held.response, "obtained_at": held.obtained_at.timestamp()}
    return json.dumps(entry, separators=(",", ":")).encode()


def from_store(value: bytes, *, fraction: float, clock: Clock) -> HeldToken | None:
    """Read a token from a token store; `None` for anything that `to_store` has not written."""
    try:
        entry = json.loads(value)
        obtained_at = datetime.fromtimestamp(entry["obtained_at"], UTC)
        token = TokenResponse.from_dict(entry["token"])
    except (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError):
        return None
    return hold(token, fraction=fraction, clock=clock, obtained_at=obtained_at)


def was_issued_later(token: TokenResponse, other: TokenResponse) -> bool | None:
    """Whether a token is younger than another by the server's clock; `None` when that cannot be told."""
    times = [unverified_claims(one.access_token).get("iat") for one in (token, other)]
    match times:
        case [int() | float() as first, int() | float() as second] if first != second:
            return first > second
        case _:
            return None


def lifetime_in_store(token: TokenResponse) -> float | None:
    """Return the seconds after which neither token is of use; `None` when the refresh token never ends."""
    if token.refresh_token and not token.refresh_expires_in:
        return None
    return float(max(token.expires_in or 0, token.refresh_expires_in or 0, 1))


def needs_login(error: KeycloakError) -> bool:
    """Whether this refusal of a refresh token means that only the credentials help.

    Keycloak's sentences differ by reason and version; the code is always the same.

    Source: RFC 6749 section 5.2.
    """
    return error.error == "invalid_grant"


def _held(
    response: TokenResponse, lifetime: int, fraction: float, clock: Clock, obtained_at: datetime
) -> HeldToken:
    seconds = int(max(0, min(lifetime, _LONGEST)) * fraction)
    lead = min(seconds * _EARLY_FRACTION, _LONGEST_LEAD) * (1 - _EARLY_SPREAD * clock.jitter())
    stale_at = clock.monotonic() + seconds
    return HeldToken(
        response, stale_at - lead, stale_at, clock.now() + timedelta(seconds=seconds), obtained_at
    )


def _seconds_left(token: TokenResponse, now: datetime) -> int | None:
    """Return how long the access token is good for; `None` when it does not say."""
    end = expiry(token.access_token)
    return None if end is None else int(end - now.timestamp())


def expiry(access_token: str) -> float | None:
    """Return the `exp` a JWT names, unverified; `None` when it is no JWT or names none."""
    exp: object = unverified_claims(access_token).get("exp")
    return float(exp) if isinstance(exp, int | float) and 0 <= exp < 2**53 else None


def unverified_claims(token: str) -> Mapping[str, Any]:
    """Return what a JWT says; nothing when it is none. Anybody can have written it."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _ACCESS_TOKEN_LIMIT:
        return {}
    try:
        claims = json.loads(binascii.a2b_base64(parts[1].translate(_FROM_URL) + "=="))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", claims) if isinstance(claims, dict) else {}


_FROM_URL = str.maketrans("-_", "+/")
