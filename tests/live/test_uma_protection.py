# SPDX-License-Identifier: Apache-2.0
"""The protection API of a live server through `openid.uma`: every call, and how each is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_oidc_api.models import UmaResourceRequest
from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakDeleteError,
    KeycloakError,
    KeycloakGetError,
    KeycloakPostError,
    KeycloakPutError,
)
from support.realms import client, resource_server, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

NONE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    made = make_realm(
        clients=[client("shop"), resource_server("photos", resources={}, policies=[])],
        users=[user("ann"), user("bob")],
        roles=["member"],
    )
    path = f"/clients/{made.id_of_client('photos')}/authz/resource-server/resource"
    owned = {
        "name": "anns",
        "owner": {"id": made.id_of_user("ann")},
        "ownerManagedAccess": True,
        "scopes": [{"name": "view"}, {"name": "print"}],
    }
    made.admin("POST", path, owned)
    return made


@pytest.fixture
def uma(realm: LiveRealm, both: Both) -> Side:
    openid = realm.openid("photos")
    both(openid)
    return both(openid.uma)


@pytest.fixture
def not_found(realm: LiveRealm) -> str | None:
    """What the server says of something that is not there."""
    return "HTTP 404 Not Found" if realm.is_since(26, 5) else None


@pytest.fixture
def granting(realm: LiveRealm, ann: str) -> str | None:
    """The token that gives permissions for what ann owns: older servers want hers."""
    return None if realm.is_since(26, 5) else ann


@pytest.fixture
async def album(uma: Side) -> AsyncGenerator[str]:
    """A resource of the client; yields its id."""
    made = await uma.create_resource(
        UmaResourceRequest(
            name="album",
            type_="urn:photos:album",
            uris=["/albums/*"],
            resource_scopes=["view", "print"],
            owner_managed_access=True,
        )
    )
    assert made.id is not None
    yield made.id
    with suppress(KeycloakError):
        await uma.delete_resource(made.id)


@pytest.fixture
async def anns(uma: Side) -> str:
    """The id of a resource that ann owns."""
    (found,) = await uma.list_resource_ids(owner="ann")
    return str(found)


@pytest.fixture
async def ann(realm: LiveRealm) -> str:
    return realm.openid("photos").token("ann", "ann").access_token


# --- resources


async def test_a_resource_is_registered_read_replaced_and_deleted(uma: Side, not_found: str | None) -> None:
    made = await uma.create_resource(
        {"name": "slide", "displayName": "Slide", "attributes": {"size": ["35"]}, "resource_scopes": ["view"]}
    )
    read = await uma.get_resource(made.id)
    assert (read.name, read.display_name, read.attributes["size"]) == ("slide", "Slide", ["35"])
    await uma.update_resource(made.id, {"name": "slide", "uris": ["/slides"]})
    changed = await uma.get_resource(made.id)
    assert (changed.uris, changed.display_name, changed.resource_scopes) == (["/slides"], None, [])
    assert changed.attributes["size"] == ["35"]
    await uma.delete_resource(made.id)
    with refused(KeycloakGetError, not_found, 404):
        await uma.get_resource(made.id)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": "alb"}, True),
        ({"name": "alb", "exact_name": True}, False),
        ({"name": "album", "exact_name": True}, True),
        ({"uri": "/albums/*"}, True),
        ({"uri": "/albums/7"}, False),
        ({"uri": "/albums/7", "matching_uri": True}, True),
        ({"uri": "/other/7", "matching_uri": True}, False),
        ({"owner": "photos"}, True),
        ({"owner": "bob"}, False),
        ({"type_": "urn:photos:album"}, True),
        ({"type_": "urn:photos:slide"}, False),
        ({"scope": "print"}, True),
        ({"name": "album", "scope": "print", "max_": 0}, False),
    ],
)
async def test_resources_are_found_by(uma: Side, album: str, filters: dict[str, Any], found: bool) -> None:
    assert (album in await uma.list_resource_ids(**filters)) is found
    assert (album in [one.id for one in await uma.list_resources(**filters)]) is found


async def test_resources_come_in_pages_and_each_once(uma: Side) -> None:
    made = {(await uma.create_resource({"name": f"page {number}"})).id for number in range(5)}
    for size in (1, 2, 5, 100):
        walked = [one.id for one in await uma.listed("resources", page_size=size, name="page")]
        assert len(walked) == 5
        assert set(walked) == made
    for identifier in made:
        await uma.delete_resource(identifier)


async def test_resources_are_refused(uma: Side, album: str, not_found: str | None) -> None:
    with refused(KeycloakPostError, "invalid_request", 409):
        await uma.create_resource({"name": "album"})
    with pytest.raises(KeycloakPostError, match=r'400: .* Unrecognized field "no such member"'):
        await uma.create_resource({"name": "other", "no such member": 1})
    other = await uma.create_resource({"name": "other"})
    with refused(KeycloakPutError, "conflict", 409):
        await uma.update_resource(other.id, {"name": "album"})
    await uma.delete_resource(other.id)
    for kind, call, arguments in (
        (KeycloakPutError, uma.update_resource, {"resource": {"name": "album"}}),
        (KeycloakDeleteError, uma.delete_resource, {}),
        (KeycloakGetError, uma.get_resource, {}),
    ):
        with refused(kind, not_found, 404):
            await call(NONE, **arguments)


# --- tickets


async def test_a_ticket_is_for_one_permission_or_many(uma: Side, album: str, anns: str) -> None:
    tickets = [
        (await uma.create_permission_ticket(permissions, claims={"action": ["look"]})).ticket
        for permissions in (album, "album#view", [f"{album}#view", f"{anns}#print"], "#view")
    ]
    assert len(set(tickets)) == len(tickets)
    for permissions, error in (
        ("nothing", "invalid_resource_id"),
        ("album#fly", "invalid_scope"),
        (["album", "nothing"], "invalid_resource_id"),
    ):
        with refused(KeycloakPostError, error, 400):
            await uma.create_permission_ticket(permissions)


async def test_a_user_gets_a_permission_of_an_owner_that_is_then_taken_back(
    realm: LiveRealm, uma: Side, anns: str, granting: str | None
) -> None:
    bob = realm.id_of_user("bob")
    given = await uma.grant_permission(anns, "view", requester=bob, token=granting)
    asked = await uma.grant_permission(anns, "print", requester_name="bob", granted=False, token=granting)
    assert (given.granted, asked.granted, asked.requester) == (True, False, bob)
    assert await uma.count_permission_tickets(owner="ann") == 2
    assert [one.id for one in await uma.list_permission_tickets(granted=False)] == [asked.id]
    (named,) = await uma.list_permission_tickets(requester="bob", granted=True, return_names=True)
    assert (named.resource_name, named.scope_name, named.requester_name) == ("anns", "view", "bob")
    walked = await uma.listed("permission_tickets", page_size=1, resource_id=anns)
    assert {one.id for one in walked} == {given.id, asked.id}
    await uma.update_permission(asked.id, granted=True, token=granting)
    assert await uma.count_permission_tickets(granted=True) == 2
    await uma.update_permission(asked.id, granted=False, token=granting)
    await uma.revoke_permission(given.id, token=granting)
    assert await uma.list_permission_tickets() == []


async def test_permissions_of_users_are_refused(uma: Side, anns: str, granting: str | None) -> None:
    with refused(KeycloakPutError, "invalid_request", 400):
        await uma.update_permission(NONE, granted=True)
    with refused(KeycloakDeleteError, "invalid_request", 400):
        await uma.revoke_permission(NONE)
    for resource, scope, requester, error in (
        (NONE, "view", "bob", "invalid_resource_id"),
        (anns, "fly", "bob", "invalid_scope"),
        (anns, "view", "nobody", "invalid_permission"),
    ):
        with refused(KeycloakPostError, error, 400):
            await uma.grant_permission(resource, scope, requester_name=requester, token=granting)
    given = await uma.grant_permission(anns, "view", requester_name="bob", token=granting)
    with refused(KeycloakPostError, "invalid_permission", 400):
        await uma.grant_permission(anns, "view", requester_name="bob", token=granting)
    await uma.revoke_permission(given.id, token=granting)


# --- policies of owners


async def test_an_owner_shares_changes_and_takes_back(uma: Side, anns: str, ann: str) -> None:
    made = await uma.create_policy(
        anns, {"name": "with bob", "users": ["bob"], "scopes": ["view"]}, token=ann
    )
    assert (made.users, made.scopes, made.type_) == (["bob"], ["view"], "uma")
    made["scopes"] = ["view", "print"]
    await uma.update_policy(made.id, made, token=ann)
    assert set((await uma.get_policy(made.id, token=ann)).scopes) == {"view", "print"}
    assert [one.id for one in await uma.list_policies(resource=anns, token=ann)] == [made.id]
    assert await uma.list_policies(name="another", token=ann) == []
    assert await uma.list_policies(resource=NONE, token=ann) == []
    await uma.delete_policy(made.id, token=ann)
    with refused(KeycloakGetError, "invalid_request", 404):
        await uma.get_policy(made.id, token=ann)


async def test_policies_come_in_pages(uma: Side, album: str) -> None:
    names = [f"policy {number}" for number in range(5)]
    for name in names:
        await uma.create_policy(album, {"name": name, "roles": ["member"]})
    for size in (2, 5):
        walked = await uma.listed("policies", page_size=size)
        assert sorted(one.name for one in walked) == names


async def test_policies_are_refused(uma: Side, album: str, anns: str, ann: str) -> None:
    bob = {"name": "for bob", "users": ["bob"]}
    made = await uma.create_policy(album, bob)
    with refused(KeycloakPostError, "Policy with name [for bob] already exists", 409):
        await uma.create_policy(album, bob)
    with refused(KeycloakPostError, "invalid_request", 400):
        await uma.create_policy(album, bob | {"name": "other", "scopes": ["fly"]})
    for resource, token in ((NONE, None), (anns, None), (album, ann)):
        with refused(KeycloakPostError, "invalid_request", 400):
            await uma.create_policy(resource, bob, token=token)
    for call, kind in (
        (uma.get_policy(NONE), KeycloakGetError),
        (uma.update_policy(NONE, bob), KeycloakPutError),
        (uma.delete_policy(NONE), KeycloakDeleteError),
    ):
        with refused(kind, "invalid_request", 404):
            await call
    await uma.delete_policy(made.id)


async def test_what_the_server_does_not_know_is_dropped_from_a_policy(uma: Side, album: str) -> None:
    made = await uma.create_policy(album, {"name": "for ghosts", "roles": ["no such role", "member"]})
    assert made.roles == ["member"]
    await uma.delete_policy(made.id)


# --- tokens


async def test_a_user_has_no_protection_role(realm: LiveRealm, uma: Side, ann: str, anns: str) -> None:
    calls = [
        (KeycloakPostError, uma.create_resource, {"resource": {"name": "x"}}),
        (KeycloakGetError, uma.get_resource, {"resource_id": anns}),
        (KeycloakGetError, uma.list_resources, {}),
    ]
    if realm.is_since(26, 5):  # older servers let users see what they were asked for
        calls += [
            (KeycloakGetError, uma.list_permission_tickets, {}),
            (KeycloakDeleteError, uma.revoke_permission, {"ticket_id": NONE}),
        ]
    for kind, call, arguments in calls:
        with refused(kind, "invalid_scope", 403, secrets=[ann]):
            await call(**arguments, token=ann)


async def test_a_token_that_is_none_is_refused(uma: Side) -> None:
    with refused(KeycloakGetError, "invalid_bearer_token", 403):
        await uma.list_resources(token="garbage")


async def test_an_account_whose_session_was_ended_logs_in_again(realm: LiveRealm, both: Both) -> None:
    openid = realm.openid("photos")
    both(openid)
    uma = both(openid.uma)
    await uma.list_resources()
    held = openid.uma._account.token
    assert held is not None
    await both(openid).logout(held.refresh_token) if held.refresh_token else None
    held["access_token"] = "garbage"
    openid.uma._account.token = held
    await uma.list_resources()
    assert openid.uma._account.token != held


async def test_a_client_that_has_no_account_or_is_no_resource_server_is_refused(
    realm: LiveRealm, both: Both
) -> None:
    shop = realm.openid("shop")
    both(shop)
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401):
        await both(shop.uma).list_resources()
    stranger = realm.openid("photos", "wrong")
    both(stranger)
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401):
        await both(stranger.uma).list_resources()
