# SPDX-License-Identifier: Apache-2.0
"""Reads the body of an answer, decompressed and bounded: a small answer must not fill the memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import httpx

from keycloak_sdk.exceptions import KeycloakConnectionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keycloak_sdk._io.port import Outgoing

ACCEPT_ENCODING = "gzip, deflate"
_HEADERS_OF_THE_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class BodyReader:
    """Collects the raw pieces of one answer's body."""

    def __init__(self, headers: Sequence[tuple[bytes, bytes]], request: Outgoing, limit: int) -> None:
        self._request = request
        self._limit = limit
        self._body = bytearray()
        self._received = False
        self._inflate = self._decompressor(headers)

    def _decompressor(self, headers: Sequence[tuple[bytes, bytes]]) -> Any:
        encodings = [value.strip().lower() for name, value in headers if name.lower() == b"content-encoding"]
        encoding = b", ".join(encodings).decode("latin-1")
        if encoding in {"", "identity"}:
            return None
        if encoding not in {"gzip", "x-gzip", "deflate"}:
            raise self._broken(f"has the content encoding {encoding[:20]!r}, which was not asked for")
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)

    def feed(self, piece: bytes) -> None:
        """Take the next piece, as it came from the network."""
        self._received = True
        if self._inflate is not None:
            try:
                piece = self._inflate.decompress(piece, self._limit - len(self._body) + 1)
            except zlib.error as cause:
                raise self._broken("is not compressed as it says") from cause
            if self._inflate.unused_data:
                raise self._broken("goes on after the end of what is compressed")
        self._body += piece
        if len(self._body) > self._limit:
            raise self._broken(f"is larger than {self._limit} bytes; raise max_body if that is right")

    def whole(self) -> bytes:
        """Return the body, which has ended."""
        if self._inflate is not None and self._received and not self._inflate.eof:
            raise self._broken("was cut off")
        return bytes(self._body)

    def _broken(self, what: str) -> KeycloakConnectionError:
        return KeycloakConnectionError(
            f"the answer to {self._request.method} {self._request.path} {what}",
            method=self._request.method,
            path=self._request.path,
        )


def answer(
    status: int,
    headers: Sequence[tuple[bytes, bytes]],
    body: bytes,
    message: httpx.Request,
    extensions: Mapping[str, Any],
) -> httpx.Response:
    """Return the whole answer, its body read."""
    kept = [item for item in headers if item[0].lower() not in _HEADERS_OF_THE_TRANSFER]
    if body:
        kept.append((b"Content-Length", b"%d" % len(body)))
    response = httpx.Response(
        status,
        headers=kept,
        stream=httpx.ByteStream(body),
        request=message,
        extensions={name: value for name, value in extensions.items() if name != "network_stream"},
    )
    response.read()
    return response
