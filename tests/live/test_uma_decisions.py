# SPDX-License-Identifier: Apache-2.0
"""Decisions of a live resource server through `openid.uma`, each parameter with what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import DecisionCache, KeycloakAuthenticationError, KeycloakPostError
from support.realms import client, resource_permission, resource_server, role_policy, scope_permission, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

REGEX = {
    "name": "from acme",
    "type": "regex",
    "logic": "POSITIVE",
    "decisionStrategy": "UNANIMOUS",
    "config": {"targetClaim": "organization", "pattern": "^acme$", "targetContextAttributes": "true"},
}


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    made = make_realm(
        clients=[
            client("shop"),
            resource_server(
                "photos",
                resources={
                    "album": ["view", "edit"],
                    "photo": ["view"],
                    "vault": ["open"],
                    "branch": ["visit"],
                },
                policies=[
                    role_policy("members", "member"),
                    role_policy("editors", "editor"),
                    REGEX,
                    scope_permission("view-albums", "album", "view", by=["members"]),
                    scope_permission("edit-albums", "album", "edit", by=["editors"]),
                    resource_permission("photos", "photo", by=["members"]),
                    resource_permission("branches", "branch", by=["from acme"]),
                ],
            ),
        ],
        roles=["member", "editor"],
        users=[
            user("ann", roles=["member", "editor"]),
            user("bob", roles=["member"]),
            user(
                "service-account-photos",
                roles=["member"],
                client_roles={"photos": ["uma_protection"]},
                serviceAccountClientId="photos",
            ),
        ],
    )
    path = f"/clients/{made.id_of_client('photos')}/authz/resource-server/resource"
    made.admin(
        "POST",
        path,
        {
            "name": "anns",
            "owner": {"id": made.id_of_user("ann")},
            "ownerManagedAccess": True,
            "scopes": [{"name": "view"}],
            "uris": ["/anns/*"],
        },
    )
    return made


@pytest.fixture
def photos(realm: LiveRealm, both: Both) -> Side:
    openid = realm.openid("photos")
    both(openid)
    return both(openid.uma)


@pytest.fixture
def bob(realm: LiveRealm) -> str:
    return realm.openid("shop").token("bob", "bob").access_token


@pytest.mark.parametrize(
    ("question", "reasons"),
    [
        ("album#view", {}),
        (["album#view", "photo"], {}),
        (["album", "album#view"], {}),
        (["album#view", "album#edit"], {"album#edit": "denied"}),
        ("vault", {"vault": "denied"}),
        (["ghost", "album#view", "vault"], {"ghost": "invalid_resource", "vault": "denied"}),
        ("album#fly", {"album#fly": "invalid_scope"}),
        ("#edit", {"#edit": "denied"}),
    ],
)
async def test_a_decision_says_why(photos: Side, bob: str, question: Any, reasons: dict[str, str]) -> None:
    decision = await photos.decide(bob, question)
    assert decision.reasons == reasons
    assert bool(decision) is not reasons
    assert decision.is_logged_in


async def test_a_token_that_is_none_is_a_reason_not_an_error(photos: Side) -> None:
    decision = await photos.decide("garbage", ["album#view", "photo"])
    assert not decision.is_logged_in
    assert set(decision.reasons.values()) == {"not_logged_in"}


async def test_pushed_claims_reach_the_policies(photos: Side, bob: str) -> None:
    assert await photos.decide(bob, "branch", claims={"organization": ["acme"]})
    assert not await photos.decide(bob, "branch", claims={"organization": ["other"]})
    assert not await photos.decide(bob, "branch")
    with refused(KeycloakPostError, "invalid_request", 400):
        await photos.decide(bob, "branch", claim_token="garbage", claim_token_format="urn:unknown")


async def test_another_client_asks_for_its_audience(realm: LiveRealm, both: Both, bob: str) -> None:
    shop = realm.openid("shop")
    both(shop)
    assert await both(shop.uma).decide(bob, "photo", audience="photos")
    with refused(KeycloakPostError, "invalid_request", 400):
        await both(shop.uma).decide(bob, "photo")


async def test_the_client_asks_for_itself_and_for_a_subject(
    realm: LiveRealm, both: Both, photos: Side, bob: str
) -> None:
    assert await photos.decide(None, "photo")
    assert not await photos.decide(None, "album#edit")
    ann = realm.openid("shop").token("ann", "ann").access_token
    assert await photos.decide(None, "album#edit", subject_token=ann)
    assert not await photos.decide(None, "album#edit", subject_token=bob)
    stranger = realm.openid("photos", "wrong")
    both(stranger)
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401):
        await both(stranger.uma).decide(None, "photo")


async def test_an_rpt_carries_what_is_granted_and_no_more(
    realm: LiveRealm, both: Both, photos: Side, bob: str
) -> None:
    rpt = await photos.rpt(bob, ["album#view", "vault"])
    info = await both(realm.openid("photos")).introspect(bob, rpt.access_token, "requesting_party_token")
    assert [(one.rsname, one.scopes) for one in info.permissions] == [("album", ["view"])]
    with refused(KeycloakPostError, "access_denied", 403):
        await photos.rpt(bob, "vault")
    with refused(KeycloakPostError, "invalid_resource", 400):
        await photos.rpt(bob, "ghost")


async def test_the_answer_may_be_told_to_leave_out_names(photos: Side, bob: str) -> None:
    (found,) = await photos.permissions(bob, "photo", response_include_resource_name=False)
    assert "rsname" not in found
    assert len(await photos.permissions(bob, "photo", response_permissions_limit=1)) == 1
    assert {one.rsname for one in await photos.permissions(bob)} == {"album", "photo"}
    assert {one.rsname for one in await photos.permissions(bob, scope="view")} == {"album", "photo"}


async def test_a_ticket_is_exchanged_once_its_owner_has_agreed(
    realm: LiveRealm, photos: Side, bob: str
) -> None:
    (anns,) = await photos.list_resource_ids(owner="ann")
    ticket = (await photos.create_permission_ticket({anns: ["view"]})).ticket
    for submit, said in ((False, "not_authorized"), (True, "request_submitted")):
        with pytest.raises(KeycloakPostError) as caught:
            await photos.rpt(bob, ticket=ticket, submit_request=submit)
        assert (caught.value.error, caught.value.error_description) == ("access_denied", said)
        assert await photos.count_permission_tickets(granted=False) == int(submit)
    (asked,) = await photos.list_permission_tickets(granted=False)
    granting = None if realm.is_since(26, 5) else realm.openid("photos").token("ann", "ann").access_token
    await photos.update_permission(asked.id, granted=True, token=granting)
    assert (await photos.rpt(bob, ticket=ticket)).access_token
    decision = await photos.decide(bob, f"{anns}#view")
    assert decision
    assert decision.granted[0].rsid == anns
    await photos.revoke_permission(asked.id, token=granting)
    with refused(KeycloakPostError, "invalid_ticket", 403):
        await photos.rpt(bob, ticket="garbage")


async def test_resources_are_named_by_uri(photos: Side, bob: str) -> None:
    made = await photos.create_resource(
        {"name": "wall", "uris": ["/walls/*"], "resource_scopes": ["view"], "ownerManagedAccess": True}
    )
    policy = await photos.create_policy(made.id, {"name": "wall", "roles": ["member"], "scopes": ["view"]})
    by_uri = {"permission_resource_format": "uri", "permission_resource_matching_uri": True}
    decision = await photos.decide(bob, ["/walls/7#view", "/nowhere#view"], **by_uri)
    assert decision.reasons == {"/nowhere#view": "invalid_resource"}
    assert [one.rsname for one in decision.granted] == ["wall"]
    await photos.delete_policy(policy.id)
    await photos.delete_resource(made.id)


async def test_a_decision_is_remembered_until_it_is_forgotten(photos: Side, bob: str) -> None:
    cache = DecisionCache()
    made = await photos.create_resource(
        {"name": "memo", "resource_scopes": ["view"], "ownerManagedAccess": True}
    )
    policy = await photos.create_policy(made.id, {"name": "memo", "roles": ["member"]})
    assert await photos.decide(bob, f"{made.id}#view", cache=cache)
    await photos.delete_policy(policy.id)
    assert await photos.decide(bob, f"{made.id}#view", cache=cache)
    cache.clear(bob)
    assert not await photos.decide(bob, f"{made.id}#view", cache=cache)
    await photos.delete_resource(made.id)
