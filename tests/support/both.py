# SPDX-License-Identifier: Apache-2.0
"""One test for both twins: `await both(client).token(...)` runs `token` in one run, `a_token` in the other.

The fixture `both` (tests/conftest.py) hands out `Side` for one world after the other. The plain method is
called inside the test's running event loop, where it has to work as well. Tests marked `trio` run once more
in an event loop of trio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from support.canaries import CANARIES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

World = Literal["sync", "async", "trio"]
WORLDS: tuple[World, ...] = ("sync", "async")

_ASYNC_NAMES = {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"}


class Side:
    """A client of which every method is awaited, whichever twin it is."""

    def __init__(self, target: Any, world: World) -> None:
        self.target = target
        self.world = world

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            if self.world == "sync":
                result = getattr(self.target, name)(*args, **kwargs)
            else:
                result = await getattr(self.target, _ASYNC_NAMES.get(name, f"a_{name}"))(*args, **kwargs)
            CANARIES.represented(self.target)
            CANARIES.represented(result)
            return result

        return call

    async def listed(self, name: str, /, *args: Any, **kwargs: Any) -> list[Any]:
        """Return all that a generator yields, whichever twin it is."""
        if self.world == "sync":
            return list(getattr(self.target, name)(*args, **kwargs))
        return [item async for item in getattr(self.target, f"a_{name}")(*args, **kwargs)]


class Both:
    """Wraps clients for one world, and closes them after the test: what the fixture `both` is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._closers: list[Callable[[], object]] = []

    def __call__(self, target: Any) -> Side:
        close = getattr(target, "close", None)
        if close is not None:
            self._closers.append(close)
        return Side(target, self.world)

    def close(self) -> None:
        """Close what was wrapped: an exception may keep a client alive until the garbage is collected."""
        for close in self._closers:
            close()

    @property
    def is_async(self) -> bool:
        """Whether this run is that of the `a_` twins."""
        return self.world != "sync"
