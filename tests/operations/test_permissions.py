# SPDX-License-Identifier: Apache-2.0
"""What a token allows: policies of the exported configuration, and the server's UMA decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import (
    AuthStatus,
    KeycloakAuthorizationConfigError,
    KeycloakInvalidTokenError,
    KeycloakOpenID,
    KeycloakPostError,
    Permission,
    Policy,
    Resource,
    Role,
    Scope,
)
from keycloak_sdk.exceptions import TokenMalformedError
from support.clock import ClockInHand
from support.tokens import claims, jwk, sign
from support.transport import form_of, refuses, serve

if TYPE_CHECKING:
    from pathlib import Path

    from support.both import Both
    from support.transport import Answer

pytestmark = pytest.mark.anyio

EXPORT = {
    "policies": [
        {
            "name": "buyers",
            "type": "role",
            "logic": "POSITIVE",
            "decisionStrategy": "UNANIMOUS",
            "config": {"roles": '[{"id":"shop/buyer","required":true}]'},
        },
        {
            "name": "may order",
            "type": "scope",
            "logic": "POSITIVE",
            "decisionStrategy": "UNANIMOUS",
            "config": {"scopes": '["order"]', "applyPolicies": '["buyers"]'},
        },
    ]
}


def client(*answers: Answer, **extra: Any) -> tuple[KeycloakOpenID, list[httpx.Request]]:
    transport, seen = serve(*answers)
    return KeycloakOpenID("http://kc", "acme", "shop", "s3cr3t", transport=transport, **extra), seen


def introspected(**members: Any) -> httpx.Response:
    return httpx.Response(200, json={"active": True, **members})


def buyer(*roles: str) -> dict[str, Any]:
    return {"shop": {"roles": list(roles)}, "account": {"roles": ["view-profile"]}}


def with_policies(openid: KeycloakOpenID) -> tuple[Policy, Permission]:
    """Give the client a policy for `shop/buyer` with one permission."""
    policy = Policy("buyers", "role", "POSITIVE", "UNANIMOUS")
    policy.add_role(Role("shop/buyer"))
    permission = Permission("may order", "scope", "POSITIVE", "UNANIMOUS")
    policy.add_permission(permission)
    openid.authorization.policies["buyers"] = policy
    return policy, permission


# --- the configuration


async def test_an_export_is_loaded_from_a_file(tmp_path: Path, both: Both) -> None:
    path = tmp_path / "authz.json"
    path.write_text(json.dumps(EXPORT), "utf-8")
    openid, _ = client()
    for given in (path, str(path)):
        assert await both(openid).load_authorization_config(given) is None
    assert list(openid.authorization.policies) == ["buyers"]
    assert [one.name for one in openid.authorization.policies["buyers"].permissions] == ["may order"]


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[" * 100_000, b'["buyers"]', b'{"policies": 3}'])
async def test_a_file_that_is_no_export_leaves_what_was_loaded(
    content: bytes, tmp_path: Path, both: Both
) -> None:
    path = tmp_path / "authz.json"
    path.write_bytes(content)
    openid, _ = client()
    with_policies(openid)
    with pytest.raises(KeycloakAuthorizationConfigError):
        await both(openid).load_authorization_config(path)
    assert list(openid.authorization.policies) == ["buyers"]


async def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path, both: Both) -> None:
    openid, _ = client()
    with pytest.raises(FileNotFoundError):
        await both(openid).load_authorization_config(tmp_path / "none.json")


# --- policies and permissions


@pytest.mark.parametrize("operation", ["get_policies", "get_permissions"])
async def test_without_a_configuration_nothing_is_sent(operation: str, both: Both) -> None:
    openid, seen = client()
    with pytest.raises(KeycloakAuthorizationConfigError, match="load_authorization_config"):
        await getattr(both(openid), operation)("t")
    assert seen == []


async def test_the_policies_and_permissions_of_the_tokens_client_roles_are_returned(both: Both) -> None:
    openid, seen = client(*[introspected(resource_access=buyer("buyer", "other"))] * 2)
    policy, permission = with_policies(openid)
    assert await both(openid).get_policies("t") == [policy]
    assert await both(openid).get_permissions("t") == [permission]
    assert form_of(seen[0])["token"] == ["t"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [({}, None), ({"resource_access": {}}, None), ({"resource_access": buyer("seller")}, [])],
)
async def test_a_token_without_roles_of_this_client_has_none_and_with_others_an_empty_list(
    members: dict[str, Any], expected: list[Any] | None, both: Both
) -> None:
    openid, _ = client(*[introspected(**members)] * 2)
    with_policies(openid)
    assert await both(openid).get_policies("t") == expected
    assert await both(openid).get_permissions("t") == expected


@pytest.mark.parametrize("operation", ["get_policies", "get_permissions"])
async def test_an_inactive_token_is_refused_with_what_may_be_missing(operation: str, both: Both) -> None:
    openid, _ = client(httpx.Response(200, json={"active": False}))
    with_policies(openid)
    with pytest.raises(KeycloakInvalidTokenError, match="'aud' lacks 'shop'"):
        await getattr(both(openid), operation)("t")


async def test_the_token_may_be_verified_here_instead(both: Both) -> None:
    openid, seen = client(httpx.Response(200, json={"keys": [jwk("RS256")]}), clock=ClockInHand().clock)
    policy, permission = with_policies(openid)
    token = sign(claims(iss="http://kc/realms/acme", resource_access=buyer("buyer")))
    assert await both(openid).get_policies(token, "decode") == [policy]
    assert await both(openid).get_permissions(token, method_token_info="decode", leeway=5) == [permission]
    assert await both(openid).get_policies(token, "decode", validate=False) == [policy]
    assert [request.url.path for request in seen] == ["/realms/acme/protocol/openid-connect/certs"]
    with pytest.raises(TokenMalformedError):
        await both(openid).get_policies("no token", "decode")


async def test_the_token_info_of_the_seed_asks_or_verifies(both: Both) -> None:
    openid, _ = client(introspected(sub="u1"), clock=ClockInHand().clock)
    assert (await both(openid)._token_info("t", "introspect"))["sub"] == "u1"
    token = sign(claims(sub="u2"))
    assert (await both(openid)._token_info(token, "decode", validate=False))["sub"] == "u2"


# --- the server's decision


def granted(*permissions: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=list(permissions))


DOCS = {"rsid": "1", "rsname": "docs", "scopes": ["read", "write"]}
FILES = {"rsid": "2", "rsname": "files"}


def shown(status: AuthStatus) -> tuple[bool, bool, set[str]]:
    assert bool(status) is status.is_authorized
    return status.is_logged_in, status.is_authorized, status.missing_permissions


@pytest.mark.parametrize(
    ("permissions", "answer", "missing"),
    [
        ("docs#read", granted(DOCS), set()),
        ("docs", granted(DOCS), set()),
        ("#write", granted(DOCS), set()),
        ("1#read", granted(DOCS), set()),
        (Resource("docs")(Scope("read")), granted(DOCS), set()),
        ({"docs": ["read", "delete"]}, granted(DOCS), {"docs#delete"}),
        (["files", "docs"], granted(FILES), {"docs"}),
        (
            ["docs#read", "docs#write"],
            refuses(403, "access_denied", "not_authorized"),
            {"docs#read", "docs#write"},
        ),
        ("docs", granted(), {"docs"}),
    ],
)
async def test_access_is_having_everything_that_was_asked_for(
    permissions: Any, answer: httpx.Response, missing: set[str], both: Both
) -> None:
    openid, seen = client(answer)
    status = await both(openid).has_uma_access("t", permissions)
    assert shown(status) == (True, not missing, missing)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("answer", "authorized"),
    [
        (granted(DOCS), True),
        (granted(), True),
        (refuses(403, "access_denied"), False),
    ],
)
async def test_asking_for_nothing_asks_whether_anything_is_granted(
    answer: httpx.Response, authorized: bool, both: Both
) -> None:
    openid, seen = client(answer)
    assert shown(await both(openid).has_uma_access("t", "")) == (True, authorized, set())
    assert "permission" not in form_of(seen[0])


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ([granted(DOCS | {"scopes": ["read"]}), granted(DOCS)], set()),
        ([refuses(403, "access_denied"), granted(DOCS | {"scopes": []})], {"docs#read"}),
        ([granted(DOCS | {"scopes": ["read"]}), refuses(403, "access_denied")], set()),
        ([refuses(403, "access_denied")] * 2, {"docs", "docs#read"}),
    ],
)
async def test_a_whole_resource_beside_its_own_scope_is_asked_for_on_its_own(
    answers: list[httpx.Response], missing: set[str], both: Both
) -> None:
    openid, seen = client(*answers)
    status = await both(openid).has_uma_access("t", ["docs", "docs#read"])
    assert shown(status) == (True, not missing, missing)
    assert [form_of(request)["permission"] for request in seen] == [["docs#read"], ["docs"]]


@pytest.mark.parametrize(
    "answer",
    [refuses(401), refuses(401, "invalid_token"), refuses(400, "invalid_grant", "Invalid bearer token")],
)
async def test_a_token_that_was_not_accepted_is_not_logged_in(answer: httpx.Response, both: Both) -> None:
    openid, seen = client(answer)
    status = await both(openid).has_uma_access("t", ["docs", "docs#read"])
    assert shown(status) == (False, False, {"docs", "docs#read"})
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "invalid_resource"), (400, "invalid_scope"), (400, "invalid_request"), (500, None)],
)
async def test_a_refusal_that_says_nothing_of_the_user_is_raised(
    status: int, error: str | None, both: Both
) -> None:
    openid, _ = client(refuses(status, error))
    with pytest.raises(KeycloakPostError) as caught:
        await both(openid).has_uma_access("t", "docs")
    assert (caught.value.response_code, caught.value.error) == (status, error)


async def test_an_answer_that_is_a_token_or_a_decision_grants_nothing(both: Both) -> None:
    openid, _ = client(httpx.Response(200, json={"result": True}))
    with pytest.raises(KeycloakPostError, match="array of permissions"):
        await both(openid).uma_permissions("t")
