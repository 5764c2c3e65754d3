# SPDX-License-Identifier: Apache-2.0
"""Loading of exported authorization settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keycloak_sdk.authorization import Authorization, Policy
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError

EXPORT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "photos-api-authz-config.json").read_text("utf-8")
)


def role(name: str = "editors", *roles: str) -> dict[str, Any]:
    listed = json.dumps([{"id": role, "required": False} for role in roles or ("app/editor",)])
    return {
        "name": name,
        "type": "role",
        "logic": "POSITIVE",
        "decisionStrategy": "UNANIMOUS",
        "config": {"roles": listed},
    }


def entry(name: str, kind: str, **config: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "logic": "POSITIVE",
        "decisionStrategy": "UNANIMOUS",
        "config": config,
    }


def loaded(*policies: Any, **kwargs: Any) -> Authorization:
    authorization = Authorization(**kwargs)
    authorization.load_config({"policies": list(policies)})
    return authorization


def applied(authorization: Authorization) -> dict[str, list[str]]:
    return {
        name: [permission.name for permission in policy.permissions]
        for name, policy in authorization.policies.items()
    }


def test_a_new_authorization_has_no_policies() -> None:
    assert Authorization().policies == {}


def test_an_export_of_the_server_loads_whole() -> None:
    authorization = Authorization()
    authorization.load_config(EXPORT)
    assert applied(authorization) == {
        "any-user": ["album-view-permission", "photo-type-permission"],
        "realm-admins": ["admin-panel-permission", "report-permission"],
        "photo-editors": ["album-edit-permission"],
    }
    admins = authorization.policies["realm-admins"]
    assert (admins.type, admins.logic, admins.decision_strategy) == ("role", "POSITIVE", "UNANIMOUS")
    assert [(role.name, role.required) for role in admins.roles if not isinstance(role, str)] == [
        ("admin", True)
    ]
    panel, report = admins.permissions
    assert (panel.type, panel.resources, panel.scopes) == ("resource", ["admin-panel"], [])
    assert report.decision_strategy == "AFFIRMATIVE"
    view = authorization.policies["any-user"].permissions[0]
    assert (view.type, view.resources, view.scopes) == ("scope", [], ["album:view"])


def test_the_order_of_an_export_does_not_matter() -> None:
    turned = Authorization()
    turned.load_config({**EXPORT, "policies": EXPORT["policies"][::-1]})
    assert {name: sorted(names) for name, names in applied(turned).items()} == {
        "any-user": ["album-view-permission", "photo-type-permission"],
        "realm-admins": ["admin-panel-permission", "report-permission"],
        "photo-editors": ["album-edit-permission"],
    }


def test_a_permission_without_policies_or_resources_or_config_is_tolerated() -> None:
    bare = {"name": "bare", "type": "resource", "config": None}
    authorization = loaded(
        role(), entry("typed", "resource", defaultResourceType="urn:x"), entry("s", "scope"), bare
    )
    assert applied(authorization) == {"editors": []}


def test_logic_and_strategy_have_the_defaults_of_the_server() -> None:
    policy = loaded({"name": "editors", "type": "role", "config": {"roles": "[]"}}).policies["editors"]
    assert (policy.logic, policy.decision_strategy, policy.roles) == ("POSITIVE", "UNANIMOUS", [])


@pytest.mark.parametrize(
    "listed",
    ['["editors"]', "['editors']", "('editors',)", ' ["editors"] ', ["editors"], ("editors", "editors")],
)
def test_a_list_may_be_json_text_python_text_or_a_list(listed: Any) -> None:
    assert applied(loaded(role(), entry("p", "resource", applyPolicies=listed))) == {"editors": ["p"]}


@pytest.mark.parametrize(
    "roles",
    [
        '[{"id": "app/editor", "required": true}]',
        "[{'id': 'app/editor', 'required': True}]",
        [{"id": "app/editor", "required": True}],
    ],
)
def test_roles_may_be_json_text_python_text_or_a_list(roles: Any) -> None:
    (editor,) = loaded(entry("editors", "role", roles=roles)).policies["editors"].roles
    assert editor == "app/editor"
    assert not isinstance(editor, str)
    assert editor.required is True


@pytest.mark.parametrize("required", [{}, {"required": None}, {"required": False}])
def test_a_role_is_not_required_unless_the_export_says_so(required: dict[str, Any]) -> None:
    (editor,) = loaded(entry("editors", "role", roles=[{"id": "a", **required}])).policies["editors"].roles
    assert not isinstance(editor, str)
    assert editor.required is False


@pytest.mark.parametrize(
    "kind",
    [
        "user",
        "client",
        "client-scope",
        "group",
        "time",
        "regex",
        "aggregate",
        "js",
        "uma",
        "script-my-policy.js",
        "rules",
    ],
)
def test_policies_of_other_types_are_known_but_not_kept(kind: str) -> None:
    authorization = loaded(
        entry("p", "scope", scopes='["s"]', applyPolicies='["other", "editors"]'),
        entry("other", kind),
        role(),
    )
    assert applied(authorization) == {"editors": ["p"]}


def test_a_type_of_the_servers_own_extensions_is_known_when_it_is_named() -> None:
    acl = entry("acl-1", "acme-acl", anything="goes")
    with pytest.raises(
        KeycloakAuthorizationConfigError,
        match=r"policies\[0\]\.type: 'acme-acl' \(of 'acl-1'\).*extra_policy_types",
    ):
        loaded(acl)
    used = entry("p", "resource", applyPolicies='["acl-1", "editors"]')
    assert applied(loaded(acl, used, role(), extra_policy_types={"acme-acl"})) == {"editors": ["p"]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "the configuration: an object is expected, not nothing"),
        ([], "the configuration: an object is expected, not list"),
        ({}, "policies: a list is expected, not nothing"),
        ({"policies": {}}, "policies: a list is expected, not dict"),
        ({"policies": "[]"}, "policies: a list is expected, not str"),
        ({"policies": [role(), "x"]}, "policies[1]: an object is expected, not str"),
        ({"policies": [{"type": "role"}]}, "policies[0].name: a name is expected, not nothing"),
        (
            {"policies": [{"name": "", "type": "role"}]},
            "policies[0].name: a name is expected, not empty text",
        ),
        ({"policies": [{"name": 5, "type": "role"}]}, "policies[0].name: a name is expected, not int"),
        ({"policies": [{"name": "x"}]}, "policies[0].type: a name is expected, not nothing"),
        (
            {"policies": [role() | {"logic": "MAYBE"}]},
            "policies[0].logic: one of POSITIVE, NEGATIVE is expected, not 'MAYBE'",
        ),
        (
            {"policies": [role() | {"decisionStrategy": ["A"]}]},
            "policies[0].decisionStrategy: one of UNANIMOUS, AFFIRMATIVE, CONSENSUS is expected, not ['A']",
        ),
        ({"policies": [role() | {"config": "{}"}]}, "policies[0].config: an object is expected, not str"),
        (
            {"policies": [role(), role("x"), role()]},
            "policies[2].name: 'editors' is the name of policies[0] too",
        ),
        (
            {"policies": [entry("x", "role")]},
            "policies[0].config.roles: a list of roles is expected, not nothing",
        ),
        (
            {"policies": [entry("x", "role", roles=None)]},
            "policies[0].config.roles: a list of roles is expected, not nothing",
        ),
        (
            {"policies": [entry("x", "role", roles="{}")]},
            "policies[0].config.roles: a list is expected, not dict",
        ),
        (
            {"policies": [entry("x", "role", roles=5)]},
            "policies[0].config.roles: a list is expected, not int",
        ),
        (
            {"policies": [entry("x", "role", roles='["a"]')]},
            "policies[0].config.roles[0]: an object is expected, not str",
        ),
        (
            {"policies": [entry("x", "role", roles=[{}])]},
            "policies[0].config.roles[0].id: a name is expected, not nothing",
        ),
        (
            {"policies": [entry("x", "role", roles=[{"id": "a"}, {"id": "b", "required": "yes"}])]},
            "policies[0].config.roles[1].required: true or false is expected, not str",
        ),
        (
            {"policies": [entry("x", "resource", resources="[1]")]},
            "policies[0].config.resources[0]: a name is expected, not int",
        ),
        (
            {"policies": [entry("x", "scope", scopes="read")]},
            "policies[0].config.scopes: neither a JSON list nor a Python list",
        ),
        (
            {"policies": [role(), entry("x", "scope", applyPolicies='["editors", "ghost"]')]},
            "policies[1].config.applyPolicies: no policy is named 'ghost' (wanted by 'x')",
        ),
        (
            {"policies": [entry("x", "aggregate", applyPolicies='["ghost"]')]},
            "policies[0].config.applyPolicies: no policy is named 'ghost' (wanted by 'x')",
        ),
    ],
)
def test_what_is_malformed_is_named_by_its_place(data: Any, message: str) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError) as refused:
        Authorization().load_config(data)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[" * 100_000,
        "[[]:1]",
        "{[]: 1}",
        "1 + 'a'",
        "__import__('os')",
        "[open('x')]",
        "[" + "9" * 5000 + "]",
    ],
)
def test_no_text_does_more_than_fail_to_be_a_list(text: str) -> None:
    with pytest.raises(KeycloakAuthorizationConfigError, match=r"^policies\[0\]\.config\.applyPolicies"):
        loaded(entry("x", "resource", applyPolicies=text))


def test_nothing_of_a_malformed_export_is_loaded() -> None:
    authorization = loaded(role(), entry("p", "resource", applyPolicies='["editors"]'))
    before = authorization.policies
    with pytest.raises(KeycloakAuthorizationConfigError):
        authorization.load_config(
            {
                "policies": [
                    role("owners"),
                    entry("q", "resource", applyPolicies='["editors", "owners"]'),
                    entry("r", "resource", applyPolicies='["ghost"]'),
                ]
            }
        )
    assert authorization.policies is before
    assert applied(authorization) == {"editors": ["p"]}


def test_a_second_export_is_added_and_may_apply_what_the_first_defined() -> None:
    authorization = loaded(role(), entry("only-alice", "user"))
    authorization.load_config(
        {
            "policies": [
                role("owners"),
                entry("p", "scope", applyPolicies='["editors", "only-alice", "owners"]'),
            ]
        }
    )
    assert applied(authorization) == {"editors": ["p"], "owners": ["p"]}


def test_loading_an_export_again_replaces_what_it_defines() -> None:
    authorization = loaded(role(), entry("p", "scope", applyPolicies='["editors"]'))
    authorization.load_config(
        {"policies": [role("editors", "app/chief"), entry("p", "scope", applyPolicies='["editors"]')]}
    )
    assert applied(authorization) == {"editors": ["p"]}
    assert authorization.policies["editors"].roles == ["app/chief"]


def test_a_role_policy_that_became_one_of_another_type_no_longer_counts() -> None:
    authorization = loaded(role(), role("owners"))
    authorization.load_config({"policies": [entry("editors", "js")]})
    assert applied(authorization) == {"owners": []}
    authorization.load_config({"policies": [role()]})
    assert applied(authorization) == {"owners": [], "editors": []}


def test_assigned_policies_take_the_place_of_everything_known_before() -> None:
    authorization = loaded(role(), entry("only-alice", "user"))
    mine = Policy("mine", "role", "POSITIVE", "UNANIMOUS")
    authorization.policies = {"mine": mine}
    authorization.load_config({"policies": [entry("p", "resource", applyPolicies='["mine"]')]})
    assert applied(authorization) == {"mine": ["p"]}
    with pytest.raises(KeycloakAuthorizationConfigError, match="no policy is named 'only-alice'"):
        authorization.load_config({"policies": [entry("q", "resource", applyPolicies='["only-alice"]')]})
