# SPDX-License-Identifier: Apache-2.0
"""Logout tokens, with which the server tells a client that a session has ended.

Source: OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from keycloak_sdk._jwt import expected
from keycloak_sdk._jwt.claims import Kind, check_issued_at, check_issuer, check_kind_of, check_times, require
from keycloak_sdk._jwt.errors import TokenClaimFormatError, TokenKindError, TokenMissingClaimError
from keycloak_sdk._jwt.oidc_core import check_own
from keycloak_sdk._jwt.replay import MAX_JTI, OneUse
from keycloak_sdk._jwt.shown import shown_type
from keycloak_sdk._jwt.typed import typed_claims

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.compact import Header
    from keycloak_sdk._jwt.keys import KeySet
    from keycloak_sdk._jwt.verify import TokenDecoder

MAX_AGE = 120.0
"""Seconds; Keycloak's logout tokens expire after as many."""

LOGOUT_TOKEN = Kind(
    "a logout token (typ Logout)",
    typ=frozenset({"Logout"}),
    media_types=frozenset({"jwt", "logout+jwt"}),
    sufficient="logout+jwt",
    source="the form field logout_token of the server's request",
)

_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@frozen(kw_only=True)
class LogoutTokenRules:
    """What a client asks of a logout token.

    Attributes:
        client_id: The client.
        max_age: Seconds that it may be old.
        leeway: Seconds that clocks may differ.
    """

    client_id: str
    max_age: float = MAX_AGE
    leeway: float = expected.LEEWAY

    @classmethod
    def read(cls, client_id: str, *, max_age: object = MAX_AGE, leeway: object) -> LogoutTokenRules:
        """Read the arguments of `decode_logout_token`.

        Raises:
            KeycloakRequestError: One of them can never be met.
        """
        (client,) = expected.names(client_id, "client_id")
        return cls(
            client_id=client,
            max_age=expected.seconds(max_age, "max_age"),
            leeway=expected.seconds(leeway, "leeway"),
        )


def read_logout_token(
    decoder: TokenDecoder,
    token: str | bytes,
    rules: LogoutTokenRules,
    *,
    keys: KeySet | None,
    issuer: str,
    now: float,
) -> tuple[TokenClaims, OneUse]:
    """Return the claims of a logout token and its use; see `check_logout_token`."""
    header, claims = decoder.verified(token, keys)
    return check_logout_token(header, claims, rules, issuer=issuer, now=now)


def check_logout_token(
    header: Header, claims: dict[str, Any], rules: LogoutTokenRules, *, issuer: str, now: float
) -> tuple[TokenClaims, OneUse]:
    """Check the claims of a logout token whose signature verifies.

    Args:
        header: Its header.
        claims: Its claims.
        rules: What is asked of it.
        issuer: What `iss` must be.
        now: Seconds since the epoch.

    Returns:
        The claims, and the use of the token, which must be the only one.

    Raises:
        TokenVerificationError: One subclass for each reason.
    """
    check_times(claims, now, rules.leeway)
    check_issuer(claims, issuer)
    check_issued_at(claims, now, rules.leeway, rules.max_age)
    check_kind_of(claims, header.typ, LOGOUT_TOKEN)
    if "nonce" in claims:
        raise TokenKindError(
            "the token has a nonce, which no logout token has: it may be an ID token",
            expected="no nonce",
            found="a nonce",
        )
    _check_events(claims)
    typed = typed_claims(claims)
    check_own(typed, rules.client_id)
    if typed.sid is None:
        require(typed, "sub", "a logout token names a session (sid), a user (sub) or both")
    require(typed, "jti", "a logout token is good for one use, and has an id for that")
    jti = str(typed.jti)
    if len(jti) > MAX_JTI:
        raise TokenClaimFormatError(
            f"$.jti is longer than {MAX_JTI} characters",
            claim_path="$.jti",
            expected=f"at most {MAX_JTI} characters",
        )
    left = min(claims["exp"], now + rules.max_age) + 2 * rules.leeway - now
    return typed, OneUse.of("logout", str(typed.iss), rules.client_id, jti, seconds=left + 1)


def _check_events(claims: dict[str, Any]) -> None:
    events: object = claims.get("events")
    if "events" not in claims or (isinstance(events, dict) and _EVENT not in events):
        raise TokenMissingClaimError(
            "the token's events name no back-channel logout: it is a token for something else",
            expected=f"events[{_EVENT!r}]",
        )
    event = cast("dict[str, object]", events)[_EVENT] if isinstance(events, dict) else events
    if not isinstance(event, dict):
        raise TokenClaimFormatError(
            f"$.events, or its member for logout, is {shown_type(event)}, expected an object",
            claim_path="$.events",
            expected="an object",
            found=shown_type(event),
        )
