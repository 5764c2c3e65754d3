# SPDX-License-Identifier: Apache-2.0
"""A resource server's exported settings, and what they grant to the user of a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._settings import Clock
from keycloak_sdk.authorization._catalog import Catalog
from keycloak_sdk.authorization._decisions import Decisions
from keycloak_sdk.authorization._identity import Identity
from keycloak_sdk.authorization._questions import Inquiry
from keycloak_sdk.authorization._review import review
from keycloak_sdk.authorization._votes import Ballot
from keycloak_sdk.authorization.context import EvaluationContext
from keycloak_sdk.authorization.evaluation import Evaluation, Finding
from keycloak_sdk.uma_permissions import build_permission_param

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keycloak_sdk.uma_permissions import PermissionsParam


class ResourceServer:
    """A resource server as its export describes it; it never changes.

    Args:
        export: The resource server's exported settings, as `json.load` returns them.
        extra_policy_types: Policy types that the server has from extensions of its own; what depends on
            their policies is undecided.
        clock: The time; for tests.

    Raises:
        KeycloakAuthorizationConfigError: The export is malformed, names what it does not hold, or has
            aggregates that apply each other in a circle. The text starts with the place.
    """

    def __init__(
        self,
        export: Mapping[str, Any],
        *,
        extra_policy_types: Iterable[str] = (),
        clock: Clock | None = None,
    ) -> None:
        self._catalog = Catalog(export, extra_types=frozenset(extra_policy_types))
        self._clock = clock or Clock()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What in the configuration may not do what its author meant, or cannot be decided here."""
        return tuple(review(self._catalog))

    def evaluate(
        self,
        claims: Mapping[str, Any],
        permissions: PermissionsParam = "",
        *,
        context: EvaluationContext | None = None,
    ) -> Evaluation:
        """Decide what the user of a token may do, as the server would, without asking it.

        Nothing is granted by guess: what depends on what the server alone knows is undecided.

        Args:
            claims: Claims of a verified access token, as `decode_token` returns them.
            permissions: What to ask for, as for `has_uma_access`; `""` asks for everything.
            context: What may be relied on beside the token; `None` for the token and the time alone.

        Returns:
            The answers; true when all that was asked for is granted.

        Raises:
            KeycloakPermissionFormatError: `permissions` is malformed.
            KeycloakInvalidTokenError: A claim is not of the form that Keycloak gives it.

        Source: Keycloak Authorization Services Guide, "Policy evaluation".
        """
        asked = sorted(build_permission_param(permissions))
        given = context or EvaluationContext()
        identity = Identity(claims)
        ballot = Ballot(self._catalog.policies, identity, given, given.time or self._clock.now())
        decisions = Decisions(self._catalog.settings, ballot, given)
        inquiry = Inquiry(self._catalog, identity, decisions, given)
        return Evaluation(tuple(inquiry.answer(permission) for permission in asked or [""]))
