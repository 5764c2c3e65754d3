# SPDX-License-Identifier: Apache-2.0
"""A photo album: a service that shares its albums, and a client that is asked for a permission.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/photo_album.py URL

The service registers an album at Keycloak and lets an enforcer decide on its requests. Bob may not look until
the album is shared with him; his client answers the service's challenge by itself.

The service runs in this process, without a port: any ASGI server can run it as well.

Source: UMA 2.0 Grant section 3; Keycloak Authorization Services Guide, "Authorization process".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import httpx

from keycloak_oidc_api.models import UmaPolicy, UmaResourceRequest
from keycloak_sdk import KeycloakError, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk.enforcer import Enforcer, EnforcerMiddleware, Route

if TYPE_CHECKING:
    from collections.abc import MutableMapping

REALM, CLIENT, SECRET = "demo", "demo-app", "demo-app-secret"
ALBUM = UmaResourceRequest(
    name="holiday",
    type_="urn:photos:album",
    uris=["/albums/holiday", "/albums/holiday/*"],
    resource_scopes=["view", "print"],
    owner_managed_access=True,
)


async def photos(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Show whatever is asked for: who comes here may see it."""
    claims = scope["state"]["keycloak"].claims
    body = json.dumps({"path": scope["path"], "for": claims.preferred_username if claims else None}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def service(openid: KeycloakOpenID) -> EnforcerMiddleware:
    """Return the service: GET needs `view`, POST needs `print`, of whatever album the path is a URI of."""
    enforcer = Enforcer(
        openid,
        [Route("/health", access="public")],
        resource_methods={"GET": "view", "POST": "print"},
        uma_challenge=True,
    )
    return EnforcerMiddleware(photos, enforcer)


async def visit(client: httpx.AsyncClient, method: str, path: str) -> None:
    """Print what becomes of a request of Bob's."""
    response = await client.request(method, path)
    print(f"{method:<4} {path:<24} {response.status_code}")


async def share(server_url: str) -> None:
    """Register an album, share it with Bob, let him look."""
    openid = KeycloakOpenID(server_url, REALM, CLIENT, SECRET)
    bob = KeycloakOpenIDConnection(
        server_url, "bob", "bob", realm_name=REALM, client_id=CLIENT, client_secret_key=SECRET
    )
    auth = openid.uma.auth(bob, origins=["https://photos.example.org"], audience=CLIENT)
    async with openid, bob:
        album = await openid.uma.a_create_resource(ALBUM)
        album_id = album.id or ""
        try:
            transport = httpx.ASGITransport(app=service(openid))
            base = "https://photos.example.org"
            async with httpx.AsyncClient(transport=transport, base_url=base, auth=auth) as client:
                await visit(client, "GET", "/albums/holiday/1")
                policy = UmaPolicy(name="bob may look", users=["bob"], scopes=["view"])
                await openid.uma.a_create_policy(album_id, policy)
                print("the album is shared with Bob")
                await visit(client, "GET", "/albums/holiday/1")
                await visit(client, "POST", "/albums/holiday/1")
                await visit(client, "GET", "/elsewhere")
        finally:
            await openid.uma.a_delete_resource(album_id)


def main() -> None:
    """Run the story."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    try:
        asyncio.run(share(parser.parse_args().server_url))
    except KeycloakError as error:
        sys.exit(f"photo_album: {error}")


if __name__ == "__main__":
    main()
