# SPDX-License-Identifier: Apache-2.0
"""A permission: what its policies protect."""

from __future__ import annotations

import attrs


@attrs.define(eq=False, repr=False)
class Permission:
    """What may be used when the policies that the permission applies say so; equal to itself only.

    Attributes:
        name: Name, unique among policies and permissions.
        type: `resource` or `scope`.
        logic: `POSITIVE` or `NEGATIVE`.
        decision_strategy: `UNANIMOUS`, `AFFIRMATIVE` or `CONSENSUS`.
        resources: Names of the protected resources; empty for a scope permission.
        scopes: Names of the protected scopes; empty for a resource permission.
    """

    name: str
    type: str
    logic: str
    decision_strategy: str
    resources: list[str] = attrs.field(factory=list[str], init=False)
    scopes: list[str] = attrs.field(factory=list[str], init=False)

    def __repr__(self) -> str:
        return f"<Permission: {self.name} ({self.type})>"

    def __str__(self) -> str:
        return f"Permission: {self.name} ({self.type})"
