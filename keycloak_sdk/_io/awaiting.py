# SPDX-License-Identifier: Apache-2.0
"""The port's asynchronous side: one pool of connections for each event loop it is called from."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import httpcore
import httpx

from keycloak_sdk._io.exchange import Connections, Exchange
from keycloak_sdk._io.failures import BREAKDOWNS, TIMEOUTS, failure, too_late
from keycloak_sdk._io.loops import library
from keycloak_sdk._io.messages import transport_options
from keycloak_sdk._io.pool import Pool
from keycloak_sdk._io.streams import StreamBackend
from keycloak_sdk.exceptions import KeycloakConnectionError, KeycloakTimeoutError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
    from contextlib import AbstractAsyncContextManager

    from keycloak_sdk._io.body import BodyReader
    from keycloak_sdk._io.exchange import Opener
    from keycloak_sdk._io.loops import Closer, Library
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
        self._by_loop: WeakKeyDictionary[Hashable, _OfLoop] = WeakKeyDictionary()

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; see `Io.send`."""
        running = library()
        connections = self._of_loop(running).connections
        exchange = Exchange(request, self._settings, _WIRE)
        try:
            async with running.within(self._settings.timeout), connections.places:
                return await (exchange.through(self._given) if self._given else exchange.over(connections))
        except TIMEOUTS as cause:
            raise too_late(request, self._settings.timeout) from cause
        except BREAKDOWNS as cause:
            raise failure(request, cause) from cause

    def _of_loop(self, running: Library) -> _OfLoop:
        loop = running.loop()
        found = self._by_loop.get(loop)
        if found is None:
            self._forget_ended_loops()
            size = self._settings.pool_size
            connections = Connections(running.places(size), Pool(size), partial(_opener, self._settings))
            closer = running.closer(partial(_close, connections.pool))
            found = self._by_loop[loop] = _OfLoop(connections, closer, running)
        return found

    def _forget_ended_loops(self) -> None:
        """Let go of what is held for ended loops: it holds the loops, which would never go by themselves."""
        for reference in self._by_loop.keyrefs():
            loop = reference()
            held = None if loop is None else self._by_loop.get(loop)
            if held is not None and held.library.is_over(loop):
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
            async with library().within(seconds):
                return await operation()
        except KeycloakTimeoutError:
            raise
        except TimeoutError as cause:
            raise KeycloakTimeoutError(f"it took longer than {seconds:g} seconds", retryable=True) from cause

    async def sleep(self, seconds: float, clock: Clock) -> None:
        """Let time pass, and other tasks run."""
        if clock.sleep is None:
            await library().sleep(seconds)
        else:
            clock.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that blocks, in a thread."""
        return await library().call(function)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; the next call opens new ones.

        Calls under way end in peace.
        """
        if found := self._by_loop.pop(library().loop(), None):
            await found.closer.aclose()


def _opener(settings: TransportSettings, proxy: str | None) -> Opener:
    opener = httpx.AsyncHTTPTransport(**transport_options(settings, proxy))._pool
    # httpx takes no network backend, and httpcore's pool is handed one only when it is made.
    opener._network_backend = StreamBackend(opener._network_backend)
    return opener


class _OfLoop(NamedTuple):
    connections: Connections[AbstractAsyncContextManager[object]]
    closer: Closer
    library: Library


async def _close(pool: Pool) -> None:
    for connection in pool.retire():
        await _WIRE.close(connection)


class _AwaitingWire:
    async def ask(self, target: Any, message: Any) -> Any:
        return await target.handle_async_request(message)

    async def read(self, stream: Any, body: BodyReader) -> None:
        pieces = aiter(stream)
        try:
            async for piece in pieces:
                body.feed(piece)
        except KeycloakConnectionError:
            await stream.aclose()
            if not isinstance(stream, httpx.AsyncByteStream):
                await _ended(pieces)
            raise

    async def close(self, what: Any) -> None:
        await what.aclose()


async def _ended(pieces: AsyncIterator[bytes]) -> None:
    """Let httpcore's generators meet that their connection is closed: loops complain of unfinished ones."""
    with suppress(httpcore.NetworkError, httpcore.ProtocolError):
        async for _ in pieces:
            pass


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
