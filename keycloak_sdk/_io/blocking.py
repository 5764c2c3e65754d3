# SPDX-License-Identifier: Apache-2.0
"""The port's plain side: blocks the calling thread, never suspends."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx
from attrs import define, field

from keycloak_sdk._io.body import BodyReader
from keycloak_sdk._io.deadline import DeadlineBackend, deadline, remaining
from keycloak_sdk._io.failures import BREAKDOWNS, TIMEOUTS, failure, too_late
from keycloak_sdk._io.kept import DROPPED, first_attempt, has_leftovers, may_repeat
from keycloak_sdk._io.messages import http_message, transport_options
from keycloak_sdk._io.proxies import proxy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import TransportSettings

T = TypeVar("T")


@define(eq=False)
class _ProcessPools:
    """The connections of one process: after a fork, those of the parent are left alone.

    They are closed when nobody wants them any more and the last call over them has ended.
    """

    places: threading.BoundedSemaphore
    lock: threading.Lock = field(factory=threading.Lock)
    by_proxy: dict[str | None, httpx.BaseTransport] = field(factory=dict[str | None, httpx.BaseTransport])
    calls: int = 0
    retired: bool = False

    def enter(self) -> bool:
        """Begin a call; `False` when the connections are to be closed."""
        with self.lock:
            if not self.retired:
                self.calls += 1
            return not self.retired

    def leave(self) -> None:
        """End a call."""
        with self.lock:
            self.calls -= 1
            last = self.retired and not self.calls
        if last:
            self._close()

    def retire(self) -> None:
        """Close the connections, those of the calls under way when these have ended."""
        with self.lock:
            self.retired = True
            unused = not self.calls
        if unused:
            self._close()

    def _close(self) -> None:
        while self.by_proxy:
            self.by_proxy.popitem()[1].close()


class BlockingIo:
    """Sends requests from threads over one pool of connections, made on first use."""

    def __init__(
        self, settings: TransportSettings, transport: httpx.BaseTransport | httpx.Client | None = None
    ) -> None:
        self._settings = settings
        self._given = _OfClient(transport) if isinstance(transport, httpx.Client) else transport
        self._by_process: dict[int, _ProcessPools] = {}

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; see `Io.send`."""
        pools, timeout = self._pools(), self._settings.timeout
        try:
            with deadline(timeout):
                if not pools.places.acquire(timeout=-1 if timeout is None else timeout):
                    raise too_late(request, timeout)
                try:
                    return self._exchange(request, pools)
                except TIMEOUTS as cause:
                    raise too_late(request, timeout) from cause
                except BREAKDOWNS as cause:
                    raise failure(request, cause) from cause
                finally:
                    pools.places.release()
        finally:
            pools.leave()

    def _exchange(self, request: Outgoing, pools: _ProcessPools) -> httpx.Response:
        message = http_message(request, self._settings.timeout)
        if self._given:
            response = self._given.handle_request(message)
        else:
            response = self._answer(message, self._transport(request.url, pools))
        response.request = message
        try:
            body = BodyReader(response, request, self._settings.max_body)
            if not response.is_stream_consumed:
                for piece in cast("httpx.SyncByteStream", response.stream):
                    remaining()
                    body.feed(piece)
                if has_leftovers(response):
                    response.extensions["network_stream"].close()
        finally:
            response.close()
        return body.response()

    def _answer(self, message: httpx.Request, transport: httpx.BaseTransport) -> httpx.Response:
        first_attempt()
        try:
            return transport.handle_request(message)
        except DROPPED:
            if not may_repeat(message.method):
                raise
        return transport.handle_request(message)

    def _pools(self) -> _ProcessPools:
        """Return the connections of this process, a call of them begun."""
        process = os.getpid()
        while True:
            pools = self._by_process.get(process)
            if pools is None:
                new = _ProcessPools(threading.BoundedSemaphore(self._settings.pool_size))
                pools = self._by_process.setdefault(process, new)
            if pools.enter():
                return pools

    def _transport(self, url: str, pools: _ProcessPools) -> httpx.BaseTransport:
        proxy = proxy_of(url, self._settings.proxies)
        with pools.lock:
            transport = pools.by_proxy.get(proxy)
            if transport is None:
                transport = pools.by_proxy[proxy] = self._open(proxy)
        return transport

    def _open(self, proxy: str | None) -> httpx.BaseTransport:
        transport = httpx.HTTPTransport(**transport_options(self._settings, proxy))
        # httpx takes no network backend, and httpcore's pool is handed one only when it is made.
        transport._pool._network_backend = DeadlineBackend(transport._pool._network_backend)
        return transport

    async def share(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation or wait for it; see `Io.share`."""
        return flight.run(operation)

    async def read_file(self, path: str) -> bytes:
        """Return the content of a file."""
        return Path(path).read_bytes()  # noqa: ASYNC240 - this side blocks by design

    def close(self) -> None:
        """Close the connections; the next call opens new ones, and calls under way end in peace."""
        if pools := self._by_process.pop(os.getpid(), None):
            pools.retire()


class _OfClient(httpx.BaseTransport):
    """A caller's own client as a transport; it stays the caller's to close."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request, stream=True, auth=None, follow_redirects=False)
