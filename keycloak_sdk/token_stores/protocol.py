# SPDX-License-Identifier: Apache-2.0
"""What a token store does, for those who write one of their own.

::

    load      what is stored, and its version          version 0: nothing was ever stored
      │
    lease     the right to replace that version        one holder at a time, for some seconds
      │
      │       the holder asks the server for a token   the others wait, then load again
      │
    save      replaces that version, and no other      a holder that was too slow is refused here

The lease only spares the server requests. What keeps a session whole is `save`: it compares the version, so
that whoever slept through its lease can never put an older token over a newer one.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from attrs import frozen


@frozen(repr=False)
class StoredToken:
    """What a store has under a name.

    Attributes:
        version: Fencing number; every save and every discard makes it larger by one.
        value: What was saved; empty when nothing of use is left: discarded, outlived, or not readable.
            Its version is still the one that the next save replaces.
    """

    version: int
    value: bytes


@runtime_checkable
class TokenStore(Protocol):
    """Keeps one value per name, for as many threads, processes and machines as can reach it.

    The methods block. A connection calls them at the start and when a token has to be renewed, from a worker
    thread when an event loop is running. Each of them is atomic, and raises `TokenStoreError` when the store
    cannot do it, and `KeycloakRequestError` when an argument is none.
    """

    def load(self, name: str) -> StoredToken | None:
        """Return what is stored.

        Args:
            name: Any text, at most 1024 characters.

        Returns:
            The newest version; `None` when there is none, which counts as version 0.
        """
        ...

    def lease(self, name: str, version: int, seconds: float) -> str | None:
        """Take the right to replace a version.

        Args:
            name: Name of the entry.
            version: What would be replaced; 0 when nothing is stored.
            seconds: For how long, when it is neither given back nor used.

        Returns:
            The ticket to give it back with; `None` when somebody else has it, or `version` is not the newest.
        """
        ...

    def save(self, name: str, value: bytes, *, version: int, lifetime: float | None) -> bool:
        """Replace a version, and end the lease on it, whoever has it.

        Args:
            name: Name of the entry.
            value: At least one byte, at most 1 MiB.
            version: What is replaced; 0 when nothing is stored. The value is stored as `version + 1`.
            lifetime: Seconds after which the value may be forgotten; `None` for never. Its version is
                remembered for a day longer.

        Returns:
            Whether it was stored. `False` when `version` is not the newest any more: nothing changed.
        """
        ...

    def release(self, name: str, ticket: str) -> None:
        """Give a lease back, if it is still the caller's.

        Args:
            name: Name of the entry.
            ticket: What `lease` returned.
        """
        ...

    def discard(self, name: str, *, version: int) -> bool:
        """Forget a value, and leave an empty one as `version + 1`.

        Args:
            name: Name of the entry.
            version: What is discarded, so that a newer value stays.

        Returns:
            Whether it was discarded. `False` when `version` is not the newest any more, or 0.
        """
        ...
