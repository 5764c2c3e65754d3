# SPDX-License-Identifier: Apache-2.0
"""A deadline for a whole exchange in a thread: a server that drips one byte a second must not hold it.

httpx bounds each read by itself. Here every wait on the network is given what is left until the deadline
of the calling thread. (Tasks have `asyncio.timeout`.)
"""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore
import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from ssl import SSLContext


T = TypeVar("T")

_PIECE = 64 * 1024


class _CurrentDeadline(threading.local):
    at: float | None = None


_current = _CurrentDeadline()


@contextmanager
def deadline(seconds: float | None) -> Generator[float | None]:
    """Bound what this thread does with the network inside the block, and within the bound around it.

    Args:
        seconds: `None` for no bound of its own.

    Yields:
        The seconds that are left; `None` without any bound.
    """
    before = _current.at
    now = time.monotonic()
    if seconds is not None:
        _current.at = now + seconds if before is None else min(before, now + seconds)
    try:
        yield None if _current.at is None else max(0.0, _current.at - now)
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
    """A network stream whose every wait ends at the deadline, and which sends a request in one piece."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._unsent:
            with suppress(httpcore.WriteError):  # the server may have answered before it hung up
                self._send()
        return self._stream.read(max_bytes, remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._unsent += buffer

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        for start in range(0, len(unsent), _PIECE):  # httpcore would wait anew after each bit that was taken
            self._stream.write(unsent[start : start + _PIECE], remaining())

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
        """Open a connection to the first address of the host that lets us.

        Each address gets its share of the time that is left, so that a dead one leaves some to the next.
        """
        addresses = _addresses(host, port)
        while True:
            address, left = addresses.pop(0), remaining()
            share = None if left is None else left / (len(addresses) + 1)
            try:
                stream = self._backend.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise
            else:
                return _Stream(stream)

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect, at most until the deadline."""
        left = remaining()
        self._backend.sleep(seconds if left is None else min(seconds, left))


def _addresses(host: str, port: int) -> list[str]:
    """Look the host up; in a thread of its own, because nothing interrupts a resolver that hangs."""
    left = remaining()
    lookup = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = lookup() if left is None or _is_address(host) else _in_time(lookup, left)
    except (OSError, UnicodeError) as cause:
        if isinstance(cause, TimeoutError):
            raise httpcore.ConnectTimeout(f"no address of {host} in time") from cause
        raise httpcore.ConnectError(str(cause)) from cause
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _in_time(function: Callable[[], T], seconds: float) -> T:
    """Return what a function returns, or raise what it raises; `TimeoutError` when that takes longer."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="keycloak_sdk lookup", daemon=True).start()
    return outcome.result(seconds)
