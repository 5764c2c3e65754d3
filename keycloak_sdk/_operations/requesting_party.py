# SPDX-License-Identifier: Apache-2.0
"""The tokens of a client that calls resource servers and answers their challenges."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attrs import frozen

from keycloak_sdk._bounded import Latest
from keycloak_sdk._codec import bearer
from keycloak_sdk._operations.decisions import is_not_logged_in
from keycloak_sdk._tokens import LIFETIME_FRACTION, unverified_claims
from keycloak_sdk.exceptions import KeycloakAuthenticationError, KeycloakPostError
from keycloak_sdk.uma_challenge import parse_uma_challenge

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable

    from keycloak_oidc_api.models import TokenResponse
    from keycloak_sdk._operations.bearer import BearerOperations
    from keycloak_sdk._operations.uma import UmaOperations
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.uma_challenge import UmaChallenge
    from keycloak_sdk.uma_options import RptOptions

_KEPT = 256
_FINAL = frozenset({"access_denied", "invalid_grant", "invalid_ticket", "invalid_resource", "invalid_scope"})

_log = logging.getLogger("keycloak_sdk")


@frozen
class Place:
    """Where a request goes."""

    origin: Hashable
    """Of the resource server; nothing that it issued a ticket for goes to another."""
    target: Hashable
    """Method and path."""

    @property
    def keys(self) -> tuple[tuple[Hashable, Hashable], ...]:
        """What RPTs that may do here are kept by, the best first."""
        return (self.origin, self.target), (self.origin, None)


@frozen
class ChallengeRules:
    """Which challenges are followed, and how."""

    issuers: Collection[str]
    """Realms that may decide."""
    audience: str | None
    """The only client that may have made the ticket; `None` for any."""
    submit_request: bool | None
    """Whether the owner is asked when the realm refuses; `None` as the server does it."""

    def refusal(self, challenge: UmaChallenge) -> str | None:
        """Return why a challenge is not followed; `None` when it is."""
        if not challenge.is_of(self.issuers):
            return "names a realm that is not trusted"
        maker: object = unverified_claims(challenge.ticket).get("azp")
        if self.audience is not None and maker != self.audience:
            return "holds a ticket of another resource server"
        return None


@frozen(repr=False)
class _KeptRpt:
    authorization: str
    until: float
    subject: str


class KeptRpts:
    """The RPTs of a client, by what they were obtained for: the last of each origin, and of each target."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rpts: Latest[tuple[Hashable, Hashable], _KeptRpt] = Latest(_KEPT)

    def find(self, place: Place, subject: str) -> str | None:
        """Return the RPT to try at a place; `None` when there is none that is this user's and still good."""
        for key in place.keys:
            kept = self._rpts.get(key)
            if kept and kept.subject == subject and kept.until > self._clock.monotonic():
                return kept.authorization
        return None

    def keep(self, place: Place, subject: str, rpt: TokenResponse) -> None:
        """Keep an RPT."""
        until = self._clock.monotonic() + (rpt.expires_in or 0) * LIFETIME_FRACTION
        for key in place.keys:
            self._rpts.put(key, _KeptRpt(bearer(rpt.access_token), until, subject))

    def forget(self, authorization: str, place: Place | None = None) -> bool:
        """Forget an RPT that was refused, everywhere or at one place; return whether it was one."""
        keys = [key for key, kept in self._rpts.items() if kept.authorization == authorization]
        for key in keys:
            if place is None or key in place.keys:
                self._rpts.pop(key)
        return bool(keys)

    def __len__(self) -> int:
        return len(self._rpts)


class GivenToken:
    """A token that nobody can renew."""

    def __init__(self, token: str) -> None:
        self._authorization = bearer(token)

    async def authorization(self) -> str:
        """Return it."""
        return self._authorization

    async def authorization_after(self, refused: str, challenges: Collection[str] = ()) -> str:
        """Return it again."""
        return self._authorization


class RequestingPartyOperations:
    """The tokens of one request: the user's own, or an RPT for what the resource server asks for."""

    def __init__(
        self,
        uma: UmaOperations,
        own: BearerOperations | GivenToken,
        kept: KeptRpts,
        place: Place,
        rules: ChallengeRules,
    ) -> None:
        self.uma = uma
        self.own = own
        self.kept = kept
        self.place = place
        self.rules = rules

    async def authorization(self) -> str:
        """Return the RPT that was obtained here before, else the user's own token."""
        own = await self.own.authorization()
        return self.kept.find(self.place, _subject(own)) or own

    async def authorization_after(self, refused: str, challenges: Collection[str]) -> str:
        """Return an RPT for the ticket of the challenge; the same again when there is none to be had."""
        challenge = parse_uma_challenge(challenges)
        was_rpt = self.kept.forget(refused, self.place if challenge else None)
        if challenge is None:
            if was_rpt:
                return await self.own.authorization()
            return await self.own.authorization_after(refused, challenges)
        if (problem := self.rules.refusal(challenge)) is not None:
            _log.debug("a UMA challenge is not followed: it %s", problem)
            return refused
        try:
            return await self._exchange(challenge.ticket, await self.own.authorization())
        except (KeycloakPostError, KeycloakAuthenticationError) as error:
            if error.error not in _FINAL:
                raise
            _log.debug("a UMA challenge was refused: %s %s", error.error, error.error_description or "")
            return refused

    async def _exchange(self, ticket: str, own: str) -> str:
        try:
            return await self._rpt(ticket, own)
        except (KeycloakPostError, KeycloakAuthenticationError) as error:
            if not is_not_logged_in(error):
                raise
            renewed = await self.own.authorization_after(own)
            if renewed == own:
                raise
        return await self._rpt(ticket, renewed)

    async def _rpt(self, ticket: str, own: str) -> str:
        options: RptOptions = {"ticket": ticket}
        if self.rules.submit_request is not None:
            options["submit_request"] = self.rules.submit_request
        rpt = await self.uma.rpt(own.removeprefix("Bearer "), **options)
        self.kept.keep(self.place, _subject(own), rpt)
        return bearer(rpt.access_token)


def _subject(authorization: str) -> str:
    """Return whose token it is, to keep users apart; a token that does not say is its own subject."""
    subject: object = unverified_claims(authorization).get("sub")
    return subject if isinstance(subject, str) else authorization
