# SPDX-License-Identifier: Apache-2.0
"""What the operations of a realm's client have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

from keycloak_oidc_api.types import DecodeError, EncodeError, Model
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keycloak_oidc_api.types import RequestKwargs
    from keycloak_sdk._operations.connection import ConnectionOperations

M = TypeVar("M", bound=Model)
P = ParamSpec("P")

_REPEATED = frozenset({"audience", "permission"})


class RealmClient(Protocol):
    """A client of a realm."""

    @property
    def realm_name(self) -> str:
        """Name of the realm."""
        ...

    @property
    def client_id(self) -> str:
        """Identifier of the client."""
        ...

    @property
    def client_secret_key(self) -> str | None:
        """Secret of the client; `None` or `""` for a public client."""
        ...


class RealmOperations:
    """Operations of a client at its realm."""

    def __init__(self, client: RealmClient, wire: ConnectionOperations) -> None:
        self.client = client
        self.wire = wire
        self.io = wire.io

    @property
    def realm(self) -> str:
        """The realm's name, fit for a path."""
        return segment(self.client.realm_name, "realm_name")

    @property
    def realm_url(self) -> str:
        """URL of the realm at this server, which is its issuer for those who reach it here."""
        return f"{self.wire.connection._server.base}/realms/{quote(self.realm, safe='')}"

    def authenticated(self, **form: Any) -> dict[str, Any]:
        """Return the form with the client's own credentials.

        Source: RFC 6749 section 2.3.1, `client_secret_post`.
        """
        client = self.client
        if not isinstance(client.client_id, str) or not client.client_id:
            raise KeycloakRequestError("client_id is empty: give the client's identifier")
        secret = {"client_secret": client.client_secret_key} if client.client_secret_key else {}
        return {"client_id": client.client_id, **secret, **form}


def request_body(model: type[M], members: Mapping[str, Any]) -> M:
    """Return a request body; absent (`None`) and empty values are left out.

    Raises:
        KeycloakRequestError: A value is not of the described type.
    """
    given = {
        name: _sendable(name, value) for name, value in members.items() if value is not None and value != ""
    }
    try:
        return model.from_dict(given)
    except DecodeError as cause:
        raise KeycloakRequestError(f"{cause}; nothing was sent") from cause


def _sendable(name: str, value: object) -> object:
    """Return what a form field may be: a number becomes its text, one of many a list of one."""
    if name in _REPEATED and isinstance(value, str):
        return [value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def built(build: Callable[P, RequestKwargs], *args: P.args, **kwargs: P.kwargs) -> RequestKwargs:
    """Return the request that a generated `build_request` makes of these arguments.

    Raises:
        KeycloakRequestError: One of them cannot be written into a request.
    """
    try:
        return build(*args, **kwargs)
    except EncodeError as cause:
        raise KeycloakRequestError(f"{cause}; nothing was sent") from cause
