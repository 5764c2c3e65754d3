# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/renewal.py by `make generate`.
"""A token that renews itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._io.port import afinish, finish

if TYPE_CHECKING:
    from keycloak_sdk._operations.renewal import RenewingOperations


class RenewalTwins:
    """The token of a connection, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> RenewingOperations: ...
        @property
        def _awaitable(self) -> RenewingOperations: ...

    def get_token(self) -> None:
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
        operation = self._blocking.get_token()
        return finish(operation)

    async def a_get_token(self) -> None:
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
        operation = self._awaitable.get_token()
        return await afinish(operation)

    def refresh_token(self) -> None:
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
        operation = self._blocking.refresh_token()
        return finish(operation)

    async def a_refresh_token(self) -> None:
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
        operation = self._awaitable.refresh_token()
        return await afinish(operation)

    def _refresh_if_required(self) -> None:
        """Replace the held token when it is stale, or when there is none.

        When the time for an early renewal has come, one caller tries it; its failure is no error yet.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.
        """
        operation = self._blocking._refresh_if_required()
        return finish(operation)

    async def a__refresh_if_required(self) -> None:
        """Replace the held token when it is stale, or when there is none.

        When the time for an early renewal has come, one caller tries it; its failure is no error yet.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.
        """
        operation = self._awaitable._refresh_if_required()
        return await afinish(operation)
