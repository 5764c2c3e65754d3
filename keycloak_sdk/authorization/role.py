# SPDX-License-Identifier: Apache-2.0
"""A role that a role policy asks for."""

from __future__ import annotations

import attrs


@attrs.frozen(eq=False)
class Role:
    """A role by name; equal to another role, or a string, of that name.

    Attributes:
        name: `client/role` for a client role, the bare name for a realm role.
        required: Whether the server wants this role whatever others the user has.
    """

    name: str
    required: bool = False

    def get_name(self) -> str:
        """Return the name."""
        return self.name

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Role):
            return self.name == other.name
        return self.name == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)
