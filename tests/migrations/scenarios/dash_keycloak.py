# SPDX-License-Identifier: Apache-2.0
"""A Flask site set up from keycloak.json: login by code and by JSON, answers kept in the session, logout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, jsonify, session
from flask_keycloak import FlaskKeycloak

from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from support.realms import LiveRealm

ORIGIN, _, PREFIX = REDIRECT_URI.rpartition("/")
CALLBACK = f"/{PREFIX}/keycloak/callback"
"""Where the program expects codes: below a prefix of the site's choice."""
REALM = {
    "clients": [client("site", audience=["site"], redirectUris=[f"{ORIGIN}{CALLBACK}"])],
    "users": [user("ann", roles=["teller"])],
    "roles": ["teller"],
}


def run(realm: LiveRealm) -> None:
    """Use the program."""
    _give_everybody_the_openid_scope(realm)
    site = _site(realm)
    with site.test_client() as visitor, Browser() as browser:
        asked = _get(visitor, "/")
        assert asked.status_code == 302
        assert _get(visitor, "/alive").status_code == 200
        assert _get(visitor, "/api/accounts").status_code == 401
        entered = _get(visitor, CALLBACK, browser.log_in(asked.location, "ann", "ann"))
        assert (entered.status_code, entered.location) == (302, ORIGIN), entered.text
        _assert_ann_is_in(visitor)

    with site.test_client() as visitor:
        credentials = {"username": "ann", "password": "ann"}
        assert visitor.post("/login", base_url=ORIGIN, json=credentials).status_code == 302
        token = _assert_ann_is_in(visitor)
        assert visitor.post("/logout", base_url=ORIGIN).status_code == 302
        assert _get(visitor, "/").status_code == 302
        assert not realm.openid("site").introspect(token["refresh_token"])["active"]

        wrong = visitor.post("/login", base_url=ORIGIN, json=credentials | {"password": "wrong"})
        assert wrong.status_code in {400, 401}, "401 on Keycloak 26.4"
        assert "invalid_grant" in wrong.text


def _give_everybody_the_openid_scope(realm: LiveRealm) -> None:
    """Let the realm add what the program does not ask for: its login URL has the default scope, `email`."""
    scope = {"name": "openid", "protocol": "openid-connect", "attributes": {"include.in.token.scope": "true"}}
    realm.admin("POST", "/client-scopes", scope)
    (made,) = (item for item in realm.admin("GET", "/client-scopes").json() if item["name"] == "openid")
    realm.admin("PUT", f"/clients/{realm.id_of_client('site')}/default-client-scopes/{made['id']}")


def _site(realm: LiveRealm) -> Flask:
    site = Flask("site")

    @site.get("/")
    def show_session() -> Any:
        return jsonify({name: session[name] for name in ("userinfo", "introspect", "token")})

    adapter = {
        "auth-server-url": f"{realm.server.url}/",
        "realm": realm.name,
        "resource": "site",
        "credentials": {"secret": realm.secrets["site"]},
        "ssl-required": "external",
    }
    assert FlaskKeycloak.try_from_kc_oidc_json(
        site,
        redirect_uri=ORIGIN,
        config_data=adapter,
        keycloak_kwargs={"timeout": 20},
        prefix_callback_path=f"/{PREFIX}",
        login_path="/login",
        heartbeat_path="/alive",
        abort_on_unauthorized=["^/api/"],
    )
    return site


def _assert_ann_is_in(visitor: FlaskClient) -> dict[str, Any]:
    seen: dict[str, Any] = _get(visitor, "/").json
    assert seen["userinfo"]["email"] == "ann@example.org"
    assert seen["introspect"]["active"]
    assert "teller" in seen["introspect"]["realm_access"]["roles"]
    return seen["token"]


def _get(visitor: FlaskClient, path: str, query: dict[str, str] | None = None) -> TestResponse:
    return visitor.get(path, base_url=ORIGIN, query_string=query)
