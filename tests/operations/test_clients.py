# SPDX-License-Identifier: Apache-2.0
"""The client of a realm as an object: its properties, its helpers, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import Authorization, ConnectionManager, KeycloakConfigurationError, KeycloakOpenID
from support.transport import form_of, issues, line_of, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


async def test_a_changed_property_counts_from_the_next_call_on(both: Both) -> None:
    transport, seen = serve(issues(), issues())
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport)
    await both(openid).token("alice", "pw")
    openid.realm_name, openid.client_id, openid.client_secret_key = "north", "desk", "s3cr3t"
    await both(openid).token("alice", "pw")
    assert [line_of(request) for request in seen] == [
        "POST /realms/acme/protocol/openid-connect/token",
        "POST /realms/north/protocol/openid-connect/token",
    ]
    assert "client_secret" not in form_of(seen[0])
    assert (form_of(seen[1])["client_id"], form_of(seen[1])["client_secret"]) == (["desk"], ["s3cr3t"])
    assert (openid.realm_name, openid.client_id, openid.client_secret_key) == ("north", "desk", "s3cr3t")


@pytest.mark.parametrize("secret", [None, ""])
async def test_a_public_client_sends_no_secret(secret: str | None, both: Both) -> None:
    transport, seen = serve(issues())
    await both(KeycloakOpenID("http://kc", "acme", "shop", secret, transport=transport)).token("alice", "pw")
    assert "client_secret" not in form_of(seen[0])


@pytest.mark.parametrize("name", ["my realm", "a/b", "a%2Fb", "ä", "a?b#c", "a;b"])
async def test_a_realms_name_is_one_segment_of_the_path(name: str, both: Both) -> None:
    transport, seen = serve(issues())
    await both(KeycloakOpenID("http://kc/", name, "shop", transport=transport)).token("alice", "pw")
    path = seen[0].url.raw_path.decode()
    assert path.count("/") == 5
    assert httpx.URL(f"http://kc{path}").path.split("/", 2)[2].startswith(f"{name}/protocol")


async def test_the_connection_can_be_replaced(both: Both) -> None:
    transport, seen = serve(issues())
    openid = KeycloakOpenID("http://kc", "acme", "shop")
    openid.connection = ConnectionManager("http://other/auth", {"X-A": "1"}, transport=transport)
    await both(openid).token("alice", "pw")
    assert str(seen[0].url) == "http://other/auth/realms/acme/protocol/openid-connect/token"
    assert seen[0].headers["x-a"] == "1"
    with pytest.raises(KeycloakConfigurationError, match="give a ConnectionManager"):
        openid.connection = "http://kc"


async def test_headers_put_on_the_connection_reach_every_request_but_for_our_own_bearer(both: Both) -> None:
    transport, seen = serve(issues(), httpx.Response(200, json={"sub": "u1"}))
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport)
    openid.connection.add_param_headers("authorization", "Bearer of-the-program")
    await both(openid).token("alice", "pw")
    await both(openid).userinfo("of-the-call")
    assert [request.headers.get_list("authorization") for request in seen] == [
        ["Bearer of-the-program"],
        ["Bearer of-the-call"],
    ]
    assert openid.connection.headers == {"authorization": "Bearer of-the-program"}


def test_the_authorization_can_be_replaced() -> None:
    openid = KeycloakOpenID("http://kc", "acme", "shop")
    assert openid.authorization.policies == {}
    openid.authorization = other = Authorization()
    assert openid.authorization is other


def test_the_constructor_hands_everything_to_the_connection() -> None:
    openid = KeycloakOpenID(
        "http://kc/auth", "acme", "shop", "s", True, {"X-A": "1"}, {"https": "http://p:1"}, 5,
        cert="c.pem", max_retries=0, pool_maxsize=7, trusted_origins=("http://sso",),
    )  # fmt: skip
    connection = openid.connection
    assert (connection.base_url, connection.headers, connection.timeout) == (
        "http://kc/auth",
        {"X-A": "1"},
        5,
    )
    assert (connection.verify, connection.cert, connection.proxies) == (
        True,
        "c.pem",
        {"https": "http://p:1"},
    )
    assert (connection.max_retries, connection.pool_maxsize) == (0, 7)
    assert connection.trusted_origins == ("http://sso",)


@pytest.mark.parametrize(("secret", "expected"), [(None, {}), ("", {}), ("s", {"client_secret": "s"})])
def test_the_seeds_helper_puts_the_secret_into_the_form_it_is_given(
    secret: str | None, expected: dict[str, str]
) -> None:
    openid = KeycloakOpenID("http://kc", "acme", "shop", secret)
    payload: dict[str, Any] = {"a": "b"}
    assert openid._add_secret_key(payload) is payload
    assert payload == {"a": "b"} | expected


def test_the_seeds_helper_names_a_role_of_the_client() -> None:
    assert KeycloakOpenID("http://kc", "acme", "shop")._build_name_role("buyer") == "shop/buyer"


async def test_a_client_can_be_closed_and_used_again(both: Both) -> None:
    transport, seen = serve(issues(), issues())
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport)
    side = both(openid)
    assert await side.__enter__() is openid
    await side.token("alice", "pw")
    assert await side.__exit__(None, None, None) is None
    await side.close()
    await side.token("alice", "pw")
    assert len(seen) == 2


def test_a_client_shows_its_realm_and_server_but_not_its_secret() -> None:
    shown = repr(KeycloakOpenID("http://kc/auth", "acme", "shop", "s3cr3t-of-shop"))
    assert shown == "<KeycloakOpenID 'shop' of http://kc/auth 'acme'>"


async def test_the_authorization_url_is_encoded_and_holds_what_was_given_and_no_more(both: Both) -> None:
    endpoint = "http://kc/realms/acme/protocol/openid-connect/auth"
    metadata = {
        "issuer": "http://kc/realms/acme",
        "authorization_endpoint": endpoint,
        "token_endpoint": "http://kc/t",
        "jwks_uri": "http://kc/c",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    transport, seen = serve(*[httpx.Response(200, json=metadata)] * 2)
    openid = KeycloakOpenID("http://kc", "acme", "shop & co", "s3cr3t", transport=transport)
    short = await both(openid).auth_url("https://shop/cb?a=b")
    assert short == (
        f"{endpoint}?client_id=shop+%26+co&response_type=code&redirect_uri=https%3A%2F%2Fshop%2Fcb%3Fa%3Db&scope=email"
    )
    full = await both(openid).auth_url(
        "https://shop/cb", "openid email", "st", nonce="no", code_challenge="ch", code_challenge_method="S256"
    )
    assert dict(httpx.URL(full).params) == {
        "client_id": "shop & co",
        "response_type": "code",
        "redirect_uri": "https://shop/cb",
        "scope": "openid email",
        "state": "st",
        "nonce": "no",
        "code_challenge": "ch",
        "code_challenge_method": "S256",
    }
    assert len(seen) == 2


async def test_results_are_typed_and_dicts(both: Both) -> None:
    transport, _ = serve(issues("first", x_of_an_extension=[1]))
    token = await both(KeycloakOpenID("http://kc", "acme", "shop", transport=transport)).token("alice", "pw")
    assert (token.access_token, token["access_token"]) == ("first", "first")
    assert (token.expires_in, token["x_of_an_extension"]) == (60, [1])
    assert isinstance(token, dict)
    assert "first" not in repr(token)
