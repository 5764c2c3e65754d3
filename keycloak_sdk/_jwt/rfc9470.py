# SPDX-License-Identifier: Apache-2.0
"""How, and how long ago, the user must have logged in.

Source: RFC 9470 sections 3 and 5; OpenID Connect Core 1.0 section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from keycloak_sdk._jwt import expected
from keycloak_sdk._jwt.claims import moment
from keycloak_sdk._jwt.demand_errors import TokenAcrError, TokenAuthTimeError
from keycloak_sdk._jwt.errors import TokenMissingClaimError
from keycloak_sdk._jwt.shown import shown

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims


@frozen
class LoginRules:
    """Demands on the login behind a token.

    Attributes:
        acr: Levels of which the login must have had one; empty for any.
        max_age: Seconds that the login may be ago; `None` for any time.
    """

    acr: tuple[str, ...] = ()
    max_age: float | None = None

    @classmethod
    def read(cls, acr: object, max_age: object) -> LoginRules:
        """Read arguments.

        Raises:
            KeycloakRequestError: One of them can never be met.
        """
        levels = () if acr is None else expected.names(acr, "acr")
        return cls(levels, expected.some_seconds(max_age, "max_age"))

    def check(self, claims: TokenClaims, now: float, leeway: float) -> None:
        """Check the login.

        Raises:
            TokenAcrError: It was of another level.
            TokenAuthTimeError: It is too long ago, or lies ahead.
            TokenMissingClaimError: The token does not say when it was.
        """
        if self.acr and claims.acr not in self.acr:
            self._refuse_level(claims.acr)
        if self.max_age is not None:
            self._check_time(claims.auth_time, self.max_age, now, leeway)

    def _refuse_level(self, found: str | None) -> None:
        levels = " or ".join(map(shown, self.acr[:3]))
        has = f"acr is {shown(found)}" if found is not None else "the token has no acr"
        raise TokenAcrError(
            f"{has}, expected {levels}: let the user log in again with acr_values; the realm's "
            "ACR to LoA Mapping names the levels",
            required=self.acr,
            missing=self.acr,
            expected=levels,
            found=shown(found),
        )

    @staticmethod
    def _check_time(auth_time: int | None, max_age: float, now: float, leeway: float) -> None:
        if auth_time is None:
            raise TokenMissingClaimError(
                "the token has no auth_time, which max_age needs: only logins in a browser have one, "
                "and clients with the client scope 'basic'",
                expected="auth_time",
            )
        earliest = now - max_age - leeway
        if earliest <= auth_time <= now + leeway:
            return
        raise TokenAuthTimeError(
            f"the user logged in at {moment(auth_time)}, expected after {moment(earliest)}: "
            f"let the user log in again with max_age={max_age:.0f}",
            max_age=max_age,
            expected=f"auth_time after {moment(earliest)}",
            found=moment(auth_time),
        )
