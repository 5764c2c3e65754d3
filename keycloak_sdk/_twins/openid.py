# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/discovery.py, keycloak_sdk/_operations/tokens.py, keycloak_sdk/_operations/sessions.py, keycloak_sdk/_operations/userinfo.py, keycloak_sdk/_operations/permissions.py, keycloak_sdk/_operations/registration.py by `make generate`.
"""What a client asks its realm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._io.port import afinish, finish
from keycloak_sdk._twins.verification import VerificationTwins

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from collections.abc import Sequence
    from keycloak_oidc_api.models import ClientRepresentation
    from keycloak_oidc_api.models import DeviceAuthorizationResponse
    from keycloak_oidc_api.models import IntrospectionResponse
    from keycloak_oidc_api.models import JsonWebKeySet
    from keycloak_oidc_api.models import OpenIDConfiguration
    from keycloak_oidc_api.models import TokenResponse
    from keycloak_oidc_api.models import UmaPermission
    from keycloak_oidc_api.models import UserInfo
    from keycloak_sdk._jwt.rfc7516 import DecryptionKey
    from keycloak_sdk._operations.openid import OpenIDOperations
    from keycloak_sdk.authorization.permission import Permission
    from keycloak_sdk.authorization.policy import Policy
    from keycloak_sdk.uma_permissions import AuthStatus
    from keycloak_sdk.uma_permissions import PermissionsParam


class OpenIDTwins(VerificationTwins):
    """Operations of a realm's client, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> OpenIDOperations: ...
        @property
        def _awaitable(self) -> OpenIDOperations: ...

    def well_known(self) -> OpenIDConfiguration:
        """Fetch the realm's metadata: endpoints, and what the server supports.

        Returns:
            The OpenID Provider configuration; members that are not described are kept as items.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Discovery 1.0 section 4.
        """
        operation = self._blocking.well_known()
        return finish(operation)

    async def a_well_known(self) -> OpenIDConfiguration:
        """Fetch the realm's metadata: endpoints, and what the server supports.

        Returns:
            The OpenID Provider configuration; members that are not described are kept as items.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Discovery 1.0 section 4.
        """
        operation = self._awaitable.well_known()
        return await afinish(operation)

    def auth_url(self, redirect_uri: str, scope: str='email', state: str='', *, nonce: str='', code_challenge: str | None=None, code_challenge_method: str | None=None) -> str:
        """Build the URL to which the user's browser is sent to log in.

        Fetches the realm's metadata for the endpoint; the authorization request itself is the browser's.

        Args:
            redirect_uri: URL that receives the code; one of those registered for the client.
            scope: Scopes, separated by blanks; `openid` is needed for an ID token.
            state: Comes back with the code; compare it. `""` sends none, which allows request forgery.
            nonce: Comes back in the ID token; compare it. `""` sends none.
            code_challenge: Challenge of PKCE, see `keycloak_sdk.pkce_utils`; `None` sends none.
            code_challenge_method: `S256` or `plain`; `None` sends none.

        Returns:
            The URL, every value encoded.

        Raises:
            KeycloakGetError: The realm does not exist (404), or its metadata is not as described.
            KeycloakRequestError: `redirect_uri` is empty; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 section 3.1.2.1; RFC 7636 section 4.3.
        """
        operation = self._blocking.auth_url(redirect_uri, scope, state, nonce=nonce, code_challenge=code_challenge, code_challenge_method=code_challenge_method)
        del redirect_uri, scope, state, nonce, code_challenge, code_challenge_method
        return finish(operation)

    async def a_auth_url(self, redirect_uri: str, scope: str='email', state: str='', *, nonce: str='', code_challenge: str | None=None, code_challenge_method: str | None=None) -> str:
        """Build the URL to which the user's browser is sent to log in.

        Fetches the realm's metadata for the endpoint; the authorization request itself is the browser's.

        Args:
            redirect_uri: URL that receives the code; one of those registered for the client.
            scope: Scopes, separated by blanks; `openid` is needed for an ID token.
            state: Comes back with the code; compare it. `""` sends none, which allows request forgery.
            nonce: Comes back in the ID token; compare it. `""` sends none.
            code_challenge: Challenge of PKCE, see `keycloak_sdk.pkce_utils`; `None` sends none.
            code_challenge_method: `S256` or `plain`; `None` sends none.

        Returns:
            The URL, every value encoded.

        Raises:
            KeycloakGetError: The realm does not exist (404), or its metadata is not as described.
            KeycloakRequestError: `redirect_uri` is empty; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 section 3.1.2.1; RFC 7636 section 4.3.
        """
        operation = self._awaitable.auth_url(redirect_uri, scope, state, nonce=nonce, code_challenge=code_challenge, code_challenge_method=code_challenge_method)
        del redirect_uri, scope, state, nonce, code_challenge, code_challenge_method
        return await afinish(operation)

    def certs(self) -> JsonWebKeySet:
        """Fetch the realm's public keys.

        The set holds the keys for signatures (`use` is `sig`) and those for encryption (`enc`), in no
        particular order. Every call fetches it; `decode_token` keeps its own copy.

        Returns:
            The key set.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 7517 section 5.
        """
        operation = self._blocking.certs()
        return finish(operation)

    async def a_certs(self) -> JsonWebKeySet:
        """Fetch the realm's public keys.

        The set holds the keys for signatures (`use` is `sig`) and those for encryption (`enc`), in no
        particular order. Every call fetches it; `decode_token` keeps its own copy.

        Returns:
            The key set.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 7517 section 5.
        """
        operation = self._awaitable.certs()
        return await afinish(operation)

    def public_key(self) -> str:
        """Fetch the realm's active RS256 key from its description.

        Clients whose tokens are signed otherwise need `certs`.

        Returns:
            The key: DER (SubjectPublicKeyInfo), base64, without PEM's first and last line.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's realm resource.
        """
        operation = self._blocking.public_key()
        return finish(operation)

    async def a_public_key(self) -> str:
        """Fetch the realm's active RS256 key from its description.

        Clients whose tokens are signed otherwise need `certs`.

        Returns:
            The key: DER (SubjectPublicKeyInfo), base64, without PEM's first and last line.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's realm resource.
        """
        operation = self._awaitable.public_key()
        return await afinish(operation)

    def token(self, username: str='', password: str='', grant_type: str | Sequence[str]=['password'], code: str='', redirect_uri: str='', totp: int | str | None=None, scope: str='openid', *, code_verifier: str | None=None, **extra: Any) -> TokenResponse:
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
        operation = self._blocking.token(username, password, grant_type, code, redirect_uri, totp, scope, code_verifier=code_verifier, **extra)
        del username, password, grant_type, code, redirect_uri, totp, scope, code_verifier, extra
        return finish(operation)

    async def a_token(self, username: str='', password: str='', grant_type: str | Sequence[str]=['password'], code: str='', redirect_uri: str='', totp: int | str | None=None, scope: str='openid', *, code_verifier: str | None=None, **extra: Any) -> TokenResponse:
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
        operation = self._awaitable.token(username, password, grant_type, code, redirect_uri, totp, scope, code_verifier=code_verifier, **extra)
        del username, password, grant_type, code, redirect_uri, totp, scope, code_verifier, extra
        return await afinish(operation)

    def refresh_token(self, refresh_token: str, grant_type: str | Sequence[str]=['refresh_token']) -> TokenResponse:
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
        operation = self._blocking.refresh_token(refresh_token, grant_type)
        del refresh_token, grant_type
        return finish(operation)

    async def a_refresh_token(self, refresh_token: str, grant_type: str | Sequence[str]=['refresh_token']) -> TokenResponse:
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
        operation = self._awaitable.refresh_token(refresh_token, grant_type)
        del refresh_token, grant_type
        return await afinish(operation)

    def exchange_token(self, token: str, audience: str | None=None, subject: str | None=None, subject_token_type: str | None=None, subject_issuer: str | None=None, requested_issuer: str | None=None, requested_token_type: str='urn:ietf:params:oauth:token-type:refresh_token', scope: str='openid') -> TokenResponse:
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
        operation = self._blocking.exchange_token(token, audience, subject, subject_token_type, subject_issuer, requested_issuer, requested_token_type, scope)
        del token, audience, subject, subject_token_type, subject_issuer, requested_issuer, requested_token_type, scope
        return finish(operation)

    async def a_exchange_token(self, token: str, audience: str | None=None, subject: str | None=None, subject_token_type: str | None=None, subject_issuer: str | None=None, requested_issuer: str | None=None, requested_token_type: str='urn:ietf:params:oauth:token-type:refresh_token', scope: str='openid') -> TokenResponse:
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
        operation = self._awaitable.exchange_token(token, audience, subject, subject_token_type, subject_issuer, requested_issuer, requested_token_type, scope)
        del token, audience, subject, subject_token_type, subject_issuer, requested_issuer, requested_token_type, scope
        return await afinish(operation)

    def device(self, *, scope: str='') -> DeviceAuthorizationResponse:
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
        operation = self._blocking.device(scope=scope)
        del scope
        return finish(operation)

    async def a_device(self, *, scope: str='') -> DeviceAuthorizationResponse:
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
        operation = self._awaitable.device(scope=scope)
        del scope
        return await afinish(operation)

    def userinfo(self, token: str) -> UserInfo | bytes:
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
        operation = self._blocking.userinfo(token)
        del token
        return finish(operation)

    async def a_userinfo(self, token: str) -> UserInfo | bytes:
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
        operation = self._awaitable.userinfo(token)
        del token
        return await afinish(operation)

    def introspect(self, token: str, rpt: str | None=None, token_type_hint: str | None=None) -> IntrospectionResponse:
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
        operation = self._blocking.introspect(token, rpt, token_type_hint)
        del token, rpt, token_type_hint
        return finish(operation)

    async def a_introspect(self, token: str, rpt: str | None=None, token_type_hint: str | None=None) -> IntrospectionResponse:
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
        operation = self._awaitable.introspect(token, rpt, token_type_hint)
        del token, rpt, token_type_hint
        return await afinish(operation)

    def logout(self, refresh_token: str) -> dict[str, Any]:
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
        operation = self._blocking.logout(refresh_token)
        del refresh_token
        return finish(operation)

    async def a_logout(self, refresh_token: str) -> dict[str, Any]:
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
        operation = self._awaitable.logout(refresh_token)
        del refresh_token
        return await afinish(operation)

    def verified_userinfo(self, token: str, *, sub: str | None, decryption_key: DecryptionKey | None=None) -> UserInfo:
        """Fetch the claims about the user who has logged in, and verify them.

        Sends the token as bearer to the userinfo endpoint. Whether it answers with JSON or with a signed
        token, the claims must be about the user `sub`; a signed answer must be of the realm and for this
        client.

        Args:
            token: Access token with the scope `openid`.
            sub: `sub` of the ID token that came with the access token.
            decryption_key: Private key of this client; the answer must be encrypted to it then.

        Returns:
            The claims.

        Raises:
            KeycloakInvalidTokenError: The answer does not verify: one class for each reason,
                `TokenSubjectError` when it is about another user.
            KeycloakAuthenticationError: The token has expired, was revoked, or is none (401).
            KeycloakGetError: Refused; `insufficient_scope` (403) without the scope `openid`.
            KeycloakRequestError: An argument is not as it should be; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 sections 5.3.2 and 5.3.4.
        """
        operation = self._blocking.verified_userinfo(token, sub=sub, decryption_key=decryption_key)
        del token, sub, decryption_key
        return finish(operation)

    async def a_verified_userinfo(self, token: str, *, sub: str | None, decryption_key: DecryptionKey | None=None) -> UserInfo:
        """Fetch the claims about the user who has logged in, and verify them.

        Sends the token as bearer to the userinfo endpoint. Whether it answers with JSON or with a signed
        token, the claims must be about the user `sub`; a signed answer must be of the realm and for this
        client.

        Args:
            token: Access token with the scope `openid`.
            sub: `sub` of the ID token that came with the access token.
            decryption_key: Private key of this client; the answer must be encrypted to it then.

        Returns:
            The claims.

        Raises:
            KeycloakInvalidTokenError: The answer does not verify: one class for each reason,
                `TokenSubjectError` when it is about another user.
            KeycloakAuthenticationError: The token has expired, was revoked, or is none (401).
            KeycloakGetError: Refused; `insufficient_scope` (403) without the scope `openid`.
            KeycloakRequestError: An argument is not as it should be; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 sections 5.3.2 and 5.3.4.
        """
        operation = self._awaitable.verified_userinfo(token, sub=sub, decryption_key=decryption_key)
        del token, sub, decryption_key
        return await afinish(operation)

    def load_authorization_config(self, path: str | os.PathLike[str]) -> None:
        """Load the authorization configuration that Keycloak exports for a client.

        Args:
            path: The JSON file of "Clients, Authorization, Export".

        Raises:
            KeycloakAuthorizationConfigError: It is no JSON, or not as Keycloak exports it: the message
                names the place. What had been loaded before stays.
            OSError: The file cannot be read.

        Source: Keycloak Authorization Services Guide, "Exporting the configuration".
        """
        operation = self._blocking.load_authorization_config(path)
        del path
        return finish(operation)

    async def a_load_authorization_config(self, path: str | os.PathLike[str]) -> None:
        """Load the authorization configuration that Keycloak exports for a client.

        Args:
            path: The JSON file of "Clients, Authorization, Export".

        Raises:
            KeycloakAuthorizationConfigError: It is no JSON, or not as Keycloak exports it: the message
                names the place. What had been loaded before stays.
            OSError: The file cannot be read.

        Source: Keycloak Authorization Services Guide, "Exporting the configuration".
        """
        operation = self._awaitable.load_authorization_config(path)
        del path
        return await afinish(operation)

    def get_policies(self, token: str, method_token_info: str='introspect', **kwargs: Any) -> list[Policy] | None:
        """Return the policies of the loaded configuration that a token's client roles match.

        A role policy matches when the token has any of its roles; `logic`, `required`, realm roles and
        other kinds of policies are not considered.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The policies; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        operation = self._blocking.get_policies(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return finish(operation)

    async def a_get_policies(self, token: str, method_token_info: str='introspect', **kwargs: Any) -> list[Policy] | None:
        """Return the policies of the loaded configuration that a token's client roles match.

        A role policy matches when the token has any of its roles; `logic`, `required`, realm roles and
        other kinds of policies are not considered.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The policies; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        operation = self._awaitable.get_policies(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return await afinish(operation)

    def get_permissions(self, token: str, method_token_info: str='introspect', **kwargs: Any) -> list[Permission] | None:
        """Return the permissions of the loaded configuration that apply a policy the token matches.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The permissions, each once; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        operation = self._blocking.get_permissions(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return finish(operation)

    async def a_get_permissions(self, token: str, method_token_info: str='introspect', **kwargs: Any) -> list[Permission] | None:
        """Return the permissions of the loaded configuration that apply a policy the token matches.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The permissions, each once; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        operation = self._awaitable.get_permissions(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return await afinish(operation)

    def uma_permissions(self, token: str, permissions: PermissionsParam='', **extra_payload: Any) -> list[UmaPermission]:
        """Ask the server which permissions of this resource server a user has.

        Sends a UMA grant to the token endpoint, with the token as bearer and this client as audience.

        Args:
            token: Access token of the user.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as str,
                `UMAPermission`, dict or a collection of them; `""` asks for everything.
            **extra_payload: Further form fields, such as `claim_token`; they win over the others.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare.

        Raises:
            KeycloakAuthenticationError: The token was not accepted (401, older servers).
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, `invalid_resource`
                or `invalid_scope` for unknown names, `invalid_grant` when the token was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._blocking.uma_permissions(token, permissions, **extra_payload)
        del token, permissions, extra_payload
        return finish(operation)

    async def a_uma_permissions(self, token: str, permissions: PermissionsParam='', **extra_payload: Any) -> list[UmaPermission]:
        """Ask the server which permissions of this resource server a user has.

        Sends a UMA grant to the token endpoint, with the token as bearer and this client as audience.

        Args:
            token: Access token of the user.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as str,
                `UMAPermission`, dict or a collection of them; `""` asks for everything.
            **extra_payload: Further form fields, such as `claim_token`; they win over the others.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare.

        Raises:
            KeycloakAuthenticationError: The token was not accepted (401, older servers).
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, `invalid_resource`
                or `invalid_scope` for unknown names, `invalid_grant` when the token was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._awaitable.uma_permissions(token, permissions, **extra_payload)
        del token, permissions, extra_payload
        return await afinish(operation)

    def has_uma_access(self, token: str, permissions: PermissionsParam) -> AuthStatus:
        """Ask the server whether a user has all of these permissions.

        Sends a UMA grant to the token endpoint and looks for each permission in what is granted; up to
        four of them when one request would merge what is asked for, such as a whole resource beside its
        own scopes.

        Args:
            token: Access token of the user.
            permissions: As for `uma_permissions`.

        Returns:
            The status: true when nothing is missing.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user, such as
                `invalid_resource`.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._blocking.has_uma_access(token, permissions)
        del token, permissions
        return finish(operation)

    async def a_has_uma_access(self, token: str, permissions: PermissionsParam) -> AuthStatus:
        """Ask the server whether a user has all of these permissions.

        Sends a UMA grant to the token endpoint and looks for each permission in what is granted; up to
        four of them when one request would merge what is asked for, such as a whole resource beside its
        own scopes.

        Args:
            token: Access token of the user.
            permissions: As for `uma_permissions`.

        Returns:
            The status: true when nothing is missing.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user, such as
                `invalid_resource`.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._awaitable.has_uma_access(token, permissions)
        del token, permissions
        return await afinish(operation)

    def entitlement(self, token: str, resource_server_id: str) -> dict[str, Any]:
        """Ask for the entitlements of a token, at an endpoint that Keycloak has removed.

        Sends the token as bearer. Use `uma_permissions`.

        Args:
            token: Access token.
            resource_server_id: Identifier of the resource server.

        Returns:
            The entitlements, from a server that still has the endpoint.

        Raises:
            KeycloakDeprecationError: The server does not have the endpoint: every Keycloak since 4.
            KeycloakAuthenticationError: The token was not accepted (401).
            KeycloakGetError: Refused for another reason.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak 3's entitlement API.
        """
        operation = self._blocking.entitlement(token, resource_server_id)
        del token, resource_server_id
        return finish(operation)

    async def a_entitlement(self, token: str, resource_server_id: str) -> dict[str, Any]:
        """Ask for the entitlements of a token, at an endpoint that Keycloak has removed.

        Sends the token as bearer. Use `uma_permissions`.

        Args:
            token: Access token.
            resource_server_id: Identifier of the resource server.

        Returns:
            The entitlements, from a server that still has the endpoint.

        Raises:
            KeycloakDeprecationError: The server does not have the endpoint: every Keycloak since 4.
            KeycloakAuthenticationError: The token was not accepted (401).
            KeycloakGetError: Refused for another reason.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak 3's entitlement API.
        """
        operation = self._awaitable.entitlement(token, resource_server_id)
        del token, resource_server_id
        return await afinish(operation)

    def _token_info(self, token: str, method_token_info: str, **kwargs: Any) -> Mapping[str, Any]:
        """Return what a token says, asked from the server or verified here.

        Args:
            token: The token.
            method_token_info: `introspect` or `decode`.
            **kwargs: Arguments of `decode_token`.

        Raises:
            KeycloakInvalidTokenError: The token is not active, or does not verify.
        """
        operation = self._blocking._token_info(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return finish(operation)

    async def a__token_info(self, token: str, method_token_info: str, **kwargs: Any) -> Mapping[str, Any]:
        """Return what a token says, asked from the server or verified here.

        Args:
            token: The token.
            method_token_info: `introspect` or `decode`.
            **kwargs: Arguments of `decode_token`.

        Raises:
            KeycloakInvalidTokenError: The token is not active, or does not verify.
        """
        operation = self._awaitable._token_info(token, method_token_info, **kwargs)
        del token, method_token_info, kwargs
        return await afinish(operation)

    def register_client(self, token: str, payload: dict[str, Any]) -> ClientRepresentation:
        """Register a client.

        Sends the representation as JSON, with the token as bearer.

        Args:
            token: Initial access token, or an access token with the role `create-client`.
            payload: ClientRepresentation, such as `{"clientId": "shop"}`.

        Returns:
            The client as registered; `registrationAccessToken` is the bearer of later changes.

        Raises:
            KeycloakAuthenticationError: The token has expired, was used up, or is none (401).
            KeycloakPostError: Refused; 400 when the identifier is taken, 403 without the role.
            KeycloakRequestError: The token or the payload cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's client registration service, provider `default`.
        """
        operation = self._blocking.register_client(token, payload)
        del token, payload
        return finish(operation)

    async def a_register_client(self, token: str, payload: dict[str, Any]) -> ClientRepresentation:
        """Register a client.

        Sends the representation as JSON, with the token as bearer.

        Args:
            token: Initial access token, or an access token with the role `create-client`.
            payload: ClientRepresentation, such as `{"clientId": "shop"}`.

        Returns:
            The client as registered; `registrationAccessToken` is the bearer of later changes.

        Raises:
            KeycloakAuthenticationError: The token has expired, was used up, or is none (401).
            KeycloakPostError: Refused; 400 when the identifier is taken, 403 without the role.
            KeycloakRequestError: The token or the payload cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's client registration service, provider `default`.
        """
        operation = self._awaitable.register_client(token, payload)
        del token, payload
        return await afinish(operation)

    def update_client(self, token: str, client_id: str, payload: dict[str, Any]) -> ClientRepresentation:
        """Change a registered client.

        Sends the representation as JSON, with the token as bearer. The old registration access token is
        used up; the answer holds a new one.

        Args:
            token: Registration access token of the client.
            client_id: Identifier of the client.
            payload: ClientRepresentation; `clientId` is added when it is missing, to a copy.

        Returns:
            The client as changed.

        Raises:
            KeycloakAuthenticationError: The token was used up, or is none (401).
            KeycloakPutError: Refused; 403 without the right to it.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's client registration service, provider `default`.
        """
        operation = self._blocking.update_client(token, client_id, payload)
        del token, client_id, payload
        return finish(operation)

    async def a_update_client(self, token: str, client_id: str, payload: dict[str, Any]) -> ClientRepresentation:
        """Change a registered client.

        Sends the representation as JSON, with the token as bearer. The old registration access token is
        used up; the answer holds a new one.

        Args:
            token: Registration access token of the client.
            client_id: Identifier of the client.
            payload: ClientRepresentation; `clientId` is added when it is missing, to a copy.

        Returns:
            The client as changed.

        Raises:
            KeycloakAuthenticationError: The token was used up, or is none (401).
            KeycloakPutError: Refused; 403 without the right to it.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's client registration service, provider `default`.
        """
        operation = self._awaitable.update_client(token, client_id, payload)
        del token, client_id, payload
        return await afinish(operation)
