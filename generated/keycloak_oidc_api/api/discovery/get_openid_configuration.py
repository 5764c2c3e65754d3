# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""OpenID Provider metadata.

OpenID Connect Discovery 1.0 section 4. The URLs carry the host the request was sent to, unless the server
has a fixed `hostname`, and so does the issuer.

See https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.openid_configuration import OpenIDConfiguration
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/.well-known/openid-configuration"

_200 = model(OpenIDConfiguration)


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


def parse_response(response: ResponseLike) -> OpenIDConfiguration:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: OpenIDConfiguration = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
