# SPDX-License-Identifier: Apache-2.0
"""What is said of a configuration that may not do what its author meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keycloak_sdk.authorization.resource_server import ResourceServer
from support.exports import always, on_resources, on_type, policy, resource, server, unknown

PHOTOS = json.loads((Path(__file__).parent / "photos-api-authz-config.json").read_text("utf-8"))


def found(*args: Any, **settings: Any) -> list[str]:
    return [str(finding) for finding in server(*args, **settings).findings]


def test_nothing_is_said_of_a_plain_configuration() -> None:
    assert ResourceServer(PHOTOS).findings == ()


@pytest.mark.parametrize(
    ("element", "told"),
    [
        (unknown(), "js: undecided here: JavaScript runs on the server only"),
        (policy("a", "aggregate"), "a: applies no policy: never holds"),
        (policy("a", "aggregate", logic="NEGATIVE"), "a: applies no policy: always holds"),
        (on_resources("m", ["doc"], by=[]), "m: applies no policy: says nothing"),
        (
            policy("u", "user", users=["alice", "service-account-robot"]),
            "u: service-account-robot may never match: the server takes service accounts for their clients",
        ),
        (
            policy("night", "time", hour="22", hourEnd="3", month="1", monthEnd="x"),
            "night: hour ends before it begins and does not wrap: never holds",
        ),
        (policy("t", "time", minuteEnd="3", year="2027"), "t: minuteEnd is ignored without minute"),
        (
            policy("net", "regex", targetClaim="kc.client.id", pattern="x", targetContextAttributes="true"),
            "net: kc.client.id is read as a path of JSON: never holds",
        ),
        (
            policy("r", "regex", targetClaim="dept", pattern=r"\p{Upper}"),
            "r: undecided here: the pattern may mean something else to Java, or take too long",
        ),
    ],
)
def test_a_policy_that_may_surprise_is_named(element: dict[str, Any], told: str) -> None:
    assert found([resource("doc")], [element]) == [told]


def test_a_type_with_wildcards_is_named_with_the_types_that_it_falls_under() -> None:
    described = [resource("any", kind="urn:%"), resource("odd", kind="a_c")]
    permissions = [on_type("m", "urn:abc", by=["yes"]), on_type("n", "urn:%", by=["yes"])]
    assert found(described, [always(), *permissions]) == [
        "any: '%' and '_' in its type urn:% are wildcards: falls under permissions for urn:abc",
        "odd: '%' and '_' in its type a_c are wildcards",
    ]


def test_resources_of_one_name_are_named_when_permissions_name_them() -> None:
    twins = [resource("doc"), resource("doc", owner="alice")]
    assert found(twins, []) == []
    told = "doc: has its name with another resource, and permissions by name: undecided here"
    assert found(twins, [always(), on_resources("m", ["doc"], by=["yes"])]) == [told, told]


def test_a_resource_server_that_enforces_nothing_is_named() -> None:
    (told,) = found([], [], mode="DISABLED")
    assert told == "resource server: policies are not enforced: everything is granted to everybody"
