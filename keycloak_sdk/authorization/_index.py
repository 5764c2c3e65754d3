# SPDX-License-Identifier: Apache-2.0
"""Policies by role, so that a look-up costs what the user's roles and the hits cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.authorization.policy import Policy
from keycloak_sdk.authorization.role import Role
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keycloak_sdk.authorization._observed import Stamp


class RoleIndex:
    """Which policies hold a role, as long as nothing they hold changes.

    Every policy is watched before its roles are read: a change in between makes the index stale instead
    of being missed.

    Raises:
        KeycloakAuthorizationConfigError: A program put something else than policies and roles there.
    """

    def __init__(self, policies: Mapping[str, Policy], stamp: Stamp) -> None:
        self._mark = stamp.mark
        named = tuple(policies.items())
        self._policies = tuple(dict.fromkeys(_policy(policy, name) for name, policy in named))
        holders: dict[str, list[int]] = {}
        for position, policy in enumerate(self._policies):
            policy.watch(stamp)
            for role in dict.fromkeys(_role_name(role, policy) for role in tuple(policy.roles)):
                holders.setdefault(role, []).append(position)
        self._holders = holders

    def is_current(self, stamp: Stamp) -> bool:
        """Say whether nothing changed since the index was built."""
        return self._mark is stamp.mark

    def policies_with(self, roles: Iterable[str]) -> list[Policy]:
        """Return the policies that hold any of the roles, in the order of the configuration."""
        holders = self._holders
        found = set[int]().union(*[holders[role] for role in roles if role in holders])
        return [self._policies[position] for position in sorted(found)]


def _policy(value: object, name: str) -> Policy:
    if not isinstance(value, Policy):
        raise KeycloakAuthorizationConfigError(
            f"policies[{name!r}]: a Policy is expected, not {type(value).__name__}"
        )
    return value


def _role_name(value: object, policy: Policy) -> str:
    if isinstance(value, Role):
        return value.name
    if not isinstance(value, str):
        raise KeycloakAuthorizationConfigError(
            f"policies[{policy.name!r}].roles: a Role or its name is expected, not {type(value).__name__}"
        )
    return value
