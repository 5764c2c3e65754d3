# SPDX-License-Identifier: Apache-2.0
"""The configuration that a live server exports, and what it says of live tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakAuthorizationConfigError,
    KeycloakInvalidTokenError,
)
from keycloak_sdk.exceptions import TokenMalformedError
from support.realms import (
    client,
    client_policy,
    resource_permission,
    resource_server,
    role_policy,
    scope_permission,
    user,
)
from support.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.both import Both, Side
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]

METHODS = ("introspect", "decode")


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[
            client("shop", audience=["shop"]),
            resource_server(
                "photos",
                roles=["viewer", "editor", "auditor"],
                resources={"album": ["view", "edit"], "report": []},
                policies=[
                    role_policy("viewers", "photos/viewer"),
                    role_policy("staff", "photos/editor", "photos/auditor"),
                    role_policy("members", "member"),
                    client_policy("from-the-shop", "shop"),
                    scope_permission("may-view", "album", "view", by=["viewers", "staff"]),
                    scope_permission("may-edit", "album", "edit", by=["staff", "from-the-shop"]),
                    resource_permission("may-report", "report", by=["members"]),
                ],
            ),
        ],
        roles=["member"],
        users=[
            user("ann", client_roles={"photos": ["viewer"]}),
            user("eve", client_roles={"photos": ["editor", "auditor"]}),
            user("bob", roles=["member"]),
        ],
    )


@pytest.fixture(scope="module")
def export(realm: LiveRealm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that "Clients, photos, Authorization, Export" gives."""
    settings = realm.admin("GET", f"/clients/{realm.id_of_client('photos')}/authz/resource-server/settings")
    path = tmp_path_factory.mktemp("export") / "photos-authz-config.json"
    path.write_bytes(settings.content)
    return path


async def loaded(realm: LiveRealm, both: Both, path: Path | str) -> Side:
    photos = both(realm.openid("photos"))
    assert await photos.load_authorization_config(path) is None
    return photos


async def test_the_role_policies_and_their_permissions_are_read_from_an_export(
    realm: LiveRealm, both: Both, export: Path
) -> None:
    photos = await loaded(realm, both, str(export))
    policies = photos.target.authorization.policies
    assert {name: sorted(role.name for role in policy.roles) for name, policy in policies.items()} == {
        "viewers": ["photos/viewer"],
        "staff": ["photos/auditor", "photos/editor"],
        "members": ["member"],
    }
    assert sorted(permission.name for permission in policies["staff"].permissions) == ["may-edit", "may-view"]
    (permission,) = policies["viewers"].permissions
    assert (permission.type, permission.resources, permission.scopes) == ("scope", [], ["view"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("username", "policies", "permissions"),
    [
        ("ann", {"viewers"}, {"may-view"}),
        ("eve", {"staff"}, {"may-view", "may-edit"}),
    ],
)
async def test_a_token_matches_the_policies_of_its_client_roles_and_their_permissions(
    realm: LiveRealm, both: Both, export: Path, method: str, username: str,
    policies: set[str], permissions: set[str],
) -> None:  # fmt: skip
    photos = await loaded(realm, both, export)
    token = (await photos.token(username, username)).access_token
    assert {policy.name for policy in await photos.get_policies(token, method)} == policies
    assert {item.name for item in await photos.get_permissions(token, method)} == permissions


@pytest.mark.parametrize("method", METHODS)
async def test_a_user_without_roles_of_the_client_matches_nothing(
    realm: LiveRealm, both: Both, export: Path, method: str
) -> None:
    photos = await loaded(realm, both, export)
    token = (await photos.token("bob", "bob")).access_token
    assert await photos.get_policies(token, method) is None
    assert await photos.get_permissions(token, method) is None


async def test_introspection_is_what_is_asked_unless_told_otherwise(
    realm: LiveRealm, both: Both, export: Path
) -> None:
    photos = await loaded(realm, both, export)
    token = await photos.token("ann", "ann")
    await photos.logout(token.refresh_token)
    with refused(KeycloakInvalidTokenError, None, None, secrets=[token.access_token]):
        await photos.get_policies(token.access_token)
    with refused(KeycloakInvalidTokenError, None, None):
        await photos.get_permissions(token.access_token)
    assert await photos.get_policies(token.access_token, "decode")


async def test_a_token_for_somebody_else_is_inactive_and_the_error_names_the_audience(
    realm: LiveRealm, both: Both, export: Path
) -> None:
    photos = await loaded(realm, both, export)
    token = (await both(realm.openid("shop")).token("bob", "bob")).access_token
    if realm.is_since(26, 5):
        with refused(KeycloakInvalidTokenError, None, None) as caught:
            await photos.get_policies(token)
        assert "'aud' lacks 'photos'" in str(caught.value)
    else:
        assert await photos.get_policies(token) is None


@pytest.mark.parametrize("method", METHODS)
async def test_what_is_no_token_has_no_policies(
    realm: LiveRealm, both: Both, export: Path, method: str
) -> None:
    photos = await loaded(realm, both, export)
    kind = TokenMalformedError if method == "decode" else KeycloakInvalidTokenError
    for question in (photos.get_policies, photos.get_permissions):
        with refused(kind, None, None):
            await question("garbage", method)


async def test_the_arguments_of_decode_token_are_passed_on(
    realm: LiveRealm, both: Both, export: Path
) -> None:
    photos = await loaded(realm, both, export)
    token = (await photos.token("ann", "ann")).access_token
    assert await photos.get_policies(token, "decode", audience="photos")
    with pytest.raises(KeycloakInvalidTokenError, match="aud"):
        await photos.get_permissions(token, "decode", audience="stock")


async def test_a_refusal_of_the_introspection_is_passed_on(
    realm: LiveRealm, both: Both, export: Path
) -> None:
    photos = await loaded(realm, both, export)
    token = (await photos.token("ann", "ann")).access_token
    photos.target.client_secret_key = "wrong-secret"
    error = "invalid_client" if realm.is_since(26, 5) else "invalid_request"
    with refused(KeycloakAuthenticationError, error, 401, secrets=["wrong-secret", token]):
        await photos.get_policies(token)


async def test_nothing_is_asked_before_a_configuration_was_loaded(realm: LiveRealm, both: Both) -> None:
    photos = both(realm.openid("photos"))
    for question in (photos.get_policies, photos.get_permissions):
        with refused(KeycloakAuthorizationConfigError, None, None):
            await question("garbage")


@pytest.fixture(params=["empty", "HTML", "a list", "a policy without a name"])
def damaged(request: pytest.FixtureRequest, export: Path, tmp_path: Path) -> Path:
    """Return a file that nothing can be loaded from."""
    config = json.loads(export.read_bytes())
    config["policies"][0].pop("name")
    contents = {"empty": "", "HTML": "<html>", "a list": "[]", "a policy without a name": json.dumps(config)}
    path = tmp_path / "damaged.json"
    path.write_text(contents[request.param], encoding="utf-8")
    return path


async def test_a_file_that_is_no_export_is_refused_and_changes_nothing(
    realm: LiveRealm, both: Both, export: Path, damaged: Path
) -> None:
    photos = await loaded(realm, both, export)
    before = dict(photos.target.authorization.policies)
    with refused(KeycloakAuthorizationConfigError, None, None):
        await photos.load_authorization_config(damaged)
    with pytest.raises(FileNotFoundError):
        await photos.load_authorization_config(damaged.with_name("missing.json"))
    assert photos.target.authorization.policies == before
