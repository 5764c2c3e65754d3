# SPDX-License-Identifier: Apache-2.0
"""A Django REST API: tokens introspected into local users, several realms, login by code, own calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import path

from support.browser_login import Browser
from support.realms import REDIRECT_URI, client, user

if TYPE_CHECKING:
    from support.realms import LiveRealm

HOST = "127.0.0.1:8299"
REALM = {
    "clients": [client("api", audience=["api"], roles=["admin"], serviceAccountsEnabled=True)],
    "users": [user("ann", client_roles={"api": ["admin"]}), user("ben")],
}

urlpatterns: list[Any] = []


def run(realm: LiveRealm) -> None:
    """Use the program."""
    _set_up(realm)
    from drf_keycloak_auth.clients import BackendRequestClient  # noqa: PLC0415 (settings come first)
    from drf_keycloak_auth.keycloak import get_keycloak_openid  # noqa: PLC0415

    openid = get_keycloak_openid()
    token = openid.token("ann", "ann")
    bens = openid.token("ben", "ben")["access_token"]
    for url in ("/bearer", "/realms"):
        seen = _get(url, HTTP_AUTHORIZATION=f"Bearer {token['access_token']}")
        assert seen.status_code == 200, (url, seen.content)
        assert seen.json()["id"] == realm.id_of_user("ann")
        assert (seen.json()["staff"], seen.json()["realm"]) == (True, realm.name)
        assert seen.json()["roles"] == ["role:admin", realm.id_of_user("ann")]
        assert _get(url, HTTP_AUTHORIZATION=f"Bearer {bens}").json()["staff"] is False
        assert _get(url, HTTP_AUTHORIZATION="Bearer no-token").status_code == 401
    openid.logout(token["refresh_token"])
    assert _get("/bearer", HTTP_AUTHORIZATION=f"Bearer {token['access_token']}").status_code == 401

    _log_in_by_code(openid, f"{realm.name}:ben")

    service = BackendRequestClient(openid)
    assert service.fetch_token()["token_type"] == "Bearer"
    answer = service.get(f"{realm.url}/protocol/openid-connect/userinfo")
    assert answer.json()["preferred_username"] == "service-account-api"


def _log_in_by_code(openid: Any, name: str) -> None:
    with Browser() as browser:
        code = browser.log_in(openid.auth_url(REDIRECT_URI, scope="openid"), "ben", "ben")
    visitor = Client()
    entered = visitor.get("/callback", code, HTTP_HOST=HOST, HTTP_ACCEPT="text/html, */*")
    assert (entered.status_code, entered.json()["name"]) == (200, name), entered.content
    again = visitor.get("/callback", HTTP_HOST=HOST, HTTP_ACCEPT="text/html, */*")
    assert again.json()["name"] == name
    refused = Client().get("/callback", code, HTTP_HOST=HOST, HTTP_ACCEPT="text/html, */*")
    assert refused.status_code in {401, 403}, "a code is good once"


def _set_up(realm: LiveRealm) -> None:
    """Make a site with the program's three ways to authenticate."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    adapter = {
        "auth-server-url": f"{realm.server.url}/",
        "realm": realm.name,
        "resource": "api",
        "credentials": {"secret": realm.secrets["api"]},
    }
    server_host = realm.server.url.partition("://")[2]
    settings.configure(
        ROOT_URLCONF=__name__,
        SECRET_KEY="not a secret",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "rest_framework",
            "drf_keycloak_auth",
            "people",
        ],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        AUTH_USER_MODEL="people.Person",
        USE_TZ=True,
        DRF_KEYCLOAK_AUTH={
            "ALLOWED_HOSTS": [server_host, server_host.partition(":")[0]],
            "KEYCLOAK_MULTI_OIDC_JSON": {server_host: adapter, "elsewhere.example": adapter},
            "KEYCLOAK_SERVER_URL": f"{realm.server.url}/",
            "KEYCLOAK_REALM": realm.name,
            "KEYCLOAK_CLIENT_ID": "api",
            "KEYCLOAK_CLIENT_SECRET_KEY": realm.secrets["api"],
        },
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    urlpatterns.extend(_urls())


def _urls() -> list[Any]:
    from drf_keycloak_auth import authentication  # noqa: PLC0415 (settings come first)
    from rest_framework.permissions import IsAuthenticated  # noqa: PLC0415
    from rest_framework.renderers import JSONRenderer  # noqa: PLC0415
    from rest_framework.response import Response  # noqa: PLC0415
    from rest_framework.views import APIView  # noqa: PLC0415

    class WhoAmI(APIView):
        permission_classes = (IsAuthenticated,)
        renderer_classes = (JSONRenderer,)

        def get(self, request: Any) -> Response:
            who = request.user
            mine = {"id": str(who.pk), "name": who.username, "staff": who.is_staff, "realm": who.realm}
            return Response(mine | {"roles": request.roles if hasattr(request, "roles") else None})

    ways = {
        "bearer": authentication.KeycloakAuthentication,
        "realms": authentication.KeycloakMultiAuthentication,
        "callback": authentication.KeycloakSessionAuthentication,
    }
    return [path(name, WhoAmI.as_view(authentication_classes=[way])) for name, way in ways.items()]


def _get(url: str, **headers: str) -> Any:
    return Client().get(url, **headers)
