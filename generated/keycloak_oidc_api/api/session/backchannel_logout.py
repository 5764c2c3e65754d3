# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Logout token from an identity provider.

OpenID Connect Back-Channel Logout 1.0 section 2.5: an identity provider that the realm trusts tells it
that a session has ended. (The logout token that the realm sends to its own clients goes to their URL, not
here.)

See https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest
"""

from __future__ import annotations

from ...encoding import form, segment
from ...models.backchannel_logout_request import BackchannelLogoutRequest
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/logout/backchannel-logout"


def build_request(
    realm: str,
    *,
    body: BackchannelLogoutRequest,
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
    if response.status_code == 204:
        return None
    raise UnexpectedStatusError(response.status_code)
