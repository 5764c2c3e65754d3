# SPDX-License-Identifier: Apache-2.0
"""What the server reads from the claims of a token when it evaluates policies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from keycloak_sdk.authorization.matching import client_roles
from keycloak_sdk.exceptions import KeycloakInvalidTokenError

SERVICE_ACCOUNT = "service-account-"
"""How usernames of service accounts begin."""
_OF_INTROSPECTION = frozenset({"active", "client_id", "token_type", "username"})
"""What introspection says besides the claims of the token."""


class CannotTellError(Exception):
    """A policy cannot be evaluated here.

    Args:
        reason: One line that says why, and what would help.
        fails: Whether the server fails at it as well, and with it the whole request.
    """

    def __init__(self, reason: str, *, fails: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fails = fails


class Identity:
    """The user of a token, as far as its claims tell.

    Raises:
        KeycloakInvalidTokenError: A claim is not of the form that Keycloak gives it.
    """

    def __init__(self, claims: Mapping[str, Any]) -> None:
        if not isinstance(claims, Mapping):
            raise KeycloakInvalidTokenError(f"claims are an object, not {type(claims).__name__}")
        self.claims: Mapping[str, object] = claims
        if claims.get("active") is False and "iss" not in claims:
            raise KeycloakInvalidTokenError("the token is not active: there is nothing to evaluate")
        self._is_introspected = "active" in claims and "token_type" in claims
        self.username = self._text("preferred_username")
        self.client = self._text("azp")
        self.is_service_account = (self.username or "").startswith(SERVICE_ACCOUNT)

    @cached_property
    def realm_roles(self) -> frozenset[str]:
        """Realm roles of the token."""
        access = self._object("realm_access")
        roles: object = access.get("roles") or []
        if not isinstance(roles, list) or not all(isinstance(r, str) for r in cast("list[object]", roles)):
            raise KeycloakInvalidTokenError("realm_access.roles is not a list of text")
        return frozenset(cast("list[str]", roles))

    @cached_property
    def client_roles(self) -> frozenset[str]:
        """Client roles of the token as `client/role`."""
        clients = self._object("resource_access")
        return frozenset(
            f"{client}/{role}" for client in clients for role in client_roles(self.claims, client) or ()
        )

    @cached_property
    def scopes(self) -> frozenset[str]:
        """Words of the claim `scope`."""
        scope = self._text("scope")
        if not scope:
            raise CannotTellError("the token has no claim scope", fails=True)
        return frozenset(scope.split(" "))

    def owns(self, owner: str) -> bool | None:
        """Say whether the user is this one; `None` when the claims do not tell."""
        if self.username is None or (self.is_service_account and self.username == owner):
            return None
        return self.username == owner

    def texts(self, claim: str) -> list[str]:
        """Return a claim as the texts that the server makes of it; none when it is absent or empty.

        Raises:
            CannotTellError: The server's text of such a value is not known here.
        """
        if self._is_introspected and claim in _OF_INTROSPECTION:
            raise CannotTellError(f"whether {claim} is in the token, introspection does not tell")
        if claim not in self.claims:
            return []
        value = self.claims[claim]
        if isinstance(value, list):
            return [_text(item, claim) for item in cast("list[object]", value)]
        text = _text(value, claim)
        return [text] if text else []

    def nested(self, claim: str, path: list[str]) -> str | None:
        """Return a member of a claim that is an object, as the text that the server makes of it.

        Raises:
            CannotTellError: The server's text of such a value is not known here, or it fails at it.
        """
        if claim not in self.claims:
            return None
        found: object = self.claims[claim]
        if not isinstance(found, Mapping):
            raise CannotTellError(f"the claim {claim} is no object", fails=True)
        for name in path:
            found = cast("Mapping[str, object]", found).get(name)
            if isinstance(found, list):
                items = cast("list[object]", found)
                return f"[{', '.join(_text(item, claim) for item in items)}]" if items else None
            if not isinstance(found, Mapping):
                return None if found is None else _text(found, claim).strip(_BLANK) or None
        raise CannotTellError(f"the claim {'.'.join((claim, *path))} is an object")

    def _object(self, claim: str) -> Mapping[str, object]:
        value = self.claims.get(claim)
        if value is not None and not isinstance(value, Mapping):
            raise KeycloakInvalidTokenError(f"{claim} is not an object")
        return cast("Mapping[str, object]", value or {})

    def _text(self, claim: str) -> str | None:
        value = self.claims.get(claim)
        if value is not None and not isinstance(value, str):
            raise KeycloakInvalidTokenError(f"{claim} is not text")
        return value or None


_LONG_BITS = 63
_BLANK = "".join(map(chr, range(0x21)))


def _text(value: object, claim: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) or (isinstance(value, int) and value.bit_length() <= _LONG_BITS):
        return str(value)
    raise CannotTellError(f"the claim {claim} holds a value of type {type(value).__name__}")
