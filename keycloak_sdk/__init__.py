# SPDX-License-Identifier: Apache-2.0
"""Typed Python SDK for the OpenID Connect, OAuth 2.0 and UMA side of Keycloak, sync and async.

Every name below is loaded when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str
    from keycloak_sdk._jwt.held_keys import HeldKey as HeldKey, HeldKeys as HeldKeys
    from keycloak_sdk._jwt.replay import (
        LocalReplayMemory as LocalReplayMemory,
        ReplayMemory as ReplayMemory,
    )
    from keycloak_sdk._jwt.rfc9449 import DPoPProof as DPoPProof
    from keycloak_sdk._jwt.shared_keys import (
        KeySetCache as KeySetCache,
        SignedKeySetCache as SignedKeySetCache,
    )
    from keycloak_sdk._ledger import Renewal as Renewal, RenewalLedger as RenewalLedger
    from keycloak_sdk._settings import Clock as Clock
    from keycloak_sdk.authorization import Authorization as Authorization
    from keycloak_sdk.authorization.context import EvaluationContext as EvaluationContext
    from keycloak_sdk.authorization.evaluation import Evaluation as Evaluation, Verdict as Verdict
    from keycloak_sdk.authorization.permission import Permission as Permission
    from keycloak_sdk.authorization.policy import Policy as Policy
    from keycloak_sdk.authorization.resource_server import ResourceServer as ResourceServer
    from keycloak_sdk.authorization.role import Role as Role
    from keycloak_sdk.bearer_auth import BearerAuth as BearerAuth
    from keycloak_sdk.connection import ConnectionManager as ConnectionManager
    from keycloak_sdk.decision_cache import DecisionCache as DecisionCache
    from keycloak_sdk.exceptions import (
        InsecureConnectionWarning as InsecureConnectionWarning,
        KeycloakAuthenticationError as KeycloakAuthenticationError,
        KeycloakAuthorizationConfigError as KeycloakAuthorizationConfigError,
        KeycloakConfigurationError as KeycloakConfigurationError,
        KeycloakConnectionError as KeycloakConnectionError,
        KeycloakDeleteError as KeycloakDeleteError,
        KeycloakDeprecationError as KeycloakDeprecationError,
        KeycloakError as KeycloakError,
        KeycloakGetError as KeycloakGetError,
        KeycloakInvalidCredentialsError as KeycloakInvalidCredentialsError,
        KeycloakInvalidTokenError as KeycloakInvalidTokenError,
        KeycloakOperationError as KeycloakOperationError,
        KeycloakPermissionFormatError as KeycloakPermissionFormatError,
        KeycloakPostError as KeycloakPostError,
        KeycloakPutError as KeycloakPutError,
        KeycloakRequestError as KeycloakRequestError,
        KeycloakRPTNotFound as KeycloakRPTNotFound,
        KeycloakSecretNotFound as KeycloakSecretNotFound,
        KeycloakTimeoutError as KeycloakTimeoutError,
        PermissionDefinitionError as PermissionDefinitionError,
        TokenExpiredError as TokenExpiredError,
        TokenStoreError as TokenStoreError,
    )
    from keycloak_sdk.keycloak_openid import KeycloakOpenID as KeycloakOpenID
    from keycloak_sdk.openid_connection import KeycloakOpenIDConnection as KeycloakOpenIDConnection
    from keycloak_sdk.pkce_utils import (
        generate_code_challenge as generate_code_challenge,
        generate_code_verifier as generate_code_verifier,
    )
    from keycloak_sdk.token_stores.encrypted import EncryptedTokenStore as EncryptedTokenStore
    from keycloak_sdk.token_stores.file import FileTokenStore as FileTokenStore
    from keycloak_sdk.token_stores.memory import MemoryTokenStore as MemoryTokenStore
    from keycloak_sdk.token_stores.protocol import StoredToken as StoredToken, TokenStore as TokenStore
    from keycloak_sdk.token_stores.redis import RedisTokenStore as RedisTokenStore
    from keycloak_sdk.trusted_realms import TrustedRealms as TrustedRealms
    from keycloak_sdk.uma_auth import UmaAuth as UmaAuth
    from keycloak_sdk.uma_challenge import (
        UmaChallenge as UmaChallenge,
        parse_uma_challenge as parse_uma_challenge,
    )
    from keycloak_sdk.uma_decisions import Decision as Decision
    from keycloak_sdk.uma_permissions import (
        AuthStatus as AuthStatus,
        Resource as Resource,
        Scope as Scope,
        UMAPermission as UMAPermission,
        build_permission_param as build_permission_param,
    )

_HOMES = {
    "Authorization": "authorization",
    "AuthStatus": "uma_permissions",
    "BearerAuth": "bearer_auth",
    "Clock": "_settings",
    "ConnectionManager": "connection",
    "Decision": "uma_decisions",
    "DecisionCache": "decision_cache",
    "DPoPProof": "_jwt.rfc9449",
    "EncryptedTokenStore": "token_stores.encrypted",
    "Evaluation": "authorization.evaluation",
    "EvaluationContext": "authorization.context",
    "FileTokenStore": "token_stores.file",
    "HeldKey": "_jwt.held_keys",
    "HeldKeys": "_jwt.held_keys",
    "KeySetCache": "_jwt.shared_keys",
    "KeycloakOpenID": "keycloak_openid",
    "KeycloakOpenIDConnection": "openid_connection",
    "LocalReplayMemory": "_jwt.replay",
    "MemoryTokenStore": "token_stores.memory",
    "Permission": "authorization.permission",
    "Policy": "authorization.policy",
    "RedisTokenStore": "token_stores.redis",
    "Renewal": "_ledger",
    "RenewalLedger": "_ledger",
    "ReplayMemory": "_jwt.replay",
    "Resource": "uma_permissions",
    "ResourceServer": "authorization.resource_server",
    "Role": "authorization.role",
    "Scope": "uma_permissions",
    "SignedKeySetCache": "_jwt.shared_keys",
    "StoredToken": "token_stores.protocol",
    "TokenStore": "token_stores.protocol",
    "TrustedRealms": "trusted_realms",
    "UMAPermission": "uma_permissions",
    "Verdict": "authorization.evaluation",
    "UmaAuth": "uma_auth",
    "UmaChallenge": "uma_challenge",
    "build_permission_param": "uma_permissions",
    "generate_code_challenge": "pkce_utils",
    "generate_code_verifier": "pkce_utils",
    "parse_uma_challenge": "uma_challenge",
}

__all__ = (
    "AuthStatus",
    "Authorization",
    "BearerAuth",
    "Clock",
    "ConnectionManager",
    "DPoPProof",
    "Decision",
    "DecisionCache",
    "EncryptedTokenStore",
    "Evaluation",
    "EvaluationContext",
    "FileTokenStore",
    "HeldKey",
    "HeldKeys",
    "InsecureConnectionWarning",
    "KeySetCache",
    "KeycloakAuthenticationError",
    "KeycloakAuthorizationConfigError",
    "KeycloakConfigurationError",
    "KeycloakConnectionError",
    "KeycloakDeleteError",
    "KeycloakDeprecationError",
    "KeycloakError",
    "KeycloakGetError",
    "KeycloakInvalidCredentialsError",
    "KeycloakInvalidTokenError",
    "KeycloakOpenID",
    "KeycloakOpenIDConnection",
    "KeycloakOperationError",
    "KeycloakPermissionFormatError",
    "KeycloakPostError",
    "KeycloakPutError",
    "KeycloakRPTNotFound",
    "KeycloakRequestError",
    "KeycloakSecretNotFound",
    "KeycloakTimeoutError",
    "LocalReplayMemory",
    "MemoryTokenStore",
    "Permission",
    "PermissionDefinitionError",
    "Policy",
    "RedisTokenStore",
    "Renewal",
    "RenewalLedger",
    "ReplayMemory",
    "Resource",
    "ResourceServer",
    "Role",
    "Scope",
    "SignedKeySetCache",
    "StoredToken",
    "TokenExpiredError",
    "TokenStore",
    "TokenStoreError",
    "TrustedRealms",
    "UMAPermission",
    "UmaAuth",
    "UmaChallenge",
    "Verdict",
    "build_permission_param",
    "generate_code_challenge",
    "generate_code_verifier",
    "parse_uma_challenge",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in {"KeycloakAdmin", "KeycloakUMA"}:
            raise ImportError(
                f"{name} is python-keycloak's: `from keycloak import {name}` and "
                f"{name}(connection=keycloak_sdk.KeycloakOpenIDConnection(...)) work together"
            )
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415 - read when asked for

            return version("keycloak-oidc-sdk")
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415 - a bare import of the package stays free

        home = import_module(f"{__name__}.{_HOMES.get(name, 'exceptions')}")
        globals()[name] = value = getattr(home, name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
