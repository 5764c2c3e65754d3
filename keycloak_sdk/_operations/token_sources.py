# SPDX-License-Identifier: Apache-2.0
"""What a connection asks the server for another token with: its refresh token, or its credentials."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from keycloak_sdk import _tokens
from keycloak_sdk._ledger import PATIENCE
from keycloak_sdk._operations.connection import ConnectionOperations, Server
from keycloak_sdk._operations.tokens import TokenOperations
from keycloak_sdk.exceptions import KeycloakError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keycloak_oidc_api.models import TokenResponse
    from keycloak_sdk._io.port import Io
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._ledger import Outcome, RenewalLedger
    from keycloak_sdk._operations.realm_client import RealmClient
    from keycloak_sdk._tokens import HeldToken, Session
    from keycloak_sdk.token_stores import TokenStore

T = TypeVar("T")


class TokenOwner(Server, Protocol):
    """A connection that holds a token, and what it takes to get another."""

    token_lifetime_fraction: float

    @property
    def _held_token(self) -> HeldToken | None:
        """The token, and until when it is sent without asking."""
        ...

    @_held_token.setter
    def _held_token(self, value: HeldToken | None) -> None: ...

    @property
    def username(self) -> str | None:
        """User name of the password grant."""
        ...

    @property
    def password(self) -> str | None:
        """Password of the password grant."""
        ...

    @property
    def totp(self) -> int | str | None:
        """One-time code of the password grant."""
        ...

    @property
    def grant_type(self) -> str | None:
        """The grant to use; `None` to choose by the credentials."""
        ...

    @property
    def _grant(self) -> str | None:
        """The grant that the credentials are for; `None` without any."""
        ...

    @property
    def _login(self) -> RealmClient:
        """The client that asks for tokens."""
        ...

    @property
    def _login_server(self) -> Server:
        """The server as the token requests see it: without the bearer."""
        ...

    @property
    def renewals(self) -> RenewalLedger:
        """What became of the last renewals."""
        ...

    @property
    def token_store(self) -> TokenStore | None:
        """Where the token is shared with other processes; `None` to keep it."""
        ...

    @property
    def _session(self) -> Session:
        """Whose session the token is, for the token store."""
        ...

    _named_session: tuple[Session, str] | None
    """The session whose name was derived last."""

    @property
    def _renewal(self) -> SingleFlight[None]:
        """The renewal under way, shared by both sides."""
        ...


class TokenSources:
    """Asks the server for the tokens of a connection."""

    def __init__(self, owner: TokenOwner, io: Io) -> None:
        self.owner = owner
        self.io = io
        self._openid = TokenOperations(owner._login, ConnectionOperations(owner._login_server, io))

    async def logged_in(self) -> HeldToken | None:
        """Return the token of a new session; `None` without credentials."""
        token = await self._log_in()
        return None if token is None else self._held(token)

    async def renewed(self, held: HeldToken | None, *, patient: bool) -> tuple[HeldToken | None, Outcome]:
        """Refresh, and log in when that cannot help; return what came of it and how.

        Args:
            held: The token to renew; `None` to log in.
            patient: Whether to wait when the server is busy and says for how long.
        """
        refresh_token = held.response.refresh_token if held is not None else None
        if refresh_token:
            try:
                refresh = partial(self._openid.refresh_token, refresh_token)
                return self._held(await self._asked(refresh, patient=patient)), "refreshed"
            except KeycloakError as error:
                if not _tokens.needs_login(error) or self.owner._grant is None:
                    raise
        token = await self._asked(self._log_in, patient=patient)
        return (None, "no credentials") if token is None else (self._held(token), "logged in")

    async def _asked(self, ask: Callable[[], Coroutine[Any, Any, T]], *, patient: bool) -> T:
        """Ask, and once more when the server is busy and says that it soon will not be."""
        try:
            return await ask()
        except KeycloakError as error:
            pause = error.retry_after if error.retryable else None
            if not patient or pause is None or pause > PATIENCE:
                raise
        await self.io.sleep(pause, self.owner.clock)
        return await ask()

    async def _log_in(self) -> TokenResponse | None:
        owner = self.owner
        grant = owner.grant_type or owner._grant
        if grant is None:
            return None
        return await self._openid.token(
            owner.username or "", owner.password or "", grant_type=grant, totp=owner.totp
        )

    def _held(self, token: TokenResponse) -> HeldToken:
        owner = self.owner
        return _tokens.hold(token, fraction=owner.token_lifetime_fraction, clock=owner.clock)
