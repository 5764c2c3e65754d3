# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""A registered client, as RFC 7592 has it.

RFC 7592 section 2.1. Reading does not change the registration access token.

See https://www.rfc-editor.org/rfc/rfc7592#section-2.1
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.client_information import ClientInformation
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/clients-registrations/openid-connect/{client_id}"

_200 = model(ClientInformation)


def build_request(
    realm: str,
    client_id: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        client_id: Client id, the one that is used in protocol messages.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
            client_id=segment("client_id", client_id),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> ClientInformation:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: ClientInformation = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
