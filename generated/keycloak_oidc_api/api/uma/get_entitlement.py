# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Removed entitlement endpoint.

A Keycloak extension that was removed in Keycloak 4; use the UMA grant of the token endpoint. It is
described so that a client can tell its users what has happened.

See https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_obtaining_permissions
"""

from __future__ import annotations

from typing import NoReturn

from ...encoding import segment
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/entitlement/{resource_server_id}"


def build_request(
    realm: str,
    resource_server_id: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        resource_server_id: Client id of the resource server.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
            resource_server_id=segment("resource_server_id", resource_server_id),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> NoReturn:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    raise UnexpectedStatusError(response.status_code)
