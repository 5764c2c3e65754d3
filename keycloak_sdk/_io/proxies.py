# SPDX-License-Identifier: Apache-2.0
"""Which proxy a URL is reached through."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from keycloak_sdk._settings import proxy_url
from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext


_NAMED = {
    "http": ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
    "https": ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
}
"""Variables that name a proxy, by scheme; no more, since looking for one that is not set takes long."""
_EXCEPTIONS = ("no_proxy", "NO_PROXY", "REQUEST_METHOD")
"""What keeps a proxy from being used; the last, because a CGI program's HTTP_PROXY is its client's header."""


def proxy_of(url: str, proxies: Mapping[str, str]) -> str | None:
    """Return the proxy's URL; `None` to go directly.

    The caller's own `proxies` come first: by scheme and host, by scheme, by `all` and host, by `all`. Then
    come the variables `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, but for the hosts of `NO_PROXY`.

    Raises:
        KeycloakConfigurationError: The proxy that a variable names is none, or takes a package more.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    keys = (f"{parts.scheme}://{host}", parts.scheme, f"all://{host}", "all")
    chosen = next((proxies[key] for key in keys if key in proxies), None)
    if chosen is not None:
        return _speakable(chosen)
    now = tuple(map(os.environ.get, _NAMED[parts.scheme]))
    if any(now):
        now += tuple(map(os.environ.get, _EXCEPTIONS))
    return _of_environment(parts.scheme, parts.netloc, host, now)


@lru_cache(maxsize=256)
def _of_environment(scheme: str, netloc: str, host: str, _now: tuple[str | None, ...]) -> str | None:
    """Read the environment, which takes as long as a good part of a request; anew when it has changed."""
    environment = getproxies()
    if not environment or proxy_bypass(netloc) or (":" in host and proxy_bypass(host)):
        return None
    found = environment.get(scheme) or environment.get("all")
    return _speakable(proxy_url(found, f"{scheme}, from the environment")) if found else None


def _speakable(proxy: str) -> str:
    if proxy.startswith("socks") and find_spec("socksio") is None:
        raise KeycloakConfigurationError("a SOCKS proxy takes a package more: pip install 'httpx[socks]'")
    return proxy


def spoken_to(proxy: str | None, context: SSLContext) -> httpx.Proxy | None:
    """Return the proxy as httpx has it; one that speaks TLS itself is believed as the server is."""
    if proxy is None:
        return None
    return httpx.Proxy(proxy, ssl_context=context if proxy.startswith("https://") else None)
