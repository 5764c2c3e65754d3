# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Give a permission, or ask for one.

Keycloak extension to Federated Authorization for UMA 2.0. The resource must be owner-managed, and the
token one of its owner. Who asks is `requester`, a user id, or `requesterName`.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_protection_permission_api_papi
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.permission_ticket import PermissionTicket
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/authz/protection/permission/ticket"

_200 = model(PermissionTicket)


def build_request(
    realm: str,
    *,
    body: PermissionTicket,
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


def parse_response(response: ResponseLike) -> PermissionTicket:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: PermissionTicket = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
