# SPDX-License-Identifier: Apache-2.0
"""Requests to paths of a server, and the settings of a connection."""

from __future__ import annotations

import io
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from requests_toolbelt.multipart.encoder import MultipartEncoder

from keycloak_sdk import (
    ConnectionManager,
    InsecureConnectionWarning,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakOpenID,
    KeycloakOpenIDConnection,
    KeycloakRequestError,
    KeycloakTimeoutError,
)
from support.transport import always, form_of, line_of, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both

pytestmark = pytest.mark.anyio


def ok(_: httpx.Request) -> httpx.Response:
    """Answer anew each time: httpx's clients wrap the answers they get."""
    return httpx.Response(200, json={"ok": True})


def connection(
    *answers: Any, url: str = "http://kc/auth", **extra: Any
) -> tuple[ConnectionManager, list[httpx.Request]]:
    transport, seen = serve(*answers)
    return ConnectionManager(url, transport=transport, **extra), seen


@pytest.mark.parametrize("verb", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("status", [200, 302, 401, 404, 500])
async def test_every_status_is_returned(verb: str, status: int, both: Both) -> None:
    manager, seen = connection(
        httpx.Response(status, json={"status": status}, headers={"Location": "http://x"})
    )
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
    manager, seen = connection(ok)
    await both(manager).raw_get(
        "users?exact=true", max=3, q=None, role=["a", "b c"], brief=True, ratio=1.5, at="ä&="
    )
    assert line_of(seen[0]) == (
        "GET /auth/users?exact=true&max=3&role=a&role=b+c&brief=true&ratio=1.5&at=%C3%A4%26%3D"
    )


async def test_a_get_has_no_body_and_no_content_type(both: Both) -> None:
    manager, seen = connection(ok)
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
    manager, seen = connection(ok)
    await getattr(both(manager), f"raw_{verb}")("/x", data)
    assert seen[0].content == content
    expected = "application/x-www-form-urlencoded" if content_type else None
    assert seen[0].headers.get("content-type") == expected


async def test_a_content_type_of_the_connection_wins_over_the_one_of_a_form(both: Both) -> None:
    manager, seen = connection(ok, headers={"content-type": "application/json"})
    await both(manager).raw_post("/x", '{"a":1}')
    assert seen[0].headers.get_list("content-type") == ["application/json"]


async def test_a_multipart_encoder_is_sent_with_its_boundary(both: Both) -> None:
    encoder = MultipartEncoder({"file": ("realm.json", io.BytesIO(b"{}"), "application/json")})
    manager, seen = connection(ok)
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
    manager, seen = connection()
    with pytest.raises(KeycloakRequestError):
        await both(manager).raw_post(*arguments, **kwargs)
    assert seen == []


async def test_an_absolute_url_goes_to_the_server_itself_or_a_trusted_origin(both: Both) -> None:
    manager, seen = connection(ok, ok, trusted_origins=["https://sso.example"])
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
    manager, _ = connection(cause)
    with pytest.raises(error, match="Can't connect to server kc") as caught:
        await both(manager).raw_post("/x?secret=1", {"a": "b"})
    assert type(caught.value) is error
    assert isinstance(caught.value.__cause__, type(cause))
    assert (caught.value.method, caught.value.path) == ("POST", "/auth/x")


# --- headers


async def test_headers_are_read_when_a_request_is_built_and_never_written(both: Both) -> None:
    given = {"X-A": "1"}
    manager, seen = connection(ok, ok, ok, ok, headers=given)
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
    manager, _ = connection(headers={"X-A": "1"})
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
    manager, seen = connection(headers=headers)
    with pytest.raises(KeycloakRequestError, match="header"):
        await both(manager).raw_get("/x")
    assert seen == []


async def test_a_header_that_is_none_is_not_sent(both: Both) -> None:
    manager, seen = connection(ok, headers={"X-A": None})
    await both(manager).raw_get("/x")
    assert "x-a" not in seen[0].headers


async def test_a_program_may_replace_the_headers_we_send(both: Both) -> None:
    manager, seen = connection(ok, headers={"user-agent": "shop/1", "ACCEPT": "text/html"})
    await both(manager).raw_get("/x")
    assert seen[0].headers.get_list("user-agent") == ["shop/1"]
    assert seen[0].headers.get_list("accept") == ["text/html"]


# --- settings


async def test_settings_can_be_changed_at_any_time(both: Both) -> None:
    manager, seen = connection(ok, ok, cert=["c.pem", "k.pem"], max_retries=2, pool_maxsize=3)
    assert (manager.cert, manager.max_retries, manager.pool_maxsize) == (("c.pem", "k.pem"), 2, 3)
    await both(manager).raw_get("/x")
    context = ssl.create_default_context()
    manager.base_url = "http://other/"
    manager.timeout = 2.5
    manager.cert = None
    manager.verify = context
    manager.proxies = {"https": "http://proxy:3128"}
    manager.max_retries = 0
    manager.pool_maxsize = None
    await both(manager).raw_get("/x")
    assert [str(request.url) for request in seen] == ["http://kc/auth/x", "http://other/x"]
    assert (manager.base_url, manager.timeout, manager.verify, manager.cert) == (
        "http://other/",
        2.5,
        context,
        None,
    )
    assert (manager.proxies, manager.max_retries, manager.pool_maxsize) == (
        {"https": "http://proxy:3128"},
        0,
        None,
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": "5"},
        {"timeout": True},
        {"timeout": float("inf")},
        {"verify": ""},
        {"verify": None},
        {"cert": 3},
        {"cert": ("c.pem",)},
        {"max_retries": -1},
        {"max_retries": True},
        {"pool_maxsize": 0},
        {"proxies": "http://proxy"},
        {"proxies": {"https": "ftp://proxy"}},
    ],
    ids=str,
)
def test_a_setting_that_cannot_work_is_refused_by_constructor_and_setter(settings: dict[str, Any]) -> None:
    with pytest.raises(KeycloakConfigurationError):
        ConnectionManager("http://kc", **settings)
    manager = ConnectionManager("http://kc")
    ((name, value),) = settings.items()
    before = getattr(manager, name)
    with pytest.raises(KeycloakConfigurationError):
        setattr(manager, name, value)
    assert getattr(manager, name) == before


@pytest.mark.parametrize(
    "url", [None, "", 3, "kc", "ftp://kc", "http://", "http://u:p@kc", "http://kc?a=b", "http://kc/.."]
)
def test_a_server_url_that_cannot_work_is_refused(url: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="server_url"):
        ConnectionManager(url)
    manager = ConnectionManager("http://kc")
    with pytest.raises(ValueError, match="server_url"):
        manager.base_url = url
    assert manager.base_url == "http://kc"


class OfAProgram(ConnectionManager):
    """A subclass as programs write them."""

    def __init__(self, url: str) -> None:
        super().__init__(url, verify=False)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConnectionManager("https://kc", verify=False),
        lambda: KeycloakOpenID("https://kc", "acme", "shop", verify=False),
        lambda: KeycloakOpenIDConnection("https://kc", "alice", "pw", verify=False),
        lambda: OfAProgram("https://kc"),
        lambda: setattr(ConnectionManager("https://kc"), "verify", False),
    ],
)
def test_switching_certificate_checks_off_warns_once_where_it_is_done(make: Callable[[], object]) -> None:
    with pytest.warns(InsecureConnectionWarning, match="https://kc") as caught:
        make()
    assert [one.filename for one in caught] == [__file__]


def test_other_settings_of_an_unchecked_connection_change_without_another_warning() -> None:
    with pytest.warns(InsecureConnectionWarning):
        manager = ConnectionManager("https://kc", verify=False)
    manager.timeout = 5


async def test_an_answer_larger_than_max_body_is_refused(both: Both) -> None:
    manager, _ = connection(
        httpx.Response(200, content=b"x" * 11), httpx.Response(200, content=b"x" * 10), max_body=10
    )
    with pytest.raises(KeycloakConnectionError, match="larger than 10 bytes"):
        await both(manager).raw_get("/x")
    assert (await both(manager).raw_get("/x")).content == b"x" * 10


# --- one world's own transport, and the end


async def test_each_world_may_have_a_transport_of_its_own() -> None:
    blocking, by_threads = always(ok)
    awaiting, by_tasks = always(ok)
    manager = ConnectionManager("http://kc", transport=blocking, async_transport=awaiting)
    manager.raw_get("/sync")
    await manager.a_raw_get("/async")
    assert [line_of(one) for one in (*by_threads, *by_tasks)] == ["GET /sync", "GET /async"]


async def test_a_client_of_httpx_is_used_as_it_is_and_stays_open() -> None:
    blocking, by_threads = always(ok)
    awaiting, by_tasks = always(httpx.Response(302, headers={"Location": "http://kc/again"}))
    with httpx.Client(transport=blocking, follow_redirects=True) as threads:
        async with httpx.AsyncClient(transport=awaiting, follow_redirects=True) as tasks:
            with ConnectionManager("http://kc", transport=threads, async_transport=tasks) as manager:
                assert manager.raw_get("/x").json() == {"ok": True}
                assert (await manager.a_raw_get("/x")).status_code == 302
            assert (threads.is_closed, tasks.is_closed) == (False, False)
    assert (len(by_threads), len(by_tasks)) == (1, 1)


async def test_closing_twice_is_fine_and_the_next_call_opens_anew(both: Both) -> None:
    manager, seen = connection(ok, ok)
    side = both(manager)
    await side.raw_get("/x")
    await side.close()
    await side.close()
    await side.raw_get("/x")
    assert len(seen) == 2
    assert await side.__enter__() is manager
    assert await side.__exit__(None, None, None) is None


def test_a_connection_that_could_not_be_made_is_discarded_quietly() -> None:
    half_made = ConnectionManager.__new__(ConnectionManager)
    half_made.__del__()


def test_a_connection_shows_its_server() -> None:
    assert repr(ConnectionManager("http://KC:80/auth/")) == "<ConnectionManager http://kc/auth>"


async def test_forms_are_encoded_as_forms_are(both: Both) -> None:
    manager, seen = connection(ok)
    await both(manager).raw_post("/x", {"a+b": "c d", "ü": "&"})
    assert form_of(seen[0]) == {"a+b": ["c d"], "ü": ["&"]}
