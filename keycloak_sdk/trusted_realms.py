# SPDX-License-Identifier: Apache-2.0
"""Tokens of several realms, each verified by the client of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from keycloak_sdk import _jwt
from keycloak_sdk._twins.verification import VerificationTwins
from keycloak_sdk.exceptions import KeycloakConfigurationError
from keycloak_sdk.keycloak_openid import KeycloakOpenID

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._operations.token_kinds import TokenKindOperations


class TrustedRealms(VerificationTwins):
    """The realms whose tokens a program takes, and no others.

    Which realm verifies a token is read from its `iss` before anything of it is believed; what is chosen so
    is one of the given clients, which then verifies the token whole, `iss` included. Nothing is ever sent to
    an issuer that was not given.

    The methods are those of `KeycloakOpenID`. For another one, `client_of(token)` returns the client.

    Args:
        clients: One client for each realm; its `issuer` is that of its tokens.

    Raises:
        KeycloakConfigurationError: There is none, or there are two for one issuer.
    """

    def __init__(self, clients: Iterable[KeycloakOpenID]) -> None:
        self._clients: dict[str, KeycloakOpenID] = {}
        for client in clients:
            if not isinstance(client, KeycloakOpenID):
                raise KeycloakConfigurationError(
                    f"clients holds a {type(client).__name__}: give a KeycloakOpenID for each realm"
                )
            issuer = client._blocking.issuer()
            if self._clients.setdefault(issuer, client) is not client:
                raise KeycloakConfigurationError(f"two clients are for the issuer {issuer!r}: give one")
        if not self._clients:
            raise KeycloakConfigurationError("clients is empty: give a KeycloakOpenID for each realm")

    @property
    def clients(self) -> Mapping[str, KeycloakOpenID]:
        """The clients by issuer."""
        return dict(self._clients)

    def client_of(self, token: str) -> KeycloakOpenID:
        """Return the client for a token, by its unverified issuer.

        Args:
            token: A signed token.

        Raises:
            TokenIssuerError: It is of none of these realms.
            TokenMalformedError: It is no signed token.
        """
        issuer = _jwt.unverified_issuer(token)
        client = self._clients.get(issuer) if isinstance(issuer, str) else None
        if client is None:
            raise _jwt.untrusted_issuer(issuer, self._clients)
        return client

    @property
    def _blocking(self) -> TokenKindOperations:
        return _routed(lambda token: self.client_of(token)._blocking)

    @property
    def _awaitable(self) -> TokenKindOperations:
        return _routed(lambda token: self.client_of(token)._awaitable)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {sorted(self._clients)}>"


class _Router:
    """Hands each operation on a token to the realm that the token names."""

    def __init__(self, operations_for: Callable[[str], TokenKindOperations]) -> None:
        self._operations_for = operations_for

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, TokenClaims]]:
        def operate(token: str, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, TokenClaims]:
            operation = getattr(self._operations_for(token), name)
            return cast("Coroutine[Any, Any, TokenClaims]", operation(token, *args, **kwargs))

        return operate


def _routed(operations_for: Callable[[str], TokenKindOperations]) -> TokenKindOperations:
    return cast("TokenKindOperations", _Router(operations_for))
