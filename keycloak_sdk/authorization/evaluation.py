# SPDX-License-Identifier: Apache-2.0
"""What was asked of a resource server, what was decided, and which permissions and policies decided it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator


class Verdict(StrEnum):
    """What is known of a permission; true only when it is granted.

    Attributes:
        GRANTED: The server grants it.
        DENIED: The server does not grant it.
        UNDECIDED: It depends on what is known to the server alone; ask the server.
        INVALID: The configuration has no such resource or scope; the server answers `invalid_resource` or
            `invalid_scope`, unless it was made since the export.
    """

    GRANTED = "granted"
    DENIED = "denied"
    UNDECIDED = "undecided"
    INVALID = "invalid"

    def __bool__(self) -> bool:
        return self is Verdict.GRANTED


@attrs.frozen
class Finding:
    """Something in a configuration that may not do what its author meant.

    Attributes:
        name: Name of the policy, permission or resource; empty for the resource server.
        text: One line that says what it does.
    """

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name or 'resource server'}: {self.text}"


@attrs.frozen
class PolicyVote:
    """What a policy says, its logic applied.

    Attributes:
        name: Name of the policy.
        type: Its type, such as `role`.
        verdict: `GRANTED`, `DENIED` or `UNDECIDED`.
        reason: Why it is undecided; empty otherwise.
        policies: Votes of the policies that an aggregate applies.
    """

    name: str
    type: str
    verdict: Verdict
    reason: str = ""
    policies: tuple[PolicyVote, ...] = ()

    def undecided(self) -> Iterator[PolicyVote]:
        """Yield the policies that leave this one undecided, itself when it cannot be evaluated here."""
        if self.verdict is Verdict.UNDECIDED:
            if self.reason:
                yield self
            for policy in self.policies:
                yield from policy.undecided()


@attrs.frozen
class PermissionVote:
    """What a permission says of a resource, by its decision strategy.

    Attributes:
        name: Name of the permission.
        type: `resource` or `scope`.
        verdict: `GRANTED`, `DENIED` or `UNDECIDED`; `None` when it applies no policy and says nothing.
        decision_strategy: `UNANIMOUS`, `AFFIRMATIVE` or `CONSENSUS`.
        policies: Votes of the policies it applies.
    """

    name: str
    type: str
    verdict: Verdict | None
    decision_strategy: str
    policies: tuple[PolicyVote, ...]


@attrs.frozen
class ScopeDecision:
    """What was decided of one scope of a resource.

    Attributes:
        scope: Name of the scope.
        verdict: `GRANTED`, `DENIED` or `UNDECIDED`.
        granted_by: Names of the permissions that grant it, whether or not others deny it.
        denied_by: Names of the permissions that deny it, whether or not they count.
        undecided_by: Names of the permissions that cannot be evaluated here.
    """

    scope: str
    verdict: Verdict
    granted_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    undecided_by: tuple[str, ...] = ()


@attrs.frozen
class ResourceDecision:
    """What was decided of one resource.

    Attributes:
        resource: Name of the resource; `None` for scopes that no resource has.
        owner: Name of the user who owns it; `None` for resources of the resource server.
        verdict: Whether anything is granted on it.
        scopes: The scopes asked for, or all that it has.
        permissions: Votes of all permissions that apply, in the server's order.
        reason: What decided it when no permission did; empty otherwise.
        fails: Whether the server fails at one of the policies, and with it at the whole request.
    """

    resource: str | None
    owner: str | None
    verdict: Verdict
    scopes: tuple[ScopeDecision, ...] = ()
    permissions: tuple[PermissionVote, ...] = ()
    reason: str = ""
    fails: bool = False

    def of(self, scope: str) -> Verdict:
        """Return what was decided of a scope; `DENIED` for one that was not considered."""
        return next((item.verdict for item in self.scopes if item.scope == scope), Verdict.DENIED)

    @property
    def undecided_policies(self) -> tuple[PolicyVote, ...]:
        """The policies that leave a permission's vote undecided, each once."""
        votes = (vote for permission in self.permissions for vote in permission.policies)
        return tuple(dict.fromkeys(policy for vote in votes for policy in vote.undecided()))


@attrs.frozen
class Answer:
    """What was decided of one permission that was asked for.

    Attributes:
        permission: The permission as `resource`, `resource#scope` or `#scope`; empty for everything.
        verdict: What was decided.
        reason: One line that says why.
        resources: Every resource that it names or covers.
    """

    permission: str
    verdict: Verdict
    reason: str
    resources: tuple[ResourceDecision, ...] = ()

    def __str__(self) -> str:
        return f"{self.permission or 'everything'}: {self.verdict.value}, {self.reason}"


@attrs.frozen
class Evaluation:
    """What was decided of all permissions that were asked for; true when every one is granted.

    Each is answered as if it had been asked for alone, because the server lets permissions of one request
    hide each other.

    Attributes:
        answers: One for each permission, sorted by it.
    """

    answers: tuple[Answer, ...]

    def __bool__(self) -> bool:
        return self.verdict is Verdict.GRANTED

    def __str__(self) -> str:
        return "\n".join(map(str, self.answers))

    def __getitem__(self, permission: str) -> Answer:
        for answer in self.answers:
            if answer.permission == permission:
                return answer
        raise KeyError(permission)

    @property
    def verdict(self) -> Verdict:
        """`GRANTED` when all are; else the gravest: `INVALID`, then `DENIED`, then `UNDECIDED`."""
        found = {answer.verdict for answer in self.answers}
        order = (Verdict.INVALID, Verdict.DENIED, Verdict.UNDECIDED)
        return next((verdict for verdict in order if verdict in found), Verdict.GRANTED)

    @property
    def missing_permissions(self) -> frozenset[str]:
        """What is not granted, as `AuthStatus.missing_permissions` has it."""
        return frozenset(answer.permission for answer in self.answers if not answer.verdict)

    @property
    def granted(self) -> dict[str, frozenset[str]]:
        """The granted scopes by resource; none for a resource that is granted without scopes."""
        found: dict[str, frozenset[str]] = {}
        for resource in (resource for answer in self.answers for resource in answer.resources):
            if resource.resource is not None and resource.verdict:
                scopes = frozenset(item.scope for item in resource.scopes if item.verdict)
                found[resource.resource] = found.get(resource.resource, frozenset()) | scopes
        return found

    @property
    def undecided_policies(self) -> tuple[PolicyVote, ...]:
        """The policies that leave a permission's vote undecided, each once; that may not have mattered."""
        resources = (resource for answer in self.answers for resource in answer.resources)
        return tuple(dict.fromkeys(policy for item in resources for policy in item.undecided_policies))
