# SPDX-License-Identifier: Apache-2.0
"""Requests to paths of a server."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from requests_toolbelt.multipart.encoder import MultipartEncoder

from keycloak_sdk import (
    ConnectionManager,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakRequestError,
    KeycloakTimeoutError,
)
from support.connections import plain
from support.transport import form_of, line_of

if TYPE_CHECKING:
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


def ok(_: httpx.Request) -> httpx.Response:
    """Answer anew each time: httpx's clients wrap the answers they get."""
    return httpx.Response(200, json={"ok": True})


@pytest.mark.parametrize("verb", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("status", [200, 302, 401, 404, 500])
async def test_every_status_is_returned(verb: str, status: int, both: Both) -> None:
    manager, seen = plain(httpx.Response(status, json={"status": status}, headers={"Location": "http://x"}))
    arguments = ("/x", None) if verb in {"post", "put"} else ("/x",)
    response = await getattr(both(manager), f"raw_{verb}")(*arguments)
    assert (response.status_code, response.json(), response.text) == (
        status,
        {"status": status},
        f'{{"status":{status}}}',
    )
    assert response.headers["location"] == "http://x"
    assert [line_of(request) for request in seen] == [f"{verb.upper()} /auth/x"]


async def test_keyword_arguments_are_the_query(both: Both) -> None:
    manager, seen = plain(ok)
    await both(manager).raw_get(
        "users?exact=true", max=3, q=None, role=["a", "b c"], brief=True, ratio=1.5, at="ä&="
    )
    assert line_of(seen[0]) == (
        "GET /auth/users?exact=true&max=3&role=a&role=b+c&brief=true&ratio=1.5&at=%C3%A4%26%3D"
    )


async def test_a_get_has_no_body_and_no_content_type(both: Both) -> None:
    manager, seen = plain(ok)
    await both(manager).raw_get("/x")
    assert seen[0].content == b""
    assert "content-type" not in seen[0].headers
    assert "content-length" not in seen[0].headers


@pytest.mark.parametrize(
    ("data", "content", "content_type"),
    [
        (None, b"", None),
        ("", b"", None),
        (b"raw", b"raw", None),
        ("tëxt", "tëxt".encode(), None),
        (
            {"a": "1 2", "b": None, "c": ["x", "y"], "d": {"e"}, "f": b"g", "h": False},
            b"a=1+2&c=x&c=y&d=e&f=g&h=false",
            "form",
        ),
        ([("a", "1"), ("a", 2)], b"a=1&a=2", "form"),
        ((("a", ("1", "2")),), b"a=1&a=2", "form"),
        (io.BytesIO(b"file"), b"file", None),
        (io.StringIO("fïle"), "fïle".encode(), None),
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["post", "put", "delete"])
async def test_a_body_is_a_form_or_sent_as_it_is(
    verb: str, data: Any, content: bytes, content_type: str | None, both: Both
) -> None:
    if isinstance(data, io.IOBase):
        data.seek(0)
    manager, seen = plain(ok)
    await getattr(both(manager), f"raw_{verb}")("/x", data)
    assert seen[0].content == content
    expected = "application/x-www-form-urlencoded" if content_type else None
    assert seen[0].headers.get("content-type") == expected


async def test_a_content_type_of_the_connection_wins_over_the_one_of_a_form(both: Both) -> None:
    manager, seen = plain(ok, headers={"content-type": "application/json"})
    await both(manager).raw_post("/x", '{"a":1}')
    assert seen[0].headers.get_list("content-type") == ["application/json"]


async def test_a_multipart_encoder_is_sent_with_its_boundary(both: Both) -> None:
    encoder = MultipartEncoder({"file": ("realm.json", io.BytesIO(b"{}"), "application/json")})
    manager, seen = plain(ok)
    await both(manager).raw_post("/x", encoder)
    assert seen[0].headers["content-type"] == encoder.content_type
    assert b'filename="realm.json"' in seen[0].content


@pytest.mark.parametrize(
    ("arguments", "kwargs"),
    [
        (("/x", 3), {}),
        (("/x", object()), {}),
        (("/x", ["a"]), {}),
        (("/x", [("a", "b", "c")]), {}),
        (("/x", {"a": object()}), {}),
        (("/x", {"a": "\ud800"}), {}),
        (("/x", None), {"q": object()}),
        (("/x", None), {"q": "\ud800"}),
        (("/../x", None), {}),
        (("//elsewhere/x", None), {}),
        (("https://elsewhere/auth/x", None), {}),
        (("/x\n", None), {}),
        ((None, None), {}),
    ],
    ids=str,
)
async def test_what_cannot_be_sent_is_refused_before_anything_is(
    arguments: tuple[Any, ...], kwargs: dict[str, Any], both: Both
) -> None:
    manager, seen = plain()
    with pytest.raises(KeycloakRequestError):
        await both(manager).raw_post(*arguments, **kwargs)
    assert seen == []


async def test_an_absolute_url_goes_to_the_server_itself_or_a_trusted_origin(both: Both) -> None:
    manager, seen = plain(ok, ok, trusted_origins=["https://sso.example"])
    await both(manager).raw_get("http://kc:80/auth/realms/acme")
    await both(manager).raw_get("https://sso.example/realms/acme")
    assert [str(request.url) for request in seen] == [
        "http://kc/auth/realms/acme",
        "https://sso.example/realms/acme",
    ]


@pytest.mark.parametrize(
    ("cause", "error"),
    [
        (httpx.ConnectError("refused"), KeycloakConnectionError),
        (httpx.RemoteProtocolError("gone"), KeycloakConnectionError),
        (httpx.ReadTimeout("slow"), KeycloakTimeoutError),
    ],
)
async def test_a_failure_of_the_network_is_a_connection_error_with_its_cause(
    cause: httpx.TransportError, error: type[KeycloakConnectionError], both: Both
) -> None:
    manager, _ = plain(cause)
    with pytest.raises(error, match="Can't connect to server kc") as caught:
        await both(manager).raw_post("/x?secret=1", {"a": "b"})
    assert type(caught.value) is error
    assert isinstance(caught.value.__cause__, type(cause))
    assert (caught.value.method, caught.value.path) == ("POST", "/auth/x")


# --- headers


async def test_headers_are_read_when_a_request_is_built_and_never_written(both: Both) -> None:
    given = {"X-A": "1"}
    manager, seen = plain(ok, ok, ok, ok, headers=given)
    await both(manager).raw_get("/x")
    manager.add_param_headers("X-B", "2")
    manager.headers["x-a"] = "3"
    await both(manager).raw_get("/x")
    manager.del_param_headers("X-A")
    manager.del_param_headers("X-A")
    await both(manager).raw_get("/x")
    manager.clean_headers()
    await both(manager).raw_post("/x", {"a": "b"})
    sent = [{name: value for name, value in one.headers.items() if name.startswith("x-")} for one in seen]
    assert sent == [{"x-a": "1"}, {"x-a": "3", "x-b": "2"}, {"x-a": "3", "x-b": "2"}, {}]
    assert (given, manager.headers) == ({"X-A": "1"}, {})


def test_headers_are_looked_up_by_their_name() -> None:
    manager, _ = plain(headers={"X-A": "1"})
    assert (manager.param_headers("X-A"), manager.param_headers("X-B")) == ("1", None)
    assert (manager.exist_param_headers("X-A"), manager.exist_param_headers("X-B")) == (True, False)
    manager.headers = None
    assert manager.headers == {}


def test_two_connections_do_not_share_the_default_headers() -> None:
    one, two = ConnectionManager("http://kc"), ConnectionManager("http://kc")
    one.add_param_headers("X-A", "1")
    assert two.headers == {}


@pytest.mark.parametrize("headers", [3, "X-A: 1", ["X-A"]])
def test_headers_that_are_no_mapping_are_refused(headers: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="give a dict"):
        ConnectionManager("http://kc", headers)


@pytest.mark.parametrize(
    "headers", [{"X-A": "1\r\nX-B: 2"}, {"X-A": 3}, {"X A": "1"}, {"": "1"}, {3: "1"}, {"X-A": "ä"}]
)
async def test_a_header_that_cannot_be_sent_is_refused_before_anything_is(headers: Any, both: Both) -> None:
    manager, seen = plain(headers=headers)
    with pytest.raises(KeycloakRequestError, match="header"):
        await both(manager).raw_get("/x")
    assert seen == []


async def test_a_header_that_is_none_is_not_sent(both: Both) -> None:
    manager, seen = plain(ok, headers={"X-A": None})
    await both(manager).raw_get("/x")
    assert "x-a" not in seen[0].headers


async def test_a_program_may_replace_the_headers_we_send(both: Both) -> None:
    manager, seen = plain(ok, headers={"user-agent": "shop/1", "ACCEPT": "text/html"})
    await both(manager).raw_get("/x")
    assert seen[0].headers.get_list("user-agent") == ["shop/1"]
    assert seen[0].headers.get_list("accept") == ["text/html"]


async def test_forms_are_encoded_as_forms_are(both: Both) -> None:
    manager, seen = plain(ok)
    await both(manager).raw_post("/x", {"a+b": "c d", "ü": "&"})
    assert form_of(seen[0]) == {"a+b": ["c d"], "ü": ["&"]}
