# SPDX-License-Identifier: Apache-2.0
"""What requests are encoded to, and what answers are read as."""

from __future__ import annotations

import enum
import io
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, strategies as st
from requests_toolbelt import MultipartEncoder

from keycloak_oidc_api.types import DecodeError, UnexpectedStatusError
from keycloak_sdk._codec import decode, encode, encode_body, encode_form, encode_json, with_query
from keycloak_sdk._io.port import Outgoing
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.exceptions import (
    KeycloakAuthenticationError,
    KeycloakGetError,
    KeycloakOperationError,
    KeycloakPostError,
    KeycloakRequestError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keycloak_oidc_api.types import RequestKwargs

SERVER = ServerUrl.parse("https://sso.example.org/auth")
FORM = "application/x-www-form-urlencoded"


class Grant(str, enum.Enum):  # noqa: UP042 - str() of it is not its value
    PASSWORD = "password"


class Scope(enum.StrEnum):
    OPENID = "openid"


# --- forms and queries

FIELDS = [
    ({}, b""),
    ({"a": None}, b""),
    ({"a": ""}, b"a="),
    ({"a": "b c", "d": "e"}, b"a=b+c&d=e"),
    ({"a": ["b", "c"]}, b"a=b&a=c"),
    ({"a": ("b", None, "c")}, b"a=b&a=c"),
    ({"a": frozenset({"b"})}, b"a=b"),
    ({"a": {"b"}}, b"a=b"),
    ({"a": []}, b""),
    ({"a": True, "b": False}, b"a=true&b=false"),
    ({"a": [True, 1]}, b"a=true&a=1"),
    ({"a": 0, "b": -1, "c": 1.5}, b"a=0&b=-1&c=1.5"),
    ({"a": b"b c"}, b"a=b+c"),
    ({"a": b"\xff\x00"}, b"a=%FF%00"),
    ({"a": "ä€\U0001f600"}, b"a=%C3%A4%E2%82%AC%F0%9F%98%80"),
    ({"a": "&=+%#;/?"}, b"a=%26%3D%2B%25%23%3B%2F%3F"),
    ({"a": "x\r\ny"}, b"a=x%0D%0Ay"),
    ({"a&b": "c"}, b"a%26b=c"),
    ({"grant_type": Grant.PASSWORD, "scope": [Scope.OPENID]}, b"grant_type=password&scope=openid"),
]


@pytest.mark.parametrize(("fields", "encoded"), FIELDS)
def test_absent_values_are_left_out_and_lists_repeated(fields: dict[str, Any], encoded: bytes) -> None:
    assert encode_form(fields) == encoded
    query = encoded.decode()
    assert with_query("https://h/x", fields) == "https://h/x" + (f"?{query}" if query else "")
    assert with_query("https://h/x?y=z", fields) == "https://h/x?y=z" + (f"&{query}" if query else "")


def looped() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"b": "c"}, "dict"),
        ([{"b": "c"}], "dict"),
        ([["b"]], "list"),
        (looped(), "list"),
        (object(), "object"),
        (iter("ab"), "str_ascii_iterator"),
        (1j, "complex"),
        (io.BytesIO(b"x"), "BytesIO"),
    ],
)
def test_a_value_that_no_form_can_hold_is_refused_by_its_name(value: object, kind: str) -> None:
    for encoding in (encode_form, lambda fields: with_query("https://h/x", fields)):
        with pytest.raises(KeycloakRequestError, match=f"^scope is of type {kind}: give a str"):
            encoding({"scope": value})


@pytest.mark.parametrize("fields", [{"a": "\ud800"}, {"\ud800": "a"}, {"a": ["\udfff"]}])
def test_text_that_is_no_unicode_is_refused(fields: dict[str, Any]) -> None:
    for encoding in (encode_form, lambda each: with_query("https://h/x", each)):
        with pytest.raises(KeycloakRequestError, match="cannot be encoded as UTF-8"):
            encoding(fields)


@given(
    st.dictionaries(st.text(min_size=1), st.text() | st.lists(st.text(), max_size=3) | st.none(), max_size=5)
)
def test_whatever_the_form_the_server_reads_what_was_meant(fields: dict[str, Any]) -> None:
    expected = [
        (name, text)
        for name, value in fields.items()
        for text in ([] if value is None else [value] if isinstance(value, str) else value)
    ]
    assert parse_qsl(encode_form(fields).decode(), keep_blank_values=True) == expected


# --- JSON


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ({"a": 1}, b'{"a":1}'),
        ({}, b"{}"),
        (None, b"null"),
        ([True, None, "x"], b'[true,null,"x"]'),
        ({"a": "ä\u2028"}, '{"a":"ä\u2028"}'.encode()),
        ({"a": Grant.PASSWORD, "b": Scope.OPENID}, b'{"a":"password","b":"openid"}'),
    ],
)
def test_json_is_compact_utf_8(value: object, encoded: bytes) -> None:
    assert encode_json(value) == encoded


def deep() -> Any:
    value: Any = None
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": {1, 2}}, {"a": b"x"}, {"a": object()}, {("a",): 1}, looped(),
        {"a": "\ud800"}, deep(),
    ],
    ids=["NaN", "infinity", "set", "bytes", "object", "key", "loop", "surrogate", "deep"],
)  # fmt: skip
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(KeycloakRequestError, match=r"^the payload is not JSON: ") as caught:
        encode_json(value)
    assert len(str(caught.value)) < 300


# --- bodies of raw_post


class Upload:
    """What an upload is to a web framework: read once, and it knows its type."""

    content_type = "image/png"

    def __init__(self, content: Any) -> None:
        self._content = content

    def read(self) -> Any:
        return self._content


@pytest.mark.parametrize(
    ("data", "content", "content_type"),
    [
        (None, None, None),
        (b"raw", b"raw", None),
        (b"", b"", None),
        ("text ä", "text ä".encode(), None),
        ("", b"", None),
        ({"a": ["b", None, "c"]}, b"a=b&a=c", FORM),
        ({}, b"", FORM),
        (MappingProxyType({"a": "b"}), b"a=b", FORM),
        (httpx.QueryParams({"a": "b"}), b"a=b", FORM),
        ([("a", "b"), ["a", "c"], ("d", None)], b"a=b&a=c", FORM),
        ((("a", ["b", "c"]),), b"a=b&a=c", FORM),
        ([], b"", FORM),
        (io.BytesIO(b"file"), b"file", None),
        (io.StringIO("täxt"), "täxt".encode(), None),
        (Upload(b"png"), b"png", "image/png"),
        (Upload(bytearray(b"png")), b"png", "image/png"),
        (Upload(memoryview(b"png")), b"png", "image/png"),
    ],
)
def test_a_body_is_encoded_by_its_type(data: object, content: bytes | None, content_type: str | None) -> None:
    assert encode_body(data) == (content, content_type)


def test_a_multipart_encoder_is_read_with_its_boundary() -> None:
    encoder = MultipartEncoder(
        {"id": "7", "file": ("a.json", b"{}", "application/json")}, boundary="frontier"
    )
    content, content_type = encode_body(encoder)
    assert content_type == "multipart/form-data; boundary=frontier"
    assert content is not None
    assert content.startswith(b"--frontier\r\n")
    assert content.endswith(b"--frontier--\r\n")
    assert b'filename="a.json"' in content


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (3, "data is of type int: give a dict"),
        (object(), "data is of type object: give a dict"),
        (iter(["a"]), "data is of type list_iterator: give a dict"),
        ({"a": {"b": "c"}}, "a is of type dict"),
        (["a", "b"], "give pairs of a name and a value"),
        (["ab"], "give pairs of a name and a value"),
        ([("a",)], "give pairs of a name and a value"),
        ([("a", "b", "c")], "give pairs of a name and a value"),
        ([(1, "b")], "give pairs of a name and a value"),
        ([None], "give pairs of a name and a value"),
        ([("a", object())], "a is of type object"),
        ("\ud800", "cannot be encoded as UTF-8"),
        ({"a": "\ud800"}, "cannot be encoded as UTF-8"),
        (io.StringIO("\ud800"), "cannot be encoded as UTF-8"),
        (Upload(None), r"data\.read\(\) returned NoneType"),
        (Upload(3), r"data\.read\(\) returned int"),
    ],
)
def test_a_body_that_cannot_be_sent_is_refused(data: object, reason: str) -> None:
    with pytest.raises(KeycloakRequestError, match=reason):
        encode_body(data)


# --- generated requests


def request(**values: Any) -> RequestKwargs:
    return {"method": "POST", "url": "/realms/acme/x", **values}  # type: ignore[typeddict-item] # as generated


def test_a_generated_form_is_addressed_and_encoded() -> None:
    outgoing = encode(
        request(
            data={"grant_type": "password", "password": "hunter2"},
            params={"a": ["b", "c"]},
            headers={"DPoP": "x.y"},
        ),
        SERVER,
        {"X-Tenant": "t", "content-type": "text/plain", "Authorization": "Basic abcd"},
        authorization="Bearer the-token",
    )
    assert (outgoing.method, outgoing.url) == ("POST", "https://sso.example.org/auth/realms/acme/x?a=b&a=c")
    assert outgoing.path == "/auth/realms/acme/x"
    assert outgoing.content == b"grant_type=password&password=hunter2"
    assert outgoing.headers == {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": "keycloak-oidc-sdk",
        "X-Tenant": "t",
        "Content-Type": FORM,
        "Authorization": "Bearer the-token",
        "DPoP": "x.y",
    }
    assert set(outgoing.secrets) == {"hunter2", "the-token"}
    assert "hunter2" not in repr(outgoing)


def test_a_generated_json_body_is_encoded_null_included() -> None:
    assert encode(request(json={"a": 1}), SERVER, {}).content == b'{"a":1}'
    assert encode(request(json=None), SERVER, {}).content == b"null"
    assert encode(request(json=[]), SERVER, {}).headers["Content-Type"] == "application/json"


def test_a_request_without_a_body_has_no_content_type() -> None:
    outgoing = encode(request(), SERVER, {})
    assert outgoing.content is None
    assert "Content-Type" not in outgoing.headers


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://h/a/b?c=d", "/a/b"),
        ("https://h", "/"),
        ("https://h/", "/"),
        ("https://h/a?b=/c?d", "/a"),
        ("http://[::1]:8080/a", "/a"),
    ],
)
def test_the_path_of_a_request_has_no_query(url: str, path: str) -> None:
    assert Outgoing("GET", url, {}).path == path


# --- answers

OUTGOING = Outgoing("GET", "https://sso.example.org/realms/acme?x=y", {}, secrets=("hunter2",))


def parse_json(response: Any) -> Any:
    return response.json()


def raising(error: Exception) -> Callable[[Any], Any]:
    def parse(_: Any) -> Any:
        raise error

    return parse


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_what_the_parser_makes_of_it(status: int) -> None:
    assert decode(httpx.Response(status, json={"a": 1}), OUTGOING, parse_json, KeycloakGetError) == {"a": 1}


@pytest.mark.parametrize("status", [100, 199, 300, 302, 304, 400, 403, 404, 500, 600, 999])
def test_every_other_status_is_a_refusal(status: int) -> None:
    with pytest.raises(KeycloakGetError) as caught:
        decode(httpx.Response(status, json={"error": "x"}), OUTGOING, parse_json, KeycloakGetError)
    assert (caught.value.response_code, caught.value.error) == (status, "x")
    assert (caught.value.method, caught.value.path) == ("GET", "/realms/acme")


def test_401_is_an_authentication_error() -> None:
    with pytest.raises(KeycloakAuthenticationError):
        decode(httpx.Response(401), OUTGOING, parse_json, KeycloakPostError)
    with pytest.raises(KeycloakOperationError):
        decode(httpx.Response(401), OUTGOING, parse_json, {500: KeycloakPostError})


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (
            DecodeError("$.keys[2].kty", "string", "number"),
            r"200: the answer to GET /realms/acme is not as described: ",
        ),
        (UnexpectedStatusError(200), "200: the answer to GET /realms/acme has an undocumented status"),
        (ValueError("hunter2"), r"200: the answer to GET /realms/acme is no JSON \(text/html"),
        (RecursionError("hunter2"), r"200: the answer to GET /realms/acme is no JSON \(text/html"),
        (
            json.JSONDecodeError("hunter2", "hunter2", 0),
            r"200: the answer to GET /realms/acme is no JSON \(text/html",
        ),
    ],
)
def test_a_success_that_cannot_be_read_is_the_operations_error(cause: Exception, text: str) -> None:
    response = httpx.Response(200, html="<p>hunter2</p>")
    with pytest.raises(KeycloakGetError, match="^" + text) as caught:
        decode(response, OUTGOING, raising(cause), KeycloakGetError)
    assert "hunter2" not in str(caught.value)
    assert caught.value.response_body is None
    assert (caught.value.method, caught.value.path, caught.value.retryable) == ("GET", "/realms/acme", False)


def test_what_is_not_as_described_is_named_by_its_path() -> None:
    cause = DecodeError("$.keys[2].kty", "string", "number")
    with pytest.raises(KeycloakGetError, match=r"\$\.keys\[2\]\.kty") as caught:
        decode(httpx.Response(200), OUTGOING, raising(cause), KeycloakGetError)
    assert caught.value.__cause__ is cause
