# SPDX-License-Identifier: Apache-2.0
"""The permission grammar, the division into requests and the search in the answers."""

from __future__ import annotations

import pickle
import subprocess
import sys
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk.exceptions import KeycloakPermissionFormatError, PermissionDefinitionError
from keycloak_sdk.uma_permissions import (
    AuthStatus,
    Resource,
    Scope,
    UMAPermission,
    build_permission_param,
    missing_permissions,
    questions,
)

ALBUM_ID = "71097543-7e31-4aff-82cc-a3f76826a81f"
UNSENDABLE = st.characters(categories=["Cc", "Cs", "Zl", "Zp"])

names = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="#,"), min_size=1
)
scope_lists = st.lists(names, min_size=1, max_size=3).map(",".join)
permissions = st.one_of(
    names, names.map("#{}".format), st.tuples(names, scope_lists).map("#".join), scope_lists.map("#{}".format)
)


class Action(str, Enum):  # noqa: UP042 - the older spelling is what is tested
    VIEW = "view"


class Verb(StrEnum):
    VIEW = "view"


def test_the_grammar_costs_no_http_library_and_no_model_library() -> None:
    program = "import sys, keycloak_sdk.uma_permissions, keycloak_sdk.urls_patterns; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert {"attr", "attrs", "httpx", "asyncio", "jwcrypto"}.isdisjoint(loaded.stdout.split())


class TestUMAPermission:
    def test_is_written_as_resource_and_scope(self) -> None:
        assert str(UMAPermission(resource="doc", scope="read")) == "doc#read"
        assert str(Resource("doc")) == "doc"
        assert str(Scope("read")) == "#read"
        assert str(UMAPermission()) == ""
        assert repr(Resource("doc")) == "doc"

    def test_takes_over_another_permission(self) -> None:
        taken = UMAPermission(permission=Resource("doc"))
        assert (taken.resource, taken.scope, taken.resource_id) == ("doc", "", None)
        assert UMAPermission(Scope("write"), resource="doc", scope="read") == "doc#write"

    def test_is_composed_by_calling_it(self) -> None:
        assert Resource("doc")(Scope("read")) == "doc#read"
        assert Scope("read")(Resource("doc")) == "doc#read"
        assert Resource("doc")(scope="read") == "doc#read"
        assert Scope("read")(resource="doc") == "doc#read"
        assert Resource("doc")(Scope("read"), resource="d2", scope="write") == "d2#read"
        assert type(Resource("doc")()) is UMAPermission

    def test_is_left_alone_by_composing(self) -> None:
        resource = Resource("doc")
        resource(Scope("read"))
        assert resource == "doc"

    def test_equals_and_hashes_as_its_text(self) -> None:
        assert {Resource("doc"), "doc"} == {"doc"}
        assert Resource("doc") == UMAPermission(resource="doc")
        assert Resource("doc") != Scope("doc")

    def test_is_writable(self) -> None:
        permission = Resource("doc")
        permission.resource, permission.scope, permission.resource_id = "d2", "read", "17"
        assert permission == "d2#read"

    @pytest.mark.parametrize("nothing", [None, "", 0])
    def test_ignores_what_stands_for_nothing(self, nothing: Any) -> None:
        assert UMAPermission(nothing, resource=nothing, scope=nothing) == ""
        assert Resource("doc")(nothing, nothing, nothing) == "doc"

    @pytest.mark.parametrize("wrong", ["doc", 5, {"doc": "read"}])
    def test_refuses_to_be_composed_with_anything_else(self, wrong: Any) -> None:
        with pytest.raises(PermissionDefinitionError, match="neither a resource nor a scope"):
            UMAPermission(wrong)
        with pytest.raises(PermissionDefinitionError, match="neither a resource nor a scope"):
            Resource("doc")(wrong)

    def test_refuses_a_part_that_is_a_collection(self) -> None:
        wrong: Any
        for wrong in (b"doc", ["doc"], {"doc"}):
            with pytest.raises(PermissionDefinitionError, match="is text, not"):
                Resource(wrong)
            with pytest.raises(PermissionDefinitionError, match="is text, not"):
                Resource("doc")(scope=wrong)

    def test_writes_identifiers_and_enumerations_by_their_value(self) -> None:
        identifier: Any = UUID(ALBUM_ID)
        assert Resource(identifier)(scope=Action.VIEW) == f"{ALBUM_ID}#view"
        assert Resource(identifier)(scope=Verb.VIEW) == f"{ALBUM_ID}#view"

    def test_survives_pickling(self) -> None:
        assert pickle.loads(pickle.dumps(Resource("doc")(Scope("read")))) == "doc#read"


class TestAuthStatus:
    def test_is_true_exactly_when_authorized(self) -> None:
        assert AuthStatus(is_logged_in=True, is_authorized=True, missing_permissions=set())
        assert not AuthStatus(is_logged_in=True, is_authorized=False, missing_permissions={"doc"})

    def test_shows_itself_as_python_keycloak_does(self) -> None:
        status = AuthStatus(is_logged_in=True, is_authorized=False, missing_permissions={"doc"})
        assert (
            repr(status) == "AuthStatus(is_authorized=False, is_logged_in=True, missing_permissions={'doc'})"
        )


class TestBuildPermissionParam:
    @pytest.mark.parametrize("nothing", [None, "", [], (), set(), {}, UMAPermission()])
    def test_nothing_asks_for_nothing_by_name(self, nothing: Any) -> None:
        assert build_permission_param(nothing) == set()

    @pytest.mark.parametrize(
        ("given", "written"),
        [
            ("doc", {"doc"}),
            ("doc#read,write", {"doc#read,write"}),
            (Resource("doc")(Scope("read")), {"doc#read"}),
            (["doc#read", "doc#write"], {"doc#read", "doc#write"}),
            (("doc#read", "doc#read"), {"doc#read"}),
            ({"doc", Scope("read")}, {"doc", "#read"}),
            ((text for text in ["doc", "d2"]), {"doc", "d2"}),
            ({"doc": None}, {"doc"}),
            ({"doc": "read"}, {"doc#read"}),
            ({"": "read"}, {"#read"}),
            ({"doc": ["read", "write"], "d2": ("read",)}, {"doc#read", "doc#write", "d2#read"}),
            ({"doc": {"read": 1}.keys()}, {"doc#read"}),
            ({Resource("doc"): "read"}, {"doc#read"}),
            ({UUID(ALBUM_ID): "read", 5: None}, {f"{ALBUM_ID}#read", "5"}),
            ({"doc": [Action.VIEW, Verb.VIEW]}, {"doc#view"}),
            ([Action.VIEW], {"view"}),
        ],
    )
    def test_writes_every_form(self, given: Any, written: set[str]) -> None:
        param = build_permission_param(given)
        assert param == written
        assert {type(text) for text in param} == {str}

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            (5, "int is no permission"),
            (b"doc", "int is no permission"),
            ([5], "int is no permission"),
            ([None], "NoneType is no permission"),
            ([["doc"]], "list is no permission"),
            ({"doc": 5}, "a scope is text"),
            ({"doc": [["read", "write"]]}, "a scope is text"),
            ({"doc": ["read", None]}, "a scope is text"),
            ({"doc": Scope("read")}, "a scope is text"),
            ({"doc": []}, "no scopes; None means the whole resource"),
            ({None: "read"}, "a resource is text"),
            ({("doc",): "read"}, "a resource is text"),
        ],
    )
    def test_refuses_what_is_no_permission(self, given: Any, reason: str) -> None:
        with pytest.raises(KeycloakPermissionFormatError) as refused:
            build_permission_param(given)
        assert str(refused.value) == f"misbuilt permission {given}: {reason}"

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ([""], "an empty permission"),
            ({"": None}, "an empty permission"),
            ("#", "an empty scope"),
            ("doc#", "an empty scope"),
            ({"doc": ""}, "an empty scope"),
            ("doc#read,", "an empty scope"),
            ("doc#,read", "an empty scope"),
            (["doc", "#read,,write"], "an empty scope"),
            ("doc#read#write", "more than one '#'"),
            ("doc##read", "more than one '#'"),
            ({"a#b": "read"}, "more than one '#'"),
        ],
    )
    def test_refuses_what_the_server_reads_as_something_else(self, given: Any, reason: str) -> None:
        with pytest.raises(KeycloakPermissionFormatError, match=reason):
            build_permission_param(given)

    def test_says_why_however_long_the_permissions_are(self) -> None:
        with pytest.raises(KeycloakPermissionFormatError, match=r"…: an empty scope$"):
            build_permission_param(["doc#", *("d" * 50 for _ in range(50))])

    @given(permissions)
    def test_a_well_formed_permission_is_sent_as_it_is(self, text: str) -> None:
        assert build_permission_param(text) == build_permission_param([text]) == {text}

    @given(names, st.lists(names, min_size=1, max_size=4))
    def test_a_mapping_means_the_same_as_its_strings(self, resource: str, scopes: list[str]) -> None:
        assert build_permission_param({resource: scopes}) == build_permission_param(
            [f"{resource}#{scope}" for scope in scopes]
        )

    @given(names, names)
    def test_composition_means_the_same_as_the_string(self, resource: str, scope: str) -> None:
        assert build_permission_param(Resource(resource)(Scope(scope))) == {f"{resource}#{scope}"}

    @given(st.tuples(st.text(max_size=3), UNSENDABLE, st.text(max_size=3)).map("".join))
    def test_a_control_character_anywhere_is_refused(self, text: str) -> None:
        with pytest.raises(KeycloakPermissionFormatError, match="control characters"):
            build_permission_param([text])

    @given(
        st.text()
        | st.lists(st.text())
        | st.dictionaries(st.text(), st.none() | st.text() | st.lists(st.text()))
    )
    def test_whatever_is_accepted_can_be_found_in_an_answer_that_grants_it(self, given: Any) -> None:
        try:
            needed = build_permission_param(given)
        except KeycloakPermissionFormatError:
            return
        granted = [
            {"rsname": resource, "scopes": scopes.split(",")}
            for resource, _, scopes in (text.partition("#") for text in needed)
        ]
        assert missing_permissions(needed, granted) == set()
        assert missing_permissions(needed, []) == needed


class TestQuestions:
    @pytest.mark.parametrize(
        ("needed", "asked"),
        [
            (set(), [[]]),
            ({"doc"}, [["doc"]]),
            ({"d2", "doc"}, [["d2", "doc"]]),
            ({"doc#write", "doc#read", "d2"}, [["d2", "doc#read", "doc#write"]]),
            ({"doc", "doc#read"}, [["doc#read"], ["doc"]]),
            ({"doc", "doc#read", "d2"}, [["d2", "doc#read"], ["doc"]]),
            ({"#read", "#write"}, [["#read", "#write"]]),
            ({"doc", "#read"}, [["doc"], ["#read"]]),
            ({"doc#read", "#read"}, [["doc#read"], ["#read"]]),
            ({"doc", ALBUM_ID}, [[ALBUM_ID, "doc"]]),
            ({"doc#read", f"{ALBUM_ID}#read"}, [["doc#read"], [f"{ALBUM_ID}#read"]]),
            ({"doc", f"{ALBUM_ID}#read"}, [[f"{ALBUM_ID}#read"], ["doc"]]),
            ({"doc#read", ALBUM_ID}, [["doc#read"], [ALBUM_ID]]),
            (
                {"doc", "doc#read", ALBUM_ID, f"{ALBUM_ID}#read", "#read"},
                [["doc#read"], [f"{ALBUM_ID}#read"], [ALBUM_ID, "doc"], ["#read"]],
            ),
        ],
    )
    def test_what_would_hide_another_is_asked_apart(self, needed: set[str], asked: list[list[str]]) -> None:
        before = set(needed)
        assert questions(needed) == asked
        assert needed == before

    @given(st.sets(permissions, min_size=1))
    def test_every_permission_is_asked_exactly_once_and_sorted(self, needed: set[str]) -> None:
        asked = questions(needed)
        assert sorted(text for question in asked for text in question) == sorted(needed)
        assert all(question == sorted(question) and question for question in asked)
        assert len(asked) <= 4

    @given(st.sets(permissions, min_size=1))
    def test_no_request_holds_a_whole_resource_beside_its_scopes(self, needed: set[str]) -> None:
        for question in questions(needed):
            whole = {text for text in question if "#" not in text}
            assert whole.isdisjoint(text.partition("#")[0] for text in question if "#" in text)
            assert len({text.startswith("#") for text in question}) == 1


class TestMissingPermissions:
    ALBUM = {"rsid": ALBUM_ID, "rsname": "album", "scopes": ["view", "delete"]}  # noqa: RUF012 - never written
    REPORT = {"rsid": "r1", "rsname": "report"}  # noqa: RUF012 - never written

    @pytest.mark.parametrize(
        "held",
        [
            "album",
            ALBUM_ID,
            "album#view",
            f"{ALBUM_ID}#delete",
            "album#view,delete",
            "#view",
            "#delete,view",
            "report",
            "r1",
        ],
    )
    def test_what_the_answer_grants_is_not_missing(self, held: str) -> None:
        assert missing_permissions({held}, [self.ALBUM, self.REPORT]) == set()

    @pytest.mark.parametrize(
        "lacking",
        [
            "albums",
            "album#edit",
            "album#view,edit",
            "#edit",
            "report#view",
            "alb",
            "view",
            "album#view,",
            "#",
        ],
    )
    def test_what_the_answer_does_not_grant_is_missing(self, lacking: str) -> None:
        assert missing_permissions({lacking, "album"}, [self.ALBUM, self.REPORT]) == {lacking}

    def test_several_entries_of_one_resource_count_together(self) -> None:
        parts = [{"rsname": "album", "scopes": ["view"]}, {"rsname": "album", "scopes": ["edit"]}]
        assert missing_permissions({"album#view,edit"}, parts) == set()

    def test_an_entry_without_a_resource_grants_its_scopes(self) -> None:
        assert missing_permissions({"#loose", "loose"}, [{"scopes": ["loose"]}]) == {"loose"}

    def test_nothing_needed_is_nothing_missing(self) -> None:
        assert missing_permissions(set(), []) == set()

    def test_the_set_asked_for_is_left_as_it_is(self) -> None:
        needed = {"album", "ghost"}
        assert missing_permissions(needed, [self.ALBUM]) == {"ghost"}
        assert needed == {"album", "ghost"}

    @pytest.mark.parametrize(
        "odd",
        [
            {},
            {"rsname": None, "rsid": None, "scopes": None},
            {"rsname": ["doc"], "rsid": 5, "scopes": "read"},
            {"rsname": "", "scopes": [None, 5, ["read"], ""]},
            {"scopes": {"read": True}},
        ],
    )
    def test_what_is_not_of_the_documented_form_grants_nothing(self, odd: dict[str, Any]) -> None:
        needed = {"doc", "#read", "#", "", "doc#"}
        assert missing_permissions(needed, [odd]) == needed
