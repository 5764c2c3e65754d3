# SPDX-License-Identifier: Apache-2.0
"""Protect an HTTP API: a WSGI application that verifies bearer tokens with the realm's keys.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/verify_bearer.py URL --port 8000   # serves http://127.0.0.1:8000/documents

Nothing is asked from Keycloak for a request: the keys are fetched once and kept for five minutes. A token is
good when a key of the realm signed it, it has not expired, the realm issued it, it is meant for this API
(`aud`), and its bearer has the role that is needed here.

Source: RFC 6750 section 3; RFC 9068 section 4.
"""

from __future__ import annotations

import argparse
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from keycloak_sdk import KeycloakError, KeycloakOpenID
from keycloak_sdk.exceptions import TokenVerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

REALM, API = "demo", "demo-app"
NEEDED_ROLE = "reader"


class DocumentsApi:
    """Serves documents to bearers of a token that was issued for this API."""

    def __init__(self, openid: KeycloakOpenID) -> None:
        self._openid = openid

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        status, challenge, body = self._answer(environ.get("HTTP_AUTHORIZATION", ""))
        content = json.dumps(body).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        if challenge is not None:
            headers.append(("WWW-Authenticate", f'Bearer realm="{REALM}"{challenge}'))
        start_response(status, headers)
        return [content]

    def _answer(self, authorization: str) -> tuple[str, str | None, object]:
        """Return status, challenge and body for what the request presented; `None` challenges nothing."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return "401 Unauthorized", "", {"error": "a bearer token is needed"}
        try:
            claims = self._openid.decode_access_token(token, audience=API, realm_roles=NEEDED_ROLE)
        except TokenVerificationError as error:
            status = HTTPStatus(error.http_status)
            return f"{status} {status.phrase}", f', error="{error.oauth_error}"', {"error": str(error)}
        except KeycloakError as error:  # the realm's keys cannot be had
            return "503 Service Unavailable", None, {"error": str(error)}
        return "200 OK", None, {"reader": claims.preferred_username, "documents": ["minutes", "plan"]}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; a free one by default")
    arguments = parser.parse_args()
    with (
        KeycloakOpenID(arguments.server_url, REALM, API) as openid,
        make_server("127.0.0.1", arguments.port, DocumentsApi(openid), handler_class=_Quiet) as server,
    ):
        print(f"http://127.0.0.1:{server.server_port}/documents", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
