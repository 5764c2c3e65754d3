# SPDX-License-Identifier: Apache-2.0
"""The port's asynchronous side: one pool of connections for each event loop it is called from."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

import httpx
from attrs import define, field

from keycloak_sdk._io.body import BodyReader
from keycloak_sdk._io.failures import BREAKDOWNS, TIMEOUTS, failure, too_late
from keycloak_sdk._io.kept import DROPPED, first_attempt, has_leftovers, may_repeat
from keycloak_sdk._io.messages import http_message, transport_options
from keycloak_sdk._io.proxies import proxy_of
from keycloak_sdk._io.streams import NotingBackend

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import TransportSettings

    AnyTransport = httpx.AsyncBaseTransport | httpx.BaseTransport | httpx.Client

T = TypeVar("T")


@define(eq=False)
class _LoopPools:
    """The connections of one event loop.

    They are closed when nobody wants them any more and the last call over them has ended.
    """

    places: asyncio.Semaphore
    by_proxy: dict[str | None, httpx.AsyncBaseTransport] = field(
        factory=dict[str | None, httpx.AsyncBaseTransport]
    )
    closers: list[AsyncGenerator[None, None]] = field(factory=list["AsyncGenerator[None, None]"])
    calls: int = 0
    retired: bool = False

    async def leave(self) -> None:
        """End a call."""
        self.calls -= 1
        await self._close_if_unused()

    async def retire(self) -> None:
        """Close the connections, those of the calls under way when these have ended."""
        self.retired = True
        await self._close_if_unused()

    async def _close_if_unused(self) -> None:
        if self.retired and not self.calls:
            while self.closers:
                await self.closers.pop().aclose()


class AwaitingIo:
    """Sends requests from tasks, in whatever event loop they run."""

    def __init__(
        self, settings: TransportSettings, transport: AnyTransport | httpx.AsyncClient | None = None
    ) -> None:
        self._settings = settings
        self._given = _usable(transport)
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopPools] = WeakKeyDictionary()

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; see `Io.send`."""
        pools = self._pools()
        pools.calls += 1
        try:
            async with asyncio.timeout(self._settings.timeout), pools.places:
                return await self._exchange(request, pools)
        except TIMEOUTS as cause:
            raise too_late(request, self._settings.timeout) from cause
        except BREAKDOWNS as cause:
            raise failure(request, cause) from cause
        finally:
            await pools.leave()

    async def _exchange(self, request: Outgoing, pools: _LoopPools) -> httpx.Response:
        message = http_message(request, self._settings.timeout)
        if self._given:
            response = await self._given.handle_async_request(message)
        else:
            response = await self._answer(message, await self._transport(request.url, pools))
        response.request = message
        try:
            body = BodyReader(response, request, self._settings.max_body)
            if not response.is_stream_consumed:
                async for piece in cast("httpx.AsyncByteStream", response.stream):
                    body.feed(piece)
                if has_leftovers(response):
                    await response.extensions["network_stream"].aclose()
        finally:
            await response.aclose()
        return body.response()

    async def _answer(self, message: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        first_attempt()
        try:
            return await transport.handle_async_request(message)
        except DROPPED:
            if not may_repeat(message.method):
                raise
        return await transport.handle_async_request(message)

    def _pools(self) -> _LoopPools:
        loop = asyncio.get_running_loop()
        pools = self._by_loop.get(loop)
        if pools is None:
            self._forget_ended_loops()
            pools = _LoopPools(places=asyncio.Semaphore(self._settings.pool_size))
            self._by_loop[loop] = pools
        return pools

    def _forget_ended_loops(self) -> None:
        """Let go of what is held for closed loops: it holds the loops, which would never go by themselves."""
        for reference in self._by_loop.keyrefs():
            loop = reference()
            if loop is not None and loop.is_closed():
                self._by_loop.pop(loop, None)

    async def _transport(self, url: str, pools: _LoopPools) -> httpx.AsyncBaseTransport:
        proxy = proxy_of(url, self._settings.proxies)
        transport = pools.by_proxy.get(proxy)
        if transport is None:
            transport = httpx.AsyncHTTPTransport(**transport_options(self._settings, proxy))
            # httpx takes no network backend, and httpcore's pool is handed one only when it is made.
            transport._pool._network_backend = NotingBackend(transport._pool._network_backend)
            pools.by_proxy[proxy] = transport
            closer = _closed_with_its_loop(transport)
            pools.closers.append(closer)
            await anext(closer)
        return transport

    async def share(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation or wait for it; see `Io.share`."""
        return await flight.arun(operation)

    async def read_file(self, path: str) -> bytes:
        """Return the content of a file, read in a thread."""
        return await asyncio.to_thread(Path(path).read_bytes)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; the next call opens new ones.

        Calls under way end in peace.
        """
        if pools := self._by_loop.pop(asyncio.get_running_loop(), None):
            await pools.retire()


class _OfClient(httpx.AsyncBaseTransport):
    """A caller's own client as a transport; it stays the caller's to close."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request, stream=True, auth=None, follow_redirects=False)


def _usable(transport: AnyTransport | httpx.AsyncClient | None) -> httpx.AsyncBaseTransport | None:
    """Return a caller's transport; `None` for one that only threads can use."""
    if isinstance(transport, httpx.AsyncClient):
        return _OfClient(transport)
    return transport if isinstance(transport, httpx.AsyncBaseTransport) else None


async def _closed_with_its_loop(transport: httpx.AsyncBaseTransport) -> AsyncGenerator[None, None]:
    """Hold the transport until its loop shuts down its asynchronous generators, as `asyncio.run` does."""
    try:
        yield
    finally:
        await transport.aclose()
