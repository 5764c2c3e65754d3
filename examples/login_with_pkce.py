# SPDX-License-Identifier: Apache-2.0
"""Log a person in from a program on their own machine: authorization code with PKCE, over the loopback.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/login_with_pkce.py URL             # alice's password is alice

The program has no secret. It opens the browser, waits on a free port of this machine for the code, exchanges
it, and checks what came back: `state` shows that the answer belongs to this login, `nonce` that the ID token
does, PKCE that nobody else can use the code.

Source: RFC 8252 section 7.3; RFC 7636; OpenID Connect Core 1.0 section 3.1.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from keycloak_sdk import KeycloakError, KeycloakOpenID, generate_code_challenge, generate_code_verifier

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims

REALM, CLIENT = "demo", "demo-cli"
PATIENCE = 120.0


class LoginError(Exception):
    """The browser brought no code, or one that is not for us."""


class Callback(HTTPServer):
    """Waits on the loopback for the browser to bring the code."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.timeout = PATIENCE
        self.answer: dict[str, str] | None = None

    @property
    def url(self) -> str:
        """Where the browser is sent back to."""
        return f"http://127.0.0.1:{self.server_port}/callback"

    def wait(self) -> dict[str, str]:
        """Return the parameters that the browser brought."""
        while self.answer is None:
            self.handle_request()
        return self.answer

    def handle_timeout(self) -> None:
        """Give up."""
        raise LoginError(f"nobody logged in within {PATIENCE:.0f} seconds")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        target = urlsplit(self.path)
        found = target.path == "/callback"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        if found:
            cast("Callback", self.server).answer = dict(parse_qsl(target.query))
            self.wfile.write(b"You may close this window.\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the path holds the code."""


def log_in(openid: KeycloakOpenID, *, open_browser: bool) -> TokenClaims:
    """Log a person in; return the verified claims of the ID token."""
    verifier, state, nonce = generate_code_verifier(), secrets.token_urlsafe(), secrets.token_urlsafe()
    challenge, method = generate_code_challenge(verifier)
    with Callback() as callback:
        url = openid.auth_url(
            callback.url,
            scope="openid profile email",
            state=state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method=method,
        )
        print(f"Log in at {url}", flush=True)
        if open_browser:
            webbrowser.open(url)
        answer = callback.wait()
    if "code" not in answer:
        raise LoginError(f"the server refused: {answer.get('error')}, {answer.get('error_description')}")
    if not secrets.compare_digest(answer.get("state", ""), state):
        raise LoginError("the answer belongs to another login")
    token = openid.token(
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=callback.url,
        code_verifier=verifier,
    )
    if token.id_token is None:
        raise LoginError("the server sent no ID token: ask for the scope openid")
    return openid.decode_id_token(token.id_token, nonce=nonce, access_token=token.access_token)


def main() -> None:
    """Log in and say who it was."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    parser.add_argument("--no-browser", action="store_true", help="only print the address to log in at")
    arguments = parser.parse_args()
    try:
        with KeycloakOpenID(arguments.server_url, REALM, CLIENT) as openid:
            claims = log_in(openid, open_browser=not arguments.no_browser)
    except (KeycloakError, LoginError) as error:
        sys.exit(f"login_with_pkce: {error}")
    print(f"Hello {claims.name} ({claims.preferred_username}, {claims.email})")


if __name__ == "__main__":
    main()
