# SPDX-License-Identifier: Apache-2.0
"""One connection for many threads and tasks, on a realm where a refresh token is good once."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import anyio
import pytest

from support.realms import client, user
from support.watch import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from support.both import Both
    from support.realms import LiveRealm
    from support.watch import Watched

pytestmark = [pytest.mark.anyio, pytest.mark.live]

THREADS, TASKS = 50, 100
TOKEN_SECONDS = 5
FRACTION = 0.2
"""Of its life; a token is renewed every second, and good for four more on a busy machine."""
RENEWALS = 2
PATIENCE = 60.0
"""Seconds in which the renewals must come."""


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("cli", public=True, token_seconds=TOKEN_SECONDS)],
        users=[user("ann")],
        revokeRefreshToken=True,
        refreshTokenMaxReuse=0,
    )


@pytest.fixture
def path(realm: LiveRealm) -> str:
    """Return a path that needs a token."""
    return f"/realms/{realm.name}/protocol/openid-connect/userinfo"


def token_requests(wire: Watched) -> list[httpx.Request]:
    return [request for request in wire.requests if request.url.path.endswith("/token")]


def assert_one_login_and_no_refresh_token_twice(wire: Watched) -> None:
    forms = [parse_qs(request.content.decode()) for request in token_requests(wire)]
    assert Counter(form["grant_type"][0] for form in forms)["password"] == 1
    refreshed = Counter(form["refresh_token"][0] for form in forms if "refresh_token" in form)
    assert len(refreshed) >= RENEWALS
    assert set(refreshed.values()) == {1}


async def test_many_callers_share_every_renewal_and_none_of_them_fails(
    realm: LiveRealm, both: Both, path: str
) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        connection.token_lifetime_fraction = FRACTION
        end = time.monotonic() + PATIENCE
        statuses: Counter[int] = Counter()

        def over() -> bool:
            return len(token_requests(wire)) > RENEWALS + 1 or time.monotonic() > end

        def call_until_the_end() -> list[int]:
            seen = []
            while not over():
                seen.append(connection.raw_get(path).status_code)
                time.sleep(0.2)
            return seen

        async def acall_until_the_end() -> None:
            while not over():
                statuses[(await connection.a_raw_get(path)).status_code] += 1
                await anyio.sleep(0.2)

        if both.is_async:
            async with anyio.create_task_group() as group:
                for _ in range(TASKS):
                    group.start_soon(acall_until_the_end)
        else:
            with ThreadPoolExecutor(THREADS) as pool:
                for seen in pool.map(lambda _: call_until_the_end(), range(THREADS)):
                    statuses.update(seen)
        assert set(statuses) == {200}
        assert statuses[200] >= THREADS
        assert_one_login_and_no_refresh_token_twice(wire)


async def test_threads_and_tasks_share_one_connection(realm: LiveRealm, path: str) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        connection.token_lifetime_fraction = FRACTION
        statuses: list[int] = []

        async def in_a_task() -> None:
            statuses.append((await connection.a_raw_get(path)).status_code)

        async def in_a_thread() -> None:
            statuses.append((await anyio.to_thread.run_sync(connection.raw_get, path)).status_code)

        for _ in range(3):
            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(in_a_task)
                    group.start_soon(in_a_thread)
            await anyio.sleep(1)
        assert statuses == [200] * 120
        assert_one_login_and_no_refresh_token_twice(wire)


async def test_many_callers_that_all_meet_a_401_log_in_once(realm: LiveRealm, both: Both, path: str) -> None:
    async with watched() as wire:
        connection = realm.connection("cli", username="ann", password="ann", **wire.options)
        connection.token_lifetime_fraction = 1e6
        assert (await both(connection).raw_get(path)).status_code == 200
        realm.admin("POST", f"/users/{realm.id_of_user('ann')}/logout")
        statuses: list[int] = []

        async def call() -> None:
            if both.is_async:
                answer = await connection.a_raw_get(path)
            else:
                answer = await anyio.to_thread.run_sync(connection.raw_get, path)
            statuses.append(answer.status_code)

        async with anyio.create_task_group() as group:
            for _ in range(THREADS):
                group.start_soon(call)
        assert statuses == [200] * THREADS
        grants = [parse_qs(item.content.decode())["grant_type"][0] for item in token_requests(wire)]
        assert grants == ["password", "refresh_token", "password"]
