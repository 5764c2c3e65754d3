# SPDX-License-Identifier: Apache-2.0
"""The port between protocol rules and the world, and the step that runs a rule without an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import evolve, field, frozen

from keycloak_sdk._io.forgetting import forget_locals

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping

    import httpx

    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._settings import Clock

T = TypeVar("T")


@frozen(repr=False)
class Outgoing:
    """A request, ready to be sent: encoded, addressed, with every header it gets."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    secrets: tuple[str, ...] = field(default=())
    """Values in it that no text may repeat."""
    template: str | None = None
    """The path before its parameters were put in; `None` for a path of the program's."""

    @property
    def authorization(self) -> str | None:
        """Value of the `Authorization` header; `None` without one."""
        return next((value for name, value in self.headers.items() if name.lower() == "authorization"), None)

    def authorized(self, value: str) -> Outgoing:
        """Return the request with another `Authorization` header."""
        secrets = (*self.secrets, value.rpartition(" ")[2])
        return evolve(self, headers=self._headers_with({"Authorization": value}), secrets=secrets)

    def with_headers(self, headers: Mapping[str, str]) -> Outgoing:
        """Return the request with these headers, instead of its own of the same names."""
        return evolve(self, headers=self._headers_with(headers))

    def _headers_with(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        names = set(map(str.lower, headers))
        others = {name: text for name, text in self.headers.items() if name.lower() not in names}
        return {**others, **headers}

    @property
    def path(self) -> str:
        """Path of the URL, without the query."""
        return "/" + self.url.partition("://")[2].partition("/")[2].partition("?")[0]


class Io(Protocol):
    """All that an operation may wait for."""

    async def send(self, request: Outgoing) -> httpx.Response:
        """Send the request; return the answer, read whole.

        Raises:
            KeycloakConnectionError: There was no whole answer.
        """
        ...

    async def share(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation, or wait for the run of it that another caller has begun."""
        ...

    async def attempt(self, flight: SingleFlight[T], operation: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Run the operation, unless another caller is about it."""
        ...

    async def within(self, seconds: float, operation: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the operation, whose requests have so many seconds together.

        Raises:
            KeycloakTimeoutError: They were not enough.
        """
        ...

    async def sleep(self, seconds: float, clock: Clock) -> None:
        """Let time pass."""
        ...

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that blocks: in a thread of its own when an event loop must go on."""
        ...


def finish(operation: Coroutine[Any, Any, T]) -> T:
    """Run an operation over a port that never suspends; return its value.

    This is how a plain method runs the coroutine it shares with its `a_` twin: without an event loop,
    without a thread, inside a running event loop as well. An error leaves it without local variables.

    Raises:
        RuntimeError: The operation suspended.
    """
    try:
        operation.send(None)
    except StopIteration as stop:
        value: T = stop.value
        return value
    except BaseException as error:
        forget_locals(error)
        raise
    operation.close()
    raise RuntimeError("a plain method tried to suspend")


async def afinish(operation: Coroutine[Any, Any, T]) -> T:
    """Await an operation, as the `a_` twin does; see `finish`."""
    try:
        return await operation
    except BaseException as error:
        forget_locals(error)
        raise


def iterate(items: AsyncGenerator[T]) -> Generator[T]:
    """Go through what an operation yields over a port that never suspends."""
    try:
        while True:
            try:
                item = finish(items.__anext__())
            except StopAsyncIteration:
                return
            yield item
    finally:
        finish(items.aclose())


async def aiterate(items: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """Go through what an operation yields, as the `a_` twin does; see `finish`."""
    try:
        async for item in items:
            yield item
    except BaseException as error:
        forget_locals(error)
        raise
    finally:
        await items.aclose()
