# SPDX-License-Identifier: Apache-2.0
"""Requests with a token that renews itself, as `KeycloakOpenIDConnection` offers them."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from keycloak_sdk._codec import bearer
from keycloak_sdk._ledger import Renewal
from keycloak_sdk._operations.connection import ConnectionOperations
from keycloak_sdk._operations.shared_tokens import SharedTokens
from keycloak_sdk._operations.token_sources import TokenSources
from keycloak_sdk.exceptions import HTTP_UNAUTHORIZED, KeycloakError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from keycloak_sdk._io.port import Io, Outgoing
    from keycloak_sdk._ledger import Outcome, Reason
    from keycloak_sdk._operations.token_sources import TokenOwner
    from keycloak_sdk._tokens import HeldToken

_EARLY_PATIENCE = 5.0, 10.0
"""Seconds that an early renewal gets at least and at most: its caller holds a good token, but a refresh token
whose answer was not waited for may be used up."""

_log = logging.getLogger("keycloak_sdk")


class RenewingOperations(ConnectionOperations):
    """Requests with the connection's own token."""

    connection: TokenOwner

    def __init__(self, connection: TokenOwner, io: Io) -> None:
        super().__init__(connection, io)

    @property
    def _sources(self) -> TokenSources:
        """Where another token comes from, as the connection's properties now say; few calls need it."""
        return TokenSources(self.connection, self.io)

    @property
    def _shared(self) -> SharedTokens | None:
        """The tokens of other processes; `None` without a token store."""
        store = self.connection.token_store
        return None if store is None else SharedTokens(store, self._sources)

    async def get_token(self) -> None:
        """Log in with the connection's credentials and hold the token.

        Sends a password grant when the connection has a user name and a password, else a client
        credentials grant when it has a client secret; `grant_type` chooses otherwise. Without any of
        them nothing is sent and no token is held.

        Raises:
            KeycloakInvalidCredentialsError: User name, password or one-time code are wrong.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakPostError: The server refused for another reason.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 sections 4.3 and 4.4.
        """
        held = await self._sources.logged_in()
        shared = self._shared
        self.connection._held_token = held if held is None or shared is None else await shared.put(held)

    async def refresh_token(self) -> None:
        """Replace the held token by a new one, and hold that.

        Sends the refresh token; when there is none, or the server answers `invalid_grant` and the
        connection has credentials, it logs in again. Callers that come while a renewal is under way
        share its outcome.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 6749 section 6.
        """
        await self._renew(self.connection._held_token, "asked")

    async def _refresh_if_required(self) -> None:
        """Replace the held token when it is stale, or when there is none.

        When the time for an early renewal has come, one caller tries it; its failure is no error yet.

        Raises:
            KeycloakPostError: The server refused.
            KeycloakAuthenticationError: The client was not accepted.
            KeycloakConnectionError: The server was not reached.
        """
        held = self.connection._held_token
        monotonic = self.connection.clock.monotonic()
        if held is None:
            await self._renew(None, "none held")
        elif held.is_stale(monotonic):
            await self._renew(held, "stale")
        elif held.may_be_renewed(monotonic):
            await self._renew_early(held)

    async def _exchange(
        self, method: str, path: str, query: Mapping[str, Any], data: object = None
    ) -> httpx.Response:
        request = self._outgoing(method, path, query, data)
        if request.authorization is None:
            await self._refresh_if_required()
            request = self._authorized(request)
        response = await self._send(request)
        if response.status_code != HTTP_UNAUTHORIZED:
            return response
        await self._renew_refused(request.authorization)
        repeated = self._authorized(request)
        if repeated.authorization == request.authorization:
            return response
        return await self._send(repeated, resends=1)

    def _authorized(self, request: Outgoing) -> Outgoing:
        """Return the request with the token that is held now; as it is without one."""
        held = self.connection._held_token
        return request if held is None else request.authorized(bearer(held.response.access_token))

    async def _renew_refused(self, authorization: str | None) -> None:
        """Have the token replaced that was sent so, unless another one is held by now."""
        held = self.connection._held_token
        is_held = held is not None and bearer(held.response.access_token) == authorization
        await self._renew(held if is_held else None, "refused")

    async def _renew(self, refused: HeldToken | None, reason: Reason) -> None:
        """Have the token replaced; again when the renewal that was joined had another one in mind."""
        owner = self.connection
        if reason != "asked":
            owner.renewals._raise_if_held_back(owner.clock.monotonic())
        await self.io.share(owner._renewal, partial(self._replace, refused, reason))
        if refused is not None and owner._held_token is refused:
            await self.io.share(owner._renewal, partial(self._replace, refused, reason))

    async def _renew_early(self, held: HeldToken) -> None:
        """Have the token replaced while it is still good, unless somebody does so or it failed just now."""
        owner = self.connection
        can_renew = held.response.refresh_token or owner._grant is not None
        if can_renew and owner.renewals._may_try_early(owner.clock.monotonic()):
            await self.io.attempt(owner._renewal, partial(self._replace_early, held))

    async def _replace_early(self, held: HeldToken) -> None:
        """Replace a token that is still good; who goes on with it needs no error."""
        with suppress(KeycloakError):
            await self._replace(held, "early")

    async def _replace(self, refused: HeldToken | None, reason: Reason) -> None:
        owner = self.connection
        held = owner._held_token
        if held is not None and held is not refused and not held.is_stale(owner.clock.monotonic()):
            return
        if owner.telemetry is None:
            await self._replace_held(held, reason)
        else:
            with owner.telemetry.renewal() as tell:
                await self._replace_held(held, reason, tell)

    async def _replace_held(
        self, held: HeldToken | None, reason: Reason, tell: Callable[[Renewal], None] | None = None
    ) -> None:
        owner = self.connection
        begun = owner.clock.monotonic()
        outcome: Outcome = "abandoned"
        failure: KeycloakError | None = None
        try:
            another = self._another_early if reason == "early" else self._another
            owner._held_token, outcome = await another(held)
            owner.renewals._succeeded(outcome, monotonic=owner.clock.monotonic())
        except KeycloakError as error:
            outcome, failure = "failed", error
            now = owner.clock.monotonic()
            owner.renewals._failed(error, monotonic=now, jitter=owner.clock.jitter())
            raise
        finally:
            renewal = self._noted(reason, outcome, owner.clock.monotonic() - begun, failure)
            if tell is not None:
                tell(renewal)

    async def _another_early(self, held: HeldToken | None) -> tuple[HeldToken | None, Outcome]:
        """Return the token that takes the place of one that is still good, before that one is stale.

        It may take longer when the refresh token is all there is: an answer that is not waited for may hold
        the only way on.
        """
        another = partial(self._another, held, early=True)
        owner = self.connection
        if held is None or owner._grant is None:
            return await another()
        least, most = _EARLY_PATIENCE
        left = held.stale_at - owner.clock.monotonic()
        return await self.io.within(min(max(left, least), most), another)

    async def _another(
        self, held: HeldToken | None, *, early: bool = False
    ) -> tuple[HeldToken | None, Outcome]:
        """Return the token that takes the place of the one held, and how it was come by."""
        shared = self._shared
        if shared is not None:
            return await shared.renewed(held, early=early)
        return await self._sources.renewed(held, patient=not early)

    def _noted(
        self, reason: Reason, outcome: Outcome, seconds: float, failure: KeycloakError | None
    ) -> Renewal:
        """Enter a renewal in the ledger, and in the log."""
        owner = self.connection
        error = None if failure is None else " ".join(filter(None, (type(failure).__name__, failure.error)))
        waiters = owner._renewal.waiters
        renewal = Renewal(owner.clock.now(), reason, outcome, seconds, waiters, error)
        owner.renewals._add(renewal)
        _log.debug(
            "token renewal (%s): %s, %.0f ms, %d waiting %s",
            reason,
            outcome,
            seconds * 1000,
            waiters,
            error or "",
        )
        return renewal
