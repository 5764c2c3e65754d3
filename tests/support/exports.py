# SPDX-License-Identifier: Apache-2.0
"""Exports of a resource server, in a few words.

::

    described = server([resource("doc", "read")], [always(), on_scopes("m", ["doc"], "read", by=["yes"])])
    assert described.evaluate(ALICE, "doc#read")
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from keycloak_sdk.authorization.resource_server import ResourceServer

if TYPE_CHECKING:
    from collections.abc import Sequence

Representation = dict[str, Any]

ALICE: Representation = {
    "preferred_username": "alice",
    "azp": "web",
    "scope": "openid profile",
    "realm_access": {"roles": ["member"]},
    "resource_access": {"desk": {"roles": ["editor"]}},
}


def export(
    resources: Sequence[Representation],
    policies: Sequence[Representation],
    *,
    mode: str = "ENFORCING",
    strategy: str = "UNANIMOUS",
    scopes: Sequence[str] = (),
) -> Representation:
    """Return an export."""
    return {
        "policyEnforcementMode": mode,
        "decisionStrategy": strategy,
        "resources": list(resources),
        "policies": list(policies),
        "scopes": [{"name": scope} for scope in scopes],
    }


def server(*args: Any, **settings: Any) -> ResourceServer:
    """Return the resource server of an export."""
    return ResourceServer(export(*args, **settings))


def resource(
    name: str, *scopes: str, kind: str | None = None, owner: str | None = None, managed: bool = False
) -> Representation:
    """Return a resource, of type `kind`; the resource server's when it has no owner."""
    return {
        "name": name,
        "scopes": [{"name": scope} for scope in scopes],
        "ownerManagedAccess": managed,
        **({} if kind is None else {"type": kind}),
        **({} if owner is None else {"owner": {"name": owner}}),
    }


def policy(
    name: str, kind: str, *, logic: str = "POSITIVE", strategy: str = "UNANIMOUS", **config: Any
) -> Representation:
    """Return a policy or permission; what is not text in its `config` becomes JSON."""
    return {
        "name": name,
        "type": kind,
        "logic": logic,
        "decisionStrategy": strategy,
        "config": {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
        },
    }


def always(name: str = "yes") -> Representation:
    """Return a policy that holds for everybody."""
    return policy(name, "role", logic="NEGATIVE", roles=[])


def never(name: str = "no") -> Representation:
    """Return a policy that holds for nobody."""
    return policy(name, "role", roles=[])


def unknown(name: str = "js") -> Representation:
    """Return a policy that only the server can evaluate."""
    return policy(name, "js")


def on_resources(
    name: str, resources: Sequence[str], *, by: Sequence[str], strategy: str = "UNANIMOUS"
) -> Representation:
    """Return a permission for whole resources."""
    return policy(name, "resource", strategy=strategy, resources=list(resources), applyPolicies=list(by))


def on_type(name: str, kind: str, *, by: Sequence[str]) -> Representation:
    """Return a permission for resources of a type."""
    return policy(name, "resource", defaultResourceType=kind, applyPolicies=list(by))


def on_scopes(
    name: str, resources: Sequence[str], *scopes: str, by: Sequence[str], strategy: str = "UNANIMOUS"
) -> Representation:
    """Return a permission for scopes of resources; of any resource when there are none."""
    return policy(
        name,
        "scope",
        strategy=strategy,
        resources=list(resources),
        scopes=list(scopes),
        applyPolicies=list(by),
    )
