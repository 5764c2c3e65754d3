# SPDX-License-Identifier: Apache-2.0
"""`exchange_token`: Keycloak's standard token exchange, and the legacy one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import KeycloakAuthenticationError, KeycloakPostError
from support.realms import client, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"
STANDARD = {
    "standard.token.exchange.enabled": "true",
    "standard.token.exchange.enableRefreshRequestedTokenType": "SAME_SESSION",
}


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop", audience=["gateway", "legacy"]),
            client("gateway", attributes=STANDARD, audience=["stock"]),
            client("stranger", attributes=STANDARD),
            client("legacy"),
            client("stock"),
            client("far-away"),
            client("cli", public=True),
        ],
        users=[
            user("ann"),
            user("bob"),
            user("root", client_roles={"realm-management": ["impersonation"]}),
        ],
    )


@pytest.fixture
def ann(realm: LiveRealm) -> str:
    """Return an access token of ann's, issued to the shop."""
    return realm.openid("shop").token("ann", "ann").access_token


async def test_an_access_token_becomes_one_of_the_asking_client(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    openid = both(realm.openid("gateway"))
    token = await openid.exchange_token(
        ann, subject_token_type=ACCESS_TOKEN, requested_token_type=ACCESS_TOKEN
    )
    assert (token.issued_token_type, token.token_type) == (ACCESS_TOKEN, "Bearer")
    assert (token.refresh_token, token.refresh_expires_in) == (None, 0)
    claims = await openid.decode_token(token.access_token)
    assert (claims.azp, claims.preferred_username) == ("gateway", "ann")


async def test_an_audience_narrows_the_new_token(realm: LiveRealm, both: Both, ann: str) -> None:
    openid = both(realm.openid("gateway"))
    token = await openid.exchange_token(
        ann, "stock", subject_token_type=ACCESS_TOKEN, requested_token_type=ACCESS_TOKEN
    )
    assert (await openid.decode_token(token.access_token)).aud == "stock"


async def test_a_refresh_token_comes_along_where_the_client_may_have_one(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    openid = both(realm.openid("gateway"))
    token = await openid.exchange_token(ann, subject_token_type=ACCESS_TOKEN)
    assert token.issued_token_type == REFRESH_TOKEN
    assert await openid.refresh_token(token.refresh_token)


async def test_an_id_token_comes_where_the_access_token_is_expected(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    openid = both(realm.openid("gateway"))
    token = await openid.exchange_token(ann, subject_token_type=ACCESS_TOKEN, requested_token_type=ID_TOKEN)
    assert token.token_type == "N_A"
    assert (await openid.decode_token(token.access_token)).typ == "ID"


@pytest.mark.parametrize(
    ("audience", "requested", "error"),
    [
        ("far-away", ACCESS_TOKEN, "invalid_request"),
        ("no-such-client", ACCESS_TOKEN, "invalid_client"),
        (None, JWT, "invalid_request"),
    ],
)
async def test_what_cannot_be_had_is_refused(
    realm: LiveRealm, both: Both, ann: str, audience: str | None, requested: str, error: str
) -> None:
    with refused(KeycloakPostError, error, 400, secrets=[ann]):
        await both(realm.openid("gateway")).exchange_token(
            ann, audience, subject_token_type=ACCESS_TOKEN, requested_token_type=requested
        )


@pytest.mark.parametrize("client_id", ["stranger", "cli"])
async def test_a_client_outside_the_tokens_audience_may_not_exchange_it(
    realm: LiveRealm, both: Both, ann: str, client_id: str
) -> None:
    with refused(KeycloakPostError, "access_denied", 403, secrets=[ann]):
        await both(realm.openid(client_id)).exchange_token(
            ann, subject_token_type=ACCESS_TOKEN, requested_token_type=ACCESS_TOKEN
        )


async def test_what_is_no_token_cannot_be_exchanged(realm: LiveRealm, both: Both) -> None:
    with refused(KeycloakPostError, "invalid_request", 400):
        await both(realm.openid("gateway")).exchange_token(
            "garbage", subject_token_type=ACCESS_TOKEN, requested_token_type=ACCESS_TOKEN
        )


async def test_an_exchange_needs_the_clients_secret(realm: LiveRealm, both: Both, ann: str) -> None:
    with refused(KeycloakAuthenticationError, "unauthorized_client", 401, secrets=["wrong-secret", ann]):
        await both(realm.openid("gateway", "wrong-secret")).exchange_token(ann)


async def test_without_a_token_type_the_legacy_exchange_answers_with_a_refresh_token(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    openid = both(realm.openid("legacy"))
    token = await openid.exchange_token(ann)
    assert token.issued_token_type == REFRESH_TOKEN
    assert (await openid.decode_token(token.access_token)).azp == "legacy"
    assert await openid.refresh_token(token.refresh_token)


async def test_whoever_may_impersonate_gets_another_users_token(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("legacy"))
    root = await openid.token("root", "root")
    token = await openid.exchange_token(root.access_token, subject="bob")
    assert (await openid.decode_token(token.access_token)).preferred_username == "bob"


@pytest.mark.parametrize("subject", ["bob", "nobody"])
async def test_whoever_may_not_impersonate_gets_nobodys_token(
    realm: LiveRealm, both: Both, ann: str, subject: str
) -> None:
    with refused(KeycloakPostError, "access_denied", 403):
        await both(realm.openid("legacy")).exchange_token(ann, subject=subject)


async def test_identity_providers_that_the_realm_does_not_have_are_refused(
    realm: LiveRealm, both: Both, ann: str
) -> None:
    openid = both(realm.openid("legacy"))
    with refused(KeycloakPostError, "invalid_issuer", 400):
        await openid.exchange_token(ann, subject_issuer="nowhere", subject_token_type=ACCESS_TOKEN)
    with refused(KeycloakPostError, "invalid_request", 400):
        await openid.exchange_token(ann, requested_issuer="nowhere")
