# SPDX-License-Identifier: Apache-2.0
"""Which policies and permissions a token matches, and that no change of them goes unseen."""

from __future__ import annotations

import copy
import gc
import json
import operator
import pickle
import weakref
from threading import Thread
from typing import Any

import keycloak
import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from keycloak_sdk.authorization import Authorization, Permission, Policy, Role
from keycloak_sdk.authorization.matching import (
    client_roles,
    matching_permissions,
    matching_policies,
    permissions_of,
    require_policies,
)
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError, KeycloakInvalidTokenError


def policy(name: str, *roles: Role | str, permissions: tuple[Permission, ...] = ()) -> Policy:
    made = Policy(name, "role", "POSITIVE", "UNANIMOUS")
    made.roles = list(roles)
    made.permissions = list(permissions)
    return made


def permission(name: str) -> Permission:
    return Permission(name, "resource", "POSITIVE", "UNANIMOUS")


def claims(*roles: str, client: str = "app") -> dict[str, Any]:
    return {"resource_access": {client: {"roles": list(roles)}}}


def authorization(*policies: Policy) -> Authorization:
    made = Authorization()
    made.policies = {policy.name: policy for policy in policies}
    return made


READ, WRITE = permission("read"), permission("write")
VIEWERS = policy("viewers", Role("app/viewer"), "app/editor", permissions=(READ,))
EDITORS = policy("editors", "app/editor", permissions=(WRITE, READ))
STAFF = policy("staff", "staff")
ALBUM = authorization(VIEWERS, EDITORS, STAFF)


class TestMatching:
    def test_any_client_role_of_a_policy_matches_it(self) -> None:
        assert matching_policies(ALBUM, claims("viewer"), "app") == [VIEWERS]
        assert matching_policies(ALBUM, claims("editor"), "app") == [VIEWERS, EDITORS]
        assert matching_permissions(ALBUM, claims("viewer"), "app") == [READ]

    def test_each_result_comes_once_in_the_order_of_the_configuration(self) -> None:
        for roles in (("editor", "viewer", "editor"), ("viewer", "editor")):
            assert matching_policies(ALBUM, claims(*roles), "app") == [VIEWERS, EDITORS]
            assert matching_permissions(ALBUM, claims(*roles), "app") == [READ, WRITE]

    def test_the_order_holds_however_far_apart_the_policies_are(self) -> None:
        many = [policy(f"p{i}", f"app/{i}") for i in range(100)]
        found = matching_policies(authorization(*many), claims("64", "1", "8"), "app")
        assert found == [many[1], many[8], many[64]]

    def test_a_policy_under_two_names_comes_once(self) -> None:
        twice = Authorization()
        twice.policies = {"a": VIEWERS, "b": VIEWERS}
        assert matching_policies(twice, claims("viewer"), "app") == [VIEWERS]

    def test_roles_that_no_policy_has_match_nothing(self) -> None:
        assert matching_policies(ALBUM, claims("guest"), "app") == []
        assert matching_permissions(ALBUM, claims("guest"), "app") == []

    def test_realm_roles_and_roles_of_other_clients_do_not_count(self) -> None:
        token = {"realm_access": {"roles": ["staff"]}, **claims("editor", client="other")}
        assert matching_policies(ALBUM, token, "app") is None
        assert matching_policies(ALBUM, claims("staff"), "app") == []

    def test_required_logic_and_strategy_are_not_looked_at(self) -> None:
        strict = Policy("strict", "role", "NEGATIVE", "CONSENSUS")
        strict.roles = [Role("app/a", required=True), Role("app/b", required=True)]
        assert matching_policies(authorization(strict), claims("b"), "app") == [strict]

    @pytest.mark.parametrize(
        "token",
        [
            {},
            {"resource_access": None},
            {"resource_access": {}},
            {"resource_access": {"other": {"roles": ["editor"]}}},
            {"resource_access": {"app": None}},
            {"resource_access": {"app": {}}},
            {"resource_access": {"app": {"verify_caller": True}}},
        ],
    )
    def test_a_token_without_roles_of_the_client_gives_none_rather_than_nothing(
        self, token: dict[str, Any]
    ) -> None:
        assert matching_policies(ALBUM, token, "app") is None
        assert matching_permissions(ALBUM, token, "app") is None
        assert matching_policies(ALBUM, claims(), "app") == []

    @pytest.mark.parametrize(
        ("access", "message"),
        [
            ([], "resource_access is not an object"),
            ("app", "resource_access is not an object"),
            ({"app": ["editor"]}, "resource_access['app'] is not an object"),
            ({"app": {"roles": "editor"}}, "resource_access['app'].roles is not a list of text"),
            ({"app": {"roles": {"editor": 1}}}, "resource_access['app'].roles is not a list of text"),
            ({"app": {"roles": ["editor", 5]}}, "resource_access['app'].roles is not a list of text"),
            ({"app": {"roles": [["editor"]]}}, "resource_access['app'].roles is not a list of text"),
        ],
    )
    def test_a_token_of_another_form_is_refused(self, access: Any, message: str) -> None:
        for match in (matching_policies, matching_permissions):
            with pytest.raises(KeycloakInvalidTokenError) as refused:
                match(ALBUM, {"resource_access": access}, "app")
            assert str(refused.value) == message

    def test_nothing_is_looked_up_before_policies_are_loaded(self) -> None:
        for attempt in (
            lambda: matching_policies(Authorization(), claims("editor"), "app"),
            lambda: matching_permissions(Authorization(), claims("editor"), "app"),
            lambda: require_policies(Authorization()),
        ):
            with pytest.raises(KeycloakAuthorizationConfigError, match="load_authorization_config"):
                attempt()
        require_policies(ALBUM)

    def test_the_parts_can_be_used_apart(self) -> None:
        roles = client_roles(claims("viewer", "editor"), "app")
        assert roles == ["viewer", "editor"]
        assert permissions_of(ALBUM.policies_with(f"app/{role}" for role in roles)) == [READ, WRITE]


class TestForeignContents:
    @pytest.mark.parametrize("wrong", [None, "editors", object()])
    def test_something_else_than_a_policy_is_named(self, wrong: Any) -> None:
        broken = authorization(VIEWERS)
        broken.policies["x"] = wrong
        with pytest.raises(KeycloakAuthorizationConfigError, match=r"policies\['x'\]: a Policy is expected"):
            broken.policies_with(["app/viewer"])

    @pytest.mark.parametrize("wrong", [None, 5, ["app/viewer"]])
    def test_something_else_than_a_role_is_named(self, wrong: Any) -> None:
        odd = policy("odd", "app/viewer")
        album = authorization(odd)
        odd.roles.append(wrong)
        with pytest.raises(KeycloakAuthorizationConfigError, match=r"policies\['odd'\]\.roles: a Role or"):
            album.policies_with(["app/viewer"])


def naive(of: Authorization, roles: set[str]) -> list[Policy]:
    """The definition: every policy, each once, that has one of the roles."""
    return [
        policy
        for policy in dict.fromkeys(of.policies.values())
        if any(role in policy.roles for role in roles)
    ]


names = st.sampled_from("abcdef")
roles = st.one_of(names, names.map(Role))
some_roles = st.lists(roles, max_size=3)


class Changes(RuleBasedStateMachine):
    """Whatever a program does to policies and roles, two configurations that share policies answer right."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = {name: policy(name) for name in "uvwxyz"}
        self.both = [Authorization(), Authorization()]

    @rule(which=st.integers(0, 1), name=st.sampled_from("uvwxyz"), way=st.integers(0, 4))
    def put(self, which: int, name: str, way: int) -> None:
        of, found = self.both[which], self.pool[name]
        if way == 0:
            of.policies[name] = found
        elif way == 1:
            of.policies.update({name: found})
        elif way == 2:
            of.policies.setdefault(name, found)
        elif way == 3:
            of.policies |= {name: found}
        else:
            of.policies = {name: found}

    @rule(which=st.integers(0, 1), name=st.sampled_from("uvwxyz"), way=st.integers(0, 3))
    def take(self, which: int, name: str, way: int) -> None:
        policies = self.both[which].policies
        if name not in policies:
            return
        if way == 0:
            del policies[name]
        elif way == 1:
            policies.pop(name)
        elif way == 2:
            policies.popitem()
        else:
            policies.clear()

    @rule(name=st.sampled_from("uvwxyz"), new=some_roles, way=st.integers(0, 8))
    def add_roles(self, name: str, new: list[Role | str], way: int) -> None:
        found = self.pool[name]
        if way == 0:
            found.roles = new
        elif way == 1:
            found.roles += new
        elif way == 2:
            found.roles.extend(new)
        elif way == 3:
            found.roles[:1] = new
        elif way == 4:
            found.roles *= 2
        elif way == 5:
            found.roles.reverse()
        elif way == 6:
            found.roles.sort(key=str)
        else:
            for role in new:
                found.add_role(role) if way == 7 else found.roles.insert(0, role)

    @rule(name=st.sampled_from("uvwxyz"), way=st.integers(0, 4))
    def remove_roles(self, name: str, way: int) -> None:
        roles = self.pool[name].roles
        if way == 0 or not roles:
            roles.clear()
        elif way == 1:
            roles.pop()
        elif way == 2:
            del roles[0]
        elif way == 3:
            roles.remove(roles[-1])
        else:
            roles[0] = "f"

    @rule()
    def copy_one(self) -> None:
        self.both[1] = copy.copy(self.both[0])

    @invariant()
    def answers_are_those_of_the_definition(self) -> None:
        for of in self.both:
            for role in "abcdef":
                assert of.policies_with([role]) == naive(of, {role})
            assert of.policies_with("abc") == naive(of, {"a", "b", "c"})


TestChanges = Changes.TestCase


class TestIndex:
    @pytest.mark.parametrize(
        "change",
        [
            lambda roles: roles.append("app/b"),
            lambda roles: roles.extend(["app/b"]),
            lambda roles: roles.insert(0, "app/b"),
            lambda roles: operator.iadd(roles, ["app/b"]),
            lambda roles: operator.setitem(roles, 0, "app/b"),
            lambda roles: operator.setitem(roles, slice(0, 0), ["app/b"]),
            lambda roles: operator.delitem(roles, 0),
            lambda roles: operator.imul(roles, 0),
            lambda roles: roles.remove("app/a"),
            lambda roles: roles.pop(),
            lambda roles: roles.clear(),
        ],
    )
    def test_every_change_of_a_policys_roles_is_seen(self, change: Any) -> None:
        changing = policy("changing", "app/a")
        album = authorization(changing)
        assert (album.policies_with(["app/a"]), album.policies_with(["app/b"])) == ([changing], [])
        change(changing.roles)
        for role in ("app/a", "app/b"):
            assert album.policies_with([role]) == naive(album, {role})
        assert changing.roles != ["app/a"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda policies, new: operator.setitem(policies, "new", new),
            lambda policies, new: policies.update(new=new),
            lambda policies, new: operator.ior(policies, {"new": new}),
            lambda policies, new: policies.setdefault("new", new),
            lambda policies, _: operator.delitem(policies, "old"),
            lambda policies, _: policies.pop("old"),
            lambda policies, _: policies.popitem(),
            lambda policies, _: policies.clear(),
        ],
    )
    def test_every_change_of_the_policies_is_seen(self, change: Any) -> None:
        old, new = policy("old", "app/a"), policy("new", "app/a")
        album = authorization(old)
        assert album.policies_with(["app/a"]) == [old]
        change(album.policies, new)
        assert album.policies_with(["app/a"]) == list(album.policies.values()) != [old]

    def test_an_append_that_fails_halfway_is_seen(self) -> None:
        grown = policy("grown", "app/a")
        album = authorization(grown)
        assert album.policies_with(["app/b"]) == []

        def broken() -> Any:
            yield "app/b"
            raise OSError

        with pytest.raises(OSError):  # noqa: PT011 - our own
            grown.roles.extend(broken())
        assert album.policies_with(["app/b"]) == [grown]

    @pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda of: pickle.loads(pickle.dumps(of))])
    def test_a_copy_follows_its_own_policies(self, duplicate: Any) -> None:
        original = authorization(policy("p", "app/a"))
        assert len(original.policies_with(["app/a"])) == 1
        twin = duplicate(original)
        twin.policies["p"].roles[0] = "app/b"
        assert len(twin.policies_with(["app/b"])) == 1
        assert twin.policies_with(["app/a"]) == []
        del twin.policies["p"]
        assert twin.policies_with(["app/b"]) == []
        assert len(original.policies_with(["app/a"])) == 1

    def test_a_policy_keeps_no_configuration_alive(self) -> None:
        shared = policy("p", "app/a")
        gone = authorization(shared)
        assert gone.policies_with(["app/a"]) == [shared]
        reference = weakref.ref(gone)
        del gone
        gc.collect()
        assert reference() is None
        shared.add_role("app/b")
        assert authorization(shared).policies_with(["app/b"]) == [shared]

    def test_a_change_is_seen_by_the_next_look_up_while_other_threads_look_up_too(self) -> None:
        changing, steady = policy("changing"), policy("steady", "app/a")
        album = authorization(steady, changing)
        running = [True]
        wrong: list[list[Policy]] = []

        def look_up() -> None:
            while running[0]:
                found = album.policies_with(["app/a"])
                if found not in ([steady], [steady, changing]):
                    wrong.append(found)

        threads = [Thread(target=look_up) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(300):
                changing.add_role("app/a")
                assert album.policies_with(["app/a"]) == [steady, changing]
                changing.roles.clear()
                assert album.policies_with(["app/a"]) == [steady]
        finally:
            running[0] = False
            for thread in threads:
                thread.join()
        assert wrong == []


class Peer(keycloak.KeycloakOpenID):
    """python-keycloak, its token claims given."""

    def _token_info(self, token: Any, method_token_info: str, **kwargs: Any) -> Any:
        return token


@pytest.fixture(scope="module")
def peer() -> Peer:
    return Peer("http://127.0.0.1:1/", "acme", "app")


@st.composite
def exports(draw: st.DrawFn) -> list[dict[str, Any]]:
    def element(name: str, kind: str, **config: str) -> dict[str, Any]:
        logic = draw(st.sampled_from(["POSITIVE", "NEGATIVE"]))
        strategy = draw(st.sampled_from(["UNANIMOUS", "AFFIRMATIVE", "CONSENSUS"]))
        return {"name": name, "type": kind, "logic": logic, "decisionStrategy": strategy, "config": config}

    role_names = st.sampled_from(["app/a", "app/b", "app/c", "other/a", "a"])
    definition = st.fixed_dictionaries({"id": role_names, "required": st.booleans()})
    definitions = st.lists(definition).map(json.dumps)
    elements = [element(f"role-{i}", "role", roles=draw(definitions)) for i in range(draw(st.integers(1, 4)))]
    elements += [element(f"other-{i}", draw(st.sampled_from(["user", "js", "aggregate"]))) for i in range(2)]
    applied = st.lists(st.sampled_from([element["name"] for element in elements])).map(json.dumps)
    for i in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["resource", "scope"]))
        elements.append(
            element(f"permission-{i}", kind, scopes="[]", resources="[]", applyPolicies=draw(applied))
        )
    return elements


@given(elements=exports(), shuffled=st.randoms(use_true_random=False), held=st.lists(st.sampled_from("abcd")))
def test_any_configuration_answers_as_in_python_keycloak(
    peer: Peer, elements: list[dict[str, Any]], shuffled: Any, held: list[str]
) -> None:
    peer.authorization = keycloak.keycloak_openid.Authorization()
    peer.authorization.load_config({"policies": elements})
    ours = Authorization()
    shuffled.shuffle(elements)
    ours.load_config({"policies": elements})
    token = claims(*held)
    for match, ask in ((matching_policies, peer.get_policies), (matching_permissions, peer.get_permissions)):
        found, expected = match(ours, token, "app"), ask(token, method_token_info="decode")
        assert found is not None
        assert sorted(map(str, found)) == sorted(map(str, expected))
