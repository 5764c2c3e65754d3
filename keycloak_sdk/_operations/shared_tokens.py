# SPDX-License-Identifier: Apache-2.0
"""One session for many processes: each adopts what another has stored, or is the one that renews it.

::

    load ─▶ newer than ours, and good? ─ yes ─▶ adopt it
     ▲               │ no
     │               ▼
    wait ◀─ no ─ lease? ─ yes ─▶ ask the server ─▶ save ─▶ stored? ─ yes ─▶ use it
                                                              │ no: the lease was lost meanwhile
                                                              └─▶ adopt what is stored by now
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from keycloak_sdk import _tokens
from keycloak_sdk.exceptions import KeycloakTimeoutError, TokenStoreError

if TYPE_CHECKING:
    from keycloak_sdk._ledger import Outcome
    from keycloak_sdk._operations.token_sources import TokenSources
    from keycloak_sdk._tokens import HeldToken
    from keycloak_sdk.token_stores import StoredToken, TokenStore

_LEASE = 20.0
"""Seconds that a process has to renew a shared token; its token requests end before."""
_LOOK_AGAIN = 0.05
"""Seconds after which a process looks whether another one has renewed a shared token."""

_log = logging.getLogger("keycloak_sdk")


@frozen(repr=False)
class Lease:
    """The right to replace a version of an entry."""

    name: str
    version: int
    ticket: str


class SharedTokens:
    """Gets the tokens of a connection from a store, and puts them there."""

    def __init__(self, store: TokenStore, sources: TokenSources) -> None:
        self.store = store
        self.sources = sources
        self.owner = sources.owner
        self.io = sources.io

    async def renewed(self, held: HeldToken | None, *, early: bool) -> tuple[HeldToken | None, Outcome]:
        """Return the session's newest token, renewed by whichever process got the lease, and how it came.

        When the store fails, this process logs in for itself: the refresh token is the others' as well.
        """
        try:
            return await self._adopted_or_renewed(held, early=early)
        except TokenStoreError as error:
            _note(error)
            alone = held if self.owner._grant is None else None
            return await self.sources.renewed(alone, patient=not early)

    async def put(self, held: HeldToken) -> HeldToken:
        """Store the token of a session that has just begun; return it with its version."""
        try:
            name = await self._session_name()
            entry = await self.io.call(partial(self.store.load, name))
        except TokenStoreError as error:
            _note(error)
            return held
        return await self._saved(name, held, _version_of(entry)) or held

    async def _adopted_or_renewed(
        self, held: HeldToken | None, *, early: bool
    ) -> tuple[HeldToken | None, Outcome]:
        clock, name = self.owner.clock, await self._session_name()
        give_up = clock.monotonic() + 2 * _LEASE
        while True:
            entry = await self.io.call(partial(self.store.load, name))
            newest = self._newest(entry, held)
            if newest is not None and self._is_news(newest, held):
                return newest, "adopted"
            version = _version_of(entry)
            ticket = await self.io.call(partial(self.store.lease, name, version, _LEASE))
            if ticket is not None:
                return await self._renewed(Lease(name, version, ticket), newest, patient=not early)
            if early:
                return held, "left to another"
            if clock.monotonic() >= give_up:
                raise KeycloakTimeoutError(
                    f"other processes have held the lease of the shared token for {2 * _LEASE:g} s",
                    retryable=True,
                )
            await self.io.sleep(_LOOK_AGAIN * (0.5 + clock.jitter()), clock)

    async def _renewed(
        self, lease: Lease, newest: HeldToken | None, *, patient: bool
    ) -> tuple[HeldToken | None, Outcome]:
        """Renew and store as the holder of the lease; adopt the other's token when it was lost meanwhile."""
        stored: HeldToken | None = None
        try:
            renewal = partial(self.sources.renewed, newest, patient=patient)
            new, outcome = await self.io.within(_LEASE, renewal)
            if new is not None:
                stored = await self._saved(lease.name, new, lease.version)
        finally:
            if stored is None:
                await self.io.call(partial(self._release, lease))
        if new is None or stored is not None:
            return stored, outcome
        try:
            theirs = self._newest(await self.io.call(partial(self.store.load, lease.name)), newest)
        except TokenStoreError as error:
            _note(error)
            theirs = None
        return (theirs, "adopted") if theirs is not None and self._is_news(theirs, newest) else (new, outcome)

    async def _saved(self, name: str, held: HeldToken, version: int) -> HeldToken | None:
        """Return the token as it was stored; `None` when another process was quicker.

        A store that fails may have stored it or not; the version then makes it newer than what it replaces.
        """
        lifetime = _tokens.lifetime_in_store(held.response)
        value = _tokens.to_store(held)
        save = partial(self.store.save, name, value, version=version, lifetime=lifetime)
        try:
            stored = await self.io.call(save)
        except TokenStoreError as error:
            _note(error)
            stored = True
        return evolve(held, version=version + 1) if stored else None

    def _release(self, lease: Lease) -> None:
        try:
            self.store.release(lease.name, lease.ticket)
        except TokenStoreError as error:
            _note(error)  # the lease ends by itself

    def _newest(self, entry: StoredToken | None, held: HeldToken | None) -> HeldToken | None:
        """Return the stored token or the one held, whichever is newer."""
        fraction, clock = self.owner.token_lifetime_fraction, self.owner.clock
        theirs = None if entry is None else _tokens.from_store(entry.value, fraction=fraction, clock=clock)
        if entry is None or theirs is None:
            return held
        theirs = evolve(theirs, version=entry.version)
        return theirs if held is None or _is_newer(theirs, held) else held

    def _is_news(self, newest: HeldToken, held: HeldToken | None) -> bool:
        return newest is not held and not newest.is_stale(self.owner.clock.monotonic())

    async def _session_name(self) -> str:
        """Return the name of the session in the store; to derive it takes a moment, so it is kept."""
        session = self.owner._session
        named = self.owner._named_session
        if named is None or named[0] != session:
            named = session, await self.io.call(session.name)
            self.owner._named_session = named
        return named[1]


def _is_newer(theirs: HeldToken, held: HeldToken) -> bool:
    """Whether a stored token comes after the one that is held.

    The version decides, unless the token held came from elsewhere, or the store has lost something and
    counts from a lower one.
    """
    if theirs.response.access_token == held.response.access_token:
        return False
    if 0 < held.version < theirs.version:
        return True
    later = _tokens.was_issued_later(theirs.response, held.response)
    if later is None:
        return theirs.version > held.version or theirs.obtained_at > held.obtained_at
    return later


def _note(error: TokenStoreError) -> None:
    """Tell whoever runs the program: it goes on without the store, as a session of its own."""
    _log.warning("the token store failed: %s", error)


def _version_of(entry: StoredToken | None) -> int:
    return entry.version if entry else 0
