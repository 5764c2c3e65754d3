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


def has_leftovers(stream: Any) -> bool:
    """Return whether more came over the connection than this answer: it would be taken for the next one.

    httpcore keeps those bytes for the next answer and shows them to nobody, hence the private names.
    """
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        stream = getattr(stream, name, stream)
    trailing = getattr(stream, "trailing_data", None)
    return bool(trailing and trailing[0])
