# SPDX-License-Identifier: Apache-2.0
"""Requests that a client sends with the token of its own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from keycloak_sdk._operations.bearer import BearerOperations
from keycloak_sdk._operations.renewal import RenewingOperations
from keycloak_sdk.exceptions import KeycloakAuthenticationError, KeycloakError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_oidc_api.types import RequestKwargs, ResponseLike

T = TypeVar("T")


class AccountOperations(RenewingOperations):
    """Generated requests with a token that renews itself."""

    async def call(
        self,
        request: RequestKwargs,
        parse: Callable[[ResponseLike], T],
        error: type[KeycloakError],
        *,
        authorization: str | None = None,
    ) -> T:
        """Send a request with the account's token, unless it comes with another; renew it once if refused."""
        if authorization is not None:
            return await self.call_without_account(request, parse, error, authorization=authorization)
        tokens = BearerOperations(self)
        sent = await tokens.authorization()
        try:
            return await super().call(request, parse, error, authorization=sent)
        except KeycloakError as refused:
            if not _is_about_the_token(refused):
                raise
            again = await tokens.authorization_after(sent)
            if again == sent:
                raise
        return await super().call(request, parse, error, authorization=again)

    async def call_without_account(
        self,
        request: RequestKwargs,
        parse: Callable[[ResponseLike], T],
        error: type[KeycloakError],
        *,
        authorization: str | None,
    ) -> T:
        """Send a request with the token it comes with, or with none."""
        return await super().call(request, parse, error, authorization=authorization)


def _is_about_the_token(error: KeycloakError) -> bool:
    """Keycloak's protection API answers 403 to a token that is none, or none any more."""
    return isinstance(error, KeycloakAuthenticationError) or error.error == "invalid_bearer_token"
