# SPDX-License-Identifier: Apache-2.0
"""Clients that register themselves: `register_client` and `update_client`."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
)
from support.realms import REDIRECT_URI, client, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("shop")],
        users=[
            user("ann"),
            user("maker", client_roles={"realm-management": ["create-client"]}),
            user("keeper", client_roles={"realm-management": ["manage-clients"]}),
        ],
    )


@pytest.fixture
def openid(realm: LiveRealm, both: Both) -> Side:
    return both(realm.openid("shop"))


@pytest.fixture
def initial(realm: LiveRealm) -> str:
    """Return an initial access token that is good for one client."""
    created = realm.admin("POST", "/clients-initial-access", {"count": 1, "expiration": 60})
    return str(created.json()["token"])


def new_name() -> str:
    return f"new/ü client {token_hex(4)}"


async def test_a_client_that_registers_with_an_initial_token_can_be_used_at_once(
    realm: LiveRealm, both: Both, openid: Side, initial: str
) -> None:
    name = new_name()
    payload = {"clientId": name, "directAccessGrantsEnabled": True, "redirectUris": [REDIRECT_URI]}
    made = await openid.register_client(initial, payload)
    assert (made.client_id, made["clientId"], made["redirectUris"]) == (name, name, [REDIRECT_URI])
    assert made.secret
    assert made.registration_access_token
    assert await both(realm.openid(name, made.secret)).token("ann", "ann")


async def test_secrets_of_a_registered_client_are_not_in_its_repr(openid: Side, initial: str) -> None:
    made = await openid.register_client(initial, {"clientId": new_name()})
    assert made.secret not in repr(made)
    assert made.registration_access_token not in repr(made)


async def test_a_client_without_an_identifier_gets_one(openid: Side, initial: str) -> None:
    assert (await openid.register_client(initial, {})).client_id


async def test_an_initial_token_is_good_for_as_many_clients_as_it_says(openid: Side, initial: str) -> None:
    await openid.register_client(initial, {"clientId": new_name()})
    with refused(KeycloakAuthenticationError, "invalid_token", 401, secrets=[initial]):
        await openid.register_client(initial, {"clientId": new_name()})


async def test_the_role_create_client_is_as_good_as_an_initial_token(openid: Side) -> None:
    name = new_name()
    maker = (await openid.token("maker", "maker")).access_token
    assert (await openid.register_client(maker, {"clientId": name})).client_id == name
    ann = (await openid.token("ann", "ann")).access_token
    with refused(KeycloakPostError, "insufficient_scope", 403, secrets=[ann]):
        await openid.register_client(ann, {"clientId": new_name()})


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"clientId": "shop"}, "invalid_client_metadata"),
        ({"redirectUris": ["java script:x"]}, "invalid_redirect_uri"),
        ({"redirectUris": "http://127.0.0.1/"}, "unknown_error"),
    ],
)
async def test_what_a_client_cannot_be_is_refused(
    openid: Side, initial: str, payload: dict[str, Any], error: str
) -> None:
    with refused(KeycloakPostError, error, 400, secrets=[initial]):
        await openid.register_client(initial, payload)


async def test_a_member_that_the_server_does_not_know_is_named_in_the_error(
    openid: Side, initial: str
) -> None:
    with pytest.raises(KeycloakPostError, match='Unrecognized field "colour"') as caught:
        await openid.register_client(initial, {"clientId": new_name(), "colour": "red"})
    assert caught.value.response_code == 400


async def test_registering_needs_a_token(openid: Side) -> None:
    with refused(KeycloakAuthenticationError, "invalid_token", 401):
        await openid.register_client("garbage", {"clientId": new_name()})
    with refused(KeycloakRequestError, None, None):
        await openid.register_client("", {"clientId": new_name()})


async def test_a_payload_that_is_no_object_is_not_sent(openid: Side) -> None:
    unusable: list[Any] = [None, "{}", [{"clientId": "x"}], {"clientId": object()}, {"x": float("nan")}]
    for payload in unusable:
        with refused(KeycloakRequestError, None, None):
            await openid.register_client("token", payload)
        with refused(KeycloakRequestError, None, None):
            await openid.update_client("token", "shop", payload)


async def test_an_update_uses_up_its_token_and_brings_the_next(openid: Side, initial: str) -> None:
    name = new_name()
    made = await openid.register_client(initial, {"clientId": name})
    payload = {"name": "Second"}
    second = await openid.update_client(made.registration_access_token, name, payload)
    assert (second.client_id, second["name"], payload) == (name, "Second", {"name": "Second"})
    with refused(KeycloakAuthenticationError, "invalid_token", 401, secrets=[second.secret]):
        await openid.update_client(made.registration_access_token, name, {"name": "Again"})
    third = await openid.update_client(second.registration_access_token, name, {"name": "Third"})
    assert third["name"] == "Third"


async def test_a_registration_token_is_for_its_own_client(openid: Side, initial: str) -> None:
    made = await openid.register_client(initial, {"clientId": new_name()})
    with refused(KeycloakAuthenticationError, "invalid_token", 401):
        await openid.update_client(made.registration_access_token, "shop", {"name": "Mine"})


async def test_a_client_keeps_its_identifier(openid: Side, initial: str) -> None:
    name = new_name()
    made = await openid.register_client(initial, {"clientId": name})
    with refused(KeycloakPutError, "invalid_client_metadata", 400):
        await openid.update_client(made.registration_access_token, name, {"clientId": "shop"})


async def test_a_user_needs_the_right_to_change_clients(openid: Side) -> None:
    keeper = (await openid.token("keeper", "keeper")).access_token
    assert (await openid.update_client(keeper, "shop", {"description": "Changed"})).client_id == "shop"
    ann = (await openid.token("ann", "ann")).access_token
    for client_id in ("shop", "no-such-client"):
        with refused(KeycloakPutError, "insufficient_scope", 403, secrets=[ann]):
            await openid.update_client(ann, client_id, {"description": "Mine"})
