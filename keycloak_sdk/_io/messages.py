# SPDX-License-Identifier: Apache-2.0
"""What both sides hand to httpx: the request, and how a transport is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import httpx

from keycloak_sdk._io.proxies import spoken_to
from keycloak_sdk._io.tls import tls_context

if TYPE_CHECKING:
    from ssl import SSLContext

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._settings import TransportSettings


class TransportOptions(TypedDict):
    """Arguments of httpx's transports, those for threads and those for event loops alike."""

    verify: SSLContext
    proxy: httpx.Proxy | None
    retries: int
    limits: httpx.Limits


def transport_options(settings: TransportSettings, proxy: str | None) -> TransportOptions:
    """Return how a transport is made; callers queue in front of it, so it limits only what is kept."""
    context = tls_context(settings.verify, settings.cert)
    return {
        "verify": context,
        "proxy": spoken_to(proxy, context),
        "retries": settings.max_retries,
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=settings.pool_size),
    }


def http_message(request: Outgoing, timeout: float | None) -> httpx.Request:
    """Return the request as httpx has it."""
    return httpx.Request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.content,
        extensions={"timeout": httpx.Timeout(timeout).as_dict()},
    )
