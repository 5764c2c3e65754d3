# SPDX-License-Identifier: Apache-2.0
"""What each policy type asks, and when that cannot be told here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from keycloak_sdk.authorization import EvaluationContext, Verdict
from keycloak_sdk.authorization.resource_server import ResourceServer
from keycloak_sdk.exceptions import KeycloakInvalidTokenError, KeycloakRequestError
from support.clock import ClockInHand
from support.exports import ALICE, export, on_resources, policy, resource

if TYPE_CHECKING:
    from keycloak_sdk.authorization.evaluation import Evaluation

GRANTED, DENIED, UNDECIDED = Verdict.GRANTED, Verdict.DENIED, Verdict.UNDECIDED


def evaluated(
    kind: str, claims: dict[str, Any], context: EvaluationContext | None = None, **config: Any
) -> Evaluation:
    """Evaluate one policy: it decides the one resource alone."""
    condition = policy("p", kind, **config)
    described = export([resource("doc")], [condition, on_resources("m", ["doc"], by=["p"])])
    return ResourceServer(described, clock=ClockInHand().clock).evaluate(claims, "doc", context=context)


def verdict(
    kind: str, claims: dict[str, Any], context: EvaluationContext | None = None, **config: Any
) -> Verdict:
    return evaluated(kind, claims, context, **config).verdict


def reason(kind: str, claims: dict[str, Any], context: EvaluationContext | None = None, **config: Any) -> str:
    (answer,) = evaluated(kind, claims, context, **config).answers
    assert answer.verdict is UNDECIDED
    return answer.reason


def named(*names: str, required: str = "") -> list[dict[str, Any]]:
    return [{"id": name, "required": name == required} for name in names]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (named("member"), GRANTED),
        (named("desk/editor"), GRANTED),
        (named("editor"), DENIED),
        (named("chief", "member"), GRANTED),
        (named("chief", "member", required="chief"), DENIED),
        (named("chief", "member", required="member"), GRANTED),
        ([], DENIED),
    ],
)
def test_a_role_policy_wants_any_role_and_every_required_one(
    roles: list[dict[str, Any]], expected: Verdict
) -> None:
    assert verdict("role", ALICE, roles=roles) is expected
    opposite = GRANTED if expected is DENIED else DENIED
    assert verdict("role", ALICE, roles=roles, logic="NEGATIVE") is opposite


def test_a_token_without_roles_has_none() -> None:
    assert verdict("role", {}, roles=named("member")) is DENIED
    assert (
        verdict("role", {"realm_access": {}, "resource_access": {"desk": {}}}, roles=named("desk/editor"))
        is DENIED
    )


def test_a_role_policy_that_fetches_roles_is_decided_by_those_of_the_context_alone() -> None:
    config = {"roles": named("member"), "fetchRoles": "true"}
    assert "give roles in the context" in reason("role", ALICE, **config)
    assert verdict("role", {}, EvaluationContext(roles={"member"}), **config) is GRANTED
    assert verdict("role", ALICE, EvaluationContext(roles=()), **config) is DENIED


@pytest.mark.parametrize(
    "claims",
    [
        {"realm_access": {"roles": ["desk/editor"]}},
        {"resource_access": {"desk/night": {"roles": ["editor"]}}},
        {"resource_access": {"desk": {"roles": ["night/editor"]}}},
    ],
)
def test_a_role_whose_name_could_be_another_role_is_not_taken_for_it(claims: dict[str, Any]) -> None:
    roles = named("desk/editor", "desk/night/editor")
    assert "names several roles" in reason("role", claims, roles=roles)


def test_a_user_policy_goes_by_the_username() -> None:
    assert verdict("user", ALICE, users=["bob", "alice"]) is GRANTED
    assert verdict("user", ALICE, users=["bob"]) is DENIED
    assert verdict("user", {**ALICE, "preferred_username": "Alice"}, users=["alice"]) is DENIED
    assert "preferred_username" in reason("user", {"sub": "alice"}, users=["alice"])
    assert "preferred_username" in reason("user", {}, users=["alice"], logic="NEGATIVE")


def test_a_service_account_may_not_be_the_user_that_its_name_says() -> None:
    robot = {"preferred_username": "service-account-robot"}
    assert "service accounts" in reason("user", robot, users=["service-account-robot"])
    assert verdict("user", robot, users=["alice"]) is DENIED


def test_a_client_policy_goes_by_the_client_that_the_token_was_issued_to() -> None:
    assert verdict("client", ALICE, clients=["till", "web"]) is GRANTED
    assert verdict("client", ALICE, clients=["till"]) is DENIED
    assert "azp" in reason("client", {"client_id": "web"}, clients=["web"])


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (named("profile"), GRANTED),
        (named("email", "profile"), GRANTED),
        (named("email", "profile", required="email"), DENIED),
        (named("open"), DENIED),
    ],
)
def test_a_client_scope_policy_goes_by_the_words_of_scope(
    scopes: list[dict[str, Any]], expected: Verdict
) -> None:
    assert verdict("client-scope", ALICE, clientScopes=scopes) is expected


@pytest.mark.parametrize("scope", [{}, {"scope": ""}])
def test_the_server_fails_at_client_scopes_of_a_token_without_scope(scope: dict[str, str]) -> None:
    result = evaluated("client-scope", scope, clientScopes=named("profile"), logic="NEGATIVE")
    assert result.answers[0].resources[0].fails
    assert "the server fails at the policy p" in result.answers[0].reason


@pytest.mark.parametrize(
    ("members", "path", "extend", "expected"),
    [
        (["/staff"], "/staff", False, GRANTED),
        (["/staff/night"], "/staff", False, DENIED),
        (["/staff/night"], "/staff", True, GRANTED),
        (["/staffing"], "/staff", True, DENIED),
        (["staff"], "/guests/staff", False, GRANTED),
        (["/staff"], "/guests/staff", False, DENIED),
        (["x", "/guests"], "/guests", False, GRANTED),
        ("/guests", "/guests", False, GRANTED),
    ],
)
def test_a_group_policy_goes_by_paths_and_by_bare_names(
    members: object, path: str, extend: bool, expected: Verdict
) -> None:
    groups = [{"path": path, "extendChildren": extend}]
    assert verdict("group", {"teams": members}, groups=groups, groupsClaim="teams") is expected
    if isinstance(members, list):
        context = EvaluationContext(groups=members)
        assert verdict("group", {}, context, groups=groups, groupsClaim="teams") is expected


@pytest.mark.parametrize("claim", [{}, {"groupsClaim": ""}, {"groupsClaim": "teams"}])
def test_a_group_policy_without_the_claim_wants_groups_in_the_context(claim: dict[str, str]) -> None:
    config = {"groups": [{"path": "/staff"}], **claim}
    assert "give groups in the context" in reason("group", {"teams": []}, **config)
    assert verdict("group", {}, EvaluationContext(groups=["/staff"]), **config) is GRANTED


def test_groups_that_the_server_finds_otherwise_are_left_to_it() -> None:
    escaped = [{"path": "/a~/b"}]
    assert "holds '/'" in reason("group", {"teams": ["b"]}, groups=escaped, groupsClaim="teams")
    roles = {"groups": [{"path": "/staff"}], "groupsClaim": "kc.realm.roles"}
    assert "no claim of the token" in reason("group", {"kc.realm.roles": ["/staff"]}, **roles)


@pytest.mark.parametrize(
    ("claims", "target", "pattern", "expected"),
    [
        ({"dept": "eng"}, "dept", "en.", GRANTED),
        ({"dept": "eng"}, "dept", "en", DENIED),
        ({"dept": ["gold", "silver"]}, "dept", "silver", DENIED),
        ({"dept": ["gold", "silver"]}, "dept", "gold", GRANTED),
        ({"dept": []}, "dept", ".*", DENIED),
        ({"dept": ""}, "dept", ".*", DENIED),
        ({"dept": 7}, "dept", r"\d", GRANTED),
        ({"dept": True}, "dept", "true", GRANTED),
        ({}, "dept", ".*", DENIED),
        ({}, "https://example.org/claim", ".*", DENIED),
        ({"org": {"unit": {"code": "n1"}}}, "org.unit.code", "n1", GRANTED),
        ({"org": {"unit": " n1 "}}, "org.unit", "n1", GRANTED),
        ({"org": {"unit": "n1"}}, "org.unit.code", "n1", GRANTED),
        ({"org": {"tags": ["a", 2]}}, "org.tags", r"\[a, 2\]", GRANTED),
        ({"org": {"tags": []}}, "org.tags", ".*", DENIED),
        ({"org": {"unit": None}}, "org.unit", ".*", DENIED),
        ({"org": {"unit": " "}}, "org.unit", ".*", DENIED),
        ({"org": {}}, "org.unit", ".*", DENIED),
    ],
)
def test_a_regex_policy_matches_the_whole_text_that_the_server_makes_of_a_claim(
    claims: dict[str, Any], target: str, pattern: str, expected: Verdict
) -> None:
    assert verdict("regex", claims, targetClaim=target, pattern=pattern) is expected


@pytest.mark.parametrize(
    ("claims", "target", "told"),
    [
        ({"dept": 1.5}, "dept", "holds a value of type float"),
        ({"dept": None}, "dept", "holds a value of type NoneType"),
        ({"dept": 10**5000}, "dept", "holds a value of type int"),
        ({"dept": [{"a": 1}]}, "dept", "holds a value of type dict"),
        ({"org": {"unit": {"a": 1}}}, "org.unit", "is an object"),
        ({"org": {"unit": [1.5]}}, "org.unit", "holds a value of type float"),
        ({"org": "text"}, "org.unit", "is no object"),
        ({"org": {"a": "x"}}, r"org\.a.b", "a path beyond names and dots"),
        ({"org": {"a": ["x"]}}, "org.a[0]", "a path beyond names and dots"),
        ({"org": {"a": "x"}}, "org.a.", "a path beyond names and dots"),
        ({"dept": "x" * 600}, "dept", "too long"),
        ({"dept": "a\nb"}, "dept", "several lines"),
    ],
)
def test_a_claim_whose_text_is_the_servers_secret_is_not_matched(
    claims: dict[str, Any], target: str, told: str
) -> None:
    assert told in reason("regex", claims, targetClaim=target, pattern="x|.*")


def test_what_introspection_adds_is_not_taken_for_claims() -> None:
    told = {"active": True, "token_type": "Bearer", "username": "alice", "client_id": "web", "dept": "eng"}
    for member in ("active", "username", "client_id", "token_type"):
        assert "introspection does not tell" in reason("regex", told, targetClaim=member, pattern=".*")
    assert verdict("regex", told, targetClaim="dept", pattern="eng") is GRANTED
    assert verdict("regex", {"client_id": "web"}, targetClaim="client_id", pattern="web") is GRANTED


def test_a_pattern_that_java_may_read_otherwise_is_left_to_the_server() -> None:
    config = {"targetClaim": "dept", "pattern": r"\p{Lower}+"}
    assert "may mean something else to Java" in reason("regex", {"dept": "eng"}, **config)
    assert verdict("regex", {}, **config) is DENIED


def test_a_regex_policy_on_a_member_of_a_claim_that_is_text_makes_the_server_fail() -> None:
    result = evaluated("regex", {"org": "text"}, targetClaim="org.unit", pattern=".*")
    assert result.answers[0].resources[0].fails


def test_a_regex_policy_may_look_at_claims_pushed_with_the_request() -> None:
    config = {"targetClaim": "channel", "pattern": "w.*", "targetContextAttributes": "true"}
    assert "give attributes in the context" in reason("regex", {"channel": "web"}, **config)
    for given, expected in (("web", GRANTED), (["till", "web"], DENIED), ([], DENIED)):
        context = EvaluationContext(attributes={"channel": given})
        assert verdict("regex", {}, context, **config) is expected
    assert verdict("regex", {"channel": "web"}, EvaluationContext(attributes={}), **config) is DENIED


def test_a_regex_policy_on_an_attribute_with_dots_never_matches() -> None:
    config = {"pattern": ".*", "targetContextAttributes": "true"}
    assert verdict("regex", {}, targetClaim="kc.client.id", **config) is DENIED
    context = EvaluationContext(attributes={"net.zone": "lan", "org": '{"unit": "n"}'})
    assert verdict("regex", {}, context, targetClaim="net.zone", **config) is DENIED
    assert "read as JSON" in reason("regex", {}, context, targetClaim="org.unit", **config)


NOW = datetime(2027, 6, 15, 22, 30, 10, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"nbf": "2027-06-15 22:30:10"}, GRANTED),
        ({"nbf": "2027-06-15 22:30:11"}, DENIED),
        ({"noa": "2027-06-15 22:30:10"}, GRANTED),
        ({"noa": "2027-06-15 22:30:09"}, DENIED),
        ({"nbf": " 2027-06-15 ", "noa": "2027-06-16"}, GRANTED),
        ({"noa": "2027-06-15"}, DENIED),
        ({"nbf": "", "noa": ""}, GRANTED),
        ({"hour": "22", "hourEnd": "23"}, GRANTED),
        ({"hour": "22", "hourEnd": "3"}, DENIED),
        ({"hour": "22"}, GRANTED),
        ({"hour": "21"}, DENIED),
        ({"hourEnd": "1"}, GRANTED),
        ({"dayMonth": "15", "month": "6", "year": "2027", "minute": "30"}, GRANTED),
        ({"dayMonth": "15", "month": "5", "monthEnd": "6", "minute": "31"}, DENIED),
        ({"year": 2027}, GRANTED),
    ],
)
def test_a_time_policy_has_inclusive_ends_and_ranges_that_do_not_wrap(
    config: dict[str, Any], expected: Verdict
) -> None:
    assert verdict("time", {}, EvaluationContext(time=NOW), **config) is expected


def test_a_time_policy_is_read_in_the_zone_of_the_server() -> None:
    berlin = EvaluationContext(time=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert verdict("time", {}, berlin, hour="0", dayMonth="16") is GRANTED
    assert verdict("time", {}, berlin, nbf="2027-06-16 00:30:11") is DENIED


def test_a_time_that_the_clock_skips_is_an_hour_later() -> None:
    spring = datetime(2027, 3, 28, 1, 10, tzinfo=UTC)
    berlin = EvaluationContext(time=spring, zone=ZoneInfo("Europe/Berlin"))
    assert verdict("time", {}, berlin, noa="2027-03-28 02:20:00") is GRANTED
    assert verdict("time", {}, berlin, noa="2027-03-28 02:00:00") is DENIED


def test_the_time_is_the_clocks_unless_it_is_given() -> None:
    assert verdict("time", {}, year="2027", month="1", hour="8") is GRANTED


@pytest.mark.parametrize(
    "config",
    [
        {"nbf": "15.06.2027"},
        {"noa": "2027-02-30 00:00:00"},
        {"noa": "2027-6-15 10:00:00"},
        {"hour": ""},
        {"hour": "noon"},
        {"hour": "1", "hourEnd": "x"},
    ],
)
def test_the_server_fails_at_dates_and_numbers_that_are_none(config: dict[str, str]) -> None:
    assert "the server fails at the policy p" in reason("time", {}, **config)


def test_policies_that_run_on_the_server_are_undecided() -> None:
    assert "JavaScript" in reason("js", ALICE)
    assert "script-evening.js" in reason("script-evening.js", ALICE)
    assert "uma" in reason("uma", ALICE)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"realm_access": ["member"]}, "realm_access is not an object"),
        ({"realm_access": {"roles": "member"}}, "realm_access.roles is not a list of text"),
        ({"realm_access": {"roles": [1]}}, "realm_access.roles is not a list of text"),
        ({"resource_access": "desk"}, "resource_access is not an object"),
        ({"resource_access": {"desk": {"roles": [1]}}}, "is not a list of text"),
        ({"preferred_username": 7}, "preferred_username is not text"),
        ({"azp": ["web"]}, "azp is not text"),
        ([], "claims are an object, not list"),
        ({"active": False}, "the token is not active"),
    ],
)
def test_claims_that_are_not_keycloaks_are_refused(claims: Any, told: str) -> None:
    with pytest.raises(KeycloakInvalidTokenError, match=told.replace("[", r"\[")):
        verdict("role", claims, roles=named("member"))


@pytest.mark.parametrize(
    "given",
    [
        {"time": datetime(2027, 1, 1)},
        {"time": "2027-01-01"},
        {"zone": "Europe/Berlin"},
        {"roles": "member"},
        {"groups": [1]},
        {"roles": 7},
        {"attributes": 7},
        {"attributes": {"channel": 7}},
        {"attributes": {"channel": [1]}},
    ],
)
def test_a_context_of_other_kinds_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(KeycloakRequestError):
        EvaluationContext(**given)
