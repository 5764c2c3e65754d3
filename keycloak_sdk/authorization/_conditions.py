# SPDX-License-Identifier: Apache-2.0
"""What the policy types ask of a user, a client and the time, before a policy's logic is applied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import attrs

from keycloak_sdk.authorization import _time
from keycloak_sdk.authorization._identity import CannotTellError, Identity
from keycloak_sdk.authorization._members import as_flag, as_object, as_text
from keycloak_sdk.authorization._regex import Pattern, read_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from keycloak_sdk.authorization._export import Entry
    from keycloak_sdk.authorization.context import EvaluationContext

_CLAIM_COMPONENT = re.compile(r"((?:\\.|[^\\.])+?)\.")
_ESCAPED_SLASH = "~/"


class Condition(Protocol):
    """What a policy asks."""

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        """Say whether it holds.

        Raises:
            CannotTellError: It cannot be evaluated here.
        """
        ...


@attrs.frozen
class Named:
    """A role or a client scope, and whether it is required whatever others there are."""

    name: str
    required: bool


def _holds_any(wanted: tuple[Named, ...], held: frozenset[str]) -> bool:
    if any(item.required and item.name not in held for item in wanted):
        return False
    return any(item.name in held for item in wanted)


@attrs.frozen
class RoleCondition:
    """One of these roles, and every required one."""

    roles: tuple[Named, ...]
    fetch: bool

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        if not self.fetch:
            held = identity.realm_roles | identity.client_roles
            for role in self.roles:
                self._check_unequivocal(role.name, identity)
            return _holds_any(self.roles, held)
        if context.roles is None:
            raise CannotTellError("it asks for the roles that the user has now: give roles in the context")
        return _holds_any(self.roles, context.roles)

    @staticmethod
    def _check_unequivocal(role: str, identity: Identity) -> None:
        """Refuse what may be a role of one client or of another, or of the realm."""
        held_otherwise = "/" in role and role in identity.realm_roles
        if held_otherwise or (role.count("/") > 1 and role in identity.client_roles):
            raise CannotTellError(f"{role!r} names several roles, for names of clients or roles hold '/'")


@attrs.frozen
class UserCondition:
    """One of these users."""

    users: frozenset[str]

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        if identity.username is None:
            raise CannotTellError("the token has no claim preferred_username")
        if identity.is_service_account and identity.username in self.users:
            raise CannotTellError("the server does not know service accounts of resource servers as users")
        return identity.username in self.users


@attrs.frozen
class ClientCondition:
    """A token of one of these clients."""

    clients: frozenset[str]

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        if identity.client is None:
            raise CannotTellError("the token has no claim azp")
        return identity.client in self.clients


@attrs.frozen
class ClientScopeCondition:
    """A token with one of these client scopes, and every required one."""

    scopes: tuple[Named, ...]

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        return _holds_any(self.scopes, identity.scopes)


@attrs.frozen
class Group:
    """A group by its path, and whether the groups below it count."""

    path: str
    extend_children: bool

    def has(self, member: str) -> bool:
        """Say whether what the server knows of a user, a path or a bare name, means this group."""
        if member == self.path or member == self.path.rpartition("/")[2]:
            return True
        return self.extend_children and member.startswith(f"{self.path}/")


@attrs.frozen
class GroupCondition:
    """A member of one of these groups."""

    groups: tuple[Group, ...]
    claim: str

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        if self.claim.startswith("kc."):
            raise CannotTellError(f"{self.claim} is no claim of the token")
        if any(_ESCAPED_SLASH in group.path for group in self.groups):
            raise CannotTellError("the name of a group holds '/'")
        members = identity.texts(self.claim) if self.claim else []
        if not members:
            if context.groups is None:
                raise CannotTellError("the token has no such claim: give groups in the context")
            members = list(context.groups)
        return any(group.has(member) for group in self.groups for member in members)


@attrs.frozen
class TimeCondition:
    """Within these instants and ranges."""

    config: Mapping[str, object]

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        return _time.holds(self.config, now, context.zone)


@attrs.frozen
class RegexCondition:
    """A claim, or an attribute of the context, that matches a pattern as a whole."""

    target: str
    pattern: Pattern | None
    of_context: bool

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        value = self._of_context(context) if self.of_context else self._of_token(identity)
        if value is None:
            return False
        if self.pattern is None:
            raise CannotTellError("the pattern may mean something else to Java, or take too long")
        return self.pattern.matches(value)

    def _of_token(self, identity: Identity) -> str | None:
        if not _CLAIM_COMPONENT.match(self.target):
            return next(iter(identity.texts(self.target)), None)
        claim, *path = self.target.split(".")
        if "\\" in self.target or "[" in self.target or not all((claim, *path)):
            raise CannotTellError(f"{self.target!r} is a path beyond names and dots")
        return identity.nested(claim, path)

    def _of_context(self, context: EvaluationContext) -> str | None:
        """Return an attribute; of a name with dots the server looks for the first part, as in a path."""
        component = _CLAIM_COMPONENT.match(self.target)
        name = component[1] if component else self.target
        if component and name == "kc":
            return None
        if context.attributes is None:
            raise CannotTellError(
                "it looks at claims pushed with the request: give attributes in the context"
            )
        values = context.attributes.get(name, ())
        if component and values:
            raise CannotTellError(f"the attribute {name} is read as JSON")
        return next(iter(values), None)


@attrs.frozen
class Opaque:
    """What only the server can evaluate."""

    reason: str

    def holds(self, identity: Identity, context: EvaluationContext, now: datetime) -> bool:
        raise CannotTellError(self.reason)


def read_condition(entry: Entry) -> Condition:
    """Read what a policy asks.

    Raises:
        KeycloakAuthorizationConfigError: Its `config` is malformed.
    """
    if reader := _READERS.get(entry.type):
        return reader(entry)
    if entry.type == "js":
        return Opaque("JavaScript runs on the server only")
    return Opaque(f"policies of type {entry.type} are evaluated by the server only")


def _flag(entry: Entry, key: str) -> bool:
    return as_flag(entry.config.get(key), f"{entry.where}.config.{key}")


def _text(entry: Entry, key: str) -> str:
    return as_text(entry.config.get(key), f"{entry.where}.config.{key}")


def _regex(entry: Entry) -> Condition:
    pattern = read_pattern(_text(entry, "pattern"))
    return RegexCondition(_text(entry, "targetClaim"), pattern, _flag(entry, "targetContextAttributes"))


def _group(entry: Entry) -> Condition:
    claim = entry.config.get("groupsClaim")
    return GroupCondition(_groups(entry), _text(entry, "groupsClaim") if claim else "")


def _named(entry: Entry, key: str) -> tuple[Named, ...]:
    place = f"{entry.where}.config.{key}"
    items = [as_object(item, f"{place}[{i}]") for i, item in enumerate(entry.listed(key))]
    return tuple(
        Named(
            as_text(item.get("id"), f"{place}[{i}].id"),
            as_flag(item.get("required"), f"{place}[{i}].required"),
        )
        for i, item in enumerate(items)
    )


def _groups(entry: Entry) -> tuple[Group, ...]:
    place = f"{entry.where}.config.groups"
    items = [as_object(item, f"{place}[{i}]") for i, item in enumerate(entry.listed("groups"))]
    return tuple(
        Group(
            as_text(item.get("path"), f"{place}[{i}].path"),
            as_flag(item.get("extendChildren"), f"{place}[{i}].extendChildren"),
        )
        for i, item in enumerate(items)
    )


_READERS: dict[str, Callable[[Entry], Condition]] = {
    "client": lambda entry: ClientCondition(frozenset(entry.names("clients"))),
    "client-scope": lambda entry: ClientScopeCondition(_named(entry, "clientScopes")),
    "group": _group,
    "regex": _regex,
    "role": lambda entry: RoleCondition(_named(entry, "roles"), _flag(entry, "fetchRoles")),
    "time": lambda entry: TimeCondition(entry.config),
    "user": lambda entry: UserCondition(frozenset(entry.names("users"))),
}
