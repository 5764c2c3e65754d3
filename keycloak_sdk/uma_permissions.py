# SPDX-License-Identifier: Apache-2.0
"""Permissions of a resource server: how they are written, asked for and found in the server's answer.

A permission is written `resource`, `resource#scope`, `resource#scope,scope` (all of them) or `#scope`
(that scope on any resource); a resource is named by its name or its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard, cast

from keycloak_sdk.exceptions import KeycloakPermissionFormatError, PermissionDefinitionError

_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID_LENGTH = 36
_ANY = ""
_LONGEST_QUOTE = 120


class UMAPermission:
    """A resource, a scope, or a scope of a resource; equal to its text.

    Calling it composes: `Resource("Users")(Scope("delete"))` is `Users#delete`.

    Args:
        permission: Permission whose non-empty parts win over the other arguments.
        resource: Name or id of a resource.
        scope: Name of a scope, or several joined by commas.

    Attributes:
        resource: Name or id of the resource; "" when only a scope is meant.
        scope: Name of the scope; "" when the whole resource is meant.
        resource_id: Id of the resource for callers that look it up; never part of the text.

    Raises:
        PermissionDefinitionError: An argument is no permission, or no text.
    """

    def __init__(self, permission: UMAPermission | None = None, resource: str = "", scope: str = "") -> None:
        self.resource = _part(resource)
        self.scope = _part(scope)
        self.resource_id: str | None = None
        if permission:
            self._merge(permission)

    def __str__(self) -> str:
        return f"{self.resource}#{self.scope}" if self.scope else f"{self.resource}"

    def __repr__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __call__(
        self, permission: UMAPermission | None = None, resource: str = "", scope: str = ""
    ) -> UMAPermission:
        """Compose a new permission: non-empty parts of the arguments win, those of `permission` last.

        Args:
            permission: Permission whose non-empty parts win over the other arguments.
            resource: Name or id of a resource.
            scope: Name of a scope.

        Raises:
            PermissionDefinitionError: An argument is no permission, or no text.
        """
        composed = UMAPermission(resource=resource or self.resource, scope=scope or self.scope)
        if permission:
            composed._merge(permission)
        return composed

    def _merge(self, permission: object) -> None:
        if not isinstance(permission, UMAPermission):
            raise PermissionDefinitionError(f"{_quote(permission)} is neither a resource nor a scope")
        self.resource = _part(permission.resource) or self.resource
        self.scope = _part(permission.scope) or self.scope


class Resource(UMAPermission):
    """A whole resource, by name or id.

    Raises:
        PermissionDefinitionError: `resource` is no text.
    """

    def __init__(self, resource: str) -> None:
        super().__init__(resource=resource)


class Scope(UMAPermission):
    """A scope on any resource, by name.

    Raises:
        PermissionDefinitionError: `scope` is no text.
    """

    def __init__(self, scope: str) -> None:
        super().__init__(scope=scope)


PermissionsParam: TypeAlias = (
    str | UMAPermission | Mapping[str, str | Iterable[str] | None] | Iterable[str | UMAPermission] | None
)
"""What `build_permission_param` understands."""


class AuthStatus:
    """Whether a user may do what was asked; true exactly when everything asked was granted.

    Attributes:
        is_logged_in: Whether the server accepted the user's token.
        is_authorized: Whether every permission asked for was granted.
        missing_permissions: Those that were not, as they were asked for.
    """

    def __init__(self, is_logged_in: bool, is_authorized: bool, missing_permissions: set[str]) -> None:
        self.is_logged_in = is_logged_in
        self.is_authorized = is_authorized
        self.missing_permissions = missing_permissions

    def __bool__(self) -> bool:
        return bool(self.is_authorized)

    def __repr__(self) -> str:
        return (
            f"AuthStatus(is_authorized={self.is_authorized}, is_logged_in={self.is_logged_in}, "
            f"missing_permissions={self.missing_permissions})"
        )


def build_permission_param(permissions: PermissionsParam) -> set[str]:
    """Write permissions in the server's form.

    Refused is what the server would read as something else: an empty permission, `resource#`, an empty
    scope, a second `#` and control characters (it drops them, so that another resource is asked for).

    Args:
        permissions: A permission as text or `UMAPermission`; several of these; or a mapping of resources
            to one scope, several scopes, or `None` for the whole resource. `None`, `""` and an empty
            collection name no permission: the question is then what the user may do at all.

    Returns:
        The permissions, each once.

    Raises:
        KeycloakPermissionFormatError: Something in `permissions` is none; nothing was sent.
    """
    if permissions is None or permissions == "":
        return set()
    texts = _texts(permissions)
    for text in texts:
        _check(text, permissions)
    return set(texts)


def scopes_by_resource(permissions: PermissionsParam) -> dict[str, list[str]]:
    """Return the scopes that are asked for by resource; `""` is any resource, no scopes the whole one.

    A whole resource beside its own scopes is one permission for the scopes.

    Raises:
        KeycloakPermissionFormatError: Something in `permissions` is none.
    """
    found: dict[str, set[str]] = {}
    for text in build_permission_param(permissions):
        resource, separator, scopes = text.partition("#")
        found.setdefault(resource, set()).update(scopes.split(",") if separator else ())
    return {resource: sorted(scopes) for resource, scopes in sorted(found.items())}


def questions(needed: set[str]) -> list[list[str]]:
    """Divide permissions into requests in which none hides another.

    In one request the server narrows a whole resource to the scopes named beside it, forgets scopes of
    a resource that was named both by name and by id, and lets `#scope` narrow whatever it also covers;
    the rest would come back as not granted. What looks like a UUID is taken for an id.

    Args:
        needed: Permissions as `build_permission_param` writes them.

    Returns:
        At most four lists, each sorted; one empty list, the question for everything, when `needed` is
        empty. `uma_decisions.decided` puts the answers together.
    """
    if len(needed) < 2:  # alone, a permission hides none
        return [list(needed)]
    by_name, by_id, whole, anywhere = set[str](), set[str](), set[str](), set[str]()
    scoped: set[str] = set()
    for text in needed:
        resource, separator, _ = text.partition("#")
        if not separator:
            whole.add(text)
        elif not resource:
            anywhere.add(text)
        else:
            scoped.add(resource)
            (by_id if _is_id(resource) else by_name).add(text)
    for group, holds_ids in ((by_name, False), (by_id, True)):
        if group:
            beside = {resource for resource in whole - scoped if _is_id(resource) is holds_ids}
            whole -= beside
            group.update(beside)
    return [sorted(group) for group in (by_name, by_id, whole, anywhere) if group]


def missing_permissions(needed: set[str], granted: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return what the server's answer does not grant.

    A resource is granted when it is in the answer under its name or id, with or without scopes;
    `resource#scope` when that scope is listed with it; `#scope` when it is listed with anything;
    several scopes when all of them are.

    Args:
        needed: Permissions as `build_permission_param` writes them; left as it is.
        granted: Answers of the token endpoint in `response_mode=permissions`. An member of an entry that
            is not of the documented form grants nothing.
    """
    wanted = {permission.partition("#")[0] for permission in needed}
    scopes_of: dict[str, set[str]] = {}
    for grant in granted:
        for resource in (grant.get("rsid"), grant.get("rsname"), _ANY):
            if isinstance(resource, str) and resource in wanted:
                scopes_of.setdefault(resource, set()).update(granted_scopes(grant))

    def is_granted(permission: str) -> bool:
        resource, separator, scopes = permission.partition("#")
        if not separator:
            return resource != _ANY and resource in scopes_of
        return scopes_of.get(resource, set()).issuperset(scopes.split(","))

    return {permission for permission in needed if not is_granted(permission)}


def _is_id(resource: str) -> bool:
    return len(resource) == _ID_LENGTH and _ID.fullmatch(resource) is not None


def granted_scopes(grant: Mapping[str, Any]) -> set[str]:
    """Return the scopes of an entry of the server's answer."""
    scopes: object = grant.get("scopes")
    if not isinstance(scopes, list):
        return set()
    return {scope for scope in cast("list[object]", scopes) if isinstance(scope, str) and scope}


def _part(value: object) -> str:
    if _is_collection(value):
        raise PermissionDefinitionError(f"a resource or scope is text, not {type(value).__name__}")
    return _text(value) if value else ""


def _is_collection(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, str)


def _text(value: object) -> str:
    return str.__str__(value) if isinstance(value, str) else str(value)


def _texts(permissions: object) -> list[str]:
    if isinstance(permissions, Mapping):
        mapping = cast("Mapping[object, object]", permissions)
        return [text for name, scopes in mapping.items() for text in _of_resource(name, scopes, mapping)]
    items = permissions if _is_collection(permissions) else [permissions]
    return [_item(item, permissions) for item in items]


def _item(item: object, permissions: object) -> str:
    if not isinstance(item, str | UMAPermission):
        raise _misbuilt(permissions, f"{type(item).__name__} is no permission")
    return _text(item)


def _of_resource(resource: object, scopes: object, permissions: object) -> list[str]:
    if resource is None or _is_collection(resource):
        raise _misbuilt(permissions, "a resource is text")
    if scopes is None:
        return [_text(resource)]
    listed = list(scopes) if _is_collection(scopes) else [scopes]
    if not listed:
        raise _misbuilt(permissions, "no scopes; None means the whole resource")
    if not all(isinstance(scope, str) for scope in listed):
        raise _misbuilt(permissions, "a scope is text")
    return [f"{_text(resource)}#{_text(scope)}" for scope in listed]


def _check(text: str, permissions: object) -> None:
    resource, separator, scopes = text.partition("#")
    if _UNSENDABLE.search(text):
        raise _misbuilt(permissions, "control characters")
    if "#" in scopes:
        raise _misbuilt(permissions, "more than one '#'; a resource with '#' in its name is asked for by id")
    if separator and not all(scopes.split(",")):
        raise _misbuilt(permissions, "an empty scope")
    if not separator and not resource:
        raise _misbuilt(permissions, "an empty permission")


def _misbuilt(permissions: object, reason: str) -> KeycloakPermissionFormatError:
    return KeycloakPermissionFormatError(f"misbuilt permission {_quote(permissions)}: {reason}")


def _quote(value: object) -> str:
    text = f"{value}"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
