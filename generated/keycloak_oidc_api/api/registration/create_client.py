# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Register a client, in Keycloak's own form.

Keycloak's variant of RFC 7591 section 3: the body is its ClientRepresentation. Authorized by an initial
access token, or by an access token of a user with the role `create-client` or `manage-clients`.

See https://www.keycloak.org/securing-apps/client-registration#_keycloak_representations
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.client_representation import ClientRepresentation
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/clients-registrations/default"

_201 = model(ClientRepresentation)


def build_request(
    realm: str,
    *,
    body: ClientRepresentation,
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


def parse_response(response: ResponseLike) -> ClientRepresentation:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        value: ClientRepresentation = read(_201, response)
        return value
    raise UnexpectedStatusError(response.status_code)
