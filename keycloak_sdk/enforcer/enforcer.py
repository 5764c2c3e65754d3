# SPDX-License-Identifier: Apache-2.0
"""Decides on the requests of a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from keycloak_sdk._enforcement.routes import Route, RouteTable
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._operations.enforcement import EnforcementOperations
from keycloak_sdk._twins.enforcer import EnforcerTwins
from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from keycloak_sdk._enforcement.routes import Methods
    from keycloak_sdk._operations.enforcement import Mode
    from keycloak_sdk._settings import Clock
    from keycloak_sdk.authorization import Authorization
    from keycloak_sdk.decision_cache import DecisionCache
    from keycloak_sdk.keycloak_openid import KeycloakOpenID


class Enforcer(EnforcerTwins):
    """Decides which requests to a service go on: `enforce(method, path, token)`, whatever the framework.

    Everything is denied that no route is for. The bearer token is verified here first, as
    `decode_access_token` does; then the permissions of the route are looked for: in the token, if it is an
    RPT with the ids of the resources, in the exported configuration, or by asking the server.

    Args:
        openid: The client whose resources the service protects.
        routes: What requests need.
        resource_methods: Makes further routes of the URIs of the client's own resources at the server, and
            says which scopes a method needs, such as `{"GET": "view", "PUT": "edit"}`; `{}` asks for the
            whole resource whatever the method. `None` for the given routes alone.
        mode: `online` asks the server; `offline` evaluates the configuration of `openid.authorization` and
            denies what that leaves undecided; `offline_first` asks the server about that.
        audience: Names of the service, of which `aud` must have one; the client's own when `None`.
        decision_cache: Remembers what the server decides; `None` asks it each time.
        uma_challenge: Whether a denial is answered with 401 and a permission ticket instead of 403.
        refresh_seconds: How long the resources that were fetched are used.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    def __init__(
        self,
        openid: KeycloakOpenID,
        routes: Iterable[Route] = (),
        *,
        resource_methods: Methods | None = None,
        mode: Mode = "online",
        audience: str | Collection[str] | None = None,
        decision_cache: DecisionCache | None = None,
        uma_challenge: bool = False,
        refresh_seconds: float = 300,
    ) -> None:
        if mode not in {"online", "offline", "offline_first"}:
            raise KeycloakConfigurationError(f"mode is {mode!r}: give online, offline or offline_first")
        if resource_methods is not None and not isinstance(resource_methods, Mapping):
            raise KeycloakConfigurationError("resource_methods is no mapping of methods to scopes")
        self.routes = tuple(routes)
        if not all(isinstance(route, Route) for route in self.routes):
            raise KeycloakConfigurationError("routes holds something else than Route(...)")
        if not self.routes and resource_methods is None:
            raise KeycloakConfigurationError("there are no routes: give routes, or resource_methods")
        self.openid = openid
        self.resource_methods = resource_methods
        self.mode: Mode = mode
        self.audience = audience
        self.decision_cache = decision_cache
        self.uma_challenge = uma_challenge
        self.refresh_seconds = refresh_seconds
        self._fetch: SingleFlight[None] = SingleFlight()
        self._table = None if resource_methods is not None else RouteTable(self.routes)
        self._fetch_at = float("inf") if self._table else float("-inf")

    @property
    def _blocking(self) -> EnforcementOperations:
        return EnforcementOperations(self, self.openid._blocking, self.openid.uma._blocking)

    @property
    def _awaitable(self) -> EnforcementOperations:
        return EnforcementOperations(self, self.openid._awaitable, self.openid.uma._awaitable)

    @property
    def authorization(self) -> Authorization:
        """The configuration that decides offline."""
        return self.openid.authorization

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.openid.connection.clock

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.openid!r}>"
