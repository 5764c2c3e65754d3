# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Adapter configuration of a client.

A Keycloak extension: what its adapters expect in `keycloak.json`. Authorized by the client's own
credentials or by its registration access token; a public client needs none.

See https://www.keycloak.org/securing-apps/client-registration#_keycloak_adapter_configuration
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.client_installation import ClientInstallation
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/clients-registrations/install/{client_id}"

_200 = model(ClientInstallation)


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


def parse_response(response: ResponseLike) -> ClientInstallation:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: ClientInstallation = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
