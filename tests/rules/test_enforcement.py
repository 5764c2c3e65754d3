# SPDX-License-Identifier: Apache-2.0
"""Which permissions a request needs: paths that mean one thing, patterns, routes, resources of the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from keycloak_oidc_api.models import UmaResource
from keycloak_sdk import KeycloakConfigurationError
from keycloak_sdk._enforcement.paths import PathPattern, is_plain
from keycloak_sdk._enforcement.routes import RouteTable, routes_of
from keycloak_sdk.enforcer import Outcome, Route

# --- paths


@pytest.mark.parametrize(
    "path", ["/", "/albums", "/albums/", "/albums/7", "/a.b/c-d_e~f", "/zoë/☃", "/a b", "/@:!$&'()*+,="]
)
def test_a_plain_path_is_one(path: str) -> None:
    assert is_plain(path)
    assert is_plain(path, quote(path, safe="/@:!$&'()*+,=").encode())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "albums",
        "*",
        "//albums",
        "/albums//7",
        "/albums/../admin",
        "/albums/..",
        "/./albums",
        "/albums/..;/admin",
        "/albums;v=1/7",
        "/albums\\7",
        "/albums/%2e%2e/admin",
        "/albums/%2f",
        "/100%",
        "/albums\x00",
        "/albums\n",
        "/albums?x",
        "/albums#x",
        "/albums/．．/admin",  # noqa: RUF001 - full-width dots, which some servers fold
        "/" + "a" * 9000,
    ],
)
def test_a_path_that_servers_read_differently_is_not_plain(path: str) -> None:
    assert not is_plain(path)


@pytest.mark.parametrize(
    "raw",
    [
        b"/albums%2f7", b"/albums%2F7", b"/albums%5c7", b"/albums%252f7", b"/albums%3b7", b"/albums%00",
        b"/albums%0d%0a", b"/albums%3f", b"/albums%23", b"/albums%", b"/albums%zz", b"/alb\xc3\xbcms",
        b"/al bums", b"/" + b"a" * 30_000,
    ],
)  # fmt: skip
def test_what_hides_in_the_encoding_is_not_plain(raw: bytes) -> None:
    assert not is_plain("/albums/7", raw)


# --- patterns


@pytest.mark.parametrize(
    ("pattern", "path", "variables"),
    [
        ("/", "/", {}),
        ("/albums", "/albums", {}),
        ("/albums", "/albums/", None),
        ("/albums", "/Albums", None),
        ("/albums", "/albums/7", None),
        ("/albums/", "/albums/", {}),
        ("/albums/{album}", "/albums/7", {"album": "7"}),
        ("/albums/{album}", "/albums/", None),
        ("/albums/{album}", "/albums/7/8", None),
        ("/albums/{album}/photos/{photo}", "/albums/7/photos/8", {"album": "7", "photo": "8"}),
        ("/albums/*", "/albums/7", {}),
        ("/albums/*", "/albums/7/8/", {}),
        ("/albums/*", "/albums/", None),
        ("/albums/*", "/albums", None),
        ("/albums/*", "/albumsx/7", None),
        ("/{user}/*", "/ann/x/y", {"user": "ann"}),
        ("/*", "/a/b", {}),
        ("/*", "/", None),
    ],
)
def test_a_pattern_matches(pattern: str, path: str, variables: dict[str, str] | None) -> None:
    assert PathPattern(pattern).match(path) == variables


@pytest.mark.parametrize(
    "text",
    ["", "albums", "/a//b", "/a/../b", "/a/*/b", "/a*", "/*a", "/{A}", "/{a}{b}", "/x{a}", "/{a}/{a}", "/{",
     "/a;b", "/a?b", "/%61", None, 3, "http://other/albums", "/a/**"],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(text: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="the path"):
        Route(text, "album")


# --- routes


def table(*routes: Route) -> RouteTable:
    return RouteTable(routes)


def needed(routes: RouteTable, method: str, path: str) -> set[str] | None:
    found = routes.find(method, path)
    return None if found is None else set(found.needed)


def test_the_most_special_path_decides() -> None:
    routes = table(
        Route("/*", "any"),
        Route("/albums/*", "below"),
        Route("/albums/{album}", "one"),
        Route("/albums/new", "new"),
        Route("/albums/{album}/photos", "photos"),
        Route("/albums/new/*", "below new"),
    )
    assert len(routes) == 6
    for path, expected in (
        ("/other", "any"),
        ("/albums/7/8", "below"),
        ("/albums/7", "one"),
        ("/albums/new", "new"),
        ("/albums/7/photos", "photos"),
        ("/albums/new/photos", "below new"),
    ):
        assert needed(routes, "GET", path) == {expected}, path


def test_a_special_path_without_the_method_does_not_fall_back_to_a_general_one() -> None:
    routes = table(Route("/*", "any"), Route("/vault", "vault", methods=["GET"]))
    assert needed(routes, "GET", "/vault") == {"vault"}
    assert needed(routes, "HEAD", "/vault") == {"vault"}
    for method in ("POST", "DELETE", "get", "", "OPTIONS"):
        assert needed(routes, method, "/vault") is None


def test_a_method_of_its_own_goes_before_every_method() -> None:
    routes = table(
        Route("/a", "rest"), Route("/a", "read", methods="GET"), Route("/a", "peek", methods=["HEAD"])
    )
    assert needed(routes, "GET", "/a") == {"read"}
    assert needed(routes, "HEAD", "/a") == {"peek"}
    assert needed(routes, "PUT", "/a") == {"rest"}


def test_two_routes_for_the_same_need_both() -> None:
    routes = table(Route("/a/{x}", "one"), Route("/a/{y}", "two"), Route("/a/{z}", access="public"))
    assert needed(routes, "GET", "/a/1") == {"one", "two"}
    found = routes.find("GET", "/a/1")
    assert found is not None
    assert found.access == "permissions"


def test_variables_of_the_path_name_resources() -> None:
    routes = table(Route("/{user}/{album}", ["{user}-{album}#view", "site"]))
    assert needed(routes, "GET", "/ann/7") == {"ann-7#view", "site"}
    for path in ("/ann/7,edit", "/ann#x/7", "/{user}/7"):
        assert needed(routes, "GET", path) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "/a"}, "has no permissions"),
        ({"path": "/a", "permissions": "a", "access": "public"}, "has permissions"),
        ({"path": "/a", "permissions": "a", "access": "anybody"}, "give permissions, token or public"),
        ({"path": "/a", "permissions": "a#"}, "an empty scope"),
        ({"path": "/a", "permissions": "{b}"}, "has no {b}"),
        ({"path": "/a", "permissions": "a", "methods": ["get"]}, "such as 'GET'"),
        ({"path": "/a", "permissions": "a", "methods": 3}, "such as 'GET'"),
        ({"path": "/a", "permissions": "a", "methods": [None]}, "such as 'GET'"),
    ],
)
def test_a_route_that_cannot_be_meant_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(KeycloakConfigurationError, match=message):
        Route(**arguments)


@given(st.text(max_size=30), st.text("GETget", max_size=5))
def test_nothing_but_what_a_route_says_is_found(path: str, method: str) -> None:
    routes = table(Route("/a/{x}", "a", methods=["GET"]))
    found = routes.find(method, path)
    assert found is None or (method == "GET" and path.startswith("/a/"))


# --- routes of resources


def resource(**members: Any) -> UmaResource:
    scopes = [{"name": name} for name in members.pop("scopes", [])]
    return UmaResource.from_dict({"_id": "r1", "name": "album", "scopes": scopes, **members})


def test_the_uris_of_a_resource_are_its_routes() -> None:
    fetched = routes_of(
        [resource(uris=["/albums/*", "/a"], scopes=["view", "edit"])],
        {"GET": "view", "PUT": ["view", "edit"], "DELETE": "delete"},
    )
    routes = table(*fetched)
    assert needed(routes, "GET", "/albums/7") == {"r1#view"}
    assert needed(routes, "PUT", "/a") == {"r1#view,edit"}
    assert needed(routes, "DELETE", "/a") is None
    found = routes.find("GET", "/a")
    assert found is not None
    assert found.by_name == {"album#view"}


def test_without_methods_the_whole_resource_is_needed() -> None:
    routes = table(*routes_of([resource(uris=["/a"], resource_scopes=["view"])], {}))
    assert needed(routes, "PATCH", "/a") == {"r1"}


def test_resources_that_share_a_uri_are_all_needed() -> None:
    shared = [resource(uris=["/a"]), resource(uris=["/a"], _id="r2", name="odd#name")]
    found = table(*routes_of(shared, {})).find("GET", "/a")
    assert found is not None
    assert found.needed == {"r1", "r2"}
    assert found.by_name is None


@pytest.mark.parametrize(
    "members",
    [
        {"uris": ["http://other/a"]},
        {"uris": ["/a/../b"]},
        {"uris": ["*.html"]},
        {"uris": ["/a/*.html"]},
        {"uris": ["a"]},
        {"uris": []},
        {"_id": None, "uris": ["/a"]},
        {"uris": None},
    ],
)
def test_what_is_no_path_of_a_resource_has_no_route(members: dict[str, Any]) -> None:
    given = {name: value for name, value in members.items() if value is not None}
    made = resource(**given)
    if "_id" in members and members["_id"] is None:
        made = UmaResource.from_dict({"name": "album", "uris": ["/a"]})
    assert routes_of([made], {}) == []


def test_an_outcome_is_true_when_the_request_goes_on() -> None:
    assert Outcome(200, "granted")
    assert not Outcome(403, "denied")
    assert repr(Outcome(403, "denied")) == "Outcome(status=403, reason='denied')"
