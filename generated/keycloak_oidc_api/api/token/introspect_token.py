# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Token introspection.

RFC 7662 section 2. The caller must be a confidential client and, since 26.7, in the token's `aud`:
otherwise the answer is `{"active":false}`, even for the client the token was issued to. A refresh token is
found only with `token_type_hint=refresh_token`. With the hint `requesting_party_token` the answer holds
the permissions of an RPT but neither `sub` nor `username`.

See https://www.rfc-editor.org/rfc/rfc7662#section-2
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import form, segment
from ...models.introspection_request import IntrospectionRequest
from ...models.introspection_response import IntrospectionResponse
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/token/introspect"

_200 = model(IntrospectionResponse)


def build_request(
    realm: str,
    *,
    body: IntrospectionRequest,
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


def parse_response(response: ResponseLike) -> IntrospectionResponse:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: IntrospectionResponse = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
