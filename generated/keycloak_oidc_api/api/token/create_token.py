# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Token request, every grant.

RFC 6749 section 3.2. What each `grant_type` takes besides the client's credentials, with `scope` optional
in all:

* `authorization_code` (RFC 6749 section 4.1.3, RFC 7636): `code`, `redirect_uri`, `code_verifier`
* `password` (RFC 6749 section 4.3): `username`, `password`, `totp`
* `client_credentials` (RFC 6749 section 4.4): nothing; no session and normally no refresh token
* `refresh_token` (RFC 6749 section 6): `refresh_token`; `scope` never widens and default scopes always
  stay
* `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 section 3.4): `device_code`
* `urn:openid:params:grant-type:ciba` (CIBA Core 1.0 section 10.1): `auth_req_id`
* `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): `subject_token`, `subject_token_type`,
  `requested_token_type`, `audience`; with the preview feature also `requested_subject`, `subject_issuer`,
  `requested_issuer`
* `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 section 2.1): `assertion`
* `urn:ietf:params:oauth:grant-type:uma-ticket` (UMA 2.0 Grant section 3.3.1): `audience`, `permission`,
  `ticket`, `rpt`, `claim_token`, `claim_token_format`, `response_mode` and the other `permission_` and
  `response_` fields; authenticated by the client or by a bearer token of the user

A parameter that is sent twice is refused, but for `audience` and `permission`. Sessions of the device flow
and of CIBA are polled here: `authorization_pending` and `slow_down` mean try again later.

See https://www.rfc-editor.org/rfc/rfc6749#section-3.2
"""

from __future__ import annotations

from ...decoding import array, has, is_a, model, one_of, read
from ...encoding import form, header, segment
from ...models.token_request import TokenRequest
from ...models.token_response import TokenResponse
from ...models.uma_decision import UmaDecision
from ...models.uma_permission import UmaPermission
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "POST"
PATH = "/realms/{realm}/protocol/openid-connect/token"

_200 = one_of(
    "TokenResponse or UmaDecision or array",
    (is_a(list), array(model(UmaPermission))),
    (has("result"), model(UmaDecision)),
    (has(), model(TokenResponse)),
)


def build_request(
    realm: str,
    *,
    body: TokenRequest,
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
        "data": form(body),
    }
    if dpop is not None:
        kwargs["headers"] = {"DPoP": header("dpop", dpop)}
    return kwargs


def parse_response(response: ResponseLike) -> list[UmaPermission] | TokenResponse | UmaDecision:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: list[UmaPermission] | TokenResponse | UmaDecision = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
