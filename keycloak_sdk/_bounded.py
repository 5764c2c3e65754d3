# SPDX-License-Identifier: Apache-2.0
"""A dict that holds the latest items, for threads."""

from __future__ import annotations

from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """The items that were put in last; the oldest go when there are too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: dict[K, V] = {}

    def put(self, key: K, value: V) -> None:
        """Put an item in, as the latest."""
        self._items.pop(key, None)
        self._items[key] = value
        with suppress(RuntimeError, StopIteration):  # another thread puts something in as well
            while len(self._items) > self._most:
                self._items.pop(next(iter(self._items)), None)

    def get(self, key: K) -> V | None:
        """Return an item; `None` when it is not there."""
        return self._items.get(key)

    def pop(self, key: K) -> None:
        """Take an item out, if it is there."""
        self._items.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        """Return all items, the oldest first."""
        return list(self._items.items())

    def clear(self) -> None:
        """Take everything out."""
        self._items.clear()

    def __len__(self) -> int:
        return len(self._items)
