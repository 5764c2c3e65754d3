# SPDX-License-Identifier: Apache-2.0
"""Keep a service's requests to what their users may do: decisions for any framework, and for ASGI."""

from __future__ import annotations

from keycloak_sdk._enforcement.outcome import Outcome
from keycloak_sdk._enforcement.routes import Route
from keycloak_sdk.enforcer.asgi import EnforcerMiddleware
from keycloak_sdk.enforcer.enforcer import Enforcer

__all__ = ("Enforcer", "EnforcerMiddleware", "Outcome", "Route")
