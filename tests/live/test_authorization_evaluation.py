# SPDX-License-Identifier: Apache-2.0
"""What is decided from an export is what the server decides.

Random configurations are given to the server; its export of them is evaluated here, and every verdict is
compared with the server's answer to the same token. `KEYCLOAK_SDK_CONFIGURATIONS` says how many, and
`KEYCLOAK_SDK_FIRST_CONFIGURATION` where to begin.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, frozen

from keycloak_sdk import KeycloakPostError
from keycloak_sdk.authorization import Authorization, EvaluationContext, Verdict
from keycloak_sdk.authorization.resource_server import ResourceServer
from keycloak_sdk.uma_permissions import missing_permissions
from support.authorization_configs import GROUPS_OF, ROLES_OF, SCOPES, configuration, world
from support.exports import export, on_resources, policy, resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keycloak_sdk import KeycloakOpenID
    from keycloak_sdk.authorization import Evaluation
    from support.realms import LiveRealm

pytestmark = pytest.mark.live

CONFIGURATIONS = int(os.environ.get("KEYCLOAK_SDK_CONFIGURATIONS", "20"))
FIRST = int(os.environ.get("KEYCLOAK_SDK_FIRST_CONFIGURATION", "0"))

QUESTIONS = 9
SHARING = 0.7

TOLD = EvaluationContext(attributes={}, zone=datetime.now().astimezone().tzinfo or UTC)
"""What all questions have in common; the server is started here, in the same time zone."""

_INVALID = {"invalid_resource", "invalid_scope"}


@frozen
class Subject:
    """Whose token it is, the token and its claims, and what the server knows of the user."""

    name: str
    token: str
    claims: Mapping[str, Any]
    context: EvaluationContext


@frozen
class Answer:
    """The server's answer to a question: what it grants, or the error it answers."""

    granted: Sequence[Any]
    error: str | None

    def verdict(self, permission: str) -> Verdict:
        """Return what it says of the permission."""
        if self.error in _INVALID:
            return Verdict.INVALID
        missing = missing_permissions({permission} - {""}, self.granted)
        return Verdict.DENIED if missing or not self.granted else Verdict.GRANTED

    def by_resource(self) -> dict[str, frozenset[str]]:
        """Return the granted scopes by the name of their resource."""
        found: dict[str, frozenset[str]] = {}
        for item in self.granted:
            if "rsname" in item:
                name = item["rsname"]
                found[name] = found.get(name, frozenset()) | frozenset(item.get("scopes") or ())
        return found


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(**world())


@pytest.fixture(scope="module")
def subjects(realm: LiveRealm) -> list[Subject]:
    logins = (("alice", "web", ""), ("bob", "web", ""), ("alice", "till", ""), ("bob", "till", "phone"))
    more = (("carol", "web", "phone"), ("alice", "light", ""))
    found = [subject(realm, *login) for login in (*logins, *more)]
    return [*found, subject(realm, None, "robot", "")]


def subject(realm: LiveRealm, username: str | None, client: str, scope: str) -> Subject:
    """Log in, and say what the server knows of the user."""
    openid = realm.openid(client)
    if username is None:
        return service_account(openid)
    token = openid.token(username, username, scope=f"openid {scope}".strip()).access_token
    known = evolve(TOLD, roles=ROLES_OF[username], groups=GROUPS_OF[username])
    return Subject(f"{username} by {client}", token, openid.decode_token(token), known)


def service_account(openid: KeycloakOpenID) -> Subject:
    """Log in as the client itself."""
    token = openid.token(grant_type="client_credentials").access_token
    return Subject(openid.client_id, token, openid.decode_token(token), TOLD)


def leave_out_what_later_releases_changed(settings: dict[str, Any]) -> None:
    """Share nothing where policies are permissive, and let no group have children.

    Earlier releases grant what is shared then, and take /staffing for a child of /staff.
    """
    if settings["policyEnforcementMode"] == "PERMISSIVE":
        for resource in settings["resources"]:
            resource["ownerManagedAccess"] = False
    for element in settings["policies"]:
        if element["type"] == "group":
            element["config"]["groups"] = element["config"]["groups"].replace("true", "false")


def provide(realm: LiveRealm, client_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Make a resource server; return what the server exports of it.

    Permissions that name resources of users cannot be imported, so they are made one by one.
    """
    importable = {item["name"] for item in settings["resources"] if "owner" not in item}
    late = [item for item in settings["policies"] if not named_by(item) <= importable]
    first = [item for item in settings["policies"] if item not in late]
    client = {
        "clientId": client_id,
        "secret": "secret",
        "serviceAccountsEnabled": True,
        "authorizationServicesEnabled": True,
        "authorizationSettings": {**settings, "policies": first},
    }
    realm.admin("POST", "/clients", json=client)
    home = f"/clients/{realm.id_of_client(client_id)}/authz/resource-server"
    if late:
        resources = {item["name"]: item["_id"] for item in realm.admin("GET", f"{home}/resource").json()}
        policies = {item["name"]: item["id"] for item in realm.admin("GET", f"{home}/policy", max=100).json()}
        scopes = {item["name"]: item["id"] for item in realm.admin("GET", f"{home}/scope").json()}
        for item in late:
            made = {
                "name": item["name"],
                "decisionStrategy": item["decisionStrategy"],
                "resources": [resources[name] for name in sorted(named_by(item))],
                "policies": [policies[name] for name in listed(item, "applyPolicies")],
                "scopes": [scopes[name] for name in listed(item, "scopes")],
            }
            realm.admin("POST", f"{home}/permission/{item['type']}", json=made)
    exported: dict[str, Any] = realm.admin("GET", f"{home}/settings").json()
    return exported


def named_by(permission: Mapping[str, Any]) -> set[str]:
    """Return the resources that a permission names."""
    return set(listed(permission, "resources"))


def listed(permission: Mapping[str, Any], member: str) -> list[str]:
    """Return a list of a permission's `config`."""
    found: list[str] = json.loads(permission["config"].get(member, "[]"))
    return found


def questions(seed: int, settings: Mapping[str, Any]) -> list[str]:
    """Return some of what can be asked: everything, a whole resource, scopes of it, scopes alone."""
    names = sorted({item["name"] for item in settings["resources"]})
    scoped = [f"{name}#{scopes}" for name in names for scopes in ("read", "write,print")]
    alone = [f"#{scope}" for scope in SCOPES]
    further = [*names, *scoped, *alone, "#read,loose", "ghost", "#ghost", f"{names[0]}#ghost"]
    return ["", *Random(seed).sample(further, QUESTIONS - 1)]  # noqa: S311 - not for secrets


def share(server: KeycloakOpenID, seed: int, resources: Sequence[Mapping[str, Any]]) -> bool:
    """Let users share scopes of what they may share with somebody; say whether anything is shared.

    The client does so in their name, which earlier releases than 26.7 do not allow.
    """
    random = Random(seed)  # noqa: S311 - not for secrets
    shared = False
    for item in resources:
        owner = item["owner"]["name"]
        if item["ownerManagedAccess"] and owner in ROLES_OF and random.random() < SHARING:
            for scope in item.get("scopes", ())[:2]:
                friend = random.choice(sorted({*ROLES_OF} - {owner}))
                server.uma.grant_permission(item["_id"], scope["name"], requester_name=friend)
                shared = True
    return shared


def ask(server: KeycloakOpenID, token: str, question: str, **pushed: Sequence[str]) -> Answer:
    """Ask the server, with claims pushed if there are any."""
    try:
        if pushed:
            return Answer(server.uma.permissions(token, question, claims=pushed), None)
        return Answer(server.uma_permissions(token, question), None)
    except KeycloakPostError as error:
        return Answer([], error.error)


def disagreements(evaluation: Evaluation, question: str, answer: Answer, *, is_named: bool) -> list[str]:
    """Return how the two differ: a verdict that is not the server's, or scopes that it grants differently.

    Args:
        evaluation: What is decided here.
        question: What was asked.
        answer: What the server answers.
        is_named: Whether the token names a user.
    """
    (ours,) = evaluation.answers
    theirs = answer.verdict(question)
    if ours.verdict is Verdict.UNDECIDED:
        return []
    if {ours.verdict, theirs} == {Verdict.DENIED, Verdict.INVALID} and not is_named:
        return []  # whose a resource is decides only how it is refused
    if ours.verdict is not theirs:
        return [f"{ours}; the server: {theirs.value} {answer.error or ''}"]
    undecided = any(
        item.verdict is Verdict.UNDECIDED or any(s.verdict is Verdict.UNDECIDED for s in item.scopes)
        for item in ours.resources
    )
    if not undecided and evaluation.granted != answer.by_resource():
        return [f"{ours}: {evaluation.granted}; the server: {answer.by_resource()}"]
    return []


def test_what_is_decided_of_random_configurations_is_what_the_server_decides(
    realm: LiveRealm, subjects: list[Subject]
) -> None:
    found: list[str] = []
    verdicts: Counter[Verdict] = Counter()
    for seed in range(FIRST, FIRST + CONFIGURATIONS):
        settings = configuration(seed, datetime.now().astimezone())
        if not realm.is_since(26, 7):
            leave_out_what_later_releases_changed(settings)
        exported = provide(realm, f"rs-{seed}", settings)
        authorization = Authorization()
        authorization.load_config(exported)
        server = realm.openid(f"rs-{seed}", "secret")
        home = f"/clients/{realm.id_of_client(server.client_id)}/authz/resource-server"
        resources = realm.admin("GET", f"{home}/resource", deep="true").json()
        nothing_shared = not (realm.is_since(26, 7) and share(server, seed, resources))
        for who in [*subjects, service_account(server)]:
            is_named = "preferred_username" in who.claims and who.name != server.client_id
            known = evolve(who.context, nothing_shared=nothing_shared)
            for question in questions(seed, exported):
                answer = ask(server, who.token, question)
                for context in (None, known):
                    ours = authorization.evaluate(who.claims, question, context=context)
                    verdicts[ours.verdict] += 1
                    found += [
                        f"configuration {seed}, {who.name}: {what}"
                        for what in disagreements(ours, question, answer, is_named=is_named)
                    ]
    assert found == []
    assert min(verdicts.values()) > 5 * CONFIGURATIONS
    assert verdicts[Verdict.UNDECIDED] < verdicts.total() / 3


def test_claims_pushed_with_the_request_are_attributes_of_the_context(
    realm: LiveRealm, subjects: list[Subject]
) -> None:
    def on(target: str) -> dict[str, Any]:
        return policy(target, "regex", targetClaim=target, pattern="w.*", targetContextAttributes="true")

    targets = ("channel", "kc.client.id", "net.zone", "email")
    elements = [
        element for name in targets for element in (on(name), on_resources(f"m {name}", [name], by=[name]))
    ]
    settings = export([resource(name) for name in targets], elements)
    described = ResourceServer(provide(realm, "rs-pushed", settings))
    server = realm.openid("rs-pushed", "secret")
    for pushed in ({"channel": ["web"]}, {"channel": ["tv", "web"]}, {"net.zone": ["wan"], "email": ["w"]}):
        context = EvaluationContext(attributes=pushed)
        for question in targets:
            ours = described.evaluate(subjects[0].claims, question, context=context).verdict
            assert ours is ask(server, subjects[0].token, question, **pushed).verdict(question), pushed


TIMES = {
    "until the second": {"noa": "2027-06-15 12:00:00"},
    "from the second": {"nbf": "2027-06-15 12:00:00"},
    "until midnight": {"noa": "2027-06-15"},
    "both": {"nbf": "2027-06-15", "noa": "2027-06-16"},
    "over night": {"hour": "22", "hourEnd": "3"},
    "not over night": {"hour": "22", "hourEnd": "3", "logic": "NEGATIVE"},
    "by day": {"hour": "8", "hourEnd": "19"},
    "at eight": {"hour": "8"},
    "an end alone": {"hourEnd": "3"},
    "summer": {"month": "6", "monthEnd": "8", "minute": "0", "minuteEnd": "29"},
    "the ides": {"dayMonth": "15", "year": "2027", "yearEnd": "2028"},
}
INSTANTS = (
    "2027-06-14 23:59:59", "2027-06-15 00:00:00", "2027-06-15 00:00:01", "2027-06-15 08:30:00",
    "2027-06-15 11:59:59", "2027-06-15 12:00:00", "2027-06-15 12:00:01", "2027-06-15 19:59:59",
    "2027-06-15 22:15:00", "2027-06-16 00:00:00", "2028-01-15 03:29:59", "2029-08-31 20:00:00",
)  # fmt: skip


def test_a_time_policy_holds_when_the_server_says_so(realm: LiveRealm) -> None:
    """The server's own evaluation is asked: nothing else lets its clock be set."""
    elements = []
    for name, config in TIMES.items():
        given = dict(config)
        elements.append(policy(name, "time", logic=given.pop("logic", "POSITIVE"), **given))
        elements.append(on_resources(f"for {name}", [name], by=[name]))
    settings = export([resource(name) for name in TIMES], elements)
    described = ResourceServer(provide(realm, "rs-times", settings))
    home = f"/clients/{realm.id_of_client('rs-times')}/authz/resource-server"
    user = realm.id_of_user("alice")
    for instant in INSTANTS:
        answer = realm.admin(
            "POST",
            f"{home}/policy/evaluate",
            {"userId": user, "resources": [], "context": {"attributes": {"kc.time.date_time": instant}}},
        ).json()
        theirs = {item["resource"]["name"]: item["status"] == "PERMIT" for item in answer["results"]}
        context = EvaluationContext(time=datetime.fromisoformat(f"{instant}+00:00"))
        ours = {name: bool(described.evaluate({}, name, context=context)) for name in TIMES}
        assert ours == {name: theirs[name] for name in TIMES}, instant
