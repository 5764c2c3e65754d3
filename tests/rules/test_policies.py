# SPDX-License-Identifier: Apache-2.0
"""Roles, policies and permissions as objects."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from keycloak_sdk.authorization import Authorization
from keycloak_sdk.authorization.permission import Permission
from keycloak_sdk.authorization.policy import Policy
from keycloak_sdk.authorization.role import Role
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError


def role_policy(*roles: Role | str, name: str = "editors") -> Policy:
    policy = Policy(name, "role", "POSITIVE", "UNANIMOUS")
    policy.roles = list(roles)
    return policy


class TestRole:
    def test_has_a_name_and_is_not_required_unless_told(self) -> None:
        assert (Role("app/editor").name, Role("app/editor").get_name()) == ("app/editor", "app/editor")
        assert Role("app/editor").required is False
        assert Role(name="app/editor", required=True).required is True

    def test_equals_a_role_or_a_string_of_its_name(self) -> None:
        assert Role("a") == Role("a", required=True)
        assert Role("a") == "a"
        assert "a" == Role("a")  # noqa: SIM300 - the other side is asked
        assert Role("a") != "b"
        assert Role("a") != Role("b")

    def test_equals_nothing_else(self) -> None:
        assert Role("5") != 5
        assert Role("a") is not None
        assert Role("a") != None  # noqa: E711 - the comparison is what is tested

    def test_hashes_as_it_compares(self) -> None:
        assert {Role("a"), Role("a", required=True), "a"} == {"a"}
        assert {"a", "b"} & {Role("a")} == {"a"}

    def test_cannot_be_renamed_where_an_index_would_not_see_it(self) -> None:
        role: Any = Role("a")
        with pytest.raises(AttributeError):
            role.name = "b"


class TestPermission:
    def test_holds_what_it_is_given(self) -> None:
        permission = Permission(name="p", type="scope", logic="POSITIVE", decision_strategy="UNANIMOUS")
        assert (permission.name, permission.type) == ("p", "scope")
        assert (permission.logic, permission.decision_strategy) == ("POSITIVE", "UNANIMOUS")
        assert permission.resources == permission.scopes == []
        permission.resources, permission.scopes = ["doc"], ["read"]
        assert (permission.resources, permission.scopes) == (["doc"], ["read"])

    def test_shows_its_name_and_type(self) -> None:
        permission = Permission("p", "scope", "POSITIVE", "UNANIMOUS")
        assert str(permission) == "Permission: p (scope)"
        assert repr(permission) == "<Permission: p (scope)>"

    def test_equals_itself_only(self) -> None:
        first, second = (Permission("p", "scope", "POSITIVE", "UNANIMOUS") for _ in range(2))
        assert len({first, second, first}) == 2


class TestPolicy:
    def test_holds_what_it_is_given(self) -> None:
        policy = Policy(name="n", type="role", logic="NEGATIVE", decision_strategy="CONSENSUS")
        assert (policy.name, policy.type) == ("n", "role")
        assert (policy.logic, policy.decision_strategy) == ("NEGATIVE", "CONSENSUS")
        assert policy.roles == policy.permissions == []
        policy.name, policy.type, policy.logic, policy.decision_strategy = (
            "m",
            "user",
            "POSITIVE",
            "UNANIMOUS",
        )
        assert repr(policy) == "<Policy: m (user)>"

    def test_shows_its_name_and_type(self) -> None:
        assert str(role_policy()) == "Policy: editors (role)"
        assert repr(role_policy()) == "<Policy: editors (role)>"

    def test_equals_itself_only(self) -> None:
        first, second = role_policy(), role_policy()
        assert len({first, second, first}) == 2

    def test_takes_roles_and_permissions(self) -> None:
        policy = role_policy()
        permission = Permission("p", "scope", "POSITIVE", "UNANIMOUS")
        policy.add_role("app/editor")
        policy.add_role(Role("app/owner"))
        policy.add_permission(permission)
        assert policy.roles == ["app/editor", "app/owner"]
        assert policy.permissions == [permission]
        policy.permissions = []
        assert policy.permissions == []

    def test_of_another_type_takes_no_roles(self) -> None:
        policy = Policy("only-alice", "user", "POSITIVE", "UNANIMOUS")
        with pytest.raises(
            KeycloakAuthorizationConfigError, match=r"'only-alice' is a policy of type 'user'"
        ):
            policy.add_role("app/editor")
        assert policy.roles == []

    def test_copies_the_roles_it_is_assigned(self) -> None:
        mine: list[Role | str] = ["app/editor"]
        policy = role_policy()
        policy.roles = mine
        mine.append("app/owner")
        assert policy.roles == ["app/editor"]

    def test_goes_through_pickle_and_copy_with_its_roles(self) -> None:
        policy = role_policy(Role("app/editor", required=True), "app/owner")
        for twin in (pickle.loads(pickle.dumps(policy)), copy.deepcopy(policy)):
            assert (twin.name, twin.roles) == ("editors", ["app/editor", "app/owner"])
            authorization = Authorization()
            authorization.policies = {"editors": twin}
            assert authorization.policies_with(["app/new"]) == []
            twin.add_role("app/new")
            assert authorization.policies_with(["app/new"]) == [twin]
            assert len(policy.roles) == 2
