# SPDX-License-Identifier: Apache-2.0
"""Resources, scopes, permissions and policies of an export, and which belong together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from keycloak_sdk.authorization._conditions import read_condition
from keycloak_sdk.authorization._decisions import Applying, Group, ProtectedResource, Settings
from keycloak_sdk.authorization._export import (
    PERMISSION_TYPES,
    STRATEGIES,
    Entry,
    applied_policies,
    read_entries,
)
from keycloak_sdk.authorization._members import (
    as_flag,
    as_list,
    as_object,
    as_text,
    choice_of,
    malformed,
)
from keycloak_sdk.authorization._votes import AppliedPermission, ServerPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

_MODES = ("ENFORCING", "PERMISSIVE", "DISABLED")
_DEEPEST = 100
"""Aggregates one below the other."""
_LARGEST = 10_000
"""Policies below an aggregate, each as often as it is applied."""


class Catalog:
    """What an export describes; never changes.

    Args:
        export: The export as `json.load` returns it.
        extra_types: Policy types of the server's own extensions.

    Attributes:
        settings: How the resource server decides.
        policies: The policies by name, permissions among them.
        permissions: The permissions, with what they are attached to.
        resources: All resources.
        scopes: Names of all scopes.

    Raises:
        KeycloakAuthorizationConfigError: The export is malformed, names what it does not hold, or has
            aggregates that apply each other in a circle. The text starts with the place.
    """

    def __init__(self, export: object, *, extra_types: Collection[str]) -> None:
        data = as_object(export, "the configuration")
        entries = read_entries(data, extra_types=extra_types)
        names = {entry.name for entry in entries}
        self.settings = Settings(
            choice_of(data.get("policyEnforcementMode"), "policyEnforcementMode", _MODES),
            choice_of(data.get("decisionStrategy"), "decisionStrategy", STRATEGIES) == "AFFIRMATIVE",
        )
        self.policies = {entry.name: _policy(entry, names) for entry in entries}
        _check_aggregates(self.policies, {entry.name: entry.where for entry in entries})
        self.resources = _read_resources(data.get("resources"))
        self.scopes = frozenset(_read_scopes(data.get("scopes"), "scopes")).union(
            scope for resource in self.resources for scope in resource.scopes
        )
        self._by_name = _grouped(self.resources, lambda item: item.name)
        self._by_id = {item.id: item for item in self.resources if item.id}
        servers = [item for item in self.resources if item.owner is None]
        self._of_type = _grouped(servers, lambda item: item.type)
        self.permissions = [
            self._permission(entry, names) for entry in entries if entry.type in PERMISSION_TYPES
        ]
        self._naming: dict[int, list[AppliedPermission]] = defaultdict(list)
        for permission in self.permissions:
            for key in permission.resources:
                self._naming[key].append(permission)
        self._typed = [item for item in self.permissions if item.resource_type is not None and item.policies]
        self._of_scopes = [
            item
            for item in self.permissions
            if item.is_of_scopes and not item.resources and item.resource_type is None
        ]

    def with_id(self, identifier: str) -> ProtectedResource | None:
        """Return the resource of an identifier, when the export has identifiers."""
        return self._by_id.get(identifier)

    def named(self, name: str) -> Sequence[ProtectedResource]:
        """Return the resources of a name, of whatever owner."""
        return self._by_name.get(name, ())

    def scopes_of(self, resource: ProtectedResource) -> frozenset[str]:
        """Return the scopes of a resource, those that a user's resource has from its type included."""
        return frozenset(resource.scopes).union(*(item.scopes for item in self._models(resource)))

    def applying(self, resource: ProtectedResource | None, requested: frozenset[str]) -> Applying:
        """Return the permissions that apply to a resource, or to scopes that no resource has."""
        groups: list[Group] = []
        sources: list[ProtectedResource] = []
        if resource is not None:
            models = self._models(resource)
            sources = [resource, *models]
            groups = [
                self._naming.get(resource.key, ()),
                [item for item in self._typed if _is_like(item.resource_type, resource.type)],
                [item for model in models for item in self._naming.get(model.key, ())],
            ]
        groups.append([item for item in self._of_scopes if item.scopes & requested])
        ambiguous = any(len(self.named(source.name)) > 1 and self.is_named(source) for source in sources)
        return Applying(_each_once(groups), ambiguous)

    def is_named(self, resource: ProtectedResource) -> bool:
        """Say whether a permission names the resource, or another one of its name."""
        return resource.key in self._naming

    def types_like(self, resource_type: str) -> set[str]:
        """Return the types of permissions that a resource of a type falls under."""
        types = {item.resource_type for item in self._typed if item.resource_type is not None}
        return {kind for kind in types if _is_like(kind, resource_type)}

    def _models(self, resource: ProtectedResource) -> Sequence[ProtectedResource]:
        """Return the server's resources whose scopes and permissions a user's resource inherits."""
        if resource.owner is None or resource.type is None:
            return ()
        return self._of_type.get(resource.type, ())

    def _permission(self, entry: Entry, names: Collection[str]) -> AppliedPermission:
        place = f"{entry.where}.config"
        keys: set[int] = set()
        for name in entry.names("resources"):
            found = self.named(name) or [item for item in [self.with_id(name)] if item]
            if not found:
                raise malformed(f"{place}.resources", f"no resource is named {name!r}")
            keys.update(item.key for item in found)
        scopes = frozenset(entry.names("scopes")) if entry.type == "scope" else frozenset[str]()
        if lost := sorted(scopes - self.scopes):
            raise malformed(f"{place}.scopes", f"no scope is named {lost[0]!r}")
        kind = entry.config.get("defaultResourceType")
        return AppliedPermission(
            entry.name,
            entry.type,
            entry.decision_strategy,
            tuple(applied_policies(entry, names)),
            frozenset(keys),
            None if kind is None or kind == "" else as_text(kind, f"{place}.defaultResourceType"),
            scopes,
        )


def _policy(entry: Entry, names: Collection[str]) -> ServerPolicy:
    is_aggregate = entry.type == "aggregate"
    return ServerPolicy(
        entry.name,
        entry.type,
        entry.logic == "NEGATIVE",
        entry.decision_strategy,
        None if is_aggregate else read_condition(entry),
        tuple(applied_policies(entry, names)) if is_aggregate else (),
    )


def _check_aggregates(policies: Mapping[str, ServerPolicy], places: Mapping[str, str]) -> None:
    """Refuse aggregates in a circle, and those that nobody would get through."""
    size: dict[str, int] = {}
    depth: dict[str, int] = {}
    path: list[str] = []
    trail = [iter(policies)]
    while trail:
        name = next(trail[-1], None)
        if name is None:
            trail.pop()
            if path:
                done = path.pop()
                below = policies[done].policies
                size[done] = 1 + sum(size[item] for item in below)
                depth[done] = 1 + max((depth[item] for item in below), default=0)
                if depth[done] > _DEEPEST or size[done] > _LARGEST:
                    place = f"{places[done]}.config.applyPolicies"
                    raise malformed(place, "aggregates of aggregates without end")
        elif name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            raise malformed(f"{places[name]}.config.applyPolicies", f"aggregates in a circle: {circle}")
        elif name not in size:
            path.append(name)
            trail.append(iter(policies[name].policies))


def _read_resources(value: object) -> tuple[ProtectedResource, ...]:
    items = [] if value is None else as_list(value, "resources")
    return tuple(_resource(i, as_object(item, f"resources[{i}]")) for i, item in enumerate(items))


def _resource(key: int, fields: Mapping[str, object]) -> ProtectedResource:
    place = f"resources[{key}]"
    return ProtectedResource(
        key,
        as_text(fields.get("name"), f"{place}.name"),
        _optional(fields.get("_id"), f"{place}._id"),
        _optional(fields.get("type"), f"{place}.type"),
        _owner(fields.get("owner"), f"{place}.owner"),
        as_flag(fields.get("ownerManagedAccess"), f"{place}.ownerManagedAccess"),
        tuple(dict.fromkeys(_read_scopes(fields.get("scopes"), f"{place}.scopes"))),
    )


def _owner(value: object, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    owner = as_object(value, place)
    return as_text(owner.get("name") or owner.get("id"), f"{place}.name")


def _optional(value: object, place: str) -> str | None:
    return None if value is None or value == "" else as_text(value, place)


def _read_scopes(value: object, place: str) -> tuple[str, ...]:
    items = [] if value is None else as_list(value, place)
    return tuple(
        as_text(
            item if isinstance(item, str) else as_object(item, f"{place}[{i}]").get("name"), f"{place}[{i}]"
        )
        for i, item in enumerate(items)
    )


def _grouped(
    resources: Iterable[ProtectedResource], key: Callable[[ProtectedResource], str | None]
) -> dict[str | None, list[ProtectedResource]]:
    found: dict[str | None, list[ProtectedResource]] = defaultdict(list)
    for resource in resources:
        found[key(resource)].append(resource)
    return dict(found)


def _each_once(groups: Sequence[Group]) -> list[Group]:
    seen: set[str] = set()
    found: list[Group] = []
    for group in groups:
        new = {item.name: item for item in group if item.name not in seen}
        seen.update(new)
        found.append(list(new.values()))
    return found


def _is_like(stored: str | None, resource_type: str | None) -> bool:
    """Say whether a permission's type is like a resource's, whose `%` and `_` are wildcards of SQL."""
    if stored is None or resource_type is None:
        return False
    first, *rest = resource_type.split("%")
    if not rest:
        return _fits(stored, first)
    begin, end = len(first), len(stored) - len(rest[-1])
    if begin > end or not _fits(stored[:begin], first) or not _fits(stored[end:], rest[-1]):
        return False
    for part in rest[:-1]:
        places = range(begin, end - len(part) + 1)
        found = next((at for at in places if _fits(stored[at : at + len(part)], part)), None)
        if found is None:
            return False
        begin = found + len(part)
    return True


def _fits(text: str, pattern: str) -> bool:
    return len(text) == len(pattern) and all(b in {a, "_"} for a, b in zip(text, pattern, strict=True))
