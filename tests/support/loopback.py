# SPDX-License-Identifier: Apache-2.0
"""A server on the loopback interface that answers byte by byte, as badly as a test wants.

A `Loopback` runs one `Play` for every request it reads. A play writes what it likes to its `Peer`: whole
answers, halves, garbage, nothing. Every thread and socket is gone when the server's `with` block ends.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from json import dumps
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_PATIENCE = 10.0
_RESET = struct.pack("ii", 1, 0)


class Gone(Exception):  # noqa: N818 - not an error: how a play ends early
    """The client, or the server, has gone."""


@frozen
class Seen:
    """A request that arrived."""

    method: str
    target: str
    version: str
    pairs: tuple[tuple[str, str], ...]
    body: bytes
    connection: int
    """Number of the connection it came over, counted from 1."""
    certificate: bytes | None
    """The client's certificate, DER."""

    def header(self, name: str) -> str | None:
        """Value of a header, whatever the case of its name."""
        return next((value for key, value in self.pairs if key.lower() == name.lower()), None)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


Play = Callable[["Peer", Seen], None]


@define(eq=False)
class Peer:
    """One connection, as the server sees it."""

    socket: socket.socket
    number: int
    stopped: threading.Event
    ended: bool = False
    """Whether no further request is read from it."""
    buffer: bytes = b""

    def send(self, data: bytes) -> None:
        """Write bytes."""
        try:
            self.socket.sendall(data)
        except OSError:
            raise Gone from None

    def drip(self, data: bytes, every: float = 0.02) -> None:
        """Write bytes one at a time."""
        for index in range(len(data)):
            self.send(data[index : index + 1])
            self.stall(every)

    def stall(self, seconds: float = _PATIENCE) -> None:
        """Do nothing for a while, at most until the server stops."""
        if self.stopped.wait(seconds):
            raise Gone

    def wait_for_the_end(self) -> None:
        """Do nothing until the client hangs up, or the server stops."""
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        while not poll.poll(20):
            if self.stopped.is_set():
                break
        raise Gone

    def close(self) -> None:
        """End the connection in order."""
        self.ended = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """End the connection with an RST."""
        self.ended = True
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.socket.close()

    def read_until(self, mark: bytes) -> bytes:
        """Read up to and including `mark`."""
        while mark not in self.buffer:
            self._more()
        found, _, self.buffer = self.buffer.partition(mark)
        return found + mark

    def read(self, count: int) -> bytes:
        """Read that many bytes."""
        while len(self.buffer) < count:
            self._more()
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def _more(self) -> None:
        try:
            piece = self.socket.recv(65536)
        except OSError:
            piece = b""
        if not piece:
            raise Gone
        self.buffer += piece


class Loopback:
    """A server on a free port of 127.0.0.1.

    Args:
        play: What happens when a request has arrived.
        tls: Context of a TLS server; `None` for plain HTTP.
        greet: What happens when a connection has arrived, before anything is read from it.
        reading: Whether requests are read at all.
    """

    def __init__(
        self,
        play: Play,
        *,
        tls: ssl.SSLContext | None = None,
        greet: Callable[[Peer], None] | None = None,
        reading: bool = True,
    ) -> None:
        self._play = play
        self._tls = tls
        self._greet = greet
        self._reading = reading
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()
        self.seen: list[Seen] = []
        """Requests, in the order of their arrival."""
        self.connections = 0
        """Connections that were accepted."""
        self.open = 0
        """Connections that are open."""
        self.most_open = 0
        """Connections that were open at once, at most."""
        self.failures: list[str] = []
        """TLS handshakes that failed."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            sockets = list(self._sockets)
        for connection in sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE)

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def wait_until(self, condition: Callable[[], bool], seconds: float = _PATIENCE) -> None:
        """Wait for something that happens in the server's threads."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the server never came that far"
            time.sleep(0.002)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                self._sockets.add(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, raw: socket.socket, number: int) -> None:
        connection = raw
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connection = self._tls.wrap_socket(raw, server_side=True)
                with self._lock:
                    self._sockets.add(connection)
            self._converse(Peer(connection, number, self._stopped))
        except Gone:
            pass
        except OSError as error:
            self.failures.append(str(error))
        finally:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            raw.close()
            with self._lock:
                self.open -= 1
                self._sockets -= {connection, raw}

    def _converse(self, peer: Peer) -> None:
        if self._greet:
            self._greet(peer)
        if not self._reading:
            peer.wait_for_the_end()
        while not peer.ended:
            request = _read(peer)
            with self._lock:
                self.seen.append(request)
            self._play(peer, request)
            if request.header("connection") == "close":
                peer.close()


def _read(peer: Peer) -> Seen:
    head = peer.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    method, target, version = head[0].split(" ")
    pairs = tuple(
        (name, value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)
    )
    sizes = [int(value) for name, value in pairs if name.lower() == "content-length"]
    body = peer.read(sizes[0]) if sizes else b""
    certificate = (
        peer.socket.getpeercert(binary_form=True) if isinstance(peer.socket, ssl.SSLSocket) else None
    )
    return Seen(method, target, version, pairs, body, peer.number, certificate)


# --- what to answer


def answer(
    status: int = 200,
    body: bytes = b"",
    headers: Iterable[tuple[str, str]] = (),
    *,
    content_type: str | None = None,
    length: int | None = -1,
    version: str = "1.1",
) -> bytes:
    """The bytes of an answer.

    Args:
        status: HTTP status.
        body: The body as it goes over the wire.
        headers: Further headers.
        content_type: Content type; `None` for none.
        length: What Content-Length says; the truth when -1; left out when `None`.
        version: HTTP version.
    """
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
    lines = [f"HTTP/{version} {status} {phrase}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json_answer(value: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """The bytes of an answer with a JSON body."""
    return answer(status, dumps(value).encode(), headers, content_type="application/json")


# --- plays


def always(data: bytes) -> Play:
    """Give every request this answer."""

    def play(peer: Peer, _: Seen) -> None:
        peer.send(data)

    return play


def then_close(data: bytes) -> Play:
    """Give this answer and end the connection in order."""

    def play(peer: Peer, _: Seen) -> None:
        peer.send(data)
        peer.close()

    return play


def in_turn(*plays: Play | bytes) -> Play:
    """Give the requests these plays in turn; the last one to all that follow."""
    left = [always(play) if isinstance(play, bytes) else play for play in plays]
    lock = threading.Lock()

    def play(peer: Peer, seen: Seen) -> None:
        with lock:
            current = left.pop(0) if len(left) > 1 else left[0]
        current(peer, seen)

    return play


def hang_up(peer: Peer, _: Seen) -> None:
    """End the connection without an answer."""
    peer.close()


def reset(peer: Peer, _: Seen) -> None:
    """Reset the connection without an answer."""
    peer.reset()


def stall(peer: Peer, _: Seen) -> None:
    """Never answer."""
    peer.stall()


def echo_bearer(peer: Peer, seen: Seen) -> None:
    """Answer as the userinfo endpoint would: with the subject of the very token that came."""
    token = (seen.header("authorization") or "").removeprefix("Bearer ")
    peer.send(json_answer({"sub": token}))


def forward_proxy(ports: dict[str, int], log: list[str]) -> Play:
    """Be an HTTP proxy: tunnel CONNECT, forward absolute targets; note each of them in `log`.

    Args:
        ports: Port on the loopback interface by the `host:port` that clients name.
        log: Where the request lines go.
    """

    def play(peer: Peer, seen: Seen) -> None:
        log.append(f"{seen.method} {seen.target}")
        if seen.method == "CONNECT":
            with socket.create_connection(("127.0.0.1", ports[seen.target])) as upstream:
                peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _relay(peer, upstream)
            peer.ended = True
            return
        host, _, path = seen.target.removeprefix("http://").partition("/")
        with socket.create_connection(("127.0.0.1", ports[host])) as upstream:
            lines = [f"{seen.method} /{path} HTTP/1.1", *(f"{name}: {value}" for name, value in seen.pairs)]
            lines.append("Connection: close")
            upstream.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + seen.body)
            while piece := upstream.recv(65536):
                peer.send(piece)

    return play


def _relay(peer: Peer, upstream: socket.socket) -> None:
    def back() -> None:
        with suppress(Gone, OSError):
            while piece := upstream.recv(65536):
                peer.send(piece)
        with suppress(OSError):
            peer.socket.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=back, daemon=True)
    thread.start()
    with suppress(OSError):
        while piece := peer.socket.recv(65536):
            upstream.sendall(piece)
    with suppress(OSError):
        upstream.shutdown(socket.SHUT_RDWR)
    thread.join(_PATIENCE)


@define
class FullBacklog:
    """A port that neither accepts nor refuses: connecting to it takes for ever."""

    host: str = "127.0.0.1"
    port: int = 0
    _sockets: list[socket.socket] = field(factory=list)

    def __enter__(self) -> Self:
        listener = socket.create_server((self.host, self.port), backlog=0)
        self._sockets.append(listener)
        self.port = listener.getsockname()[1]
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            with suppress(BlockingIOError):
                filler.connect((self.host, self.port))
            self._sockets.append(filler)
        time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for each in self._sockets:
            each.close()
