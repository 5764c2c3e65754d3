# SPDX-License-Identifier: Apache-2.0
"""Decisions on the requests of a service: whatever is not allowed is denied, whatever fails as well."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import ConnectionManager, KeycloakConfigurationError, KeycloakOpenID
from keycloak_sdk.enforcer import Enforcer, Route
from support.clock import ClockInHand
from support.tokens import claims, jwk, sign
from support.transport import bearers_of, form_of, issues, refuses

if TYPE_CHECKING:
    from support.both import Both, Side

pytestmark = pytest.mark.anyio

REALM = "http://kc/realms/acme"
UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
TOKEN = "/realms/acme/protocol/openid-connect/token"
ALBUM = "4b977678-6f8b-401f-838e-b2b9c8fd5e3c"
ROUTES = [
    Route("/albums/{album}", "album#view", methods=["GET"]),
    Route("/albums/{album}", "album#edit", methods=["PUT"]),
    Route("/mine", access="token"),
    Route("/health", access="public"),
    Route("/by-id", f"{ALBUM}#view"),
    Route("/any", "#view"),
]


def token(**members: Any) -> str:
    return sign(claims(iss=REALM, aud="photos", jti="j1", azp="shop", **members))


class World:
    """A realm whose answers a test sets, and an enforcer in front of a service."""

    def __init__(self, both: Both, *routes: Route, **options: Any) -> None:
        self.hand = ClockInHand()
        self.granted: list[dict[str, Any]] | httpx.Response | Exception = []
        self.resources: list[dict[str, Any]] | httpx.Response = []
        self.seen: list[httpx.Request] = []
        self.openid = KeycloakOpenID(
            "http://kc",
            "acme",
            "photos",
            "s",
            transport=httpx.MockTransport(self._answer),
            clock=self.hand.clock,
        )
        both(self.openid)
        self.enforcer = Enforcer(self.openid, routes or ROUTES, **options)
        self.side: Side = both(self.enforcer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path
        if path.endswith("/certs"):
            return httpx.Response(200, json={"keys": [jwk("RS256")]})
        if path.endswith("/resource_set"):
            return _given(self.resources)
        if path.endswith("/permission"):
            return httpx.Response(201, json={"ticket": "the-ticket"})
        if path.endswith("/openid-configuration"):
            return httpx.Response(404)
        assert path == TOKEN
        if form_of(request)["grant_type"] != [UMA]:
            return issues("pat")
        if self.granted == []:
            return refuses(403, "access_denied", "not_authorized")
        return _given(self.granted)

    @property
    def questions(self) -> list[list[str]]:
        return [
            form_of(request)["permission"]
            for request in self.seen
            if request.url.path == TOKEN and "permission" in form_of(request)
        ]

    async def enforce(
        self, method: str = "GET", path: str = "/albums/7", bearer: str | None = "", **more: Any
    ) -> Any:
        return await self.side.enforce(method, path, token() if bearer == "" else bearer, **more)


def _given(answer: Any) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


VIEW = {"rsid": ALBUM, "rsname": "album", "scopes": ["view"]}


# --- online


async def test_what_the_server_grants_goes_on(both: Both) -> None:
    world = World(both)
    world.granted = [VIEW]
    outcome = await world.enforce()
    assert outcome
    assert (outcome.status, outcome.reason, outcome.claims.azp) == (200, "granted by the server", "shop")
    assert outcome.decision.granted[0].rsname == "album"
    assert world.questions == [["album#view"]]
    assert bearers_of(world.seen)[-1] == f"Bearer {token()}"


async def test_what_it_does_not_grant_is_forbidden(both: Both) -> None:
    world = World(both)
    outcome = await world.enforce()
    assert (outcome.status, outcome.challenge) == (403, None)
    assert outcome.missing_permissions == {"album#view"}
    assert outcome.reason == "denied by the server: denied"
    world.granted = [VIEW]
    assert (await world.enforce("PUT")).missing_permissions == {"album#edit"}


async def test_a_decision_mode_answer_allows_nothing(both: Both) -> None:
    world = World(both)
    world.granted = httpx.Response(200, json={"result": True})
    assert (await world.enforce()).status == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/albums"), ("POST", "/albums/7"), ("get", "/albums/7"), ("GET", "/ALBUMS/7"),
     ("GET", "/albums/7/"), ("GET", "/albums/7/8"), ("GET", "/health/"), ("TRACE", "/albums/7")],
)  # fmt: skip
async def test_what_no_route_is_for_is_forbidden_without_asking(method: str, path: str, both: Both) -> None:
    world = World(both)
    world.granted = [VIEW]
    outcome = await world.enforce(method, path)
    assert (outcome.status, outcome.reason) == (403, "no route is for this method and path")
    assert world.seen == []


@pytest.mark.parametrize(
    ("path", "raw"),
    [("/albums//7", None), ("/albums/../health", None), ("/albums/..;/health", None), ("/health;x", None),
     ("/albums/7", b"/albums%2f7"), ("/albums/7%2f", None), ("/albums\\7", None)],
)  # fmt: skip
async def test_a_path_that_means_several_things_is_refused(path: str, raw: bytes | None, both: Both) -> None:
    world = World(both)
    world.granted = [VIEW]
    assert (await world.enforce("GET", path, raw_path=raw)).status == 400
    assert world.seen == []


async def test_public_paths_need_nothing_and_others_a_token(both: Both) -> None:
    world = World(both)
    assert await world.enforce("GET", "/health", None)
    outcome = await world.enforce("GET", "/mine", None)
    assert (outcome.status, outcome.challenge) == (401, "Bearer")
    assert world.seen == []
    outcome = await world.enforce("GET", "/mine")
    assert outcome
    assert outcome.claims.azp == "shop"
    assert world.questions == []


@pytest.mark.parametrize(
    "bearer", ["garbage", "", "a b", sign(claims(iss="http://evil/realms/acme", aud="photos", jti="j")),
               sign(claims(iss=REALM, aud="other", jti="j", azp="shop")),
               sign(claims(iss=REALM, aud="photos", jti="j", azp="shop", exp=1))],
)  # fmt: skip
async def test_a_token_that_does_not_verify_is_not_taken_to_the_server(bearer: str, both: Both) -> None:
    world = World(both)
    world.granted = [VIEW]
    outcome = await world.side.enforce("GET", "/albums/7", bearer)
    assert outcome.status == 401
    assert outcome.challenge.startswith("Bearer error=")
    assert world.questions == []


async def test_the_audience_may_have_another_name(both: Both) -> None:
    world = World(both, audience="other")
    world.granted = [VIEW]
    assert (await world.enforce()).status == 401
    assert await world.enforce(bearer=sign(claims(iss=REALM, aud="other", jti="j", azp="shop")))


async def test_a_token_that_the_server_no_longer_accepts_is_refused(both: Both) -> None:
    world = World(both)
    world.granted = refuses(400, "invalid_grant", "Invalid bearer token")
    outcome = await world.enforce()
    assert (outcome.status, outcome.challenge) == (401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(503), httpx.Response(500), httpx.Response(200, text="<html>"),
     httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), refuses(400, "invalid_request"),
     httpx.Response(302)],
)  # fmt: skip
async def test_when_nobody_decides_nothing_goes_on(answer: Any, both: Both) -> None:
    world = World(both)
    world.granted = answer
    outcome = await world.enforce()
    assert (outcome.status, outcome.reason) == (503, "the server did not decide")


async def test_when_no_key_is_to_be_had_nothing_goes_on(both: Both) -> None:
    openid = KeycloakOpenID(
        "http://kc", "acme", "photos", transport=httpx.MockTransport(lambda _: httpx.Response(503))
    )
    both(openid)
    outcome = await both(Enforcer(openid, ROUTES)).enforce("GET", "/mine", token())
    assert (outcome.status, outcome.reason) == (503, "the token cannot be verified")


# --- challenges


async def test_a_denial_may_be_answered_with_a_ticket(both: Both) -> None:
    world = World(both, uma_challenge=True)
    outcome = await world.enforce()
    assert outcome.status == 401
    assert outcome.challenge == f'UMA realm="acme", as_uri="{REALM}", ticket="the-ticket"'
    assert json.loads(world.seen[-1].content) == [{"resource_id": "album", "resource_scopes": ["view"]}]


async def test_without_a_ticket_a_denial_is_a_denial(both: Both) -> None:
    world = World(both, Route("/a", "album#view"), uma_challenge=True)
    world.openid.client_secret_key = None
    outcome = await world.enforce("GET", "/a")
    assert (outcome.status, outcome.challenge) == (403, None)


async def test_strangers_cost_no_tickets(both: Both) -> None:
    world = World(both, uma_challenge=True)
    assert (await world.enforce(bearer=None)).challenge == "Bearer"
    assert (await world.enforce(bearer="garbage")).challenge == 'Bearer error="invalid_token"'
    assert [request.url.path for request in world.seen if request.url.path == TOKEN] == []


# --- RPTs


async def test_an_rpt_that_names_the_resource_by_id_is_enough(both: Both) -> None:
    world = World(both)
    rpt = token(authorization={"permissions": [VIEW]})
    outcome = await world.enforce("GET", "/by-id", rpt)
    assert (outcome.status, outcome.reason) == (200, "the token carries the permissions")
    assert world.questions == []


@pytest.mark.parametrize(
    ("path", "permissions"),
    [
        ("/albums/7", [VIEW]),
        ("/any", [VIEW]),
        ("/by-id", [{"rsname": ALBUM, "scopes": ["view"]}]),
        ("/by-id", [{"rsid": ALBUM, "scopes": ["edit"]}]),
        ("/by-id", []),
    ],
)
async def test_what_an_rpt_says_by_name_is_asked_for(path: str, permissions: Any, both: Both) -> None:
    """A client of the same realm may have a resource of that name, and grant it to anybody."""
    world = World(both)
    rpt = token(authorization={"permissions": permissions})
    assert (await world.enforce("GET", path, rpt)).status == 403
    assert len(world.questions) == 1


# --- offline


def exported(*, javascript: bool = False) -> dict[str, Any]:
    kinds = {"members": ("role", {"roles": '[{"id":"member","required":false}]'}),
             "script": ("js", {"code": "$evaluation.grant()"})}  # fmt: skip
    names = ["script"] if javascript else ["members"]
    return {
        "policyEnforcementMode": "ENFORCING",
        "decisionStrategy": "UNANIMOUS",
        "resources": [{"name": "album", "scopes": [{"name": "view"}], "uris": ["/albums/*"]}],
        "scopes": [{"name": "view"}],
        "policies": [
            *(
                {
                    "name": name,
                    "type": kind,
                    "logic": "POSITIVE",
                    "decisionStrategy": "UNANIMOUS",
                    "config": config,
                }
                for name, (kind, config) in kinds.items()
            ),
            {
                "name": "view albums",
                "type": "scope",
                "logic": "POSITIVE",
                "decisionStrategy": "AFFIRMATIVE",
                "config": {
                    "resources": '["album"]',
                    "scopes": '["view"]',
                    "applyPolicies": json.dumps(names),
                },
            },
        ],
    }


MEMBER = {"realm_access": {"roles": ["member"]}}


@pytest.mark.parametrize("mode", ["offline", "offline_first"])
async def test_what_the_configuration_decides_is_not_asked(mode: str, both: Both) -> None:
    world = World(both, mode=mode)
    world.openid.authorization.load_config(exported())
    outcome = await world.enforce(bearer=token(**MEMBER))
    assert (outcome.status, outcome.reason) == (200, "granted here")
    outcome = await world.enforce(bearer=token(realm_access={"roles": ["guest"]}))
    assert (outcome.status, outcome.reason) == (403, "not granted here: denied")
    assert outcome.evaluation.verdict == "denied"
    assert world.questions == []


@pytest.mark.parametrize(
    ("mode", "granted", "status", "asked"),
    [("offline", [VIEW], 403, 0), ("offline_first", [VIEW], 200, 1), ("offline_first", [], 403, 1),
     ("offline_first", httpx.Response(503), 503, 1)],
)  # fmt: skip
async def test_what_it_leaves_undecided_is_denied_or_asked(
    mode: str, granted: Any, status: int, asked: int, both: Both
) -> None:
    world = World(both, mode=mode)
    world.openid.authorization.load_config(exported(javascript=True))
    world.granted = granted
    outcome = await world.enforce(bearer=token(**MEMBER))
    assert outcome.status == status
    assert len(world.questions) == asked


@pytest.mark.parametrize(("mode", "status"), [("offline", 403), ("offline_first", 200)])
async def test_without_a_configuration_nothing_is_decided_here(mode: str, status: int, both: Both) -> None:
    world = World(both, mode=mode)
    world.granted = [VIEW]
    assert (await world.enforce()).status == status


# --- resources of the server


PIC = {"_id": ALBUM, "name": "album", "uris": ["/albums/*"], "scopes": [{"name": "view"}, {"name": "edit"}]}
METHODS = {"GET": "view", "PUT": "edit"}


async def test_routes_are_made_of_the_servers_resources(both: Both) -> None:
    world = World(both, Route("/health", access="public"), resource_methods=METHODS)
    world.resources = [PIC]
    world.granted = [VIEW]
    assert await world.enforce("GET", "/albums/7/8")
    assert world.questions == [[f"{ALBUM}#view"]]
    fetched = [request for request in world.seen if request.url.path.endswith("/resource_set")]
    assert [request.url.params["owner"] for request in fetched] == ["photos"]
    assert (await world.enforce("PUT")).missing_permissions == {f"{ALBUM}#edit"}
    assert (await world.enforce("DELETE")).status == 403
    assert await world.enforce("GET", "/health", None)


async def test_they_are_decided_offline_by_name(both: Both) -> None:
    odd = PIC | {"_id": "r2", "name": "odd#name", "uris": ["/odd"]}
    world = World(both, Route("/health", access="public"), resource_methods=METHODS, mode="offline")
    world.resources = [PIC, odd]
    world.openid.authorization.load_config(exported())
    assert await world.enforce(bearer=token(**MEMBER))
    assert (await world.enforce("GET", "/odd", bearer=token(**MEMBER))).status == 403
    assert world.questions == []


async def test_a_route_that_was_given_goes_before_the_servers(both: Both) -> None:
    world = World(both, Route("/albums/*", "special"), resource_methods=METHODS)
    world.resources = [PIC]
    assert (await world.enforce()).missing_permissions == {"special"}


async def test_resources_are_fetched_anew_and_kept_when_that_fails(both: Both) -> None:
    world = World(both, Route("/health", access="public"), resource_methods=METHODS, refresh_seconds=60)
    world.granted = [VIEW]
    assert (await world.enforce()).status == 403
    world.resources = [PIC]
    assert (await world.enforce()).status == 403
    world.hand.forward(61)
    assert (await world.enforce()).status == 200
    world.hand.forward(61)
    world.resources = httpx.Response(503)
    fetches = len(world.seen)
    assert (await world.enforce(bearer=token(exp=2_000_000_000))).status == 200
    assert (await world.enforce(bearer=token(exp=2_000_000_000))).status == 200
    assert sum(one.url.path.endswith("/resource_set") for one in world.seen[fetches:]) == 1
    world.resources = []
    await world.side.refresh()
    assert (await world.enforce(bearer=token(exp=2_000_000_000))).status == 403


def test_while_one_caller_fetches_anew_the_others_go_on_with_what_is_known() -> None:
    world = World(lambda target: target, Route("/health", access="public"), resource_methods=METHODS)  # type: ignore[arg-type] # one side
    assert world.enforcer.enforce("GET", "/health", None)
    world.hand.forward(301)
    begun, go_on = threading.Event(), threading.Event()
    answer = world._answer

    def slowly(request: httpx.Request) -> httpx.Response:
        begun.set()
        assert go_on.wait(10)
        return answer(request)

    world.openid.connection = ConnectionManager(
        "http://kc", transport=httpx.MockTransport(slowly), clock=world.hand.clock
    )
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(world.enforcer.enforce, "GET", "/health", None)
        assert begun.wait(10)
        assert world.enforcer.enforce("GET", "/health", None)
        assert not fetching.done()
        go_on.set()
        assert fetching.result(10)
    world.openid.close()


async def test_when_they_cannot_be_had_nothing_goes_on_not_even_what_is_public(both: Both) -> None:
    world = World(both, Route("/health", access="public"), resource_methods=METHODS)
    world.resources = refuses(403, "invalid_scope", "Requires uma_protection scope.")
    outcome = await world.enforce("GET", "/health", None)
    assert (outcome.status, outcome.reason) == (503, "the resources of the server cannot be had")


async def test_a_refresh_of_given_routes_alone_asks_nobody(both: Both) -> None:
    world = World(both)
    await world.side.refresh()
    assert world.seen == []
    assert await world.enforce("GET", "/health", None)


# --- construction


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"routes": []}, "there are no routes"),
        ({"routes": ["/a"]}, "something else than Route"),
        ({"mode": "sometimes"}, "give online, offline or offline_first"),
        ({"resource_methods": ["GET"]}, "no mapping"),
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any], message: str) -> None:
    openid = KeycloakOpenID("http://kc", "acme", "photos")
    with pytest.raises(KeycloakConfigurationError, match=message):
        Enforcer(openid, **{"routes": ROUTES, **options})


def test_an_enforcer_shows_whose_it_is() -> None:
    assert "photos" in repr(Enforcer(KeycloakOpenID("http://kc", "acme", "photos", "s3cr3t"), ROUTES))
