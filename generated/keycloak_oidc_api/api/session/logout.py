# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""End the session of a refresh token.

Keycloak extension of the end session endpoint: a client ends the session that its refresh token belongs
to, without a browser. Ending a session twice is no error. The standard form of the POST is OpenID Connect
RP-Initiated Logout 1.0 section 2; it answers with pages, as GET does.

See https://www.keycloak.org/securing-apps/oidc-layers
"""

from __future__ import annotations

from ...encoding import form, segment
from ...models.logout_request import LogoutRequest
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/logout"


def build_request(
    realm: str,
    *,
    body: LogoutRequest,
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
    if response.status_code == 204:
        return None
    raise UnexpectedStatusError(response.status_code)
