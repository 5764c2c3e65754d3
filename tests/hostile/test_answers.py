# SPDX-License-Identifier: Apache-2.0
"""Successes that are none: whatever a 2xx holds, the caller gets what was described or one typed error."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings, strategies as st

from keycloak_oidc_api import models
from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError, KeycloakPostError, KeycloakPutError
from support.tokens import sign
from support.transport import always, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

SECRET = "s3cret-in-the-body"
SERVER = "https://sso.example.org"
TOKEN = sign({"iss": f"{SERVER}/realms/acme"})


@frozen
class Operation:
    """A call whose answer is the hostile one."""

    name: str
    arguments: tuple[Any, ...]
    error: type[KeycloakError]
    tolerates: frozenset[str] = frozenset()
    """Names of the bodies that are a success of it."""
    status: int = 200


OBJECTS = frozenset(
    {"an empty object", "an object that says nothing", "nulls", "an object twice", "UTF-16", "a BOM"}
)
TEXTS = frozenset({"plain text"})

OPERATIONS = [
    Operation("well_known", (), KeycloakGetError),
    Operation("auth_url", ("https://shop.example/cb",), KeycloakGetError),
    Operation("certs", (), KeycloakGetError),
    Operation("public_key", (), KeycloakGetError),
    Operation("token", ("alice", "pw"), KeycloakPostError),
    Operation("refresh_token", ("r",), KeycloakPostError),
    Operation("exchange_token", ("t",), KeycloakPostError),
    Operation("device", (), KeycloakPostError),
    Operation("userinfo", ("t",), KeycloakGetError),
    Operation("introspect", ("t",), KeycloakPostError),
    Operation("entitlement", ("t", "docs"), KeycloakGetError, OBJECTS),
    Operation("uma_permissions", ("t", "docs"), KeycloakPostError, frozenset({"an empty list"})),
    Operation("has_uma_access", ("t", "docs"), KeycloakPostError, frozenset({"an empty list"})),
    Operation("register_client", ("t", {}), KeycloakPostError, OBJECTS, 201),
    Operation("update_client", ("t", "shop", {}), KeycloakPutError, OBJECTS),
    Operation("decode_token", (TOKEN,), KeycloakGetError),
]

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \r\n ",
    "half an object": b'{"access_token": "' + SECRET.encode(),
    "half a literal": b"tru",
    "HTML": b"<!doctype html><title>" + SECRET.encode() + b"</title>",
    "plain text": SECRET.encode(),
    "an empty list": b"[]",
    "a list": b'["' + SECRET.encode() + b'"]',
    "a list of lists": b"[[]]",
    "a string": b'"' + SECRET.encode() + b'"',
    "a number": b"7",
    "a huge number": b"1" * 10_000,
    "true": b"true",
    "null": b"null",
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "an empty object": b"{}",
    "an object that says nothing": b'{"x": "y"}',
    "nulls": b'{"access_token": null, "keys": null, "sub": null, "active": null, "realm": null}',
    "an object twice": b'{"x": 1}{"x": 1}'[:8],
    "two objects": b'{"x": 1}{"x": 1}',
    "an object and more": b'{"x": 1} ' + SECRET.encode(),
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a deep member": b'{"access_token": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "single quotes": b"{'access_token': 'x'}",
    "a trailing comma": b'{"x": 1,}',
    "a comment": b'{"x": 1} // ' + SECRET.encode(),
    "a control character": b'{"x": "\x01' + SECRET.encode() + b'"}',
    "bytes that are no UTF-8": b'{"x": "\xff\xfe' + SECRET.encode() + b'"}',
    "Latin-1": '{"x": "ä"}'.encode("latin-1"),
    "UTF-16": '{"x": "ä"}'.encode("utf-16"),
    "UTF-7": b"+AHs-+AH0-",
    "a BOM": b"\xef\xbb\xbf{}",
    "a BOM alone": b"\xef\xbb\xbf",
    "NULs": b"\x00" * 64,
    "binary": bytes(range(256)),
}


def client(*answers: httpx.Response) -> KeycloakOpenID:
    transport = always(answers[0])[0] if len(answers) == 1 else serve(*answers)[0]
    return KeycloakOpenID(SERVER, "acme", "shop", "client-secret", transport=transport)


def everything(error: BaseException) -> str:
    return f"{error!r} {vars(error)} " + "".join(traceback.format_exception(error))


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_a_success_that_is_none_is_one_typed_error(both: Both, operation: Operation, body: str) -> None:
    answer = httpx.Response(
        operation.status, content=BODIES[body], headers={"Content-Type": "application/json"}
    )
    side = both(client(answer))
    if body in operation.tolerates:
        await getattr(side, operation.name)(*operation.arguments)
        return
    with pytest.raises(KeycloakError) as caught:
        await getattr(side, operation.name)(*operation.arguments)
    error = caught.value
    assert type(error) is operation.error
    assert str(error).startswith(
        (f"{operation.status}: the answer to ", "200: the key set is not as described")
    )
    assert len(str(error)) < 300
    assert str(error).isprintable()
    assert "$" in str(error) or "is no JSON" in str(error)
    assert SECRET not in everything(error)
    assert (error.response_code, error.response_body) == (operation.status, None)
    assert error.path is not None
    assert error.path.startswith("/realms/acme/") or operation.name == "public_key"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/html",
        "text/plain; charset=no-such",
        "application/json; charset=utf-16",
        "image/png",
        "a" * 5000,
    ],
)
async def test_the_content_type_decides_nothing_about_json(both: Both, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    body = json.dumps(GOOD["token"]).encode()
    token = await both(client(httpx.Response(200, content=body, headers=headers))).token("alice", "pw")
    assert token["access_token"] == "a"


@pytest.mark.parametrize("status", [202, 203, 204, 205, 206, 299])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_another_success_than_described_is_an_error(
    both: Both, operation: Operation, status: int
) -> None:
    side = both(client(httpx.Response(status, content=b"{}")))
    if operation.name == "entitlement":  # nobody describes the endpoint of old servers
        await getattr(side, operation.name)(*operation.arguments)
        return
    with pytest.raises(operation.error, match=f"^{status}: the (answer to|key set) "):
        await getattr(side, operation.name)(*operation.arguments)


@pytest.mark.parametrize("status", [200, 201, 202, 206])
async def test_a_logout_with_another_success_than_described_is_an_error(both: Both, status: int) -> None:
    with pytest.raises(KeycloakPostError, match=f"^{status}: the answer to POST /realms/acme/"):
        await both(client(httpx.Response(status, content=b"{}"))).logout("r")


# --- every described member, of every wrong type

GOOD: dict[str, dict[str, Any]] = {
    "token": {"access_token": "a", "expires_in": 60, "token_type": "Bearer"},
    "device": {
        "device_code": "d", "user_code": "u", "verification_uri": "https://x", "expires_in": 600,
    },
    "userinfo": {"sub": "s"},
    "introspect": {"active": True},
    "well_known": {
        name: ["x"] if name.endswith("_supported") else "https://x"
        for name in (
            "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
            "subject_types_supported", "id_token_signing_alg_values_supported",
        )
    },
    "public_key": {
        "realm": "acme", "public_key": "MIIB", "token-service": "https://x", "account-service": "https://x",
        "tokens-not-before": 0,
    },
    "certs": {"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB"}]},
}  # fmt: skip
MODELS = {
    "token": models.TokenResponse,
    "device": models.DeviceAuthorizationResponse,
    "userinfo": models.UserInfo,
    "introspect": models.IntrospectionResponse,
    "well_known": models.OpenIDConfiguration,
    "public_key": models.RealmDescription,
    "certs": models.JsonWebKeySet,
}
WRONG = [7, 1.5, True, "text", "", [], {}, [None], [7], ["x"], {"x": "y"}, [{}], None, float("nan"), 10**30]
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@pytest.mark.parametrize("name", GOOD)
async def test_a_member_of_a_wrong_type_is_named_by_its_path(both: Both, name: str) -> None:
    operation = BY_NAME[name]
    assert await getattr(both(client(httpx.Response(200, json=GOOD[name]))), name)(*operation.arguments)
    refused = 0
    for member in MODELS[name]._MEMBERS:
        for value in WRONG:
            body = json.dumps(GOOD[name] | {member: value}).encode()
            try:
                await getattr(both(client(httpx.Response(200, content=body))), name)(*operation.arguments)
            except operation.error as error:
                refused += 1
                assert member in str(error)  # noqa: PT017 - most are refused, some are right by chance
                assert "$" in str(error)  # noqa: PT017
    assert refused > len(GOOD[name])


@pytest.mark.parametrize("name", GOOD)
async def test_a_required_member_that_is_missing_is_named(both: Both, name: str) -> None:
    for member in MODELS[name]._REQUIRED:
        body = {key: value for key, value in GOOD[name].items() if key != member}
        with pytest.raises(BY_NAME[name].error) as caught:
            await getattr(both(client(httpx.Response(200, json=body))), name)(*BY_NAME[name].arguments)
        assert member in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("x", r"\$\.keys"),
        ([7], r"\$\.keys\[0\]"),
        ([{}], r"\$\.keys\[0\]\.kty"),
        ([{"kty": "RSA"}, {"kty": 7}], r"\$\.keys\[1\]\.kty"),
    ],
)
async def test_the_path_leads_into_lists(both: Both, keys: Any, path: str) -> None:
    with pytest.raises(KeycloakGetError, match=path):
        await both(client(httpx.Response(200, json={"keys": keys}))).certs()


async def test_the_last_of_two_members_of_one_name_counts(both: Both) -> None:
    twice = b'{"access_token": 7, "token_type": "Bearer", "access_token": "last"}'
    assert (await both(client(httpx.Response(200, content=twice))).token("a", "b")).access_token == "last"
    twice = b'{"access_token": "first", "token_type": "Bearer", "access_token": 7}'
    with pytest.raises(KeycloakPostError, match=r"\$\.access_token"):
        await both(client(httpx.Response(200, content=twice))).token("a", "b")


async def test_the_name_of_a_member_cannot_break_the_line(both: Both) -> None:
    hostile = {"a\r\nb\x1b[31m" + "x" * 500: 7}
    body = {"keys": [{"kty": "RSA", **hostile}], **hostile}
    found = await both(client(httpx.Response(200, json=body))).certs()
    assert found["keys"][0].kty == "RSA"
    with pytest.raises(KeycloakPostError) as caught:
        await both(client(httpx.Response(200, json=[{"rsid": hostile}]))).uma_permissions("t", "docs")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "endpoint", ["javascript:alert(1)", "//evil.example", "", "https://x/\r\nSet-Cookie: a=b", "https://x/ y"]
)
async def test_an_authorization_endpoint_that_no_browser_should_be_sent_to_is_refused(
    both: Both, endpoint: str
) -> None:
    metadata = GOOD["well_known"] | {"authorization_endpoint": endpoint}
    with pytest.raises(KeycloakGetError, match=r"authorization_endpoint is no"):
        await both(client(httpx.Response(200, json=metadata))).auth_url("https://shop.example/cb")


# --- logins of a connection


@pytest.mark.parametrize("body", BODIES)
async def test_a_connection_whose_login_is_answered_with_nonsense_sends_nothing_else(
    both: Both, body: str
) -> None:
    transport, seen = always(httpx.Response(200, content=BODIES[body]))
    connection = KeycloakOpenIDConnection(SERVER, "alice", "pw", transport=transport)
    with pytest.raises(KeycloakPostError, match=r"^200: the answer to POST /realms/master/"):
        await both(connection).raw_get("/admin/realms")
    assert len(seen) == 1
    assert connection.token is None


@pytest.mark.parametrize("expires_in", [None, 0, -1, 10**12, "60", 59.0, 10**30])
async def test_a_connection_survives_whatever_lifetime_a_token_has(both: Both, expires_in: Any) -> None:
    transport, _ = always(httpx.Response(200, json=GOOD["token"] | {"expires_in": expires_in}))
    connection = KeycloakOpenIDConnection(SERVER, "alice", "pw", transport=transport)
    for _ in range(3):
        assert (await both(connection).raw_get("/x")).status_code == 200
    assert connection.expires_at is not None


@pytest.mark.parametrize("access_token", ["", "a b", "a\r\nX-Evil: 1", "ä", "\ud800"])
async def test_a_token_that_no_header_can_carry_is_never_sent(both: Both, access_token: str) -> None:
    transport, seen = always(
        httpx.Response(200, content=json.dumps(GOOD["token"] | {"access_token": access_token}).encode())
    )
    connection = KeycloakOpenIDConnection(SERVER, "alice", "pw", transport=transport)
    with pytest.raises(KeycloakError) as caught:
        await both(connection).raw_get("/x")
    assert str(caught.value).isprintable()
    assert all(request.method == "POST" for request in seen)


# --- whatever comes

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "access_token",
                    "expires_in",
                    "keys",
                    "kty",
                    "active",
                    "sub",
                    "address",
                    "rsid",
                    "scopes",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=ANY_JSON | st.binary(max_size=40))
def test_whatever_the_body_the_outcome_is_a_result_or_a_typed_error(operation: Operation, body: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        getattr(client(httpx.Response(operation.status, content=content)), operation.name)(
            *operation.arguments
        )
    except KeycloakError as error:
        assert str(error).isprintable()  # noqa: PT017 - either is fine
        assert len(str(error)) < 300  # noqa: PT017
