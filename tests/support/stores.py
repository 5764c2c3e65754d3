# SPDX-License-Identifier: Apache-2.0
"""Every token store at a place of its own, with a clock that tests move. What one must do is in
`tests/operations/test_token_stores.py`.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jwcrypto.jwk import JWK

from keycloak_sdk import (
    EncryptedTokenStore,
    FileTokenStore,
    MemoryTokenStore,
    RedisTokenStore,
    StoredToken,
    TokenStore,
)
from support.clock import ClockInHand

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import redis

    from support.redis_server import RedisServer

SEALING_KEY = JWK.generate(kty="oct", size=256)
_numbers = itertools.count()


class Shelf:
    """A place where a store keeps its entries."""

    def __init__(self) -> None:
        self.hand = ClockInHand()
        self.store = MemoryTokenStore(clock=self.hand.clock)

    def another(self) -> TokenStore:
        """Return another store at the same place, as another process has it."""
        return self.store

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.hand.forward(seconds)

    def close(self) -> None:
        """Remove it."""


class FileShelf(Shelf):
    """A directory."""

    def __init__(self) -> None:
        self.hand = ClockInHand()
        self._parent = Path(tempfile.mkdtemp(prefix="kc-tokens-"))
        self.directory = self._parent / "tokens"
        self.store = self.another()

    def another(self) -> TokenStore:
        return FileTokenStore(self.directory, clock=self.hand.clock)

    def close(self) -> None:
        shutil.rmtree(self._parent)


class RedisShelf(Shelf):
    """A prefix of a Redis server; time passes by making what is there end earlier."""

    def __init__(self, server: RedisServer, *, decode_responses: bool = False) -> None:
        self.prefix = f"test-{os.getpid()}-{next(_numbers)}:"
        self._server = server
        self._decode = decode_responses
        self._clients: list[redis.Redis] = [server.client()]
        self.store = self.another()

    @property
    def client(self) -> redis.Redis:
        """A client for looking."""
        return self._clients[0]

    def another(self) -> TokenStore:
        client = self._server.client(decode_responses=self._decode)
        self._clients.append(client)
        return RedisTokenStore(client, prefix=self.prefix)

    def there(self) -> Iterator[bytes]:
        """Return the keys that are there."""
        return self.client.scan_iter(match=self.prefix + "*")

    def forward(self, seconds: float) -> None:
        for key in self.there():
            left = self.client.pttl(key)
            if left >= 0:
                self.client.pexpire(key, max(0, left - int(seconds * 1000)))

    def close(self) -> None:
        for key in self.there():
            self.client.delete(key)
        for client in self._clients:
            client.close()


class EncryptedShelf(Shelf):
    """Another one, encrypted."""

    def __init__(self, inner: Shelf) -> None:
        self.inner = inner
        self.store = self.another()

    def another(self) -> TokenStore:
        return EncryptedTokenStore(self.inner.another(), SEALING_KEY)

    def forward(self, seconds: float) -> None:
        self.inner.forward(seconds)

    def close(self) -> None:
        self.inner.close()


KINDS = ("memory", "file", "redis", "redis-text", "encrypted-memory", "encrypted-redis")


def shelf_of(kind: str, request: pytest.FixtureRequest) -> Shelf:
    """Return a new shelf; the Redis server runs only where it is needed."""
    outer, _, inner = kind.rpartition("-")
    if outer == "encrypted":
        return EncryptedShelf(shelf_of(inner, request))
    match kind:
        case "memory":
            return Shelf()
        case "file":
            return FileShelf()
        case _:
            server = request.getfixturevalue("redis_server")
            return RedisShelf(server, decode_responses=kind == "redis-text")


@pytest.fixture(params=KINDS)
def shelf(request: pytest.FixtureRequest) -> Generator[Shelf]:
    """Run the test for every kind of store."""
    made = shelf_of(request.param, request)
    yield made
    made.close()


def stored(store: TokenStore, name: str = "session") -> tuple[int, bytes] | None:
    """Return what is stored, comparable."""
    found: StoredToken | None = store.load(name)
    return None if found is None else (found.version, found.value)
