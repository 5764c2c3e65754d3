# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Replace a registered client, in Keycloak's own form.

Keycloak's variant of RFC 7592 section 2.2. The body must name the client (`clientId`). With a registration
access token the answer holds a new one, and the old one is dead.

See https://www.keycloak.org/securing-apps/client-registration#_keycloak_representations
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.client_representation import ClientRepresentation
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "PUT"
PATH = "/realms/{realm}/clients-registrations/default/{client_id}"

_200 = model(ClientRepresentation)


def build_request(
    realm: str,
    client_id: str,
    *,
    body: ClientRepresentation,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        client_id: Client id, the one that is used in protocol messages.
        body: The JSON body.

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
        "json": body,
    }
    return kwargs


def parse_response(response: ResponseLike) -> ClientRepresentation:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: ClientRepresentation = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
