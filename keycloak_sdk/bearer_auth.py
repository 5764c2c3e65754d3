# SPDX-License-Identifier: Apache-2.0
"""A connection's token for the program's own requests over httpx."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

import httpx

from keycloak_sdk._io.port import afinish, finish
from keycloak_sdk._operations.bearer import BearerOperations
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.exceptions import HTTP_UNAUTHORIZED, KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Generator

    from keycloak_sdk._operations.renewal import RenewingOperations

__all__ = ("BearerAuth",)


class TokenHolder(Protocol):
    """A connection with a token that renews itself."""

    @property
    def _blocking(self) -> RenewingOperations:
        """Its operations in threads."""
        ...

    @property
    def _awaitable(self) -> RenewingOperations:
        """Its operations in event loops."""
        ...


class Tokens(Protocol):
    """The tokens of one request."""

    async def authorization(self) -> str:
        """Return the `Authorization` to send."""
        ...

    async def authorization_after(self, refused: str, challenges: Collection[str]) -> str:
        """Return what follows a refused one; the same again when nothing does."""
        ...


class TokenAuth(httpx.Auth, ABC):
    """Sends tokens with the requests of an `httpx` client, and a request once more with another one.

    Args:
        origins: The only origins that get tokens; `None` for wherever the client is used.

    Raises:
        KeycloakConfigurationError: One of `origins` is no origin.
    """

    def __init__(self, origins: Collection[str] | None) -> None:
        given = (origins,) if isinstance(origins, str) else origins
        self._origins = None if given is None else frozenset(map(_configured, given))

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request from a thread, twice at most."""
        if not self._concerns(request):
            yield request
            return
        tokens = self._blocking_tokens(request)
        sent = _bearing(request, finish(tokens.authorization()))
        response = yield sent
        if _is_refused(sent, response):
            follows = finish(tokens.authorization_after(*_refused_with(sent, response)))
            repeated = _bearing(request, follows)
            if _may_follow(repeated, sent):
                yield repeated

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send a request from a task, twice at most."""
        if not self._concerns(request):
            yield request
            return
        tokens = self._awaitable_tokens(request)
        sent = _bearing(request, await afinish(tokens.authorization()))
        response = yield sent
        if _is_refused(sent, response):
            follows = await afinish(tokens.authorization_after(*_refused_with(sent, response)))
            repeated = _bearing(request, follows)
            if _may_follow(repeated, sent):
                yield repeated

    @abstractmethod
    def _blocking_tokens(self, request: httpx.Request) -> Tokens:
        """Return where the tokens for this request come from, in a thread."""
        ...

    @abstractmethod
    def _awaitable_tokens(self, request: httpx.Request) -> Tokens:
        """Return where the tokens for this request come from, in an event loop."""
        ...

    def _concerns(self, request: httpx.Request) -> bool:
        """Whether this request gets the token."""
        if "Authorization" in request.headers:
            return False
        return self._origins is None or origin_of(request.url) in self._origins


class BearerAuth(TokenAuth):
    """Sends a connection's token with the requests of an `httpx.Client` or `httpx.AsyncClient`.

    The token is renewed before it is sent when it is stale, and once when the server refuses it: a 401 that
    asks for a bearer and calls nothing else wrong, or that asks for nothing. The request is then sent once
    more when its body is at hand: none, bytes, a form or JSON. A 401 to a body that is read while it is sent
    is returned, and the next request has the new token.

    A request that has an `Authorization` header already, one of the client's included, is left as it is.
    One object serves any number of clients, threads and event loops.

    Args:
        connection: Where the token comes from.
        origins: The only origins that get the token, such as `https://api.example.org`; requests to others
            are sent without it. `None` for wherever the client is used.

    Raises:
        KeycloakConfigurationError: One of `origins` is no origin. A request raises it when the connection has
            neither a token nor credentials; other errors of a renewal are those of `get_token`.

    Source: RFC 6750 sections 2.1 and 3.1.
    """

    def __init__(self, connection: TokenHolder, origins: Collection[str] | None = None) -> None:
        super().__init__(origins)
        self._connection = connection

    def _blocking_tokens(self, request: httpx.Request) -> Tokens:
        return BearerOperations(self._connection._blocking)

    def _awaitable_tokens(self, request: httpx.Request) -> Tokens:
        return BearerOperations(self._connection._awaitable)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._connection!r}>"


Origin = tuple[str, bytes, int | None]
"""Scheme, host as it is sent, port; no port when it is the scheme's own."""


def origin_of(url: httpx.URL) -> Origin:
    """Return the origin of a URL."""
    return url.scheme, url.raw_host, url.port


def _configured(value: object) -> Origin:
    try:
        url = ServerUrl.parse(value)
        if not url.path:
            return origin_of(httpx.URL(url.origin))
    except (KeycloakConfigurationError, httpx.InvalidURL):
        pass
    raise KeycloakConfigurationError(
        "origins holds something else than origins: give scheme, host and port alone, such as "
        "'https://api.example.org'"
    )


def _bearing(request: httpx.Request, authorization: str) -> httpx.Request:
    """Return a copy that bears the token; the program may send its own request again, with another one."""
    copy = httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )
    if isinstance(copy.stream, httpx.ByteStream):
        copy.read()
    copy.headers["Authorization"] = authorization
    return copy


def _is_refused(sent: httpx.Request, response: httpx.Response) -> bool:
    """Whether the answer is a 401 to what was sent; a redirect may have led where the token did not go."""
    return (
        response.status_code == HTTP_UNAUTHORIZED
        and response.request.headers.get("Authorization") == sent.headers["Authorization"]
    )


def _refused_with(sent: httpx.Request, response: httpx.Response) -> tuple[str, list[str]]:
    return sent.headers["Authorization"], response.headers.get_list("WWW-Authenticate")


def _may_follow(repeated: httpx.Request, sent: httpx.Request) -> bool:
    """Whether there is another token to try, and the body is still there."""
    another = repeated.headers["Authorization"] != sent.headers["Authorization"]
    return another and isinstance(repeated.stream, httpx.ByteStream)
