# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""The realm's JSON Web Key Set.

RFC 7517 section 5. Signing and encryption keys together, in no stable order: choose by `kid`, `use` and
`alg`. Symmetric keys are never listed, so refresh tokens and HS256 tokens cannot be verified by a client.

See https://www.rfc-editor.org/rfc/rfc7517#section-5
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.json_web_key_set import JsonWebKeySet
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/protocol/openid-connect/certs"

_200 = model(JsonWebKeySet)


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


def parse_response(response: ResponseLike) -> JsonWebKeySet:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: JsonWebKeySet = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
