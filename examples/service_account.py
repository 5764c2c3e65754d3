# SPDX-License-Identifier: Apache-2.0
"""Call an API in a service's own name, with a token that renews itself.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/verify_bearer.py URL               # prints the URL of an API
    python examples/service_account.py URL API_URL

The connection logs in with the client's secret when the first request needs a token, sends the token with
every request, and renews it before it expires or when it is refused. It may go to Keycloak and to the origins
in `trusted_origins`; to any other URL it sends nothing, least of all the token.

Source: RFC 6749 section 4.4; RFC 6750 section 2.1.
"""

from __future__ import annotations

import argparse
import sys
from urllib.parse import urlsplit

from keycloak_sdk import KeycloakError, KeycloakOpenIDConnection, KeycloakRequestError

REALM, CLIENT, SECRET = "demo", "demo-worker", "demo-worker-secret"


def main() -> None:
    """Read the documents and say which there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    parser.add_argument("api_url")
    arguments = parser.parse_args()
    api_url: str = arguments.api_url
    api = urlsplit(api_url)
    try:
        with KeycloakOpenIDConnection(
            arguments.server_url,
            realm_name=REALM,
            client_id=CLIENT,
            client_secret_key=SECRET,
            trusted_origins=[f"{api.scheme}://{api.netloc}"],
        ) as connection:
            response = connection.raw_get(api_url)
            if response.status_code != 200:
                sys.exit(f"service_account: the API answers {response.status_code} {response.text}")
            answer = response.json()
            print(f"{answer['reader']} reads {', '.join(answer['documents'])}")
            print(f"the token is renewed at {connection.expires_at:%H:%M:%S} UTC, or when it is refused")
            try:
                connection.raw_get("https://elsewhere.example/documents")
            except KeycloakRequestError as error:
                print(f"nothing goes elsewhere: {error}")
    except KeycloakError as error:
        sys.exit(f"service_account: {error}")


if __name__ == "__main__":
    main()
