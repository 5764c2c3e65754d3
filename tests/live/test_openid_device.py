# SPDX-License-Identifier: Apache-2.0
"""Logins on another device: the device grant to its end, and CIBA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from keycloak_sdk import KeycloakAuthenticationError, KeycloakPostError
from support.browser_login import Browser
from support.ciba import authentication_device
from support.realms import client, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
CIBA = "urn:openid:params:grant-type:ciba"
DEVICE_GRANT = {"oauth2.device.authorization.grant.enabled": "true", "oauth2.device.polling.interval": "1"}
INTERVAL = 1.1
"""Seconds between two questions, a little more than the server asks for."""


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("tv", public=True, attributes=DEVICE_GRANT),
            client("tv-conf", attributes=DEVICE_GRANT),
            client("shop"),
            client(
                "phone",
                attributes={
                    "oidc.ciba.grant.enabled": "true",
                    "ciba.backchannel.token.delivery.mode": "poll",
                },
            ),
        ],
        users=[user("ann")],
        attributes={"cibaInterval": "1"},
    )


async def poll(openid: Side, code: str) -> Any:
    return await openid.token(grant_type=DEVICE_CODE, device_code=code)


@pytest.mark.parametrize("client_id", ["tv", "tv-conf"])
async def test_a_device_gets_its_token_when_the_user_has_approved(
    realm: LiveRealm, both: Both, client_id: str
) -> None:
    openid = both(realm.openid(client_id))
    begun = await openid.device(scope="openid email")
    assert (begun.interval, begun.expires_in) == (1, 600)
    assert begun.verification_uri_complete == f"{begun.verification_uri}?user_code={begun.user_code}"
    with Browser() as browser:
        browser.decide_on_device(begun.verification_uri_complete, "ann", "ann", approve=True)
    token = await poll(openid, begun.device_code)
    assert (await openid.decode_token(token.id_token)).preferred_username == "ann"
    assert "email" in token.scope.split()


async def test_a_device_without_a_scope_gets_no_id_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("tv"))
    begun = await openid.device()
    with Browser() as browser:
        browser.decide_on_device(begun.verification_uri_complete, "ann", "ann", approve=True)
    assert (await poll(openid, begun.device_code)).id_token is None


async def test_a_device_is_told_to_wait_and_when_it_asks_too_often(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("tv"))
    begun = await openid.device()
    for error in ("authorization_pending", "slow_down"):
        with refused(KeycloakPostError, error, 400, secrets=[begun.device_code]):
            await poll(openid, begun.device_code)


async def test_a_device_is_told_when_the_user_says_no(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("tv"))
    begun = await openid.device()
    with Browser() as browser:
        browser.decide_on_device(begun.verification_uri_complete, "ann", "ann", approve=False)
    with refused(KeycloakPostError, "access_denied", 400):
        await poll(openid, begun.device_code)


async def test_a_device_code_is_good_once(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("tv"))
    begun = await openid.device()
    with Browser() as browser:
        browser.decide_on_device(begun.verification_uri_complete, "ann", "ann", approve=True)
    await poll(openid, begun.device_code)
    with refused(KeycloakPostError, "invalid_grant", 400, secrets=[begun.device_code]):
        await poll(openid, begun.device_code)


async def test_a_client_without_the_device_grant_is_told_so(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakPostError, "unauthorized_client", 400):
        await both(realm.openid("shop")).device()


async def test_device_needs_the_clients_secret(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=["wrong-secret"]):
        await both(realm.openid("tv-conf", "wrong-secret")).device()


async def ask_for_login(realm: LiveRealm, login_hint: str) -> httpx.Response:
    form = {
        "client_id": "phone",
        "client_secret": "phone-secret",
        "scope": "openid",
        "login_hint": login_hint,
    }
    async with httpx.AsyncClient() as plain:
        return await plain.post(f"{realm.url}/protocol/openid-connect/ext/ciba/auth", data=form)


@pytest.mark.parametrize(("answer", "error"), [("SUCCEED", None), ("CANCELLED", "access_denied")])
async def test_a_backchannel_login_ends_as_the_user_answers_on_the_phone(
    realm: LiveRealm, both: Both, answer: str, error: str | None
) -> None:
    openid = both(realm.openid("phone"))
    with authentication_device() as questions:
        begun = (await ask_for_login(realm, "ann")).json()
        question = questions.get(timeout=10)
    assert question.content["login_hint"] == "ann"
    grant = {"grant_type": CIBA, "auth_req_id": begun["auth_req_id"]}
    with refused(KeycloakPostError, "authorization_pending", 400, secrets=[begun["auth_req_id"]]):
        await openid.token(**grant)
    async with httpx.AsyncClient(headers={"Authorization": question.bearer}) as phone:
        callback = f"{realm.url}/protocol/openid-connect/ext/ciba/auth/callback"
        assert (await phone.post(callback, json={"status": answer})).status_code == 200
    await anyio.sleep(INTERVAL)
    if error is None:
        token = await openid.token(**grant)
        assert (await openid.decode_token(token.access_token)).preferred_username == "ann"
    else:
        with refused(KeycloakPostError, error, 400):
            await openid.token(**grant)


async def test_a_backchannel_request_that_nobody_made_is_an_invalid_grant(
    realm: LiveRealm, both: Both
) -> None:
    with refused(KeycloakPostError, "invalid_grant", 400):
        await both(realm.openid("phone")).token(grant_type=CIBA, auth_req_id="garbage")
