# SPDX-License-Identifier: Apache-2.0
"""Connections that were kept after an answer: what may be sent over one, and what came over it unasked.

A server may close a connection that it kept at the very moment a request is sent over it. Such a request is
sent once more when sending it twice does what sending it once does (GET, PUT, DELETE) and nothing has been
answered; a POST never is. A request over a new connection is never sent again.

Source: RFC 9110 section 9.2.2, RFC 9112 section 9.3.1.
"""

from __future__ import annotations

from typing import Any

import httpcore

DROPPED = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)
"""How a connection that the server has closed shows itself."""

IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
"""Methods of requests that may be sent twice."""


def spoiled(stream: Any) -> Any:
    """Return the connection of a body that was read, when more came over it than this answer; else `None`.

    httpcore would take those bytes for the next answer and shows them to nobody, hence the private names.
    """
    for name in ("_httpcore_stream", "_stream"):
        stream = getattr(stream, name, stream)
    connection = getattr(stream, "_connection", None)
    state = getattr(connection, "_h11_state", None)
    return connection if state is not None and state.trailing_data[0] else None
