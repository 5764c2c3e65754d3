# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Delete a resource.

Federated Authorization for UMA 2.0 section 3.2.4.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-federated-authz-2.0.html#rfc.section.3.2.4
"""

from __future__ import annotations

from ...encoding import segment
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "DELETE"
PATH = "/realms/{realm}/authz/protection/resource_set/{resource_id}"


def build_request(
    realm: str,
    resource_id: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        resource_id: Id of the resource.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
            resource_id=segment("resource_id", resource_id),
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
