# SPDX-License-Identifier: Apache-2.0
"""The protection API through `openid.uma`: what is sent, whose token goes with it, how pages are walked."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_oidc_api.models import UmaPolicy, UmaResource, UmaResourceRequest
from keycloak_sdk import (
    ConnectionManager,
    KeycloakAuthenticationError,
    KeycloakConfigurationError,
    KeycloakDeleteError,
    KeycloakGetError,
    KeycloakOpenID,
    KeycloakPermissionFormatError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
)
from keycloak_sdk.telemetry import OpenTelemetry
from support.clock import ClockInHand
from support.transport import always, bearers_of, form_of, issues, line_of, refuses, serve

if TYPE_CHECKING:
    from support.both import Both, Side
    from support.transport import Answer

pytestmark = pytest.mark.anyio

R = "/realms/acme/authz/protection"
ALBUM = {"_id": "1", "name": "album", "resource_scopes": [{"name": "view"}]}
GONE = httpx.Response(204)
DENIED = refuses(403, "invalid_scope", "Requires uma_protection scope.")
NO_TOKEN = refuses(403, "invalid_bearer_token", "Could not obtain bearer access_token from request.")


def client(*answers: Answer, secret: str | None = "s3cr3t", **extra: Any) -> tuple[KeycloakOpenID, list[Any]]:
    transport, seen = serve(*answers)
    return KeycloakOpenID("http://kc", "acme", "photos", secret, transport=transport, **extra), seen


def logged_in(both: Both, *answers: Answer, **extra: Any) -> tuple[Side, list[httpx.Request]]:
    openid, seen = client(issues("pat"), *answers, **extra)
    both(openid)
    return both(openid.uma), seen


def answers(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def pages(*items: Any) -> Answer:
    """Answer as a server that holds these items."""

    def answer(request: httpx.Request) -> httpx.Response:
        first, most = int(request.url.params["first"]), int(request.url.params["max"])
        return answers(list(items[first : first + most]))

    return answer


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)


# --- each call


@pytest.mark.parametrize(
    ("call", "answer", "line", "body", "result"),
    [
        (
            ("create_resource", UmaResourceRequest(name="album", resource_scopes=["view"])),
            answers(ALBUM, 201),
            f"POST {R}/resource_set",
            {"name": "album", "resource_scopes": ["view"]},
            ALBUM,
        ),
        (("get_resource", "1"), answers(ALBUM), f"GET {R}/resource_set/1", None, ALBUM),
        (
            ("update_resource", "a/b", {"name": "album", "type": "urn:t", "ownerManagedAccess": True}),
            GONE,
            f"PUT {R}/resource_set/a%2Fb",
            {"name": "album", "type": "urn:t", "ownerManagedAccess": True},
            None,
        ),
        (("delete_resource", "1"), GONE, f"DELETE {R}/resource_set/1", None, None),
        (("list_resource_ids",), answers(["1", "2"]), f"GET {R}/resource_set", None, ["1", "2"]),
        (("list_resources",), answers([ALBUM]), f"GET {R}/resource_set?deep=true", None, [ALBUM]),
        (
            ("create_permission_ticket", {"1": ["view", "print"], "2": None}),
            answers({"ticket": "t-1"}, 201),
            f"POST {R}/permission",
            [{"resource_id": "1", "resource_scopes": ["print", "view"]}, {"resource_id": "2"}],
            {"ticket": "t-1"},
        ),
        (
            ("create_permission_ticket", ["#view", "1"]),
            answers({"ticket": "t-1"}, 201),
            f"POST {R}/permission",
            [{"resource_scopes": ["view"]}, {"resource_id": "1"}],
            {"ticket": "t-1"},
        ),
        (("list_permission_tickets",), answers([]), f"GET {R}/permission/ticket", None, []),
        (("count_permission_tickets",), answers(7), f"GET {R}/permission/ticket/count", None, 7),
        (
            ("update_permission", "9", {"granted": False}),
            GONE,
            f"PUT {R}/permission/ticket",
            {"id": "9", "granted": False},
            None,
        ),
        (("revoke_permission", "9"), GONE, f"DELETE {R}/permission/ticket/9", None, None),
        (
            ("create_policy", "1", {"name": "p", "users": ["bob"]}),
            answers({"id": "p1", "name": "p"}),
            f"POST {R}/uma-policy/1",
            {"name": "p", "users": ["bob"]},
            {"id": "p1", "name": "p"},
        ),
        (("get_policy", "p1"), answers({"id": "p1"}), f"GET {R}/uma-policy/p1", None, {"id": "p1"}),
        (
            ("update_policy", "p1", UmaPolicy(name="p", groups=["/staff"])),
            httpx.Response(201),
            f"PUT {R}/uma-policy/p1",
            {"name": "p", "groups": ["/staff"]},
            None,
        ),
        (("delete_policy", "p1"), GONE, f"DELETE {R}/uma-policy/p1", None, None),
        (("list_policies",), answers([{"id": "p1"}]), f"GET {R}/uma-policy", None, [{"id": "p1"}]),
        (("list_policies",), GONE, f"GET {R}/uma-policy", None, []),
    ],
)
async def test_a_call_is_sent_with_the_accounts_token(
    call: tuple[Any, ...], answer: httpx.Response, line: str, body: object, result: object, both: Both
) -> None:
    name, *arguments = call
    named = arguments.pop() if name == "update_permission" else {}
    uma, seen = logged_in(both, answer)
    assert await getattr(uma, name)(*arguments, **named) == result
    assert form_of(seen[0])["grant_type"] == ["client_credentials"]
    assert line_of(seen[1]) == line
    assert seen[1].headers["authorization"] == "Bearer pat"
    assert (body_of(seen[1]) if body is not None else seen[1].content) == (body if body is not None else b"")


@pytest.mark.parametrize(
    ("requester", "sent"),
    [({"requester": "u1"}, {"requester": "u1"}), ({"requester_name": "bob"}, {"requesterName": "bob"})],
)
async def test_a_permission_is_given_to_a_user_by_id_or_name(
    requester: dict[str, str], sent: dict[str, str], both: Both
) -> None:
    uma, seen = logged_in(both, answers({"id": "9", "granted": True}))
    given = await uma.grant_permission("1", "view", **requester)
    assert given.id == "9"
    assert body_of(seen[1]) == {"resource": "1", "scopeName": "view", "granted": True, **sent}


async def test_the_claims_of_a_ticket_come_with_every_permission_of_it(both: Both) -> None:
    uma, seen = logged_in(both, answers({"ticket": "t"}, 201))
    await uma.create_permission_ticket(["a", "b#x"], claims={"action": ("print",)})
    assert body_of(seen[1]) == [
        {"resource_id": "a", "claims": {"action": ["print"]}},
        {"resource_id": "b", "resource_scopes": ["x"], "claims": {"action": ["print"]}},
    ]


@pytest.mark.parametrize(
    ("name", "filters", "query"),
    [
        (
            "list_resource_ids",
            {"name": "a", "exact_name": True, "uri": "/a", "matching_uri": True, "owner": "o", "type_": "t",
             "scope": "s", "first": 2, "max_": 3},
            {"name": "a", "exactName": "true", "uri": "/a", "matchingUri": "true", "owner": "o", "type": "t",
             "scope": "s", "first": "2", "max": "3"},
        ),
        (
            "list_permission_tickets",
            {"resource_id": "r", "scope_id": "s", "owner": "o", "requester": "q", "granted": False,
             "return_names": True, "first": 0, "max_": 9},
            {"resourceId": "r", "scopeId": "s", "owner": "o", "requester": "q", "granted": "false",
             "returnNames": "true", "first": "0", "max": "9"},
        ),
        (
            "list_policies",
            {"resource": "r", "name": "n", "scope": "s", "first": 1, "max_": 1},
            {"resource": "r", "name": "n", "scope": "s", "first": "1", "max": "1"},
        ),
    ],
)  # fmt: skip
async def test_filters_become_the_servers_parameters(
    name: str, filters: dict[str, Any], query: dict[str, str], both: Both
) -> None:
    uma, seen = logged_in(both, answers([]))
    assert await getattr(uma, name)(**filters) == []
    assert dict(seen[1].url.params) == query


async def test_a_filter_that_does_not_exist_is_no_argument(both: Both) -> None:
    uma, seen = logged_in(both)
    with pytest.raises(TypeError, match="nmae"):
        await uma.list_resources(nmae="album")
    assert seen == []


# --- pages


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 100])
@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("resources", lambda number: {"_id": number, "name": number}),
        ("permission_tickets", lambda number: {"id": number}),
        ("policies", lambda number: {"id": number}),
    ],
)
async def test_all_pages_are_walked_whatever_their_size(name: str, item: Any, size: int, both: Both) -> None:
    held = [item(str(number)) for number in range(6)]
    uma, seen = logged_in(both, *[pages(*held)] * (6 // size + 1))
    assert await uma.listed(name, page_size=size) == held
    assert len(seen) == 1 + 6 // size + 1


async def test_a_page_is_fetched_when_it_is_needed(both: Both) -> None:
    openid, seen = client(issues("pat"), answers([ALBUM, ALBUM | {"_id": "2"}]))
    both(openid)
    if both.is_async:
        async for resource in openid.uma.a_resources(page_size=2, name="al"):
            assert isinstance(resource, UmaResource)
            break
    else:
        for resource in openid.uma.resources(page_size=2, name="al"):
            assert isinstance(resource, UmaResource)
            break
    gc.collect()
    assert [line_of(request) for request in seen[1:]] == [
        f"GET {R}/resource_set?name=al&deep=true&first=0&max=2"
    ]


async def test_a_server_that_gives_the_same_page_again_is_left(both: Both) -> None:
    openid = KeycloakOpenID("http://kc", "acme", "photos", "s", transport=always(answers([{"id": "p"}]))[0])
    both(openid)
    with pytest.raises(KeycloakGetError, match="the same 1 items again"):
        await both(openid.uma).listed("policies", page_size=1, token="t")


@pytest.mark.parametrize("size", [0, -1, True, "2"])
async def test_a_page_size_that_is_none_is_refused(size: Any, both: Both) -> None:
    uma, seen = logged_in(both)
    with pytest.raises(KeycloakRequestError, match="page_size"):
        await uma.listed("resources", page_size=size)
    assert seen == []


async def test_an_error_on_the_way_ends_the_walk(both: Both) -> None:
    uma, _ = logged_in(both, pages(ALBUM), DENIED)
    with pytest.raises(KeycloakGetError, match="invalid_scope"):
        await uma.listed("resources", page_size=1)


# --- whose token


async def test_the_account_logs_in_once_and_its_token_is_renewed_when_it_is_stale(both: Both) -> None:
    hand = ClockInHand()
    uma, seen = logged_in(both, GONE, GONE, issues("second"), GONE, clock=hand.clock)
    for seconds in (0, 1, 60):
        hand.forward(seconds)
        await uma.delete_resource("1")
    assert bearers_of([seen[1], seen[2], seen[4]]) == ["Bearer pat", "Bearer pat", "Bearer second"]


@pytest.mark.parametrize("refusal", [NO_TOKEN, httpx.Response(401)])
async def test_a_token_that_is_refused_is_replaced_once(refusal: httpx.Response, both: Both) -> None:
    uma, seen = logged_in(both, refusal, issues("second"), GONE)
    await uma.delete_resource("1")
    assert seen[3].headers["authorization"] == "Bearer second"
    uma, _ = logged_in(both, NO_TOKEN, issues("second"), NO_TOKEN)
    with pytest.raises(KeycloakDeleteError, match="invalid_bearer_token"):
        await uma.delete_resource("1")


async def test_the_same_token_again_is_not_sent_again(both: Both) -> None:
    uma, seen = logged_in(both, NO_TOKEN, issues("pat"))
    with pytest.raises(KeycloakDeleteError, match="invalid_bearer_token"):
        await uma.delete_resource("1")
    assert len(seen) == 3


async def test_a_missing_role_is_no_reason_to_log_in_again(both: Both) -> None:
    uma, seen = logged_in(both, DENIED)
    with pytest.raises(KeycloakGetError, match="Requires uma_protection scope") as caught:
        await uma.get_resource("1")
    assert (caught.value.error, caught.value.response_code) == ("invalid_scope", 403)
    assert len(seen) == 2


async def test_a_token_that_is_given_is_sent_as_it_is_and_not_renewed(both: Both) -> None:
    openid, seen = client(answers([]), NO_TOKEN, secret=None)
    both(openid)
    uma = both(openid.uma)
    assert await uma.list_policies(token="of-alice") == []
    with pytest.raises(KeycloakGetError, match="invalid_bearer_token"):
        await uma.list_policies(token="of-alice")
    assert bearers_of(seen) == ["Bearer of-alice"] * 2


async def test_a_client_without_a_secret_has_no_account(both: Both) -> None:
    openid, seen = client(secret=None)
    both(openid)
    with pytest.raises(KeycloakConfigurationError, match="client_secret_key"):
        await both(openid.uma).list_resources()
    assert seen == []


async def test_a_wrong_secret_is_told_as_such(both: Both) -> None:
    openid, _ = client(refuses(401, "unauthorized_client", "Invalid client or Invalid client credentials"))
    both(openid)
    with pytest.raises(KeycloakAuthenticationError, match="unauthorized_client"):
        await both(openid.uma).list_resources()


async def test_another_client_or_connection_has_another_account(both: Both) -> None:
    openid, seen = client(issues("first"), GONE, issues("second"), GONE)
    both(openid)
    room = openid.uma
    await both(room).delete_resource("1")
    openid.client_id = "other"
    await both(room).delete_resource("1")
    assert form_of(seen[2])["client_id"] == ["other"]
    assert seen[3].headers["authorization"] == "Bearer second"
    transport, elsewhere = serve(issues("third"), GONE)
    openid.connection = ConnectionManager("http://other", {"X-Shop": "1"}, transport=transport)
    both(openid)
    await both(openid.uma).delete_resource("1")
    assert [(one.url.host, one.headers["x-shop"]) for one in elsewhere] == [("other", "1")] * 2


async def test_what_watches_the_clients_exchanges_watches_the_rooms_as_well(both: Both) -> None:
    watching = OpenTelemetry()
    openid, _ = client(issues("pat"), GONE, telemetry=watching)
    both(openid)
    await both(openid.uma).delete_resource("1")
    account = openid.uma._account
    assert account.telemetry is watching
    openid.connection.telemetry = None
    assert openid.uma._account is not account


async def test_a_secret_stands_in_no_text(both: Both) -> None:
    openid, _ = client()
    assert openid.uma is openid.uma
    assert "s3cr3t" not in repr(openid.uma)
    assert "photos" in repr(openid.uma)


# --- what is not sent


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("create_resource", {"type": "t"}), "name"),
        (("create_resource", {"name": 5.5, "uris": "x"}), "uris"),
        (("create_resource", "album"), "give a UmaResourceRequest, or a dict"),
        (("update_resource", "1", None), "give a UmaResourceRequest, or a dict"),
        (("update_resource", "..", {"name": "a"}), "resource_id"),
        (("get_resource", ""), "resource_id"),
        (("delete_resource", None), "resource_id"),
        (("create_permission_ticket", ""), "for something"),
        (("grant_permission", "1", "view"), "one of them"),
        (("grant_permission", "", "view", "u"), "resource_id"),
        (("grant_permission", "1", "", "u"), "scope"),
        (("update_permission", "", None), "ticket_id"),
        (("revoke_permission", "a\nb"), "ticket_id"),
        (("create_policy", "1", {"name": "p"}), "for nobody"),
        (("create_policy", "1", {"name": "p", "users": []}), "for nobody"),
        (("update_policy", "p1", {"name": "p", "scopes": ["view"]}), "for nobody"),
        (("update_policy", "", {"name": "p", "users": ["bob"]}), "policy_id"),
        (("get_policy", "."), "policy_id"),
        (("delete_policy", 3), "policy_id"),
    ],
)
async def test_what_cannot_be_meant_is_not_sent(call: tuple[Any, ...], message: str, both: Both) -> None:
    name, *arguments = call
    named: dict[str, Any] = {}
    if name == "grant_permission" and len(arguments) == 3:
        named = {"requester": arguments.pop()}
    if name == "update_permission":
        named = {"granted": arguments.pop() is None}
    uma, seen = logged_in(both)
    with pytest.raises(KeycloakRequestError, match=message):
        await getattr(uma, name)(*arguments, **named)
    assert seen == []


async def test_a_malformed_permission_makes_no_ticket(both: Both) -> None:
    uma, seen = logged_in(both)
    with pytest.raises(KeycloakPermissionFormatError):
        await uma.create_permission_ticket("album#")
    assert seen == []


@pytest.mark.parametrize(
    ("call", "answer", "error"),
    [
        (("list_resource_ids",), answers([ALBUM]), KeycloakGetError),
        (("list_resources",), answers(["1"]), KeycloakGetError),
        (("list_resources",), answers({}), KeycloakGetError),
        (("count_permission_tickets",), answers("many"), KeycloakGetError),
        (("create_permission_ticket", "a"), answers({}, 201), KeycloakPostError),
        (("update_resource", "1", {"name": "a"}), answers({}), KeycloakPutError),
        (("delete_resource", "1"), answers({}), KeycloakDeleteError),
    ],
)
async def test_an_answer_that_is_not_as_described_is_an_error(
    call: tuple[Any, ...], answer: httpx.Response, error: type[Exception], both: Both
) -> None:
    name, *arguments = call
    uma, _ = logged_in(both, answer)
    with pytest.raises(error, match=r"is not as described|has an undocumented status"):
        await getattr(uma, name)(*arguments)
