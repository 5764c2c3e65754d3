# SPDX-License-Identifier: Apache-2.0
"""A Starlette application behind the enforcer, under uvicorn, with a live Keycloak that decides."""

from __future__ import annotations

import socket
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route as Endpoint

from keycloak_sdk.enforcer import Enforcer, EnforcerMiddleware, Route
from support.realms import client, resource_permission, resource_server, role_policy, scope_permission, user
from support.service import serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from starlette.requests import Request

    from support.both import Both
    from support.realms import LiveRealm

pytestmark = [pytest.mark.anyio, pytest.mark.live]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    photos = resource_server(
        "photos",
        resources={"album": ["view", "edit"], "report": []},
        policies=[
            role_policy("members", "member"),
            role_policy("editors", "editor"),
            scope_permission("view-albums", "album", "view", by=["members"]),
            scope_permission("edit-albums", "album", "edit", by=["editors"]),
            resource_permission("reports", "report", by=["editors"]),
        ],
    )
    uris = {"album": ["/albums/*"], "report": ["/report"]}
    for resource in photos["authorizationSettings"]["resources"]:
        resource["uris"] = uris[resource["name"]]
    made = make_realm(
        clients=[client("shop", audience=["photos"]), photos],
        roles=["member", "editor"],
        users=[user("ann", roles=["member", "editor"]), user("bob", roles=["member"]), user("eve")],
    )
    path = f"/clients/{made.id_of_client('photos')}/authz/resource-server/resource"
    made.admin(
        "POST", path, {"name": "mallorys", "owner": {"id": made.id_of_user("eve")}, "uris": ["/vault"]}
    )
    return made


async def show(request: Request) -> JSONResponse:
    outcome = request.state.keycloak
    name = outcome.claims.preferred_username if outcome.claims else None
    return JSONResponse({"user": name, "path": request.url.path, "database": request.state.database})


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[dict[str, str]]:
    yield {"database": "open"}


def application() -> Starlette:
    methods = ["GET", "PUT", "POST", "DELETE"]
    return Starlette(routes=[Endpoint("/{rest:path}", show, methods=methods)], lifespan=lifespan)


@pytest.fixture(scope="module")
def service(realm: LiveRealm) -> Generator[Callable[..., str]]:
    """Return a function that starts a service with an enforcer of these options."""
    with ExitStack() as running:

        def start(**options: Any) -> str:
            openid = running.enter_context(realm.openid("photos"))
            given = {"routes": [Route("/health", access="public"), Route("/me", access="token")], **options}
            enforcer = Enforcer(openid, **given)
            return running.enter_context(serving(EnforcerMiddleware(application(), enforcer)))

        yield start


@pytest.fixture(scope="module")
def url(service: Callable[..., str]) -> str:
    return service(resource_methods={"GET": "view", "PUT": "edit"})


def of(realm: LiveRealm, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {realm.openid('shop').token(name, name).access_token}"}


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("bob", "GET", "/albums/7", 200),
        ("bob", "HEAD", "/albums/7", 200),
        ("bob", "PUT", "/albums/7", 403),
        ("ann", "PUT", "/albums/7", 200),
        ("eve", "GET", "/albums/7", 403),
        ("ann", "DELETE", "/albums/7", 403),
        ("ann", "GET", "/albums", 403),
        ("ann", "GET", "/Albums/7", 403),
        ("ann", "GET", "/nowhere", 403),
        ("eve", "GET", "/vault", 403),
        ("eve", "GET", "/me", 200),
        (None, "GET", "/me", 401),
        (None, "GET", "/health", 200),
        (None, "GET", "/albums/7", 401),
    ],
)
def test_the_servers_resources_say_who_may_do_what(
    realm: LiveRealm, url: str, who: str | None, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, url + path, headers=of(realm, who) if who else {})
    assert answer.status_code == status
    if status == 200 and method != "HEAD":
        assert answer.json() == {"user": who, "path": path, "database": "open"}


def raw(url: str, request: bytes) -> int:
    """Send a request as it is; return the status of the answer."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=10) as connection:
        connection.sendall(request)
        return int(connection.recv(4096).split(b" ", 2)[1])


@pytest.mark.parametrize(
    "target",
    [b"/albums/../vault", b"//albums/7", b"/albums/..;/health", b"/albums%2f7", b"/albums/%2e%2e/health",
     b"/albums/7;x=1", b"/albums/%252e%252e", b"/health/%2e", b"/albums\\7"],
)  # fmt: skip
def test_paths_that_mean_several_things_go_nowhere(realm: LiveRealm, url: str, target: bytes) -> None:
    authorization = of(realm, "ann")["Authorization"].encode()
    request = b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
    assert raw(url, request % (target, authorization)) in {400, 403}


def test_tokens_that_are_none_or_two_or_in_the_query_open_nothing(realm: LiveRealm, url: str) -> None:
    token = of(realm, "ann")["Authorization"].removeprefix("Bearer ")
    assert httpx.get(f"{url}/albums/7", params={"access_token": token}).status_code == 401
    two = [("Authorization", f"Bearer {token}")] * 2
    assert httpx.get(f"{url}/albums/7", headers=two).status_code == 400
    override = {"Authorization": f"Bearer {token}", "X-HTTP-Method-Override": "PUT"}
    assert httpx.get(f"{url}/albums/7", headers=override).status_code == 400
    garbage = httpx.get(f"{url}/albums/7", headers={"Authorization": "Bearer garbage"})
    assert (garbage.status_code, garbage.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


async def test_a_client_answers_the_challenge_with_an_rpt(
    realm: LiveRealm, service: Callable[..., str], both: Both
) -> None:
    """bob may look at an album only once ann, who owns it, has agreed."""
    photos = realm.openid("photos")
    both(photos)
    path = f"/clients/{realm.id_of_client('photos')}/authz/resource-server/resource"
    name = f"anns-{both.world}"
    made = realm.admin(
        "POST",
        path,
        {"name": name, "owner": {"id": realm.id_of_user("ann")}, "ownerManagedAccess": True,
         "scopes": [{"name": "view"}]},
    ).json()["_id"]  # fmt: skip
    url = service(routes=[Route("/anns", f"{made}#view", methods=["GET"])], uma_challenge=True)
    connection = realm.connection("shop", username="bob", password="bob")
    both(connection)
    auth = connection.keycloak_openid.uma.auth(connection, origins=[url], audience="photos")

    async def call() -> int:
        if both.is_async:
            async with httpx.AsyncClient(auth=auth) as awaiting:
                return (await awaiting.get(f"{url}/anns")).status_code
        return plainly(auth, f"{url}/anns")

    assert await call() == 401
    (asked,) = await both(photos.uma).list_permission_tickets(
        granted=False, requester="bob", resource_id=made
    )
    granting = None if realm.is_since(26, 5) else photos.token("ann", "ann").access_token
    await both(photos.uma).update_permission(asked.id, granted=True, token=granting)
    assert await call() == 200
    both(connection.keycloak_openid)


def plainly(auth: httpx.Auth, url: str) -> int:
    with httpx.Client(auth=auth) as client:
        return client.get(url).status_code


@pytest.mark.parametrize("mode", ["offline", "offline_first"])
def test_the_exported_configuration_decides_here(
    realm: LiveRealm, service: Callable[..., str], mode: str
) -> None:
    exported = realm.admin(
        "GET", f"/clients/{realm.id_of_client('photos')}/authz/resource-server/settings"
    ).json()
    exported["resources"] = [one for one in exported["resources"] if one["name"] != "mallorys"]
    openid = realm.openid("photos")
    openid.authorization.load_config(exported)
    enforcer = Enforcer(openid, [Route("/albums/{id}", "album#view")], mode=mode)  # type: ignore[arg-type] # parametrized
    app = EnforcerMiddleware(application(), enforcer)
    with openid, serving(app) as url:
        assert httpx.get(f"{url}/albums/7", headers=of(realm, "bob")).status_code == 200
        assert httpx.get(f"{url}/albums/7", headers=of(realm, "eve")).status_code == 403


def test_a_server_that_is_down_lets_nothing_through(realm: LiveRealm, nobody: str) -> None:
    token = of(realm, "ann")
    openid = realm.openid("photos", timeout=2)
    enforcer = Enforcer(openid, [Route("/albums/{id}", "album#view")])
    assert enforcer.enforce("GET", "/albums/7", token["Authorization"].removeprefix("Bearer "))
    openid.connection.base_url = nobody
    openid.issuer = realm.url
    app = EnforcerMiddleware(application(), enforcer)
    with openid, serving(app) as url:
        answer = httpx.get(f"{url}/albums/7", headers=token, timeout=30)
    assert (answer.status_code, answer.json()) == (503, {"error": "temporarily_unavailable"})
