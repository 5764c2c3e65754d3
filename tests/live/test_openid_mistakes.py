# SPDX-License-Identifier: Apache-2.0
"""A client that is set up wrongly: one typed line that says what to change, for every method."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakError,
    KeycloakGetError,
    KeycloakOpenID,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
)
from support.realms import REDIRECT_URI, client, user
from support.refusals import assert_one_line, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

GETS: dict[str, tuple[Any, ...]] = {
    "well_known": (),
    "auth_url": (REDIRECT_URI,),
    "certs": (),
    "public_key": (),
    "userinfo": ("token",),
    "entitlement": ("token", "shop"),
}
POSTS: dict[str, tuple[Any, ...]] = {
    "token": ("ann", "wrong-password"),
    "refresh_token": ("token",),
    "exchange_token": ("token",),
    "introspect": ("token",),
    "logout": ("token",),
    "device": (),
    "uma_permissions": ("token",),
    "has_uma_access": ("token", "album"),
    "register_client": ("token", {"clientId": "x"}),
}
PUTS: dict[str, tuple[Any, ...]] = {"update_client": ("token", "shop", {})}
CALLS = GETS | POSTS | PUTS
SECRETS = ("shop-secret", "wrong-password")


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(clients=[client("shop")], users=[user("ann")])


@pytest.mark.parametrize("method", CALLS)
async def test_a_server_that_is_down_is_a_connection_error_of_every_method(
    nobody: str, both: Both, method: str
) -> None:
    openid = KeycloakOpenID(nobody, "acme", "shop", "shop-secret")
    with refused(KeycloakConnectionError, None, None, secrets=SECRETS) as caught:
        await getattr(both(openid), method)(*CALLS[method])
    assert caught.value.retryable


@pytest.mark.parametrize("method", CALLS)
async def test_an_unknown_realm_is_told_by_every_method(realm: LiveRealm, both: Both, method: str) -> None:
    stranger = KeycloakOpenID(realm.server.url, "no-such-realm", "shop", "shop-secret")
    with pytest.raises(KeycloakError) as caught:
        await getattr(both(stranger), method)(*CALLS[method])
    assert caught.value.response_code == 404
    assert f"{caught.value.path}/".startswith("/realms/no-such-realm/")
    assert_one_line(caught.value, SECRETS)


@pytest.mark.parametrize("method", CALLS)
async def test_a_server_url_with_a_path_that_is_not_there_is_told_by_every_method(
    realm: LiveRealm, both: Both, method: str
) -> None:
    openid = KeycloakOpenID(f"{realm.server.url}/auth", realm.name, "shop", "shop-secret")
    with pytest.raises(KeycloakError) as caught:
        await getattr(both(openid), method)(*CALLS[method])
    assert caught.value.response_code == 404
    assert_one_line(caught.value, SECRETS)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        *((name, KeycloakGetError) for name in GETS if name != "entitlement"),
        *((name, KeycloakPostError) for name in POSTS),
        *((name, KeycloakPutError) for name in PUTS),
    ],
)
async def test_the_class_of_a_refusal_follows_the_verb(
    realm: LiveRealm, both: Both, method: str, kind: type[KeycloakError]
) -> None:
    stranger = KeycloakOpenID(realm.server.url, "no-such-realm", "shop")
    with pytest.raises(kind):
        await getattr(both(stranger), method)(*CALLS[method])


async def test_a_host_that_does_not_exist_is_a_connection_error(both: Both) -> None:
    openid = KeycloakOpenID("http://no-such-host.invalid", "acme", "shop")
    with refused(KeycloakConnectionError, None, None):
        await both(openid).well_known()


async def test_https_to_a_port_that_speaks_http_is_a_connection_error(realm: LiveRealm, both: Both) -> None:
    openid = KeycloakOpenID(realm.server.url.replace("http:", "https:"), realm.name, "shop")
    with refused(KeycloakConnectionError, None, None):
        await both(openid).well_known()


@pytest.mark.parametrize("method", GETS)
async def test_a_page_where_json_belongs_is_an_error_that_says_so(
    realm: LiveRealm, both: Both, method: str
) -> None:
    account_console = f"{realm.url}/account"
    openid = KeycloakOpenID(account_console, realm.name, "shop")
    with pytest.raises(KeycloakGetError, match="text/html") as caught:
        await getattr(both(openid), method)(*CALLS[method])
    assert caught.value.response_code == 200
    assert_one_line(caught.value)


@pytest.mark.parametrize("method", ["token", "device", "introspect", "refresh_token", "logout"])
async def test_a_wrong_secret_is_an_authentication_error(realm: LiveRealm, both: Both, method: str) -> None:
    openid = both(realm.openid("shop", "wrong-secret"))
    with pytest.raises(KeycloakAuthenticationError) as caught:
        await getattr(openid, method)(*CALLS[method])
    assert (caught.value.response_code, caught.value.retryable) == (401, False)
    assert caught.value.response_body
    assert json.loads(caught.value.response_body)["error"] == caught.value.error
    assert_one_line(caught.value, ("wrong-secret", "wrong-password"))


@pytest.mark.parametrize(
    "url", ["", "sso.example.org", "ftp://sso.example.org", "http://", "http://a b", None]
)
def test_a_url_that_cannot_be_one_is_refused_before_any_call(url: Any) -> None:
    with refused(KeycloakConfigurationError, None, None):
        KeycloakOpenID(url, "acme", "shop")


@pytest.mark.parametrize("name", ["", "..", None, "a\nb"])
@pytest.mark.parametrize("method", CALLS)
async def test_a_realm_name_that_cannot_be_one_is_refused_before_anything_is_sent(
    nobody: str, both: Both, method: str, name: Any
) -> None:
    with refused(KeycloakRequestError, None, None):
        await getattr(both(KeycloakOpenID(nobody, name, "shop")), method)(*CALLS[method])
