# SPDX-License-Identifier: Apache-2.0
"""The server's admin REST API, as far as tests need it."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from keycloak_sdk.exceptions import one_line
from keycloak_sdk.testing._errors import KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN_PATH = "/realms/master/protocol/openid-connect/token"
_TOKEN_SECONDS = 30.0
_SHOWN_ANSWER = 120


class AdminApi:
    """Requests as the server's administrator.

    Args:
        url: Base URL of the server.
        username: Administrator of the realm master.
        password: That administrator's password.
        client: Sends the requests.
    """

    def __init__(self, url: str, username: str, password: str, client: httpx.Client) -> None:
        self._url = url
        self.username = username
        self.password = password
        self._client = client
        self._token = ""
        self._token_until = 0.0

    def request(
        self, method: str, path: str, json: object = None, params: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Send one request with a fresh token and return the answer, whatever its status.

        Raises:
            KeycloakServerError: The administrator was refused, or the server was not reached.
        """
        return self._send(
            self._client.build_request(
                method,
                f"{self._url}{path}",
                json=json,
                params=params,
                headers={"Authorization": f"Bearer {self._fresh_token()}"},
            )
        )

    def has_realm(self, name: str) -> bool:
        """Whether the server has the realm `name`."""
        return self.request("GET", _realm_path(name)).status_code == HTTPStatus.OK

    def create_realm(self, representation: Mapping[str, Any]) -> None:
        """Create a realm; KeycloakServerError when the server refuses, for one that exists already."""
        name = representation["realm"]
        response = self.request("POST", "/admin/realms", json=representation)
        if response.status_code == HTTPStatus.CONFLICT:
            raise KeycloakServerError(
                f"The realm {name} cannot be created beside what is there: {_told(response)}"
            )
        if response.status_code != HTTPStatus.CREATED:
            raise KeycloakServerError(
                f"The realm {name} was refused with {response.status_code}: {_told(response)}"
            )

    def delete_realm(self, name: str) -> None:
        """Delete a realm, if it is there."""
        response = self.request("DELETE", _realm_path(name))
        if response.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            raise KeycloakServerError(f"The realm {name} was not deleted: {response.status_code}")

    def version(self) -> str:
        """Return the server's version number; KeycloakServerError when the administrator may not see it."""
        response = self.request("GET", "/admin/serverinfo")
        if response.status_code != HTTPStatus.OK or "systemInfo" not in response.json():
            raise KeycloakServerError(
                f"The user {self.username} does not administer the server at {self._url}: "
                "set KEYCLOAK_ADMIN_USERNAME and KEYCLOAK_ADMIN_PASSWORD"
            )
        return str(response.json()["systemInfo"]["version"])

    def forget_token(self) -> None:
        """Log in again for the next request."""
        self._token_until = 0.0

    def _fresh_token(self) -> str:
        now = time.monotonic()
        if now >= self._token_until:
            form = {
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": self.username,
                "password": self.password,
            }
            response = self._send(self._client.build_request("POST", f"{self._url}{_TOKEN_PATH}", data=form))
            if response.status_code != HTTPStatus.OK:
                raise KeycloakServerError(
                    f"The administrator {self.username} was refused with "
                    f"{response.status_code}: set KEYCLOAK_ADMIN_USERNAME and KEYCLOAK_ADMIN_PASSWORD"
                )
            self._token = response.json()["access_token"]
            self._token_until = now + _TOKEN_SECONDS
        return self._token

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request)
        except httpx.TransportError as cause:
            raise KeycloakServerError(
                f"The server at {self._url} was not reached: {type(cause).__name__}"
            ) from cause


def _realm_path(name: str) -> str:
    return f"/admin/realms/{quote(name, safe='')}"


def _told(response: httpx.Response) -> str:
    return one_line(response.text, _SHOWN_ANSWER)
