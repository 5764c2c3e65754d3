# SPDX-License-Identifier: Apache-2.0
"""Which policies and permissions a token's client roles match.

A policy matches when it holds any role that the token grants at the client. Realm roles, required
roles, logic and decision strategies are not looked at: this tells what could apply, the server decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError, KeycloakInvalidTokenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keycloak_sdk.authorization import Authorization
    from keycloak_sdk.authorization.permission import Permission
    from keycloak_sdk.authorization.policy import Policy


def matching_policies(
    authorization: Authorization, claims: Mapping[str, Any], client_id: str
) -> list[Policy] | None:
    """Return the policies that hold a role `client_id/role` of the token.

    Args:
        authorization: The loaded configuration.
        claims: Claims of a token, or its introspection; `resource_access` is looked at.
        client_id: The client whose roles count.

    Returns:
        Each policy once, in the order of the configuration; `None` when the token has no entry for
        the client.

    Raises:
        KeycloakAuthorizationConfigError: No policies are loaded.
        KeycloakInvalidTokenError: `resource_access` is not of the form that Keycloak gives it.
    """
    require_policies(authorization)
    roles = client_roles(claims, client_id)
    if roles is None:
        return None
    return authorization.policies_with([f"{client_id}/{role}" for role in roles])


def matching_permissions(
    authorization: Authorization, claims: Mapping[str, Any], client_id: str
) -> list[Permission] | None:
    """Return the permissions that apply a policy which holds a role `client_id/role` of the token.

    Args:
        authorization: The loaded configuration.
        claims: Claims of a token, or its introspection; `resource_access` is looked at.
        client_id: The client whose roles count.

    Returns:
        Each permission once, in the order of the policies; `None` when the token has no entry for the
        client.

    Raises:
        KeycloakAuthorizationConfigError: No policies are loaded.
        KeycloakInvalidTokenError: `resource_access` is not of the form that Keycloak gives it.
    """
    policies = matching_policies(authorization, claims, client_id)
    return None if policies is None else permissions_of(policies)


def require_policies(authorization: Authorization) -> None:
    """Refuse to look anything up before a configuration was loaded.

    Raises:
        KeycloakAuthorizationConfigError: No policies are loaded.
    """
    if not authorization.policies:
        raise KeycloakAuthorizationConfigError(
            "no role policies are loaded: call load_authorization_config() with the exported settings first"
        )


def client_roles(claims: Mapping[str, Any], client_id: str) -> list[str] | None:
    """Return the roles that a token grants at a client.

    Returns:
        The roles as they stand in the token; `None` when it has no entry for the client.

    Raises:
        KeycloakInvalidTokenError: `resource_access` is not of the form that Keycloak gives it.
    """
    access = _member(claims, "resource_access", "resource_access")
    entry = None if access is None else _member(access, client_id, f"resource_access[{client_id!r}]")
    roles: object = entry.get("roles") if entry else None
    if roles is None:
        return None
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in cast("list[object]", roles)):
        raise KeycloakInvalidTokenError(f"resource_access[{client_id!r}].roles is not a list of text")
    return cast("list[str]", roles)


def permissions_of(policies: Iterable[Policy]) -> list[Permission]:
    """Return the permissions that apply any of the policies, each once."""
    return list(dict.fromkeys(chain.from_iterable(policy.permissions for policy in policies)))


def _member(container: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any] | None:
    value: object = container.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise KeycloakInvalidTokenError(f"{where} is not an object")
    return cast("Mapping[str, Any] | None", value)
