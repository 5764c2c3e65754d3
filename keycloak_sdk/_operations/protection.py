# SPDX-License-Identifier: Apache-2.0
"""What the parts of the protection API have in common: whose token is sent, and what a body is made of.

Source: Federated Authorization for UMA 2.0 section 1.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from keycloak_oidc_api.types import Model
from keycloak_sdk._codec import bearer
from keycloak_sdk._operations.realm_client import RealmOperations, request_body
from keycloak_sdk.exceptions import KeycloakError, KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_oidc_api.types import RequestKwargs, ResponseLike

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class ProtectionOperations(RealmOperations):
    """Requests to the protection API."""

    async def _call_as(
        self,
        request: RequestKwargs,
        parse: Callable[[ResponseLike], T],
        error: type[KeycloakError],
        token: str | None,
    ) -> T:
        """Send a request with the token that the caller gave, or with the client's own."""
        authorization = None if token is None else bearer(token)
        return await self.wire.call(request, parse, error, authorization=authorization)


def body_of(model: type[M], given: Mapping[str, Any]) -> M:
    """Return what a caller gave as the body of a request.

    Raises:
        KeycloakRequestError: It is no mapping, or one of its values is not of the described type.
    """
    if not isinstance(given, Mapping):
        raise KeycloakRequestError(f"a {type(given).__name__} was given: give a {model.__name__}, or a dict")
    return request_body(model, given)
