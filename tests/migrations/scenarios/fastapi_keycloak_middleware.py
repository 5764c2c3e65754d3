# SPDX-License-Identifier: Apache-2.0
"""A FastAPI site: tokens verified by the realm's keys or by introspection, new keys, roles, services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_keycloak_middleware import (
    AuthorizationMethod,
    CheckPermissions,
    KeycloakConfiguration,
    get_auth_context,
    get_principal,
    get_user,
    setup_keycloak_middleware,
)

from support.realms import client, user

if TYPE_CHECKING:
    from support.realms import LiveRealm

REALM = {
    "clients": [client("api", audience=["api"], serviceAccountsEnabled=True)],
    "users": [user("ann", roles=["teller"]), user("ben")],
    "roles": ["teller"],
}


def run(realm: LiveRealm) -> None:
    """Use the program."""
    openid = realm.openid("api")
    for introspecting in (False, True):
        with TestClient(_site(realm, use_introspection_endpoint=introspecting)) as site:
            ann, ben = openid.token("ann", "ann"), openid.token("ben", "ben")
            assert site.get("/open").status_code == 200
            assert site.get("/me").status_code == 401
            me = site.get("/me", headers=_bearer(ann))
            assert me.json() == {"id": realm.id_of_user("ann"), "name": "Ann Example"}, me.text
            assert site.get("/vault", headers=_bearer(ann)).status_code == 200
            assert site.get("/vault", headers=_bearer(ben)).status_code == 403
            own = site.get("/principal", headers=_bearer(openid.token(grant_type="client_credentials")))
            assert own.json() == {"kind": "service", "client": "api"}, own.text

            forged = ann | {"access_token": f"{ann['access_token'][:-8]}AAAAAAAA"}
            assert site.get("/me", headers=_bearer(forged)).status_code == 401
            assert site.get("/me", headers=_bearer({"access_token": "no-token"})).status_code == 401

            realm.add_key("RS256", priority=300 + introspecting)
            assert site.get("/me", headers=_bearer(openid.token("ann", "ann"))).status_code == 200
            openid.logout(ann["refresh_token"])
            after_logout = site.get("/me", headers=_bearer(ann)).status_code
            assert after_logout == (401 if introspecting else 200)

    with TestClient(_site(realm, url="http://127.0.0.1:9")) as site:
        assert site.get("/me", headers=_bearer(ben)).status_code == 503, "no server, no keys"


def _site(realm: LiveRealm, **options: Any) -> FastAPI:
    site = FastAPI()
    configuration = {
        "url": realm.server.url,
        "realm": realm.name,
        "client_id": "api",
        "client_secret": realm.secrets["api"],
        "authorization_method": AuthorizationMethod.CLAIM,
        "authorization_claim": "realm_access.roles",
        "jwks_refresh_interval": 0,
    }
    setup_keycloak_middleware(
        site,
        KeycloakConfiguration(**(configuration | options)),
        exclude_patterns=["/open"],
        service_detector=lambda claims: claims["preferred_username"].startswith("service-account-"),
        add_swagger_auth=True,
    )

    @site.get("/open")
    async def welcome() -> str:
        return "welcome"

    @site.get("/me")
    async def me(who: Annotated[Any, Depends(get_user)]) -> dict[str, str]:
        return {"id": who.user_id, "name": f"{who.first_name} {who.last_name}"}

    @site.get("/vault", dependencies=[Depends(CheckPermissions("teller"))])
    async def vault() -> str:
        return "gold"

    @site.get("/principal")
    async def principal(
        who: Annotated[Any, Depends(get_principal)], context: Annotated[Any, Depends(get_auth_context)]
    ) -> dict[str, str]:
        return {"kind": context.principal_type.value, "client": who.client_id}

    return site


def _bearer(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['access_token']}"}
