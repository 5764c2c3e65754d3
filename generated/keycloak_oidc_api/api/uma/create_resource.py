# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Register a resource.

Federated Authorization for UMA 2.0 section 3.2.1. Scopes that do not exist are created. In the answer
`attributes` is missing although they are stored. Since 26.7 `owner` is ignored: the resource server
becomes the owner.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-federated-authz-2.0.html#rfc.section.3.2.1
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.uma_resource import UmaResource
from ...models.uma_resource_request import UmaResourceRequest
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/authz/protection/resource_set"

_201 = model(UmaResource)


def build_request(
    realm: str,
    *,
    body: UmaResourceRequest,
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


def parse_response(response: ResponseLike) -> UmaResource:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        value: UmaResource = read(_201, response)
        return value
    raise UnexpectedStatusError(response.status_code)
