# SPDX-License-Identifier: Apache-2.0
"""Log a person in on a device without a browser: they decide on another one.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/device_login.py URL                # alice's password is alice

The device shows a code and a URL, and asks for the token every few seconds until the person has decided. The
server says how many; when it says `slow_down`, the device waits five more.

Source: RFC 8628 sections 3.2 to 3.5.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from keycloak_sdk import KeycloakError, KeycloakOpenID, KeycloakPostError

if TYPE_CHECKING:
    from keycloak_oidc_api.models import DeviceAuthorizationResponse, TokenResponse

REALM, CLIENT = "demo", "demo-tv"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
DEFAULT_INTERVAL = 5
ADVICE = {
    "access_denied": "access was denied",
    "expired_token": "the code has expired: start again",
    "invalid_grant": "the code has expired or was used: start again",
}


def wait_for_token(openid: KeycloakOpenID, device: DeviceAuthorizationResponse) -> TokenResponse:
    """Ask for the token until the person has decided.

    Raises:
        KeycloakPostError: Access was denied, or the code has expired.
    """
    interval = device.interval or DEFAULT_INTERVAL
    while True:
        time.sleep(interval)
        try:
            return openid.token(grant_type=DEVICE_GRANT, device_code=device.device_code)
        except KeycloakPostError as error:
            if error.error == "slow_down":
                interval += 5
            elif error.error != "authorization_pending":
                raise


def main() -> None:
    """Log in and say who it was."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    arguments = parser.parse_args()
    try:
        with KeycloakOpenID(arguments.server_url, REALM, CLIENT) as openid:
            device = openid.device(scope="openid profile")
            print(f"Open {device.verification_uri} and enter {device.user_code},")
            print(f"or open {device.verification_uri_complete}", flush=True)
            token = wait_for_token(openid, device)
            claims = openid.decode_token(token.access_token)
    except KeycloakError as error:
        sys.exit(f"device_login: {ADVICE.get(error.error or '', error)}")
    print(f"Hello {claims.name}, this device may act for you for {token.expires_in} seconds")


if __name__ == "__main__":
    main()
