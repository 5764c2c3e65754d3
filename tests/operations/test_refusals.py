# SPDX-License-Identifier: Apache-2.0
"""What each operation raises: when the server refuses, when it is no Keycloak, when it is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import field, frozen

from keycloak_sdk import (
    KeycloakAuthenticationError,
    KeycloakConnectionError,
    KeycloakDeprecationError,
    KeycloakError,
    KeycloakGetError,
    KeycloakInvalidCredentialsError,
    KeycloakOpenID,
    KeycloakPermissionFormatError,
    KeycloakPostError,
    KeycloakPutError,
    KeycloakRequestError,
    KeycloakRPTNotFound,
    KeycloakTimeoutError,
)
from support.transport import refuses, serve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.both import Both

pytestmark = pytest.mark.anyio

SECRET = "secret-of-shop"


@frozen
class Call:
    """A call of an operation, and the class of its refusals."""

    name: str
    args: tuple[Any, ...] = ()
    error: type[KeycloakError] = KeycloakPostError
    kwargs: Mapping[str, Any] = field(factory=dict)

    def __str__(self) -> str:
        return f"{self.name}{self.args}"

    @property
    def success(self) -> int:
        """The status of its success."""
        return 201 if self.name == "register_client" else 200


CALLS = [
    Call("token", ("alice", "pw")),
    Call("refresh_token", ("r-1",)),
    Call("exchange_token", ("t",)),
    Call("device"),
    Call("userinfo", ("t",), KeycloakGetError),
    Call("introspect", ("t",)),
    Call("logout", ("r-1",)),
    Call("well_known", (), KeycloakGetError),
    Call("auth_url", ("https://shop/cb",), KeycloakGetError),
    Call("certs", (), KeycloakGetError),
    Call("public_key", (), KeycloakGetError),
    Call("entitlement", ("t", "docs"), KeycloakGetError),
    Call("uma_permissions", ("t", "docs")),
    Call("has_uma_access", ("t", "docs")),
    Call("register_client", ("t", {})),
    Call("update_client", ("t", "shop", {}), KeycloakPutError),
]
ANSWERED = [call for call in CALLS if call.name != "logout"]
"""Those whose success has a body."""

ANY_OBJECT = {"entitlement", "register_client", "update_client"}
"""Those whose success may be any object."""


def client(transport: httpx.MockTransport) -> KeycloakOpenID:
    return KeycloakOpenID("http://kc", "acme", "shop", SECRET, transport=transport)


async def refusal(call: Call, both: Both, answer: httpx.Response | Exception) -> KeycloakError:
    """Return what the call raises; it sends one request."""
    transport, seen = serve(answer)
    with pytest.raises(KeycloakError) as caught:
        await getattr(both(client(transport)), call.name)(*call.args, **call.kwargs)
    (request,) = seen
    error = caught.value
    assert (error.method, error.path) == (request.method, request.url.raw_path.decode())
    return error


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_a_refusal_keeps_the_servers_words(call: Call, both: Both) -> None:
    answer = httpx.Response(
        400, json={"error": "invalid_request", "error_description": "Missing it", "error_uri": "https://e"}
    )
    error = await refusal(call, both, answer)
    assert type(error) is call.error
    assert str(error) == "400: invalid_request: Missing it"
    assert (error.response_code, error.response_body) == (400, answer.content)
    assert (error.error, error.error_description, error.error_uri) == (
        "invalid_request",
        "Missing it",
        "https://e",
    )
    assert not error.retryable


@pytest.mark.parametrize("call", [call for call in CALLS if call.name != "has_uma_access"], ids=str)
async def test_401_is_an_authentication_error_with_the_challenge_of_an_empty_answer(
    call: Call, both: Both
) -> None:
    challenge = 'Bearer realm="acme", error="invalid_token", error_description="Token verification failed"'
    error = await refusal(call, both, httpx.Response(401, headers={"WWW-Authenticate": challenge}))
    assert type(error) is KeycloakAuthenticationError
    assert str(error) == "401: invalid_token: Token verification failed"
    assert error.response_body == b""


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_a_redirect_is_an_error_that_names_the_host(call: Call, both: Both) -> None:
    answer = httpx.Response(302, headers={"Location": "https://elsewhere.example/realms/acme?secret=1"})
    error = await refusal(call, both, answer)
    assert type(error) is call.error
    assert "the server redirects to elsewhere.example" in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_a_passing_failure_is_marked_retryable(call: Call, status: int, both: Both) -> None:
    error = await refusal(call, both, httpx.Response(status, html="<h1>Bad gateway</h1>"))
    assert type(error) is call.error
    assert error.retryable
    assert str(error).startswith(f"{status}: ")
    assert "h1" not in str(error)


@pytest.mark.parametrize("call", ANSWERED, ids=str)
@pytest.mark.parametrize(
    "body", [b"<!doctype html><p>hello", b"", b'{"access_token": "ey', b"\xff\xfe", b"[" * 9999]
)
async def test_a_success_that_is_no_json_is_an_error_that_says_so(
    call: Call, body: bytes, both: Both
) -> None:
    answer = httpx.Response(call.success, content=body, headers={"Content-Type": "text/html"})
    error = await refusal(call, both, answer)
    assert type(error) is call.error
    assert "is no JSON (text/html)" in str(error)
    assert (error.response_body, error.__cause__) == (None, None)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        pytest.param(call, body, id=f"{call}-{body}")
        for call in ANSWERED
        for body in ('"text"', "3", "null", "[1]", "[[]]", '{"error": 1}')
        if body[0] != "{" or call.name not in ANY_OBJECT
    ],
)
async def test_a_success_of_another_shape_is_an_error_that_names_the_place(
    call: Call, body: str, both: Both
) -> None:
    answer = httpx.Response(call.success, content=body.encode(), headers={"Content-Type": "application/json"})
    error = await refusal(call, both, answer)
    assert type(error) is call.error
    assert "is not as described: $" in str(error)


async def test_a_success_with_another_status_than_described_is_an_error(both: Both) -> None:
    error = await refusal(Call("register_client", ("t", {})), both, httpx.Response(200, json={}))
    assert type(error) is KeycloakPostError
    assert str(error).endswith("has an undocumented status")


async def test_a_redirect_to_nowhere_is_an_error_all_the_same(both: Both) -> None:
    error = await refusal(Call("device"), both, httpx.Response(302, headers={"Location": "http://["}))
    assert "redirects to a malformed URL" in str(error)


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_a_server_that_is_away_is_a_connection_error(call: Call, both: Both) -> None:
    error = await refusal(call, both, httpx.ConnectError("[Errno 111] Connection refused"))
    assert type(error) is KeycloakConnectionError
    assert str(error) == "Can't connect to server kc (ConnectError: [Errno 111] Connection refused)"
    assert error.retryable
    assert error.response_code is None
    assert isinstance(error.__cause__, httpx.ConnectError)


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_a_server_that_is_slow_is_a_timeout(call: Call, both: Both) -> None:
    error = await refusal(call, both, httpx.ReadTimeout("slow"))
    assert type(error) is KeycloakTimeoutError
    assert isinstance(error, TimeoutError)
    assert "within 60 s" in str(error)


UNSENDABLE = [
    Call("token", ("alice", "pw", []), KeycloakRequestError),
    Call("token", ("alice", "pw", ["password", "refresh_token"]), KeycloakRequestError),
    Call("token", ("alice", "pw"), KeycloakRequestError, {"x": object()}),
    Call("token", ("alice", b"pw"), KeycloakRequestError),
    Call("token", ("alice", "\ud800"), KeycloakRequestError),
    Call("refresh_token", ("",), KeycloakRequestError),
    Call("refresh_token", (None,), KeycloakRequestError),
    Call("refresh_token", ({"refresh_token": "r"},), KeycloakRequestError),
    Call("exchange_token", ("a b",), KeycloakRequestError),
    Call("exchange_token", ("t\r\nX: y",), KeycloakRequestError),
    Call("exchange_token", ("t",), KeycloakRequestError, {"scope": ["openid"]}),
    Call("device", (), KeycloakRequestError, {"scope": 3.5j}),
    Call("userinfo", ("",), KeycloakRequestError),
    Call("userinfo", ("tökén",), KeycloakRequestError),
    Call("userinfo", (None,), KeycloakRequestError),
    Call("introspect", ("",), KeycloakRequestError),
    Call("introspect", ("t", None, "requesting_party_token"), KeycloakRPTNotFound),
    Call("introspect", ("t", "", "requesting_party_token"), KeycloakRPTNotFound),
    Call("introspect", ("", "rpt", "requesting_party_token"), KeycloakRequestError),
    Call("logout", ("",), KeycloakRequestError),
    Call("auth_url", ("",), KeycloakRequestError),
    Call("entitlement", ("t", ""), KeycloakRequestError),
    Call("entitlement", ("t", ".."), KeycloakRequestError),
    Call("entitlement", ("", "docs"), KeycloakRequestError),
    Call("uma_permissions", ("t", "docs#"), KeycloakPermissionFormatError),
    Call("uma_permissions", ("t", {"docs": []}), KeycloakPermissionFormatError),
    Call("uma_permissions", ("t", ""), KeycloakRequestError, {"response_mode": "decision"}),
    Call("uma_permissions", ("t", ""), KeycloakRequestError, {"claim_token": ["c"]}),
    Call("uma_permissions", ("",), KeycloakRequestError),
    Call("has_uma_access", ("t", 3), KeycloakPermissionFormatError),
    Call("has_uma_access", ("", "docs"), KeycloakRequestError),
    Call("register_client", ("t", "shop"), KeycloakRequestError),
    Call("register_client", ("t", None), KeycloakRequestError),
    Call("register_client", ("t", {"when": object()}), KeycloakRequestError),
    Call("register_client", ("t", {"size": float("nan")}), KeycloakRequestError),
    Call("register_client", (None, {}), KeycloakRequestError),
    Call("update_client", ("t", "", {}), KeycloakRequestError),
    Call("update_client", ("t", "shop", []), KeycloakRequestError),
    Call("update_client", ("t", 3, {}), KeycloakRequestError),
]


@pytest.mark.parametrize("call", UNSENDABLE, ids=str)
async def test_what_cannot_be_sent_is_refused_before_anything_is(call: Call, both: Both) -> None:
    transport, seen = serve()
    with pytest.raises(KeycloakError) as caught:
        await getattr(both(client(transport)), call.name)(*call.args, **call.kwargs)
    assert type(caught.value) is call.error
    assert seen == []
    text = str(caught.value)
    assert text.isprintable()
    assert 10 < len(text) < 300


@pytest.mark.parametrize("realm", ["", ".", "..", None, 3, "a\nb"])
async def test_a_realm_that_no_path_can_carry_is_refused(realm: Any, both: Both) -> None:
    transport, seen = serve()
    openid = KeycloakOpenID("http://kc", realm, "shop", transport=transport)
    with pytest.raises(KeycloakRequestError, match="realm_name"):
        await both(openid).well_known()
    assert seen == []


@pytest.mark.parametrize("client_id", ["", None, 3])
async def test_a_client_without_an_identifier_is_refused(client_id: Any, both: Both) -> None:
    transport, seen = serve()
    openid = KeycloakOpenID("http://kc", "acme", client_id, transport=transport)
    with pytest.raises(KeycloakRequestError, match="client_id"):
        await both(openid).token("alice", "pw")
    assert seen == []


@pytest.mark.parametrize("status", [400, 401])
async def test_a_wrong_password_is_one_class_on_old_and_new_servers(status: int, both: Both) -> None:
    transport, _ = serve(refuses(status, "invalid_grant", "Invalid user credentials"))
    with pytest.raises(KeycloakInvalidCredentialsError) as caught:
        await both(client(transport)).token("alice", "wrong")
    error = caught.value
    assert isinstance(error, KeycloakPostError)
    assert isinstance(error, KeycloakAuthenticationError)
    assert str(error) == f"{status}: invalid_grant: Invalid user credentials"
    assert (error.error, error.error_description) == ("invalid_grant", "Invalid user credentials")
    assert (error.method, error.path) == ("POST", "/realms/acme/protocol/openid-connect/token")
    assert error.response_code == status


@pytest.mark.parametrize(
    ("kwargs", "answer", "error"),
    [
        ({"grant_type": "authorization_code", "code": "c"}, refuses(400, "invalid_grant"), KeycloakPostError),
        ({"username": "alice"}, refuses(400, "invalid_client"), KeycloakPostError),
        ({"username": "alice"}, refuses(401, "invalid_client"), KeycloakAuthenticationError),
    ],
)
async def test_other_refusals_of_the_token_endpoint_say_nothing_of_a_password(
    kwargs: dict[str, Any], answer: httpx.Response, error: type[KeycloakError], both: Both
) -> None:
    transport, _ = serve(answer)
    with pytest.raises(error) as caught:
        await both(client(transport)).token(**kwargs)
    assert type(caught.value) is error


@pytest.mark.parametrize("status", [404, 405])
async def test_the_removed_entitlement_endpoint_is_a_deprecation(status: int, both: Both) -> None:
    transport, _ = serve(httpx.Response(status, json={"error": "HTTP 405 Method Not Allowed"}))
    with pytest.raises(KeycloakDeprecationError, match="use uma_permissions") as caught:
        await both(client(transport)).entitlement("t", "docs")
    assert caught.value.response_code == status
    assert caught.value.path == "/realms/acme/authz/entitlement/docs"


async def test_only_an_answer_with_a_token_is_a_token(both: Both) -> None:
    transport, _ = serve(httpx.Response(200, json={"result": True}))
    with pytest.raises(KeycloakPostError, match=r"is not as described: \$"):
        await both(client(transport)).token(grant_type="urn:ietf:params:oauth:grant-type:uma-ticket")


@pytest.mark.parametrize("endpoint", ["javascript:alert(1)", "/relative", "ftp://kc/auth", ""])
async def test_an_authorization_endpoint_that_no_browser_should_open_is_refused(
    endpoint: str, both: Both
) -> None:
    metadata = {
        "issuer": "http://kc/realms/acme",
        "authorization_endpoint": endpoint,
        "token_endpoint": "http://kc/t",
        "jwks_uri": "http://kc/c",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    transport, _ = serve(httpx.Response(200, json=metadata))
    with pytest.raises(KeycloakGetError, match="authorization_endpoint"):
        await both(client(transport)).auth_url("https://shop/cb")
