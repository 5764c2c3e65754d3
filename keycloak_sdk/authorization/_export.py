# SPDX-License-Identifier: Apache-2.0
"""Reading of a resource server's exported settings; nothing is believed before it was looked at."""

from __future__ import annotations

from ast import literal_eval
from json import loads
from typing import TYPE_CHECKING

import attrs

from keycloak_sdk.authorization._members import as_list, as_object, as_text, choice_of, malformed
from keycloak_sdk.authorization.permission import Permission
from keycloak_sdk.authorization.policy import Policy
from keycloak_sdk.authorization.role import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PERMISSION_TYPES = frozenset({"resource", "scope"})
_POLICY_TYPES = frozenset({
    "aggregate", "client", "client-scope", "group", "js", "regex", "role", "time", "uma", "user",
    "drools", "rules",  # rule engines of early servers
})  # fmt: skip
_SCRIPT_PREFIX = "script-"
LOGICS = ("POSITIVE", "NEGATIVE")
STRATEGIES = ("UNANIMOUS", "AFFIRMATIVE", "CONSENSUS")


@attrs.frozen
class Settings:
    """What an export says.

    Attributes:
        policies: The role policies by name.
        others: Names of the policies of other types and of the permissions.
        applied: Policy name and permission, for every policy that a permission applies.
    """

    policies: dict[str, Policy]
    others: frozenset[str]
    applied: list[tuple[str, Permission]]


@attrs.frozen
class Entry:
    """One element of `policies`, which holds policies and permissions alike."""

    where: str
    name: str
    type: str
    logic: str
    decision_strategy: str
    config: Mapping[str, object]

    def listed(self, key: str) -> list[object]:
        """Return a list of the `config`, where it is text most of the time; empty when it is absent."""
        value = self.config.get(key)
        if value is None:
            return []
        where = f"{self.where}.config.{key}"
        return as_list(_parsed(value, where) if isinstance(value, str) else value, where)

    def names(self, key: str) -> list[str]:
        """Return a list of names of the `config`, each once."""
        names = [as_text(name, f"{self.where}.config.{key}[{i}]") for i, name in enumerate(self.listed(key))]
        return list(dict.fromkeys(names))


def read_settings(data: object, *, known: Collection[str], extra_types: Collection[str]) -> Settings:
    """Read an export whole, or refuse it.

    Args:
        data: The export as `json.load` returns it.
        known: Names that permissions may apply although the export does not hold them.
        extra_types: Policy types of the server's own extensions.

    Raises:
        KeycloakAuthorizationConfigError: The export is malformed, or holds what is not known; the text
            starts with the place.
    """
    entries = read_entries(data, extra_types=extra_types)
    names = {*known, *(entry.name for entry in entries)}
    applied: list[tuple[str, Permission]] = []
    for entry in entries:
        policies = applied_policies(entry, names)
        if entry.type in PERMISSION_TYPES:
            permission = _permission(entry)
            applied += [(policy, permission) for policy in policies]
    return Settings(
        policies={entry.name: _policy(entry) for entry in entries if entry.type == "role"},
        others=frozenset(entry.name for entry in entries if entry.type != "role"),
        applied=applied,
    )


def read_entries(data: object, *, extra_types: Collection[str]) -> list[Entry]:
    """Read the policies and permissions of an export.

    Args:
        data: The export as `json.load` returns it.
        extra_types: Policy types of the server's own extensions.

    Raises:
        KeycloakAuthorizationConfigError: One is malformed, of an unknown type, or has the name of another.
    """
    elements = as_list(as_object(data, "the configuration").get("policies"), "policies")
    types = {*PERMISSION_TYPES, *_POLICY_TYPES, *extra_types}
    entries = [_entry(element, f"policies[{i}]", types) for i, element in enumerate(elements)]
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry is not (other := first.setdefault(entry.name, entry)):
            raise malformed(f"{entry.where}.name", f"{entry.name!r} is the name of {other.where} too")
    return entries


def _entry(element: object, where: str, types: Collection[str]) -> Entry:
    fields = as_object(element, where)
    name = as_text(fields.get("name"), f"{where}.name")
    kind = as_text(fields.get("type"), f"{where}.type")
    if kind not in types and not kind.startswith(_SCRIPT_PREFIX):
        raise malformed(
            f"{where}.type",
            f"{kind!r} (of {name!r}) is no policy type of Keycloak; name it in "
            "Authorization(extra_policy_types=...) when the server has it from an extension",
        )
    config = fields.get("config")
    return Entry(
        where,
        name,
        kind,
        choice_of(fields.get("logic"), f"{where}.logic", LOGICS),
        choice_of(fields.get("decisionStrategy"), f"{where}.decisionStrategy", STRATEGIES),
        {} if config is None else as_object(config, f"{where}.config"),
    )


def _policy(entry: Entry) -> Policy:
    policy = Policy(entry.name, entry.type, entry.logic, entry.decision_strategy)
    if entry.config.get("roles") is None:
        raise malformed(f"{entry.where}.config.roles", "a list of roles is expected, not nothing")
    policy.roles = [
        _role(role, f"{entry.where}.config.roles[{i}]") for i, role in enumerate(entry.listed("roles"))
    ]
    return policy


def _role(value: object, where: str) -> Role:
    fields = as_object(value, where)
    required = fields.get("required")
    if required is not None and not isinstance(required, bool):
        raise malformed(f"{where}.required", f"true or false is expected, not {type(required).__name__}")
    return Role(as_text(fields.get("id"), f"{where}.id"), required=bool(required))


def _permission(entry: Entry) -> Permission:
    permission = Permission(entry.name, entry.type, entry.logic, entry.decision_strategy)
    resources, scopes = entry.names("resources"), entry.names("scopes")
    if entry.type == "resource":
        permission.resources = resources
    else:
        permission.scopes = scopes
    return permission


def applied_policies(entry: Entry, names: Collection[str]) -> list[str]:
    """Return the policies that a permission or an aggregate applies; every one has to be among `names`."""
    applied = entry.names("applyPolicies")
    for name in applied:
        if name not in names:
            raise malformed(
                f"{entry.where}.config.applyPolicies",
                f"no policy is named {name!r} (wanted by {entry.name!r})",
            )
    return applied


def _parsed(text: str, where: str) -> object:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        try:
            return literal_eval(text)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as cause:
            raise malformed(where, "neither a JSON list nor a Python list") from cause
