# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Backchannel authentication request.

OpenID Connect Client-Initiated Backchannel Authentication Core 1.0 section 7.1. The server asks the user
through the realm's authentication channel; the client polls the token endpoint with `auth_req_id`.

See https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import form, segment
from ...models.backchannel_authentication_request import BackchannelAuthenticationRequest
from ...models.backchannel_authentication_response import BackchannelAuthenticationResponse
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/ext/ciba/auth"

_200 = model(BackchannelAuthenticationResponse)


def build_request(
    realm: str,
    *,
    body: BackchannelAuthenticationRequest,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        body: The form.

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
    return kwargs


def parse_response(response: ResponseLike) -> BackchannelAuthenticationResponse:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: BackchannelAuthenticationResponse = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
