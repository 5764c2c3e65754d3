# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Result from the authentication channel.

Keycloak extension to CIBA Core 1.0: the authentication channel says what the user answered, with the
bearer token that the server had sent to it.

See
https://www.keycloak.org/docs/latest/server_admin/index.html#_client_initiated_backchannel_authentication_grant
"""

from __future__ import annotations

from ...encoding import segment
from ...models.authentication_channel_result import AuthenticationChannelResult
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/ext/ciba/auth/callback"


def build_request(
    realm: str,
    *,
    body: AuthenticationChannelResult,
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


def parse_response(response: ResponseLike) -> None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        return None
    raise UnexpectedStatusError(response.status_code)
