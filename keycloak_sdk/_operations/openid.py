# SPDX-License-Identifier: Apache-2.0
"""All operations of a realm's client, as `KeycloakOpenID` offers them."""

from __future__ import annotations

from keycloak_sdk._operations.permissions import PermissionOperations
from keycloak_sdk._operations.registration import RegistrationOperations
from keycloak_sdk._operations.tokens import TokenOperations


class OpenIDOperations(TokenOperations, RegistrationOperations, PermissionOperations):
    """What a client asks its realm."""
