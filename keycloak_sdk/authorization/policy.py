# SPDX-License-Identifier: Apache-2.0
"""A policy: the condition that permissions apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.authorization._observed import ObservedList, Watchers
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keycloak_sdk.authorization._observed import Stamp
    from keycloak_sdk.authorization.permission import Permission
    from keycloak_sdk.authorization.role import Role


class Policy:
    """A condition for access; equal to itself only.

    Attributes:
        name: Name, unique among policies and permissions.
        type: Kind of condition; the SDK evaluates `role`.
        logic: `POSITIVE` or `NEGATIVE`.
        decision_strategy: `UNANIMOUS`, `AFFIRMATIVE` or `CONSENSUS`.
        permissions: The permissions that apply this policy.
    """

    def __init__(self, name: str, type: str, logic: str, decision_strategy: str) -> None:  # noqa: A002 - the seed's name
        self.name = name
        self.type = type
        self.logic = logic
        self.decision_strategy = decision_strategy
        self.permissions: list[Permission] = []
        self._watchers = Watchers()
        self._roles: ObservedList[Role | str] = ObservedList((), self._watchers)

    def __repr__(self) -> str:
        return f"<Policy: {self.name} ({self.type})>"

    def __str__(self) -> str:
        return f"Policy: {self.name} ({self.type})"

    @property
    def roles(self) -> list[Role | str]:
        """Roles that satisfy the policy; change them here, for what is assigned is copied."""
        return self._roles

    @roles.setter
    def roles(self, value: Iterable[Role | str]) -> None:
        self._roles = ObservedList(value, self._watchers)
        self._watchers.touch()

    def add_role(self, role: Role | str) -> None:
        """Add a role.

        Args:
            role: `Role`, or its name: `client/role` for a client role.

        Raises:
            KeycloakAuthorizationConfigError: The policy is not of type `role`.
        """
        if self.type != "role":
            raise KeycloakAuthorizationConfigError(
                f"{self.name!r} is a policy of type {self.type!r}, which takes no roles"
            )
        self._roles.append(role)

    def add_permission(self, permission: Permission) -> None:
        """Add a permission that applies this policy."""
        self.permissions.append(permission)

    def watch(self, stamp: Stamp) -> None:
        """Touch `stamp` whenever the roles change."""
        self._watchers.add(stamp)
