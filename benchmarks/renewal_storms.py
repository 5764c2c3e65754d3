# SPDX-License-Identifier: Apache-2.0
"""What a thousand callers of one connection cost when its token has to be had anew, beside python-keycloak.

    python benchmarks/renewal_storms.py
    python benchmarks/renewal_storms.py --callers 200

The realm runs on 127.0.0.1 in a process of its own and answers its token endpoint after 50 ms. All callers
begin at once; the seconds are from the first thread or task that is made to the last answer, CPU is that of
this process alone. Then many callers of one client object ask for userinfo, each with a token of its own,
while the interpreter changes threads a hundred times as often as usual: an answer for another is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import keycloak
from attrs import frozen
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT
from storm_realm import StormRealm, storm_realm

from keycloak_sdk import Clock, KeycloakOpenID, KeycloakOpenIDConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLERS = 1000
PEER_TASKS = 200
CROSS_TALKERS = 320
CROSS_TALK_RUNS = 10
SWITCH_INTERVAL = 5e-5
_PATH = "/api"


class MovedClock:
    """The machine's clock, put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.clock = Clock(
            monotonic=lambda: time.monotonic() + self.ahead,
            now=lambda: datetime.now(UTC) + timedelta(seconds=self.ahead),
        )


@frozen
class Contestant:
    """A library: how its objects are made, and how the token of one ends."""

    name: str
    openid: Callable[[str], Any]
    connection: Callable[[str], Any]
    expire: Callable[[Any], None]


def ours() -> Contestant:
    """Return this package."""
    clocks: dict[int, MovedClock] = {}

    def connection(url: str) -> KeycloakOpenIDConnection:
        moved = MovedClock()
        made = KeycloakOpenIDConnection(
            url, "alice", "pw", realm_name="acme", client_id="shop", clock=moved.clock
        )
        clocks[id(made)] = moved
        return made

    def expire(made: KeycloakOpenIDConnection) -> None:
        clocks[id(made)].ahead += 300

    return Contestant("keycloak_sdk", lambda url: KeycloakOpenID(url, "acme", "shop"), connection, expire)


def python_keycloak() -> Contestant:
    """Return python-keycloak."""

    def connection(url: str) -> Any:
        user: dict[str, Any] = {"username": "alice", "password": "pw"}
        return keycloak.KeycloakOpenIDConnection(url, **user, realm_name="acme", client_id="shop")

    def expire(made: Any) -> None:
        made._expires_at = datetime.now(UTC) - timedelta(seconds=1)

    return Contestant(
        "python-keycloak",
        lambda url: keycloak.KeycloakOpenID(server_url=url, realm_name="acme", client_id="shop"),
        connection,
        expire,
    )


def signed(key: JWK, url: str) -> str:
    """Return an access token of the realm."""
    now = int(time.time())
    claims = {"iss": f"{url}/realms/acme", "sub": "alice", "typ": "Bearer", "iat": now, "exp": now + 3600}
    token = JWT(header={"alg": "RS256", "kid": "one", "typ": "JWT"}, claims=claims)
    token.make_signed_token(key)
    return str(token.serialize())


@frozen
class Outcome:
    """What a storm ended with."""

    seconds: float
    cpu: float
    results: list[Any]
    errors: Counter[str]


def in_threads(calls: list[Callable[[], Any]]) -> Outcome:
    """Run every call in a thread of its own, all at once."""
    results: list[Any] = []
    errors: Counter[str] = Counter()
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        try:
            results.append(call())
        except Exception as error:
            errors[type(error).__name__] += 1

    begun, cpu = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(time.perf_counter() - begun, time.process_time() - cpu, results, errors)


async def in_tasks(calls: list[Callable[[], Any]]) -> Outcome:
    """Run every call in a task of its own, all at once."""
    begun, cpu = time.perf_counter(), time.process_time()
    results = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    failed = [one for one in results if isinstance(one, BaseException)]
    errors = Counter(type(error).__name__ for error in failed)
    return Outcome(seconds, cpu, [one for one in results if not isinstance(one, BaseException)], errors)


def storm(target: Any, method: str, arguments: list[tuple[Any, ...]], world: str) -> Outcome:
    """Call a method with each of the arguments at once, or its twin in tasks."""
    if world == "threads":
        bound = getattr(target, method)
        return in_threads([partial(bound, *given) for given in arguments])
    bound = getattr(target, f"a_{method}")

    async def run() -> Outcome:
        outcome = await in_tasks([partial(bound, *given) for given in arguments])
        aclose = getattr(target, "connection", target).aclose
        await aclose()
        return outcome

    return asyncio.run(run())


def renewal(realm: StormRealm, contestant: Contestant, scenario: str, world: str, callers: int) -> None:
    """Run a scenario and print what came of it."""
    realm.order("rotating" if scenario == "rotation" else "plain")
    connection = contestant.connection(realm.url)
    if scenario != "cold":
        connection.raw_get(_PATH)
        if scenario == "refused with 401":
            realm.order("revoke")
        else:
            contestant.expire(connection)
    before = realm.order("counts")["token"]
    outcome = storm(connection, "raw_get", [(_PATH,)] * callers, world)
    requests = realm.order("counts")["token"] - before
    statuses = Counter(f"answers {one.status_code}" for one in outcome.results if one.status_code != 200)
    report(scenario, world, contestant, callers, requests, outcome.errors + statuses, outcome)


def cold_keys(realm: StormRealm, contestant: Contestant, token: str, world: str, callers: int) -> None:
    """Have a token decoded by everybody before the key set was ever fetched, and print what came of it."""
    realm.order("plain")
    outcome = storm(contestant.openid(realm.url), "decode_token", [(token,)] * callers, world)
    requests = realm.order("counts")["certs"]
    report("cold key set", world, contestant, callers, requests, outcome.errors, outcome)


def cross_talk(realm: StormRealm, contestant: Contestant, world: str) -> None:
    """Let everybody ask who his own token is of, and print how many were told of another, run by run."""
    tokens = [f"token-{number}" for number in range(CROSS_TALKERS)]
    wrong: list[int] = []
    openid = contestant.openid(realm.url)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        for _ in range(CROSS_TALK_RUNS):
            outcome = storm(_Asking(openid), "who", [(token,) for token in tokens], world)
            wrong.append(sum(asked != told for asked, told in outcome.results) + outcome.errors.total())
            openid = contestant.openid(realm.url) if world == "tasks" else openid
    finally:
        sys.setswitchinterval(usual)
    print(f"{world:9}{contestant.name:17}{' '.join(f'{count:4}' for count in wrong)}", flush=True)


@frozen
class _Asking:
    """A client whose answers come with the question."""

    openid: Any

    @property
    def connection(self) -> Any:
        return self.openid.connection

    def who(self, token: str) -> tuple[str, str]:
        return token, self.openid.userinfo(token)["sub"]

    async def a_who(self, token: str) -> tuple[str, str]:
        return token, (await self.openid.a_userinfo(token))["sub"]


def report(
    scenario: str,
    world: str,
    contestant: Contestant,
    callers: int,
    requests: int,
    errors: Counter[str],
    outcome: Outcome,
) -> None:
    """Print a line."""
    named = ", ".join(f"{count} {name}" for name, count in errors.most_common(2))
    print(
        f"{scenario:18}{world:9}{contestant.name:17}{callers:7}{requests:10}{errors.total():8}"
        f"{outcome.seconds:9.2f}{outcome.cpu:7.2f}  {named}".rstrip(),
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--callers", type=int, default=CALLERS, help="callers of a storm (%(default)s)")
    parser.add_argument(
        "--peer-tasks", type=int, default=PEER_TASKS,
        help="tasks of a storm for python-keycloak, whose time grows with their square (%(default)s)",
    )  # fmt: skip
    given = parser.parse_args()
    key = JWK.generate(kty="RSA", size=2048, kid="one", use="sig", alg="RS256")
    mine, peer = ours(), python_keycloak()

    def lines() -> Iterator[tuple[str, Contestant, int]]:
        for world in ("threads", "tasks"):
            yield world, mine, given.callers
            yield world, peer, given.peer_tasks if world == "tasks" else given.callers

    with storm_realm({"keys": [key.export_public(as_dict=True)]}) as realm:
        print(
            f"{'scenario':18}{'callers':9}{'library':17}{'number':>7}{'requests':>10}{'errors':>8}{'seconds':>9}{'CPU':>7}"
        )
        for scenario in ("cold", "expired", "refused with 401", "rotation"):
            for world, contestant, callers in lines():
                renewal(realm, contestant, scenario, world, callers)
        token = signed(key, realm.url)
        for world, contestant, callers in lines():
            cold_keys(realm, contestant, token, world, callers)
        print(f"\n{CROSS_TALKERS} callers, {CROSS_TALK_RUNS} runs: wrong answers of each run")
        for world, contestant, _ in lines():
            cross_talk(realm, contestant, world)


if __name__ == "__main__":
    main()
