# SPDX-License-Identifier: Apache-2.0
"""Which resources a permission asks about, and what their decisions make of it.

Source: Keycloak Authorization Services Guide, "Obtaining permissions"; seen on the live server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from keycloak_sdk.authorization._votes import all_of, any_of, verdict_of
from keycloak_sdk.authorization.evaluation import Answer, ResourceDecision, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keycloak_sdk.authorization._catalog import Catalog
    from keycloak_sdk.authorization._decisions import Decisions, ProtectedResource
    from keycloak_sdk.authorization._identity import Identity
    from keycloak_sdk.authorization._votes import Effect
    from keycloak_sdk.authorization.context import EvaluationContext

_BY_TYPE = ("resource-type:", "resource-type-any:", "resource-type-instance:", "resource-type-owner:")
_NOT_OWNER = "the token has no name that tells whether the user owns it"
_SHARED = "another user may share a resource of this name, which exports do not hold"

_EFFECTS: dict[Verdict, Effect] = {
    Verdict.GRANTED: True,
    Verdict.DENIED: False,
    Verdict.UNDECIDED: None,
}


class Inquiry:
    """Answers permissions, one by one, for one user at one time."""

    def __init__(
        self, catalog: Catalog, identity: Identity, decisions: Decisions, context: EvaluationContext
    ) -> None:
        self._catalog = catalog
        self._identity = identity
        self._decisions = decisions
        self._shares = not context.nothing_shared

    def answer(self, permission: str) -> Answer:
        """Answer one permission, as `build_permission_param` writes it, or everything for `""`."""
        if not permission:
            return self._everything()
        name, separator, listed = permission.partition("#")
        asked = frozenset(listed.split(",")) if separator else frozenset[str]()
        known = asked & self._catalog.scopes
        if asked and not known:
            return Answer(permission, Verdict.INVALID, "no such scope is known")
        if not name:
            return self._of_scopes(permission, asked, known)
        return self._of_resource(permission, name, asked, known)

    def _of_resource(
        self, permission: str, name: str, asked: frozenset[str], known: frozenset[str]
    ) -> Answer:
        if name.startswith(_BY_TYPE):
            return Answer(permission, Verdict.UNDECIDED, "questions by type are for the server")
        found: list[ResourceDecision] = []
        for resource, is_certain in self._candidates(name):
            scopes = self._catalog.scopes_of(resource)
            requested = known & scopes if known else scopes
            if requested or not known:
                decision = self._decide(resource, requested)
                found.append(decision if is_certain else _if_owned(decision))
        if self._may_be_shared(name):
            return Answer(permission, Verdict.UNDECIDED, _SHARED, tuple(found))
        if not found:
            return Answer(permission, Verdict.INVALID, self._why_none(name))
        return _concluded(permission, asked, found)

    def _of_scopes(self, permission: str, asked: frozenset[str], known: frozenset[str]) -> Answer:
        having = [item for item in self._catalog.resources if known.intersection(item.scopes)]
        found = [self._decide(item, known & self._catalog.scopes_of(item)) for item in having] or [
            self._decide(None, frozenset({scope})) for scope in sorted(known)
        ]
        return _concluded(permission, asked, found)

    def _everything(self) -> Answer:
        found: list[ResourceDecision] = []
        for item in self._catalog.resources:
            owned = item.owner is None or self._identity.owns(item.owner)
            may_be_shared = item.owner_managed and item.owner is not None and self._shares
            if owned is not False or may_be_shared:
                requested = frozenset(item.scopes) or self._catalog.scopes_of(item)
                decision = self._decide(item, requested)
                found.append(decision if owned else _if_owned(decision))
        return _concluded("", frozenset(), found)

    def _decide(self, resource: ProtectedResource | None, requested: frozenset[str]) -> ResourceDecision:
        return self._decisions.decide(resource, requested, self._catalog.applying(resource, requested))

    def _candidates(self, name: str) -> list[tuple[ProtectedResource, bool]]:
        """Return the resources that a name means for this user, and whether they are certain to be meant."""
        if "-" in name and (resource := self._catalog.with_id(name)):
            return [(resource, True)]
        ownership = {
            item.key: item.owner is None or self._identity.owns(item.owner)
            for item in self._catalog.named(name)
        }
        return [
            (item, ownership[item.key] is True)
            for item in self._catalog.named(name)
            if ownership[item.key] is not False
        ]

    def _may_be_shared(self, name: str) -> bool:
        """Whether a name may also mean what another user shares: then it narrows the question, too."""
        by_id = "-" in name and self._catalog.with_id(name) is not None
        return (
            self._shares
            and not by_id
            and any(
                item.owner_managed and item.owner is not None and self._identity.owns(item.owner) is not True
                for item in self._catalog.named(name)
            )
        )

    def _why_none(self, name: str) -> str:
        named = self._catalog.named(name)
        if not named:
            return "no such resource is known"
        if all(item.owner is not None and self._identity.owns(item.owner) is False for item in named):
            return "the resource is another user's, who is not asked for by name"
        return "the resource has none of the scopes"


def _concluded(permission: str, asked: frozenset[str], found: Sequence[ResourceDecision]) -> Answer:
    """Return the answer that the decisions make: all scopes asked for, each on any of the resources."""
    if failing := next((item.reason for item in found if item.fails), None):
        return Answer(permission, Verdict.UNDECIDED, failing, tuple(found))
    if asked:
        effect = all_of(any_of(_EFFECTS[item.of(scope)] for item in found) for scope in sorted(asked))
    else:
        effect = any_of(_EFFECTS[item.verdict] for item in found)
    return Answer(permission, verdict_of(effect), _why(effect, asked, found), tuple(found))


def _why(effect: Effect, asked: frozenset[str], found: Sequence[ResourceDecision]) -> str:
    names = _deciding(verdict_of(effect), asked, found)
    if effect is None:
        votes = [vote for item in found for vote in item.permissions if vote.name in names]
        policies = dict.fromkeys(p for vote in votes for policy in vote.policies for p in policy.undecided())
        if told := [f"{policy.name} ({policy.reason})" for policy in policies]:
            return f"depends on {', '.join(told)}"
    elif names:
        return f"{'granted' if effect else 'denied'} by {', '.join(names)}"
    reasons = dict.fromkeys(item.reason for item in found if item.reason)
    if reasons:
        return "; ".join(reasons)
    return "depends on an order that the server does not fix" if effect is None else "no permission grants it"


def _deciding(verdict: Verdict, asked: frozenset[str], found: Sequence[ResourceDecision]) -> list[str]:
    """Return the permissions that say so, each once: those with a say about the scopes, or all."""
    voting = [vote.name for item in found for vote in item.permissions if vote.verdict is verdict]
    scopes = [scope for item in found for scope in item.scopes if not asked or scope.scope in asked]
    of_scopes = {
        name for scope in scopes for name in (*scope.granted_by, *scope.denied_by, *scope.undecided_by)
    }
    return list(dict.fromkeys(name for name in voting if name in of_scopes or not scopes))


def _if_owned(decision: ResourceDecision) -> ResourceDecision:
    """Return a decision about a resource of which it is not known whether the user owns it."""
    return attrs.evolve(
        decision,
        verdict=_doubted(decision.verdict),
        scopes=tuple(attrs.evolve(item, verdict=_doubted(item.verdict)) for item in decision.scopes),
        reason=_NOT_OWNER if decision.verdict else decision.reason,
    )


def _doubted(verdict: Verdict) -> Verdict:
    return Verdict.UNDECIDED if verdict is Verdict.GRANTED else verdict
