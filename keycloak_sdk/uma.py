# SPDX-License-Identifier: Apache-2.0
"""The room of a resource server: `openid.uma`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._operations.own_account import AccountOperations
from keycloak_sdk._operations.requesting_party import ChallengeRules
from keycloak_sdk._operations.uma import UmaOperations
from keycloak_sdk._twins.uma import UmaTwins
from keycloak_sdk.openid_connection import KeycloakOpenIDConnection
from keycloak_sdk.uma_auth import UmaAuth

if TYPE_CHECKING:
    from collections.abc import Collection

    from keycloak_sdk.keycloak_openid import KeycloakOpenID


class Uma(UmaTwins):
    """Resources, permission tickets, policies of owners and decisions of a client: `openid.uma`.

    What takes no `token`, or is given `None`, is sent with the access token of the client's service account,
    which has the client's role `uma_protection`; it is obtained on first use and renewed by itself.

    Args:
        openid: The client.
    """

    def __init__(self, openid: KeycloakOpenID) -> None:
        self._openid = openid
        self._kept_account: _ServiceAccount | None = None

    @property
    def _blocking(self) -> UmaOperations:
        return UmaOperations(self._openid, self._account._blocking)

    @property
    def _awaitable(self) -> UmaOperations:
        return UmaOperations(self._openid, self._account._awaitable)

    @property
    def _account(self) -> _ServiceAccount:
        """The account of the client, as the client's properties now say."""
        account = self._kept_account
        if account is None or account.identity != _identity(self._openid):
            self._kept_account = account = _ServiceAccount(self._openid)
        return account

    def auth(
        self,
        source: KeycloakOpenIDConnection | str,
        *,
        origins: Collection[str] | None = None,
        audience: str | None = None,
        submit_request: bool | None = None,
        trusted_issuers: Collection[str] = (),
    ) -> UmaAuth:
        """Return what makes requests of the program's own answer the challenges of resource servers.

        Nothing is sent: the first request logs in, when that is necessary.

        Args:
            source: Whose token is sent: a connection, which renews it, or an access token.
            origins: The only origins that get tokens, such as `https://api.example.org`; requests to others
                are sent without one. `None` for wherever the client is used.
            audience: Client id of the resource server; the ticket of another one is not followed. Give it:
                a resource server could hand out the ticket of another one, to get a token for that.
            submit_request: Whether the owners of resources are asked when the realm refuses; `None` as the
                server does it, which is yes.
            trusted_issuers: Further names of this realm that a challenge may give in `as_uri`.

        Returns:
            The `auth` of an `httpx.Client` or `httpx.AsyncClient`, or of one request; good for any number.

        Raises:
            KeycloakConfigurationError: One of `origins` is no origin.
            KeycloakRequestError: `source` cannot be a token.

        Source: UMA 2.0 Grant sections 3.2 and 3.3.
        """
        issuer = self._openid.issuer or self._blocking.realm_url
        rules = ChallengeRules({issuer, *trusted_issuers}, audience, submit_request)
        return UmaAuth(self, source, origins, rules, self._openid.connection.clock)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._openid!r}>"


class _ServiceAccount(KeycloakOpenIDConnection):
    """The token of a client's own account, over the client's connections."""

    def __init__(self, openid: KeycloakOpenID) -> None:
        connection = openid.connection
        super().__init__(
            connection.base_url,
            realm_name=openid.realm_name,
            client_id=openid.client_id,
            client_secret_key=openid.client_secret_key,
            custom_headers=connection.headers,
            trusted_origins=connection.trusted_origins,
            clock=connection.clock,
            telemetry=connection.telemetry,
        )
        self.identity = _identity(openid)
        self._openid_connection = connection

    @property
    def _blocking(self) -> AccountOperations:
        return AccountOperations(self, self._openid_connection._blocking_io)

    @property
    def _awaitable(self) -> AccountOperations:
        return AccountOperations(self, self._openid_connection._awaiting_io)


def _identity(openid: KeycloakOpenID) -> tuple[object, ...]:
    """Return what decides whose token it is, and where it is sent."""
    connection = openid.connection
    return (
        connection,
        connection.base_url,
        openid.realm_name,
        openid.client_id,
        openid.client_secret_key,
        tuple(connection.headers.items()),
        connection.telemetry,
    )
