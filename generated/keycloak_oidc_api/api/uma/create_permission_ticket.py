# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Permission ticket for what a client tried to do.

Federated Authorization for UMA 2.0 section 4.1. The body is a list, even for one resource.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-federated-authz-2.0.html#rfc.section.4.1
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.permission_request import PermissionRequest
from ...models.permission_ticket_response import PermissionTicketResponse
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/authz/protection/permission"

_201 = model(PermissionTicketResponse)


def build_request(
    realm: str,
    *,
    body: list[PermissionRequest],
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


def parse_response(response: ResponseLike) -> PermissionTicketResponse:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        value: PermissionTicketResponse = read(_201, response)
        return value
    raise UnexpectedStatusError(response.status_code)
