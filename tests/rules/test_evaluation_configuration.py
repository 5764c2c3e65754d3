# SPDX-License-Identifier: Apache-2.0
"""What a configuration must be like before anything is decided by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keycloak_sdk.authorization import Authorization
from keycloak_sdk.authorization.resource_server import ResourceServer
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError
from support.exports import ALICE, always, export, on_resources, on_scopes, on_type, policy, resource

EXPORT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "photos-api-authz-config.json").read_text("utf-8")
)


def test_an_export_of_the_server_is_read_whole() -> None:
    described = ResourceServer(EXPORT)
    assert [item.name for item in described._catalog.resources] == [
        item["name"] for item in EXPORT["resources"]
    ]
    assert described._catalog.scopes == {item["name"] for item in EXPORT["scopes"]}


def test_what_an_export_leaves_out_is_as_the_server_has_it() -> None:
    described = ResourceServer({"policies": [], "resources": [{"name": "doc"}]})
    assert not described.evaluate(ALICE, "doc")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"policyEnforcementMode": "LAX"}, "policyEnforcementMode: one of ENFORCING, PERMISSIVE, DISABLED"),
        ({"decisionStrategy": "LUCK"}, "decisionStrategy: one of"),
        ({"resources": {}}, "resources: a list is expected"),
        ({"resources": ["doc"]}, "resources[0]: an object is expected"),
        ({"resources": [{}]}, "resources[0].name: a name is expected, not nothing"),
        ({"resources": [{"name": "doc", "type": 7}]}, "resources[0].type: a name is expected, not int"),
        ({"resources": [{"name": "doc", "owner": []}]}, "resources[0].owner: an object is expected"),
        ({"resources": [{"name": "doc", "owner": {}}]}, "resources[0].owner.name: a name is expected"),
        ({"resources": [{"name": "doc", "scopes": [{}]}]}, "resources[0].scopes[0]: a name is expected"),
        (
            {"resources": [{"name": "doc", "ownerManagedAccess": "maybe"}]},
            "resources[0].ownerManagedAccess: true or false is expected, not 'maybe'",
        ),
        ({"scopes": "read"}, "scopes: a list is expected"),
        ({"policies": None}, "policies: a list is expected, not nothing"),
    ],
)
def test_a_malformed_export_is_refused_and_the_place_named(change: dict[str, Any], place: str) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError) as caught:
        ResourceServer({**export([resource("doc")], []), **change})
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(
    ("element", "place"),
    [
        (on_resources("m", ["ghost"], by=[]), "policies[1].config.resources: no resource is named 'ghost'"),
        (on_scopes("m", ["doc"], "ghost", by=[]), "policies[1].config.scopes: no scope is named 'ghost'"),
        (on_resources("m", ["doc"], by=["ghost"]), "policies[1].config.applyPolicies: no policy is named"),
        (policy("a", "aggregate", applyPolicies=["ghost"]), "policies[1].config.applyPolicies: no policy"),
        (
            {**on_type("m", "t", by=[]), "config": {"defaultResourceType": 7}},
            "policies[1].config.defaultResourceType: a name is expected, not int",
        ),
        (policy("yes", "user"), "policies[1].name: 'yes' is the name of policies[0] too"),
        (policy("p", "magic"), "policies[1].type: 'magic' (of 'p') is no policy type of Keycloak"),
        (policy("p", "role", roles=[{}]), "policies[1].config.roles[0].id: a name is expected"),
        (policy("p", "role", roles=["admin"]), "policies[1].config.roles[0]: an object is expected"),
        (policy("p", "role", fetchRoles="perhaps", roles=[]), "policies[1].config.fetchRoles: true or false"),
        (
            policy("p", "client-scope", clientScopes=[{"id": "a", "required": 1}]),
            "policies[1].config.clientScopes[0].required: true or false is expected, not 1",
        ),
        (policy("p", "group", groups=[{"id": "x"}]), "policies[1].config.groups[0].path: a name is expected"),
        (policy("p", "regex", pattern="x"), "policies[1].config.targetClaim: a name is expected"),
        (policy("p", "regex", targetClaim="x"), "policies[1].config.pattern: a name is expected"),
        (policy("p", "user", users="alice"), "policies[1].config.users: neither a JSON list"),
    ],
)
def test_a_malformed_policy_is_refused_and_the_place_named(element: dict[str, Any], place: str) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError) as caught:
        ResourceServer(export([resource("doc")], [always(), element]))
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(
    ("applied", "circle"),
    [
        ({"a": ["a"]}, "a -> a"),
        ({"a": ["b"], "b": ["yes", "a"]}, "a -> b -> a"),
        ({"c": ["a"], "a": ["b", "b"], "b": ["a"]}, "a -> b -> a"),
    ],
)
def test_aggregates_in_a_circle_are_refused(applied: dict[str, list[str]], circle: str) -> None:
    aggregates = [policy(name, "aggregate", applyPolicies=names) for name, names in applied.items()]
    with pytest.raises(KeycloakAuthorizationConfigError, match=f"aggregates in a circle: {circle}"):
        ResourceServer(export([], [always(), *aggregates]))


def nested(depth: int, times: int) -> list[dict[str, Any]]:
    """Return aggregates one below the other, each of which applies the one below so many times."""
    found = [policy("a0", "aggregate", applyPolicies=["yes"])]
    for i in range(1, depth):
        found += [policy(f"a{i}.{j}", "aggregate", applyPolicies=[f"a{i - 1}"]) for j in range(times)]
        found.append(policy(f"a{i}", "aggregate", applyPolicies=[f"a{i}.{j}" for j in range(times)]))
    return found


def test_an_aggregate_may_be_applied_on_many_ways_and_deeply() -> None:
    for aggregates in (nested(40, 1), nested(6, 3)):
        top = aggregates[-1]["name"]
        described = export([resource("doc")], [always(), *aggregates, on_resources("m", ["doc"], by=[top])])
        assert ResourceServer(described).evaluate(ALICE, "doc")


@pytest.mark.parametrize("aggregates", [nested(60, 1), nested(60, 1)[::-1], nested(12, 3), nested(40, 2)])
def test_aggregates_that_nobody_gets_through_are_refused(aggregates: list[dict[str, Any]]) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError, match="aggregates of aggregates without end"):
        ResourceServer(export([], [always(), *aggregates]))


def test_what_only_the_evaluation_needs_does_not_keep_a_configuration_from_loading() -> None:
    authorization = Authorization()
    authorization.load_config(
        export([], [always(), on_type("m", "urn:x", by=["yes"]), on_resources("n", ["ghost"], by=[])])
    )
    with pytest.raises(KeycloakAuthorizationConfigError, match="no resource is named 'ghost'"):
        authorization.evaluate(ALICE, "doc")


@pytest.mark.parametrize("data", [None, [], "x", 7])
def test_what_is_no_object_is_no_export(data: Any) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError, match="the configuration: an object is expected"):
        ResourceServer(data)


def test_scopes_and_owners_may_be_plain_text() -> None:
    described = ResourceServer(
        {
            "policies": [],
            "policyEnforcementMode": "PERMISSIVE",
            "resources": [{"name": "doc", "scopes": ["read"], "owner": "alice", "ownerManagedAccess": None}],
        }
    )
    assert described.evaluate(ALICE, "doc#read")
