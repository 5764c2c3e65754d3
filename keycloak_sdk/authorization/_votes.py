# SPDX-License-Identifier: Apache-2.0
"""How policies and permissions vote, in three values: yes, no, and not known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from keycloak_sdk.authorization._identity import CannotTellError, Identity
from keycloak_sdk.authorization.evaluation import PermissionVote, PolicyVote, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from keycloak_sdk.authorization._conditions import Condition
    from keycloak_sdk.authorization.context import EvaluationContext

Effect = bool | None
"""Yes, no, or not known here."""


@attrs.frozen(eq=False)
class ServerPolicy:
    """A policy as the server evaluates it.

    Attributes:
        condition: What it asks; `None` for an aggregate, which asks its `policies`.
    """

    name: str
    type: str
    negative: bool
    decision_strategy: str
    condition: Condition | None
    policies: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class AppliedPermission:
    """A permission, and what it is attached to.

    Attributes:
        resources: Keys of the resources that it names; see `ProtectedResource.key`.
        resource_type: The type whose resources it covers; `None` without one.
    """

    name: str
    type: str
    decision_strategy: str
    policies: tuple[str, ...]
    resources: frozenset[int]
    resource_type: str | None
    scopes: frozenset[str]

    @property
    def is_of_scopes(self) -> bool:
        """Whether it is a scope permission rather than a resource permission."""
        return self.type == "scope"

    def covers(self, scope: str) -> bool:
        """Whether it has a say about a scope."""
        return not self.is_of_scopes or scope in self.scopes


def tally(strategy: str, effects: Sequence[Effect]) -> Effect:
    """Return what several effects make; nobody voting is a no."""
    yes, unknown = effects.count(True), effects.count(None)
    least, most, half = yes, yes + unknown, len(effects) / 2
    if strategy == "AFFIRMATIVE":
        least_needed = 1.0
    elif strategy == "CONSENSUS":
        least_needed = half + 0.5
    else:
        least_needed = len(effects) or 1.0
    if least >= least_needed:
        return True
    return None if most >= least_needed else False


class Ballot:
    """The votes of all policies about one user at one time; each condition is looked at once."""

    def __init__(
        self,
        policies: Mapping[str, ServerPolicy],
        identity: Identity,
        context: EvaluationContext,
        now: datetime,
    ) -> None:
        self._policies = policies
        self._asked = identity, context, now
        self._outcomes: dict[str, bool | CannotTellError] = {}

    def effect(self, name: str, supposed: Mapping[str, bool]) -> Effect:
        """Return what a policy says, its logic applied.

        Args:
            name: Name of the policy.
            supposed: What to suppose of policies that cannot be evaluated here.
        """
        policy = self._policies[name]
        if policy.condition is None:
            found = tally(policy.decision_strategy, [self.effect(item, supposed) for item in policy.policies])
        else:
            outcome = self._outcome(policy, policy.condition)
            found = supposed.get(name) if isinstance(outcome, CannotTellError) else outcome
        return found if found is None else found is not policy.negative

    def verdict(self, permission: AppliedPermission, supposed: Mapping[str, bool]) -> Effect:
        """Return what a permission says of what it is attached to."""
        effects = [self.effect(name, supposed) for name in permission.policies]
        return tally(permission.decision_strategy, effects)

    def unknown(self, names: Iterable[str]) -> dict[str, CannotTellError]:
        """Return which policies cannot be evaluated here, those below aggregates included, and why."""
        found: dict[str, CannotTellError] = {}
        for name in names:
            policy = self._policies[name]
            if policy.condition is None:
                found |= self.unknown(policy.policies)
            elif isinstance(outcome := self._outcome(policy, policy.condition), CannotTellError):
                found[name] = outcome
        return found

    def policy_vote(self, name: str) -> PolicyVote:
        """Return a policy's vote for people to read."""
        policy = self._policies[name]
        outcome = self._outcomes.get(name)
        return PolicyVote(
            name,
            policy.type,
            verdict_of(self.effect(name, {})),
            outcome.reason if isinstance(outcome, CannotTellError) else "",
            tuple(self.policy_vote(item) for item in policy.policies),
        )

    def permission_vote(self, permission: AppliedPermission, effect: Effect) -> PermissionVote:
        """Return a permission's vote for people to read."""
        return PermissionVote(
            permission.name,
            permission.type,
            verdict_of(effect) if permission.policies else None,
            permission.decision_strategy,
            tuple(self.policy_vote(name) for name in permission.policies),
        )

    def _outcome(self, policy: ServerPolicy, condition: Condition) -> bool | CannotTellError:
        found = self._outcomes.get(policy.name)
        if found is None:
            try:
                found = condition.holds(*self._asked)
            except CannotTellError as reason:
                found = reason
            self._outcomes[policy.name] = found
        return found


def verdict_of(effect: Effect) -> Verdict:
    """Return the verdict that an effect is."""
    if effect is None:
        return Verdict.UNDECIDED
    return Verdict.GRANTED if effect else Verdict.DENIED


def agreed(effects: Iterable[bool]) -> Effect:
    """Return what all suppositions agree on; `None` when they do not."""
    found = set(effects)
    return found.pop() if len(found) == 1 else None


def any_of(effects: Iterable[Effect]) -> Effect:
    """Return yes when one is, no when all are."""
    return _combined(effects, True)


def all_of(effects: Iterable[Effect]) -> Effect:
    """Return yes when all are, no when one is not."""
    return _combined(effects, False)


def _combined(effects: Iterable[Effect], decisive: bool) -> Effect:
    found = set(effects)
    if decisive in found:
        return decisive
    return None if None in found else not decisive
