# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""RP-initiated logout in the browser.

OpenID Connect RP-Initiated Logout 1.0 section 2; meant for the user's browser. With a valid
`id_token_hint` the user is sent on at once, without one a page asks for confirmation.

See https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
"""

from __future__ import annotations

from ...encoding import form, segment
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/protocol/openid-connect/logout"


def build_request(
    realm: str,
    *,
    id_token_hint: str | None = None,
    client_id: str | None = None,
    post_logout_redirect_uri: str | None = None,
    state: str | None = None,
    ui_locales: str | None = None,
    logout_hint: str | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        id_token_hint: ID token of the session to end.
        client_id: Identifier of the client, when there is no `id_token_hint`.
        post_logout_redirect_uri: Where to send the user; one that the client has registered.
        state: Comes back unchanged.
        ui_locales: Space-separated languages for the pages.
        logout_hint: Hint of the user to log out.

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
                "id_token_hint": id_token_hint,
                "client_id": client_id,
                "post_logout_redirect_uri": post_logout_redirect_uri,
                "state": state,
                "ui_locales": ui_locales,
                "logout_hint": logout_hint,
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
