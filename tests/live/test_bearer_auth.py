# SPDX-License-Identifier: Apache-2.0
"""`connection.auth()` before APIs that are real: Keycloak's own, called with a program's own httpx client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from keycloak_sdk import KeycloakInvalidCredentialsError
from support.api import Api
from support.realms import client, user
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("cli", public=True), client("brief", token_seconds=3)],
        users=[user("ann", client_roles={"realm-management": ["view-users"]}), user("bob")],
    )


@pytest.fixture(params=["admin API", "userinfo"])
def url(request: pytest.FixtureRequest, realm: LiveRealm) -> str:
    """Return the URL of an API that needs a token; one challenges a wrong one, the other says nothing."""
    return {
        "admin API": f"{realm.server.url}/admin/realms/{realm.name}/users",
        "userinfo": f"{realm.url}/protocol/openid-connect/userinfo",
    }[request.param]


async def test_requests_of_the_programs_own_are_logged_in_and_stay_so(
    realm: LiveRealm, both: Both, url: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("brief", username="ann", password="ann", **wire.options)
        api = Api(both, auth=connection.auth(origins=[realm.server.url]))
        assert [(await api("GET", url)).status_code for _ in range(2)] == [200, 200]
        await anyio.sleep(3)
        assert (await api("GET", url)).status_code == 200
        assert wire.count("/token") == 2


async def test_a_session_that_an_administrator_ends_begins_anew(
    realm: LiveRealm, both: Both, url: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        api = Api(both, auth=connection.auth())
        assert (await api("GET", url)).status_code == 200
        realm.admin("POST", f"/users/{realm.id_of_user('ann')}/logout")
        response = await api("GET", url)
        assert response.status_code == 200
        assert [each.status_code for each in response.history] == [401]
        assert wire.count("/token") == 3  # a login, a refresh that is refused, a login


async def test_a_refusal_for_another_reason_than_the_token_is_returned(realm: LiveRealm, both: Both) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="bob", password="bob", **wire.options)
        api = Api(both, auth=connection.auth())
        response = await api("GET", f"{realm.server.url}/admin/realms/{realm.name}/users")
        assert response.status_code == 403
        assert wire.count("/token") == 1


async def test_a_wrong_password_is_told_by_the_request(realm: LiveRealm, both: Both, url: str) -> None:
    connection = realm.connection("cli", username="ann", password="wrong")
    with pytest.raises(KeycloakInvalidCredentialsError):
        await Api(both, auth=connection.auth())("GET", url)
