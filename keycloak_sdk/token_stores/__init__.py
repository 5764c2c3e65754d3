# SPDX-License-Identifier: Apache-2.0
"""Where the processes of a fleet keep the one session that they share.

::

    protocol     what a store does: TokenStore, StoredToken
    memory       for the threads of one process
    file         for the processes of one machine
    redis        for the processes of many machines
    encrypted    any of them, with values that only holders of a key can read

Every name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

_HOMES = {
    "EncryptedTokenStore": "encrypted",
    "FileTokenStore": "file",
    "MemoryTokenStore": "memory",
    "RedisTokenStore": "redis",
    "StoredToken": "protocol",
    "TokenStore": "protocol",
}

__all__ = [
    "EncryptedTokenStore",
    "FileTokenStore",
    "MemoryTokenStore",
    "RedisTokenStore",
    "StoredToken",
    "TokenStore",
]

if TYPE_CHECKING:
    from keycloak_sdk.token_stores.encrypted import EncryptedTokenStore as EncryptedTokenStore
    from keycloak_sdk.token_stores.file import FileTokenStore as FileTokenStore
    from keycloak_sdk.token_stores.memory import MemoryTokenStore as MemoryTokenStore
    from keycloak_sdk.token_stores.protocol import StoredToken as StoredToken, TokenStore as TokenStore
    from keycloak_sdk.token_stores.redis import RedisTokenStore as RedisTokenStore
else:

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(import_module(f"{__name__}.{home}"), name)
        return value
