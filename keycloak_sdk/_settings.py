# SPDX-License-Identifier: Apache-2.0
"""How a connection talks: frozen values, checked when they are made."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from keycloak_sdk.exceptions import KeycloakConfigurationError, one_line

if TYPE_CHECKING:
    from attrs import Attribute

    from keycloak_sdk._urls import ServerUrl

Verify = bool | str | SSLContext
Cert = str | tuple[str, str] | None

MAX_BODY = 8 * 1024 * 1024
DEFAULT_POOL = 100
LONGEST_TIMEOUT = 2_000_000
"""Seconds; an operating system counts milliseconds in 31 bits."""
USER_AGENT = "keycloak-oidc-sdk"

_PROXY_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})


def _shown(value: object) -> str:
    return one_line(repr(value), 60)


def _positive(low: int, what: str, *, optional: bool = False) -> Any:
    """Return a validator for a number that is at least `low`."""

    def check(_: object, attribute: Attribute[Any], value: object) -> None:
        if optional and value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise KeycloakConfigurationError(f"{attribute.name} is {_shown(value)}: give {what}")

    return check


def _check_timeout(_: object, __: object, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_TIMEOUT:
        raise KeycloakConfigurationError(
            f"timeout is {_shown(value)}: give a positive number of seconds, at most {LONGEST_TIMEOUT}, "
            "or None for no limit"
        )


def _check_verify(_: object, __: object, value: object) -> None:
    if not isinstance(value, bool | str | SSLContext) or value == "":
        raise KeycloakConfigurationError(
            f"verify is {_shown(value)}: give True, False, the path of a CA bundle or an ssl.SSLContext"
        )


def _frozen_cert(value: Any) -> Cert:
    return cast("Cert", tuple(cast("list[str]", value)) if isinstance(value, list) else value)


def _check_cert(_: object, __: object, value: Any) -> None:
    match value:
        case None:
            return
        case str() if value:
            return
        case (str(certificate), str(key)) if certificate and key:
            return
        case _:
            raise KeycloakConfigurationError(
                "cert is neither a path nor a pair: give 'client.pem', or ('client.crt', 'client.key')"
            )


def proxies_by_scheme(value: object) -> dict[str, str]:
    """Read `{"https": url}` and `{"https://": url}` alike, also `all` and `http://host` keys.

    Raises:
        KeycloakConfigurationError: It is not a mapping of schemes to URLs.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise KeycloakConfigurationError(
            f"proxies is of type {type(value).__name__}: give a dict such as {{'https': 'http://proxy:3128'}}"
        )
    found: dict[str, str] = {}
    for key, url in cast("Mapping[object, object]", value).items():
        scheme = str(key).removesuffix("://").lower()
        if url is not None and url != "":
            found[scheme] = proxy_url(url, scheme)
    return found


def proxy_url(value: object, scheme: str) -> str:
    """Read the URL of the proxy for a scheme; one without a scheme of its own is spoken to in HTTP.

    Raises:
        KeycloakConfigurationError: It is no URL of a proxy.
    """
    url = value if isinstance(value, str) else ""
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise KeycloakConfigurationError(
            f"the proxy for {scheme!r} is no URL of an HTTP or SOCKS proxy: give 'http://proxy:3128'"
        )
    return url


def _aware_now() -> datetime:
    return datetime.now(UTC)


@frozen
class Clock:
    """The time, as values that a test can own."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump."""
    now: Callable[[], datetime] = _aware_now
    """The date and time, aware."""
    sleep: Callable[[float], object] | None = None
    """Lets so many seconds pass; `None` to wait for them, each side in its own way."""
    jitter: Callable[[], float] = random.random
    """A number from 0 to 1 that processes do not share."""


@frozen(repr=False)
class TransportSettings:
    """What decides how bytes travel; one pool of connections belongs to one value of this."""

    base: ServerUrl
    verify: Verify = field(default=True, validator=_check_verify)
    cert: Cert = field(default=None, converter=_frozen_cert, validator=_check_cert)
    proxies: dict[str, str] = field(factory=dict[str, str], converter=proxies_by_scheme)
    max_retries: int = field(default=1, validator=_positive(0, "the number of further attempts, 0 or more"))
    pool_maxsize: int | None = field(
        default=None, validator=_positive(1, "the number of connections to keep, 1 or more", optional=True)
    )
    max_body: int = field(default=MAX_BODY, validator=_positive(1, "a number of bytes"))
    timeout: float | None = field(default=60, validator=_check_timeout)

    @property
    def pool_size(self) -> int:
        """Connections that may be open at once."""
        return self.pool_maxsize or DEFAULT_POOL
