# SPDX-License-Identifier: Apache-2.0
"""Ask Keycloak what users may do with the resources of an application.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/uma_access.py URL

The permissions are kept in Keycloak (Clients, demo-app, Authorization), where an administrator can change
them without a new release of the application. The application sends the user's token and asks.

Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
"""

from __future__ import annotations

import argparse
import sys

from keycloak_sdk import KeycloakError, KeycloakOpenID, Resource, Scope, UMAPermission

REALM, CLIENT, SECRET = "demo", "demo-app", "demo-app-secret"

DOCUMENT, REPORT = Resource("document"), Resource("report")
QUESTIONS: dict[str, UMAPermission] = {
    "read documents": DOCUMENT(Scope("document:read")),
    "edit documents": DOCUMENT(Scope("document:edit")),
    "see the report": REPORT,
}


def show(openid: KeycloakOpenID, username: str, password: str) -> None:
    """Print what a user may do."""
    token = openid.token(username, password)
    for what, permission in QUESTIONS.items():
        status = openid.has_uma_access(token.access_token, permission)
        print(f"{username:<6} {'may' if status else 'may not':<8} {what:<15} ({permission})")
    granted = openid.uma_permissions(token.access_token)
    print(f"{username:<6} has      {', '.join(str(item.rsname) for item in granted)}")
    openid.logout(token.refresh_token or "")


def main() -> None:
    """Ask for Alice and for Bob."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    arguments = parser.parse_args()
    try:
        with KeycloakOpenID(arguments.server_url, REALM, CLIENT, SECRET) as openid:
            show(openid, "alice", "alice")
            show(openid, "bob", "bob")
            status = openid.has_uma_access("not-a-token", QUESTIONS["read documents"])
            verdict = "may" if status else "may not"
            print(f"nobody {verdict:<8} read documents  (logged in: {status.is_logged_in})")
    except KeycloakError as error:
        sys.exit(f"uma_access: {error}")


if __name__ == "__main__":
    main()
