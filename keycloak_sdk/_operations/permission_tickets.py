# SPDX-License-Identifier: Apache-2.0
"""Permission tickets: what a client tried to do, and what users asked each other for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from keycloak_oidc_api.api.uma import (
    count_permission_tickets,
    create_permission_ticket,
    grant_permission,
    list_permission_tickets,
    revoke_permission,
    update_permission,
)
from keycloak_oidc_api.models import PermissionRequest, PermissionTicket
from keycloak_sdk._operations.paging import all_pages
from keycloak_sdk._operations.protection import ProtectionOperations
from keycloak_sdk._operations.realm_client import RealmClient, built, request_body
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import (
    KeycloakDeleteError,
    KeycloakGetError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
)
from keycloak_sdk.uma_challenge import UmaChallenge
from keycloak_sdk.uma_permissions import scopes_by_resource

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from typing import Unpack

    from keycloak_oidc_api.models import PermissionTicketResponse
    from keycloak_sdk.uma_options import TicketFilter
    from keycloak_sdk.uma_permissions import PermissionsParam


class ResourceServer(RealmClient, Protocol):
    """A client whose resources are asked for."""

    @property
    def issuer(self) -> str | None:
        """Issuer of the realm; `None` for its URL at the server."""
        ...


class TicketOperations(ProtectionOperations):
    """Permissions that were refused, asked for and given."""

    client: ResourceServer  # pyright: ignore[reportIncompatibleVariableOverride] # set once

    async def create_permission_ticket(
        self,
        permissions: PermissionsParam,
        *,
        claims: Mapping[str, Sequence[str]] | None = None,
        token: str | None = None,
    ) -> PermissionTicketResponse:
        """Make a ticket for what somebody tried to do and may not: the answer to it is a 401 with the ticket.

        Args:
            permissions: What it takes, as for `KeycloakOpenID.uma_permissions`: resources by id, or the
                server's own by name, each with the scopes that are needed; one ticket for all.
            claims: What policies are to know of the attempt, such as `{"action": ["print"]}`.
            token: Access token to send; `None` for the client's own.

        Returns:
            The ticket. It is good for about a minute, and for whoever brings it: a secret.

        Raises:
            KeycloakPostError: Refused: 400 `invalid_resource_id` or `invalid_scope` for what does not exist.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: `permissions` is empty, or cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 4.1.
        """
        wanted = scopes_by_resource(permissions)
        if not wanted:
            raise KeycloakRequestError("permissions is empty: a ticket is for something")
        given = None if claims is None else {name: list(values) for name, values in claims.items()}
        body = [
            request_body(
                PermissionRequest,
                {"resource_id": resource, "resource_scopes": scopes or None, "claims": given},
            )
            for resource, scopes in wanted.items()
        ]
        request = built(create_permission_ticket.build_request, self.realm, body=body)
        parse = create_permission_ticket.parse_response
        return await self._call_as(request, parse, KeycloakPostError, token)

    async def challenge(
        self,
        permissions: PermissionsParam,
        *,
        claims: Mapping[str, Sequence[str]] | None = None,
        token: str | None = None,
    ) -> UmaChallenge:
        """Make the challenge for a 401: a ticket, and the realm where it is exchanged.

        Args:
            permissions: What is missing, as for `create_permission_ticket`.
            claims: As for `create_permission_ticket`.
            token: As for `create_permission_ticket`.

        Returns:
            The challenge; its `header` is the value of `WWW-Authenticate`.

        Raises:
            KeycloakError: As `create_permission_ticket` raises.

        Source: UMA 2.0 Grant section 3.2; Federated Authorization for UMA 2.0 section 4.
        """
        made = await self.create_permission_ticket(permissions, claims=claims, token=token)
        name = self.client.realm_name
        return UmaChallenge(name if name.isascii() else "", self.client.issuer or self.realm_url, made.ticket)

    async def list_permission_tickets(
        self,
        *,
        return_names: bool | None = None,
        first: int | None = None,
        max_: int | None = None,
        token: str | None = None,
        **filters: Unpack[TicketFilter],
    ) -> list[PermissionTicket]:
        """Return what users asked the owners of resources for, granted or not.

        Args:
            return_names: Add the names to the ids.
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token to send; `None` for the client's own.
            **filters: Which ones: `resource_id`, `scope_id`, `owner`, `requester` (ids or names), `granted`.

        Raises:
            KeycloakGetError: Refused: 403 `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        request = built(
            list_permission_tickets.build_request,
            self.realm,
            return_names=return_names,
            first=first,
            max_=max_,
            **filters,
        )
        parse = list_permission_tickets.parse_response
        return await self._call_as(request, parse, KeycloakGetError, token)

    async def permission_tickets(
        self,
        *,
        return_names: bool | None = None,
        page_size: int = 100,
        token: str | None = None,
        **filters: Unpack[TicketFilter],
    ) -> AsyncGenerator[PermissionTicket]:
        """Go through what users asked the owners of resources for, fetched page by page.

        One that is made or taken back meanwhile may be missed, or come twice.

        Args:
            return_names: Add the names to the ids.
            page_size: How many to fetch at once.
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_permission_tickets`.

        Raises:
            KeycloakError: As `list_permission_tickets` raises, when the page in question is fetched.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        async for ticket in all_pages(
            lambda first, max_: self.list_permission_tickets(
                return_names=return_names, first=first, max_=max_, token=token, **filters
            ),
            page_size,
        ):
            yield ticket

    async def count_permission_tickets(
        self, *, token: str | None = None, **filters: Unpack[TicketFilter]
    ) -> int:
        """Return how many permissions users asked for, granted or not.

        Args:
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_permission_tickets`.

        Raises:
            KeycloakError: As `list_permission_tickets` raises.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        request = built(count_permission_tickets.build_request, self.realm, **filters)
        parse = count_permission_tickets.parse_response
        return await self._call_as(request, parse, KeycloakGetError, token)

    async def grant_permission(
        self,
        resource_id: str,
        scope: str,
        *,
        requester: str | None = None,
        requester_name: str | None = None,
        granted: bool = True,
        token: str | None = None,
    ) -> PermissionTicket:
        """Give a user a scope of an owner-managed resource, in its owner's name; or ask for it.

        Args:
            resource_id: Id of the resource.
            scope: Name of the scope.
            requester: Id of the user.
            requester_name: Name of the user, instead of its id.
            granted: Whether it is given; `False` puts a request before the owner.
            token: Access token to send; `None` for the client's own. Keycloak 26.4 wants the owner's.

        Returns:
            The permission with its id.

        Raises:
            KeycloakPostError: Refused: for what does not exist, or is not the owner's to give; 403
                `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        if (requester is None) is (requester_name is None):
            raise KeycloakRequestError("give requester, an id, or requester_name: one of them")
        body = PermissionTicket(
            resource=segment(resource_id, "resource_id"),
            scope_name=segment(scope, "scope"),
            requester=requester,
            requester_name=requester_name,
            granted=granted,
        )
        request = built(grant_permission.build_request, self.realm, body=body)
        return await self._call_as(request, grant_permission.parse_response, KeycloakPostError, token)

    async def update_permission(self, ticket_id: str, *, granted: bool, token: str | None = None) -> None:
        """Give a permission that was asked for, or refuse it.

        Args:
            ticket_id: Id of the permission, as `list_permission_tickets` tells it.
            granted: `True` gives it; `False` deletes it.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakPutError: Refused: 400 when there is none, 403 `invalid_scope` when the token lacks the
                role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        body = PermissionTicket(id=segment(ticket_id, "ticket_id"), granted=granted)
        request = built(update_permission.build_request, self.realm, body=body)
        await self._call_as(request, update_permission.parse_response, KeycloakPutError, token)

    async def revoke_permission(self, ticket_id: str, *, token: str | None = None) -> None:
        """Take a permission back, or delete the request for it.

        Args:
            ticket_id: Id of the permission.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakDeleteError: Refused: 400 when there is none, 403 `invalid_scope` when the token lacks
                the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        request = built(revoke_permission.build_request, self.realm, segment(ticket_id, "ticket_id"))
        parse = revoke_permission.parse_response
        await self._call_as(request, parse, KeycloakDeleteError, token)
