# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Register a client, as RFC 7591 has it.

RFC 7591 section 3 and OpenID Connect Dynamic Client Registration 1.0 section 3. A member that the server
does not know is refused.

See https://www.rfc-editor.org/rfc/rfc7591#section-3
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.client_information import ClientInformation
from ...models.client_metadata import ClientMetadata
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/clients-registrations/openid-connect"

_201 = model(ClientInformation)


def build_request(
    realm: str,
    *,
    body: ClientMetadata,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        body: The JSON body.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
        "json": body,
    }
    return kwargs


def parse_response(response: ResponseLike) -> ClientInformation:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        value: ClientInformation = read(_201, response)
        return value
    raise UnexpectedStatusError(response.status_code)
