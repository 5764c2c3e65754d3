# SPDX-License-Identifier: Apache-2.0
"""The token of a connection for requests that the program sends by itself, as `BearerAuth` adds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._challenges import refuses_token
from keycloak_sdk._codec import bearer
from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection

    from keycloak_sdk._operations.renewal import RenewingOperations


class BearerOperations:
    """Gets the `Authorization` of a request, and the one that follows when the server refuses it."""

    def __init__(self, wire: RenewingOperations) -> None:
        self.wire = wire

    async def authorization(self) -> str:
        """Return the token as it is sent, renewed before when it was stale."""
        await self.wire._refresh_if_required()
        return self._now()

    async def authorization_after(self, refused: str, challenges: Collection[str] = ()) -> str:
        """Return what follows a refused one: the token held by now, or another one that is fetched.

        It is the same again when the `challenges` of the 401 call something else wrong than the token.
        """
        if not refuses_token(challenges):
            return refused
        await self.wire._renew_refused(refused)
        return self._now()

    def _now(self) -> str:
        held = self.wire.connection._held_token
        if held is None:
            raise KeycloakConfigurationError(
                "the connection has neither a token nor credentials: give username and password, "
                "client_secret_key, or token"
            )
        return bearer(held.response.access_token)
