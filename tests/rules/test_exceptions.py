# SPDX-License-Identifier: Apache-2.0
"""One tree of errors: typed, one line, picklable, with what the server said."""

from __future__ import annotations

import copy
import json
import pickle
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests
from hypothesis import example, given, strategies as st
from jwcrypto.common import JWException
from jwcrypto.jwt import JWTExpired

from keycloak_sdk import exceptions
from keycloak_sdk._refusals import error_class_of, refusal
from keycloak_sdk.exceptions import (
    InsecureConnectionWarning,
    KeycloakAuthenticationError,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakDeleteError,
    KeycloakError,
    KeycloakGetError,
    KeycloakInvalidCredentialsError,
    KeycloakInvalidTokenError,
    KeycloakOperationError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
    KeycloakTimeoutError,
    PermissionDefinitionError,
    TokenExpiredError,
    TokenMalformedError,
    TokenVerificationError,
    one_line,
    raise_error_from_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def every_class(base: type[KeycloakError] = KeycloakError) -> Iterator[type[KeycloakError]]:
    yield base
    for child in base.__subclasses__():
        name = child.__module__
        if name.startswith("keycloak_sdk.") and not name.startswith("keycloak_sdk.testing"):
            yield from every_class(child)


CLASSES = sorted(set(every_class()), key=lambda each: each.__name__)


def ours(status: int, **content: Any) -> httpx.Response:
    return httpx.Response(status, **content)


def of_requests(status: int, **content: Any) -> requests.Response:
    """What python-keycloak's own raise_error_from_response is given."""
    model = httpx.Response(status, **content)
    response = requests.Response()
    response.status_code = status
    response._content = model.content
    response.headers.update(model.headers)
    return response


def challenged(value: str) -> dict[str, Any]:
    return {"headers": {"www-authenticate": value}}


MAKERS = pytest.mark.parametrize("make", [ours, of_requests], ids=["httpx", "requests"])


# --- the tree


def test_the_tree_is_the_one_drawn_at_the_top_of_the_module() -> None:
    drawn = exceptions.__doc__ or ""
    assert len(CLASSES) > 25
    assert not [each.__name__ for each in CLASSES if each.__name__ not in drawn]


@pytest.mark.parametrize(
    ("error", "caught_as"),
    [
        (KeycloakConfigurationError, ValueError),
        (KeycloakRequestError, ValueError),
        (KeycloakTimeoutError, TimeoutError),
        (KeycloakTimeoutError, OSError),
        (KeycloakTimeoutError, KeycloakConnectionError),
        (KeycloakInvalidCredentialsError, KeycloakPostError),
        (KeycloakInvalidCredentialsError, KeycloakAuthenticationError),
        (KeycloakGetError, KeycloakOperationError),
        (KeycloakPutError, KeycloakOperationError),
        (KeycloakDeleteError, KeycloakOperationError),
        (TokenExpiredError, KeycloakInvalidTokenError),
        (TokenExpiredError, JWTExpired),
        (TokenExpiredError, JWException),
        (TokenMalformedError, ValueError),
    ],
)
def test_an_error_is_caught_where_programs_expect_it(
    error: type[KeycloakError], caught_as: type[Exception]
) -> None:
    assert issubclass(error, caught_as)


def test_a_permission_made_wrong_is_no_operation_of_the_server() -> None:
    assert not issubclass(PermissionDefinitionError, KeycloakOperationError)


@pytest.mark.parametrize("name", ["TokenNoError", "Token", "TokenError", "KeycloakNoError", "shown"])
def test_a_name_that_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(exceptions, name)


# --- what an error is


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_survives_pickling_and_copying(kind: type[KeycloakError]) -> None:
    error = kind("no") if issubclass(kind, TokenVerificationError) else kind("no", 400, b"{}")
    error.error, error.error_description, error.error_uri = "invalid_grant", "d", "u"
    error.method, error.path, error.retryable = "POST", "/x", True
    error.add_note("seen twice")
    for other in (
        pickle.loads(pickle.dumps(error)),
        pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error, 0)), 5)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(other) is kind
        assert other is not error
        assert other.__dict__ == error.__dict__
        assert other.args == error.args
        assert str(other) == str(error)


class SturdyError(KeycloakGetError):
    """An application's own, with a constructor of its own."""

    def __init__(self, user: str, tries: int) -> None:
        super().__init__(f"{user} failed {tries} times", 403)
        self.user = user


def test_a_subclass_with_a_constructor_of_its_own_survives_as_well() -> None:
    error = SturdyError("alice", 3)
    other = pickle.loads(pickle.dumps(error))
    assert (type(other), other.user, str(other)) == (SturdyError, "alice", "403: alice failed 3 times")


def test_an_error_may_be_made_of_nothing() -> None:
    error = KeycloakError()
    assert (str(error), error.error_message, error.response_code, error.response_body) == ("", "", None, None)
    assert (error.error, error.error_description, error.error_uri) == (None, None, None)
    assert (error.method, error.path, error.retryable) == (None, None, False)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b"bytes", "bytes"),
        (b"\xff", "�"),
        ({"a": 1}, "{'a': 1}"),
        (None, "None"),
        (ValueError("x"), "x"),
        (404, "404"),
    ],
)
def test_a_program_may_raise_them_with_whatever_it_has(message: Any, text: str) -> None:
    assert str(KeycloakGetError(message)) == text


def test_the_arguments_are_those_of_the_seed() -> None:
    error = KeycloakError("no", 404, b"body")
    assert error == error  # noqa: PLR0124 - identity, as of every exception
    assert str(error) == "404: no"
    assert str(KeycloakError(error_message="no", response_code=None, response_body=None)) == "no"


@given(st.text(max_size=3000), st.none() | st.integers(100, 599))
@example("\r\nX: y\x1b[31m\u202e\u2028\ud800", 400)
def test_whatever_the_message_it_is_one_short_printable_line(message: str, status: int | None) -> None:
    error = KeycloakError(message, status)
    for text in (str(error), error.error_message, str(error.args[0])):
        assert len(text) < 300
        assert text.isprintable()
    str(error).encode("utf-8")


@given(st.text(max_size=200), st.integers(1, 100))
def test_one_line_is_never_longer_than_it_may_be(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit


def test_a_huge_message_costs_no_time() -> None:
    assert str(KeycloakError("a\n" * 50_000_000)).startswith("a a a")


# --- what a refusal says


@MAKERS
@pytest.mark.parametrize("status", [*range(200, 600), 600, 799, 999])
def test_whatever_the_status_there_is_an_error_for_it(make: Callable[..., Any], status: int) -> None:
    error = refusal(make(status), KeycloakGetError, method="GET", path="/x")
    assert str(error).startswith(f"{status}: ")
    assert error.response_code == status
    assert error.response_body == b""
    assert error.retryable is (status in {408, 425, 429, 500, 502, 503, 504})
    known = status in set(HTTPStatus)
    assert (HTTPStatus(status).phrase if known else "unknown status") in str(error)


@MAKERS
@pytest.mark.parametrize(
    ("content", "text", "members"),
    [
        ({"json": {"error": "invalid_grant"}}, "invalid_grant", ("invalid_grant", None, None)),
        (
            {
                "json": {
                    "error": "invalid_grant",
                    "error_description": "Session not active",
                    "error_uri": "http://x",
                }
            },
            "invalid_grant: Session not active",
            ("invalid_grant", "Session not active", "http://x"),
        ),
        ({"json": {"error_description": "only this"}}, "only this", (None, "only this", None)),
        ({"json": {"errorMessage": "User exists"}}, "User exists", (None, None, None)),
        ({"json": {"message": "Not here"}}, "Not here", (None, None, None)),
        (
            {"json": {"error": "", "error_description": ""}},
            "Bad Request (application/json, ",
            (None, None, None),
        ),
        (
            {"json": {"error": 3, "error_description": ["x"], "message": None}},
            "Bad Request (",
            (None, None, None),
        ),
        ({"json": {"error": {"code": "x"}}}, "Bad Request (", (None, None, None)),
        ({"json": []}, "Bad Request (application/json, 2 bytes)", (None, None, None)),
        ({"json": "invalid_grant"}, "Bad Request (application/json, 15 bytes)", (None, None, None)),
        (
            {"content": b"null", "headers": {"Content-Type": "application/json"}},
            "Bad Request (application/json, 4 bytes)",
            (None, None, None),
        ),
        ({"json": 3}, "Bad Request (application/json, 1 bytes)", (None, None, None)),
        ({"content": b""}, "Bad Request (no content type, 0 bytes)", (None, None, None)),
        ({"content": b"{"}, "Bad Request (no content type, 1 bytes)", (None, None, None)),
        ({"content": b"\xff\xfe\x00"}, "Bad Request (no content type, 3 bytes)", (None, None, None)),
        ({"content": b"[" * 100_000}, "Bad Request (no content type, 100000 bytes)", (None, None, None)),
        ({"html": "<h1>We are sorry</h1>"}, "Bad Request (text/html, 21 bytes)", (None, None, None)),
        (
            challenged('Bearer realm="acme", error="invalid_token", error_description="Token is dead"'),
            "invalid_token: Token is dead",
            ("invalid_token", "Token is dead", None),
        ),
        (
            challenged('Bearer error="insufficient_scope", error_uri="http://x", scope="openid"'),
            "insufficient_scope",
            ("insufficient_scope", None, "http://x"),
        ),
        (
            challenged(r'Bearer error="a", error_description="say \"no\" \\ \x"'),
            r'a: say "no" \ x',
            ("a", r'say "no" \ x', None),
        ),
        (challenged("Bearer error=invalid_token"), "invalid_token", ("invalid_token", None, None)),
        (challenged('Bearer last_error="x"'), "Bad Request", (None, None, None)),
        (challenged('Bearer error="' + "x" * 50_000), "Bad Request", (None, None, None)),
        (challenged("Bearer"), "Bad Request", (None, None, None)),
    ],
)
def test_a_refusal_says_what_the_server_said(
    make: Callable[..., Any], content: dict[str, Any], text: str, members: tuple[str | None, ...]
) -> None:
    error = refusal(make(400, **content), KeycloakPostError, method="POST", path="/x")
    assert str(error).startswith(f"400: {text}")
    assert (error.error, error.error_description, error.error_uri) == members
    assert (error.method, error.path) == ("POST", "/x")
    assert isinstance(error.response_body, bytes)


@MAKERS
def test_a_huge_description_is_cut_and_the_code_is_kept(make: Callable[..., Any]) -> None:
    body = {"error": "invalid_grant", "error_description": "x\r\n\x00" * 100_000}
    error = refusal(make(400, json=body), KeycloakPostError)
    assert str(error).startswith("400: invalid_grant: x x")
    assert len(str(error)) < 300
    assert len(error.error_description or "") < 300
    assert error.response_body == json.dumps(body, separators=(",", ":")).encode()


def test_a_sentence_in_the_place_of_the_code_is_told_whole() -> None:
    sentence = 'Invalid json representation for ClientRepresentation. Unrecognized field "colour".'
    error = refusal(ours(400, json={"error": sentence}), KeycloakPostError)
    assert str(error) == f"400: {sentence}"
    assert len(error.error or "") <= 80


def test_a_huge_error_code_is_cut() -> None:
    error = refusal(ours(400, json={"error": "x" * 9999}), KeycloakPostError)
    assert len(error.error or "") <= 80


@MAKERS
@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://login.example.org/a?token=secret#x", "login.example.org"),
        ("//evil.example/x", "evil.example"),
        ("https://user:secret@evil.example/", "evil.example"),
        ("/auth/realms/acme?code=secret", "another path of this host"),
        ("", "another path of this host"),
        ("http://[::1", "a malformed URL"),
        ("https://" + "a" * 9999 + ".example/secret", "aaa"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_names_the_host_alone(
    make: Callable[..., Any], location: str, host: str, status: int
) -> None:
    error = refusal(make(status, headers={"Location": location}), KeycloakGetError)
    assert f"redirects to {host}" in str(error)
    assert "secret" not in str(error)
    assert "check server_url" in str(error) or len(host) < 4
    assert len(str(error)) < 300


# --- raise_error_from_response


@MAKERS
def test_an_expected_answer_is_returned(make: Callable[..., Any]) -> None:
    assert raise_error_from_response(make(200, json={"a": 1}), KeycloakGetError) == {"a": 1}
    assert raise_error_from_response(make(201, json=[1]), KeycloakGetError) == [1]
    assert raise_error_from_response(make(204), KeycloakGetError) == {}
    assert raise_error_from_response(make(204), KeycloakGetError, expected_codes=[204]) == {}
    assert raise_error_from_response(make(200, content=b"jwt"), KeycloakGetError) == b"jwt"
    assert raise_error_from_response(make(200), KeycloakGetError) == b""
    assert raise_error_from_response(make(200, content=b"[" * 100_000), KeycloakGetError) == b"[" * 100_000
    assert raise_error_from_response(make(302, json=3), KeycloakGetError, expected_codes={302}) == 3


@MAKERS
def test_an_unexpected_status_is_raised(make: Callable[..., Any]) -> None:
    for status in (202, 302, 400, 403, 404, 500):
        with pytest.raises(KeycloakPutError) as caught:
            raise_error_from_response(make(status, json={"error": "x"}), KeycloakPutError)
        assert caught.value.response_code == status
    with pytest.raises(KeycloakPutError):
        raise_error_from_response(make(200), KeycloakPutError, expected_codes=[204])
    with pytest.raises(KeycloakPutError):
        raise_error_from_response(make(200), KeycloakPutError, expected_codes=[])


@MAKERS
def test_401_is_an_authentication_error_unless_a_mapping_says_otherwise(make: Callable[..., Any]) -> None:
    with pytest.raises(KeycloakAuthenticationError):
        raise_error_from_response(make(401), KeycloakPostError)
    with pytest.raises(KeycloakOperationError):
        raise_error_from_response(make(401), {404: KeycloakGetError})
    with pytest.raises(KeycloakPostError):
        raise_error_from_response(make(401), {401: KeycloakPostError})


@MAKERS
def test_skip_exists_makes_a_conflict_a_success(make: Callable[..., Any]) -> None:
    conflict = make(409, json={"errorMessage": "User exists with same username"})
    assert raise_error_from_response(conflict, KeycloakPostError, skip_exists=True) == {
        "msg": "Already exists"
    }
    with pytest.raises(KeycloakPostError, match="409: User exists with same username"):
        raise_error_from_response(conflict, KeycloakPostError)


def test_the_class_of_a_status() -> None:
    assert error_class_of(400, KeycloakPostError) is KeycloakPostError
    assert error_class_of(401, KeycloakPostError) is KeycloakAuthenticationError
    assert error_class_of(404, {404: KeycloakGetError}) is KeycloakGetError
    assert error_class_of(500, {404: KeycloakGetError}) is KeycloakOperationError


def test_the_numbers_of_the_statuses_can_be_imported() -> None:
    names = {name: value for name, value in vars(exceptions).items() if name.startswith("HTTP_")}
    assert len(names) == 10
    assert names["HTTP_CONFLICT"] == 409


def test_the_warning_is_a_user_warning() -> None:
    assert issubclass(InsecureConnectionWarning, UserWarning)


# --- whatever the server says

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "error_description", "message", "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON, st.integers(200, 999), st.text(alphabet=st.characters(codec="ascii", exclude_categories=["C"])))
def test_whatever_json_a_refusal_holds_it_becomes_one_line(body: Any, status: int, header: str) -> None:
    response = httpx.Response(
        status,
        content=json.dumps(body).encode(),
        headers={"WWW-Authenticate": header, "Content-Type": header, "Location": header},
    )
    error = refusal(response, KeycloakGetError)
    for text in (str(error), error.error, error.error_description, error.error_uri):
        assert text is None or (len(text) < 300 and text.isprintable())


@given(st.binary(max_size=200))
def test_whatever_bytes_a_refusal_holds_it_becomes_one_line(body: bytes) -> None:
    error = refusal(httpx.Response(500, content=body), KeycloakGetError)
    assert len(str(error)) < 300
    assert error.response_body == body


# --- when to come back


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "9" * 5000}, 999_999_999.0),
        ({"Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT", "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 30.0),
        ({"Retry-After": "Fri, 15 Jan 2027 08:00:30 -0000", "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 30.0),
        ({"Retry-After": "Fri, 15 Jan 2027 07:00:00 GMT", "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 0.0),
        ({"Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "\u00b2"}, None),
        ({"Retry-After": "soon", "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_an_error_says_when_the_server_wants_to_be_called_again(
    headers: dict[str, str], seconds: float | None
) -> None:
    encoded = {name: value.encode() for name, value in headers.items()}
    error = refusal(httpx.Response(503, headers=encoded), KeycloakPostError)
    assert error.retry_after == seconds
    assert pickle.loads(pickle.dumps(error)).retry_after == seconds
