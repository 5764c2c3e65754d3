# SPDX-License-Identifier: Apache-2.0
"""All operations of a realm's client, as `KeycloakOpenID` offers them."""

from __future__ import annotations

from typing import Protocol

from keycloak_sdk._operations.permissions import AuthorizedClient, PermissionOperations
from keycloak_sdk._operations.registration import RegistrationOperations
from keycloak_sdk._operations.token_kinds import RememberingClient
from keycloak_sdk._operations.tokens import TokenOperations
from keycloak_sdk._operations.userinfo import UserInfoOperations


class OpenIDClient(AuthorizedClient, RememberingClient, Protocol):
    """What its operations know of a client."""


class OpenIDOperations(TokenOperations, RegistrationOperations, UserInfoOperations, PermissionOperations):
    """What a client asks its realm."""

    client: OpenIDClient  # pyright: ignore[reportIncompatibleVariableOverride] # set once
