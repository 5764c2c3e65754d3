# SPDX-License-Identifier: Apache-2.0
"""python-keycloak's own KeycloakAdmin and KeycloakUMA over this SDK's connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keycloak
import pytest
from keycloak.uma_permissions import UMAPermission
from requests_toolbelt import MultipartEncoder

from keycloak_sdk import KeycloakOpenIDConnection
from support.clock import ClockInHand
from support.realms import client, resource_permission, resource_server, user, user_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.live, pytest.mark.anyio]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop"),
            resource_server(
                "album",
                resources={"holiday": ["view", "edit"]},
                policies=[
                    user_policy("ann only", "ann"),
                    resource_permission("holiday for ann", "holiday", by=["ann only"]),
                ],
            ),
        ],
        users=[user("ann"), user("ben")],
    )


@pytest.fixture
def clock() -> ClockInHand:
    return ClockInHand()


@pytest.fixture
def connection(realm: LiveRealm, clock: ClockInHand) -> KeycloakOpenIDConnection:
    server = realm.server
    return KeycloakOpenIDConnection(
        server.url,
        server.admin_username,
        server.admin_password,
        realm_name=realm.name,
        user_realm_name="master",
        clock=clock.clock,
    )


async def test_an_administrator_manages_users(both: Both, connection: KeycloakOpenIDConnection) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    name = f"carl-{both.world}"
    user_id = await admin.create_user({"username": name, "enabled": True})
    await admin.update_user(user_id, {"firstName": "Carl"})
    assert (await admin.get_user(user_id))["firstName"] == "Carl"
    assert await admin.create_user({"username": name}, exist_ok=True) == user_id
    with pytest.raises(keycloak.KeycloakPostError) as refused:
        await admin.create_user({"username": name})
    assert refused.value.response_code == 409
    await admin.delete_user(user_id)
    with pytest.raises(keycloak.KeycloakGetError):
        await admin.get_user(user_id)


async def test_an_administrator_goes_on_when_the_token_has_expired(
    both: Both, connection: KeycloakOpenIDConnection, clock: ClockInHand
) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    assert await admin.users_count() >= 2
    before = connection.token
    clock.forward(3600)
    assert await admin.users_count() >= 2
    assert before is not None
    assert connection.token is not None
    assert connection.token.access_token != before.access_token


@pytest.mark.parametrize("name", ["plain", "a#b", "50%", "with space", "über"])
async def test_an_administrator_names_roles_freely(
    both: Both, connection: KeycloakOpenIDConnection, name: str
) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    await admin.create_realm_role({"name": name})
    assert (await admin.get_realm_role(name))["name"] == name
    assert await admin.create_realm_role({"name": name}, skip_exists=True) == name
    await admin.delete_realm_role(name)


async def test_an_administrator_reads_users_page_by_page(
    both: Both, connection: KeycloakOpenIDConnection
) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    found = {entry["username"] for entry in await admin.get_users({})}
    page = await admin.get_users({"first": 0, "max": 1})
    assert len(page) == 1
    assert {"ann", "ben"} <= found


async def test_an_administrator_keeps_groups_and_clients(
    both: Both, connection: KeycloakOpenIDConnection
) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    group = await admin.create_group({"name": f"staff-{both.world}"})
    assert (await admin.get_group(group))["name"] == f"staff-{both.world}"
    await admin.delete_group(group)
    shop = await admin.get_client_id("shop")
    assert (await admin.get_client(shop))["clientId"] == "shop"


async def test_a_certificate_is_uploaded_as_multipart_and_the_headers_come_back(
    both: Both, realm: LiveRealm, connection: KeycloakOpenIDConnection
) -> None:
    admin = both(keycloak.KeycloakAdmin(connection=connection))
    shop = await admin.get_client_id("shop")
    headers = dict(connection.headers)
    certificate = next(key.x5c[0] for key in realm.openid("shop").certs().keys_ if key.x5c)
    await admin.upload_certificate(shop, certificate)
    assert connection.headers == headers


async def test_a_multipart_body_reaches_the_server_with_its_boundary(
    both: Both, connection: KeycloakOpenIDConnection
) -> None:
    parts = MultipartEncoder(fields={"file": ("realm.json", b"{}", "application/json")})
    connection.headers = {"Content-Type": parts.content_type}
    shop = f"admin/realms/{connection.realm_name}/clients"
    answer = await both(connection).raw_post(shop, data=parts)
    assert answer.status_code == 415


@pytest.fixture
def uma(realm: LiveRealm, clock: ClockInHand) -> keycloak.KeycloakUMA:
    connection = realm.connection("album", clock=clock.clock)
    return keycloak.KeycloakUMA(connection=connection)


async def test_a_resource_server_keeps_its_resources(
    both: Both, uma: keycloak.KeycloakUMA, clock: ClockInHand
) -> None:
    protected = both(uma)
    name = f"trip-{both.world}"
    made = await protected.resource_set_create({"name": name, "resource_scopes": ["view"]})
    clock.forward(3600)
    assert (await protected.resource_set_read(made["_id"]))["name"] == name
    await protected.resource_set_update(made["_id"], {**made, "name": f"{name}!"})
    assert await protected.resource_set_list_ids(name=name) == [made["_id"]]
    assert f"{name}!" in {entry["name"] for entry in await listed(both, uma)}
    await protected.resource_set_delete(made["_id"])
    with pytest.raises(keycloak.KeycloakGetError):
        await protected.resource_set_read(made["_id"])


async def test_a_resource_server_makes_tickets_and_asks_for_decisions(
    both: Both, realm: LiveRealm, uma: keycloak.KeycloakUMA
) -> None:
    protected = both(uma)
    (resource,) = await protected.resource_set_list_ids(exact_name=True, name="holiday")
    ticket = await protected.permission_ticket_create([ticket_for(resource)])
    assert ticket["ticket"]
    ann = realm.openid("album").token("ann", "ann")
    ben = realm.openid("album").token("ben", "ben")
    # Its asynchronous twin leaves a connection of python-keycloak's own open, which nobody can close.
    assert uma.permissions_check(ann.access_token, [ticket_for("holiday")])
    assert not uma.permissions_check(ben.access_token, [ticket_for("holiday")])


async def test_a_resource_server_reads_its_policies(both: Both, uma: keycloak.KeycloakUMA) -> None:
    assert await both(uma).policy_query() == []


def ticket_for(resource: str, scope: str = "view") -> Any:
    permission = UMAPermission(resource=resource, scope=scope)
    permission.resource_id = resource
    return permission


async def listed(both: Both, uma: keycloak.KeycloakUMA) -> list[Any]:
    if both.is_async:
        return [entry async for entry in uma.a_resource_set_list()]
    return list(uma.resource_set_list())
