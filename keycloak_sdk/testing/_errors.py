# SPDX-License-Identifier: Apache-2.0
"""The one error of the test server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk.exceptions import KeycloakError

if TYPE_CHECKING:
    from pathlib import Path


class KeycloakServerError(KeycloakError):
    """The test server could not be obtained, started, reached or asked.

    Attributes:
        log_path: The server's own log; `None` when no server had been started.
    """

    def __init__(self, error_message: str = "", *, log_path: Path | None = None) -> None:
        super().__init__(error_message)
        self.log_path = log_path
