# SPDX-License-Identifier: Apache-2.0
"""A connection that logs in by itself, and stays logged in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import anyio
import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakInvalidCredentialsError,
    KeycloakOpenIDConnection,
    KeycloakPostError,
)
from support.realms import client, one_time_code, user
from support.refusals import refused
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm
    from support.watch import Watched

pytestmark = [pytest.mark.anyio, pytest.mark.live, pytest.mark.trio]

TOKEN_SECONDS = 3
STALE_AFTER = 2.2
"""Seconds; a token of three is sent for two."""
ADMIN_OF_USERS = {"realm-management": ["view-users"]}


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("cli", public=True),
            client("brief", token_seconds=TOKEN_SECONDS),
            client("fleeting", attributes={"client.session.idle.timeout": "2"}),
            client("worker", serviceAccountsEnabled=True, token_seconds=TOKEN_SECONDS),
        ],
        users=[
            user("ann", client_roles=ADMIN_OF_USERS),
            user("bob", otp_secret="bobs-totp-secret-20by", client_roles=ADMIN_OF_USERS),
            user(
                "service-account-worker",
                serviceAccountClientId="worker",
                credentials=[],
                client_roles=ADMIN_OF_USERS,
            ),
        ],
    )


@pytest.fixture
def users(realm: LiveRealm) -> str:
    """Return a path that needs a token."""
    return f"/admin/realms/{realm.name}/users"


def grants(wire: Watched) -> list[str]:
    """Return the grants that were sent, in order."""
    sent = [request for request in wire.requests if request.url.path.endswith("/token")]
    return [parse_qs(request.content.decode())["grant_type"][0] for request in sent]


async def test_the_first_call_logs_in_and_the_next_ones_use_that(
    realm: LiveRealm, both: Both, users: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        assert (wire.requests, connection.token) == ([], None)
        for _ in range(3):
            assert (await both(connection).raw_get(users)).status_code == 200
        assert grants(wire) == ["password"]
        assert connection.token is not None
        assert connection.expires_at is not None
        left = connection.expires_at - datetime.now(UTC)
        assert 250 < left.total_seconds() <= 270


async def test_an_administrator_of_master_works_on_another_realm(
    realm: LiveRealm, both: Both, users: str
) -> None:
    server = realm.server
    connection = KeycloakOpenIDConnection(
        server.url,
        server.admin_username,
        server.admin_password,
        realm_name=realm.name,
        user_realm_name="master",
    )
    assert (await both(connection).raw_get(users)).status_code == 200


async def test_a_service_account_logs_in_with_its_secret_again_and_again(
    realm: LiveRealm, both: Both, users: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("worker", **wire.options)
        for _ in range(2):
            assert (await both(connection).raw_get(users)).status_code == 200
            await anyio.sleep(STALE_AFTER)
        assert (await both(connection).raw_get(users)).status_code == 200
        assert grants(wire) == ["client_credentials"] * 3


async def test_the_grant_can_be_chosen(realm: LiveRealm, both: Both, users: str) -> None:
    connection = realm.connection("worker", username="ann", password="ann", grant_type="client_credentials")
    assert (await both(connection).raw_get(users)).status_code == 200
    assert connection.token is not None
    claims = await both(connection.keycloak_openid).decode_token(connection.token.access_token)
    assert claims.preferred_username == "service-account-worker"


async def test_a_one_time_code_goes_with_the_login(realm: LiveRealm, both: Both, users: str) -> None:
    code = one_time_code("bobs-totp-secret-20by")
    connection = realm.connection("cli", username="bob", password="bob", totp=code)
    assert (await both(connection).raw_get(users)).status_code == 200


async def test_a_stale_token_is_renewed_before_it_is_sent(realm: LiveRealm, both: Both, users: str) -> None:
    async with watched() as wire:
        connection = realm.connection("brief", username="ann", password="ann", **wire.options)
        assert (await both(connection).raw_get(users)).status_code == 200
        await anyio.sleep(STALE_AFTER)
        assert (await both(connection).raw_get(users)).status_code == 200
        assert grants(wire) == ["password", "refresh_token"]
        assert sum(request.url.path == users for request in wire.requests) == 2


async def test_a_call_that_meets_a_401_is_repeated_once_with_a_new_token(
    realm: LiveRealm, both: Both, users: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        assert (await both(connection).raw_get(users)).status_code == 200
        realm.admin("POST", f"/users/{realm.id_of_user('ann')}/logout")
        assert (await both(connection).raw_get(users)).status_code == 200
        assert grants(wire) == ["password", "refresh_token", "password"]
        assert sum(request.url.path == users for request in wire.requests) == 3


async def test_a_login_that_is_no_longer_possible_is_told_by_the_call(
    realm: LiveRealm, both: Both, users: str
) -> None:
    connection = realm.connection("cli", username="ann", password="ann")
    assert (await both(connection).raw_get(users)).status_code == 200
    connection.password = "changed-meanwhile"
    realm.admin("POST", f"/users/{realm.id_of_user('ann')}/logout")
    status = 400 if realm.is_since(26, 5) else 401
    with refused(KeycloakInvalidCredentialsError, "invalid_grant", status, secrets=["changed-meanwhile"]):
        await both(connection).raw_get(users)


async def test_an_expired_refresh_token_makes_refresh_token_log_in(realm: LiveRealm, both: Both) -> None:
    async with watched() as wire:
        connection = realm.connection("fleeting", username="ann", password="ann", **wire.options)
        await both(connection).get_token()
        first = connection.token
        await anyio.sleep(3)
        await both(connection).refresh_token()
        assert grants(wire) == ["password", "refresh_token", "password"]
        assert connection.token != first


async def test_a_program_may_ask_for_what_the_connection_does_by_itself(realm: LiveRealm, both: Both) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        side = both(connection)
        for step in (
            side._refresh_if_required,
            side._refresh_if_required,
            side.refresh_token,
            side.get_token,
        ):
            await step()
        assert grants(wire) == ["password", "refresh_token", "password"]


async def test_a_token_that_the_program_brings_is_used_and_refreshed(
    realm: LiveRealm, both: Both, users: str
) -> None:
    token = await both(realm.openid("cli")).token("ann", "ann")
    async with watched() as wire:
        connection = realm.connection("cli", token=dict(token), **wire.options)
        assert (await both(connection).raw_get(users)).status_code == 200
        assert grants(wire) == []
        await both(connection).refresh_token()
        assert grants(wire) == ["refresh_token"]
        assert (await both(connection).raw_get(users)).status_code == 200


async def test_without_credentials_a_token_that_has_ended_cannot_be_replaced(
    realm: LiveRealm, both: Both, users: str
) -> None:
    openid = both(realm.openid("cli"))
    token = await openid.token("ann", "ann")
    await openid.logout(token.refresh_token)
    with refused(KeycloakPostError, "invalid_grant", 400, secrets=[token.refresh_token]):
        await both(realm.connection("cli", token=token)).raw_get(users)


async def test_without_credentials_and_token_the_call_goes_without_a_bearer(
    realm: LiveRealm, both: Both, users: str
) -> None:
    connection = both(realm.connection("cli"))
    assert (await connection.raw_get(users)).status_code == 401
    assert (await connection.raw_get(f"/realms/{realm.name}")).status_code == 200


async def test_a_refusal_of_the_right_to_do_it_costs_no_renewal(
    realm: LiveRealm, both: Both, users: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        assert (await both(connection).raw_delete(f"{users}/{realm.id_of_user('bob')}")).status_code == 403
        assert grants(wire) == ["password"]


@pytest.mark.parametrize(
    ("client_id", "options", "kind", "error", "status"),
    [
        ("cli", {"password": "wrong-password"}, KeycloakInvalidCredentialsError, "invalid_grant", 401),
        ("worker", {"client_secret_key": "wrong-secret"},
         KeycloakAuthenticationError, "unauthorized_client", 401),
        ("no-such-client", {}, KeycloakAuthenticationError, "invalid_client", 401),
        ("cli", {"realm_name": "no-such-realm"}, KeycloakPostError, "Realm does not exist", 404),
        ("cli", {"user_realm_name": "no-such-realm"}, KeycloakPostError, "Realm does not exist", 404),
        ("cli", {"totp": "000000", "username": "bob", "password": "bob"},
         KeycloakInvalidCredentialsError, "invalid_grant", 401),
    ],
)  # fmt: skip
async def test_a_login_that_fails_is_told_by_the_first_call(
    realm: LiveRealm, both: Both, users: str,
    client_id: str, options: dict[str, Any], kind: type[Any], error: str, status: int,
) -> None:  # fmt: skip
    if kind is KeycloakInvalidCredentialsError and realm.is_since(26, 5):
        status = 400
    connection = realm.connection(client_id, **{"username": "ann", "password": "ann", **options})
    for call in (both(connection).raw_get(users), both(connection).get_token()):
        with refused(kind, error, status, secrets=["wrong-password", "wrong-secret"]):
            await call
    assert connection.token is None


async def test_a_server_that_is_down_is_told_by_the_first_call(nobody: str, both: Both) -> None:
    connection = KeycloakOpenIDConnection(nobody, "ann", "secret-of-ann")
    with refused(KeycloakConnectionError, None, None, secrets=["secret-of-ann"]):
        await both(connection).raw_get("/admin/realms")
