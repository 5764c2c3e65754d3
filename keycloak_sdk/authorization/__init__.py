# SPDX-License-Identifier: Apache-2.0
"""A resource server's policies and permissions, loaded from its exported settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.authorization._export import read_settings
from keycloak_sdk.authorization._index import RoleIndex
from keycloak_sdk.authorization._observed import ObservedDict, Stamp
from keycloak_sdk.authorization.permission import Permission
from keycloak_sdk.authorization.policy import Policy
from keycloak_sdk.authorization.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = ["Authorization", "Permission", "Policy", "Role"]


class Authorization:
    """The role policies of a resource server, and the permissions that apply them.

    Args:
        extra_policy_types: Policy types that the server has from extensions of its own; their policies
            are known by name, but not evaluated.
    """

    def __init__(self, *, extra_policy_types: Iterable[str] = ()) -> None:
        self._extra_policy_types = frozenset(extra_policy_types)
        self._stamp = Stamp()
        self._index: RoleIndex | None = None
        self.policies = {}

    @property
    def policies(self) -> dict[str, Policy]:
        """Role policies by name; change them here, for what is assigned is copied."""
        return self._policies

    @policies.setter
    def policies(self, value: Mapping[str, Policy]) -> None:
        self._policies = ObservedDict(value, self._stamp)
        self._others: frozenset[str] = frozenset()
        self._stamp.touch()

    def load_config(self, data: Mapping[str, Any]) -> None:
        """Add the policies and permissions of an export; those of the same name are replaced.

        Everything is read before anything changes. The order within the export does not matter.
        Policies of other types than `role` are known by name, so that permissions may apply them, but
        take no part in matching.

        Args:
            data: The resource server's exported settings: the object that holds `policies`.

        Raises:
            KeycloakAuthorizationConfigError: The export is malformed, a policy is of a type that
                Keycloak does not have, or a permission applies a policy that nobody defined. The text
                starts with the place, such as `policies[3].config.applyPolicies`.
        """
        known = self._others | self._policies.keys()
        settings = read_settings(data, known=known, extra_types=self._extra_policy_types)
        policies = {name: policy for name, policy in self._policies.items() if name not in settings.others}
        policies.update(settings.policies)
        for name, permission in settings.applied:
            if (policy := policies.get(name)) is not None:
                policy.add_permission(permission)
        others = self._others | settings.others
        self.policies = policies
        self._others = others

    def policies_with(self, roles: Iterable[str]) -> list[Policy]:
        """Return the policies that hold any of the roles.

        Args:
            roles: Names as the policies have them: `client/role` for client roles.

        Returns:
            Each policy once, in the order of the configuration.

        Raises:
            KeycloakAuthorizationConfigError: A program put something else than policies and roles there.
        """
        index = self._index
        if index is None or not index.is_current(self._stamp):
            index = self._index = RoleIndex(self._policies, self._stamp)
        return index.policies_with(roles)
