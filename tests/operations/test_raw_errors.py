# SPDX-License-Identifier: Apache-2.0
"""`raise_error_from_response` on the answers of `raw_` methods, as programs use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import (
    ConnectionManager,
    KeycloakAuthenticationError,
    KeycloakDeleteError,
    KeycloakError,
    KeycloakGetError,
    KeycloakOperationError,
)
from keycloak_sdk.exceptions import raise_error_from_response
from support.transport import refuses, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


async def answer(both: Both, response: httpx.Response) -> httpx.Response:
    transport, _ = serve(response)
    answered: httpx.Response = await both(ConnectionManager("http://kc", transport=transport)).raw_get("/x")
    return answered


@pytest.mark.parametrize(
    ("response", "body"),
    [
        (httpx.Response(200, json=[1]), [1]),
        (httpx.Response(201, json={"id": 1}), {"id": 1}),
        (httpx.Response(200, content=b"raw"), b"raw"),
        (httpx.Response(201), b""),
        (httpx.Response(204), {}),
    ],
)
async def test_a_success_is_its_body(response: httpx.Response, body: Any, both: Both) -> None:
    assert raise_error_from_response(await answer(both, response), KeycloakGetError) == body


async def test_the_statuses_of_success_can_be_given(both: Both) -> None:
    accepted = await answer(both, httpx.Response(202, json={"a": 1}))
    assert raise_error_from_response(accepted, KeycloakGetError, expected_codes=[202]) == {"a": 1}
    with pytest.raises(KeycloakGetError):
        raise_error_from_response(accepted, KeycloakGetError)


@pytest.mark.parametrize(
    ("status", "error", "raised"),
    [
        (404, KeycloakGetError, KeycloakGetError),
        (401, KeycloakGetError, KeycloakAuthenticationError),
        (404, {404: KeycloakDeleteError}, KeycloakDeleteError),
        (401, {404: KeycloakDeleteError}, KeycloakOperationError),
        (401, {401: KeycloakGetError}, KeycloakGetError),
    ],
)
async def test_the_class_is_the_one_given_or_that_of_the_status(
    status: int, error: Any, raised: type[KeycloakError], both: Both
) -> None:
    response = await answer(both, refuses(status, "not_found", "No such thing"))
    with pytest.raises(raised) as caught:
        raise_error_from_response(response, error)
    assert type(caught.value) is raised
    assert str(caught.value) == f"{status}: not_found: No such thing"
    assert caught.value.response_body == response.content


async def test_what_exists_already_may_be_a_success(both: Both) -> None:
    response = await answer(
        both, httpx.Response(409, json={"errorMessage": "User exists with same username"})
    )
    assert raise_error_from_response(response, KeycloakGetError, skip_exists=True) == {
        "msg": "Already exists"
    }
    with pytest.raises(KeycloakGetError, match="409: User exists with same username"):
        raise_error_from_response(response, KeycloakGetError)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (httpx.Response(400, json=["a"]), "400: Bad Request (application/json, 5 bytes)"),
        (httpx.Response(400, json="a"), "400: Bad Request (application/json, 3 bytes)"),
        (httpx.Response(400, json={"error": 3}), "400: Bad Request (application/json, 11 bytes)"),
        (httpx.Response(404, json={"message": "no"}), "404: no"),
        (httpx.Response(404, html="<p>" + "x" * 500), "404: Not Found (text/html, 503 bytes)"),
        (httpx.Response(410), "410: Gone (no content type, 0 bytes)"),
        (httpx.Response(499), "499: unknown status (no content type, 0 bytes)"),
        (httpx.Response(302, headers={"Location": "/y"}), "302: Found: the server redirects to another path"),
    ],
)
async def test_a_refusal_without_an_oauth_error_is_told_in_one_line(
    response: httpx.Response, text: str, both: Both
) -> None:
    with pytest.raises(KeycloakGetError) as caught:
        raise_error_from_response(await answer(both, response), KeycloakGetError)
    assert str(caught.value).startswith(text)
