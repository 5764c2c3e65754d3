# SPDX-License-Identifier: Apache-2.0
"""Answers that are none: broken off, garbled, or slower than anybody waits; plays of `support.loopback`."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from support.loopback import Peer, answer, hang_up, reset, stall

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.loopback import Play, Seen


def writing(*pieces: bytes, then: Callable[[Peer], None] = Peer.close) -> Play:
    def play(peer: Peer, _: Seen) -> None:
        for piece in pieces:
            peer.send(piece)
        then(peer)

    return play


def dripping(head: bytes, drips: bytes, every: float = 0.05) -> Play:
    def play(peer: Peer, _: Seen) -> None:
        peer.send(head)
        peer.drip(drips, every)
        peer.stall()

    return play


OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

BROKEN: dict[str, Play] = {
    "closes without an answer": hang_up,
    "resets without an answer": reset,
    "closes in the status line": writing(b"HTTP/1.1 20"),
    "closes in the headers": writing(OK_HEAD),
    "resets in the headers": writing(OK_HEAD, then=Peer.reset),
    "closes in the body": writing(answer(200, b"{", length=100)),
    "resets in the body": writing(answer(200, b"{", length=100), then=Peer.reset),
    "closes before the last chunk": writing(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "closes in a chunk": writing(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}"),
    "sends a chunk size that is no number": writing(
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
    ),
    "sends a negative chunk size": writing(
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"
    ),
    "sends an endless chunk size": writing(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 200_000),
    "sends a chunk without its line end": writing(
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}garbage\r\n"
    ),
    "sends a negative length": writing(OK_HEAD + b"Content-Length: -1\r\n\r\n{}"),
    "sends a length that is no number": writing(OK_HEAD + b"Content-Length: two\r\n\r\n{}"),
    "sends two different lengths": writing(OK_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "sends an unknown transfer encoding": writing(OK_HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}"),
    "sends a header without a colon": writing(b"HTTP/1.1 200 OK\r\nNonsense\r\n\r\n"),
    "sends a header with a NUL": writing(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n"),
    "sends a folded first header": writing(b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n"),
    "sends huge headers": writing(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n"),
    "sends endless headers": writing(b"HTTP/1.1 200 OK\r\n", *[b"X-%d: y\r\n" % n * 50 for n in range(600)]),
    "speaks HTTP/0.9": writing(b"<html>hello</html>"),
    "speaks HTTP/2": writing(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"),
    "switches protocols unasked": writing(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
    "speaks SSH": writing(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "sends binary garbage": writing(bytes(range(256)) * 8),
    "sends a status of one digit": writing(b"HTTP/1.1 2 OK\r\n\r\n"),
    "sends a status that is no number": writing(b"HTTP/1.1 abc OK\r\n\r\n"),
    "sends nothing but 100 Continue": writing(b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
    "says gzip and sends text": writing(answer(200, b"{}", [("Content-Encoding", "gzip")])),
    "says gzip and sends half of it": writing(
        answer(200, gzip.compress(b"{}" * 500)[:20], [("Content-Encoding", "gzip")])
    ),
    "says deflate and sends text": writing(answer(200, b"{}", [("Content-Encoding", "deflate")])),
    "says br": writing(answer(200, b"{}", [("Content-Encoding", "br")])),
    "says zstd": writing(answer(200, b"{}", [("Content-Encoding", "zstd")])),
    "goes on after gzip": writing(
        answer(200, gzip.compress(b"{}") + b"x" * 99, [("Content-Encoding", "gzip")])
    ),
    "says gzip twice": writing(
        answer(200, gzip.compress(gzip.compress(b"{}")), [("Content-Encoding", "gzip, gzip")])
    ),
    "says a coding of its own": writing(answer(200, b"{}", [("Content-Encoding", "x\xe4" * 5000)])),
}

SLOW: dict[str, Play] = {
    "never answers": stall,
    "stalls in the status line": writing(b"HTTP/1.1 2", then=Peer.stall),
    "stalls in the headers": writing(OK_HEAD, then=Peer.stall),
    "stalls before the body": writing(answer(200, length=5), then=Peer.stall),
    "stalls in the body": writing(answer(200, b"{", length=5), then=Peer.stall),
    "stalls in a chunk": writing(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", then=Peer.stall),
    "stalls before the end of a body without length": writing(
        answer(200, b"{}", length=None), then=Peer.stall
    ),
    "drips the status line": dripping(b"", b"HTTP/1.1 200 OK\r\n" * 20),
    "drips headers": dripping(OK_HEAD, b"X-Y: z\r\n" * 50),
    "drips the body": dripping(answer(200, length=5000), b"x" * 5000),
    "drips a body without length": dripping(answer(200, length=None), b"x" * 5000),
    "drips empty lines of chunks": dripping(
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 100
    ),
    "drips a chunk extension": dripping(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 500),
    "drips trailers": dripping(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 100),
    "drips 103 Early Hints": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20),
    "drips a gzip body": dripping(
        answer(200, length=5000, headers=[("Content-Encoding", "gzip")]), gzip.compress(b"{}") * 200
    ),
}
