# SPDX-License-Identifier: Apache-2.0
"""Calls of resource servers that answer with a UMA challenge, over httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from keycloak_sdk._operations.bearer import BearerOperations
from keycloak_sdk._operations.requesting_party import (
    GivenToken,
    KeptRpts,
    Place,
    RequestingPartyOperations,
)
from keycloak_sdk.bearer_auth import TokenAuth, origin_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import httpx

    from keycloak_sdk._operations.requesting_party import ChallengeRules
    from keycloak_sdk._operations.uma import UmaOperations
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.bearer_auth import TokenHolder, Tokens

__all__ = ("UmaAuth",)


class Room(Protocol):
    """A client that asks for RPTs."""

    @property
    def _blocking(self) -> UmaOperations:
        """Its operations in threads."""
        ...

    @property
    def _awaitable(self) -> UmaOperations:
        """Its operations in event loops."""
        ...


class UmaAuth(TokenAuth):
    """Sends a user's token with the requests of an `httpx` client, and an RPT where one is asked for.

    A resource server that misses a permission answers 401 with a UMA challenge. When its `as_uri` is the
    client's own realm, or one that is trusted, the ticket is exchanged there for an RPT and the request sent
    once more, if its body is at hand. The RPT is kept for the next requests to that origin until it ends, is
    refused, or the user is another.

    When the realm refuses, or the challenge is not one to follow, the resource server's 401 is returned. The
    tokens never go where `as_uri` points. `openid.uma.auth(...)` makes one.

    Args:
        room: The client that asks for RPTs.
        source: Whose token: a connection, which renews it, or an access token.
        origins: The only origins that get tokens; `None` for wherever the client is used.
        rules: Which challenges are followed, and how.
        clock: The time.

    Raises:
        KeycloakConfigurationError: One of `origins` is no origin.
        KeycloakRequestError: `source` cannot be a token.

    Source: UMA 2.0 Grant sections 3.2 and 3.3.
    """

    def __init__(
        self,
        room: Room,
        source: TokenHolder | str,
        origins: Collection[str] | None,
        rules: ChallengeRules,
        clock: Clock,
    ) -> None:
        super().__init__(origins)
        self._room = room
        self._source = GivenToken(source) if isinstance(source, str) else source
        self._rules = rules
        self._kept = KeptRpts(clock)

    def _blocking_tokens(self, request: httpx.Request) -> Tokens:
        source = self._source
        own = source if isinstance(source, GivenToken) else BearerOperations(source._blocking)
        return RequestingPartyOperations(self._room._blocking, own, self._kept, _place(request), self._rules)

    def _awaitable_tokens(self, request: httpx.Request) -> Tokens:
        source = self._source
        own = source if isinstance(source, GivenToken) else BearerOperations(source._awaitable)
        return RequestingPartyOperations(self._room._awaitable, own, self._kept, _place(request), self._rules)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._room!r}>"


def _place(request: httpx.Request) -> Place:
    return Place(origin_of(request.url), (request.method, request.url.path))
