# SPDX-License-Identifier: Apache-2.0
"""No token, secret or password that was sent comes back in the text of an error."""

from __future__ import annotations

import traceback
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, strategies as st

from keycloak_sdk._codec import decode, secrets_of
from keycloak_sdk._io.failures import failure, too_late
from keycloak_sdk._io.port import Outgoing
from keycloak_sdk._refusals import redact, refusal
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError, KeycloakPostError

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"


def everything(error: KeycloakError) -> str:
    """All the text of an error but the body of the refusal, its causes included."""
    shown = {name: value for name, value in vars(error).items() if name != "response_body"}
    return f"{error} {error!r} {error.args} {shown} " + "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "text",
    [
        JWT,
        f"token {JWT} is no good",
        f"'{JWT}'",
        f'{{"access_token":"{JWT}"}}',
        f"{JWT}.{JWT}",
        JWT.replace(".", "..", 1),
        JWT + ".a.b",
        JWT[:40],
    ],
)
def test_what_looks_like_a_token_is_hidden(text: str) -> None:
    assert "eyJ" not in redact(text)


@pytest.mark.parametrize("text", ["invalid_grant", "eyJ", "Session not active", "a.b.c", "eyJshort.x"])
def test_what_does_not_look_like_a_token_is_shown(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "secret", ["hunter2", "p ss/w+rd&=%", "pä\u00dfword", "a\nb\tc", '"quoted"', "x" * 5000, "<b>&amp;"]
)
@pytest.mark.parametrize("written", [str, quote, quote_plus, lambda secret: quote(secret, safe="")])
@pytest.mark.parametrize("member", ["error", "error_description", "error_uri", "message", "errorMessage"])
def test_a_secret_that_the_server_repeats_is_hidden(secret: str, written: Any, member: str) -> None:
    response = httpx.Response(400, json={member: f"value {written(secret)} is wrong"})
    error = refusal(response, KeycloakPostError, secrets=secrets_of({"password": secret}))
    assert "***" in everything(error)
    for part in (secret, written(secret), secret[:200]):
        assert part not in everything(error)


@pytest.mark.parametrize("header", ["WWW-Authenticate", "Content-Type", "Location"])
def test_a_secret_in_a_header_is_hidden(header: str) -> None:
    value = {
        "WWW-Authenticate": 'Bearer error="x", error_description="bad hunter2"',
        "Content-Type": "text/hunter2",
        "Location": "https://hunter2.example",
    }
    response = httpx.Response(302, headers={header: value[header]})
    assert "hunter2" not in everything(refusal(response, KeycloakPostError, secrets=["hunter2"]))


def test_a_secret_within_another_leaves_no_rest_of_that() -> None:
    secrets = secrets_of({"client_secret": "pass", "password": "password-of-alice", "otp": "word"})
    assert redact("it is password-of-alice", secrets) == "it is ***"


@pytest.mark.parametrize(
    "member",
    [
        "password",
        "client_secret",
        "refresh_token",
        "token",
        "code",
        "code_verifier",
        "totp",
        "otp",
        "subject_token",
        "assertion",
        "client_assertion",
        "device_code",
        "auth_req_id",
        "ticket",
        "rpt",
        "id_token_hint",
        "logout_token",
        "access_token",
        "claim_token",
        "actor_token",
    ],
)
def test_the_secret_members_of_a_form_are_known(member: str) -> None:
    assert "s3cret-value" in secrets_of({member: "s3cret-value"})


def test_what_is_no_secret_is_not_hidden() -> None:
    assert (
        secrets_of({"username": "alice", "client_id": "shop", "grant_type": "password", "password": None})
        == ()
    )
    assert secrets_of({"code": "abc"}) == ()  # too short to hide without hiding words


def test_a_number_and_a_list_are_hidden_as_well() -> None:
    assert secrets_of({"totp": 123456}) == ("123456",)
    assert set(secrets_of({"token": ["first-one", "second-one"]})) >= {"first-one", "second-one"}


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "DPoP"])
def test_the_credentials_of_the_header_are_hidden(scheme: str) -> None:
    secrets = secrets_of({}, f"{scheme} opaque-credentials")
    assert "opaque-credentials" not in redact("no opaque-credentials here", secrets)


def outgoing(**values: Any) -> Outgoing:
    return Outgoing(
        "POST", "https://sso.example.org/realms/acme?code=hunter2", {}, secrets=("hunter2",), **values
    )


def test_the_failure_of_an_exchange_shows_neither_secret_nor_query() -> None:
    for error in (
        failure(outgoing(), httpx.ReadError("lost hunter2 " + JWT)),
        too_late(outgoing(), 3),
    ):
        assert "hunter2" not in str(error)
        assert "eyJ" not in str(error)
        assert (error.method, error.path) == ("POST", "/realms/acme")
        assert "sso.example.org" in str(error)


def test_the_body_of_a_success_is_never_shown() -> None:
    def parse(response: Any) -> Any:
        raise ValueError(response.text)

    for content_type in ("application/json", "text/hunter2", JWT):
        response = httpx.Response(
            200, content=b"hunter2 " + JWT.encode(), headers={"Content-Type": content_type}
        )
        with pytest.raises(KeycloakGetError) as caught:
            decode(response, outgoing(), parse, KeycloakGetError)
        assert "hunter2" not in str(caught.value)
        assert "eyJ" not in str(caught.value)
        assert caught.value.response_body is None


@given(st.text(min_size=4, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_the_secret_it_is_hidden(secret: str, before: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret]) or secret in "***"
