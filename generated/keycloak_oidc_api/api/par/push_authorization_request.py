# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Pushed authorization request.

RFC 9126 section 2. The authorization request with the client's credentials; the browser then carries only
`client_id` and the `request_uri`, once.

See https://www.rfc-editor.org/rfc/rfc9126#section-2
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import form, header, segment
from ...models.pushed_authorization_request import PushedAuthorizationRequest
from ...models.pushed_authorization_response import PushedAuthorizationResponse
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/ext/par/request"

_201 = model(PushedAuthorizationResponse)


def build_request(
    realm: str,
    *,
    body: PushedAuthorizationRequest,
    dpop: str | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        body: The form.
        dpop: DPoP proof, a JWT (RFC 9449 section 4); binds the tokens to its key.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
        "data": form(body),
    }
    if dpop is not None:
        kwargs["headers"] = {"DPoP": header("dpop", dpop)}
    return kwargs


def parse_response(response: ResponseLike) -> PushedAuthorizationResponse:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        value: PushedAuthorizationResponse = read(_201, response)
        return value
    raise UnexpectedStatusError(response.status_code)
