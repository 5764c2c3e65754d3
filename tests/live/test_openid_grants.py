# SPDX-License-Identifier: Apache-2.0
"""`token` with the password and the client credentials grant, and what the server refuses of any grant."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakInvalidCredentialsError,
    KeycloakPostError,
)
from support.realms import (
    client,
    client_policy,
    just_begun,
    one_time_code,
    resource_permission,
    resource_server,
    user,
)
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

OTP_SECRET = "bobs-totp-secret-20by"
ODD_CLIENT, ODD_SECRET = "odd client/ü", "odd: secret+&=%/ü"
UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop"),
            client(ODD_CLIENT, secret=ODD_SECRET),
            client("cli", public=True),
            client("worker", serviceAccountsEnabled=True),
            client("no-password", directAccessGrantsEnabled=False),
            client("gone", enabled=False),
            resource_server(
                "photos",
                resources={"album": ["view"]},
                policies=[
                    client_policy("itself", "photos"),
                    resource_permission("albums", "album", by=["itself"]),
                ],
            ),
        ],
        users=[
            user("ann"),
            user("zoë", password="pässwörd +&=%"),
            user("bob", otp_secret=OTP_SECRET),
            user("carol", enabled=False),
            user("dave", requiredActions=["UPDATE_PASSWORD"]),
        ],
    )


def status_of_wrong_credentials(realm: LiveRealm) -> int:
    return 400 if realm.is_since(26, 5) else 401


async def test_a_password_brings_a_typed_token_that_is_a_dict(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann")
    assert token.access_token == token["access_token"]
    assert token.token_type == "Bearer"
    assert just_begun(token.expires_in, 300)
    assert just_begun(token.refresh_expires_in, 1800)
    assert token.refresh_token
    assert token.id_token
    assert set(token.scope.split()) == {"openid", "profile", "email"}
    assert json.loads(json.dumps(token)) == token
    assert token["not-before-policy"] == 0


async def test_an_empty_scope_is_not_sent_and_brings_no_id_token(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann", scope="")
    assert token.id_token is None
    assert set(token.scope.split()) == {"profile", "email"}


async def test_an_offline_token_never_expires(realm: LiveRealm, both: Both) -> None:
    token = await both(realm.openid("shop")).token("ann", "ann", scope="openid offline_access")
    assert (token.refresh_expires_in, bool(token.refresh_token)) == (0, True)


async def test_an_email_address_is_a_user_name(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    token = await openid.token("ann@example.org", "ann")
    assert (await openid.decode_token(token.access_token)).preferred_username == "ann"


@pytest.mark.parametrize("grant_type", ["password", ["password"], ("password",)])
async def test_the_grant_may_be_named_alone_or_in_a_list(
    realm: LiveRealm, both: Both, grant_type: Any
) -> None:
    assert await both(realm.openid("shop")).token("ann", "ann", grant_type)


async def test_names_and_secrets_of_any_script_arrive_unchanged(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid(ODD_CLIENT))
    token = await openid.token("zoë", "pässwörd +&=%")
    claims = await openid.decode_token(token.access_token)
    assert (claims.preferred_username, claims.azp) == ("zoë", ODD_CLIENT)


async def test_a_public_client_needs_no_secret(realm: LiveRealm, both: Both) -> None:
    assert await both(realm.openid("cli")).token("ann", "ann")


@pytest.mark.parametrize("given", ["totp", "otp"])
async def test_a_one_time_code_completes_the_password(realm: LiveRealm, both: Both, given: str) -> None:
    openid = both(realm.openid("shop"))
    code: dict[str, Any] = {given: one_time_code(OTP_SECRET)}
    assert await openid.token("bob", "bob", **code)


async def test_a_one_time_code_given_as_a_number_keeps_the_zeros_it_begins_with(
    realm: LiveRealm, both: Both
) -> None:
    name = f"zero-{token_hex(4)}"
    secret = next(text for text in iter(lambda: token_hex(10), None) if one_time_code(text)[0] == "0")
    realm.admin("POST", "/users", {"realmRoles": [], **user(name, otp_secret=secret)})
    assert await both(realm.openid("shop")).token(name, name, totp=int(one_time_code(secret)))


@pytest.mark.parametrize(
    ("username", "password", "totp"),
    [
        ("ann", "wrong-password", None),
        ("nobody", "wrong-password", None),
        ("ann", "", None),
        ("bob", "bob", None),
        ("bob", "bob", "000000"),
    ],
)
async def test_wrong_credentials_are_one_error_on_every_release(
    realm: LiveRealm, both: Both, username: str, password: str, totp: str | None
) -> None:
    status = status_of_wrong_credentials(realm)
    with refused(
        KeycloakInvalidCredentialsError, "invalid_grant", status, secrets=["wrong-password"]
    ) as caught:
        await both(realm.openid("shop")).token(username, password, totp=totp)
    assert isinstance(caught.value, KeycloakPostError)
    assert isinstance(caught.value, KeycloakAuthenticationError)
    assert json.loads(caught.value.response_body or b"")["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("username", "description"),
    [("carol", "Account disabled"), ("dave", "Account is not fully set up")],
)
async def test_a_user_who_may_not_log_in_is_told_apart_by_the_servers_words(
    realm: LiveRealm, both: Both, username: str, description: str
) -> None:
    with refused(KeycloakInvalidCredentialsError, "invalid_grant", 400) as caught:
        await both(realm.openid("shop")).token(username, username)
    assert caught.value.error_description == description


async def test_no_user_name_is_an_authentication_error(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakAuthenticationError, "invalid_request", 401):
        await both(realm.openid("shop")).token(password="ann")


@pytest.mark.parametrize(
    ("client_id", "secret", "error"),
    [
        ("shop", "wrong-secret", "unauthorized_client"),
        ("shop", "", "unauthorized_client"),
        ("nobody", "wrong-secret", "invalid_client"),
        ("gone", "gone-secret", "invalid_client"),
    ],
)
async def test_a_client_that_is_not_accepted_is_an_authentication_error(
    realm: LiveRealm, both: Both, client_id: str, secret: str, error: str
) -> None:
    with refused(KeycloakAuthenticationError, error, 401, secrets=["wrong-secret", "gone-secret"]):
        await both(realm.openid(client_id, secret)).token("ann", "ann")


async def test_a_client_without_the_password_grant_is_told_so(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakPostError, "unauthorized_client", 400):
        await both(realm.openid("no-password")).token("ann", "ann")


async def test_a_scope_that_does_not_exist_is_refused(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakPostError, "invalid_scope", 400):
        await both(realm.openid("shop")).token("ann", "ann", scope="openid no-such-scope")


@pytest.mark.parametrize("grant_type", ["no-such-grant", "implicit"])
async def test_a_grant_that_the_server_does_not_know_is_refused(
    realm: LiveRealm, both: Both, grant_type: str
) -> None:
    with refused(KeycloakPostError, "unsupported_grant_type", 400):
        await both(realm.openid("shop")).token(grant_type=grant_type)


async def test_a_jwt_of_no_known_issuer_is_no_grant(realm: LiveRealm, both: Both) -> None:
    error = "invalid_grant" if realm.is_since(26, 5) else "unsupported_grant_type"
    with refused(KeycloakPostError, error, 400):
        await both(realm.openid("shop")).token(grant_type=JWT_BEARER, assertion="no.jwt.atall")


async def test_client_credentials_bring_the_service_accounts_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("worker"))
    token = await openid.token(grant_type="client_credentials")
    assert (token.refresh_token, token.session_state) == (None, None)
    claims = await openid.decode_token(token.access_token)
    assert claims.preferred_username == "service-account-worker"


@pytest.mark.parametrize("client_id", ["shop", "cli"])
async def test_client_credentials_need_a_service_account(
    realm: LiveRealm, both: Both, client_id: str
) -> None:
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401):
        await both(realm.openid(client_id)).token(grant_type="client_credentials")


async def test_further_fields_of_a_grant_are_sent_as_they_are(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("photos"))
    rpt = await openid.token(grant_type=UMA_TICKET, audience="photos", permission=["album#view"])
    assert rpt.upgraded is False
    (granted,) = (await openid.decode_token(rpt.access_token))["authorization"]["permissions"]
    assert (granted["rsname"], granted["scopes"]) == ("album", ["view"])


@pytest.mark.parametrize("response_mode", ["decision", "permissions"])
async def test_an_answer_that_is_no_token_is_an_error_of_token(
    realm: LiveRealm, both: Both, response_mode: str
) -> None:
    with refused(KeycloakPostError, None, 200):
        await both(realm.openid("photos")).token(
            grant_type=UMA_TICKET, audience="photos", response_mode=response_mode
        )
