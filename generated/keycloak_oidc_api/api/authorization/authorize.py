# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Authorization request.

RFC 6749 section 4.1.1 and OpenID Connect Core 1.0 section 3.1.2.1; meant for the user's browser. Once
client and redirect URI are known to be good, errors come as a redirect with `error`, `error_description`,
`state` and `iss` (RFC 9207); before that they are an HTML page with status 400. With
`response_mode=form_post` even a success is a 200 page, which posts itself to the redirect URI.

See https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint
"""

from __future__ import annotations

from ...encoding import form, segment
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/protocol/openid-connect/auth"


def build_request(
    realm: str,
    *,
    client_id: str,
    response_type: str | None = None,
    redirect_uri: str | None = None,
    scope: str | None = None,
    state: str | None = None,
    nonce: str | None = None,
    response_mode: str | None = None,
    prompt: str | None = None,
    max_age: int | None = None,
    ui_locales: str | None = None,
    id_token_hint: str | None = None,
    login_hint: str | None = None,
    acr_values: str | None = None,
    claims: str | None = None,
    code_challenge: str | None = None,
    code_challenge_method: str | None = None,
    request: str | None = None,
    request_uri: str | None = None,
    dpop_jkt: str | None = None,
    kc_idp_hint: str | None = None,
    kc_action: str | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        client_id: Identifier of the client.
        response_type: Space-separated `code`, `id_token`, `token` or `none`. Required, unless in a request object.
        redirect_uri: Where the answer goes; one that the client has registered.
        scope: Space-separated scopes; `openid` makes it an authentication request.
        state: Comes back unchanged; ties the answer to the request.
        nonce: Comes back as claim of the ID token; required when an ID token is asked for here.
        response_mode: How the answer travels: `query`, `fragment`, `form_post`, or one of them with `.jwt` (JARM).
        prompt: `none` to answer `login_required` instead of showing a page, `login`, `consent` or `create`.
        max_age: Seconds since the last login after which the user has to log in again.
        ui_locales: Space-separated languages for the pages.
        id_token_hint: ID token of the user who is expected.
        login_hint: User name to put into the login page.
        acr_values: Space-separated authentication levels that are wanted.
        claims: Claims request as JSON text (OpenID Connect Core section 5.5).
        code_challenge: PKCE challenge (RFC 7636).
        code_challenge_method: `S256` or `plain`.
        request: The request as a signed JWT (RFC 9101).
        request_uri: What the pushed authorization endpoint returned (RFC 9126), or where a request object is.
            Single use.

        dpop_jkt: Thumbprint of the DPoP key the code is bound to (RFC 9449 section 10).
        kc_idp_hint: Alias of the identity provider to go to at once (Keycloak extension).
        kc_action: Application-initiated action such as `UPDATE_PASSWORD` (Keycloak extension).

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
        "params": form(
            {
                "client_id": client_id,
                "response_type": response_type,
                "redirect_uri": redirect_uri,
                "scope": scope,
                "state": state,
                "nonce": nonce,
                "response_mode": response_mode,
                "prompt": prompt,
                "max_age": max_age,
                "ui_locales": ui_locales,
                "id_token_hint": id_token_hint,
                "login_hint": login_hint,
                "acr_values": acr_values,
                "claims": claims,
                "code_challenge": code_challenge,
                "code_challenge_method": code_challenge_method,
                "request": request,
                "request_uri": request_uri,
                "dpop_jkt": dpop_jkt,
                "kc_idp_hint": kc_idp_hint,
                "kc_action": kc_action,
            }
        ),
    }
    return kwargs


def parse_response(response: ResponseLike) -> str | None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        return response.text
    if response.status_code == 302:
        return None
    raise UnexpectedStatusError(response.status_code)
