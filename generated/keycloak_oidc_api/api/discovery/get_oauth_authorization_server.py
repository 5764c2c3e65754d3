# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""OAuth 2.0 authorization server metadata.

RFC 8414 section 3; the same members as the OpenID Provider metadata. The server also answers at the place
that RFC 8414 asks for, `/.well-known/oauth-authorization-server/realms/{realm}`.

See https://www.rfc-editor.org/rfc/rfc8414#section-3
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.openid_configuration import OpenIDConfiguration
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/.well-known/oauth-authorization-server"

_200 = model(OpenIDConfiguration)


def build_request(
    realm: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> OpenIDConfiguration:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: OpenIDConfiguration = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
