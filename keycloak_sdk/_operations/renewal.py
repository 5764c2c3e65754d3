# SPDX-License-Identifier: Apache-2.0
"""Requests with a token that renews itself, as `KeycloakOpenIDConnection` offers them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from keycloak_sdk import _tokens
from keycloak_sdk._codec import bearer
from keycloak_sdk._operations.connection import ConnectionOperations, Server
from keycloak_sdk._operations.tokens import TokenOperations
from keycloak_sdk.exceptions import HTTP_UNAUTHORIZED, KeycloakError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from keycloak_oidc_api.models import TokenResponse
    from keycloak_sdk._io.port import Io, Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._operations.realm_client import RealmClient
    from keycloak_sdk._tokens import HeldToken


class TokenOwner(Server, Protocol):
    """A connection that holds a token, and what it takes to get another."""

    token_lifetime_fraction: float

    @property
    def _held_token(self) -> HeldToken | None:
        """The token, and until when it is sent without asking."""
        ...

    @_held_token.setter
    def _held_token(self, value: HeldToken | None) -> None: ...

    @property
    def username(self) -> str | None:
        """User name of the password grant."""
        ...

    @property
    def password(self) -> str | None:
        """Password of the password grant."""
        ...

    @property
    def totp(self) -> int | str | None:
        """One-time code of the password grant."""
        ...

    @property
    def grant_type(self) -> str | None:
        """The grant to use; `None` to choose by the credentials."""
        ...

    @property
    def _login(self) -> RealmClient:
        """The client that asks for tokens."""
        ...

    @property
    def _login_server(self) -> Server:
        """The server as the token requests see it: without the bearer."""
        ...

    @property
    def _renewal(self) -> SingleFlight[None]:
        """The renewal under way, shared by both sides."""
        ...


class RenewingOperations(ConnectionOperations):
    """Requests with the connection's own token."""

    connection: TokenOwner

    def __init__(self, connection: TokenOwner, io: Io) -> None:
        super().__init__(connection, io)

    @property
    def _openid(self) -> TokenOperations:
        """The client that logs in, as the connection's properties now say; few calls need it."""
        owner = self.connection
        return TokenOperations(owner._login, ConnectionOperations(owner._login_server, self.io))

    async def get_token(self) -> None:
        """Log in with the connection's credentials and hold the token.

        Sends a password grant when the connection has a user name and a password, else a client
        credentials grant when it has a client secret; `grant_type` chooses otherwise. Without any of
        them nothing is sent and no token is held.

        Raises:
            KeycloakInvalidCredentialsError: User name, password or one-time code are wrong.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakPostError: The server refused for another reason.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 sections 4.3 and 4.4.
        """
        owner = self.connection
        grant = owner.grant_type or self._grant_of_credentials()
        if grant is None:
            owner._held_token = None
            return
        self._hold(
            await self._openid.token(
                owner.username or "", owner.password or "", grant_type=grant, totp=owner.totp
            )
        )

    async def refresh_token(self) -> None:
        """Replace the held token by a new one, and hold that.

        Sends the refresh token; when there is none, or the server answers `invalid_grant` and the
        connection has credentials, it logs in again. Callers that come while a renewal is under way
        share its outcome.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 section 6.
        """
        await self._renew(self.connection._held_token)

    async def _refresh_if_required(self) -> None:
        """Replace the held token when it is stale, or when there is none.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.
        """
        held = self.connection._held_token
        if held is None or held.is_stale(self.connection.clock.monotonic()):
            await self._renew(held)

    async def _exchange(
        self, method: str, path: str, query: Mapping[str, Any], data: object = None
    ) -> httpx.Response:
        request = self._outgoing(method, path, query, data)
        if request.authorization is None:
            await self._refresh_if_required()
            request = self._authorized(request)
        response = await self._send(request)
        if response.status_code != HTTP_UNAUTHORIZED:
            return response
        held = self.connection._held_token
        await self._renew(held if self._authorized(request).authorization == request.authorization else None)
        repeated = self._authorized(request)
        if repeated.authorization == request.authorization:
            return response
        return await self._send(repeated, resends=1)

    def _authorized(self, request: Outgoing) -> Outgoing:
        """Return the request with the token that is held now; as it is without one."""
        held = self.connection._held_token
        return request if held is None else request.authorized(bearer(held.response.access_token))

    async def _renew(self, refused: HeldToken | None) -> None:
        """Have the token replaced; again when the renewal that was joined had another one in mind."""
        await self.io.share(self.connection._renewal, partial(self._replace, refused))
        if refused is not None and self.connection._held_token is refused:
            await self.io.share(self.connection._renewal, partial(self._replace, refused))

    async def _replace(self, refused: HeldToken | None) -> None:
        held = self.connection._held_token
        if held is not None and held is not refused and not held.is_stale(self.connection.clock.monotonic()):
            return
        refresh_token = held.response.refresh_token if held is not None else None
        if not refresh_token:
            await self.get_token()
            return
        try:
            self._hold(await self._openid.refresh_token(refresh_token))
        except KeycloakError as error:
            if not _tokens.needs_login(error) or self._grant_of_credentials() is None:
                raise
            await self.get_token()

    def _grant_of_credentials(self) -> str | None:
        owner = self.connection
        if owner.username and owner.password:
            return "password"
        return "client_credentials" if owner._login.client_secret_key else None

    def _hold(self, token: TokenResponse) -> None:
        owner = self.connection
        owner._held_token = _tokens.hold(
            token,
            fraction=owner.token_lifetime_fraction,
            monotonic=owner.clock.monotonic(),
            now=owner.clock.now(),
        )
