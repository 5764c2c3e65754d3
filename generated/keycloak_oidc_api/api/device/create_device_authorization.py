# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Device authorization request.

RFC 8628 section 3.1. The user opens `verification_uri` on another device; the client polls the token
endpoint with `device_code`, every `interval` seconds.

See https://www.rfc-editor.org/rfc/rfc8628#section-3.1
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import form, segment
from ...models.device_authorization_request import DeviceAuthorizationRequest
from ...models.device_authorization_response import DeviceAuthorizationResponse
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/auth/device"

_200 = model(DeviceAuthorizationResponse)


def build_request(
    realm: str,
    *,
    body: DeviceAuthorizationRequest,
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


def parse_response(response: ResponseLike) -> DeviceAuthorizationResponse:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: DeviceAuthorizationResponse = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
