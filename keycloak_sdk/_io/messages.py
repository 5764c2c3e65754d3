# SPDX-License-Identifier: Apache-2.0
"""What both sides send, and over which connections."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import httpcore
import httpx

from keycloak_sdk._io.pool import KEEP_ALIVE
from keycloak_sdk._io.proxies import spoken_to
from keycloak_sdk._io.tls import tls_context

if TYPE_CHECKING:
    from ssl import SSLContext

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._settings import TransportSettings

_WAITS = ("connect", "read", "write", "pool")
_WITHOUT_CONTENT = frozenset({"GET", "DELETE"})
"""Methods of requests that say nothing of a body when they have none."""


class Address(NamedTuple):
    """A URL, as httpx and as httpcore have it."""

    url: httpx.URL
    target: httpcore.URL
    origin: httpcore.Origin


@lru_cache(maxsize=256)
def address(url: str) -> Address:
    """Parse a URL, which takes long; programs call the same few again and again."""
    parsed = httpx.URL(url)
    target = httpcore.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )
    return Address(parsed, target, target.origin)


class TransportOptions(TypedDict):
    """Arguments of httpx's transports, those for threads and those for event loops alike."""

    verify: SSLContext
    proxy: httpx.Proxy | None
    retries: int
    limits: httpx.Limits


def transport_options(settings: TransportSettings, proxy: str | None) -> TransportOptions:
    """Return how httpx opens connections; how many there are is not its to say."""
    context = tls_context(settings.verify, settings.cert)
    return {
        "verify": context,
        "proxy": spoken_to(proxy, context),
        "retries": settings.max_retries,
        "limits": httpx.Limits(keepalive_expiry=KEEP_ALIVE),
    }


def http_message(request: Outgoing, timeout: float | None) -> httpx.Request:
    """Return the request as httpx has it, made from its parts: httpx takes three times as long over it."""
    url, content = address(request.url).url, request.content or b""
    headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in request.headers.items()]
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", url.netloc))
    if content or request.method not in _WITHOUT_CONTENT:
        headers.append((b"Content-Length", b"%d" % len(content)))
    message = httpx.Request(
        request.method,
        url,
        headers=headers,
        stream=httpx.ByteStream(content),
        extensions={"timeout": dict.fromkeys(_WAITS, timeout)},
    )
    message.read()
    return message


def wire_message(message: httpx.Request, target: httpcore.URL) -> httpcore.Request:
    """Return the request as httpcore has it; it bounds no wait by itself, since there are deadlines."""
    return httpcore.Request(
        message.method.encode("ascii"), target, headers=message.headers.raw, content=message.stream
    )
