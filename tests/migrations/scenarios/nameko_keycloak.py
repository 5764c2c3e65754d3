# SPDX-License-Identifier: Apache-2.0
"""A nameko service's login by code, tokens in cookies, validation, renewal, refusals and logout."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nameko_keycloak.auth import AuthenticationService
from nameko_keycloak.dependencies import KeycloakProvider
from nameko_keycloak.service import KeycloakSsoServiceMixin
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user

if TYPE_CHECKING:
    from support.realms import LiveRealm

REALM = {"clients": [client("desk", audience=["desk"])], "users": [user("ann"), user("ben")]}
SITE = "https://desk.example"


class Desk(KeycloakSsoServiceMixin):
    """The service of the program's own documentation, without a broker in front of it."""

    sso_token_url = REDIRECT_URI
    frontend_url = f"{SITE}/inside"

    def __init__(self, keycloak: Any) -> None:
        self.keycloak = keycloak
        self.hooks: list[Any] = []

    def fetch_user(self, email: str, claims: dict[str, Any]) -> str | None:
        """Return a local user; only Ann is one."""
        return claims["preferred_username"] if email == "ann@example.org" else None

    def keycloak_success(self, who: str) -> None:
        """Hear of a login."""
        self.hooks.append(("success", who))

    def keycloak_failure(self) -> None:
        """Hear of a refusal."""
        self.hooks.append("failure")

    @Request.application
    def wsgi(self, request: Request) -> Response:
        """Answer as nameko's HTTP entry points would."""
        return {
            "/login": self.keycloak_login_sso,
            "/token": self.keycloak_token_sso,
            "/refresh": self.keycloak_refresh_token_sso,
            "/validate": self.keycloak_validate_token_sso,
            "/logout": self.keycloak_logout,
        }[request.path](request)


def run(realm: LiveRealm) -> None:
    """Use the program."""
    desk = Desk(_provided(realm))
    visitor = Client(desk.wsgi)
    code = _code(visitor, "ann")
    entered = visitor.get("/token", base_url=SITE, query_string=code)
    assert (entered.status_code, entered.location) == (302, f"{SITE}/inside"), entered.text
    assert desk.hooks == [("success", "ann")]
    assert visitor.get("/validate", base_url=SITE).text == "Valid"

    access_token = visitor.get_cookie("nameko-keycloak_access-token", "desk.example").value
    authentication = AuthenticationService(desk.keycloak, desk.fetch_user)
    bearer = Request(EnvironBuilder(headers={"Authorization": f"Bearer {access_token}"}).get_environ())
    assert authentication.get_user_from_request(bearer) == "ann"
    assert authentication.get_token_payload(f"{access_token[:-8]}AAAAAAAA") == {}

    renewed = visitor.get("/refresh", base_url=SITE)
    assert renewed.status_code == 200, renewed.text
    assert renewed.json["access_token"] != access_token

    refresh_token = visitor.get_cookie("nameko-keycloak_refresh-token", "desk.example").value
    assert visitor.get("/logout", base_url=SITE).status_code == 302
    assert visitor.get_cookie("nameko-keycloak_access-token", "desk.example") is None
    visitor.set_cookie("nameko-keycloak_refresh-token", refresh_token, domain="desk.example", secure=True)
    assert visitor.get("/refresh", base_url=SITE).status_code == 401
    assert desk.hooks == [("success", "ann")], "invalid_grant is no failure"

    stranger = Client(desk.wsgi)
    assert stranger.get("/token", base_url=SITE, query_string=_code(stranger, "ben")).status_code == 401


def _provided(realm: LiveRealm) -> Any:
    """Return what nameko injects: a client made of the adapter configuration that Keycloak exports."""
    adapter = {
        "auth-server-url": f"{realm.server.url}/",
        "realm": realm.name,
        "resource": "desk",
        "credentials": {"secret": realm.secrets["desk"]},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keycloak.json"
        path.write_text(json.dumps(adapter), encoding="utf-8")
        provider = KeycloakProvider(path)
        provider.setup()
    return provider.get_dependency(None)


def _code(visitor: Client, username: str) -> dict[str, str]:
    with Browser() as browser:
        return browser.log_in(visitor.get("/login", base_url=SITE).location, username, username)
