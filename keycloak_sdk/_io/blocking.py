# SPDX-License-Identifier: Apache-2.0
"""The port's plain side: blocks the calling thread, never suspends."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from attrs import field, frozen

from keycloak_sdk._io.body import BodyReader
from keycloak_sdk._io.deadline import DeadlineBackend, deadline, remaining
from keycloak_sdk._io.failures import failure, too_late
from keycloak_sdk._io.proxies import proxy_of
from keycloak_sdk._io.tls import tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import TransportSettings

T = TypeVar("T")


@frozen(eq=False)
class _ProcessPools:
    """The connections of one process: after a fork, those of the parent are left alone."""

    places: threading.BoundedSemaphore
    lock: threading.Lock = field(factory=threading.Lock)
    by_proxy: dict[str | None, httpx.BaseTransport] = field(factory=dict[str | None, httpx.BaseTransport])


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
        with deadline(timeout):
            if not pools.places.acquire(timeout=-1 if timeout is None else timeout):
                raise too_late(request, timeout)
            try:
                return self._exchange(request, pools)
            except httpx.TimeoutException as cause:
                raise too_late(request, timeout) from cause
            except (httpx.TransportError, httpx.InvalidURL) as cause:
                raise failure(request, cause) from cause
            finally:
                pools.places.release()

    def _exchange(self, request: Outgoing, pools: _ProcessPools) -> httpx.Response:
        transport = self._given or self._transport(request.url, pools)
        message = http_message(request, self._settings.timeout)
        response = transport.handle_request(message)
        response.request = message
        try:
            body = BodyReader(response, request, self._settings.max_body)
            if not response.is_stream_consumed:
                for piece in response.iter_raw():
                    remaining()
                    body.feed(piece)
        finally:
            response.close()
        return body.response()

    def _pools(self) -> _ProcessPools:
        process = os.getpid()
        pools = self._by_process.get(process)
        if pools is None:
            new = _ProcessPools(threading.BoundedSemaphore(self._settings.pool_size))
            pools = self._by_process.setdefault(process, new)
        return pools

    def _transport(self, url: str, pools: _ProcessPools) -> httpx.BaseTransport:
        proxy = proxy_of(url, self._settings.proxies)
        with pools.lock:
            transport = pools.by_proxy.get(proxy)
            if transport is None:
                transport = pools.by_proxy[proxy] = self._open(proxy)
        return transport

    def _open(self, proxy: str | None) -> httpx.BaseTransport:
        settings = self._settings
        transport = httpx.HTTPTransport(
            verify=tls_context(settings.verify, settings.cert),
            proxy=proxy,
            retries=settings.max_retries,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=settings.pool_size),
        )
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
        """Close the connections; the next call opens new ones."""
        pools = self._pools()
        with pools.lock:
            transports = list(pools.by_proxy.values())
            pools.by_proxy.clear()
        for transport in transports:
            transport.close()


class _OfClient(httpx.BaseTransport):
    """A caller's own client as a transport; it stays the caller's to close."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request, stream=True, follow_redirects=False)


def http_message(request: Outgoing, timeout: float | None) -> httpx.Request:
    """Return the request as httpx has it."""
    return httpx.Request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.content,
        extensions={"timeout": httpx.Timeout(timeout).as_dict()},
    )
