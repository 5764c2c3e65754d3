# SPDX-License-Identifier: Apache-2.0
"""The authorization code flow, from `auth_url` over Keycloak's login page to a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakPostError
from keycloak_sdk.pkce_utils import generate_code_challenge, generate_code_verifier
from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

OTHER_URI = REDIRECT_URI + "/other"


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop", redirectUris=[REDIRECT_URI, OTHER_URI]),
            client("other-shop"),
            client("spa", public=True, attributes={"pkce.code.challenge.method": "S256"}),
        ],
        users=[user("ann"), user("zoë", password="pässwörd +&=%")],
    )


@pytest.fixture
def verifier() -> str:
    return generate_code_verifier()


async def logged_in(openid: Side, **parameters: Any) -> dict[str, str]:
    """Return what comes back to the redirect URI after ann has logged in."""
    with Browser() as browser:
        return browser.log_in(await openid.auth_url(REDIRECT_URI, **parameters), "ann", "ann")


async def test_a_login_on_the_page_behind_auth_url_brings_a_code_and_that_a_token(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    answer = await logged_in(openid, scope="openid email", state="a b&c=d", nonce="n-1")
    assert (answer["state"], answer["iss"]) == ("a b&c=d", realm.url)
    token = await openid.token(
        grant_type="authorization_code", code=answer["code"], redirect_uri=REDIRECT_URI
    )
    assert (await openid.decode_token(token.access_token)).preferred_username == "ann"
    assert (await openid.decode_token(token.id_token)).nonce == "n-1"


async def test_auth_url_asks_for_the_scope_email_unless_told_otherwise(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    answer = await logged_in(openid)
    token = await openid.token(
        grant_type="authorization_code", code=answer["code"], redirect_uri=REDIRECT_URI
    )
    assert set(token.scope.split()) == {"email", "profile"}
    assert token.id_token is None


async def test_names_and_passwords_of_any_script_pass_the_page(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    with Browser() as browser:
        url = await openid.auth_url(REDIRECT_URI, "openid profile")
        answer = browser.log_in(url, "zoë", "pässwörd +&=%")
    token = await openid.token(
        grant_type="authorization_code", code=answer["code"], redirect_uri=REDIRECT_URI
    )
    assert (await openid.decode_token(token.id_token)).preferred_username == "zoë"


async def test_a_public_client_proves_by_its_verifier_that_the_code_is_its_own(
    realm: LiveRealm, both: Both, verifier: str
) -> None:
    openid = both(realm.openid("spa"))
    challenge, method = generate_code_challenge(verifier)
    answer = await logged_in(openid, code_challenge=challenge, code_challenge_method=method)
    token = await openid.token(
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=REDIRECT_URI,
        code_verifier=verifier,
    )
    assert (await openid.decode_token(token.access_token)).azp == "spa"


@pytest.mark.parametrize("given", [None, "another-verifier-of-forty-three-characters-or-more"])
async def test_a_code_is_worth_nothing_without_the_verifier(
    realm: LiveRealm, both: Both, verifier: str, given: str | None
) -> None:
    openid = both(realm.openid("spa"))
    challenge, method = generate_code_challenge(verifier)
    answer = await logged_in(openid, code_challenge=challenge, code_challenge_method=method)
    with refused(KeycloakPostError, "invalid_grant", 400, secrets=[answer["code"]]):
        await openid.token(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=REDIRECT_URI,
            code_verifier=given,
        )


async def test_where_pkce_is_required_a_login_without_it_comes_back_with_an_error(
    realm: LiveRealm, both: Both
) -> None:
    with Browser() as browser:
        answer = browser.log_in(await both(realm.openid("spa")).auth_url(REDIRECT_URI), "ann", "ann")
    assert answer["error"] == "invalid_request"


async def test_a_code_is_good_once(realm: LiveRealm, both: Both) -> None:
    openid = both(realm.openid("shop"))
    form = {"code": (await logged_in(openid))["code"], "redirect_uri": REDIRECT_URI}
    await openid.token(grant_type="authorization_code", **form)
    with refused(KeycloakPostError, "invalid_grant", 400, secrets=[form["code"]]):
        await openid.token(grant_type="authorization_code", **form)


@pytest.mark.parametrize("uri", [OTHER_URI, ""])
async def test_a_code_belongs_to_the_redirect_uri_it_was_sent_to(
    realm: LiveRealm, both: Both, uri: str
) -> None:
    openid = both(realm.openid("shop"))
    code = (await logged_in(openid))["code"]
    with refused(KeycloakPostError, "invalid_grant", 400):
        await openid.token(grant_type="authorization_code", code=code, redirect_uri=uri)


async def test_a_code_belongs_to_the_client_that_asked_for_it(realm: LiveRealm, both: Both) -> None:
    code = (await logged_in(both(realm.openid("shop"))))["code"]
    with refused(KeycloakPostError, "invalid_grant", 400):
        await both(realm.openid("other-shop")).token(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI
        )


async def test_no_code_is_an_invalid_request_and_a_garbled_one_an_invalid_grant(
    realm: LiveRealm, both: Both
) -> None:
    openid = both(realm.openid("shop"))
    with refused(KeycloakPostError, "invalid_request", 400):
        await openid.token(grant_type="authorization_code", redirect_uri=REDIRECT_URI)
    with refused(KeycloakPostError, "invalid_grant", 400):
        await openid.token(grant_type="authorization_code", code="a.b.c", redirect_uri=REDIRECT_URI)
