# SPDX-License-Identifier: Apache-2.0
"""Serve many users at once from one client object, in one event loop.

    python -m keycloak_sdk.testing --demo              # prints the URL of a Keycloak
    python examples/async_many_users.py URL

Every user's token travels with that user's calls only. One user's wrong password is that user's error; the
others go on. Connections are shared, and at most `pool_maxsize` are open.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import TYPE_CHECKING

from keycloak_sdk import KeycloakAuthenticationError, KeycloakError, KeycloakOpenID

if TYPE_CHECKING:
    from collections.abc import Iterable

REALM, CLIENT, SECRET = "demo", "demo-app", "demo-app-secret"
ATTEMPTS = [("alice", "alice"), ("bob", "bob"), ("alice", "wrong")] * 8


async def visit(openid: KeycloakOpenID, username: str, password: str) -> str:
    """Log a user in, look at the profile, log out; return what happened."""
    try:
        token = await openid.a_token(username, password)
    except KeycloakAuthenticationError as error:
        return f"{username}: {error.error}"
    claims, profile = await asyncio.gather(
        openid.a_decode_token(token.access_token), openid.a_userinfo(token.access_token)
    )
    await openid.a_logout(token.refresh_token or "")
    seen = "a signed answer" if isinstance(profile, bytes) else profile.name
    return f"{claims.preferred_username}: {seen}"


async def serve(server_url: str) -> Iterable[str]:
    """Let everybody visit at once."""
    async with (
        KeycloakOpenID(server_url, REALM, CLIENT, SECRET, pool_maxsize=10) as openid,
        asyncio.TaskGroup() as visits,
    ):
        running = [visits.create_task(visit(openid, *credentials)) for credentials in ATTEMPTS]
    return [task.result() for task in running]


def main() -> None:
    """Say what became of every visit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server_url")
    arguments = parser.parse_args()
    begun = time.monotonic()
    try:
        outcomes = list(asyncio.run(serve(arguments.server_url)))
    except* KeycloakError as group:
        sys.exit(f"async_many_users: {group.exceptions[0]}")
    for outcome in sorted(set(outcomes)):
        print(f"{outcomes.count(outcome):3} x {outcome}")
    print(f"{len(outcomes)} visits in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
