# SPDX-License-Identifier: Apache-2.0
"""What a client holds of its realm's keys, for those who ask."""

from __future__ import annotations

from attrs import frozen


@frozen
class HeldKey:
    """One key of a realm.

    Attributes:
        kid: Its id; `None` when it was published without.
        algorithms: Algorithms of tokens that it verifies, in order; none when it may verify none.
        refusal: Why it verifies no tokens: for encryption, too small, broken; `None` when nothing is known
            against it. A key is only built when a token first names it.
    """

    kid: str | None
    algorithms: tuple[str, ...]
    refusal: str | None


@frozen
class HeldKeys:
    """The key set of a realm as it is held.

    Attributes:
        keys: The keys, in the order of their publication.
        age: Seconds since it was fetched.
        stale: Whether the next token that needs it has it fetched again.
    """

    keys: tuple[HeldKey, ...]
    age: float
    stale: bool

    @property
    def kids(self) -> tuple[str, ...]:
        """Ids of the keys that verify tokens."""
        return tuple(key.kid for key in self.keys if key.kid is not None and key.refusal is None)
