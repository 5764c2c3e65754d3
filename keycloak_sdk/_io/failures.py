# SPDX-License-Identifier: Apache-2.0
"""What a failure of the network is called."""

from __future__ import annotations

from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpcore
import httpx

from keycloak_sdk._refusals import redact
from keycloak_sdk.exceptions import KeycloakConnectionError, KeycloakTimeoutError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keycloak_sdk._io.port import Outgoing

TIMEOUTS = (TimeoutError, httpx.TimeoutException, httpcore.TimeoutException)
BREAKDOWNS = (
    httpx.TransportError,
    httpx.InvalidURL,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    OSError,
    UnicodeError,
)
"""How an exchange breaks, over a caller's transport or ours. In event loops some failures of TLS come as
`OSError`, and a host name that cannot be encoded comes as `UnicodeError`."""

_LASTING = (
    SSLCertVerificationError,
    UnicodeError,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpcore.LocalProtocolError,
)


def failure(request: Outgoing, cause: Exception) -> KeycloakConnectionError:
    """Return the error for an exchange that broke."""
    causes = tuple(_causes(cause))
    text = next((str(each) for each in causes if str(each)), "")  # trio's own errors say nothing
    reason = one_line(redact(f"{type(cause).__name__}: {text}", request.secrets), 150)
    unknown = any(isinstance(each, SSLCertVerificationError) for each in causes)
    hint = "; give the CA bundle that it belongs to as verify" if unknown else ""
    return KeycloakConnectionError(
        f"Can't connect to server {_host(request)} ({reason}){hint}",
        method=request.method,
        path=request.path,
        retryable=not any(isinstance(each, _LASTING) for each in causes),
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def too_late(request: Outgoing, timeout: float | None) -> KeycloakTimeoutError:
    """Return the error for an exchange that took too long."""
    return KeycloakTimeoutError(
        f"Can't connect to server {_host(request)}: no whole answer to {request.method} within {timeout} s",
        method=request.method,
        path=request.path,
        retryable=True,
    )


def _host(request: Outgoing) -> str:
    return one_line(urlsplit(request.url).netloc, 80)
