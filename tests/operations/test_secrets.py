# SPDX-License-Identifier: Apache-2.0
"""No password, secret or token in a text, a repr or a log, whatever the server does with what it was sent.

Everything that is secret holds the word "canary"; the server echoes all of it, in every way it can.
"""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import pytest

from keycloak_oidc_api import models
from keycloak_oidc_api.types import Model
from keycloak_sdk import KeycloakError, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk._codec import secrets_of
from support.clock import ClockInHand
from support.tokens import b64, claims, jwk, private_key, sign
from support.transport import always, issues, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both

pytestmark = pytest.mark.anyio

JWT = ".".join(
    map(b64, ('{"alg":"RS256","typ":"canary-in-a-header"}', '{"sub":"canary-in-a-claim"}', "canary"))
)

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("token", ("alice", "canary-password"), {"totp": "canary-totp"}),
    (
        "token",
        (),
        {"grant_type": "authorization_code", "code": "canary-code", "code_verifier": "canary-verifier"},
    ),
    ("token", (), {"grant_type": "urn:x", "assertion": "canary-assertion", "device_code": "canary-device"}),
    ("refresh_token", ("canary-refresh-token",), {}),
    ("exchange_token", ("canary-subject-token",), {}),
    ("device", (), {}),
    ("userinfo", ("canary-access-token",), {}),
    ("introspect", ("canary-access-token",), {}),
    ("introspect", ("canary-access-token", "canary-rpt", "requesting_party_token"), {}),
    ("logout", ("canary-refresh-token",), {}),
    ("entitlement", ("canary-access-token", "docs"), {}),
    ("uma_permissions", ("canary-access-token", "docs"), {"claim_token": "canary-claim-token"}),
    ("has_uma_access", ("canary-access-token", "docs"), {}),
    ("register_client", ("canary-access-token", {"clientId": "new", "secret": "canary-secret"}), {}),
    ("update_client", ("canary-access-token", "new", {"secret": "canary-secret"}), {}),
]


def sent(request: httpx.Request) -> list[str]:
    """Return every secret that a request holds."""
    content = request.content.decode()
    in_json = request.headers.get("content-type") == "application/json"
    body = [*json.loads(content).values()] if in_json else [value for _, value in parse_qsl(content)]
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return [value for value in (*body, bearer) if "canary" in value]


def echo(request: httpx.Request) -> str:
    return " and ".join(sent(request)) or "nothing"


ECHOES: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "described": lambda request: httpx.Response(
        400, json={"error": echo(request), "error_description": echo(request), "error_uri": echo(request)}
    ),
    "message": lambda request: httpx.Response(
        500, json={"message": echo(request), "errorMessage": echo(request)}
    ),
    "challenge": lambda request: httpx.Response(
        401, headers={"WWW-Authenticate": f'Bearer error="x", error_description="{echo(request)}"'}
    ),
    "page": lambda request: httpx.Response(502, html=f"<p>{echo(request)}"),
    "redirect": lambda request: httpx.Response(302, headers={"Location": f"https://x/?{echo(request)}"}),
    "content type": lambda request: httpx.Response(
        500, content=b"x", headers={"Content-Type": f"text/{sent(request)[0] if sent(request) else 'x'}"}
    ),
    "not json": lambda request: httpx.Response(200, content=echo(request).encode()),
    "cut off": lambda request: httpx.Response(200, content=json.dumps(token(echo(request))).encode()[:-5]),
    "other types": lambda request: httpx.Response(
        200, json={"access_token": [echo(request)], "sub": {echo(request): 1}, "x": echo(request)}
    ),
    "a list": lambda request: httpx.Response(201, json=[[echo(request)], {"rsid": [echo(request)]}]),
}


def breaks(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError(f"broken while sending {echo(request)}")


def texts(error: BaseException) -> str:
    """Return everything that is printed of an error, here or in another process.

    But for the words of a transport of the program's own, which its traceback shows.
    """
    moved = pickle.loads(pickle.dumps(error))
    told = traceback.format_exception(error, chain=not isinstance(error.__cause__, httpx.TransportError))
    return "\n".join([str(error), repr(error), *told, str(moved), repr(moved)])


def check(text: str) -> None:
    assert "canary" not in text.replace("canary-shown", ""), text


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.mark.parametrize("way", [*ECHOES, "breaks"])
@pytest.mark.parametrize(
    ("name", "args", "kwargs"), CALLS, ids=[f"{name}-{i}" for i, (name, _, _) in enumerate(CALLS)]
)
async def test_no_error_shows_what_was_sent(
    name: str, args: Any, kwargs: Any, way: str, both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    transport, seen = always(ECHOES.get(way, breaks))
    openid = KeycloakOpenID("http://kc", "acme", "shop", "canary-client-secret", transport=transport)
    try:
        result = await getattr(both(openid), name)(*args, **kwargs)
    except KeycloakError as error:
        shown = texts(error)
    else:
        shown = repr(result) if isinstance(result, Model) else ""
    assert seen
    check(shown)
    check(caplog.text)
    check(repr(openid) + str(openid) + repr(openid.connection))


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("token", ("alice", b"canary-password"), {}),
        ("token", ("alice", ["canary-password"]), {}),
        ("refresh_token", ("canary refresh token",), {}),
        ("refresh_token", ({"refresh_token": "canary"},), {}),
        ("userinfo", ("canary\r\nX: canary",), {}),
        ("logout", (["canary"],), {}),
        ("uma_permissions", ("canary token",), {}),
        ("register_client", ("t", "canary"), {}),
        ("register_client", ("t", {"secret": {"canary"}}), {}),
        ("decode_token", ("canary",), {}),
        ("decode_token", ("canary." + b64('{"a":"canary"}') + ".c",), {}),
        ("decode_token", (JWT,), {"key": jwk("RS256")}),
        ("decode_token", (JWT,), {"key": "canary-key"}),
        ("decode_token", (JWT,), {"key": {"kty": "oct", "k": "canary"}}),
    ],
    ids=str,
)
async def test_no_refusal_of_an_argument_shows_it(name: str, args: Any, kwargs: Any, both: Both) -> None:
    openid = KeycloakOpenID(
        "http://kc", "acme", "shop", "canary-client-secret", transport=always(issues())[0]
    )
    with pytest.raises(KeycloakError) as caught:
        await getattr(both(openid), name)(*args, **kwargs)
    error = caught.value
    check("\n".join([str(error), repr(error), str(pickle.loads(pickle.dumps(error)))]))


async def test_no_refusal_of_a_token_shows_it(both: Both) -> None:
    transport, _ = always(httpx.Response(200, json={"keys": [jwk("RS256")]}))
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport, clock=ClockInHand().clock)
    good = claims(iss="http://kc/realms/acme", email="canary@example.org", nonce="canary")
    forged = sign(good, key=private_key("RS256", "other"))
    for bad in (
        forged,
        sign(good | {"exp": 1}),
        sign(good | {"sub": {"canary": 1}}),
        sign(good | {"typ": "Refresh"}),
    ):
        with pytest.raises(KeycloakError) as caught:
            await both(openid).decode_token(bad)
        check(str(caught.value) + repr(caught.value))
        assert bad.rpartition(".")[2] not in str(caught.value)


@pytest.mark.parametrize("way", [*ECHOES, "breaks"])
@pytest.mark.parametrize(
    "given", [None, token("canary-access-token", refresh_token="canary-refresh-token", expires_in=0)]
)
async def test_a_renewing_connection_shows_no_credential(
    given: dict[str, Any] | None, way: str, both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    transport, _ = always(ECHOES.get(way, breaks))
    kc = KeycloakOpenIDConnection(
        "http://kc", "alice", "canary-password", given, "canary-totp", transport=transport,
        client_secret_key="canary-client-secret", custom_headers={"X-Api-Key": "canary-key"},
    )  # fmt: skip
    with pytest.raises(KeycloakError) as caught:
        await both(kc).raw_get("/x")
    check(texts(caught.value))
    check(caplog.text)
    check(
        repr(kc)
        + repr(kc.token)
        + repr(kc.keycloak_openid)
        + repr(kc._login)
        + repr(kc._login_server)
        + repr(kc._held_token)
    )


SECRETS: dict[str, Any] = {
    "username": "alice",
    "password": "canary-password",
    "totp": "canary-totp",
    "client_secret_key": "canary-client-secret",
    "token": token("canary-access-token", refresh_token="canary-refresh-token"),
    "custom_headers": {"X-Api-Key": "canary-key"},
    "proxies": {"https": "http://user:canary-proxy-password@proxy:3128"},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"server_url": "http://user:canary@kc"},
        {"timeout": "soon"},
        {"proxies": {"https": "canary://user:canary@proxy"}},
        {"proxies": ["canary"]},
        {"custom_headers": ["canary"]},
        {"token": ["canary"]},
        {"token": {"access_token": ["canary"], "refresh_token": "canary"}},
        {"telemetry": "canary"},
    ],
    ids=str,
)
def test_no_constructor_that_fails_shows_what_it_was_given(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"server_url": "http://kc"} | SECRETS | wrong
    with pytest.raises(KeycloakError) as caught:
        KeycloakOpenIDConnection(**given)
    check(texts(caught.value))
    for name in ("username", "password", "totp", "token"):
        del given[name]
    if "token" not in wrong:
        with pytest.raises(KeycloakError) as caught:
            KeycloakOpenID(realm_name="acme", client_id="shop", **given)
        check(texts(caught.value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token", ["canary"]),
        ("token", {"access_token": ["canary"], "refresh_token": "canary"}),
        ("custom_headers", ["canary"]),
        ("headers", ["canary"]),
        ("proxies", {"https": "canary://user:canary@proxy"}),
        ("base_url", "http://user:canary@kc"),
        ("server_url", "http://user:canary@kc"),
    ],
    ids=str,
)
def test_no_property_that_refuses_a_value_shows_it(name: str, value: object) -> None:
    kc = KeycloakOpenIDConnection("http://kc")
    with pytest.raises(KeycloakError) as caught:
        setattr(kc, name, value)
    check(texts(caught.value))


async def test_results_hide_their_secrets_in_a_repr_but_not_as_items(both: Both) -> None:
    answer = {"clientId": "new", "secret": "canary", "registrationAccessToken": "canary"}
    transport, _ = always(
        lambda request: (
            issues("canary", refresh_token="canary", id_token="canary", x="canary")
            if request.url.path.endswith("/token")
            else httpx.Response(201, json=answer)
        )
    )
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport)
    issued = await both(openid).token("alice", "pw")
    registered = await both(openid).register_client("t", {})
    check(f"{issued} {issued!r} {[issued]} {registered}")
    assert (issued["x"], registered["secret"]) == ("canary", "canary")
    assert json.loads(json.dumps(registered)) == answer


PERSONAL = {"login_hint", "requested_subject", "username"}
"""What the description hides of a request because it names a person: that may stand in a message."""


@pytest.mark.parametrize("name", [name for name in models.__all__ if name.endswith("Request")])
def test_every_credential_of_the_description_is_kept_out_of_messages(name: str) -> None:
    hidden = getattr(models, name)._HIDDEN - PERSONAL
    assert set(secrets_of({member: f"canary-{member}" for member in hidden})) == {
        f"canary-{member}" for member in hidden
    }
