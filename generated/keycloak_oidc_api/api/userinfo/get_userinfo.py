# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Claims about the user of an access token.

OpenID Connect Core 1.0 section 5.3. The token needs the scope `openid` and must not be a lightweight one.
A client can be configured for signed or encrypted answers: decide by the content type.

See https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import header, segment
from ...models.user_info import UserInfo
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/protocol/openid-connect/userinfo"

_200 = model(UserInfo)


def build_request(
    realm: str,
    *,
    dpop: str | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        dpop: DPoP proof, a JWT (RFC 9449 section 4); binds the tokens to its key.

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
    if dpop is not None:
        kwargs["headers"] = {"DPoP": header("dpop", dpop)}
    return kwargs


def parse_response(response: ResponseLike) -> UserInfo | str:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        if response.headers.get("content-type", "").startswith("application/jwt"):
            return response.text
        value: UserInfo = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
