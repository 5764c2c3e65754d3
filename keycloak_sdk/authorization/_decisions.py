# SPDX-License-Identifier: Apache-2.0
"""What is granted on one resource, decided the way the server decides it.

A resource permission votes on every scope asked for, a scope permission on its own scopes. The order in
which the server finds permissions is part of the rule: those that name the resource, those of its type,
those that a user's resource inherits from the server's resources of its type, those of scopes alone.

Source: Keycloak Authorization Services Guide, "Managing permissions"; seen on the live server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING

import attrs

from keycloak_sdk.authorization._votes import agreed, verdict_of
from keycloak_sdk.authorization.evaluation import ResourceDecision, ScopeDecision, Verdict

if TYPE_CHECKING:
    from keycloak_sdk.authorization._identity import CannotTellError
    from keycloak_sdk.authorization._votes import AppliedPermission, Ballot, Effect
    from keycloak_sdk.authorization.context import EvaluationContext

MOST_SUPPOSED = 10
"""Policies that cannot be evaluated here and still are supposed one way and the other: 1,024 cases."""

Granted = frozenset[str] | None
"""The granted scopes of a resource; `None` when it is not granted at all."""

Group = Sequence["AppliedPermission"]
"""Permissions that the server finds together, in an order of its own."""


@attrs.frozen(eq=False)
class ProtectedResource:
    """A resource as the export has it.

    Attributes:
        key: Its place in the export.
        id: Its identifier, when the export has it.
        owner: Name of the user who owns it; `None` for the resource server.
        owner_managed: Whether its owner may share it.
    """

    key: int
    name: str
    id: str | None
    type: str | None
    owner: str | None
    owner_managed: bool
    scopes: tuple[str, ...]


@attrs.frozen
class Settings:
    """How a resource server decides.

    Attributes:
        enforcement_mode: `ENFORCING`, `PERMISSIVE` or `DISABLED`.
        affirmative: Whether one grant of a scope outweighs every denial.
    """

    enforcement_mode: str
    affirmative: bool


@attrs.frozen(eq=False)
class Applying:
    """The permissions that apply to a resource.

    Attributes:
        groups: The permissions, each once, in the server's order.
        ambiguous: Whether one of them may mean another resource of the same name.
    """

    groups: Sequence[Group]
    ambiguous: bool


def combined(
    resource: ProtectedResource | None,
    requested: frozenset[str],
    votes: Sequence[tuple[AppliedPermission, bool]],
    *,
    affirmative: bool,
) -> Granted:
    """Return what the votes of all permissions grant.

    Args:
        resource: The resource; `None` for scopes that no resource has.
        requested: The scopes asked for.
        votes: The permissions that say something, in the server's order.
        affirmative: Whether one grant of a scope outweighs every denial.
    """
    granted, denied = set[str](), set[str]()
    resource_granted = any_denied = False
    for permission, permits in votes:
        named = resource is not None and resource.key in permission.resources
        covered = permission.scopes if permission.is_of_scopes else requested
        if permits:
            granted |= requested & covered
            if resource is not None and permission.is_of_scopes:
                denied -= (requested & covered).difference(resource.scopes)
            overriding = not permission.is_of_scopes or (resource is not None and resource.owner is not None)
            resource_granted |= named and overriding
            continue
        any_denied = True
        inherited = bool(permission.resources) and permission.is_of_scopes
        overridden = resource_granted and not permission.is_of_scopes
        if named or not (inherited or overridden):
            denied |= covered
    if affirmative:
        denied -= granted
    granted -= denied
    nothing = not granted and (any_denied or (bool(requested) and not resource_granted))
    return None if nothing or not votes else frozenset(granted)


class Decisions:
    """Decides resources for one user at one time."""

    def __init__(self, settings: Settings, ballot: Ballot, context: EvaluationContext) -> None:
        self._settings = settings
        self._ballot = ballot
        self._context = context

    def decide(
        self, resource: ProtectedResource | None, requested: frozenset[str], applying: Applying
    ) -> ResourceDecision:
        """Decide one resource.

        Args:
            resource: The resource; `None` for scopes that no resource has.
            requested: The scopes asked for.
            applying: The permissions that apply.
        """
        managed = resource is not None and resource.owner_managed
        if self._settings.enforcement_mode == "DISABLED":
            return _unanimous(resource, requested, Verdict.GRANTED, "policies are not enforced")
        if applying.ambiguous:
            reason = "a permission names one of several resources of this name"
            return _unanimous(resource, requested, Verdict.UNDECIDED, reason)
        if managed and not self._context.nothing_shared:
            reason = "its owner may share it, which exports do not hold"
            return _unanimous(resource, requested, Verdict.UNDECIDED, reason)
        if not any(applying.groups):
            if self._settings.enforcement_mode == "PERMISSIVE" and not managed:
                return _unanimous(resource, requested, Verdict.GRANTED, "no permission applies: permissive")
            return _unanimous(resource, requested, Verdict.DENIED, "no permission applies")
        return self._voted(resource, requested, applying.groups)

    def _voted(
        self, resource: ProtectedResource | None, requested: frozenset[str], groups: Sequence[Group]
    ) -> ResourceDecision:
        permissions = [permission for group in groups for permission in group]
        effects = {permission.name: self._ballot.verdict(permission, {}) for permission in permissions}
        unknown = self._unknown(permissions)
        undecided = self._unknown(item for item in permissions if effects[item.name] is None)
        failing = [f"{name}: {why.reason}" for name, why in unknown.items() if why.fails]
        cases: list[Granted] = []
        reason = ""
        if failing:
            reason = f"the server fails at the policy {failing[0]}"
        elif len(undecided) > MOST_SUPPOSED:
            reason = f"more than {MOST_SUPPOSED} policies cannot be evaluated here"
        else:
            effects, cases = self._supposed(resource, requested, groups, list(undecided))
            if not any(item.policies for item in permissions):
                reason = "its permissions apply no policy"
        return ResourceDecision(
            resource.name if resource else None,
            resource.owner if resource else None,
            verdict_of(agreed(case is not None for case in cases)),
            tuple(
                _scope_decision(scope, cases, permissions, effects)
                for scope in _in_order(resource, requested)
            ),
            tuple(self._ballot.permission_vote(item, effects[item.name]) for item in permissions),
            reason,
            fails=bool(failing),
        )

    def _unknown(self, permissions: Iterable[AppliedPermission]) -> dict[str, CannotTellError]:
        return self._ballot.unknown(name for item in permissions for name in item.policies)

    def _supposed(
        self,
        resource: ProtectedResource | None,
        requested: frozenset[str],
        groups: Sequence[Group],
        undecided: Sequence[str],
    ) -> tuple[dict[str, Effect], list[Granted]]:
        """Suppose the undecided policies one way and the other.

        Where a user's resource inherits a scope, a grant takes back the denials found before it, and the
        order within a group is the database's: then both extremes are cases.

        Returns:
            What each permission says, and what is granted in each case.
        """
        inherits = resource is not None and not requested.issubset(resource.scopes)
        orders = (True, False) if inherits else (True,)
        effects: dict[str, set[bool]] = {}
        cases: list[Granted] = []
        for values in product((True, False), repeat=len(undecided)):
            supposed = dict(zip(undecided, values, strict=True))
            votes = [
                [(item, bool(self._ballot.verdict(item, supposed))) for item in group if item.policies]
                for group in groups
            ]
            for item, permits in chain.from_iterable(votes):
                effects.setdefault(item.name, set()).add(permits)
            for grants_first in orders:
                ordered = [sorted(group, key=_permits, reverse=grants_first) for group in votes]
                cases.append(
                    combined(
                        resource,
                        requested,
                        list(chain.from_iterable(ordered)),
                        affirmative=self._settings.affirmative,
                    )
                )
        return {item.name: agreed(effects.get(item.name, ())) for item in chain(*groups)}, cases


def _permits(vote: tuple[AppliedPermission, bool]) -> bool:
    return vote[1]


def _unanimous(
    resource: ProtectedResource | None, requested: frozenset[str], verdict: Verdict, reason: str
) -> ResourceDecision:
    scopes = tuple(ScopeDecision(scope, verdict) for scope in _in_order(resource, requested))
    name, owner = (resource.name, resource.owner) if resource else (None, None)
    return ResourceDecision(name, owner, verdict, scopes, reason=reason)


def _in_order(resource: ProtectedResource | None, requested: frozenset[str]) -> list[str]:
    own = [scope for scope in (resource.scopes if resource else ()) if scope in requested]
    return own + sorted(requested.difference(own))


def _scope_decision(
    scope: str,
    cases: Sequence[Granted],
    permissions: Sequence[AppliedPermission],
    effects: Mapping[str, Effect],
) -> ScopeDecision:
    def voting(effect: Effect) -> tuple[str, ...]:
        return tuple(
            item.name
            for item in permissions
            if item.policies and item.covers(scope) and effects[item.name] is effect
        )

    verdict = agreed(case is not None and scope in case for case in cases)
    return ScopeDecision(scope, verdict_of(verdict), voting(True), voting(False), voting(None))
