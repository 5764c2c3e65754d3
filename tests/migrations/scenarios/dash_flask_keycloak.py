# SPDX-License-Identifier: Apache-2.0
"""A Flask site behind its middleware: login by code and by form, the token in the session, state, logout."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dash_flask_keycloak import FlaskKeycloak
from flask import Flask, jsonify, session

from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from support.realms import LiveRealm

REALM = {"clients": [client("site", audience=["site"])], "users": [user("ann")]}
ORIGIN, _, CALLBACK = REDIRECT_URI.rpartition("/")


def run(realm: LiveRealm) -> None:
    """Use the program."""
    site = _site(realm)
    with site.test_client() as visitor, Browser() as browser:
        asked = _get(visitor, "/")
        assert asked.status_code == 302
        code = browser.log_in(asked.location, "ann", "ann")
        entered = _get(visitor, f"/{CALLBACK}", code)
        assert (entered.status_code, entered.location) == (302, ORIGIN), entered.text
        seen = _get(visitor, "/").json
        assert seen["user"]["preferred_username"] == "ann"
        assert seen["token"]["token_type"] == "Bearer"
        assert seen["data"]["aud"] == "site"
        assert realm.openid("site").introspect(seen["token"]["access_token"])["active"]

        assert _get(visitor, "/", {"state": "forged"}).status_code == 400
        assert _get(visitor, "/").status_code == 302, "a forged state ends the session"

    with site.test_client() as visitor:
        refused = _post(visitor, {"username": "ann", "password": "wrong"})
        assert refused.status_code in {400, 401}, "401 on Keycloak 26.4"
        assert "invalid_grant" in refused.text
        assert _post(visitor, {"username": "ann", "password": "ann"}).status_code == 302
        token = _get(visitor, "/").json["token"]
        assert _get(visitor, "/logout").status_code == 302
        assert _get(visitor, "/").status_code == 302
        assert not realm.openid("site").introspect(token["refresh_token"])["active"]

    absent = {"server_url": "http://127.0.0.1:9", "realm_name": "none", "client_id": "site"}
    assert not FlaskKeycloak.try_build(Flask("alone"), config_data=absent)
    unknown = {"server_url": realm.server.url, "realm_name": "none", "client_id": "site"}
    assert not FlaskKeycloak.try_build(Flask("lost"), config_data=unknown)


def _site(realm: LiveRealm) -> Flask:
    site = Flask("site")

    @site.get("/")
    def show_session() -> Any:
        return jsonify({name: session[name] for name in ("user", "token", "data")})

    FlaskKeycloak.build(
        site,
        config_data={
            "server_url": realm.server.url,
            "realm_name": realm.name,
            "client_id": "site",
            "client_secret_key": realm.secrets["site"],
        },
        redirect_uri=ORIGIN,
        keycloak_callback_prefix=f"/{CALLBACK}",
        login_path="/login",
        session_lifetime=timedelta(minutes=10),
    )
    return site


def _get(visitor: FlaskClient, path: str, query: dict[str, str] | None = None) -> TestResponse:
    return visitor.get(path, base_url=ORIGIN, query_string=query)


def _post(visitor: FlaskClient, form: dict[str, str]) -> TestResponse:
    return visitor.post("/login", base_url=ORIGIN, data=form)
