# SPDX-License-Identifier: Apache-2.0
"""RPTs, permissions and decisions through `openid.uma`: what is asked, and what is made of the answers."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_oidc_api.models import UmaPermission
from keycloak_sdk import (
    AuthStatus,
    Decision,
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakOpenID,
    KeycloakPermissionFormatError,
    KeycloakPostError,
    KeycloakRequestError,
)
from support.transport import bearers_of, form_of, issues, refuses, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.transport import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
DENIED = refuses(403, "access_denied", "not_authorized")
SUBMITTED = refuses(403, "access_denied", "request_submitted")
NO_RESOURCE = refuses(400, "invalid_resource", "Resource with id [ghost] does not exist.")
NO_SCOPE = refuses(400, "invalid_scope", "One of the given scopes [fly] is invalid")
NO_BEARER = refuses(400, "invalid_grant", "Invalid bearer token")
DOCS = {"rsid": "1", "rsname": "docs", "scopes": ["read"]}


def uma(both: Both, *answers: Answer) -> tuple[Side, list[httpx.Request]]:
    transport, seen = serve(*answers)
    openid = KeycloakOpenID("http://kc", "acme", "photos", "s3cr3t", transport=transport)
    both(openid)
    return both(openid.uma), seen


def granted(*permissions: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=list(permissions))


def server(**scopes_of: str) -> Callable[[httpx.Request], httpx.Response]:
    """Answer like a server that knows these resources, and grants these scopes of them."""

    def answer(request: httpx.Request) -> httpx.Response:
        found: list[dict[str, Any]] = []
        for text in form_of(request).get("permission", []):
            name, _, scopes = text.partition("#")
            if name not in scopes_of:
                return NO_RESOURCE
            held = set(scopes_of[name].split())
            shown = sorted(held & set(scopes.split(",")) if scopes else held)
            if shown:
                found.append({"rsid": f"id of {name}", "rsname": name, "scopes": shown})
        return granted(*found) if found else DENIED

    return answer


# --- what is sent


async def test_an_rpt_is_asked_for_with_the_users_token_and_this_client_as_audience(both: Both) -> None:
    room, seen = uma(both, issues("rpt"))
    assert (await room.rpt("of-alice", ["b#x", "a"])).access_token == "rpt"
    assert form_of(seen[0]) == {"grant_type": [UMA], "permission": ["a", "b#x"], "audience": ["photos"]}
    assert bearers_of(seen) == ["Bearer of-alice"]


async def test_the_permissions_are_asked_for_as_a_list(both: Both) -> None:
    room, seen = uma(both, granted(DOCS))
    (found,) = await room.permissions("of-alice")
    assert (found.rsname, found.scopes) == ("docs", ["read"])
    assert form_of(seen[0]) == {
        "grant_type": [UMA], "audience": ["photos"], "response_mode": ["permissions"],
    }  # fmt: skip


async def test_every_documented_parameter_is_sent(both: Both) -> None:
    options = {
        "ticket": "t-1", "rpt": "r-1", "submit_request": False, "audience": "other", "scope": "read",
        "claim_token": "e30", "claim_token_format": "urn:x", "permission_resource_format": "uri",
        "permission_resource_matching_uri": True, "response_include_resource_name": False,
        "response_permissions_limit": 3,
    }  # fmt: skip
    texts = {"submit_request": "false", "permission_resource_matching_uri": "true",
             "response_include_resource_name": "false", "response_permissions_limit": "3"}  # fmt: skip
    room, seen = uma(both, issues("rpt"), granted())
    await room.rpt("t", "/a#x", **options)
    await room.permissions("t", "/a#x", **options)
    expected = {name: [str(texts.get(name, value))] for name, value in options.items()}
    assert form_of(seen[0]) == {"grant_type": [UMA], "permission": ["/a#x"], **expected}
    assert form_of(seen[1]) == {**form_of(seen[0]), "response_mode": ["permissions"]}


async def test_a_ticket_says_itself_whose_it_is(both: Both) -> None:
    room, seen = uma(both, issues("rpt"))
    await room.rpt("of-alice", ticket="t-1", submit_request=True, scope=None)
    assert form_of(seen[0]) == {"grant_type": [UMA], "ticket": ["t-1"], "submit_request": ["true"]}


async def test_claims_are_pushed_as_the_server_reads_them(both: Both) -> None:
    room, seen = uma(both, DENIED)
    await room.decide("t", "a", claims={"organization": ["acme", "zoë"], "channel": "web"})
    form = form_of(seen[0])
    (token,) = form["claim_token"]
    assert json.loads(base64.urlsafe_b64decode(token + "==")) == {
        "organization": ["acme", "zoë"], "channel": ["web"],
    }  # fmt: skip
    assert form["claim_token_format"] == ["urn:ietf:params:oauth:token-type:jwt"]


async def test_without_a_token_the_client_asks_for_itself_or_for_a_subject(both: Both) -> None:
    room, seen = uma(both, granted(DOCS), granted(DOCS))
    assert await room.decide(None, "docs")
    assert await room.decide(None, "docs", subject_token="of-alice")
    for request in seen:
        assert form_of(request)["client_secret"] == ["s3cr3t"]
        assert "authorization" not in request.headers
    assert form_of(seen[1])["subject_token"] == ["of-alice"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"clams": {}}, TypeError, "'clams'"),
        ({"ticket": "t"}, TypeError, "'ticket'"),
        ({"response_mode": "decision"}, TypeError, "'response_mode'"),
        ({"response_include_resource_name": False}, TypeError, "'response_include_resource_name'"),
        ({"claims": ["a"]}, KeycloakRequestError, "give a dict"),
        ({"claims": {"a": 1}}, KeycloakRequestError, "else than lists of str"),
        ({"claims": {"a": [1]}}, KeycloakRequestError, "write numbers as text"),
        ({"claims": {1: ["a"]}}, KeycloakRequestError, "a name that is no str"),
        ({"claims": {}, "claim_token": "e30"}, KeycloakRequestError, "give one"),
        ({"subject_token": "s"}, KeycloakRequestError, "token=None"),
        ({"audience": 1.5j}, KeycloakRequestError, "audience"),
    ],
)
async def test_options_that_cannot_be_meant_are_not_sent(
    options: dict[str, Any], error: type[Exception], message: str, both: Both
) -> None:
    room, seen = uma(both)
    with pytest.raises(error, match=message):
        await room.decide("t", "a", **options)
    assert seen == []


@pytest.mark.parametrize("operation", ["rpt", "permissions", "decide"])
async def test_a_malformed_permission_or_token_is_not_sent(operation: str, both: Both) -> None:
    room, seen = uma(both)
    with pytest.raises(KeycloakPermissionFormatError):
        await getattr(room, operation)("t", "docs#")
    with pytest.raises(KeycloakRequestError, match="token is empty"):
        await getattr(room, operation)("", "docs")
    assert seen == []


# --- refusals


@pytest.mark.parametrize("operation", ["rpt", "permissions"])
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [(DENIED, "access_denied", "not_authorized"), (SUBMITTED, "access_denied", "request_submitted")],
)
async def test_a_refusal_is_an_error_with_the_servers_words(
    operation: str, answer: httpx.Response, error: str, said: str, both: Both
) -> None:
    room, _ = uma(both, answer)
    with pytest.raises(KeycloakPostError) as caught:
        await getattr(room, operation)("t", ticket="the-ticket")
    assert (caught.value.error, caught.value.error_description) == (error, said)


@pytest.mark.parametrize("answer", [granted(DOCS), httpx.Response(200, json={"result": True})])
async def test_what_is_no_token_is_no_rpt(answer: httpx.Response, both: Both) -> None:
    room, _ = uma(both, answer)
    with pytest.raises(KeycloakPostError, match="is not as described"):
        await room.rpt("t", "docs")


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={"result": True}), issues("rpt"), httpx.Response(200), granted({"rsid": 1})],
)
async def test_a_success_that_is_no_list_grants_nothing(answer: httpx.Response, both: Both) -> None:
    room, _ = uma(both, answer)
    with pytest.raises(KeycloakPostError, match=r"is not as described|is no JSON"):
        await room.decide("t", "docs")


# --- decisions


@pytest.mark.parametrize(
    ("permissions", "reasons"),
    [
        ("docs#read", {}),
        ("docs", {}),
        (["docs#read", "files"], {}),
        ("docs#read,write", {"docs#read,write": "denied"}),
        (["docs#read", "docs#write"], {"docs#write": "denied"}),
        (["docs#write", "files#x"], {"docs#write": "denied", "files#x": "denied"}),
        (["ghost", "docs#read"], {"ghost": "invalid_resource"}),
        (
            ["ghost", "docs#write", "files", "spectre#x", "docs#read"],
            {"ghost": "invalid_resource", "spectre#x": "invalid_resource", "docs#write": "denied"},
        ),
    ],
)
async def test_a_decision_says_of_each_permission_why_it_is_missing(
    permissions: Any, reasons: dict[str, str], both: Both
) -> None:
    room, _ = uma(both, *[server(docs="read", files="open")] * 12)
    decision = await room.decide("t", permissions)
    assert isinstance(decision, Decision)
    assert isinstance(decision, AuthStatus)
    assert decision.reasons == reasons
    assert decision.missing_permissions == set(reasons)
    assert bool(decision) is decision.is_authorized is not reasons
    assert decision.is_logged_in


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(DENIED, "denied"), (SUBMITTED, "request_submitted"), (NO_RESOURCE, "invalid_resource"),
     (NO_SCOPE, "invalid_scope"), (granted(), "denied"), (granted({"rsname": "other"}), "denied")],
)  # fmt: skip
async def test_a_refusal_is_a_reason(answer: httpx.Response, reason: str, both: Both) -> None:
    room, _ = uma(both, answer)
    decision = await room.decide("t", "docs")
    assert (decision.is_logged_in, decision.is_authorized) == (True, False)
    assert decision.reasons == {"docs": reason}
    assert repr(decision) == (
        f"Decision(is_authorized=False, is_logged_in=True, reasons={{'docs': '{reason}'}})"
    )


@pytest.mark.parametrize("answer", [NO_BEARER, refuses(401, "invalid_grant"), httpx.Response(401)])
async def test_a_token_that_is_not_accepted_is_nobodys(answer: httpx.Response, both: Both) -> None:
    room, seen = uma(both, answer)
    decision = await room.decide("t", ["docs", "docs#read"])
    assert (decision.is_logged_in, decision.is_authorized) == (False, False)
    assert set(decision.reasons.values()) == {"not_logged_in"}
    assert len(decision.missing_permissions) == 2
    assert len(seen) == 1


async def test_a_subject_token_that_is_not_accepted_is_nobodys_but_a_wrong_secret_is_an_error(
    both: Both,
) -> None:
    room, _ = uma(both, NO_BEARER, refuses(401, "unauthorized_client"))
    assert not (await room.decide(None, "docs", subject_token="s")).is_logged_in
    with pytest.raises(KeycloakAuthenticationError):
        await room.decide(None, "docs", subject_token="s")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(400, "invalid_request", "Client does not support permissions"), KeycloakPostError),
        (httpx.Response(403, text="<html>Forbidden by the firewall</html>"), KeycloakPostError),
        (refuses(403, "invalid_rpt"), KeycloakPostError),
        (refuses(503), KeycloakPostError),
        (httpx.ConnectError("refused"), KeycloakConnectionError),
    ],
)
async def test_what_says_nothing_about_the_user_is_an_error(
    answer: Answer, error: type[Exception], both: Both
) -> None:
    room, _ = uma(both, answer)
    with pytest.raises(error):
        await room.decide("t", "docs")


@pytest.mark.parametrize(
    ("answer", "authorized"), [(granted(DOCS), True), (granted(), False), (DENIED, False)]
)
async def test_asking_for_nothing_asks_whether_there_is_anything(
    answer: httpx.Response, authorized: bool, both: Both
) -> None:
    room, _ = uma(both, answer)
    decision = await room.decide("t", "")
    assert (bool(decision), decision.reasons) == (authorized, {})
    assert [type(one) for one in decision.granted] == [UmaPermission] * authorized


async def test_somebody_elses_resource_of_the_same_name_grants_nothing_here(both: Both) -> None:
    """`#read` covers what others own; one of them may be called `docs` as well."""
    for operation in ("decide", "has_uma_access"):
        transport, seen = serve(DENIED, granted(DOCS | {"rsid": "of mallory"}))
        openid = KeycloakOpenID("http://kc", "acme", "photos", "s3cr3t", transport=transport)
        side = both(openid if operation == "has_uma_access" else openid.uma)
        both(openid)
        status = await getattr(side, operation)("t", ["docs#read", "#read"])
        assert status.missing_permissions == {"docs#read"}
        assert not status
        assert len(seen) == 2


# --- URIs


@pytest.mark.parametrize(
    ("permission", "answer", "granted_"),
    [
        ("/docs/7#read", granted(DOCS), True),
        ("/docs/7#read,write", granted(DOCS), False),
        ("/docs/7#read,write", granted(DOCS, {"rsid": "2", "scopes": ["write"]}), False),
        ("/docs/7", granted({"rsid": "1"}), True),
        ("/docs/7", granted({"scopes": ["read"]}), False),
        ("/docs/7", granted(), False),
    ],
)
async def test_a_resource_may_be_named_by_its_uri(
    permission: str, answer: httpx.Response, granted_: bool, both: Both
) -> None:
    room, seen = uma(both, answer)
    decision = await room.decide(
        "t", permission, permission_resource_format="uri", permission_resource_matching_uri=True
    )
    assert bool(decision) is granted_
    assert form_of(seen[0])["permission_resource_format"] == ["uri"]


async def test_every_uri_is_a_question_of_its_own(both: Both) -> None:
    room, seen = uma(both, granted(DOCS), DENIED)
    decision = await room.decide("t", ["/a", "/b"], permission_resource_format="uri")
    assert decision.reasons == {"/b": "denied"}
    assert [form_of(request)["permission"] for request in seen] == [["/a"], ["/b"]]
