# SPDX-License-Identifier: Apache-2.0
"""What the server tells of a token: `userinfo` and `introspect`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakGetError,
    KeycloakPostError,
    KeycloakRequestError,
    KeycloakRPTNotFound,
)
from support.realms import client, resource_permission, resource_server, role_policy, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

TOKEN_SECONDS = 2
UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket"
RPT_HINT = "requesting_party_token"


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        keys=["RS256", "ES256"],
        clients=[
            client("shop", audience=["shop", "photos"]),
            client("lonely"),
            client("cli", public=True),
            client("brief", token_seconds=TOKEN_SECONDS, audience=["brief"]),
            client("signing", attributes={"user.info.response.signature.alg": "ES256"}),
            client("light", attributes={"client.use.lightweight.access.token.enabled": "true"}),
            resource_server(
                "photos",
                resources={"album": ["view"], "report": []},
                policies=[
                    role_policy("everybody", "member"),
                    resource_permission("albums", "album", by=["everybody"]),
                ],
            ),
        ],
        roles=["member"],
        users=[user("ann", roles=["member"])],
    )


async def test_userinfo_brings_the_claims_of_the_user(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    info = await openid.userinfo((await openid.token("ann", "ann")).access_token)
    assert (info.sub, info.preferred_username) == (realm.id_of_user("ann"), "ann")
    assert (info.email, info.email_verified) == ("ann@example.org", True)
    assert (info["given_name"], info["family_name"]) == ("Ann", "Example")


async def test_userinfo_of_a_client_that_wants_it_signed_is_the_jwt_itself(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("signing"))
    signed = await openid.userinfo((await openid.token("ann", "ann")).access_token)
    assert isinstance(signed, bytes)
    claims = await openid.decode_token(signed, validate=False)
    assert claims["preferred_username"] == "ann"


@pytest.mark.parametrize("kind", ["garbage", "id_token", "refresh_token"])
async def test_userinfo_wants_an_access_token(realm: LiveRealm, both: Both, kind: str) -> None:
    openid = both(realm.openid("shop"))
    text = (await openid.token("ann", "ann")).get(kind, kind)
    with refused(KeycloakAuthenticationError, "invalid_token", 401, secrets=[text]) as caught:
        await openid.userinfo(text)
    assert caught.value.response_body == b""
    assert caught.value.error_description == "Token verification failed"


async def test_userinfo_refuses_an_expired_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("brief"))
    token = await openid.token("ann", "ann")
    await anyio.sleep(token.expires_in + 1)
    with refused(KeycloakAuthenticationError, "invalid_token", 401):
        await openid.userinfo(token.access_token)


async def test_userinfo_needs_the_scope_openid(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann", scope="email")
    with refused(KeycloakGetError, "insufficient_scope", 403) as caught:
        await openid.userinfo(token.access_token)
    assert caught.value.response_body == b""


async def test_userinfo_takes_a_lightweight_token_on_older_releases_only(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("light"))
    token = await openid.token("ann", "ann")
    if realm.is_since(26, 5):
        with refused(KeycloakAuthenticationError, "invalid_token", 401):
            await openid.userinfo(token.access_token)
    else:
        assert (await openid.userinfo(token.access_token)).preferred_username == "ann"


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "kännte"])
async def test_what_no_header_can_carry_is_refused_here(realm: LiveRealm, both: Both, text: str) -> None:
    with refused(KeycloakRequestError, None, None):
        await both(realm.openid("shop")).userinfo(text)


async def test_introspection_tells_all_claims_of_an_active_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    told = await openid.introspect((await openid.token("ann", "ann")).access_token)
    assert (told.active, told.username, told.client_id) == (True, "ann", "shop")
    assert (told.token_type, told.sub) == ("Bearer", realm.id_of_user("ann"))
    assert 0 < told.exp - time.time() <= 301
    assert set(told["aud"]) >= {"shop", "photos"}
    assert "member" in told["realm_access"]["roles"]


async def test_introspection_by_a_client_outside_the_audience_depends_on_the_release(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("lonely"))
    told = await openid.introspect((await openid.token("ann", "ann")).access_token)
    assert told.active is not realm.is_since(26, 5)


async def test_what_is_no_token_is_inactive(realm: LiveRealm, both: Both) -> None:
    told = await both(realm.openid("shop")).introspect("garbage")
    assert dict(told) == {"active": False}


async def test_an_expired_token_is_inactive(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("brief"))
    token = await openid.token("ann", "ann")
    assert (await openid.introspect(token.access_token)).active
    await anyio.sleep(token.expires_in + 1)
    assert not (await openid.introspect(token.access_token)).active


async def test_the_tokens_of_an_ended_session_are_inactive(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann", "ann")
    await openid.logout(token.refresh_token)
    for kind in ("access_token", "refresh_token"):
        assert not (await openid.introspect(token[kind], token_type_hint=kind)).active


async def test_a_refresh_token_is_active_under_its_own_hint(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = (await openid.token("ann", "ann")).refresh_token
    assert (await openid.introspect(token, token_type_hint="refresh_token")).active
    assert (await openid.introspect(token)).active is not realm.is_since(26, 5)


async def test_an_rpt_shows_its_permissions_under_its_own_hint(realm: LiveRealm, both: Both) -> None:
    photos = both(realm.openid("photos"))
    token = await photos.token("ann", "ann")
    rpt = await photos.token(grant_type=UMA_TICKET, audience="photos", subject_token=token.access_token)
    told = await photos.introspect(token.access_token, rpt.access_token, RPT_HINT)
    assert told.active
    assert [(item["rsname"], item["scopes"]) for item in told["permissions"]] == [("album", ["view"])]


async def test_the_hint_of_an_rpt_needs_an_rpt(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakRPTNotFound, None, None):
        await both(realm.openid("photos")).introspect("token", token_type_hint=RPT_HINT)


async def test_a_hint_that_the_server_does_not_know_is_an_invalid_request(
    realm: LiveRealm, both: Both
) -> None:
    with refused(KeycloakPostError, "invalid_request", 400):
        await both(realm.openid("shop")).introspect("garbage", token_type_hint="no-such-hint")


async def test_a_public_client_may_not_introspect(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("cli"))
    token = (await openid.token("ann", "ann")).access_token
    with refused(KeycloakPostError, "invalid_request", 403, secrets=[token]):
        await openid.introspect(token)


async def test_introspection_needs_the_clients_secret(realm: LiveRealm, both: Both) -> None:
    error = "invalid_client" if realm.is_since(26, 5) else "invalid_request"
    with refused(KeycloakAuthenticationError, error, 401, secrets=["wrong-secret"]):
        await both(realm.openid("shop", "wrong-secret")).introspect("garbage")
