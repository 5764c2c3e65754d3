# SPDX-License-Identifier: Apache-2.0
"""A process that races others for the versions of two entries, and says which it won.

::

    python tests/support/racing.py URL PREFIX ROUNDS    # file:///… or a URL of redis-py
    > ready
    < end of input                                      # when all are there
    > {"leased": [3, 6, 7], "saved with a lease": [3, 6, 7], "saved without": [2]}
"""

from __future__ import annotations

import json
import os
import sys
import time

import redis

from keycloak_sdk import FileTokenStore, RedisTokenStore, TokenStore

WITH, WITHOUT = "with a lease", "without a lease"


def store_at(url: str, prefix: str) -> TokenStore:
    """Return the store at `file:///…`, or at a URL of redis-py."""
    if url.startswith("file://"):
        return FileTokenStore(url.removeprefix("file://"))
    return RedisTokenStore(redis.Redis.from_url(url), prefix=prefix)


def race(store: TokenStore, name: str, rounds: int, leased: list[int] | None = None) -> list[int]:
    """Try to save every version, with the lease only when `leased` is given; return those that were saved."""
    saved: list[int] = []
    while True:
        found = store.load(name)
        version = 0 if found is None else found.version
        if version >= rounds:
            return saved
        if leased is not None:
            if store.lease(name, version, 60) is None:
                time.sleep(0.005)
                continue
            leased.append(version)
        if store.save(name, b"of %d" % os.getpid(), version=version, lifetime=60):
            saved.append(version)


def main() -> None:
    """Race when told to."""
    url, prefix, rounds = sys.argv[1:]
    store = store_at(url, prefix)
    store.load(WITH)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    leased: list[int] = []
    won = {
        "saved without": race(store, WITHOUT, int(rounds)),
        "saved with a lease": race(store, WITH, int(rounds), leased),
        "leased": leased,
    }
    sys.stdout.write(json.dumps(won))


if __name__ == "__main__":
    main()
