# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Take a permission back.

Keycloak extension to Federated Authorization for UMA 2.0.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_protection_permission_api_papi
"""

from __future__ import annotations

from ...encoding import segment
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "DELETE"
PATH = "/realms/{realm}/authz/protection/permission/ticket/{ticket_id}"


def build_request(
    realm: str,
    ticket_id: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        ticket_id: Id of the permission.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
            ticket_id=segment("ticket_id", ticket_id),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 204:
        return None
    raise UnexpectedStatusError(response.status_code)
