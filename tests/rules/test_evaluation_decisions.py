# SPDX-License-Identifier: Apache-2.0
"""How policies make a permission's vote, and permissions what is granted on a resource."""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk.authorization import EvaluationContext, Verdict
from support.exports import (
    ALICE,
    always,
    never,
    on_resources,
    on_scopes,
    on_type,
    policy,
    resource,
    server,
    unknown,
)

GRANTED, DENIED, UNDECIDED = Verdict.GRANTED, Verdict.DENIED, Verdict.UNDECIDED

POLICIES = [always(), never(), unknown(), unknown("js2"), always("yes2"), never("no2")]


def scopes_of(described: Any, question: str = "doc", **context: Any) -> dict[str, str]:
    """Return what is decided of each scope of the first resource."""
    (answer,) = described.evaluate(ALICE, question, context=EvaluationContext(**context)).answers
    return {item.scope: item.verdict.value for item in answer.resources[0].scopes}


@pytest.mark.parametrize(
    ("strategy", "policies", "expected"),
    [
        ("UNANIMOUS", ["yes", "yes2"], GRANTED),
        ("UNANIMOUS", ["yes", "no"], DENIED),
        ("UNANIMOUS", ["yes", "js"], UNDECIDED),
        ("UNANIMOUS", ["no", "js"], DENIED),
        ("AFFIRMATIVE", ["no", "yes"], GRANTED),
        ("AFFIRMATIVE", ["yes", "js"], GRANTED),
        ("AFFIRMATIVE", ["no", "js"], UNDECIDED),
        ("AFFIRMATIVE", ["no", "no2"], DENIED),
        ("CONSENSUS", ["yes", "no"], DENIED),
        ("CONSENSUS", ["yes", "yes2", "no"], GRANTED),
        ("CONSENSUS", ["yes", "yes2", "js"], GRANTED),
        ("CONSENSUS", ["yes", "js"], UNDECIDED),
        ("CONSENSUS", ["yes", "no", "js", "js2"], UNDECIDED),
        ("CONSENSUS", ["no", "js"], DENIED),
    ],
)
def test_a_strategy_decides_what_several_policies_make(
    strategy: str, policies: list[str], expected: Verdict
) -> None:
    of_permission = server(
        [resource("doc")], [*POLICIES, on_resources("m", ["doc"], by=policies, strategy=strategy)]
    )
    assert of_permission.evaluate(ALICE, "doc").verdict is expected
    aggregate = policy("a", "aggregate", strategy=strategy, applyPolicies=policies)
    of_aggregate = server([resource("doc")], [*POLICIES, aggregate, on_resources("m", ["doc"], by=["a"])])
    assert of_aggregate.evaluate(ALICE, "doc").verdict is expected
    negative = policy("a", "aggregate", strategy=strategy, logic="NEGATIVE", applyPolicies=policies)
    of_opposite = server([resource("doc")], [*POLICIES, negative, on_resources("m", ["doc"], by=["a"])])
    opposite = {GRANTED: DENIED, DENIED: GRANTED, UNDECIDED: UNDECIDED}[expected]
    assert of_opposite.evaluate(ALICE, "doc").verdict is opposite


def test_an_aggregate_of_nothing_does_not_hold() -> None:
    for logic, expected in (("POSITIVE", DENIED), ("NEGATIVE", GRANTED)):
        described = server(
            [resource("doc")], [policy("a", "aggregate", logic=logic), on_resources("m", ["doc"], by=["a"])]
        )
        assert described.evaluate(ALICE, "doc").verdict is expected


def test_an_unknown_policy_and_its_opposite_cannot_both_fail() -> None:
    opposite = policy("not js", "aggregate", logic="NEGATIVE", applyPolicies=["js"])
    either = on_resources("m", ["doc"], by=["js", "not js"], strategy="AFFIRMATIVE")
    both = on_resources("m", ["doc"], by=["js", "not js"])
    assert server([resource("doc")], [unknown(), opposite, either]).evaluate(ALICE, "doc")
    assert server([resource("doc")], [unknown(), opposite, both]).evaluate(ALICE, "doc").verdict is DENIED


def test_more_unknown_policies_than_can_be_supposed_decide_nothing() -> None:
    many = [unknown(f"js{i}") for i in range(11)]
    names = [item["name"] for item in many]
    described = server([resource("doc")], [*many, on_resources("m", ["doc"], by=names)])
    (answer,) = described.evaluate(ALICE, "doc").answers
    assert answer.verdict is UNDECIDED
    assert answer.resources[0].reason == "more than 10 policies cannot be evaluated here"
    denied = server([resource("doc")], [*many, never(), on_resources("m", ["doc"], by=[*names, "no"])])
    assert denied.evaluate(ALICE, "doc").verdict is DENIED


def test_a_permission_votes_on_what_it_is_for() -> None:
    described = server(
        [resource("doc", "read", "write")],
        [*POLICIES, on_scopes("r", ["doc"], "read", by=["yes"]), on_scopes("w", ["doc"], "write", by=["no"])],
    )
    assert scopes_of(described) == {"read": "granted", "write": "denied"}
    assert described.evaluate(ALICE, "doc#read")
    assert described.evaluate(ALICE, "doc#write").verdict is DENIED


@pytest.mark.parametrize(("strategy", "expected"), [("UNANIMOUS", "denied"), ("AFFIRMATIVE", "granted")])
def test_a_denial_of_the_resource_outweighs_a_granted_scope_unless_affirmative(
    strategy: str, expected: str
) -> None:
    described = server(
        [resource("doc", "read", "write")],
        [*POLICIES, on_resources("m", ["doc"], by=["no"]), on_scopes("r", ["doc"], "read", by=["yes"])],
        strategy=strategy,
    )
    assert scopes_of(described) == {"read": expected, "write": "denied"}


@pytest.mark.parametrize("strategy", ["UNANIMOUS", "AFFIRMATIVE"])
def test_a_grant_of_the_resource_outweighs_a_denial_of_its_type(strategy: str) -> None:
    described = server(
        [resource("doc", "read", kind="urn:d")],
        [*POLICIES, on_type("t", "urn:d", by=["no"]), on_resources("m", ["doc"], by=["yes"])],
        strategy=strategy,
    )
    assert scopes_of(described) == {"read": "granted"}


@pytest.mark.parametrize(("strategy", "expected"), [("UNANIMOUS", "denied"), ("AFFIRMATIVE", "granted")])
def test_a_denial_of_the_resource_outweighs_a_grant_of_its_type_unless_affirmative(
    strategy: str, expected: str
) -> None:
    described = server(
        [resource("doc", "read", kind="urn:d")],
        [*POLICIES, on_type("t", "urn:d", by=["yes"]), on_resources("m", ["doc"], by=["no"])],
        strategy=strategy,
    )
    assert scopes_of(described) == {"read": expected}


@pytest.mark.parametrize(
    ("stored", "of_resource", "expected"),
    [
        ("urn:abc", "urn:abc", GRANTED),
        ("urn:abc", "urn:a_c", GRANTED),
        ("urn:abc", "urn:%", GRANTED),
        ("urn:abc", "%", GRANTED),
        ("urn:abc", "%:%b_", GRANTED),
        ("urn:abc", "u%n%c", GRANTED),
        ("urn:abc", "u%nrn%", DENIED),
        ("urn:abc", "urn:abc%c", DENIED),
        ("urn:abc", "%x%", DENIED),
        ("urn:abc", "%abd", DENIED),
        ("urn:abc", "x%", DENIED),
        ("a" * 200, "%a" * 100 + "%b", DENIED),
        ("urn:a_c", "urn:abc", DENIED),
        ("urn:%", "urn:abc", DENIED),
        ("urn:abc", "URN:ABC", DENIED),
        ("urn:abc", "urn:a.c", DENIED),
        ("urn:abc", None, DENIED),
    ],
)
def test_a_resources_type_is_a_pattern_of_sql(
    stored: str, of_resource: str | None, expected: Verdict
) -> None:
    described = server([resource("doc", kind=of_resource)], [*POLICIES, on_type("t", stored, by=["yes"])])
    assert described.evaluate(ALICE, "doc").verdict is expected


def test_a_scope_permission_may_be_for_a_type() -> None:
    typed = policy("t", "scope", scopes=["read"], defaultResourceType="urn:d", applyPolicies=["yes"])
    described = server(
        [resource("doc", "read", "write", kind="urn:d"), resource("other", "read")], [*POLICIES, typed]
    )
    assert scopes_of(described) == {"read": "granted", "write": "denied"}
    assert described.evaluate(ALICE, "other").verdict is DENIED


def test_a_scope_permission_without_resources_is_for_all_that_have_the_scope() -> None:
    described = server(
        [resource("doc", "read"), resource("other", "write")],
        [*POLICIES, on_scopes("s", [], "read", by=["yes"])],
    )
    assert scopes_of(described) == {"read": "granted"}
    assert described.evaluate(ALICE, "other").verdict is DENIED


@pytest.mark.parametrize("strategy", ["UNANIMOUS", "AFFIRMATIVE", "CONSENSUS"])
def test_a_permission_without_policies_says_nothing(strategy: str) -> None:
    silent = on_resources("m", ["doc"], by=[], strategy=strategy)
    alone = server([resource("doc", "read")], [*POLICIES, silent])
    assert alone.evaluate(ALICE, "doc").verdict is DENIED
    assert alone.evaluate(ALICE, "doc").answers[0].reason == "its permissions apply no policy"
    beside = server(
        [resource("doc", "read")], [*POLICIES, silent, on_scopes("r", ["doc"], "read", by=["yes"])]
    )
    assert scopes_of(beside) == {"read": "granted"}
    votes = beside.evaluate(ALICE, "doc").answers[0].resources[0].permissions
    assert [vote.verdict for vote in votes] == [None, GRANTED]


def test_a_permission_grants_a_resource_without_scopes_by_its_name() -> None:
    described = server([resource("doc")], [*POLICIES, on_resources("m", ["doc"], by=["yes"])])
    assert described.evaluate(ALICE, "doc").granted == {"doc": frozenset()}


def test_a_scope_permission_on_a_resource_that_lacks_the_scope_grants_the_bare_resource() -> None:
    described = server(
        [resource("doc"), resource("pic", "read")],
        [*POLICIES, on_scopes("m", ["doc", "pic"], "print", by=["yes"])],
        scopes=["print"],
    )
    assert described.evaluate(ALICE, "doc").granted == {"doc": frozenset()}
    assert described.evaluate(ALICE, "pic").verdict is DENIED


def test_permissive_grants_what_no_permission_touches() -> None:
    described = server(
        [resource("doc", "read", "write"), resource("free", "read"), resource("mine", "read", managed=True)],
        [*POLICIES, on_scopes("w", ["doc"], "write", by=["no"])],
        mode="PERMISSIVE",
    )
    assert scopes_of(described, "free") == {"read": "granted"}
    assert scopes_of(described, "doc") == {"read": "denied", "write": "denied"}
    assert scopes_of(described, "mine", nothing_shared=True) == {"read": "denied"}
    assert scopes_of(described, "mine") == {"read": "undecided"}


def test_a_permission_without_policies_ends_permissiveness_but_for_a_type() -> None:
    silent = server([resource("doc")], [on_resources("m", ["doc"], by=[])], mode="PERMISSIVE")
    assert silent.evaluate(ALICE, "doc").verdict is DENIED
    typed = server([resource("doc", kind="t")], [on_type("m", "t", by=[])], mode="PERMISSIVE")
    assert typed.evaluate(ALICE, "doc").verdict is GRANTED


def test_what_is_not_enforced_is_granted() -> None:
    described = server(
        [resource("doc", "read"), resource("mine", "read", managed=True)],
        [*POLICIES, on_resources("m", ["doc"], by=["no"])],
        mode="DISABLED",
        scopes=["loose"],
    )
    for question in ("doc", "doc#read", "mine#read", "#loose"):
        assert described.evaluate(ALICE, question)


def test_a_resource_of_a_user_inherits_grants_of_scopes_but_not_denials() -> None:
    described = server(
        [resource("t1", "read", "write", kind="urn:d"), resource("own", "read", kind="urn:d", owner="alice")],
        [
            *POLICIES,
            on_resources("m", ["t1"], by=["yes"]),
            on_scopes("w", ["t1"], "write", by=["no"]),
        ],
    )
    assert scopes_of(described, "t1") == {"read": "granted", "write": "denied"}
    assert scopes_of(described, "own") == {"read": "granted", "write": "granted"}


def test_a_scope_that_is_inherited_is_not_part_of_everything() -> None:
    described = server(
        [resource("t1", "read", "write", kind="urn:d"), resource("own", "read", kind="urn:d", owner="alice")],
        [*POLICIES, on_resources("m", ["t1"], by=["yes"])],
    )
    assert described.evaluate(ALICE).granted["own"] == {"read"}
    assert described.evaluate(ALICE, "own").granted["own"] == {"read", "write"}


def test_a_denied_resource_permission_of_the_type_is_taken_back_by_an_inherited_scope() -> None:
    described = server(
        [resource("t1", "read", "write", kind="urn:d"), resource("own", "read", kind="urn:d", owner="alice")],
        [*POLICIES, on_type("t", "urn:d", by=["no"]), on_scopes("w", ["t1"], "write", by=["yes"])],
    )
    assert scopes_of(described, "own") == {"read": "denied", "write": "granted"}


def test_what_depends_on_the_order_of_the_database_is_undecided() -> None:
    described = server(
        [resource("t1", "read", "write", kind="urn:d"), resource("own", "read", kind="urn:d", owner="alice")],
        [*POLICIES, on_scopes("w", [], "write", by=["yes"]), on_scopes("x", [], "write", by=["no"])],
    )
    assert scopes_of(described, "own")["write"] == "undecided"
    assert scopes_of(described, "t1")["write"] == "denied"
    (answer,) = described.evaluate(ALICE, "own#write").answers
    assert answer.reason == "depends on an order that the server does not fix"


def test_a_permission_that_names_one_of_two_resources_of_a_name_decides_neither() -> None:
    described = server(
        [resource("doc", "read"), resource("doc", "read", owner="alice")],
        [*POLICIES, on_resources("m", ["doc"], by=["yes"])],
    )
    (answer,) = described.evaluate(ALICE, "doc").answers
    assert answer.verdict is UNDECIDED
    assert answer.reason == "a permission names one of several resources of this name"


def test_a_policy_the_server_fails_at_leaves_all_of_the_request_undecided() -> None:
    described = server(
        [resource("doc", "read"), resource("pic", "read")],
        [
            *POLICIES,
            policy("broken", "time", noa="soon"),
            on_resources("m", ["doc"], by=["yes", "broken"], strategy="AFFIRMATIVE"),
            on_resources("n", ["pic"], by=["yes"]),
        ],
    )
    for question in ("doc", "#read", ""):
        assert described.evaluate(ALICE, question).verdict is UNDECIDED
    assert described.evaluate(ALICE, "pic")


def test_a_permission_that_another_applies_is_left_to_the_server() -> None:
    described = server(
        [resource("doc")],
        [always(), on_resources("n", ["doc"], by=["yes"]), on_resources("m", ["doc"], by=["n"])],
    )
    assert described.evaluate(ALICE, "doc").verdict is UNDECIDED
