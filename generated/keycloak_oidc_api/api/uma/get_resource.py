# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""A resource.

Federated Authorization for UMA 2.0 section 3.2.2.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-federated-authz-2.0.html#rfc.section.3.2.2
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.uma_resource import UmaResource
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/protection/resource_set/{resource_id}"

_200 = model(UmaResource)


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


def parse_response(response: ResponseLike) -> UmaResource:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: UmaResource = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
