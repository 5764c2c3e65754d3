# SPDX-License-Identifier: Apache-2.0
"""Decisions of a live resource server: `uma_permissions` and `has_uma_access`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from keycloak_sdk import (
    AuthStatus,
    KeycloakAuthenticationError,
    KeycloakError,
    KeycloakPermissionFormatError,
    KeycloakPostError,
    KeycloakRequestError,
    Resource,
    Scope,
    UMAPermission,
)
from support.realms import client, resource_permission, resource_server, role_policy, scope_permission, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

TOKEN_SECONDS = 2


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop"),
            client("brief", token_seconds=TOKEN_SECONDS),
            resource_server(
                "photos",
                resources={
                    "album": ["view", "edit", "delete"],
                    "photo": ["view"],
                    "report": [],
                    "vault": ["open"],
                },
                policies=[
                    role_policy("members", "member"),
                    role_policy("editors", "editor"),
                    role_policy("nobody", "owner"),
                    scope_permission("view-albums", "album", "view", by=["members"]),
                    scope_permission("edit-albums", "album", "edit", by=["editors"]),
                    scope_permission("delete-albums", "album", "delete", by=["nobody"]),
                    resource_permission("photos", "photo", by=["members"]),
                    resource_permission("reports", "report", by=["members"]),
                    resource_permission("vaults", "vault", by=["nobody"]),
                ],
            ),
        ],
        roles=["member", "editor", "owner"],
        users=[user("ann", roles=["member", "editor"]), user("bob", roles=["member"]), user("eve")],
    )


@pytest.fixture
def ann(realm: LiveRealm) -> str:
    return realm.openid("shop").token("ann", "ann").access_token


@pytest.fixture
def bob(realm: LiveRealm) -> str:
    return realm.openid("shop").token("bob", "bob").access_token


@pytest.fixture
def eve(realm: LiveRealm) -> str:
    return realm.openid("shop").token("eve", "eve").access_token


@pytest.fixture
def photos(realm: LiveRealm, both: Both) -> Side:
    return both(realm.openid("photos"))


def granted_scopes(granted: list[Any]) -> dict[str, set[str]]:
    return {item.rsname: set(item.scopes or ()) for item in granted}


async def test_without_a_question_everything_granted_is_told(photos: Side, ann: str) -> None:
    assert granted_scopes(await photos.uma_permissions(ann)) == {
        "album": {"view", "edit"},
        "photo": {"view"},
        "report": set(),
    }


@pytest.mark.parametrize(
    "question",
    [
        "album#edit",
        ["album#edit"],
        UMAPermission(resource="album", scope="edit"),
        Resource("album")(Scope("edit")),
        {"album": "edit"},
        {"album": ["edit"]},
    ],
)
async def test_a_question_may_be_written_in_many_ways(photos: Side, ann: str, question: Any) -> None:
    assert granted_scopes(await photos.uma_permissions(ann, question)) == {"album": {"edit"}}


async def test_of_several_permissions_the_granted_ones_are_told(photos: Side, bob: str) -> None:
    granted = await photos.uma_permissions(bob, ["album#view", "album#edit", "vault"])
    assert granted_scopes(granted) == {"album": {"view"}}


async def test_further_fields_are_sent_along(photos: Side, ann: str) -> None:
    (granted,) = await photos.uma_permissions(ann, "report", response_include_resource_name=False)
    assert "rsname" not in granted


async def test_a_client_without_a_secret_may_ask_since_the_users_token_is_the_credential(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    assert await both(realm.openid("photos", "")).uma_permissions(ann, "report")


@pytest.mark.parametrize(
    ("question", "error", "status"),
    [
        ("vault", "access_denied", 403),
        ("album#delete", "access_denied", 403),
        ("no-such-resource", "invalid_resource", 400),
        ("album#no-such-scope", "invalid_scope", 400),
        ("photo#edit", "invalid_resource", 400),
    ],
)
async def test_a_refusal_keeps_the_servers_code(
    photos: Side, ann: str, question: str, error: str, status: int
) -> None:
    with refused(KeycloakPostError, error, status, secrets=[ann]):
        await photos.uma_permissions(ann, question)


async def test_a_client_that_is_no_resource_server_has_no_permissions(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    for client_id in ("shop", "no-such-client"):
        with refused(KeycloakPostError, "invalid_request", 400):
            await both(realm.openid(client_id)).uma_permissions(ann)


async def test_a_bearer_that_is_not_accepted_is_an_error_of_uma_permissions(
    realm: LiveRealm, photos: Side
) -> None:
    kind: type[KeycloakError] = KeycloakPostError if realm.is_since(26, 5) else KeycloakAuthenticationError
    status = 400 if realm.is_since(26, 5) else 401
    with refused(kind, "invalid_grant", status):
        await photos.uma_permissions("garbage")


@pytest.mark.parametrize("question", ["album#", "a#b#c", [1], {"album": []}, ["album", ""]])
async def test_a_malformed_question_is_not_sent(photos: Side, ann: str, question: Any) -> None:
    for method in (photos.uma_permissions, photos.has_uma_access):
        with refused(KeycloakPermissionFormatError, None, None):
            await method(ann, question)


async def test_a_token_that_is_none_is_not_sent(photos: Side) -> None:
    with refused(KeycloakRequestError, None, None):
        await photos.has_uma_access("", "album")


def assert_granted(status: AuthStatus) -> None:
    assert status
    assert (status.is_logged_in, status.is_authorized, status.missing_permissions) == (True, True, set())


def assert_denied(status: AuthStatus, *missing: str) -> None:
    assert not status
    assert (status.is_logged_in, status.is_authorized) == (True, False)
    assert status.missing_permissions == set(missing)


@pytest.mark.parametrize(
    "question",
    [
        "album#view",
        "album#view,edit",
        {"album": ["view", "edit"], "report": None},
        "album",
        "report",
        "#view",
        ["#edit", "photo#view"],
        ["album", "album#edit"],
        ["photo", "#edit"],
    ],
)
async def test_access_is_given_when_everything_asked_for_is_granted(
    photos: Side, ann: str, question: Any
) -> None:
    assert_granted(await photos.has_uma_access(ann, question))


async def test_a_resource_may_be_named_by_its_id(photos: Side, ann: str) -> None:
    (album,) = await photos.uma_permissions(ann, "album")
    assert_granted(await photos.has_uma_access(ann, [album.rsid, f"{album.rsid}#edit"]))


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        (["album#view", "album#edit"], ["album#edit"]),
        ("album#view,edit", ["album#view,edit"]),
        (["report", "vault"], ["vault"]),
        (["album#view", "#edit"], ["#edit"]),
        ("vault", ["vault"]),
        ("#open", ["#open"]),
        (["album#delete", "vault#open"], ["album#delete", "vault#open"]),
    ],
)
async def test_what_is_not_granted_is_missing(
    photos: Side, bob: str, question: Any, missing: list[str]
) -> None:
    assert_denied(await photos.has_uma_access(bob, question), *missing)


async def test_access_is_each_users_own(photos: Side, ann: str, bob: str, eve: str) -> None:
    assert_granted(await photos.has_uma_access(ann, "album#edit"))
    assert_denied(await photos.has_uma_access(bob, "album#edit"), "album#edit")
    assert_denied(await photos.has_uma_access(eve, "album#edit"), "album#edit")


async def test_no_permission_at_all_is_the_question_whether_there_is_any(
    photos: Side, ann: str, eve: str
) -> None:
    assert_granted(await photos.has_uma_access(ann, ""))
    assert_denied(await photos.has_uma_access(eve, ""))


@pytest.mark.parametrize(
    ("question", "error"),
    [("no-such-resource", "invalid_resource"), ("album#no-such-scope", "invalid_scope")],
)
async def test_a_name_that_the_server_does_not_know_is_an_error_not_a_refusal(
    photos: Side, ann: str, question: str, error: str
) -> None:
    with refused(KeycloakPostError, error, 400):
        await photos.has_uma_access(ann, question)


async def test_a_token_that_is_garbage_foreign_or_logged_out_is_nobodys(
    realm: LiveRealm, both: Both, photos: Side
) -> None:
    shop = both(realm.openid("shop"))
    token = await shop.token("ann", "ann")
    await shop.logout(token.refresh_token)
    for text in ("garbage", token.access_token, token.refresh_token):
        status = await photos.has_uma_access(text, "report")
        assert (status.is_logged_in, status.is_authorized) == (False, False)
        assert status.missing_permissions == {"report"}


async def test_an_expired_token_is_nobodys(realm: LiveRealm, both: Both, photos: Side) -> None:
    token = await both(realm.openid("brief")).token("ann", "ann")
    assert_granted(await photos.has_uma_access(token.access_token, "report"))
    await anyio.sleep(token.expires_in + 1)
    assert not (await photos.has_uma_access(token.access_token, "report")).is_logged_in
