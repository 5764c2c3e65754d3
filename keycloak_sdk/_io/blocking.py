# SPDX-License-Identifier: Apache-2.0
"""The port's plain side: blocks the calling thread, never suspends."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from keycloak_sdk._io.deadline import DeadlineBackend, deadline, remaining
from keycloak_sdk._io.exchange import Connections, Exchange
from keycloak_sdk._io.failures import BREAKDOWNS, TIMEOUTS, failure, too_late
from keycloak_sdk._io.messages import transport_options
from keycloak_sdk._io.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keycloak_sdk._io.body import BodyReader
    from keycloak_sdk._io.exchange import Opener
    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import Clock, TransportSettings

T = TypeVar("T")


class BlockingIo:
    """Sends requests from threads over connections that they share, opened on first use.

    After a fork, the connections of the parent are left alone.
    """

    def __init__(
        self, settings: TransportSettings, transport: httpx.BaseTransport | httpx.Client | None = None
    ) -> None:
        self._settings = settings
        self._given = _OfClient(transport) if isinstance(transport, httpx.Client) else transport
        self._by_process: dict[int, Connections[threading.BoundedSemaphore]] = {}

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; see `Io.send`."""
        connections, timeout = self._connections(), self._settings.timeout
        exchange = Exchange(request, self._settings, _WIRE)
        with deadline(timeout) as left:
            if not connections.places.acquire(timeout=-1 if left is None else left):
                raise too_late(request, timeout)
            try:
                return await (exchange.through(self._given) if self._given else exchange.over(connections))
            except TIMEOUTS as cause:
                raise too_late(request, timeout) from cause
            except BREAKDOWNS as cause:
                raise failure(request, cause) from cause
            finally:
                connections.places.release()

    def _connections(self) -> Connections[threading.BoundedSemaphore]:
        process = os.getpid()
        found = self._by_process.get(process)
        if found is None:
            size = self._settings.pool_size
            opener = partial(_opener, self._settings)
            new = Connections(threading.BoundedSemaphore(size), Pool(size), opener)
            found = self._by_process.setdefault(process, new)
        return found

    async def share(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation or wait for it; see `Io.share`."""
        return flight.run(operation)

    async def attempt(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Run the operation unless another caller does; see `Io.attempt`."""
        flight.attempt(operation)

    async def within(self, seconds: float, operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation under a deadline; see `Io.within`."""
        with deadline(seconds):
            return await operation()

    async def sleep(self, seconds: float, clock: Clock) -> None:
        """Let time pass."""
        (clock.sleep or time.sleep)(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that blocks."""
        return function()

    def close(self) -> None:
        """Close the connections; the next call opens new ones, and calls under way end in peace."""
        connections = self._by_process.pop(os.getpid(), None)
        for connection in connections.pool.retire() if connections else ():
            connection.close()  # type: ignore[attr-defined] # httpcore's, of threads


def _opener(settings: TransportSettings, proxy: str | None) -> Opener:
    opener = httpx.HTTPTransport(**transport_options(settings, proxy))._pool
    # httpx takes no network backend, and httpcore's pool is handed one only when it is made.
    opener._network_backend = DeadlineBackend(opener._network_backend)
    return opener


class _BlockingWire:
    async def ask(self, target: Any, message: Any) -> Any:
        return target.handle_request(message)

    async def read(self, stream: Any, body: BodyReader) -> None:
        for piece in stream:
            remaining()
            body.feed(piece)

    async def close(self, what: Any) -> None:
        what.close()


_WIRE = _BlockingWire()


class _OfClient(httpx.BaseTransport):
    """A caller's own client as a transport; it stays the caller's to close."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request, stream=True, auth=None, follow_redirects=False)
