# SPDX-License-Identifier: Apache-2.0
"""Routes: which permissions a method on a path needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from attrs import field, frozen

from keycloak_sdk._enforcement.paths import ANY, PathPattern, is_plain
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakPermissionFormatError
from keycloak_sdk.uma_permissions import PermissionsParam, build_permission_param

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keycloak_oidc_api.models import UmaResource

Access: TypeAlias = Literal["permissions", "token", "public"]
Methods: TypeAlias = Mapping[str, str | Sequence[str]]

_VARIABLE = re.compile(r"\{([a-z_][a-z0-9_]*)\}", re.ASCII)
_UNNAMEABLE = re.compile(r"[#,{}]")


@frozen(init=False)
class Route:
    """What a request needs.

    Args:
        path: `/albums`, `/albums/{album}` (one segment) or `/albums/*` (all that is below).
        permissions: All that is needed, as for `has_uma_access`. `{album}` in it is what the path has there;
            resources that users name themselves are better found by id.
        methods: Methods it is for; every one when empty. `HEAD` goes with `GET`.
        access: `permissions`; or `token`, any valid token will do; or `public`.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    path: PathPattern
    permissions: frozenset[str]
    methods: frozenset[str]
    access: Access
    by_id: bool = field(repr=False)
    """Whether the permissions name resources by id, which an exported configuration does not know."""
    by_name: frozenset[str] | None = field(repr=False)
    """The same permissions by name; `None` when that cannot be written."""

    def __init__(
        self,
        path: str,
        permissions: PermissionsParam = "",
        *,
        methods: Collection[str] = (),
        access: Access = "permissions",
    ) -> None:
        self._make(path, permissions, methods, access)

    @classmethod
    def of_resource(
        cls, path: str, permission: str, *, methods: Collection[str], by_name: str | None
    ) -> Route:
        """Return the route of a resource that is asked for by id."""
        made = cls.__new__(cls)
        made._make(path, permission, methods, by_id=True, by_name=by_name)
        return made

    def _make(
        self,
        path: str,
        permissions: PermissionsParam,
        methods: Collection[str],
        access: Access = "permissions",
        *,
        by_id: bool = False,
        by_name: str | None = None,
    ) -> None:
        try:
            needed = frozenset(build_permission_param(permissions))
        except KeycloakPermissionFormatError as cause:
            raise KeycloakConfigurationError(f"permissions: {cause}") from cause
        pattern, names = PathPattern(path), None if by_name is None else frozenset({by_name})
        cast("Any", self).__attrs_init__(pattern, needed, _checked_methods(methods), access, by_id, names)
        if access not in {"permissions", "token", "public"}:
            raise KeycloakConfigurationError(f"access is {access!r}: give permissions, token or public")
        if bool(needed) is not (access == "permissions"):
            raise KeycloakConfigurationError(
                f"the route {path!r} has {'' if needed else 'no '}permissions, and its access is {access!r}"
            )
        used = {name for text in needed for name in _VARIABLE.findall(text)}
        if not by_id and (unknown := used - pattern.variables):
            raise KeycloakConfigurationError(f"the path {path!r} has no {{{min(unknown)}}}")


def _checked_methods(value: object) -> frozenset[str]:
    given = [value] if isinstance(value, str) else value
    names = cast("Collection[object]", given) if isinstance(given, Collection) else [None]
    if not all(isinstance(name, str) and name.isalpha() and name.isupper() for name in names):
        raise KeycloakConfigurationError("methods holds something else than names such as 'GET'")
    return frozenset(str(name) for name in names)


@frozen
class Found:
    """The routes that a request takes, and what its path says."""

    routes: tuple[Route, ...]
    """Of one shape; more than one when resources share a URI."""
    needed: frozenset[str]
    by_name: frozenset[str] | None
    """As an exported configuration names them; `None` when that cannot be said."""

    @property
    def access(self) -> Access:
        """What all of them ask for, the strictest."""
        order: tuple[Access, ...] = ("permissions", "token", "public")
        return next(access for access in order if any(route.access == access for route in self.routes))


class RouteTable:
    """Finds the routes of a request: the most special path that matches decides, whatever its methods."""

    def __init__(self, routes: Iterable[Route]) -> None:
        by_shape: dict[tuple[str, ...], list[Route]] = {}
        for route in routes:
            by_shape.setdefault(route.path.shape, []).append(route)
        self._size = sum(map(len, by_shape.values()))
        self._by_first: dict[str, list[list[Route]]] = {}
        for group in sorted(by_shape.values(), key=lambda group: group[0].path.rank):
            self._by_first.setdefault(group[0].path.first, []).append(group)

    def __len__(self) -> int:
        return self._size

    def find(self, method: str, path: str) -> Found | None:
        """Return what a request needs; `None` when nothing is said about it, which is a denial."""
        parts = path.split("/")[1:]
        for first in (parts[0] if parts else "", ANY):  # plain text ranks before everything else
            for group in self._by_first.get(first, ()):
                if group[0].path.match_parts(parts) is not None:
                    taken = _for_method(method, group)
                    return _found(taken, path) if taken else None
        return None


def _for_method(method: str, group: Sequence[Route]) -> list[Route]:
    own = [route for route in group if method in route.methods]
    if not own and method == "HEAD":
        own = [route for route in group if "GET" in route.methods]
    return own or [route for route in group if not route.methods]


def _found(routes: Sequence[Route], path: str) -> Found | None:
    needed: set[str] = set()
    by_name: set[str] | None = set()
    for route in routes:
        values = route.path.match(path) or {}
        filled = {text if route.by_id else _fill(text, values) for text in route.permissions}
        own = {text for text in filled if text is not None}
        if len(own) < len(filled):
            return None
        needed |= own
        named = route.by_name if route.by_id else own
        by_name = None if by_name is None or named is None else by_name | named
    return Found(tuple(routes), frozenset(needed), None if by_name is None else frozenset(by_name))


def _fill(permission: str, values: Mapping[str, str]) -> str | None:
    """Put the variables of the path into a permission; `None` when it would then be another permission."""
    for name in _VARIABLE.findall(permission):
        if _UNNAMEABLE.search(values[name]):
            return None
        permission = permission.replace(f"{{{name}}}", values[name])
    return permission


def routes_of(resources: Iterable[UmaResource], methods: Methods) -> list[Route]:
    """Return the routes that the resources of a resource server describe by their URIs.

    A resource is asked for by id. A URI that is no path, such as one of another host, has no route, nor has a
    method whose scopes the resource does not have.

    Args:
        resources: As `openid.uma.resources` yields them.
        methods: Scopes that a method needs; empty for the whole resource, whatever the method.
    """
    routes: list[Route] = []
    for resource in resources:
        listed = [*(resource.resource_scopes or ()), *(resource.scopes or ())]
        scopes = {scope if isinstance(scope, str) else scope.name or "" for scope in listed}
        for uri in resource.uris or ():
            if not is_plain(uri.replace("*", "x").replace("{", "x").replace("}", "x")) or not resource.id:
                continue
            for method, needed in (methods or {"": ()}).items():
                wanted = [needed] if isinstance(needed, str) else list(needed)
                if scopes.issuperset(wanted):
                    routes += _route(uri, resource, method, wanted)
    return routes


def _route(uri: str, resource: UmaResource, method: str, scopes: Sequence[str]) -> list[Route]:
    suffix = f"#{','.join(scopes)}" if scopes else ""
    name = resource.name or ""
    by_name = None if not name or _UNNAMEABLE.search(name) else name + suffix
    methods = [method] if method else []
    try:
        return [Route.of_resource(uri, f"{resource.id}{suffix}", methods=methods, by_name=by_name)]
    except KeycloakConfigurationError:  # a pattern that this enforcer does not know
        return []
