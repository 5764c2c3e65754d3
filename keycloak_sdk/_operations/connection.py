# SPDX-License-Identifier: Apache-2.0
"""Requests to paths of a server, as `ConnectionManager` offers them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, runtime_checkable

from keycloak_sdk import _codec
from keycloak_sdk._io.port import Outgoing
from keycloak_sdk.exceptions import KeycloakError, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    import httpx

    from keycloak_oidc_api.types import RequestKwargs, ResponseLike
    from keycloak_sdk._io.port import Io
    from keycloak_sdk._ledger import Renewal
    from keycloak_sdk._settings import Clock
    from keycloak_sdk._urls import ServerUrl

T = TypeVar("T")

_log = logging.getLogger("keycloak_sdk")
_log.addHandler(logging.NullHandler())


class Exchange(Protocol):
    """An exchange that is watched."""

    request: Outgoing
    """What to send."""

    def answered(self, response: httpx.Response) -> None:
        """Note the answer."""
        ...


@runtime_checkable
class Telemetry(Protocol):
    """What watches a connection."""

    def exchange(self, request: Outgoing, resends: int) -> AbstractContextManager[Exchange]:
        """Watch an exchange while the context lasts.

        Args:
            request: What is about to be sent.
            resends: How often the same call has been sent before.
        """
        ...

    def renewal(self) -> AbstractContextManager[Callable[[Renewal], None]]:
        """Watch the renewal of a token while the context lasts; what it yields is told what became of it."""
        ...


class Server(Protocol):
    """Where requests go, and the headers they all get."""

    @property
    def _server(self) -> ServerUrl:
        """The server's base URL."""
        ...

    @property
    def trusted_origins(self) -> Collection[str]:
        """Further origins that absolute URLs may name."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every request; read when it is built."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def telemetry(self) -> Telemetry | None:
        """What watches the exchanges; `None` for nobody."""
        ...


class ConnectionOperations:
    """Requests to one server."""

    def __init__(self, connection: Server, io: Io) -> None:
        self.connection = connection
        self.io = io

    async def raw_get(self, path: str, **kwargs: Any) -> httpx.Response:
        """Send a GET to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        return await self._exchange("GET", path, kwargs)

    async def raw_post(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a POST to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: A dict becomes a form; a str or bytes is the body as it is; an object with `read()` and
                `content_type`, such as a `MultipartEncoder`, is read; `None` is no body.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        return await self._exchange("POST", path, kwargs, data)

    async def raw_put(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a PUT to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        return await self._exchange("PUT", path, kwargs, data)

    async def raw_delete(self, path: str, data: Any = None, **kwargs: Any) -> httpx.Response:
        """Send a DELETE to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`; most servers ignore it.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        return await self._exchange("DELETE", path, kwargs, data)

    async def call(
        self,
        request: RequestKwargs,
        parse: Callable[[ResponseLike], T],
        error: type[KeycloakError],
        *,
        authorization: str | None = None,
    ) -> T:
        """Send a generated request; return what `parse` makes of a success, raise `error` for a refusal."""
        connection = self.connection
        outgoing = _codec.encode(request, connection._server, connection.headers, authorization)
        return _codec.decode(await self._send(outgoing), outgoing, parse, error)

    async def _exchange(
        self, method: str, path: str, query: Mapping[str, Any], data: object = None
    ) -> httpx.Response:
        return await self._send(self._outgoing(method, path, query, data))

    async def _send(self, request: Outgoing, resends: int = 0) -> httpx.Response:
        """Send a request, before the eyes of the telemetry and the log."""
        telemetry = self.connection.telemetry
        if telemetry is not None:
            with telemetry.exchange(request, resends) as exchange:
                response = await self._logged(exchange.request)
                exchange.answered(response)
                return response
        if _log.isEnabledFor(logging.DEBUG):
            return await self._logged(request)
        return await self.io.send(request)

    async def _logged(self, request: Outgoing) -> httpx.Response:
        """Send a request, and log method, path, outcome and milliseconds."""
        begun = time.perf_counter()
        outcome = "no answer"
        try:
            response = await self.io.send(request)
            outcome = str(response.status_code)
        except KeycloakError as error:
            outcome = type(error).__name__
            raise
        finally:
            milliseconds = (time.perf_counter() - begun) * 1000
            _log.debug("%s %s %s %.0f ms", request.method, one_line(request.path), outcome, milliseconds)
        return response

    def _outgoing(self, method: str, path: str, query: Mapping[str, Any], data: object) -> Outgoing:
        """Address and encode a request of the program's own."""
        connection = self.connection
        headers, query = _own_headers(query)
        url = _codec.with_query(connection._server.join(path, connection.trusted_origins), query)
        content, content_type = _codec.encode_body(data)
        known = {"Content-Type": content_type} if content_type else {}
        headers = _codec.merge_headers(known, connection.headers, headers)
        outgoing = Outgoing(method, url, headers, content)
        own = outgoing.authorization
        return outgoing.authorized(own) if own else outgoing


def _own_headers(arguments: Mapping[str, Any]) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """Separate the headers of one request, as python-keycloak's own classes pass them, from its query."""
    headers = arguments.get("headers")
    if not isinstance(headers, Mapping):
        return {}, arguments
    query = {name: value for name, value in arguments.items() if name != "headers"}
    return cast("Mapping[str, str]", headers), query
