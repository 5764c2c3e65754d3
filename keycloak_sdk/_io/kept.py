# SPDX-License-Identifier: Apache-2.0
"""Connections that were kept after an answer: what may be sent over one, and what came over it unasked.

A server may close a connection that it kept at the very moment a request is sent over it. Such a request is
sent once more when sending it twice does what sending it once does (GET, PUT, DELETE) and nothing has been
answered; a POST never is. A request over a new connection is never sent again.

Source: RFC 9110 section 9.2.2, RFC 9112 section 9.3.1.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import httpx

DROPPED = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""How a connection that the server has closed shows itself."""

_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
_has_connected: ContextVar[bool] = ContextVar("_has_connected", default=True)


def first_attempt() -> None:
    """Note that a request is about to be sent for the first time, by this thread or task."""
    _has_connected.set(False)


def note_connection() -> None:
    """Note that this takes a new connection."""
    _has_connected.set(True)


def may_repeat(method: str) -> bool:
    """Return whether a request that was dropped may be sent once more."""
    return method in _IDEMPOTENT and not _has_connected.get()


def has_leftovers(response: httpx.Response) -> bool:
    """Return whether more came over the connection than this answer: it would be taken for the next one.

    httpcore keeps those bytes for the next answer and shows them to nobody, hence the private names.
    """
    inner: Any = response.stream
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        inner = getattr(inner, name, None)
    return inner is not None and bool(inner.trailing_data[0])
