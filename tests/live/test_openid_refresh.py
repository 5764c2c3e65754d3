# SPDX-License-Identifier: Apache-2.0
"""Refresh tokens and the sessions behind them: `refresh_token` and `logout`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from keycloak_sdk import KeycloakAuthenticationError, KeycloakPostError
from support.realms import client, just_begun, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

SESSION_SECONDS = 2


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop"),
            client("other-shop"),
            client("cli", public=True),
            client("brief", attributes={"client.session.idle.timeout": str(SESSION_SECONDS)}),
            client("thrifty", attributes={"use.refresh.tokens": "false"}),
        ],
        users=[user("ann")],
    )


@pytest.fixture(scope="module")
def rotating(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("shop")], users=[user("ann")], revokeRefreshToken=True, refreshTokenMaxReuse=0
    )


@pytest.mark.parametrize("client_id", ["shop", "cli"])
@pytest.mark.parametrize("grant_type", ["refresh_token", ["refresh_token"]])
async def test_a_refresh_token_brings_a_new_token_of_the_same_session(
    realm: LiveRealm, both: Both, client_id: str, grant_type: Any
) -> None:
    openid = both(realm.openid(client_id))
    old = await openid.token("ann", "ann")
    new = await openid.refresh_token(old.refresh_token, grant_type)
    assert new.access_token != old.access_token
    assert (new.session_state, set(new.scope.split())) == (old.session_state, set(old.scope.split()))
    assert (await openid.decode_token(new.access_token)).preferred_username == "ann"


async def test_an_offline_token_survives_the_logout_of_the_user_elsewhere(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    offline = await openid.token("ann", "ann", scope="openid offline_access")
    await openid.logout((await openid.token("ann", "ann")).refresh_token)
    assert (await openid.refresh_token(offline.refresh_token)).refresh_expires_in == 0


async def test_a_client_without_refresh_tokens_gets_none(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("thrifty")).token("ann", "ann")
    assert (token.refresh_token, token.refresh_expires_in) == (None, 0)


async def test_an_expired_refresh_token_is_an_invalid_grant(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("brief"))
    token = await openid.token("ann", "ann")
    assert just_begun(token.refresh_expires_in, SESSION_SECONDS)
    await anyio.sleep(SESSION_SECONDS + 1)
    with refused(KeycloakPostError, "invalid_grant", 400) as caught:
        await openid.refresh_token(token.refresh_token)
    assert caught.value.error_description == "Token is not active"


async def test_a_refresh_token_ends_with_its_session(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    assert await openid.logout(token.refresh_token) == {}
    with refused(KeycloakPostError, "invalid_grant", 400):
        await openid.refresh_token(token.refresh_token)
    with refused(KeycloakAuthenticationError, "invalid_token", 401):
        await openid.userinfo(token.access_token)


async def test_a_refresh_token_belongs_to_one_client(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann")
    with refused(KeycloakPostError, "invalid_grant", 400):
        await both(realm.openid("other-shop")).refresh_token(token.refresh_token)


async def test_what_is_no_refresh_token_is_an_invalid_grant(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    for text in ("garbage", token.access_token):
        with refused(KeycloakPostError, "invalid_grant", 400, secrets=[text]):
            await openid.refresh_token(text)


async def test_a_refresh_needs_the_clients_secret(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann")
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=["wrong-secret"]):
        await both(realm.openid("shop", "wrong-secret")).refresh_token(token.refresh_token)


async def test_a_rotated_refresh_token_that_is_used_again_costs_the_newest_one_too(
    rotating: LiveRealm, both: Both
) -> None:
    openid = both(rotating.openid("shop"))
    first = await openid.token("ann", "ann")
    second = await openid.refresh_token(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    for used_up in (first, second):
        with refused(KeycloakPostError, "invalid_grant", 400):
            await openid.refresh_token(used_up.refresh_token)


async def test_rotation_goes_on_as_long_as_the_newest_token_is_used(rotating: LiveRealm, both: Both) -> None:
    openid = both(rotating.openid("shop"))
    token = await openid.token("ann", "ann")
    for _ in range(5):
        token = await openid.refresh_token(token.refresh_token)
    assert (await openid.userinfo(token.access_token)).preferred_username == "ann"


async def test_logging_out_twice_is_no_mistake(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    assert [await openid.logout(token.refresh_token) for _ in range(2)] == [{}, {}]


async def test_logout_leaves_other_sessions_alone(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    ended, other = [await openid.token("ann", "ann") for _ in range(2)]
    await openid.logout(ended.refresh_token)
    assert await openid.refresh_token(other.refresh_token)


async def test_logout_refuses_the_token_of_another_client_and_what_is_none(
    realm: LiveRealm, both: Both
) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann")
    for text in ("garbage", token.refresh_token):
        with refused(KeycloakPostError, "invalid_grant", 400, secrets=[text]):
            await both(realm.openid("other-shop")).logout(text)


async def test_logout_needs_the_clients_secret(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann")
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=["wrong-secret"]):
        await both(realm.openid("shop", "wrong-secret")).logout(token.refresh_token)
