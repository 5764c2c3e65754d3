# SPDX-License-Identifier: Apache-2.0
"""`raw_get`, `raw_post`, `raw_put` and `raw_delete` against the realm's and the admin REST paths."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from requests_toolbelt import MultipartEncoder

from keycloak_sdk import ConnectionManager, KeycloakConnectionError, KeycloakRequestError
from support.realms import client, user
from support.refusals import refused
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_sdk import KeycloakOpenIDConnection
    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live, pytest.mark.trio]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("shop"), client("cli", public=True)],
        users=[
            user("ann"),
            user("zoë"),
            user("boss", client_roles={"realm-management": ["realm-admin"]}),
        ],
    )


@pytest.fixture
def plain(realm: LiveRealm) -> ConnectionManager:
    """Return a connection without a token."""
    return ConnectionManager(realm.server.url)


@pytest.fixture
def boss(realm: LiveRealm) -> KeycloakOpenIDConnection:
    """Return a connection of the realm's administrator."""
    return realm.connection("cli", username="boss", password="boss")


@pytest.fixture
def admin_path(realm: LiveRealm) -> str:
    return f"/admin/realms/{realm.name}"


async def test_every_status_is_returned_and_none_is_raised(
    realm: LiveRealm, plain: ConnectionManager, both: Both
) -> None:
    found = await both(plain).raw_get(f"/realms/{realm.name}")
    assert (found.status_code, found.json()["realm"]) == (200, realm.name)
    missing = await both(plain).raw_get("/realms/no-such-realm")
    assert (missing.status_code, missing.json()) == (404, {"error": "Realm does not exist"})
    secured = await both(plain).raw_get(f"/admin/realms/{realm.name}/users")
    assert secured.status_code == 401


async def test_a_path_may_begin_with_a_slash_or_not_and_the_url_may_end_with_one(
    realm: LiveRealm, both: Both
) -> None:
    for base in (realm.server.url, f"{realm.server.url}/", f"{realm.server.url}/realms"):
        below = "" if base.endswith("realms") else "realms/"
        for path in (f"{below}{realm.name}", f"/{below}{realm.name}"):
            answer = await both(ConnectionManager(base)).raw_get(path)
            assert answer.status_code == 200, (base, path)


async def test_a_redirect_is_an_answer_like_any_other(plain: ConnectionManager, both: Both) -> None:
    answer = await both(plain).raw_get("/")
    assert answer.status_code == 302
    assert answer.headers["location"].endswith("/admin/")


async def test_a_dict_becomes_a_form(realm: LiveRealm, plain: ConnectionManager, both: Both) -> None:
    form = {"grant_type": "password", "client_id": "cli", "username": "zoë", "password": "zoë", "otp": None}
    answer = await both(plain).raw_post(f"/realms/{realm.name}/protocol/openid-connect/token", form)
    assert answer.status_code == 200
    assert answer.json()["access_token"]


async def test_headers_that_the_program_sets_reach_the_server(
    realm: LiveRealm, plain: ConnectionManager, both: Both
) -> None:
    token = (await both(realm.openid("shop")).token("ann", "ann")).access_token
    plain.add_param_headers("Authorization", f"Bearer {token}")
    path = f"/realms/{realm.name}/protocol/openid-connect/userinfo"
    assert (await both(plain).raw_get(path)).json()["preferred_username"] == "ann"
    plain.del_param_headers("Authorization")
    assert (await both(plain).raw_get(path)).status_code == 401


async def test_no_cookie_is_kept(realm: LiveRealm, both: Both) -> None:
    async with watched() as wire:
        plain = both(ConnectionManager(realm.server.url, **wire.options))
        path = f"/realms/{realm.name}/protocol/openid-connect/auth"
        query = {
            "client_id": "shop",
            "response_type": "code",
            "redirect_uri": "http://127.0.0.1:8299/callback",
        }
        for _ in range(2):
            assert "set-cookie" in (await plain.raw_get(path, **query)).headers
        assert not any("cookie" in request.headers for request in wire.requests)


async def test_another_host_and_a_path_that_climbs_are_refused_here(
    plain: ConnectionManager, both: Both
) -> None:
    for path in ("http://evil.example/realms/x", "//evil.example/x", "/realms/../../admin", "/a\r\nb"):
        with refused(KeycloakRequestError, None, None):
            await both(plain).raw_get(path)


async def test_a_server_that_is_down_is_a_connection_error(nobody: str, both: Both) -> None:
    down = both(ConnectionManager(nobody))
    for call in (down.raw_get("/x"), down.raw_post("/x", {}), down.raw_put("/x", ""), down.raw_delete("/x")):
        with refused(KeycloakConnectionError, None, None) as caught:
            await call
        assert caught.value.retryable


async def test_a_connection_works_on_after_it_was_closed(
    realm: LiveRealm, plain: ConnectionManager, both: Both
) -> None:
    for _ in range(2):
        assert (await both(plain).raw_get(f"/realms/{realm.name}")).status_code == 200
        await both(plain).close()


async def test_a_user_is_made_found_changed_and_deleted(
    boss: KeycloakOpenIDConnection, both: Both, admin_path: str
) -> None:
    users, name = f"{admin_path}/users", f"new-ü-{token_hex(4)}"
    made = await both(boss).raw_post(users, json.dumps({"username": name, "firstName": "Nëw"}))
    assert made.status_code == 201
    (found,) = (await both(boss).raw_get(users, username=name, exact=True)).json()
    assert found["firstName"] == "Nëw"
    changed = json.dumps({**found, "lastName": "Changed"})
    assert (await both(boss).raw_put(f"{users}/{found['id']}", changed)).status_code == 204
    assert (await both(boss).raw_get(f"{users}/{found['id']}")).json()["lastName"] == "Changed"
    assert (await both(boss).raw_delete(f"{users}/{found['id']}")).status_code == 204
    assert (await both(boss).raw_get(f"{users}/{found['id']}")).status_code == 404


async def test_a_delete_may_have_a_body(
    realm: LiveRealm, boss: KeycloakOpenIDConnection, both: Both, admin_path: str
) -> None:
    name = f"role-{token_hex(4)}"
    await both(boss).raw_post(f"{admin_path}/roles", json.dumps({"name": name}))
    role = (await both(boss).raw_get(f"{admin_path}/roles/{name}")).json()
    mappings = f"{admin_path}/users/{realm.id_of_user('ann')}/role-mappings/realm"
    assert (await both(boss).raw_post(mappings, json.dumps([role]))).status_code == 204
    assert name in {item["name"] for item in (await both(boss).raw_get(mappings)).json()}
    assert (await both(boss).raw_delete(mappings, json.dumps([role]))).status_code == 204
    assert name not in {item["name"] for item in (await both(boss).raw_get(mappings)).json()}


async def test_query_parameters_are_encoded_left_out_and_repeated(
    boss: KeycloakOpenIDConnection, both: Both, admin_path: str
) -> None:
    answer = await both(boss).raw_get(
        f"{admin_path}/users", username="zoë", exact=True, email=None, first=0, q=["a:b", "c:d&e"]
    )
    assert answer.status_code == 200
    assert list(answer.request.url.params.multi_items()) == [
        ("username", "zoë"),
        ("exact", "true"),
        ("first", "0"),
        ("q", "a:b"),
        ("q", "c:d&e"),
    ]
    (found,) = (await both(boss).raw_get(f"{admin_path}/users", username="zoë", max=1)).json()
    assert found["username"] == "zoë"


async def test_a_whole_url_of_the_server_is_as_good_as_a_path(
    realm: LiveRealm, boss: KeycloakOpenIDConnection, both: Both
) -> None:
    metadata = await both(boss).raw_get(f"{realm.url}/.well-known/uma2-configuration")
    issuer = metadata.json()["issuer"]
    answer = await both(boss).raw_get(f"{issuer}/protocol/openid-connect/userinfo")
    assert answer.json()["preferred_username"] == "boss"


async def test_a_file_is_uploaded_as_multipart(
    boss: KeycloakOpenIDConnection, both: Both, admin_path: str
) -> None:
    text = json.dumps({"greeting": "Grüß Gott"}, ensure_ascii=False).encode()
    upload = MultipartEncoder({"file": ("messages.json", text, "application/json")})
    boss.add_param_headers("Content-Type", upload.content_type)
    assert (await both(boss).raw_post(f"{admin_path}/localization/de", upload)).status_code == 204
    boss.add_param_headers("Content-Type", "application/json")
    messages = await both(boss).raw_get(f"{admin_path}/localization/de")
    assert messages.json()["greeting"] == "Grüß Gott"


async def test_a_path_that_no_url_can_hold_as_it_is_is_encoded(
    boss: KeycloakOpenIDConnection, both: Both, admin_path: str
) -> None:
    name = f"rôle 100% {token_hex(4)}"
    made = await both(boss).raw_post(f"{admin_path}/roles", json.dumps({"name": name}))
    assert made.status_code == 201
    for path in (name, quote(name)):
        assert (await both(boss).raw_get(f"{admin_path}/roles/{path}")).json()["name"] == name
