# SPDX-License-Identifier: Apache-2.0
"""The main job of an OpenID Connect client, from discovery to logout: first in a thread, then in asyncio.

Run it with `make quickstart`. It starts a real Keycloak with the realm `demo`, which has two users: Alice
edits documents and sees the report, Bob reads documents. With `KEYCLOAK_URL` set it uses that server instead.
Each line of its output names a call and says what came back.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from keycloak_sdk import KeycloakError, KeycloakInvalidTokenError, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk.testing import DEMO_AUTHORIZATION_CONFIG, DEMO_REALM, KeycloakServer

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims, UserInfo

REALM, CLIENT, SECRET = "demo", "demo-app", "demo-app-secret"
PERMISSIONS = {"document": ["document:read", "document:edit"], "report": None}
PROFILE = "/realms/demo/protocol/openid-connect/userinfo"  # a path that wants a bearer token
RENEW_AFTER = 0.02  # of a token's lifetime, so that it can be seen; a connection does so after 0.9 of it
CALLERS = 20


def main() -> int:
    """Run both walks; return the exit status."""
    try:
        with KeycloakServer(realms=[DEMO_REALM]) as server:
            print(f"\nKeycloak {server.version} at {server.url}, realm demo")
            walk(server.url)
            asyncio.run(a_walk(server.url))
    except KeycloakError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("\nDone. The code that did this is examples/quickstart.py; docs/index.md explains it.")
    return 0


def walk(server_url: str) -> None:
    """Do everything with plain methods."""
    print("\nIn a thread")
    openid = KeycloakOpenID(server_url, REALM, CLIENT, SECRET)

    realm = openid.well_known()
    say("well_known()", f"the issuer is {realm.issuer}")

    alice = openid.token("alice", "alice")
    say('token("alice", …)', f"{alice.token_type} token for {alice.expires_in} s, scope {alice.scope!r}")
    say("", f"a dict: {', '.join(alice)}")
    say("", f"printed, it keeps its secrets: {str(alice)[:52]}…")
    service = openid.token(grant_type="client_credentials")
    say("token(grant_type=…)", f"the client's own {service.token_type} token, for {service.expires_in} s")

    claims = openid.decode_token(alice.access_token, audience=CLIENT)
    say("decode_token(…)", f"verified here, with the realm's key: {described(claims)}")
    try:
        openid.decode_token(alice.access_token[:-8] + "AAAAAAAA")
    except KeycloakInvalidTokenError as error:
        say("", f"changed, it is refused: {type(error).__name__}")

    answer = openid.introspect(alice.access_token)
    say("introspect(…)", f"asked from the server: active is {answer.active}, issued to {answer.client_id}")
    say("userinfo(…)", presented(openid.userinfo(alice.access_token)))

    openid.load_authorization_config(DEMO_AUTHORIZATION_CONFIG)
    policies = openid.get_policies(alice.access_token)
    say("get_policies(…)", f"Alice's roles match {policies}")
    permissions = openid.get_permissions(alice.access_token)
    say("get_permissions(…)", f"which count for {permissions}")

    bob = openid.token("bob", "bob")
    for name, token in {"Alice": alice, "Bob": bob}.items():
        status = openid.has_uma_access(token.access_token, PERMISSIONS)
        verdict = "may do it all" if status else f"may not: {', '.join(sorted(status.missing_permissions))}"
        say("has_uma_access(…)", f"{name} {verdict}")

    with KeycloakOpenIDConnection(
        server_url, "alice", "alice", realm_name=REALM, client_id=CLIENT, client_secret_key=SECRET
    ) as connection:
        connection.token_lifetime_fraction = RENEW_AFTER
        response = connection.raw_get(PROFILE)
        say("raw_get(…)", f"{response.status_code}, logged in; renews at {clock(connection.expires_at)}")
        time.sleep(seconds_until(connection.expires_at))
        response = connection.raw_get(PROFILE)
        say("", f"{response.status_code}, renewed; the next time at {clock(connection.expires_at)}")

    alice = openid.refresh_token(str(alice.refresh_token))
    say("refresh_token(…)", f"a new {alice.token_type} token for {alice.expires_in} s")
    openid.logout(str(alice.refresh_token))
    answer = openid.introspect(alice.access_token)
    say("logout(…)", f"Alice's session has ended: active is {answer.active}")
    openid.logout(str(bob.refresh_token))
    openid.close()


async def a_walk(server_url: str) -> None:
    """Do the same in asyncio: every method has a twin with `a_` before its name."""
    print("\nIn asyncio")
    async with KeycloakOpenID(server_url, REALM, CLIENT, SECRET) as openid:
        realm = await openid.a_well_known()
        say("a_well_known()", f"{len(realm.grant_types_supported or [])} grants are supported")

        alice, bob, service = await asyncio.gather(
            openid.a_token("alice", "alice"),
            openid.a_token("bob", "bob"),
            openid.a_token(grant_type="client_credentials"),
        )
        say("a_token(…)", f"three at once: {[token.expires_in for token in (alice, bob, service)]} s")

        claims = await openid.a_decode_token(alice.access_token, audience=CLIENT)
        say("a_decode_token(…)", described(claims))
        answer, profile = await asyncio.gather(
            openid.a_introspect(alice.access_token), openid.a_userinfo(alice.access_token)
        )
        say("a_introspect(…)", f"active is {answer.active}")
        say("a_userinfo(…)", presented(profile))

        await openid.a_load_authorization_config(DEMO_AUTHORIZATION_CONFIG)
        say("a_get_policies(…)", f"{await openid.a_get_policies(alice.access_token)}")
        say("a_get_permissions(…)", f"{await openid.a_get_permissions(alice.access_token)}")
        statuses = await asyncio.gather(
            *(openid.a_has_uma_access(token.access_token, PERMISSIONS) for token in (alice, bob))
        )
        for name, status in zip(("Alice", "Bob"), statuses, strict=True):
            say("a_has_uma_access(…)", f"{name}: {bool(status)}, lacks {sorted(status.missing_permissions)}")

        async with KeycloakOpenIDConnection(
            server_url, realm_name=REALM, client_id=CLIENT, client_secret_key=SECRET
        ) as connection:
            connection.token_lifetime_fraction = RENEW_AFTER
            await asyncio.gather(*(connection.a_raw_get(PROFILE) for _ in range(CALLERS)))
            first = connection.token
            say("a_raw_get(…)", f"{CALLERS} callers, one login; renews at {clock(connection.expires_at)}")
            await asyncio.sleep(seconds_until(connection.expires_at))
            await asyncio.gather(*(connection.a_raw_get(PROFILE) for _ in range(CALLERS)))
            renewals = "one renewal" if connection.token != first else "no renewal"
            say("", f"{CALLERS} more, {renewals}; the next time at {clock(connection.expires_at)}")

        alice = await openid.a_refresh_token(str(alice.refresh_token))
        say("a_refresh_token(…)", f"a new {alice.token_type} token for {alice.expires_in} s")
        await asyncio.gather(*(openid.a_logout(str(token.refresh_token)) for token in (alice, bob)))
        say("a_logout(…)", f"active is {(await openid.a_introspect(alice.access_token)).active}")


def described(claims: TokenClaims) -> str:
    """Say what the claims of a token tell."""
    expires = datetime.fromtimestamp(claims.exp or 0, UTC)
    return f"{claims.preferred_username}, through {claims.azp}, until {clock(expires)}"


def presented(profile: UserInfo | bytes) -> str:
    """Say whom an answer of the userinfo endpoint is about."""
    if isinstance(profile, bytes):
        return "a signed answer, for a client that asks for one"
    return f"{profile.name}, {profile.email}, groups {profile.groups}"


def clock(moment: datetime | None) -> str:
    """Return the local time of day."""
    return f"{moment.astimezone():%H:%M:%S}" if moment else "never"


def seconds_until(moment: datetime | None) -> float:
    """Return how long to sleep until then."""
    return max(0.1, (moment - datetime.now(UTC)).total_seconds() + 0.1) if moment else 0.1


def say(call: str, result: str) -> None:
    """Print a call and what came of it."""
    print(f"  {call:<20} {result}")


if __name__ == "__main__":
    sys.exit(main())
