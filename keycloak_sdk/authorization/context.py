# SPDX-License-Identifier: Apache-2.0
"""What an evaluation may rely on beside the token."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from attrs import Attribute, field, frozen

from keycloak_sdk.exceptions import KeycloakRequestError


def _aware(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, datetime) or value.utcoffset() is None):
        raise KeycloakRequestError(f"{attribute.name}: give a datetime that has a time zone, or None")


def _zone(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, tzinfo):
        raise KeycloakRequestError(f"{attribute.name}: give a tzinfo, such as zoneinfo.ZoneInfo('UTC')")


def _names(value: Collection[str] | None) -> frozenset[str] | None:
    if value is None:
        return None
    if not _is_of_text(value):
        raise KeycloakRequestError("roles and groups of the context are collections of text")
    return frozenset(value)


def _attributes(value: Mapping[str, str | Collection[str]] | None) -> Mapping[str, tuple[str, ...]] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not all(
        isinstance(item, str) or _is_of_text(item) for item in value.values()
    ):
        raise KeycloakRequestError("attributes of the context are text, or collections of text, by name")
    return {name: (item,) if isinstance(item, str) else tuple(item) for name, item in value.items()}


def _is_of_text(value: object) -> bool:
    if not isinstance(value, Collection) or isinstance(value, str):
        return False
    return all(isinstance(item, str) for item in cast("Collection[object]", value))


@frozen(kw_only=True)
class EvaluationContext:
    """What an evaluation may rely on beside the token; what is not given is not guessed.

    Args:
        time: When the decision is made, aware; `None` for now.
        zone: Time zone that the server runs in, by which it reads the hours of time policies.
        attributes: Claims pushed with the request, by name, such as `{"channel": "web"}`; `{}` when there
            are none. `None` leaves policies that look at them undecided.
        roles: All roles that the user has at the server now, composite ones expanded: `client/role` for
            client roles. `None` leaves role policies with `fetchRoles` undecided.
        groups: Paths of all groups that the user is in at the server now. `None` leaves group policies
            undecided whose claim the token does not have.
        nothing_shared: Whether no user shares anything with another. False, the default, leaves resources
            with user-managed access undecided, because exports do not hold what is shared.

    Raises:
        KeycloakRequestError: A value is of another kind.
    """

    time: datetime | None = field(default=None, validator=_aware)
    zone: tzinfo = field(default=UTC, validator=_zone)
    attributes: Mapping[str, tuple[str, ...]] | None = field(default=None, converter=_attributes)
    roles: frozenset[str] | None = field(default=None, converter=_names)
    groups: frozenset[str] | None = field(default=None, converter=_names)
    nothing_shared: bool = False
