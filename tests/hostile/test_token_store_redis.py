# SPDX-License-Identifier: Apache-2.0
"""Tokens in Redis, when it is away, full, refuses, repeats, or has something else under the keys."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
import redis
import redis.asyncio

from keycloak_sdk import KeycloakConfigurationError, RedisTokenStore, TokenStore, TokenStoreError
from support.project import ROOT
from support.redis_server import RedisServer, client_of, free_port, wait_until
from support.stores import RedisShelf, stored

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

CANARY = b"canary-of-a-value"
OPERATIONS: dict[str, Callable[[TokenStore], object]] = {
    "load": lambda store: store.load("session"),
    "lease": lambda store: store.lease("session", 1, 60),
    "save": lambda store: store.save("session", CANARY, version=1, lifetime=60),
    "release": lambda store: store.release("session", "ticket"),
    "discard": lambda store: store.discard("session", version=1),
}


@pytest.fixture
def shelf(redis_server: RedisServer) -> Generator[RedisShelf]:
    """A store with one entry."""
    made = RedisShelf(redis_server)
    made.store.save("session", b"first", version=0, lifetime=600)
    yield made
    made.close()


@pytest.fixture
def own_server() -> Generator[RedisServer]:
    """A server that the test may break."""
    with RedisServer() as server:
        yield server


def key_of(shelf: RedisShelf, part: str) -> str:
    """Return the key of a part of the one entry."""
    (key,) = [key.decode() for key in shelf.there() if key.endswith(b":" + part.encode())]
    return key


def assert_says_nothing(error: BaseException) -> None:
    """Neither the error nor what it was raised from has the value in its text."""
    cause: BaseException | None = error
    while cause is not None:
        assert CANARY.decode() not in str(cause)
        assert b64encode(CANARY).decode() not in str(cause)
        cause = cause.__cause__ or cause.__context__


# --- how it is made


def test_keys_say_no_name_and_stay_together_in_a_cluster(shelf: RedisShelf) -> None:
    shelf.store.lease("session", 1, 60)
    keys = [key.decode().removeprefix(shelf.prefix) for key in shelf.there()]
    tags, parts = zip(*(key.split("}:") for key in keys), strict=True)
    assert sorted(parts) == ["lease", "token", "version"]
    assert len(set(tags)) == 1
    assert "session" not in "".join(keys)


def test_the_server_forgets_by_itself(shelf: RedisShelf) -> None:
    shelf.store.lease("session", 1, 60)
    left = {part: shelf.client.pttl(key_of(shelf, part)) / 1000 for part in ("token", "version", "lease")}
    assert left == {
        "token": pytest.approx(600, abs=20),
        "version": pytest.approx(600 + 24 * 3600, abs=20),
        "lease": pytest.approx(60, abs=20),
    }


def test_another_prefix_is_another_place(shelf: RedisShelf) -> None:
    other = RedisTokenStore(shelf.client, prefix=shelf.prefix + "other:")
    assert stored(other) is None
    assert other.save("session", b"other", version=0, lifetime=600)
    assert stored(shelf.store) == (1, b"first")


def test_the_prefix_is_the_libraries_own_unless_another_is_given(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        name = f"of process {os.getpid()}"
        store = RedisTokenStore(client)
        before = set(client.scan_iter(match="keycloak:*"))
        store.save(name, b"first", version=0, lifetime=600)
        made = set(client.scan_iter(match="keycloak:*")) - before
        assert len(made) == 2
        client.delete(*made)


@pytest.mark.parametrize("prefix", [None, b"acme:", "a\n", "\udcff", "p" * 257, "{}:"], ids=repr)
def test_a_prefix_that_cannot_work_is_refused(prefix: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="prefix"):
        RedisTokenStore(redis.Redis(), prefix=prefix)


@pytest.mark.parametrize(
    "client",
    [None, "redis://:canary@localhost", redis.asyncio.Redis(), redis],
    ids=["None", "URL", "async", "module"],
)
def test_another_client_is_refused(client: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"give a redis\.Redis") as caught:
        RedisTokenStore(client)
    assert "canary" not in str(caught.value)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(KeycloakConfigurationError, match=r"keycloak-oidc-sdk\[redis\]"):
        RedisTokenStore(redis.Redis())


# --- when it is not there


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_server_that_was_killed_is_an_error_that_may_pass(
    own_server: RedisServer, operation: Callable[[TokenStore], object]
) -> None:
    with own_server.client(password=None) as client:
        store = RedisTokenStore(client)
        assert store.save("session", b"first", version=0, lifetime=600)
        own_server.kill()
        for _ in range(2):
            with pytest.raises(TokenStoreError, match="Redis server did not answer") as caught:
                operation(store)
            assert caught.value.retryable
            assert isinstance(caught.value.__cause__, redis.RedisError)
            assert_says_nothing(caught.value)


def test_a_server_that_comes_back_empty_is_a_store_without_entries(own_server: RedisServer) -> None:
    with own_server.client() as client:
        store = RedisTokenStore(client)
        assert store.save("session", b"first", version=0, lifetime=600)
        own_server.kill()
        own_server.start()
        assert not store.save("session", b"late", version=1, lifetime=600)
        assert stored(store) is None
        assert store.save("session", b"second", version=0, lifetime=600)
        assert stored(store) == (1, b"second")


def test_a_server_that_forgot_the_scripts_is_told_them_again(shelf: RedisShelf) -> None:
    assert shelf.store.load("session")
    shelf.client.script_flush()
    assert stored(shelf.store) == (1, b"first")


def test_a_server_that_hangs_is_an_error_that_may_pass(own_server: RedisServer) -> None:
    with own_server.client(socket_timeout=0.05) as client:
        store = RedisTokenStore(client)
        own_server.signal(signal.SIGSTOP)
        with pytest.raises(TokenStoreError, match="TimeoutError") as caught:
            store.save("session", CANARY, version=0, lifetime=600)
        assert caught.value.retryable
        assert_says_nothing(caught.value)
        own_server.signal(signal.SIGCONT)


@pytest.mark.parametrize(
    "option", [{"password": "canary-password"}, {"username": "u", "password": "canary-password"}]
)
def test_a_wrong_password_is_an_error_that_stays_and_does_not_say_it(
    own_server: RedisServer, option: dict[str, str]
) -> None:
    with own_server.client() as administrator:
        administrator.config_set("requirepass", "right")
    with own_server.client(**option) as client, pytest.raises(TokenStoreError, match="refused") as caught:
        RedisTokenStore(client).load("session")
    assert not caught.value.retryable
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_an_operation_that_is_not_allowed_is_an_error_that_stays(own_server: RedisServer) -> None:
    with own_server.client() as administrator:
        administrator.acl_setuser("app", enabled=True, nopass=True, keys=["keycloak:*"], commands=["+get"])
    with own_server.client(username="app", password="any") as client:
        with pytest.raises(TokenStoreError, match="NoPermissionError") as caught:
            RedisTokenStore(client).save("session", CANARY, version=0, lifetime=600)
        assert not caught.value.retryable
        assert_says_nothing(caught.value)


def test_the_user_of_an_acl_needs_the_commands_that_the_documentation_lists(own_server: RedisServer) -> None:
    page = (ROOT / "docs" / "token-stores.md").read_text("utf-8")
    listed = re.findall(r"\+[a-z]+", page)
    assert len(listed) == 8
    with own_server.client() as administrator:
        administrator.acl_setuser("app", enabled=True, nopass=True, keys=["acme:tokens:*"], commands=listed)
    with own_server.client(username="app", password="any") as client:
        store = RedisTokenStore(client, prefix="acme:tokens:")
        assert store.save("session", b"first", version=0, lifetime=600)
        ticket = store.lease("session", 1, 60)
        store.release("session", ticket or "")
        assert store.discard("session", version=1)
        assert stored(store) == (2, b"")


def test_a_command_that_was_renamed_is_an_error_that_does_not_quote_it() -> None:
    with RedisServer("--rename-command", "EVALSHA", "") as server, server.client() as client:
        with pytest.raises(TokenStoreError, match="ResponseError") as caught:
            RedisTokenStore(client).save("session", CANARY, version=0, lifetime=600)
        assert not caught.value.retryable
        assert_says_nothing(caught.value)


def test_a_server_that_became_a_replica_is_an_error_that_may_pass(own_server: RedisServer) -> None:
    with own_server.client() as client:
        store = RedisTokenStore(client)
        assert store.save("session", b"first", version=0, lifetime=600)
        client.replicaof("127.0.0.1", "1")
        with pytest.raises(TokenStoreError, match=r"READONLY|ReadOnlyError") as caught:
            store.save("session", CANARY, version=1, lifetime=600)
        assert caught.value.retryable
        assert_says_nothing(caught.value)


def test_a_server_that_is_full_is_an_error(own_server: RedisServer) -> None:
    with own_server.client() as client:
        store = RedisTokenStore(client)
        store.load("session")
        client.config_set("maxmemory", 1)
        with pytest.raises(TokenStoreError, match=r"OOM|OutOfMemoryError"):
            store.lease("session", 0, 60)


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (redis.exceptions.ReadOnlyError("You can't write against a read only replica."), True),
        (redis.exceptions.OutOfMemoryError("command not allowed"), True),
        (redis.exceptions.ClusterDownError("The cluster is down"), True),
        (redis.exceptions.MasterDownError("Link with MASTER is down"), True),
        (redis.exceptions.TryAgainError("Multiple keys request during rehashing of slot"), True),
        (redis.exceptions.BusyLoadingError("Redis is loading the dataset in memory"), True),
        (redis.exceptions.MaxConnectionsError("Too many connections"), True),
        (redis.exceptions.RedisClusterException("Redis Cluster cannot be connected"), True),
        (redis.exceptions.ResponseError("MISCONF Errors writing to the AOF file"), True),
        (redis.exceptions.ResponseError(f"unknown command, with args beginning with: {CANARY!r}"), False),
        (redis.exceptions.InvalidResponse("Protocol Error"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_a_server_says_of_itself_may_pass_and_what_it_says_of_the_caller_stays(
    error: Exception, retryable: bool
) -> None:
    class Failing(redis.Redis):
        def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> Any:
            raise error

    with Failing() as client, pytest.raises(TokenStoreError, match=type(error).__name__) as caught:
        RedisTokenStore(client).load("session")
    assert caught.value.retryable is retryable
    assert CANARY.decode() not in str(caught.value)


# --- what is under the keys


@pytest.mark.parametrize("decode_responses", [False, True])
@pytest.mark.parametrize(
    "value", [b"", b"\xff\xfe", b"no base64", b"Zmlyc3Q", b"=", "Zmlyc3Q=\n", "\N{SNOWMAN}"], ids=repr
)
def test_a_value_that_is_garbage_is_empty_and_its_version_counts(
    redis_server: RedisServer, value: Any, decode_responses: bool
) -> None:
    shelf = RedisShelf(redis_server, decode_responses=decode_responses)
    shelf.store.save("session", b"first", version=0, lifetime=600)
    shelf.client.hset(key_of(shelf, "token"), "value", value)
    assert stored(shelf.store) == (1, b"")
    assert shelf.store.save("session", b"second", version=1, lifetime=600)
    assert stored(shelf.store) == (2, b"second")
    shelf.close()


@pytest.mark.parametrize("version", [b"", b"\xff", "one", "-1", "1.5", "1e3", "9" * 16, " 1"], ids=repr)
def test_a_version_that_is_garbage_is_none(shelf: RedisShelf, version: Any) -> None:
    for part in ("token", "version"):
        shelf.client.hset(key_of(shelf, part), "version", version)
    assert stored(shelf.store) is None
    assert shelf.store.save("session", b"second", version=0, lifetime=600)
    assert stored(shelf.store) == (1, b"second")


def test_of_an_entry_of_a_later_release_the_version_counts(shelf: RedisShelf) -> None:
    shelf.client.hset(key_of(shelf, "token"), mapping={"schema": "2", "sealed": "..."})
    assert stored(shelf.store) == (1, b"")
    assert shelf.store.save("session", b"second", version=1, lifetime=600)
    assert stored(shelf.store) == (2, b"second")


@pytest.mark.parametrize("evicted", ["token", "version"])
def test_whatever_was_evicted_the_version_stays(shelf: RedisShelf, evicted: str) -> None:
    shelf.client.delete(key_of(shelf, evicted))
    assert stored(shelf.store) == (1, b"" if evicted == "token" else b"first")
    assert not shelf.store.save("session", b"late", version=0, lifetime=600)
    assert shelf.store.save("session", b"second", version=1, lifetime=600)


@pytest.mark.parametrize("held", ["garbage", "0 ticket", "1", b"\xff"], ids=repr)
def test_a_lease_that_is_garbage_is_none(shelf: RedisShelf, held: Any) -> None:
    shelf.store.lease("session", 1, 60)
    shelf.client.set(key_of(shelf, "lease"), held)
    shelf.store.release("session", "ticket")
    assert shelf.store.lease("session", 1, 60)


@pytest.mark.parametrize("part", ["token", "version"])
def test_another_programs_key_is_an_error_and_is_left_alone(shelf: RedisShelf, part: str) -> None:
    key = key_of(shelf, part)
    shelf.client.delete(key)
    shelf.client.rpush(key, "theirs")
    for operation in OPERATIONS.values():
        with pytest.raises(TokenStoreError, match="WRONGTYPE") as caught:
            operation(shelf.store)
        assert not caught.value.retryable
    assert shelf.client.lrange(key, 0, -1) == [b"theirs"]


# --- when a command arrives twice


class Repeating(redis.Redis):
    """Loses the answer and sends the command once more, as redis-py does by itself."""

    def evalsha(self, sha: str, numkeys: int, *keys_and_args: Any) -> Any:
        super().evalsha(sha, numkeys, *keys_and_args)
        return super().evalsha(sha, numkeys, *keys_and_args)


def test_who_sends_a_command_twice_has_done_it_once(redis_server: RedisServer, shelf: RedisShelf) -> None:
    with Repeating.from_url(redis_server.url) as client:
        store = RedisTokenStore(client, prefix=shelf.prefix)
        ticket = store.lease("session", 1, 60)
        assert ticket
        assert shelf.store.lease("session", 1, 60) is None
        store.release("session", ticket)
        assert store.save("session", b"second", version=1, lifetime=600)
        assert stored(shelf.store) == (2, b"second")
        assert not store.save("session", b"second", version=1, lifetime=600)
        assert store.discard("session", version=2)
        assert stored(shelf.store) == (3, b"")


# --- how it may be used


def test_a_client_in_a_worker_thread_serves_an_event_loop(shelf: RedisShelf) -> None:
    async def both() -> list[object]:
        calls = [asyncio.to_thread(shelf.store.load, "session") for _ in range(20)]
        return [found and found.value for found in await asyncio.gather(*calls)]

    assert asyncio.run(both()) == [b"first"] * 20


def test_a_cluster_keeps_an_entry_on_one_node() -> None:
    port = free_port()
    with RedisServer("--cluster-enabled", "yes", port=port) as server:
        with client_of(server.url) as node:
            node.execute_command("CLUSTER ADDSLOTS", *range(16384))
            wait_until(lambda: node.cluster("info")["cluster_state"] == "ok")
        with redis.RedisCluster.from_url(server.url) as client:
            store = RedisTokenStore(client)
            for number in range(20):
                name = f"session {number}"
                assert store.save(name, b"first", version=0, lifetime=600)
                ticket = store.lease(name, 1, 60)
                store.release(name, ticket or "")
                assert store.discard(name, version=1)
                assert stored(store, name) == (2, b"")
            server.kill()
            with pytest.raises(TokenStoreError) as caught:
                store.load("session")
            assert caught.value.retryable
