# SPDX-License-Identifier: Apache-2.0
"""Seeing what a client sends to a real server.

::

    async with watched() as wire:
        openid = realm.openid("shop", **wire.options)
        ...
        assert wire.count("/certs") == 1
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import httpx
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@frozen
class Watched:
    """The wire between a client and the server."""

    options: dict[str, Any]
    """Arguments of the client's constructor."""
    requests: list[httpx.Request]
    """What was sent, in order."""

    def count(self, end: str) -> int:
        """Return how many requests went to paths with this end."""
        return sum(request.url.path.endswith(end) for request in self.requests)


@contextlib.asynccontextmanager
async def watched() -> AsyncGenerator[Watched]:
    """Return a wire for both worlds."""
    requests: list[httpx.Request] = []

    async def note(request: httpx.Request) -> None:
        requests.append(request)

    limits = httpx.Limits(max_connections=None)
    with httpx.Client(limits=limits, event_hooks={"request": [requests.append]}) as blocking:
        async with httpx.AsyncClient(limits=limits, event_hooks={"request": [note]}) as awaiting:
            yield Watched({"transport": blocking, "async_transport": awaiting}, requests)
