# SPDX-License-Identifier: Apache-2.0
"""Lists and dicts that say when they change, so that an index over them never answers from the past."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Touchable(Protocol):
    """What is told of a change."""

    def touch(self) -> None: ...


class Stamp:
    """The state that an index was built from: it holds as long as `mark` is the same object.

    An object rather than a counter, so that two threads counting at once cannot bring an old value back.
    A copy or an unpickled stamp starts anew, so that no index follows it.
    """

    def __init__(self) -> None:
        self.mark = object()

    def __reduce__(self) -> tuple[type[Stamp], tuple[()]]:
        return Stamp, ()

    def touch(self) -> None:
        """Make every index built so far stale."""
        self.mark = object()


class Watchers:
    """The stamps that depend on one object; they are held weakly."""

    def __init__(self) -> None:
        self._stamps: set[ref[Stamp]] = set()

    def __reduce__(self) -> tuple[type[Watchers], tuple[()]]:
        return Watchers, ()

    def add(self, stamp: Stamp) -> None:
        """Touch `stamp` from now on; adding it again changes nothing."""
        self._stamps.add(ref(stamp, self._stamps.discard))

    def touch(self) -> None:
        """Touch every stamp that still lives."""
        for stamp in filter(None, [reference() for reference in tuple(self._stamps)]):
            stamp.touch()


class ObservedList(list[T]):
    """A list that touches its observer after every change."""

    def __init__(self, items: Iterable[T], observer: Touchable) -> None:
        super().__init__(items)
        self._observer = observer

    def __reduce__(self) -> tuple[Any, ...]:
        return ObservedList, (list(self), self._observer)

    def touch(self) -> None:
        """Tell the observer."""
        self._observer.touch()


class ObservedDict(dict[K, V]):
    """A dict that touches its observer after every change."""

    def __init__(self, items: Mapping[K, V], observer: Touchable) -> None:
        super().__init__(items)
        self._observer = observer

    def __reduce__(self) -> tuple[Any, ...]:
        return ObservedDict, (dict(self), self._observer)

    def touch(self) -> None:
        """Tell the observer."""
        self._observer.touch()


def _touching(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def change(self: Touchable, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        finally:
            self.touch()

    return change


_BOTH = ("__delitem__", "__setitem__", "clear", "pop")
for _name in (*_BOTH, "__iadd__", "__imul__", "append", "extend", "insert", "remove", "reverse", "sort"):
    setattr(ObservedList, _name, _touching(getattr(list, _name)))
for _name in (*_BOTH, "__ior__", "popitem", "setdefault", "update"):
    setattr(ObservedDict, _name, _touching(getattr(dict, _name)))
