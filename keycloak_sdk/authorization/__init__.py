# SPDX-License-Identifier: Apache-2.0
"""A resource server's policies and permissions, loaded from its exported settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.authorization._export import read_settings
from keycloak_sdk.authorization._index import RoleIndex
from keycloak_sdk.authorization._observed import ObservedDict, Stamp
from keycloak_sdk.authorization.context import EvaluationContext
from keycloak_sdk.authorization.evaluation import Evaluation, Verdict
from keycloak_sdk.authorization.permission import Permission
from keycloak_sdk.authorization.policy import Policy
from keycloak_sdk.authorization.role import Role
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from keycloak_sdk._settings import Clock
    from keycloak_sdk.authorization.resource_server import ResourceServer
    from keycloak_sdk.uma_permissions import PermissionsParam

__all__ = [
    "Authorization",
    "Evaluation",
    "EvaluationContext",
    "Permission",
    "Policy",
    "Role",
    "Verdict",
]


class Authorization:
    """The authorization configuration of a resource server.

    `evaluate` decides by all of it. `policies` are its role policies alone, with the permissions that
    apply them, for matching roles.

    Args:
        extra_policy_types: Policy types that the server has from extensions of its own; their policies
            are known by name, but not evaluated.
        clock: The time; for tests.
    """

    def __init__(self, *, extra_policy_types: Iterable[str] = (), clock: Clock | None = None) -> None:
        self._extra_policy_types = frozenset(extra_policy_types)
        self._clock = clock
        self._export: Mapping[str, Any] | None = None
        self._resource_server: ResourceServer | None = None
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
        self._export, self._resource_server = data, None

    def resource_server(self) -> ResourceServer:
        """Return the resource server that the last configuration describes; read when first asked for.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; or its resources, scopes or
                policies are malformed, name what it does not hold, or apply each other in a circle.
        """
        if self._resource_server is None:
            if self._export is None:
                raise KeycloakAuthorizationConfigError(
                    "no configuration is loaded: call load_authorization_config() with the exported "
                    "settings first"
                )
            from keycloak_sdk.authorization.resource_server import (  # noqa: PLC0415 - loads dateutil
                ResourceServer,
            )

            self._resource_server = ResourceServer(
                self._export, extra_policy_types=self._extra_policy_types, clock=self._clock
            )
        return self._resource_server

    def evaluate(
        self,
        claims: Mapping[str, Any],
        permissions: PermissionsParam = "",
        *,
        context: EvaluationContext | None = None,
    ) -> Evaluation:
        """Decide what the user of a token may do, as the server would, without asking it.

        The configuration that was loaded last decides; changes of `policies` do not count. Nothing is
        granted by guess: what depends on what the server alone knows is undecided.

        Args:
            claims: Claims of a verified access token, as `decode_token` returns them.
            permissions: What to ask for, as for `has_uma_access`; `""` asks for everything.
            context: What may be relied on beside the token; `None` for the token and the time alone.

        Returns:
            The answers; true when all that was asked for is granted.

        Raises:
            KeycloakAuthorizationConfigError: As `resource_server()` raises.
            KeycloakPermissionFormatError: `permissions` is malformed.
            KeycloakInvalidTokenError: A claim is not of the form that Keycloak gives it.

        Source: Keycloak Authorization Services Guide, "Policy evaluation".
        """
        return self.resource_server().evaluate(claims, permissions, context=context)

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
