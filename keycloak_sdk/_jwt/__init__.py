# SPDX-License-Identifier: Apache-2.0
"""JSON Web Tokens of a realm: key sets, verification, claims. Pure: no HTTP, no clock, no threads.

::

    errors         one class per reason, also jwcrypto's; demand_errors: what does not suffice
    shown          what of a claim they may show
    strict_json    JSON without duplicate members, NaN, deep nesting
    compact        segments, base64url, header
    algorithms     which key may verify which algorithm
    keys           the realm's key set, bound on first use
    keyset_cache   when to fetch it
    held_keys      what is held, for those who ask
    shared_keys    how processes share it
    given          keys that the caller gives
    options        keyword arguments of decode_token
    claims         what claims must say
    sealing        bytes that only holders of a key can read
    jose           jwcrypto's own way: JWE, symmetric and rare algorithms
    verify         all of it in order
    expected       keyword arguments of the strict decoders
    rfc9068        access tokens
    oidc_core      ID tokens, userinfo
    backchannel_logout   logout tokens
    rfc9470        how and when the user logged in
    rfc7800        bound tokens: rfc9449 (DPoP), rfc8705 (TLS client certificates)
    rfc7516        tokens encrypted to the client
    replay         what has been used once
    memory         which signatures need not be verified again

The names below load on first use, because jwcrypto takes longer to import than the rest of the SDK.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

_HOMES = {
    "AccessTokenRules": "rfc9068",
    "DPoPProof": "rfc9449",
    "DecryptionKeys": "rfc7516",
    "Fetch": "keyset_cache",
    "HeldKeySet": "keyset_cache",
    "IdTokenRules": "oidc_core",
    "KeySet": "keys",
    "LocalReplayMemory": "replay",
    "LogoutTokenRules": "backchannel_logout",
    "Sealer": "sealing",
    "TokenDecoder": "verify",
    "TokenDecryptionError": "errors",
    "TokenIssuerError": "errors",
    "TokenUnknownKeyError": "errors",
    "check_confirmation": "rfc7800",
    "check_userinfo": "oidc_core",
    "needs_keys": "options",
    "plain_userinfo": "oidc_core",
    "read_access_token": "rfc9068",
    "read_id_token": "oidc_core",
    "read_logout_token": "backchannel_logout",
    "read_userinfo": "oidc_core",
    "token_kid": "compact",
    "unverified_issuer": "compact",
    "untrusted_issuer": "claims",
}

__all__ = [
    "AccessTokenRules",
    "DPoPProof",
    "DecryptionKeys",
    "Fetch",
    "HeldKeySet",
    "IdTokenRules",
    "KeySet",
    "LocalReplayMemory",
    "LogoutTokenRules",
    "Sealer",
    "TokenDecoder",
    "TokenDecryptionError",
    "TokenIssuerError",
    "TokenUnknownKeyError",
    "check_confirmation",
    "check_userinfo",
    "needs_keys",
    "plain_userinfo",
    "read_access_token",
    "read_id_token",
    "read_logout_token",
    "read_userinfo",
    "token_kid",
    "untrusted_issuer",
    "unverified_issuer",
]

if TYPE_CHECKING:
    from keycloak_sdk._jwt.backchannel_logout import (
        LogoutTokenRules as LogoutTokenRules,
        read_logout_token as read_logout_token,
    )
    from keycloak_sdk._jwt.claims import untrusted_issuer as untrusted_issuer
    from keycloak_sdk._jwt.compact import token_kid as token_kid, unverified_issuer as unverified_issuer
    from keycloak_sdk._jwt.errors import (
        TokenDecryptionError as TokenDecryptionError,
        TokenIssuerError as TokenIssuerError,
        TokenUnknownKeyError as TokenUnknownKeyError,
    )
    from keycloak_sdk._jwt.keys import KeySet as KeySet
    from keycloak_sdk._jwt.keyset_cache import Fetch as Fetch, HeldKeySet as HeldKeySet
    from keycloak_sdk._jwt.oidc_core import (
        IdTokenRules as IdTokenRules,
        check_userinfo as check_userinfo,
        plain_userinfo as plain_userinfo,
        read_id_token as read_id_token,
        read_userinfo as read_userinfo,
    )
    from keycloak_sdk._jwt.options import needs_keys as needs_keys
    from keycloak_sdk._jwt.replay import LocalReplayMemory as LocalReplayMemory
    from keycloak_sdk._jwt.rfc7516 import DecryptionKeys as DecryptionKeys
    from keycloak_sdk._jwt.rfc7800 import check_confirmation as check_confirmation
    from keycloak_sdk._jwt.rfc9068 import (
        AccessTokenRules as AccessTokenRules,
        read_access_token as read_access_token,
    )
    from keycloak_sdk._jwt.rfc9449 import DPoPProof as DPoPProof
    from keycloak_sdk._jwt.sealing import Sealer as Sealer
    from keycloak_sdk._jwt.verify import TokenDecoder as TokenDecoder
else:

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
