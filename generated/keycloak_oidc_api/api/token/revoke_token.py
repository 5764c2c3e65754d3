# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Token revocation.

RFC 7009 section 2. Revoking a refresh token ends the client's session. A token that is unknown or revoked
already is answered with 200 as the RFC asks, but with the body `{"error":"invalid_token"}`.

See https://www.rfc-editor.org/rfc/rfc7009#section-2
"""

from __future__ import annotations

from ...encoding import form, segment
from ...models.revocation_request import RevocationRequest
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/revoke"


def build_request(
    realm: str,
    *,
    body: RevocationRequest,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        body: The form.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
        "data": form(body),
    }
    return kwargs


def parse_response(response: ResponseLike) -> None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        return None
    raise UnexpectedStatusError(response.status_code)
