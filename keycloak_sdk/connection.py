# SPDX-License-Identifier: Apache-2.0
"""A connection to a server."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from attrs import evolve

from keycloak_sdk._closing import Closing
from keycloak_sdk._io.awaiting import AwaitingIo
from keycloak_sdk._io.blocking import BlockingIo
from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk._operations.connection import ConnectionOperations, Telemetry
from keycloak_sdk._settings import MAX_BODY, Clock, TransportSettings
from keycloak_sdk._twins.connection import ConnectionTwins
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.exceptions import InsecureConnectionWarning, KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import httpx

    from keycloak_sdk._settings import Cert, Verify


class ConnectionManager(ConnectionTwins, Closing):
    """A connection to a server, for threads and event loops alike.

    Nothing is sent, and no connection opened, before the first call. A call never changes the connection's
    headers. Cookies are not kept, redirects not followed.

    Args:
        base_url: URL of the server, with or without a path prefix, such as `https://sso.example.org/auth`.
        headers: Headers of every request; copied.
        timeout: Seconds for a whole exchange, from the wait for a connection to the last byte of the
            answer; `None` for no limit.
        verify: Whether certificates are checked; or the path of a CA bundle, or an `ssl.SSLContext`.
        proxies: Proxy by scheme, `{"https": url}` or `{"https://": url}`; without one the variables
            `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count.
        cert: Client certificate: a PEM file, or a pair of certificate and key file.
        max_retries: Further attempts when no connection can be made; nothing has been sent then.
        pool_maxsize: Connections that may be open at once, for threads and for each event loop; 100
            when `None`.
        transport: Transport or client of httpx to use in threads, and in event loops when it can.
        async_transport: Transport or client of httpx to use in event loops.
        trusted_origins: Further origins that absolute URLs may name, such as `https://sso.example.org`.
        max_body: Bytes of an answer, decompressed, that are read at most.
        telemetry: What watches the exchanges, a `keycloak_sdk.telemetry.OpenTelemetry`; `None` for nobody.
        clock: The time; for tests.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    @forgetful
    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = {},
        timeout: float | None = 60,
        verify: Verify = True,
        proxies: Mapping[str, str] | None = None,
        *,
        cert: Cert = None,
        max_retries: int = 1,
        pool_maxsize: int | None = None,
        transport: httpx.BaseTransport | httpx.Client | None = None,
        async_transport: httpx.AsyncBaseTransport | httpx.AsyncClient | None = None,
        trusted_origins: Collection[str] = (),
        max_body: int = MAX_BODY,
        telemetry: Telemetry | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._base_url = base_url
        self._headers = copied_headers(headers)
        self._proxies = proxies
        self._transport = transport
        self._async_transport = async_transport
        self.trusted_origins = trusted_origins
        self.telemetry = telemetry
        self.clock = clock or Clock()
        self._use(
            TransportSettings(
                base=ServerUrl.parse(base_url),
                verify=verify,
                cert=cert,
                proxies=proxies,
                max_retries=max_retries,
                pool_maxsize=pool_maxsize,
                max_body=max_body,
                timeout=timeout,
            )
        )
        if telemetry is not None and not isinstance(telemetry, Telemetry):
            raise KeycloakConfigurationError(
                f"telemetry is of type {type(telemetry).__name__}: give a "
                "keycloak_sdk.telemetry.OpenTelemetry()"
            )
        self._warn_when_unchecked()

    def _use(self, settings: TransportSettings) -> None:
        self._settings = settings
        self._blocking_io = BlockingIo(settings, self._transport)
        self._awaiting_io = AwaitingIo(settings, self._async_transport or self._transport)

    def _change(self, **changes: Any) -> None:
        """Go on with other settings, over new connections."""
        before = self._blocking_io
        self._use(evolve(self._settings, **changes))
        before.close()

    def _warn_when_unchecked(self) -> None:
        if self._settings.verify is False:
            warnings.warn(
                f"verify=False: whoever answers for {self._server.base} is believed to be it",
                InsecureConnectionWarning,
                stacklevel=_depth_of_this_package(),
            )

    @property
    def _blocking(self) -> ConnectionOperations:
        return ConnectionOperations(self, self._blocking_io)

    @property
    def _awaitable(self) -> ConnectionOperations:
        return ConnectionOperations(self, self._awaiting_io)

    @property
    def _server(self) -> ServerUrl:
        """Base URL, taken apart."""
        return self._settings.base

    @property
    def base_url(self) -> str:
        """URL of the server, as it was given."""
        return self._base_url

    @base_url.setter
    @forgetful
    def base_url(self, value: str) -> None:
        self._change(base=ServerUrl.parse(value))
        self._base_url = value

    @property
    def timeout(self) -> float | None:
        """Seconds for a whole exchange; `None` for no limit."""
        return self._settings.timeout

    @timeout.setter
    def timeout(self, value: float | None) -> None:
        self._change(timeout=value)

    @property
    def verify(self) -> Verify:
        """Whether, or against which CA bundle, certificates are checked."""
        return self._settings.verify

    @verify.setter
    def verify(self, value: Verify) -> None:
        self._change(verify=value)
        self._warn_when_unchecked()

    @property
    def cert(self) -> Cert:
        """Client certificate; `None` without one."""
        return self._settings.cert

    @cert.setter
    def cert(self, value: Cert) -> None:
        self._change(cert=value)

    @property
    def proxies(self) -> Mapping[str, str] | None:
        """Proxy by scheme, as given; `None` without one."""
        return self._proxies

    @proxies.setter
    @forgetful
    def proxies(self, value: Mapping[str, str] | None) -> None:
        self._change(proxies=value)
        self._proxies = value

    @property
    def max_retries(self) -> int:
        """Further attempts when no connection can be made."""
        return self._settings.max_retries

    @max_retries.setter
    def max_retries(self, value: int) -> None:
        self._change(max_retries=value)

    @property
    def pool_maxsize(self) -> int | None:
        """Connections that may be open at once; `None` for 100."""
        return self._settings.pool_maxsize

    @pool_maxsize.setter
    def pool_maxsize(self, value: int | None) -> None:
        self._change(pool_maxsize=value)

    @property
    def headers(self) -> dict[str, str]:
        """Headers of every request; what a program puts there is sent."""
        return self._headers

    @headers.setter
    @forgetful
    def headers(self, value: Mapping[str, str] | None) -> None:
        self._headers = copied_headers(value)

    def param_headers(self, key: str) -> str | None:
        """Return the value of a header; `None` without it."""
        return self.headers.get(key)

    def clean_headers(self) -> None:
        """Remove all headers."""
        self.headers = {}

    def exist_param_headers(self, key: str) -> bool:
        """Return whether there is such a header."""
        return self.param_headers(key) is not None

    def add_param_headers(self, key: str, value: str) -> None:
        """Set a header."""
        self.headers[key] = value

    def del_param_headers(self, key: str) -> None:
        """Remove a header, if it is there."""
        self.headers.pop(key, None)

    def close(self) -> None:
        """Close the connections of this process's threads; the next call opens new ones."""
        self._blocking_io.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop, and those of the threads."""
        await self._awaiting_io.aclose()
        self.close()

    def __del__(self) -> None:
        """Close the connections of the threads."""
        if blocking := self.__dict__.get("_blocking_io"):
            blocking.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._server.base}>"


def _depth_of_this_package() -> int:
    """Return how many frames above the caller the program's own line stands."""
    package = __name__.partition(".")[0]
    frame = sys._getframe(1)  # skip_file_prefixes of warnings.warn came with Python 3.12
    depth = 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame = frame.f_back
        depth += 1
    return depth


def copied_headers(headers: object) -> dict[str, str]:
    """Return a copy of the headers a caller gave; `None` is none.

    Raises:
        KeycloakConfigurationError: They are no mapping.
    """
    if headers is None:
        return {}
    try:
        return dict(headers)  # type: ignore[call-overload, no-any-return] # the except clause is the check
    except (TypeError, ValueError) as cause:
        raise KeycloakConfigurationError(
            f"the headers are of type {type(headers).__name__}: give a dict"
        ) from cause
