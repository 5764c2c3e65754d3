# SPDX-License-Identifier: Apache-2.0
"""The port's asynchronous side: one pool of connections for each event loop it is called from."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import httpx

from keycloak_sdk._io.exchange import Connections, Exchange
from keycloak_sdk._io.failures import BREAKDOWNS, TIMEOUTS, failure, too_late
from keycloak_sdk._io.messages import transport_options
from keycloak_sdk._io.pool import Pool
from keycloak_sdk._io.streams import StreamBackend
from keycloak_sdk.exceptions import KeycloakTimeoutError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from keycloak_sdk._io.body import BodyReader
    from keycloak_sdk._io.exchange import Opener
    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import Clock, TransportSettings

    AnyTransport = httpx.AsyncBaseTransport | httpx.BaseTransport | httpx.Client

T = TypeVar("T")


class AwaitingIo:
    """Sends requests from tasks, in whatever event loop they run."""

    def __init__(
        self, settings: TransportSettings, transport: AnyTransport | httpx.AsyncClient | None = None
    ) -> None:
        self._settings = settings
        self._given = _usable(transport)
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop] = WeakKeyDictionary()

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; see `Io.send`."""
        connections = (await self._of_loop()).connections
        exchange = Exchange(request, self._settings, _WIRE)
        try:
            async with asyncio.timeout(self._settings.timeout), connections.places:
                return await (exchange.through(self._given) if self._given else exchange.over(connections))
        except TIMEOUTS as cause:
            raise too_late(request, self._settings.timeout) from cause
        except BREAKDOWNS as cause:
            raise failure(request, cause) from cause

    async def _of_loop(self) -> _OfLoop:
        loop = asyncio.get_running_loop()
        found = self._by_loop.get(loop)
        if found is None:
            self._forget_ended_loops()
            size = self._settings.pool_size
            connections = Connections(asyncio.Semaphore(size), Pool(size), partial(_opener, self._settings))
            found = self._by_loop[loop] = _OfLoop(connections, _closed_with_its_loop(connections.pool))
            await anext(found.closer)
        return found

    def _forget_ended_loops(self) -> None:
        """Let go of what is held for closed loops: it holds the loops, which would never go by themselves."""
        for reference in self._by_loop.keyrefs():
            loop = reference()
            if loop is not None and loop.is_closed():
                self._by_loop.pop(loop, None)

    async def share(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation or wait for it; see `Io.share`."""
        return await flight.arun(operation)

    async def attempt(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Run the operation unless another caller does; see `Io.attempt`."""
        await flight.aattempt(operation)

    async def within(self, seconds: float, operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation, cancelled when it takes longer; see `Io.within`."""
        try:
            async with asyncio.timeout(seconds):
                return await operation()
        except KeycloakTimeoutError:
            raise
        except TimeoutError as cause:
            raise KeycloakTimeoutError(f"it took longer than {seconds:g} seconds", retryable=True) from cause

    async def sleep(self, seconds: float, clock: Clock) -> None:
        """Let time pass, and other tasks run."""
        if clock.sleep is None:
            await asyncio.sleep(seconds)
        else:
            clock.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that blocks, in a thread."""
        return await asyncio.to_thread(function)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; the next call opens new ones.

        Calls under way end in peace.
        """
        if found := self._by_loop.pop(asyncio.get_running_loop(), None):
            await found.closer.aclose()


def _opener(settings: TransportSettings, proxy: str | None) -> Opener:
    opener = httpx.AsyncHTTPTransport(**transport_options(settings, proxy))._pool
    # httpx takes no network backend, and httpcore's pool is handed one only when it is made.
    opener._network_backend = StreamBackend(opener._network_backend)
    return opener


class _OfLoop(NamedTuple):
    connections: Connections[asyncio.Semaphore]
    closer: AsyncGenerator[None, None]
    """Closes them, at the latest when the loop ends."""


async def _closed_with_its_loop(pool: Pool) -> AsyncGenerator[None, None]:
    """Hold the connections until their loop shuts down its asynchronous generators, as `asyncio.run` does."""
    try:
        yield
    finally:
        for connection in pool.retire():
            await _WIRE.close(connection)


class _AwaitingWire:
    async def ask(self, target: Any, message: Any) -> Any:
        return await target.handle_async_request(message)

    async def read(self, stream: Any, body: BodyReader) -> None:
        async for piece in stream:
            body.feed(piece)

    async def close(self, what: Any) -> None:
        await what.aclose()


_WIRE = _AwaitingWire()


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
