# SPDX-License-Identifier: Apache-2.0
"""What in a configuration may not do what its author meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.authorization._conditions import (
    Opaque,
    RegexCondition,
    TimeCondition,
    UserCondition,
)
from keycloak_sdk.authorization._identity import SERVICE_ACCOUNT
from keycloak_sdk.authorization._time import empty_ranges, ignored_ends
from keycloak_sdk.authorization.evaluation import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keycloak_sdk.authorization._catalog import Catalog
    from keycloak_sdk.authorization._conditions import Condition
    from keycloak_sdk.authorization._decisions import ProtectedResource
    from keycloak_sdk.authorization._votes import AppliedPermission, ServerPolicy

_WILDCARDS = frozenset("%_")


def review(catalog: Catalog) -> Iterator[Finding]:
    """Yield what is to be said of the settings, the policies, the permissions and the resources."""
    if catalog.settings.enforcement_mode == "DISABLED":
        yield Finding("", "policies are not enforced: everything is granted to everybody")
    permissions = {permission.name for permission in catalog.permissions}
    for policy in (item for name, item in catalog.policies.items() if name not in permissions):
        yield from (Finding(policy.name, text) for text in _of_policy(policy))
    for permission in catalog.permissions:
        yield from (Finding(permission.name, text) for text in _of_permission(permission))
    for resource in catalog.resources:
        yield from (Finding(resource.name, text) for text in _of_resource(catalog, resource))


def _of_policy(policy: ServerPolicy) -> Iterator[str]:
    if policy.condition is not None:
        yield from _of_condition(policy.condition)
    elif not policy.policies:
        yield f"applies no policy: {'always' if policy.negative else 'never'} holds"


def _of_condition(condition: Condition) -> Iterator[str]:
    match condition:
        case Opaque(reason=reason):
            yield f"undecided here: {reason}"
        case UserCondition(users=users):
            for name in sorted(users):
                if name.startswith(SERVICE_ACCOUNT):
                    yield f"{name} may never match: the server takes service accounts for their clients"
        case TimeCondition(config=config):
            yield from (
                f"{name} ends before it begins and does not wrap: never holds"
                for name in empty_ranges(config)
            )
            yield from (f"{name}End is ignored without {name}" for name in ignored_ends(config))
        case RegexCondition(of_context=True, target=target) if "." in target:
            yield f"{target} is read as a path of JSON: never holds"
        case RegexCondition(pattern=None):
            yield "undecided here: the pattern may mean something else to Java, or take too long"
        case _:
            pass


def _of_permission(permission: AppliedPermission) -> Iterator[str]:
    if not permission.policies:
        yield "applies no policy: says nothing"


def _of_resource(catalog: Catalog, resource: ProtectedResource) -> Iterator[str]:
    if resource.type is not None and not _WILDCARDS.isdisjoint(resource.type):
        types = sorted(catalog.types_like(resource.type) - {resource.type})
        covered = f": falls under permissions for {', '.join(types)}" if types else ""
        yield f"'%' and '_' in its type {resource.type} are wildcards{covered}"
    if len(catalog.named(resource.name)) > 1 and catalog.is_named(resource):
        yield "has its name with another resource, and permissions by name: undecided here"
