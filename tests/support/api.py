# SPDX-License-Identifier: Apache-2.0
"""A program's own requests, with httpx, in both worlds.

::

    api = Api(both, transport, auth=connection.auth())
    response = await api("GET", "https://api/orders")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from support.both import Both


class Api:
    """An `httpx.Client` in one run, an `httpx.AsyncClient` in the other; made for each request."""

    def __init__(self, both: Both, transport: httpx.MockTransport | None = None, **client: Any) -> None:
        self._is_async = both.is_async
        self._arguments = client | {"transport": transport}

    async def __call__(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """Send a request, and read the answer."""
        return await self.send(lambda client: client.build_request(method, url, **arguments))

    async def send(self, build: Any, **arguments: Any) -> httpx.Response:
        """Send what `build` makes with the client."""
        if self._is_async:
            async with httpx.AsyncClient(**self._arguments) as awaiting:
                return await awaiting.send(build(awaiting), **arguments)
        with httpx.Client(**self._arguments) as blocking:
            return blocking.send(build(blocking), **arguments)  # noqa: ASYNC212 - inside a loop on purpose
