# SPDX-License-Identifier: Apache-2.0
"""What callers of the strict decoders expect, read once and refused when it can never be met."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from keycloak_sdk.exceptions import KeycloakRequestError

LEEWAY = 60.0
"""Seconds that clocks may differ."""

_LONGEST = 10**9
_PLAIN = frozenset({tuple, list, set, frozenset})  # asking an abstract class costs more than all the rest


def names(value: object, argument: str) -> tuple[str, ...]:
    """Return the names that an argument lists; one name may stand alone.

    Raises:
        KeycloakRequestError: It is something else, or a name is empty.
    """
    if isinstance(value, str) and value:
        return (value,)
    if value.__class__ not in _PLAIN and (
        not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping)
    ):
        raise KeycloakRequestError(f"{argument} is a name or a list of names, none of them empty")
    listed = tuple(cast("Collection[object]", value))
    for name in listed:
        if not isinstance(name, str) or not name:
            raise KeycloakRequestError(f"{argument} lists names, none of them empty")
    return cast("tuple[str, ...]", listed)


def scopes(value: object) -> tuple[str, ...]:
    """Return the scopes that an argument lists, also those of a text with blanks between them."""
    listed = names(value, "scopes")
    found = tuple(" ".join(listed).split())
    if listed and not found:
        raise KeycloakRequestError("scopes is blank: leave it out, or name the scopes")
    return found


def roles_by_client(value: object, client_id: str) -> Mapping[str, tuple[str, ...]]:
    """Return the roles that an argument lists for each client; a plain list is for this client."""
    if value.__class__ in _PLAIN or not isinstance(value, Mapping):
        return {client_id: listed} if (listed := names(value, "client_roles")) else {}
    by_client = cast("Mapping[object, object]", value)
    (*clients,) = names(by_client.keys(), "client_roles")
    return {client: names(by_client[client], f"client_roles[{client!r}]") for client in clients}


def text(value: object, argument: str) -> str | None:
    """Return an argument that is text, or `None`.

    Raises:
        KeycloakRequestError: It is empty or something else: an empty expectation would be met by nothing.
    """
    if value is None or (isinstance(value, str) and value):
        return value
    raise KeycloakRequestError(f"{argument} is text that is not empty; leave it out to compare nothing")


def seconds(value: object, argument: str) -> float:
    """Return an argument that is a number of seconds.

    Raises:
        KeycloakRequestError: It is none, or negative.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST:
        return value
    raise KeycloakRequestError(f"{argument} is a number of seconds, zero or more")


def some_seconds(value: object, argument: str) -> float | None:
    """Return an argument that is a number of seconds, or `None`."""
    return None if value is None else seconds(value, argument)
