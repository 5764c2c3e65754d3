# SPDX-License-Identifier: Apache-2.0
"""Getting tokens: the grants of the token endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_oidc_api.api.device import create_device_authorization
from keycloak_oidc_api.api.token import create_token
from keycloak_oidc_api.models import DeviceAuthorizationRequest, TokenRequest, TokenResponse
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._codec import token_text
from keycloak_sdk._operations.realm_client import RealmOperations, built, request_body
from keycloak_sdk.exceptions import (
    KeycloakError,
    KeycloakInvalidCredentialsError,
    KeycloakPostError,
    KeycloakRequestError,
    _recast,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keycloak_oidc_api.models import DeviceAuthorizationResponse
    from keycloak_oidc_api.types import ResponseLike

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


class TokenOperations(RealmOperations):
    """Grants of a client."""

    async def token(
        self,
        username: str = "",
        password: str = "",
        grant_type: str | Sequence[str] = ["password"],
        code: str = "",
        redirect_uri: str = "",
        totp: int | str | None = None,
        scope: str = "openid",
        *,
        code_verifier: str | None = None,
        **extra: Any,
    ) -> TokenResponse:
        """Obtain a token.

        Sends the grant to the token endpoint, with the client's identifier and secret. Empty values are
        left out.

        Args:
            username: User name or e-mail address, for the password grant.
            password: Password, for the password grant.
            grant_type: `password`, `client_credentials`, `authorization_code` or any other grant.
            code: Authorization code.
            redirect_uri: The one that was sent for the code.
            totp: One-time code of the user, for the password grant; a number gets the zeros back that a
                code of six digits began with.
            scope: Scopes, separated by blanks; `openid` brings an ID token, `""` asks for none.
            code_verifier: Verifier of PKCE; `None` sends none.
            **extra: Further form fields, such as `device_code`; they win over the others.

        Returns:
            The token; `expires_in` and `refresh_expires_in` in seconds from now.

        Raises:
            KeycloakInvalidCredentialsError: `invalid_grant` for the password grant: user name, password
                or one-time code are wrong, or the user may not log in.
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused for another reason: read `error`.
            KeycloakRequestError: A value cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 sections 4.1.3, 4.3.2 and 4.4.2; OpenID Connect Core 1.0 section 3.1.3.
        """
        return await self._grant(
            self.authenticated(
                grant_type=_one_grant(grant_type),
                username=username,
                password=password,
                code=code,
                redirect_uri=redirect_uri,
                totp=f"{totp:06}" if isinstance(totp, int) else totp,
                scope=scope,
                code_verifier=code_verifier,
            )
            | extra
        )

    async def refresh_token(
        self,
        refresh_token: str,
        grant_type: str | Sequence[str] = ["refresh_token"],
    ) -> TokenResponse:
        """Obtain a new token for a refresh token.

        Sends the refresh token to the token endpoint, with the client's identifier and secret. Where the
        realm rotates refresh tokens the old one is used up, and using it again ends the session.

        Args:
            refresh_token: The refresh token.
            grant_type: `refresh_token`.

        Returns:
            The new token.

        Raises:
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused; `error` is `invalid_grant` when the token has expired, was used,
                belongs to another client, or its session has ended.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 section 6.
        """
        return await self._grant(
            self.authenticated(
                grant_type=_one_grant(grant_type), refresh_token=token_text(refresh_token, "refresh_token")
            )
        )

    async def exchange_token(
        self,
        token: str,
        audience: str | None = None,
        subject: str | None = None,
        subject_token_type: str | None = None,
        subject_issuer: str | None = None,
        requested_issuer: str | None = None,
        requested_token_type: str = "urn:ietf:params:oauth:token-type:refresh_token",
        scope: str = "openid",
    ) -> TokenResponse:
        """Exchange a token for another.

        Sends the token to the token endpoint, with the client's identifier and secret. What is `None` is
        not sent. Keycloak answers by its standard token exchange when the request fits it; that needs
        `subject_token_type`, and `requested_token_type` of an access token unless the client may ask
        for refresh tokens.

        Args:
            token: The token to exchange.
            audience: Client that the new token is for.
            subject: User to impersonate; legacy exchange only.
            subject_token_type: Type of `token`, `urn:ietf:params:oauth:token-type:access_token`.
            subject_issuer: Identity provider that issued `token`; legacy exchange only.
            requested_issuer: Identity provider whose token is wanted; legacy exchange only.
            requested_token_type: Type of the new token.
            scope: Scopes of the new token, separated by blanks.

        Returns:
            The new token; for an ID token `access_token` holds it and `token_type` is `N_A`.

        Raises:
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused; `access_denied` when the client is not in the token's audience.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 8693 section 2.1.
        """
        return await self._grant(
            self.authenticated(
                grant_type=_TOKEN_EXCHANGE,
                subject_token=token_text(token),
                subject_token_type=subject_token_type,
                subject_issuer=subject_issuer,
                requested_token_type=requested_token_type,
                audience=audience,
                requested_subject=subject,
                requested_issuer=requested_issuer,
                scope=scope,
            )
        )

    async def device(self, *, scope: str = "") -> DeviceAuthorizationResponse:
        """Begin a login on a device without a browser.

        Sends the client's identifier and secret to the device authorization endpoint. Show the user
        `user_code` and `verification_uri`; then ask `token` with the grant
        `urn:ietf:params:oauth:grant-type:device_code` and `device_code=` every `interval` seconds, as
        long as the error is `authorization_pending`.

        Args:
            scope: Scopes, separated by blanks; `""` sends none.

        Returns:
            The codes; `expires_in` and `interval` in seconds.

        Raises:
            KeycloakAuthenticationError: The client was not accepted (401).
            KeycloakPostError: Refused; `unauthorized_client` when the grant is off for the client.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 8628 section 3.1.
        """
        body = request_body(DeviceAuthorizationRequest, self.authenticated(scope=scope))
        request = built(create_device_authorization.build_request, self.realm, body=body)
        return await self.wire.call(request, create_device_authorization.parse_response, KeycloakPostError)

    async def _grant(self, form: dict[str, Any]) -> TokenResponse:
        request = built(create_token.build_request, self.realm, body=request_body(TokenRequest, form))
        try:
            return await self.wire.call(request, parse_token, KeycloakPostError)
        except KeycloakError as error:
            if form.get("grant_type") == "password" and error.error == "invalid_grant":
                raise _wrong_credentials(error) from error
            raise


def _one_grant(grant_type: str | Sequence[str]) -> str:
    """Return the grant; the seed and programs written for it pass it in a list."""
    grants = [grant_type] if isinstance(grant_type, str) else list(grant_type)
    if len(grants) != 1:
        raise KeycloakRequestError(f"grant_type names {len(grants)} grants: give one")
    return grants[0]


def parse_token(response: ResponseLike) -> TokenResponse:
    """Read a token response."""
    token = create_token.parse_response(response)
    if not isinstance(token, TokenResponse):
        raise DecodeError("$", "a token response", type(token).__name__)
    return token


def _wrong_credentials(error: KeycloakError) -> KeycloakInvalidCredentialsError:
    """Servers before 26.5 answer 401 to a wrong password, later ones 400: one class for both."""
    return _recast(KeycloakInvalidCredentialsError, error.error_message, vars(error))
