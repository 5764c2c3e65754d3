# SPDX-License-Identifier: Apache-2.0
"""One request and its answer, written once for threads and for event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import define, field, frozen

from keycloak_sdk._io.body import BodyReader, answer
from keycloak_sdk._io.kept import DROPPED, IDEMPOTENT, spoiled
from keycloak_sdk._io.messages import address, http_message, wire_message
from keycloak_sdk._io.proxies import proxy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpcore
    import httpx

    from keycloak_sdk._io.pool import Connection, Pool, Route
    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._settings import TransportSettings

Places = TypeVar("Places")


class Opener(Protocol):
    """What opens connections: a pool of httpcore, of which nothing else is used."""

    def create_connection(self, origin: httpcore.Origin) -> Connection:
        """Return a connection that opens when it is first used."""
        ...


@define(eq=False)
class Connections(Generic[Places]):
    """The connections of a process or an event loop, and how many calls may use them at once."""

    places: Places
    pool: Pool
    open_by: Callable[[str | None], Opener]
    _openers: dict[str | None, Opener] = field(factory=dict[str | None, Opener])

    def opener(self, proxy: str | None) -> Opener:
        """Return what opens connections through this proxy."""
        found = self._openers.get(proxy)
        if found is None:
            found = self._openers[proxy] = self.open_by(proxy)
        return found


class Wire(Protocol):
    """What threads and event loops do differently with the same objects of httpx and httpcore."""

    async def ask(self, target: Any, message: Any) -> Any:
        """Have a transport or a connection send the request; return the answer, its body unread."""
        ...

    async def read(self, stream: Any, body: BodyReader) -> None:
        """Read the body of an answer."""
        ...

    async def close(self, what: Any) -> None:
        """Close a connection, a stream or an answer."""
        ...


@frozen
class Exchange:
    """A request on its way."""

    request: Outgoing
    settings: TransportSettings
    wire: Wire

    async def through(self, transport: object) -> httpx.Response:
        """Send the request through a caller's transport."""
        message = http_message(self.request, self.settings.timeout)
        response: httpx.Response = await self.wire.ask(transport, message)
        try:
            if response.is_stream_consumed:  # the transport has read the body, and decompressed it
                body = self._body(())
                body.feed(response.content)
            else:
                body = self._body(response.headers.raw)
                await self.wire.read(response.stream, body)
        finally:
            await self.wire.close(response)
        await self._close_spoiled(response.stream)
        return answer(response.status_code, response.headers.raw, body.whole(), message, response.extensions)

    async def over(self, connections: Connections[Any]) -> httpx.Response:
        """Send the request over a connection of ours."""
        message = http_message(self.request, self.settings.timeout)
        where = address(self.request.url)
        proxy = proxy_of(self.request.url, self.settings.proxies)
        line = _Line((proxy, where.origin), connections.pool, connections.opener(proxy), self.wire)
        async with line:
            response = await line.ask(
                wire_message(message, where.target), repeatable=self.request.method in IDEMPOTENT
            )
            try:
                body = self._body(response.headers)
                await self.wire.read(response.stream, body)
            finally:
                await self.wire.close(response)
            await self._close_spoiled(response.stream)
        return answer(response.status, response.headers, body.whole(), message, response.extensions)

    async def _close_spoiled(self, stream: object) -> None:
        connection = spoiled(stream)
        if connection is not None:
            await self.wire.close(connection)

    def _body(self, headers: Sequence[tuple[bytes, bytes]]) -> BodyReader:
        return BodyReader(headers, self.request, self.settings.max_body)


@define(eq=False)
class _Line:
    """A connection in the hands of one call."""

    _route: Route
    _pool: Pool
    _opener: Opener
    _wire: Wire
    _surplus: list[Connection] = field(factory=list["Connection"])
    connection: Connection | None = None

    async def __aenter__(self) -> None:
        self._surplus = self._pool.enter(self._route)

    async def __aexit__(self, *_: object) -> None:
        used = self.connection
        usable = used is not None and used.is_available()
        if not self._pool.leave(self._route, used if usable else None) and used is not None:
            await self._wire.close(used)

    async def ask(self, message: httpcore.Request, *, repeatable: bool) -> Any:
        """Send the request; once more when a connection that was kept drops one that may be sent twice."""
        for each in self._surplus:
            await self._wire.close(each)
        self.connection = kept = await self._kept()
        if kept is not None:
            try:
                return await self._wire.ask(kept, message)
            except DROPPED:
                if not repeatable:
                    raise
                await self._wire.close(kept)
        self.connection = new = self._opener.create_connection(self._route[1])
        return await self._wire.ask(new, message)

    async def _kept(self) -> Connection | None:
        while (found := self._pool.take(self._route)) is not None and found.has_expired():
            await self._wire.close(found)
        return found
