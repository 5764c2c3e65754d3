# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/resources.py, keycloak_sdk/_operations/permission_tickets.py, keycloak_sdk/_operations/owner_policies.py, keycloak_sdk/_operations/decisions.py by `make generate`.
"""What a resource server asks its realm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._io.port import afinish, aiterate, finish, iterate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from collections.abc import Generator
    from collections.abc import Mapping
    from collections.abc import Sequence
    from keycloak_oidc_api.models import PermissionTicket
    from keycloak_oidc_api.models import PermissionTicketResponse
    from keycloak_oidc_api.models import TokenResponse
    from keycloak_oidc_api.models import UmaPermission
    from keycloak_oidc_api.models import UmaPolicy
    from keycloak_oidc_api.models import UmaResource
    from keycloak_oidc_api.models import UmaResourceRequest
    from keycloak_sdk._operations.uma import UmaOperations
    from keycloak_sdk.decision_cache import DecisionCache
    from keycloak_sdk.uma_challenge import UmaChallenge
    from keycloak_sdk.uma_decisions import Decision
    from keycloak_sdk.uma_options import DecisionOptions
    from keycloak_sdk.uma_options import PolicyFilter
    from keycloak_sdk.uma_options import ResourceFilter
    from keycloak_sdk.uma_options import RptOptions
    from keycloak_sdk.uma_options import TicketFilter
    from keycloak_sdk.uma_permissions import PermissionsParam
    from typing import Unpack


class UmaTwins:
    """Resources, tickets, policies of owners and decisions, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> UmaOperations: ...
        @property
        def _awaitable(self) -> UmaOperations: ...

    def create_resource(self, resource: UmaResourceRequest | Mapping[str, Any], *, token: str | None=None) -> UmaResource:
        """Register a resource; scopes that do not exist yet are made with it.

        Args:
            resource: `name` at least; `resource_scopes`, `uris`, `type`, `displayName`, `attributes`,
                `ownerManagedAccess` and the others of `UmaResourceRequest`.
            token: Access token to send; `None` for the client's own, which is obtained and renewed.

        Returns:
            The resource with its id. Attributes are stored, but not in this answer. Since Keycloak 26.7
            the owner is this client, whatever `owner` says.

        Raises:
            KeycloakPostError: Refused: 409 when there is one of this name, 400 for a member the server does
                not know, 403 `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The resource cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.1.
        """
        operation = self._blocking.create_resource(resource, token=token)
        del resource, token
        return finish(operation)

    async def a_create_resource(self, resource: UmaResourceRequest | Mapping[str, Any], *, token: str | None=None) -> UmaResource:
        """Register a resource; scopes that do not exist yet are made with it.

        Args:
            resource: `name` at least; `resource_scopes`, `uris`, `type`, `displayName`, `attributes`,
                `ownerManagedAccess` and the others of `UmaResourceRequest`.
            token: Access token to send; `None` for the client's own, which is obtained and renewed.

        Returns:
            The resource with its id. Attributes are stored, but not in this answer. Since Keycloak 26.7
            the owner is this client, whatever `owner` says.

        Raises:
            KeycloakPostError: Refused: 409 when there is one of this name, 400 for a member the server does
                not know, 403 `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The resource cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.1.
        """
        operation = self._awaitable.create_resource(resource, token=token)
        del resource, token
        return await afinish(operation)

    def get_resource(self, resource_id: str, *, token: str | None=None) -> UmaResource:
        """Return a resource.

        Args:
            resource_id: Its id, not its name.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakGetError: Refused: 404 when there is none, 403 `invalid_scope` when the token lacks the
                role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.2.
        """
        operation = self._blocking.get_resource(resource_id, token=token)
        del resource_id, token
        return finish(operation)

    async def a_get_resource(self, resource_id: str, *, token: str | None=None) -> UmaResource:
        """Return a resource.

        Args:
            resource_id: Its id, not its name.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakGetError: Refused: 404 when there is none, 403 `invalid_scope` when the token lacks the
                role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.2.
        """
        operation = self._awaitable.get_resource(resource_id, token=token)
        del resource_id, token
        return await afinish(operation)

    def update_resource(self, resource_id: str, resource: UmaResourceRequest | Mapping[str, Any], *, token: str | None=None) -> None:
        """Replace a resource. What is left out is removed, but for its attributes.

        Args:
            resource_id: Its id.
            resource: As for `create_resource`, whole.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakPutError: Refused: 404 when there is none, 409 when another one has the name, 403
                `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The resource cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.3.
        """
        operation = self._blocking.update_resource(resource_id, resource, token=token)
        del resource_id, resource, token
        return finish(operation)

    async def a_update_resource(self, resource_id: str, resource: UmaResourceRequest | Mapping[str, Any], *, token: str | None=None) -> None:
        """Replace a resource. What is left out is removed, but for its attributes.

        Args:
            resource_id: Its id.
            resource: As for `create_resource`, whole.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakPutError: Refused: 404 when there is none, 409 when another one has the name, 403
                `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The resource cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.3.
        """
        operation = self._awaitable.update_resource(resource_id, resource, token=token)
        del resource_id, resource, token
        return await afinish(operation)

    def delete_resource(self, resource_id: str, *, token: str | None=None) -> None:
        """Delete a resource, with what was shared of it.

        Args:
            resource_id: Its id.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakDeleteError: Refused: 404 when there is none, 403 `invalid_scope` when the token lacks
                the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.4.
        """
        operation = self._blocking.delete_resource(resource_id, token=token)
        del resource_id, token
        return finish(operation)

    async def a_delete_resource(self, resource_id: str, *, token: str | None=None) -> None:
        """Delete a resource, with what was shared of it.

        Args:
            resource_id: Its id.
            token: Access token to send; `None` for the client's own.

        Raises:
            KeycloakDeleteError: Refused: 404 when there is none, 403 `invalid_scope` when the token lacks
                the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.4.
        """
        operation = self._awaitable.delete_resource(resource_id, token=token)
        del resource_id, token
        return await afinish(operation)

    def list_resource_ids(self, *, matching_uri: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[ResourceFilter]) -> list[str]:
        """Return the ids of resources.

        Args:
            matching_uri: Let patterns such as `/albums/*` match `uri`, when no resource has just this one;
                the best match is returned.
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token to send; `None` for the client's own.
            **filters: Which ones: `name` (a part of it, or all with `exact_name`), `uri`, `owner`, `type_`,
                `scope`.

        Raises:
            KeycloakGetError: Refused: 403 `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.5.
        """
        operation = self._blocking.list_resource_ids(matching_uri=matching_uri, first=first, max_=max_, token=token, **filters)
        del matching_uri, first, max_, token, filters
        return finish(operation)

    async def a_list_resource_ids(self, *, matching_uri: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[ResourceFilter]) -> list[str]:
        """Return the ids of resources.

        Args:
            matching_uri: Let patterns such as `/albums/*` match `uri`, when no resource has just this one;
                the best match is returned.
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token to send; `None` for the client's own.
            **filters: Which ones: `name` (a part of it, or all with `exact_name`), `uri`, `owner`, `type_`,
                `scope`.

        Raises:
            KeycloakGetError: Refused: 403 `invalid_scope` when the token lacks the role `uma_protection`.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Federated Authorization for UMA 2.0 section 3.2.5.
        """
        operation = self._awaitable.list_resource_ids(matching_uri=matching_uri, first=first, max_=max_, token=token, **filters)
        del matching_uri, first, max_, token, filters
        return await afinish(operation)

    def list_resources(self, *, matching_uri: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[ResourceFilter]) -> list[UmaResource]:
        """Return resources whole: one page of them, or all.

        Args:
            matching_uri: As for `list_resource_ids`.
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_resource_ids`.

        Raises:
            KeycloakError: As `list_resource_ids` raises.

        Source: Federated Authorization for UMA 2.0 section 3.2.5, with Keycloak's `deep`.
        """
        operation = self._blocking.list_resources(matching_uri=matching_uri, first=first, max_=max_, token=token, **filters)
        del matching_uri, first, max_, token, filters
        return finish(operation)

    async def a_list_resources(self, *, matching_uri: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[ResourceFilter]) -> list[UmaResource]:
        """Return resources whole: one page of them, or all.

        Args:
            matching_uri: As for `list_resource_ids`.
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_resource_ids`.

        Raises:
            KeycloakError: As `list_resource_ids` raises.

        Source: Federated Authorization for UMA 2.0 section 3.2.5, with Keycloak's `deep`.
        """
        operation = self._awaitable.list_resources(matching_uri=matching_uri, first=first, max_=max_, token=token, **filters)
        del matching_uri, first, max_, token, filters
        return await afinish(operation)

    def resources(self, *, page_size: int=100, token: str | None=None, **filters: Unpack[ResourceFilter]) -> Generator[UmaResource]:
        """Go through resources, fetched page by page.

        One that is registered or deleted meanwhile may be missed, or come twice.

        Args:
            page_size: How many to fetch at once.
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_resource_ids`.

        Raises:
            KeycloakError: As `list_resource_ids` raises, when the page in question is fetched.

        Source: Federated Authorization for UMA 2.0 section 3.2.5, with Keycloak's `deep`.
        """
        return iterate(self._blocking.resources(page_size=page_size, token=token, **filters))

    def a_resources(self, *, page_size: int=100, token: str | None=None, **filters: Unpack[ResourceFilter]) -> AsyncGenerator[UmaResource]:
        """Go through resources, fetched page by page.

        One that is registered or deleted meanwhile may be missed, or come twice.

        Args:
            page_size: How many to fetch at once.
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_resource_ids`.

        Raises:
            KeycloakError: As `list_resource_ids` raises, when the page in question is fetched.

        Source: Federated Authorization for UMA 2.0 section 3.2.5, with Keycloak's `deep`.
        """
        return aiterate(self._awaitable.resources(page_size=page_size, token=token, **filters))

    def create_permission_ticket(self, permissions: PermissionsParam, *, claims: Mapping[str, Sequence[str]] | None=None, token: str | None=None) -> PermissionTicketResponse:
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
        operation = self._blocking.create_permission_ticket(permissions, claims=claims, token=token)
        del permissions, claims, token
        return finish(operation)

    async def a_create_permission_ticket(self, permissions: PermissionsParam, *, claims: Mapping[str, Sequence[str]] | None=None, token: str | None=None) -> PermissionTicketResponse:
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
        operation = self._awaitable.create_permission_ticket(permissions, claims=claims, token=token)
        del permissions, claims, token
        return await afinish(operation)

    def challenge(self, permissions: PermissionsParam, *, claims: Mapping[str, Sequence[str]] | None=None, token: str | None=None) -> UmaChallenge:
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
        operation = self._blocking.challenge(permissions, claims=claims, token=token)
        del permissions, claims, token
        return finish(operation)

    async def a_challenge(self, permissions: PermissionsParam, *, claims: Mapping[str, Sequence[str]] | None=None, token: str | None=None) -> UmaChallenge:
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
        operation = self._awaitable.challenge(permissions, claims=claims, token=token)
        del permissions, claims, token
        return await afinish(operation)

    def list_permission_tickets(self, *, return_names: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[TicketFilter]) -> list[PermissionTicket]:
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
        operation = self._blocking.list_permission_tickets(return_names=return_names, first=first, max_=max_, token=token, **filters)
        del return_names, first, max_, token, filters
        return finish(operation)

    async def a_list_permission_tickets(self, *, return_names: bool | None=None, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[TicketFilter]) -> list[PermissionTicket]:
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
        operation = self._awaitable.list_permission_tickets(return_names=return_names, first=first, max_=max_, token=token, **filters)
        del return_names, first, max_, token, filters
        return await afinish(operation)

    def permission_tickets(self, *, return_names: bool | None=None, page_size: int=100, token: str | None=None, **filters: Unpack[TicketFilter]) -> Generator[PermissionTicket]:
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
        return iterate(self._blocking.permission_tickets(return_names=return_names, page_size=page_size, token=token, **filters))

    def a_permission_tickets(self, *, return_names: bool | None=None, page_size: int=100, token: str | None=None, **filters: Unpack[TicketFilter]) -> AsyncGenerator[PermissionTicket]:
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
        return aiterate(self._awaitable.permission_tickets(return_names=return_names, page_size=page_size, token=token, **filters))

    def count_permission_tickets(self, *, token: str | None=None, **filters: Unpack[TicketFilter]) -> int:
        """Return how many permissions users asked for, granted or not.

        Args:
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_permission_tickets`.

        Raises:
            KeycloakError: As `list_permission_tickets` raises.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        operation = self._blocking.count_permission_tickets(token=token, **filters)
        del token, filters
        return finish(operation)

    async def a_count_permission_tickets(self, *, token: str | None=None, **filters: Unpack[TicketFilter]) -> int:
        """Return how many permissions users asked for, granted or not.

        Args:
            token: Access token to send; `None` for the client's own.
            **filters: As for `list_permission_tickets`.

        Raises:
            KeycloakError: As `list_permission_tickets` raises.

        Source: Keycloak Authorization Services Guide, "Managing permission requests".
        """
        operation = self._awaitable.count_permission_tickets(token=token, **filters)
        del token, filters
        return await afinish(operation)

    def grant_permission(self, resource_id: str, scope: str, *, requester: str | None=None, requester_name: str | None=None, granted: bool=True, token: str | None=None) -> PermissionTicket:
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
        operation = self._blocking.grant_permission(resource_id, scope, requester=requester, requester_name=requester_name, granted=granted, token=token)
        del resource_id, scope, requester, requester_name, granted, token
        return finish(operation)

    async def a_grant_permission(self, resource_id: str, scope: str, *, requester: str | None=None, requester_name: str | None=None, granted: bool=True, token: str | None=None) -> PermissionTicket:
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
        operation = self._awaitable.grant_permission(resource_id, scope, requester=requester, requester_name=requester_name, granted=granted, token=token)
        del resource_id, scope, requester, requester_name, granted, token
        return await afinish(operation)

    def update_permission(self, ticket_id: str, *, granted: bool, token: str | None=None) -> None:
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
        operation = self._blocking.update_permission(ticket_id, granted=granted, token=token)
        del ticket_id, granted, token
        return finish(operation)

    async def a_update_permission(self, ticket_id: str, *, granted: bool, token: str | None=None) -> None:
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
        operation = self._awaitable.update_permission(ticket_id, granted=granted, token=token)
        del ticket_id, granted, token
        return await afinish(operation)

    def revoke_permission(self, ticket_id: str, *, token: str | None=None) -> None:
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
        operation = self._blocking.revoke_permission(ticket_id, token=token)
        del ticket_id, token
        return finish(operation)

    async def a_revoke_permission(self, ticket_id: str, *, token: str | None=None) -> None:
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
        operation = self._awaitable.revoke_permission(ticket_id, token=token)
        del ticket_id, token
        return await afinish(operation)

    def create_policy(self, resource_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None=None) -> UmaPolicy:
        """Share a resource: put a policy on it.

        Args:
            resource_id: Id of the resource, which is owner-managed.
            policy: `name` and whom it is for: `users`, `roles`, `groups` or `clients`; `scopes` says for
                what, all of them without it.
            token: Access token of the owner, issued to this client; `None` for the client's own, when the
                client is the owner.

        Returns:
            The policy with its id, and whom it is for. The server drops roles, groups and clients that it
            does not know without a word: compare.

        Raises:
            KeycloakPostError: Refused: 400 when the resource does not exist or is not the owner's, or a
                scope is not the resource's; 409 for a second one of this name; 500 for an unknown user.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The policy is for nobody, or cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._blocking.create_policy(resource_id, policy, token=token)
        del resource_id, policy, token
        return finish(operation)

    async def a_create_policy(self, resource_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None=None) -> UmaPolicy:
        """Share a resource: put a policy on it.

        Args:
            resource_id: Id of the resource, which is owner-managed.
            policy: `name` and whom it is for: `users`, `roles`, `groups` or `clients`; `scopes` says for
                what, all of them without it.
            token: Access token of the owner, issued to this client; `None` for the client's own, when the
                client is the owner.

        Returns:
            The policy with its id, and whom it is for. The server drops roles, groups and clients that it
            does not know without a word: compare.

        Raises:
            KeycloakPostError: Refused: 400 when the resource does not exist or is not the owner's, or a
                scope is not the resource's; 409 for a second one of this name; 500 for an unknown user.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The policy is for nobody, or cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._awaitable.create_policy(resource_id, policy, token=token)
        del resource_id, policy, token
        return await afinish(operation)

    def get_policy(self, policy_id: str, *, token: str | None=None) -> UmaPolicy:
        """Return a policy of an owner.

        Args:
            policy_id: Its id.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakGetError: Refused: 404 when there is none.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._blocking.get_policy(policy_id, token=token)
        del policy_id, token
        return finish(operation)

    async def a_get_policy(self, policy_id: str, *, token: str | None=None) -> UmaPolicy:
        """Return a policy of an owner.

        Args:
            policy_id: Its id.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakGetError: Refused: 404 when there is none.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._awaitable.get_policy(policy_id, token=token)
        del policy_id, token
        return await afinish(operation)

    def update_policy(self, policy_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None=None) -> None:
        """Replace a policy of an owner.

        Args:
            policy_id: Its id.
            policy: As for `create_policy`, whole: best what `get_policy` returned, changed.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakPutError: Refused: 404 when there is none, 400 when a scope is not the resource's.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The policy is for nobody, which the server would take for a wish to delete
                it, or cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._blocking.update_policy(policy_id, policy, token=token)
        del policy_id, policy, token
        return finish(operation)

    async def a_update_policy(self, policy_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None=None) -> None:
        """Replace a policy of an owner.

        Args:
            policy_id: Its id.
            policy: As for `create_policy`, whole: best what `get_policy` returned, changed.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakPutError: Refused: 404 when there is none, 400 when a scope is not the resource's.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The policy is for nobody, which the server would take for a wish to delete
                it, or cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._awaitable.update_policy(policy_id, policy, token=token)
        del policy_id, policy, token
        return await afinish(operation)

    def delete_policy(self, policy_id: str, *, token: str | None=None) -> None:
        """Delete a policy of an owner.

        Args:
            policy_id: Its id.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakDeleteError: Refused: 404 when there is none.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._blocking.delete_policy(policy_id, token=token)
        del policy_id, token
        return finish(operation)

    async def a_delete_policy(self, policy_id: str, *, token: str | None=None) -> None:
        """Delete a policy of an owner.

        Args:
            policy_id: Its id.
            token: Access token of the owner; `None` for the client's own.

        Raises:
            KeycloakDeleteError: Refused: 404 when there is none.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: The id cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._awaitable.delete_policy(policy_id, token=token)
        del policy_id, token
        return await afinish(operation)

    def list_policies(self, *, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[PolicyFilter]) -> list[UmaPolicy]:
        """Return the policies of an owner: one page of them, or all.

        Args:
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token of the owner; `None` for the client's own.
            **filters: Which ones: `resource` (its id), `name`, `scope`.

        Raises:
            KeycloakGetError: Refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._blocking.list_policies(first=first, max_=max_, token=token, **filters)
        del first, max_, token, filters
        return finish(operation)

    async def a_list_policies(self, *, first: int | None=None, max_: int | None=None, token: str | None=None, **filters: Unpack[PolicyFilter]) -> list[UmaPolicy]:
        """Return the policies of an owner: one page of them, or all.

        Args:
            first: How many to leave out at the start.
            max_: How many to return at most; `None` for all.
            token: Access token of the owner; `None` for the client's own.
            **filters: Which ones: `resource` (its id), `name`, `scope`.

        Raises:
            KeycloakGetError: Refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakRequestError: An argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        operation = self._awaitable.list_policies(first=first, max_=max_, token=token, **filters)
        del first, max_, token, filters
        return await afinish(operation)

    def policies(self, *, page_size: int=100, token: str | None=None, **filters: Unpack[PolicyFilter]) -> Generator[UmaPolicy]:
        """Go through the policies of an owner, fetched page by page.

        One that is made or deleted meanwhile may be missed, or come twice.

        Args:
            page_size: How many to fetch at once.
            token: Access token of the owner; `None` for the client's own.
            **filters: As for `list_policies`.

        Raises:
            KeycloakError: As `list_policies` raises, when the page in question is fetched.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        return iterate(self._blocking.policies(page_size=page_size, token=token, **filters))

    def a_policies(self, *, page_size: int=100, token: str | None=None, **filters: Unpack[PolicyFilter]) -> AsyncGenerator[UmaPolicy]:
        """Go through the policies of an owner, fetched page by page.

        One that is made or deleted meanwhile may be missed, or come twice.

        Args:
            page_size: How many to fetch at once.
            token: Access token of the owner; `None` for the client's own.
            **filters: As for `list_policies`.

        Raises:
            KeycloakError: As `list_policies` raises, when the page in question is fetched.

        Source: Keycloak Authorization Services Guide, "Managing resource permissions using the Policy API".
        """
        return aiterate(self._awaitable.policies(page_size=page_size, token=token, **filters))

    def rpt(self, token: str | None, permissions: PermissionsParam='', **options: Unpack[RptOptions]) -> TokenResponse:
        """Obtain a requesting party token (RPT): an access token that carries permissions.

        Sends a UMA grant to the token endpoint. What the token carries may be less than what was asked for:
        one granted permission makes a success. The resource server has to look.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as for
                `KeycloakOpenID.uma_permissions`; `""` asks for everything, or for what `ticket` names.
            **options: `ticket`, `claims`, `claim_token` and `claim_token_format`, `rpt`, `submit_request`,
                `audience`, `subject_token`, `scope`, `permission_resource_format`,
                `permission_resource_matching_uri`, `response_include_resource_name`,
                `response_permissions_limit`; see `RptOptions`.

        Returns:
            The token response; `access_token` is the RPT.

        Raises:
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, with the description
                `request_submitted` when the owner is asked now; `invalid_ticket` for a ticket that is no
                longer good, `invalid_resource` or `invalid_scope` for unknown names, `invalid_grant` when
                the token was not accepted.
            KeycloakAuthenticationError: The client, or (older servers) the token, was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._blocking.rpt(token, permissions, **options)
        del token, permissions, options
        return finish(operation)

    async def a_rpt(self, token: str | None, permissions: PermissionsParam='', **options: Unpack[RptOptions]) -> TokenResponse:
        """Obtain a requesting party token (RPT): an access token that carries permissions.

        Sends a UMA grant to the token endpoint. What the token carries may be less than what was asked for:
        one granted permission makes a success. The resource server has to look.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as for
                `KeycloakOpenID.uma_permissions`; `""` asks for everything, or for what `ticket` names.
            **options: `ticket`, `claims`, `claim_token` and `claim_token_format`, `rpt`, `submit_request`,
                `audience`, `subject_token`, `scope`, `permission_resource_format`,
                `permission_resource_matching_uri`, `response_include_resource_name`,
                `response_permissions_limit`; see `RptOptions`.

        Returns:
            The token response; `access_token` is the RPT.

        Raises:
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, with the description
                `request_submitted` when the owner is asked now; `invalid_ticket` for a ticket that is no
                longer good, `invalid_resource` or `invalid_scope` for unknown names, `invalid_grant` when
                the token was not accepted.
            KeycloakAuthenticationError: The client, or (older servers) the token, was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._awaitable.rpt(token, permissions, **options)
        del token, permissions, options
        return await afinish(operation)

    def permissions(self, token: str | None, permissions: PermissionsParam='', **options: Unpack[RptOptions]) -> list[UmaPermission]:
        """Return which permissions are granted, of all or of those that are named.

        Sends a UMA grant with `response_mode=permissions` to the token endpoint.

        Args:
            token: As for `rpt`.
            permissions: As for `rpt`.
            **options: As for `rpt`.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare, or
            use `decide`.

        Raises:
            KeycloakError: As `rpt` raises.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._blocking.permissions(token, permissions, **options)
        del token, permissions, options
        return finish(operation)

    async def a_permissions(self, token: str | None, permissions: PermissionsParam='', **options: Unpack[RptOptions]) -> list[UmaPermission]:
        """Return which permissions are granted, of all or of those that are named.

        Sends a UMA grant with `response_mode=permissions` to the token endpoint.

        Args:
            token: As for `rpt`.
            permissions: As for `rpt`.
            **options: As for `rpt`.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare, or
            use `decide`.

        Raises:
            KeycloakError: As `rpt` raises.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._awaitable.permissions(token, permissions, **options)
        del token, permissions, options
        return await afinish(operation)

    def decide(self, token: str | None, permissions: PermissionsParam, *, cache: DecisionCache | None=None, **options: Unpack[DecisionOptions]) -> Decision:
        """Decide whether all of these permissions are granted, and say of each that is not why.

        Sends as many UMA grants as it takes for the server to answer of each permission by itself, and looks
        for it in the answer; a status or `response_mode=decision` would be true for any of them. A name that
        more than one resource has, such as one of the user's own, is granted when any of them is: ask by id.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: As for `rpt`; `""` asks whether anything is granted.
            cache: Where the decision may be remembered; without a `token` it is not.
            **options: `claims`, `claim_token` and `claim_token_format`, `audience`, `subject_token`,
                `permission_resource_format`, `permission_resource_matching_uri`; see `DecisionOptions`.

        Returns:
            The decision: true when nothing is missing. A token that the server does not accept, and names
            that it does not know, are reasons, not errors.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user or the permissions.
            KeycloakAuthenticationError: The client was not accepted, when its secret was sent.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._blocking.decide(token, permissions, cache=cache, **options)
        del token, permissions, cache, options
        return finish(operation)

    async def a_decide(self, token: str | None, permissions: PermissionsParam, *, cache: DecisionCache | None=None, **options: Unpack[DecisionOptions]) -> Decision:
        """Decide whether all of these permissions are granted, and say of each that is not why.

        Sends as many UMA grants as it takes for the server to answer of each permission by itself, and looks
        for it in the answer; a status or `response_mode=decision` would be true for any of them. A name that
        more than one resource has, such as one of the user's own, is granted when any of them is: ask by id.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: As for `rpt`; `""` asks whether anything is granted.
            cache: Where the decision may be remembered; without a `token` it is not.
            **options: `claims`, `claim_token` and `claim_token_format`, `audience`, `subject_token`,
                `permission_resource_format`, `permission_resource_matching_uri`; see `DecisionOptions`.

        Returns:
            The decision: true when nothing is missing. A token that the server does not accept, and names
            that it does not know, are reasons, not errors.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user or the permissions.
            KeycloakAuthenticationError: The client was not accepted, when its secret was sent.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        operation = self._awaitable.decide(token, permissions, cache=cache, **options)
        del token, permissions, cache, options
        return await afinish(operation)
