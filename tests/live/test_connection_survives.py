# SPDX-License-Identifier: Apache-2.0
"""A connection in use while an administrator works on its realm, and while the server restarts.

Access tokens live for seconds here, and a refresh token is good once. The callers, threads and tasks, never
stop; what they see is all that a program would see.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakError,
    KeycloakInvalidCredentialsError,
    KeycloakPostError,
)
from support.calling import calling
from support.realms import client, user
from support.refusals import assert_one_line, refused
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_sdk.testing import KeycloakServer
    from support.both import Both
    from support.realms import LiveRealm
    from support.watch import Watched

pytestmark = [pytest.mark.anyio, pytest.mark.live]

TOKEN_SECONDS = 4
SESSION_SECONDS = 3


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("cli", public=True, token_seconds=TOKEN_SECONDS),
            client("lasting", public=True),
            client("idle", public=True, attributes={"client.session.idle.timeout": str(SESSION_SECONDS)}),
            client(
                "brief",
                public=True,
                token_seconds=1,
                attributes={"client.session.max.lifespan": str(SESSION_SECONDS)},
            ),
            client("worker", serviceAccountsEnabled=True, token_seconds=TOKEN_SECONDS),
            client("rotated", serviceAccountsEnabled=True),
        ],
        users=[user(name) for name in ("ann", "bob", "cid", "dan", "eve", "fay", "gus")],
        revokeRefreshToken=True,
        refreshTokenMaxReuse=0,
        eventsEnabled=True,
        enabledEventTypes=["REFRESH_TOKEN", "REFRESH_TOKEN_ERROR", "LOGIN_ERROR"],
    )


@pytest.fixture
def path(realm: LiveRealm) -> str:
    """Return a path that needs a token of a live session."""
    return f"/realms/{realm.name}/protocol/openid-connect/userinfo"


def token_forms(wire: Watched) -> list[dict[str, list[str]]]:
    """Return the forms of all token requests, in order."""
    sent = [request for request in wire.requests if request.url.path.endswith("/token")]
    return [parse_qs(request.content.decode()) for request in sent]


def grants(wire: Watched) -> list[str]:
    """Return the grants that were sent, in order."""
    return [form["grant_type"][0] for form in token_forms(wire)]


def assert_no_refresh_token_was_used_twice(wire: Watched) -> None:
    used = Counter(form["refresh_token"][0] for form in token_forms(wire) if "refresh_token" in form)
    assert set(used.values()) <= {1}


def log_out(realm: LiveRealm) -> None:
    realm.admin("POST", f"/users/{realm.id_of_user('ann')}/logout")


def delete_sessions(realm: LiveRealm, username: str = "ann") -> None:
    for session in realm.admin("GET", f"/users/{realm.id_of_user(username)}/sessions").json():
        realm.admin("DELETE", f"/sessions/{session['id']}")


def log_everybody_out(realm: LiveRealm) -> None:
    realm.admin("POST", "/logout-all")


def revoke_older_tokens(realm: LiveRealm) -> None:
    realm.admin("PUT", "", {"notBefore": int(time.time())})
    realm.admin("POST", "/push-revocation")


def revoke_older_tokens_of_the_client(realm: LiveRealm) -> None:
    realm.admin("PUT", f"/clients/{realm.id_of_client('cli')}", {"notBefore": int(time.time())})
    realm.admin("POST", f"/clients/{realm.id_of_client('cli')}/push-revocation")


def add_a_key(realm: LiveRealm) -> None:
    realm.add_key("RS256", priority=200)


def disable_the_old_key(realm: LiveRealm) -> None:
    realm.add_key("RS256", priority=300)
    (component,) = realm.admin("GET", "/components", name="RS256-100").json()
    component["config"]["enabled"] = ["false"]
    realm.admin("PUT", f"/components/{component['id']}", component)


def replace_the_key_of_refresh_tokens(realm: LiveRealm) -> None:
    realm.remove_key("HS512-100")
    realm.add_key("HS512", priority=100)


def shorten_tokens(realm: LiveRealm) -> None:
    client_id = realm.id_of_client("cli")
    found = realm.admin("GET", f"/clients/{client_id}").json()
    found["attributes"]["access.token.lifespan"] = "2"
    realm.admin("PUT", f"/clients/{client_id}", found)


UNNOTICED = [
    log_out,
    delete_sessions,
    log_everybody_out,
    revoke_older_tokens,
    revoke_older_tokens_of_the_client,
    add_a_key,
    disable_the_old_key,
    replace_the_key_of_refresh_tokens,
    shorten_tokens,
]


@pytest.mark.parametrize("act", UNNOTICED, ids=lambda act: act.__name__.replace("_", " "))
async def test_callers_notice_nothing_when_an_administrator_does_this(
    realm: LiveRealm, path: str, act: Callable[[LiveRealm], None]
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        async with connection, calling(connection.raw_get, connection.a_raw_get, path) as calls:
            act(realm)
            await calls.more(3)
            await connection.a_refresh_token()
            await calls.more()
        assert calls.statuses == {200}
        assert_no_refresh_token_was_used_twice(wire)


async def test_a_program_that_decodes_tokens_goes_on_when_the_realm_gets_new_keys(realm: LiveRealm) -> None:
    """The new key signs at once; the old one is then withdrawn."""
    openid, connection = realm.openid("lasting"), realm.connection("lasting", username="bob", password="bob")
    await connection.a_get_token()

    def decode() -> str:
        assert connection.token is not None
        return str(openid.decode_token(connection.token.access_token)["preferred_username"])

    async def a_decode() -> str:
        assert connection.token is not None
        claims = await openid.a_decode_token(connection.token.access_token)
        return str(claims["preferred_username"])

    async with openid, connection, calling(decode, a_decode) as calls:
        realm.add_key("RS256", priority=400)
        await connection.a_get_token()
        await calls.more()
        (component,) = realm.admin("GET", "/components", name="RS256-400").json()
        realm.remove_key("RS256-400")
        await connection.a_get_token()
        await calls.more()
    assert calls.statuses == {"bob"}
    assert component["providerId"] == "rsa"


# --- sessions that end by themselves


@pytest.mark.parametrize(
    ("client_id", "wait"), [("idle", SESSION_SECONDS + 1), ("brief", 0)], ids=["idle", "longest"]
)
async def test_a_session_that_has_ended_costs_a_login(
    realm: LiveRealm, path: str, client_id: str, wait: int
) -> None:
    async with watched() as wire:
        connection = realm.connection(client_id, username="ann", password="ann", **wire.options)
        assert (await connection.a_raw_get(path)).status_code == 200
        await asyncio.sleep(wait)
        begun = time.monotonic()
        async with connection, calling(connection.raw_get, connection.a_raw_get, path, of_each=2) as calls:
            while grants(wire).count("password") < 2:
                await calls.more()
                assert time.monotonic() - begun < 20
                if client_id == "idle":
                    await connection.a_refresh_token()
        assert calls.statuses == {200}
        assert_no_refresh_token_was_used_twice(wire)


async def test_a_session_that_has_ended_is_told_when_there_are_no_credentials(
    realm: LiveRealm, both: Both, path: str
) -> None:
    token = await both(realm.openid("cli")).token("bob", "bob")
    connection = realm.connection("cli", token=token)
    assert (await both(connection).raw_get(path)).status_code == 200
    log_everybody_out(realm)
    with refused(KeycloakPostError, "invalid_grant", 400, secrets=[token.refresh_token]) as caught:
        await both(connection).raw_get(path)
    assert not caught.value.retryable


# --- people and clients that are changed


async def test_a_user_who_is_disabled_is_told_by_the_next_call_and_may_come_back(
    realm: LiveRealm, both: Both, path: str
) -> None:
    connection = realm.connection("cli", username="cid", password="cid")
    assert (await both(connection).raw_get(path)).status_code == 200
    user_path = f"/users/{realm.id_of_user('cid')}"
    realm.admin("PUT", user_path, {"enabled": False})
    with pytest.raises(KeycloakInvalidCredentialsError, match="disabled") as caught:
        await both(connection).raw_get(path)
    assert (caught.value.error, caught.value.retryable) == ("invalid_grant", False)
    assert_one_line(caught.value)
    realm.admin("PUT", user_path, {"enabled": True})
    assert (await both(connection).raw_get(path)).status_code == 200


async def test_a_password_that_was_changed_is_told_once_the_session_is_over(
    realm: LiveRealm, both: Both, path: str
) -> None:
    connection = realm.connection("lasting", username="dan", password="dan")
    assert (await both(connection).raw_get(path)).status_code == 200
    user_path = f"/users/{realm.id_of_user('dan')}"
    realm.admin("PUT", f"{user_path}/reset-password", {"type": "password", "value": "new-password-of-dan"})
    realm.admin("POST", f"{user_path}/logout")
    with pytest.raises(KeycloakInvalidCredentialsError, match="Invalid user credentials") as caught:
        await both(connection).raw_get(path)
    assert_one_line(caught.value, ["new-password-of-dan"])
    connection.password = "new-password-of-dan"
    assert (await both(connection).raw_get(path)).status_code == 200
    realm.admin("PUT", f"{user_path}/reset-password", {"type": "password", "value": "dan"})


async def test_a_secret_that_was_regenerated_is_told_by_the_next_login(
    realm: LiveRealm, both: Both, path: str
) -> None:
    connection = realm.connection("rotated", client_secret_key=secret_of(realm, "rotated"))
    assert (await both(connection).raw_get(path)).status_code == 200
    new = realm.admin("POST", f"/clients/{realm.id_of_client('rotated')}/client-secret").json()["value"]
    assert (await both(connection).raw_get(path)).status_code == 200  # the token is good for a while
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=[new]) as caught:
        await both(connection).get_token()
    assert not caught.value.retryable
    connection.client_secret_key = new
    await both(connection).get_token()
    assert (await both(connection).raw_get(path)).status_code == 200


async def test_a_secret_that_is_rotated_by_a_client_policy_stays_good_until_it_is_withdrawn(
    make_realm: Callable[..., LiveRealm], both: Both
) -> None:
    realm = make_realm(clients=[client("job", serviceAccountsEnabled=True)])
    periods = {"expiration-period": 3600, "rotated-expiration-period": 1800, "remaining-rotation-period": 60}
    executor = {"executor": "secret-rotation", "configuration": periods}
    condition = {"condition": "client-access-type", "configuration": {"type": ["confidential"]}}
    realm.admin("PUT", "/client-policies/profiles", {"profiles": [{"name": "p", "executors": [executor]}]})
    realm.admin(
        "PUT",
        "/client-policies/policies",
        {"policies": [{"name": "p", "enabled": True, "conditions": [condition], "profiles": ["p"]}]},
    )
    secret_path = f"/clients/{realm.id_of_client('job')}/client-secret"
    old = realm.admin("POST", secret_path).json()["value"]
    connection = realm.connection("job", client_secret_key=old)
    await both(connection).get_token()
    new = realm.admin("POST", secret_path).json()["value"]
    await both(connection).get_token()
    realm.admin("DELETE", f"{secret_path}/rotated")
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=[old]):
        await both(connection).get_token()
    connection.client_secret_key = new
    await both(connection).get_token()


def secret_of(realm: LiveRealm, client_id: str) -> str:
    """Return the client's secret, as it now is."""
    return str(realm.admin("GET", f"/clients/{realm.id_of_client(client_id)}/client-secret").json()["value"])


# --- the server is gone for a while


@pytest.fixture
def restartable(realm: LiveRealm) -> KeycloakServer:
    if realm.server.log_path is None:
        pytest.skip("the server at KEYCLOAK_URL is not ours to end")
    return realm.server


async def test_a_restart_of_the_server_costs_the_calls_meanwhile_and_nothing_else(
    realm: LiveRealm, path: str, restartable: KeycloakServer
) -> None:
    """The tokens held expire in the outage; afterwards everybody goes on."""
    offline_token = await realm.openid("lasting").a_token("fay", "fay", scope="openid offline_access")
    user_ = realm.connection("cli", username="eve", password="eve")
    account = realm.connection("worker")
    offline = realm.connection("lasting", token=offline_token)
    openid = realm.openid("lasting")
    assert openid.decode_token(offline_token.access_token).preferred_username == "fay"
    async with (
        user_,
        account,
        openid,
        calling(user_.raw_get, user_.a_raw_get, path, of_each=2) as of_user,
        calling(account.raw_get, account.a_raw_get, path, of_each=2) as of_account,
    ):
        outage = restartable.outage()
        await asyncio.to_thread(outage.__enter__)
        await of_user.more()
        assert openid.decode_token(offline_token.access_token).preferred_username == "fay"
        await asyncio.to_thread(outage.__exit__, None, None, None)
        await of_user.recovery()
        await of_account.recovery()
    for calls in (of_user, of_account):
        assert set(calls.counts) == {200}
        assert {type(error) for error in calls.errors} <= {KeycloakConnectionError, KeycloakPostError}
        for error in calls.errors:
            assert isinstance(error, KeycloakError)
            assert error.retryable
            assert_one_line(error)
    async with offline:
        assert (await offline.a_raw_get(path)).status_code == 200
        await offline.a_refresh_token()
        assert (await offline.a_raw_get(path)).status_code == 200


async def test_an_offline_session_goes_on_when_the_session_of_the_browser_is_deleted(
    realm: LiveRealm, both: Both, path: str
) -> None:
    token = await both(realm.openid("cli")).token("gus", "gus", scope="openid offline_access")
    async with watched() as wire:
        connection = realm.connection("cli", token=token, **wire.options)
        for _ in range(3):
            assert (await both(connection).raw_get(path)).status_code == 200
            await both(connection).refresh_token()
            delete_sessions(realm, "gus")
        assert (await both(connection).raw_get(path)).status_code == 200
        assert set(grants(wire)) == {"refresh_token"}
        assert_no_refresh_token_was_used_twice(wire)


async def test_no_refresh_token_was_refused_for_being_used_twice(realm: LiveRealm, path: str) -> None:
    """What the server itself has noted of a hundred threads and as many tasks."""
    connection = realm.connection("lasting", username="bob", password="bob")
    connection.token_lifetime_fraction = 0.007  # renewed every two seconds, good for minutes
    async with connection, calling(connection.raw_get, connection.a_raw_get, path, of_each=100) as calls:
        await asyncio.sleep(5)
    assert calls.statuses == {200}
    bob = realm.id_of_user("bob")
    refreshed = realm.admin("GET", "/events", type="REFRESH_TOKEN", user=bob).json()
    assert len(refreshed) >= 2
    assert realm.admin("GET", "/events", type="REFRESH_TOKEN_ERROR", user=bob).json() == []
