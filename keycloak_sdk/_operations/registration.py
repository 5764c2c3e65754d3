# SPDX-License-Identifier: Apache-2.0
"""Registering clients, with Keycloak's own representation of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from keycloak_oidc_api.api.registration import create_client, update_client
from keycloak_oidc_api.models import ClientRepresentation
from keycloak_sdk._codec import bearer
from keycloak_sdk._operations.realm_client import RealmOperations, built
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import KeycloakPostError, KeycloakPutError, KeycloakRequestError

if TYPE_CHECKING:
    from keycloak_oidc_api.types import RequestKwargs


class RegistrationOperations(RealmOperations):
    """The client registration service."""

    async def register_client(self, token: str, payload: dict[str, Any]) -> ClientRepresentation:
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
        request = built(create_client.build_request, self.realm, body=ClientRepresentation())
        return await self.wire.call(
            _with_json(request, _payload(payload)),
            create_client.parse_response,
            KeycloakPostError,
            authorization=bearer(token),
        )

    async def update_client(
        self, token: str, client_id: str, payload: dict[str, Any]
    ) -> ClientRepresentation:
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
        request = built(
            update_client.build_request,
            self.realm,
            segment(client_id, "client_id"),
            body=ClientRepresentation(),
        )
        return await self.wire.call(
            _with_json(request, {"clientId": client_id, **_payload(payload)}),
            update_client.parse_response,
            KeycloakPutError,
            authorization=bearer(token),
        )


def _payload(payload: object) -> dict[str, Any]:
    if not isinstance(payload, Mapping):
        raise KeycloakRequestError(f"payload is of type {type(payload).__name__}: give a dict")
    return dict(cast("Mapping[str, Any]", payload))


def _with_json(request: RequestKwargs, payload: Mapping[str, Any]) -> RequestKwargs:
    """Send the caller's own object: the server knows more members, and looser types, than we describe."""
    changed = request.copy()
    changed["json"] = payload
    return changed
