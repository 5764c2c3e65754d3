# SPDX-License-Identifier: Apache-2.0
"""Deciding on requests to a service."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from keycloak_sdk._enforcement.outcome import Outcome
from keycloak_sdk._enforcement.paths import is_plain
from keycloak_sdk._enforcement.routes import Route, RouteTable, routes_of
from keycloak_sdk.authorization.evaluation import Verdict
from keycloak_sdk.exceptions import (
    KeycloakAuthorizationConfigError,
    KeycloakError,
    KeycloakInvalidTokenError,
    KeycloakPermissionFormatError,
)
from keycloak_sdk.uma_permissions import missing_permissions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._enforcement.routes import Found, Methods
    from keycloak_sdk._io.single_flight import SingleFlight
    from keycloak_sdk._operations.openid import OpenIDOperations
    from keycloak_sdk._operations.uma import UmaOperations
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.authorization import Authorization
    from keycloak_sdk.authorization.evaluation import Evaluation
    from keycloak_sdk.decision_cache import DecisionCache

Mode: TypeAlias = Literal["online", "offline", "offline_first"]

_log = logging.getLogger("keycloak_sdk")


class Service(Protocol):
    """A service whose requests are decided on."""

    mode: Mode
    audience: str | Collection[str] | None
    uma_challenge: bool
    decision_cache: DecisionCache | None
    routes: tuple[Route, ...]
    resource_methods: Methods | None
    refresh_seconds: float
    _table: RouteTable | None
    _fetch_at: float

    @property
    def _fetch(self) -> SingleFlight[None]:
        """The fetch of resources under way."""
        ...

    @property
    def authorization(self) -> Authorization:
        """The configuration that decides offline."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...


class EnforcementOperations:
    """Decisions on requests."""

    def __init__(self, service: Service, openid: OpenIDOperations, uma: UmaOperations) -> None:
        self.service = service
        self.openid = openid
        self.uma = uma
        self.io = openid.io

    async def enforce(
        self, method: str, path: str, token: str | None, *, raw_path: bytes | None = None
    ) -> Outcome:
        """Decide on a request to this service.

        What no route is for is denied, and so is what cannot be decided.

        Args:
            method: HTTP method, in capitals.
            path: Path below the service's root, decoded, without the query.
            token: The bearer token of the request; `None` when it has none.
            raw_path: The path as it was sent, when it is known: what hides in it is refused.

        Returns:
            The outcome: true when the request may go on. Otherwise its status is 400 for a path that means
            different things to different servers, 401 without a valid token, 403 without the permission (401
            with a UMA challenge, when the service makes them), 404 never, 503 when nobody could decide.

        Source: RFC 6750 section 3; UMA 2.0 Grant section 3.2.
        """
        if not is_plain(path, raw_path):
            return Outcome(400, "the path may be read in more than one way")
        found = await self._find(method, path)
        if isinstance(found, Outcome):
            return found
        if found.access == "public":
            return Outcome(200, "public")
        if token is None:
            return Outcome(401, "there is no token", challenge="Bearer")
        claims = await self._verify(token)
        if isinstance(claims, Outcome):
            return claims
        if found.access == "token":
            return Outcome(200, "any valid token will do", claims)
        return await self._decide(token, claims, found)

    async def refresh(self) -> None:
        """Fetch the resources of the server now, when routes are made of them.

        Raises:
            KeycloakError: As `openid.uma.resources` raises; the routes stay as they were.

        Source: Federated Authorization for UMA 2.0 section 3.2.5.
        """
        await self.io.share(self.service._fetch, self._fetch_resources)

    async def _find(self, method: str, path: str) -> Found | Outcome:
        try:
            table = await self._routes()
        except KeycloakError as error:
            return _undecided("the resources of the server cannot be had", error)
        return table.find(method, path) or Outcome(403, "no route is for this method and path")

    async def _verify(self, token: str) -> TokenClaims | Outcome:
        try:
            return await self.openid.decode_access_token(token, audience=self.service.audience)
        except KeycloakInvalidTokenError as error:
            return _invalid(error)
        except KeycloakError as error:
            return _undecided("the token cannot be verified", error)

    async def _routes(self) -> RouteTable:
        """Return the routes, those of the server's resources fetched anew now and then.

        While there are older ones, one caller fetches, for a short time, and the others do not wait.
        """
        service = self.service
        if service._table is None:
            await self.refresh()
        elif service.clock.monotonic() >= service._fetch_at:
            service._fetch_at = service.clock.monotonic() + _RETRY_SECONDS
            fetch = partial(self.io.within, _FETCH_SECONDS, self._fetch_resources)
            try:
                await self.io.attempt(service._fetch, fetch)
            except KeycloakError as error:
                _log.warning("the resources of the server cannot be fetched anew: %s", error)
        return RouteTable(()) if service._table is None else service._table

    async def _fetch_resources(self) -> None:
        service = self.service
        routes = list(service.routes)
        if service.resource_methods is not None:
            taken = {route.path.shape for route in routes}
            resources = [one async for one in self.uma.resources(owner=self.openid.client.client_id)]
            fetched = routes_of(resources, service.resource_methods)
            routes += [route for route in fetched if route.path.shape not in taken]
            service._fetch_at = service.clock.monotonic() + service.refresh_seconds
        else:
            service._fetch_at = float("inf")
        service._table = RouteTable(routes)

    async def _decide(self, token: str, claims: TokenClaims, found: Found) -> Outcome:
        if _is_in_rpt(claims, found.needed):
            return Outcome(200, "the token carries the permissions", claims)
        evaluation = None
        if self.service.mode != "online":
            evaluation = self._evaluate(claims, found)
            verdict = Verdict.UNDECIDED if evaluation is None else evaluation.verdict
            if verdict is Verdict.GRANTED:
                return Outcome(200, "granted here", claims, evaluation=evaluation)
            if verdict is Verdict.DENIED or self.service.mode == "offline":
                reason = f"not granted here: {verdict.value}"
                return await self._denied(Outcome(403, reason, claims, evaluation=evaluation), found.needed)
        try:
            decision = await self.uma.decide(token, sorted(found.needed), cache=self.service.decision_cache)
        except KeycloakError as error:
            return _undecided("the server did not decide", error)
        if decision:
            return Outcome(200, "granted by the server", claims, decision=decision, evaluation=evaluation)
        if not decision.is_logged_in:
            challenge = 'Bearer error="invalid_token"'
            return Outcome(401, "the server does not accept the token", claims, challenge, decision)
        reason = f"denied by the server: {', '.join(sorted(set(decision.reasons.values())))}"
        denied = Outcome(403, reason, claims, decision=decision, evaluation=evaluation)
        return await self._denied(denied, frozenset(decision.missing_permissions))

    def _evaluate(self, claims: TokenClaims, found: Found) -> Evaluation | None:
        if found.by_name is None:
            return None
        try:
            return self.service.authorization.evaluate(claims, sorted(found.by_name))
        except (
            KeycloakAuthorizationConfigError,
            KeycloakInvalidTokenError,
            KeycloakPermissionFormatError,
        ) as error:
            _log.warning("a request cannot be decided offline: %s", error)
            return None

    async def _denied(self, outcome: Outcome, missing: frozenset[str]) -> Outcome:
        """Answer a denial: with a ticket for what is missing, when the service makes tickets."""
        challenge = None
        if self.service.uma_challenge:
            try:
                challenge = (await self.uma.challenge(sorted(missing))).header
            except KeycloakError as error:
                _log.warning("there is no ticket for a denial: %s", error)
        return Outcome(
            403 if challenge is None else 401,
            outcome.reason,
            outcome.claims,
            challenge,
            outcome.decision,
            outcome.evaluation,
            missing,
        )


_RETRY_SECONDS = 10.0
"""Seconds from one try to fetch resources anew until the next, when it fails."""
_FETCH_SECONDS = 3.0
"""Seconds that such a try may take: a request waits for it."""


def _is_in_rpt(claims: TokenClaims, needed: Collection[str]) -> bool:
    """Whether the token itself carries all permissions, by ids.

    Another resource server of the realm may have resources of the same names, and this one in its audience.
    """
    carried = claims.authorization.permissions if claims.authorization else None
    by_id: list[Mapping[str, object]] = [
        {"rsid": one.rsid, "scopes": one.scopes} for one in carried or () if one.rsid
    ]
    scoped_to_a_resource = all(not text.startswith("#") for text in needed)
    return bool(by_id) and scoped_to_a_resource and not missing_permissions(set(needed), by_id)


def _invalid(error: KeycloakInvalidTokenError) -> Outcome:
    status = getattr(error, "http_status", 401)
    challenge = getattr(error, "challenge", 'Bearer error="invalid_token"')
    return Outcome(status, f"the token does not verify: {error}", challenge=challenge)


def _undecided(what: str, error: KeycloakError) -> Outcome:
    _log.warning("%s: %s", what, error)
    return Outcome(503, what)
