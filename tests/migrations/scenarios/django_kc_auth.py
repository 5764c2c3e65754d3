# SPDX-License-Identifier: Apache-2.0
"""A Django site: silent login, login by code, Keycloak's list of devices, ending another device's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user

if TYPE_CHECKING:
    from support.realms import LiveRealm

HOST = "127.0.0.1:8299"


def _mapper(kind: str, claim: str, **config: str) -> dict[str, Any]:
    places = {f"{place}.claim": "true" for place in ("userinfo.token", "access.token")}
    return {
        "name": claim,
        "protocol": "openid-connect",
        "protocolMapper": f"oidc-usermodel-{kind}-mapper",
        "config": {"claim.name": claim, "jsonType.label": "String", **places, **config},
    }


MAPPERS = [
    _mapper("attribute", "username", **{"user.attribute": "username"}),
    _mapper(
        "client-role",
        "resource_access.${client_id}.roles",
        multivalued="true",
        **{"usermodel.clientRoleMapping.clientId": "site"},
    ),
]
REALM = {
    "clients": [client("site", roles=["employees"], protocolMappers=MAPPERS)],
    "users": [user("ann", client_roles={"site": ["employees"]})],
}

urlpatterns: list[Any] = []


def run(realm: LiveRealm) -> None:
    """Use the program."""
    assert (realm.server.admin_username, realm.server.admin_password) == ("admin", "admin"), (
        "the program has these written in"
    )
    _set_up(realm)
    desk, phone = Client(HTTP_HOST=HOST), Client(HTTP_HOST=HOST)
    silent = desk.get("/")
    assert (silent.status_code, "prompt=none" in silent["Location"]) == (302, True)
    with Browser() as browser:
        code = browser.log_in(desk.get("/login/", {"next": "/inside"})["Location"], "ann", "ann")
    entered = desk.get("/callback", code)
    assert (entered.status_code, entered["Location"]) == (302, "/inside")
    assert desk.get("/inside").content == b"ann ann@example.org"
    with Browser() as browser:
        phone.get("/callback", browser.log_in(phone.get("/login/")["Location"], "ann", "ann"))

    sessions = _sessions(desk)
    assert len(sessions) == 2
    (other,) = (session["id"] for session in sessions if not session.get("current"))
    assert _sessions(desk) == sessions, "the list leaves nothing behind in the client"
    ended = desk.post("/remote-logout/", {"session_id": other})
    assert ended.status_code == 302
    assert [session["id"] for session in _sessions(desk)] == [
        session["id"] for session in sessions if session["id"] != other
    ]
    assert phone.get("/api/devices/").status_code == 500, "the phone's token is refused"
    assert _sessions(desk), "and the desk's is not"

    again = phone.get("/callback", code)
    assert again.status_code == 302, "a code that was used is a KeycloakError, which the program expects"
    left = desk.post("/logout/")
    assert left["Location"].startswith(f"{realm.url}/protocol/openid-connect/logout?id_token_hint=ey")


def _sessions(visitor: Client) -> list[dict[str, Any]]:
    answer = visitor.get("/api/devices/")
    assert answer.status_code == 200, answer.content
    return [session for device in answer.json()["session_data"] for session in device["sessions"]]


def _set_up(realm: LiveRealm) -> None:
    """Make a site with the program's middleware, backend and URLs."""
    settings.configure(
        ROOT_URLCONF=__name__,
        SECRET_KEY="not a secret",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "rest_framework",
            "django_kc_auth",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django_kc_auth.middleware.AutoKeycloakLoginMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["django_kc_auth.backends.KeycloakBackend"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        KC_SERVER_URL=realm.server.url,
        KC_REALM=realm.name,
        KC_CLIENT_ID="site",
        KC_CLIENT_SECRET=realm.secrets["site"],
        KC_CALLBACK_URL=REDIRECT_URI.rpartition("/")[2],
        KC_ROLES=["employees"],
        KC_SILENT_LOGOUT_IGNORED_ROUTES=["/login/", "/api/"],
    )
    urlpatterns.append(path("inside", _show_user))
    django.setup()
    assert settings.KC_VERIFYING_KEY, "the program reads the realm's keys when it starts"
    call_command("migrate", verbosity=0)
    urlpatterns.append(path("", include("django_kc_auth.urls")))


def _show_user(request: Any) -> HttpResponse:
    return HttpResponse(f"{request.user.username} {request.user.email}")
