# SPDX-License-Identifier: Apache-2.0
"""What the server says of a token, and ending the session behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_oidc_api.api.session import logout
from keycloak_oidc_api.api.token import introspect_token
from keycloak_oidc_api.api.userinfo import get_userinfo
from keycloak_oidc_api.models import IntrospectionRequest, LogoutRequest
from keycloak_sdk._codec import bearer, token_text
from keycloak_sdk._operations.realm_client import RealmOperations, built, request_body
from keycloak_sdk.exceptions import KeycloakGetError, KeycloakPostError, KeycloakRPTNotFound

if TYPE_CHECKING:
    from keycloak_oidc_api.models import IntrospectionResponse, UserInfo

_RPT = "requesting_party_token"


class SessionOperations(RealmOperations):
    """Tokens and sessions of a client's users."""

    async def userinfo(self, token: str) -> UserInfo | bytes:
        """Fetch the claims about the user that a token stands for.

        Sends the token as bearer to the userinfo endpoint.

        Args:
            token: Access token with the scope `openid`.

        Returns:
            The claims; `bytes` (a JWT) when the client asks for signed or encrypted answers.

        Raises:
            KeycloakAuthenticationError: The token has expired, was revoked, or is none (401).
            KeycloakGetError: Refused; `insufficient_scope` (403) without the scope `openid`.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 section 5.3.
        """
        request = built(get_userinfo.build_request, self.realm)
        answer = await self.wire.call(
            request, get_userinfo.parse_response, KeycloakGetError, authorization=bearer(token)
        )
        return answer.encode("ascii", "replace") if isinstance(answer, str) else answer

    async def introspect(
        self, token: str, rpt: str | None = None, token_type_hint: str | None = None
    ) -> IntrospectionResponse:
        """Ask the server whether a token is active, and what it says.

        Sends the token to the introspection endpoint, with the client's identifier and secret. From
        Keycloak 26.7 on a token is active only for clients in its `aud`: add an audience mapper.

        Args:
            token: The token; the bearer of the request when an RPT is asked about.
            rpt: The requesting party token, for the hint `requesting_party_token`.
            token_type_hint: `access_token`, `refresh_token` (needed for refresh tokens) or
                `requesting_party_token`; `None` sends none.

        Returns:
            `active`, and the claims of an active token; `exp` and `iat` in seconds since the epoch.

        Raises:
            KeycloakRPTNotFound: The hint asks for an RPT and there is none; nothing was sent.
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused; 403 for a public client.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 7662 section 2.
        """
        authorization = None
        subject = token
        if token_type_hint == _RPT:
            if not rpt:
                raise KeycloakRPTNotFound("token_type_hint is requesting_party_token: give the token as rpt")
            subject, authorization = rpt, bearer(token)
        form = self.authenticated(token=token_text(subject), token_type_hint=token_type_hint)
        body = request_body(IntrospectionRequest, form)
        request = built(introspect_token.build_request, self.realm, body=body)
        return await self.wire.call(
            request, introspect_token.parse_response, KeycloakPostError, authorization=authorization
        )

    async def logout(self, refresh_token: str) -> dict[str, Any]:
        """End the session that a refresh token belongs to.

        Sends the refresh token to the logout endpoint, with the client's identifier and secret. Ending
        an ended session is a success as well.

        Args:
            refresh_token: The refresh token.

        Returns:
            An empty dict.

        Raises:
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused; `invalid_grant` for a token of another client or none at all.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's logout endpoint; OpenID Connect RP-Initiated Logout 1.0.
        """
        form = self.authenticated(refresh_token=token_text(refresh_token, "refresh_token"))
        request = built(logout.build_request, self.realm, body=request_body(LogoutRequest, form))
        await self.wire.call(request, logout.parse_response, KeycloakPostError)
        return {}
