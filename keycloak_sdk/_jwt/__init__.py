# SPDX-License-Identifier: Apache-2.0
"""JSON Web Tokens of a realm: key sets, verification, claims. Pure: no HTTP, no clock, no threads.

::

    errors         one class per reason, also jwcrypto's
    strict_json    JSON without duplicate members, NaN, deep nesting
    compact        segments, base64url, header
    algorithms     which key may verify which algorithm
    keys           the realm's key set, bound on first use
    keyset_cache   when to fetch it
    given          keys that the caller gives
    options        keyword arguments of decode_token
    claims         what claims must say
    sealing        bytes that only holders of a key can read
    jose           jwcrypto's own way: JWE, symmetric and rare algorithms
    verify         all of it in order

The names below load on first use, because jwcrypto takes longer to import than the rest of the SDK.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

_HOMES = {
    "Fetch": "keyset_cache",
    "HeldKeySet": "keyset_cache",
    "KeySet": "keys",
    "Sealer": "sealing",
    "TokenDecoder": "verify",
    "TokenIssuerError": "errors",
    "TokenUnknownKeyError": "errors",
    "needs_keys": "options",
    "token_kid": "compact",
}

__all__ = [
    "Fetch",
    "HeldKeySet",
    "KeySet",
    "Sealer",
    "TokenDecoder",
    "TokenIssuerError",
    "TokenUnknownKeyError",
    "needs_keys",
    "token_kid",
]

if TYPE_CHECKING:
    from keycloak_sdk._jwt.compact import token_kid as token_kid
    from keycloak_sdk._jwt.errors import (
        TokenIssuerError as TokenIssuerError,
        TokenUnknownKeyError as TokenUnknownKeyError,
    )
    from keycloak_sdk._jwt.keys import KeySet as KeySet
    from keycloak_sdk._jwt.keyset_cache import Fetch as Fetch, HeldKeySet as HeldKeySet
    from keycloak_sdk._jwt.options import needs_keys as needs_keys
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
