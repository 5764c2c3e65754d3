# SPDX-License-Identifier: Apache-2.0
"""Why a good token does not suffice: what is demanded of its user, scopes and login.

Public as `keycloak_sdk.exceptions.TokenScopeError` and so on, like those of `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._jwt.errors import TokenClaimValueError

if TYPE_CHECKING:
    from collections.abc import Sequence


class TokenAuthTimeError(TokenClaimValueError):
    """The user's login (`auth_time`) is too long ago: ask for a new one.

    Attributes:
        max_age: Seconds that it may be ago.

    Source: RFC 9470 section 3; OpenID Connect Core 1.0 section 3.1.3.7.
    """

    reason = "auth time"
    oauth_error = "insufficient_user_authentication"

    def __init__(
        self,
        message: str = "",
        *,
        max_age: float = 0,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        super().__init__(message, expected=expected, found=found)
        self.max_age = max_age

    def _demands(self) -> dict[str, str]:
        return {"max_age": f"{self.max_age:.0f}"}


class TokenDemandError(TokenClaimValueError):
    """The token is good, and does not suffice here.

    Attributes:
        required: What is asked for.
        missing: What of it the token lacks.
    """

    reason = "demand"

    def __init__(
        self,
        message: str = "",
        *,
        required: Sequence[str] = (),
        missing: Sequence[str] = (),
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        super().__init__(message, expected=expected, found=found)
        self.required = tuple(required)
        self.missing = tuple(missing)


class TokenAcrError(TokenDemandError):
    """The user's login was of none of the levels in `required`: ask for a stronger one.

    Source: RFC 9470 section 3.
    """

    reason = "acr"
    oauth_error = "insufficient_user_authentication"

    def _demands(self) -> dict[str, str]:
        return {"acr_values": " ".join(self.required)}


class TokenScopeError(TokenDemandError):
    """The token lacks a scope.

    Source: RFC 6750 section 3.1.
    """

    reason = "scope"
    oauth_error = "insufficient_scope"
    http_status = 403

    def _demands(self) -> dict[str, str]:
        return {"scope": " ".join(self.required)}


class TokenRoleError(TokenDemandError):
    """The token's user lacks a role.

    Source: RFC 9068 section 2.2.3.1.
    """

    reason = "role"
    oauth_error = "insufficient_scope"
    http_status = 403
