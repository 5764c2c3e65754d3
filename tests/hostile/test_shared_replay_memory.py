# SPDX-License-Identifier: Apache-2.0
"""Processes that share a replay memory: of all who get one token, exactly one may use it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from threading import Barrier, current_thread, main_thread
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import KeycloakOpenID
from keycloak_sdk.exceptions import TokenReplayError
from support.clock import ClockInHand
from support.kinds import CLIENT, logout_claims
from support.redis_server import client_of
from support.tokens import header, jwk, sign
from support.transport import always

if TYPE_CHECKING:
    from collections.abc import Generator

    import redis

    from support.redis_server import RedisServer

HERE = "http://kc/realms/acme"


class RedisReplayMemory:
    """The memory of the documentation, under a prefix of the test's own."""

    def __init__(self, server: redis.Redis, prefix: str) -> None:
        self._redis = server
        self._prefix = prefix
        self.in_loop: list[bool] = []

    def remember(self, identifier: str, seconds: int) -> bool:
        self.in_loop.append(current_thread() is main_thread())
        return bool(self._redis.set(f"{self._prefix}:{identifier}", 1, nx=True, ex=seconds))


@pytest.fixture
def server(redis_server: RedisServer) -> Generator[redis.Redis]:
    made = client_of(redis_server.url)
    yield made
    made.close()


def openid() -> KeycloakOpenID:
    """Return a client as another process has it."""
    transport, _ = always(httpx.Response(200, json={"keys": [jwk("RS256")]}))
    return KeycloakOpenID("http://kc", "acme", CLIENT, transport=transport, clock=ClockInHand().clock)


def logout_token(jti: str) -> str:
    return sign(logout_claims(iss=HERE, jti=jti), head=header(typ="logout+jwt"))


def test_of_many_threads_with_clients_of_their_own_one_may_use_a_token(server: redis.Redis) -> None:
    token, start, prefix = logout_token("threads"), Barrier(8), token_hex(8)

    def use(_: int) -> bool:
        with openid() as client:
            start.wait(20)
            try:
                client.decode_logout_token(token, replay_memory=RedisReplayMemory(server, prefix))
            except TokenReplayError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
    (key,) = server.scan_iter(match=f"{prefix}:logout:*")
    assert 120 <= server.ttl(key) <= 300


async def use_all(server: redis.Redis) -> tuple[list[object], list[bool]]:
    token, memory = logout_token("tasks"), RedisReplayMemory(server, token_hex(8))
    clients = [openid() for _ in range(8)]
    outcomes = await asyncio.gather(
        *(client.a_decode_logout_token(token, replay_memory=memory) for client in clients),
        return_exceptions=True,
    )
    for client in clients:
        await client.aclose()
    return [type(outcome) for outcome in outcomes], memory.in_loop


def test_of_many_tasks_one_may_use_a_token_and_the_loop_waits_for_no_memory(server: redis.Redis) -> None:
    outcomes, in_loop = asyncio.run(use_all(server))
    assert outcomes.count(TokenReplayError) == 7
    assert in_loop == [False] * 8
