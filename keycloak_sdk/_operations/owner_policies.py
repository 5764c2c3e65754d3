# SPDX-License-Identifier: Apache-2.0
"""Policies that owners put on their resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_oidc_api.api.uma import create_policy, delete_policy, get_policy, list_policies, update_policy
from keycloak_oidc_api.models import UmaPolicy
from keycloak_sdk._operations.paging import all_pages
from keycloak_sdk._operations.protection import ProtectionOperations, body_of
from keycloak_sdk._operations.realm_client import built
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import (
    KeycloakDeleteError,
    KeycloakGetError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from typing import Unpack

    from keycloak_sdk.uma_options import PolicyFilter

_CONDITIONS = ("roles", "groups", "clients", "users", "condition")


class OwnerPolicyOperations(ProtectionOperations):
    """Policies of the owners of resources.

    The token is the owner's, and was issued to this client; the client's own owns what the client owns.
    """

    async def create_policy(
        self, resource_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None = None
    ) -> UmaPolicy:
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
        identifier = segment(resource_id, "resource_id")
        request = built(create_policy.build_request, self.realm, identifier, body=_for_somebody(policy))
        return await self._call_as(request, create_policy.parse_response, KeycloakPostError, token)

    async def get_policy(self, policy_id: str, *, token: str | None = None) -> UmaPolicy:
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
        request = built(get_policy.build_request, self.realm, segment(policy_id, "policy_id"))
        return await self._call_as(request, get_policy.parse_response, KeycloakGetError, token)

    async def update_policy(
        self, policy_id: str, policy: UmaPolicy | Mapping[str, Any], *, token: str | None = None
    ) -> None:
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
        identifier = segment(policy_id, "policy_id")
        request = built(update_policy.build_request, self.realm, identifier, body=_for_somebody(policy))
        await self._call_as(request, update_policy.parse_response, KeycloakPutError, token)

    async def delete_policy(self, policy_id: str, *, token: str | None = None) -> None:
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
        request = built(delete_policy.build_request, self.realm, segment(policy_id, "policy_id"))
        await self._call_as(request, delete_policy.parse_response, KeycloakDeleteError, token)

    async def list_policies(
        self,
        *,
        first: int | None = None,
        max_: int | None = None,
        token: str | None = None,
        **filters: Unpack[PolicyFilter],
    ) -> list[UmaPolicy]:
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
        request = built(list_policies.build_request, self.realm, first=first, max_=max_, **filters)
        found = await self._call_as(request, list_policies.parse_response, KeycloakGetError, token)
        return found or []

    async def policies(
        self, *, page_size: int = 100, token: str | None = None, **filters: Unpack[PolicyFilter]
    ) -> AsyncGenerator[UmaPolicy]:
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
        async for policy in all_pages(
            lambda first, max_: self.list_policies(first=first, max_=max_, token=token, **filters), page_size
        ):
            yield policy


def _for_somebody(policy: Mapping[str, Any]) -> UmaPolicy:
    body = body_of(UmaPolicy, policy)
    if not any(body.get(condition) for condition in _CONDITIONS):
        raise KeycloakRequestError(f"the policy is for nobody: give one of {', '.join(_CONDITIONS)}")
    return body
