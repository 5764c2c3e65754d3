# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""UMA 2.0 authorization server metadata.

User-Managed Access 2.0 Grant section 2, with Keycloak's own `policy_endpoint`. It has no userinfo,
revocation, device or pushed authorization endpoints.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-grant-2.0.html#rfc.section.2
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.uma_configuration import UmaConfiguration
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/.well-known/uma2-configuration"

_200 = model(UmaConfiguration)


def build_request(
    realm: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> UmaConfiguration:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: UmaConfiguration = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
