# SPDX-License-Identifier: Apache-2.0
"""The resources of a resource server, with their scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from keycloak_oidc_api.api.uma import (
    create_resource,
    delete_resource,
    get_resource,
    list_resources,
    update_resource,
)
from keycloak_oidc_api.models import UmaResource, UmaResourceRequest
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._operations.paging import all_pages
from keycloak_sdk._operations.protection import ProtectionOperations, body_of
from keycloak_sdk._operations.realm_client import built
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import (
    KeycloakDeleteError,
    KeycloakGetError,
    KeycloakPostError,
    KeycloakPutError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from typing import Unpack

    from keycloak_oidc_api.types import ResponseLike
    from keycloak_sdk.uma_options import ResourceFilter

T = TypeVar("T")


class ResourceOperations(ProtectionOperations):
    """Registering and finding resources."""

    async def create_resource(
        self, resource: UmaResourceRequest | Mapping[str, Any], *, token: str | None = None
    ) -> UmaResource:
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
        body = body_of(UmaResourceRequest, resource)
        request = built(create_resource.build_request, self.realm, body=body)
        return await self._call_as(request, create_resource.parse_response, KeycloakPostError, token)

    async def get_resource(self, resource_id: str, *, token: str | None = None) -> UmaResource:
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
        request = built(get_resource.build_request, self.realm, segment(resource_id, "resource_id"))
        return await self._call_as(request, get_resource.parse_response, KeycloakGetError, token)

    async def update_resource(
        self,
        resource_id: str,
        resource: UmaResourceRequest | Mapping[str, Any],
        *,
        token: str | None = None,
    ) -> None:
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
        body = body_of(UmaResourceRequest, resource)
        identifier = segment(resource_id, "resource_id")
        request = built(update_resource.build_request, self.realm, identifier, body=body)
        await self._call_as(request, update_resource.parse_response, KeycloakPutError, token)

    async def delete_resource(self, resource_id: str, *, token: str | None = None) -> None:
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
        request = built(delete_resource.build_request, self.realm, segment(resource_id, "resource_id"))
        await self._call_as(request, delete_resource.parse_response, KeycloakDeleteError, token)

    async def list_resource_ids(
        self,
        *,
        matching_uri: bool | None = None,
        first: int | None = None,
        max_: int | None = None,
        token: str | None = None,
        **filters: Unpack[ResourceFilter],
    ) -> list[str]:
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
        paging = {"matching_uri": matching_uri, "first": first, "max_": max_}
        return await self._find(str, {**paging, **filters}, token)

    async def list_resources(
        self,
        *,
        matching_uri: bool | None = None,
        first: int | None = None,
        max_: int | None = None,
        token: str | None = None,
        **filters: Unpack[ResourceFilter],
    ) -> list[UmaResource]:
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
        paging = {"matching_uri": matching_uri, "first": first, "max_": max_, "deep": True}
        return await self._find(UmaResource, {**paging, **filters}, token)

    async def resources(
        self, *, page_size: int = 100, token: str | None = None, **filters: Unpack[ResourceFilter]
    ) -> AsyncGenerator[UmaResource]:
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
        async for resource in all_pages(
            lambda first, max_: self.list_resources(first=first, max_=max_, token=token, **filters), page_size
        ):
            yield resource

    async def _find(self, kind: type[T], parameters: Mapping[str, Any], token: str | None) -> list[T]:
        request = built(list_resources.build_request, self.realm, **parameters)
        return await self._call_as(request, _parse_list_of(kind), KeycloakGetError, token)


def _parse_list_of(kind: type[T]) -> Callable[[ResponseLike], list[T]]:
    def parse(response: ResponseLike) -> list[T]:
        items: list[Any] = list_resources.parse_response(response)
        for number, item in enumerate(items):
            if not isinstance(item, kind):
                raise DecodeError(f"$[{number}]", kind.__name__, type(item).__name__)
        return items

    return parse
