# SPDX-License-Identifier: Apache-2.0
"""A deadline for a whole exchange in a thread: a server that drips one byte a second must not hold it.

httpx bounds each read by itself. Here every wait on the network is given what is left until the deadline
of the calling thread. (Tasks have `asyncio.timeout`.)
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from ssl import SSLContext


class _CurrentDeadline(threading.local):
    at: float | None = None


_current = _CurrentDeadline()


@contextmanager
def deadline(seconds: float | None) -> Generator[None]:
    """Bound what this thread does with the network inside the block; `None` for no bound."""
    before = _current.at
    _current.at = None if seconds is None else time.monotonic() + seconds
    try:
        yield
    finally:
        _current.at = before


def remaining() -> float | None:
    """Return the seconds left; `None` without a deadline.

    Raises:
        httpx.ReadTimeout: None are left.
    """
    if _current.at is None:
        return None
    left = _current.at - time.monotonic()
    if left <= 0:
        raise httpx.ReadTimeout("the deadline has passed")
    return left


class _Stream(httpcore.NetworkStream):
    """A network stream whose every wait ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, remaining()))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens streams that keep the deadline."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection."""
        return _Stream(self._backend.connect_tcp(host, port, remaining(), local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect, at most until the deadline."""
        left = remaining()
        self._backend.sleep(seconds if left is None else min(seconds, left))
