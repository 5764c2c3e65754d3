# SPDX-License-Identifier: Apache-2.0
"""A FastAPI site with roles: one client in several event loops, claims as keyword arguments, WebSockets."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request, WebSocket
from fastapi.testclient import TestClient
from starlette.middleware.authentication import AuthenticationMiddleware

from keycloak_sdk import KeycloakAuthenticationError, KeycloakPostError
from support.realms import client, user

if TYPE_CHECKING:
    from support.realms import LiveRealm

REALM = {
    "clients": [client("app", public=True, roles=["get-authors"])],
    "users": [user("ann", client_roles={"app": ["get-authors"]}), user("ben")],
}


def run(realm: LiveRealm) -> None:
    """Use the program."""
    os.environ |= {
        "KEYCLOAK_AUTH_SERVER_URL": f"{realm.server.url}/",
        "KEYCLOAK_AUTH_REALM": realm.name,
        "KEYCLOAK_AUTH_CLIENT_ID": "app",
    }
    from fastapi_keycloak_rbac import keycloak_manager  # noqa: PLC0415 (it reads the environment)

    ann = asyncio.run(keycloak_manager.login_async("ann", "ann"))["access_token"]
    ben = asyncio.run(keycloak_manager.login_async("ben", "ben"))["access_token"]
    try:
        asyncio.run(keycloak_manager.login_async("ann", "wrong"))
    except KeycloakAuthenticationError as error:
        assert isinstance(error, KeycloakPostError)  # noqa: PT017 (this is no pytest test)
    else:
        raise AssertionError("a wrong password is refused")

    site = _site()
    for _ in range(2):
        with TestClient(site) as visitor:
            assert visitor.get("/health").json() == "well"
            assert _authors(visitor, ann).json() == {"id": realm.id_of_user("ann"), "username": "ann"}
            assert _authors(visitor, ben).status_code == 403
            assert _refusal(visitor, "no-token").startswith("token_decode_error: ")
            assert _refusal(visitor, "").startswith("token_decode_error: ")
            with visitor.websocket_connect(f"/talk?Authorization=Bearer%20{ann}") as socket:
                assert socket.receive_text() == "ann"


def _site() -> FastAPI:
    from fastapi_keycloak_rbac import AuthBackend, require_roles  # noqa: PLC0415 (it reads the environment)

    site = FastAPI()
    site.add_middleware(AuthenticationMiddleware, backend=AuthBackend())

    @site.get("/health")
    async def health() -> str:
        return "well"

    @site.get("/authors", dependencies=[Depends(require_roles("get-authors"))])
    async def authors(request: Request) -> dict[str, str]:
        return {"id": request.user.id, "username": request.user.username}

    @site.websocket("/talk")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.user.username)
        await socket.close()

    return site


def _authors(visitor: TestClient, token: str) -> Any:
    return visitor.get("/authors", headers={"Authorization": f"Bearer {token}"})


def _refusal(visitor: TestClient, token: str) -> str:
    """Return how the program refuses a token: with an exception of its own, which nobody handles here."""
    from fastapi_keycloak_rbac import AuthenticationError  # noqa: PLC0415 (it reads the environment)

    try:
        answer = _authors(visitor, token)
    except AuthenticationError as error:
        return str(error)
    raise AssertionError(f"not refused: {answer.status_code}")
