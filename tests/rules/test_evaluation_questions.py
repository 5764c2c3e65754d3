# SPDX-License-Identifier: Apache-2.0
"""Which resources a permission asks about, whose they are, and what the answer says."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakOpenID, Resource, Scope
from keycloak_sdk.authorization import Authorization, EvaluationContext, Verdict
from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError, KeycloakPermissionFormatError
from support.clock import ClockInHand
from support.exports import (
    ALICE,
    always,
    export,
    never,
    on_resources,
    on_scopes,
    policy,
    resource,
    server,
    unknown,
)

if TYPE_CHECKING:
    from keycloak_sdk.authorization.resource_server import ResourceServer

GRANTED, DENIED, UNDECIDED, INVALID = Verdict
NOT_SHARED = EvaluationContext(nothing_shared=True)

POLICIES = [always(), never(), unknown()]
DESCRIBED = [
    resource("doc", "read", "write"),
    resource("pic", "read"),
    resource("bare"),
    resource("bobs", "read", owner="bob"),
    resource("alices", "read", owner="alice"),
]
PERMISSIONS = [
    on_scopes("r", ["doc", "pic"], "read", by=["yes"]),
    on_scopes("w", ["doc"], "write", by=["js"]),
    on_resources("b", ["bare"], by=["no"]),
    on_resources("u", ["bobs", "alices"], by=["yes"]),
]


@pytest.fixture
def shop() -> ResourceServer:
    return server(DESCRIBED, [*POLICIES, *PERMISSIONS], scopes=["loose"])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("doc", GRANTED),
        ("doc#read", GRANTED),
        ("doc#write", UNDECIDED),
        ("doc#read,write", UNDECIDED),
        ("doc#read,loose", DENIED),
        ("doc#read,ghost", DENIED),
        ("doc#ghost", INVALID),
        ("doc#loose", INVALID),
        ("bare", DENIED),
        ("bare#read", INVALID),
        ("ghost", INVALID),
        ("ghost#read", INVALID),
        ("bobs", INVALID),
        ("alices", GRANTED),
        ("#read", GRANTED),
        ("#write", UNDECIDED),
        ("#read,write", UNDECIDED),
        ("#loose", DENIED),
        ("#loose,read", DENIED),
        ("#ghost", INVALID),
        ("", GRANTED),
        ("resource-type:urn:x", UNDECIDED),
    ],
)
def test_a_question_is_answered_as_the_server_would_if_it_were_asked_alone(
    shop: ResourceServer, question: str, expected: Verdict
) -> None:
    result = shop.evaluate(ALICE, question)
    (answer,) = result.answers
    assert answer.permission == question
    assert answer.verdict is expected
    assert bool(result) is (expected is GRANTED)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("doc", "granted by r"),
        ("doc#write", "depends on js (JavaScript runs on the server only)"),
        ("bare", "denied by b"),
        ("ghost", "no such resource is known"),
        ("bobs", "the resource is another user's, who is not asked for by name"),
        ("doc#loose", "the resource has none of the scopes"),
        ("#ghost", "no such scope is known"),
        ("#loose", "no permission applies"),
        ("resource-type:urn:x", "questions by type are for the server"),
    ],
)
def test_an_answer_says_why(shop: ResourceServer, question: str, told: str) -> None:
    (answer,) = shop.evaluate(ALICE, question).answers
    assert answer.reason == told
    assert str(answer) == f"{question}: {answer.verdict.value}, {told}"


def test_several_permissions_are_answered_one_by_one(shop: ResourceServer) -> None:
    result = shop.evaluate(ALICE, [Resource("doc"), Resource("doc")(Scope("write")), "pic#read"])
    assert [(answer.permission, answer.verdict) for answer in result.answers] == [
        ("doc", GRANTED),
        ("doc#write", UNDECIDED),
        ("pic#read", GRANTED),
    ]
    assert not result
    assert result.verdict is UNDECIDED
    assert result.missing_permissions == {"doc#write"}
    assert result["pic#read"].verdict is GRANTED
    with pytest.raises(KeyError):
        result["pic"]
    assert str(result).splitlines()[2] == "pic#read: granted, granted by r"


def test_the_gravest_verdict_stands_for_all(shop: ResourceServer) -> None:
    assert shop.evaluate(ALICE, ["doc", "pic"]).verdict is GRANTED
    assert shop.evaluate(ALICE, ["doc", "doc#write"]).verdict is UNDECIDED
    assert shop.evaluate(ALICE, ["doc", "doc#write", "bare"]).verdict is DENIED
    assert shop.evaluate(ALICE, ["doc#write", "bare", "ghost"]).verdict is INVALID


def test_a_result_names_what_granted_and_denied_each_scope() -> None:
    described = server(
        [resource("doc", "read", "write")],
        [
            *POLICIES,
            policy("both", "aggregate", applyPolicies=["js", "yes"]),
            on_scopes("r", ["doc"], "read", by=["yes"]),
            on_scopes("w", ["doc"], "write", by=["both"]),
            on_scopes("x", ["doc"], "write", by=["no"]),
        ],
    )
    result = described.evaluate(ALICE, "doc")
    (answer,) = result.answers
    (decision,) = answer.resources
    assert (decision.resource, decision.owner, decision.verdict) == ("doc", None, GRANTED)
    read, write = decision.scopes
    assert (read.scope, read.verdict, read.granted_by, read.denied_by) == ("read", GRANTED, ("r",), ())
    assert (write.verdict, write.denied_by, write.undecided_by) == (DENIED, ("x",), ("w",))
    votes = {vote.name: vote for vote in decision.permissions}
    assert votes["w"].policies[0].policies[1].verdict is GRANTED
    assert decision.of("write") is DENIED
    assert decision.of("print") is DENIED
    assert [vote.name for vote in result.undecided_policies] == ["js"]
    assert result.granted == {"doc": {"read"}}


def test_everything_is_the_servers_resources_and_the_users_own(shop: ResourceServer) -> None:
    (answer,) = shop.evaluate(ALICE).answers
    assert {item.resource for item in answer.resources} == {"doc", "pic", "bare", "alices"}
    assert shop.evaluate(ALICE, None).granted == {"doc": {"read"}, "pic": {"read"}, "alices": {"read"}}
    assert str(answer) == "everything: granted, granted by r, u"
    assert server([], []).evaluate(ALICE).verdict is DENIED


def test_a_scope_covers_resources_of_others(shop: ResourceServer) -> None:
    assert set(shop.evaluate(ALICE, "#read").granted) == {"doc", "pic", "alices", "bobs"}


@pytest.mark.parametrize("username", [None, "service-account-web"])
def test_whether_a_user_owns_a_resource_may_be_untold(username: str | None) -> None:
    owner = username or "alice"
    described = server(
        [resource("own", "read", owner=owner), resource("doc", "read")],
        [always(), on_resources("m", ["own", "doc"], by=["yes"])],
    )
    claims = {} if username is None else {"preferred_username": username}
    for question in ("own", "own#read"):
        (answer,) = described.evaluate(claims, question).answers
        assert answer.verdict is UNDECIDED
        assert answer.reason == "the token has no name that tells whether the user owns it"
    assert described.evaluate(claims).granted == {"doc": {"read"}}


def test_a_resource_that_may_be_the_users_does_not_spoil_the_servers_of_its_name() -> None:
    described = server([resource("doc", owner="alice"), resource("doc")], [], mode="PERMISSIVE")
    assert described.evaluate({}, "doc")


def test_what_is_denied_either_way_is_denied() -> None:
    described = server([resource("own", owner="alice")], [never(), on_resources("m", ["own"], by=["no"])])
    assert described.evaluate({}, "own").verdict is DENIED


@pytest.mark.parametrize("owner", [None, "alice", "bob"])
def test_what_its_owner_may_share_is_undecided(owner: str | None) -> None:
    described = server(
        [resource("pic", "read", owner=owner, managed=True)],
        [always(), on_resources("m", ["pic"], by=["yes"])],
    )
    for question in ("pic", "pic#read", "#read"):
        (answer,) = described.evaluate(ALICE, question).answers
        assert answer.verdict is UNDECIDED
        assert "exports do not hold" in answer.reason
    assert described.evaluate(ALICE, "").verdict is UNDECIDED
    if owner != "bob":
        assert described.evaluate(ALICE, "pic#read", context=NOT_SHARED)
    else:
        assert described.evaluate(ALICE, "pic#read", context=NOT_SHARED).verdict is INVALID
        assert described.evaluate(ALICE, "", context=NOT_SHARED).verdict is DENIED


def test_a_name_that_somebody_may_share_leaves_the_servers_resource_undecided() -> None:
    described = server(
        [resource("doc", "read"), resource("doc", "read", owner="bob", managed=True)], [], mode="PERMISSIVE"
    )
    assert described.evaluate(ALICE, "doc").verdict is UNDECIDED
    assert described.evaluate(ALICE, "doc", context=NOT_SHARED)


def test_a_resource_is_found_by_its_id_whoever_owns_it() -> None:
    identifier = "5c1e0e3f-9d1b-4b52-8d0b-0d0f3ffb4a4e"
    described = server(
        [{**resource("bobs", "read", owner="bob"), "_id": identifier}],
        [always(), on_resources("m", [identifier], by=["yes"])],
    )
    assert described.evaluate(ALICE, f"{identifier}#read")
    assert described.evaluate(ALICE, "bobs").verdict is INVALID


@pytest.mark.parametrize("permission", ["doc#", "#", "doc##read", "doc\n", [""], {"doc": []}, 7])
def test_a_misspelt_permission_is_refused(shop: ResourceServer, permission: Any) -> None:
    with pytest.raises(KeycloakPermissionFormatError):
        shop.evaluate(ALICE, permission)


def test_a_verdict_is_true_only_when_granted() -> None:
    assert [bool(verdict) for verdict in Verdict] == [True, False, False, False]


def test_a_result_can_be_compared_hashed_copied_and_pickled(shop: ResourceServer) -> None:
    result = shop.evaluate(ALICE, ["doc", "#write"])
    assert result == shop.evaluate(ALICE, ["#write", "doc"])
    assert hash(result) == hash(copy.deepcopy(result))
    assert pickle.loads(pickle.dumps(result)) == result


def test_a_configuration_and_a_context_go_to_other_processes() -> None:
    authorization = Authorization()
    authorization.load_config(export(DESCRIBED, [*POLICIES, *PERMISSIONS]))
    context = EvaluationContext(attributes={"channel": ["web"]}, groups=["/staff"])
    result = authorization.evaluate(ALICE, "doc", context=context)
    there, told = pickle.loads(pickle.dumps((authorization, context)))
    assert told == context
    assert there.evaluate(ALICE, "doc", context=told) == result
    assert copy.deepcopy(authorization).evaluate(ALICE, "doc") == result


def test_the_configuration_of_a_client_decides_by_the_clients_clock() -> None:
    hand = ClockInHand()
    openid = KeycloakOpenID("http://127.0.0.1:1", "demo", "app", clock=hand.clock)
    morning = policy("morning", "time", hour="8")
    openid.authorization.load_config(
        export([resource("doc")], [morning, on_resources("m", ["doc"], by=["morning"])])
    )
    assert openid.authorization.evaluate(ALICE, "doc")
    hand.forward(3600)
    assert not openid.authorization.evaluate(ALICE, "doc")


def test_the_configuration_loaded_last_decides_and_is_read_once() -> None:
    authorization = Authorization()
    with pytest.raises(KeycloakAuthorizationConfigError, match="no configuration is loaded"):
        authorization.evaluate(ALICE, "doc")
    authorization.load_config(export([resource("doc")], [], mode="DISABLED"))
    assert authorization.resource_server() is authorization.resource_server()
    assert authorization.evaluate(ALICE, "doc")
    authorization.load_config(export([resource("pic")], [], mode="DISABLED"))
    assert authorization.evaluate(ALICE, "doc").verdict is INVALID


def test_policy_types_of_extensions_are_undecided() -> None:
    authorization = Authorization(extra_policy_types=["geo"])
    authorization.load_config(
        export([resource("doc")], [policy("near", "geo"), on_resources("m", ["doc"], by=["near"])])
    )
    assert authorization.evaluate(ALICE, "doc").verdict is UNDECIDED
