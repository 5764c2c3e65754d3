# SPDX-License-Identifier: Apache-2.0
"""All operations of a resource server, as `KeycloakOpenID.uma` offers them."""

from __future__ import annotations

from keycloak_sdk._operations.decisions import DecisionOperations
from keycloak_sdk._operations.owner_policies import OwnerPolicyOperations
from keycloak_sdk._operations.permission_tickets import TicketOperations
from keycloak_sdk._operations.resources import ResourceOperations


class UmaOperations(ResourceOperations, TicketOperations, OwnerPolicyOperations, DecisionOperations):
    """What a resource server asks its realm."""
