# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Claims about the user, with the token in a form or in the header.

OpenID Connect Core 1.0 section 5.3.1 and RFC 6750 section 2.2: the same answer as for GET. A token in the
query is not read.

See https://openid.net/specs/openid-connect-core-1_0.html#UserInfoRequest
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import form, header, segment
from ...models.user_info import UserInfo
from ...models.user_info_request import UserInfoRequest
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/userinfo"

_200 = model(UserInfo)


def build_request(
    realm: str,
    *,
    body: UserInfoRequest | None = None,
    dpop: str | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        body: The form.
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
    if body is not None:
        kwargs.update({"data": form(body)})
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
