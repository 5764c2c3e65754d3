# SPDX-License-Identifier: Apache-2.0
"""Connections shared by threads, tasks, loops and processes: each answer is its caller's, all are closed."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import Clock, KeycloakOpenID
from keycloak_sdk._io.port import Outgoing
from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import (
    KeycloakConnectionError,
    KeycloakError,
    KeycloakGetError,
    KeycloakTimeoutError,
)
from support.loopback import (
    FullBacklog,
    Loopback,
    Peer,
    Seen,
    always,
    answer,
    echo_bearer,
    in_turn,
    json_answer,
    stall,
    then_close,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.both import Both

pytestmark = pytest.mark.anyio

PATIENCE = 5.0
HELLO = always(json_answer({"hello": "world"}))


def slowly(seconds: float) -> Callable[[Peer, Seen], None]:
    def play(peer: Peer, seen: Seen) -> None:
        peer.stall(seconds)
        peer.send(json_answer({"path": seen.path}))

    return play


# --- what is sent


async def test_cookies_are_not_kept(both: Both) -> None:
    cookies = [("Set-Cookie", "KEYCLOAK_SESSION=x; Path=/"), ("Set-Cookie", "AUTH=y")]
    with Loopback(always(json_answer({}, headers=cookies))) as server:
        connection = both(ConnectionManager(server.url))
        for _ in range(3):
            response = await connection.raw_get("/x")
            assert response.cookies["AUTH"] == "y"
        await connection.close()
    assert [seen.header("cookie") for seen in server.seen] == [None] * 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(both: Both, status: int) -> None:
    with Loopback(HELLO) as elsewhere:
        target = f"{elsewhere.url}/stolen"
        with Loopback(always(answer(status, headers=[("Location", target)]))) as server:
            connection = both(ConnectionManager(server.url, {"Authorization": "Bearer secret"}))
            response = await connection.raw_post("/x", {"a": "b"})
            assert (response.status_code, response.headers["location"]) == (status, target)
            client = KeycloakOpenID(server.url, "acme", "shop")
            with pytest.raises(
                KeycloakGetError, match=r"redirects to 127\.0\.0\.1; redirects are not followed"
            ):
                await both(client).userinfo("token")
            await both(client).close()
            await connection.close()
        assert not elsewhere.connections


async def test_the_request_on_the_wire_is_what_was_asked_for(both: Both) -> None:
    with Loopback(HELLO) as server:
        connection = both(
            ConnectionManager(f"{server.url}/auth/", {"X-Tenant": "t", "Content-Length": "999"})
        )
        await connection.raw_put("/realms/a b", {"c": ["d", "e"], "f": None}, q=["1", None, "2"])
        await connection.raw_delete("/x", b"body")
        await connection.raw_get("/x")
        await connection.close()
    put, delete, get = server.seen
    assert (put.method, put.target, put.version) == ("PUT", "/auth/realms/a%20b?q=1&q=2", "HTTP/1.1")
    assert put.body == b"c=d&c=e"
    assert sorted(name.lower() for name, _ in put.pairs) == [
        "accept", "accept-encoding", "content-length", "content-type", "host", "user-agent", "x-tenant",
    ]  # fmt: skip
    assert put.header("host") == f"127.0.0.1:{server.port}"
    assert put.header("content-length") == "7"
    assert (delete.body, delete.header("content-type")) == (b"body", None)
    assert (get.body, get.header("content-length")) == (b"", None)


async def test_a_host_that_the_program_names_is_sent_instead_of_the_urls(both: Both) -> None:
    with Loopback(HELLO) as server:
        connection = both(ConnectionManager(server.url, {"host": "sso.test"}))
        await connection.raw_get("/x")
        await connection.close()
    assert [value for name, value in server.seen[0].pairs if name.lower() == "host"] == ["sso.test"]


async def test_a_refused_path_opens_no_connection(both: Both) -> None:
    with Loopback(HELLO) as server:
        connection = both(ConnectionManager(server.url))
        for path in ("//evil.example", "../x", "http://evil.example/x", "a\r\nb"):
            with pytest.raises(KeycloakError):
                await connection.raw_get(path)
        await connection.close()
    assert server.connections == 0


async def test_a_file_is_read_in_both_worlds(both: Both, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"policies": []}')
    client = both(KeycloakOpenID("http://sso.test", "acme", "shop"))
    await client.load_authorization_config(str(file))
    with pytest.raises(OSError, match="missing"):
        await client.load_authorization_config(str(tmp_path / "missing"))


# --- how many connections there are


def test_threads_queue_for_the_connections_there_are() -> None:
    with Loopback(slowly(0.02)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=2, timeout=PATIENCE)
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda number: connection.raw_get(f"/{number}").json(), range(20)))
        connection.close()
    assert answers == [{"path": f"/{number}"} for number in range(20)]
    assert (server.most_open, server.connections) == (2, 2)


async def test_tasks_queue_for_the_connections_there_are() -> None:
    with Loopback(slowly(0.02)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=2, timeout=PATIENCE)
        answers = await asyncio.gather(*(connection.a_raw_get(f"/{number}") for number in range(20)))
        await connection.aclose()
    assert [found.json() for found in answers] == [{"path": f"/{number}"} for number in range(20)]
    assert (server.most_open, server.connections) == (2, 2)


def test_a_thread_that_waits_for_a_connection_is_bounded_by_the_timeout() -> None:
    with Loopback(stall) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=0.3)
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as threads:
            calls = [threads.submit(connection.raw_get, "/x") for _ in range(4)]
            errors = [call.exception() for call in calls]
        assert time.monotonic() - begun < 2
        assert [type(error) for error in errors] == [KeycloakTimeoutError] * 4
        assert len(server.seen) < 4
        connection.close()


def test_a_thread_waits_no_longer_than_the_timeout_even_when_the_one_before_does() -> None:
    """A transport of the caller's may not keep our deadline."""
    entered, may_end = threading.Event(), threading.Event()

    def linger(_: httpx.Request) -> httpx.Response:
        entered.set()
        may_end.wait(PATIENCE)
        return httpx.Response(200)

    connection = ConnectionManager(
        "http://sso.test", pool_maxsize=1, timeout=0.1, transport=httpx.MockTransport(linger)
    )
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(connection.raw_get, "/x")
        assert entered.wait(PATIENCE)
        with pytest.raises(KeycloakTimeoutError, match=r"within 0\.1 s"):
            connection.raw_get("/x")
        may_end.set()
        assert first.result().status_code == 200


async def test_a_task_that_waits_for_a_connection_is_bounded_by_the_timeout() -> None:
    with Loopback(stall) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=0.3)
        begun = time.monotonic()
        errors = await asyncio.gather(*(connection.a_raw_get("/x") for _ in range(4)), return_exceptions=True)
        assert time.monotonic() - begun < 2
        assert [type(error) for error in errors] == [KeycloakTimeoutError] * 4
        assert len(server.seen) == 1
        await connection.aclose()


async def test_the_connection_that_was_used_last_is_used_first(both: Both) -> None:
    with Loopback(slowly(0.05)) as server:
        connection = ConnectionManager(server.url, timeout=PATIENCE)
        with ThreadPoolExecutor(5) as threads:
            if both.is_async:
                await asyncio.gather(*(connection.a_raw_get("/x") for _ in range(5)))
            else:
                list(threads.map(connection.raw_get, ["/x"] * 5))
        for _ in range(3):
            await both(connection).raw_get("/again")
        await both(connection).close()
    assert len({seen.connection for seen in server.seen if seen.path == "/x"}) == 5
    assert len({seen.connection for seen in server.seen if seen.path == "/again"}) == 1


async def test_a_call_elsewhere_closes_a_connection_when_there_are_enough(both: Both) -> None:
    with Loopback(HELLO) as server, Loopback(HELLO) as other:
        connection = both(ConnectionManager(server.url, pool_maxsize=1, trusted_origins=[other.url]))
        for target in (server, other, server):
            assert (await connection.raw_get(f"{target.url}/x")).json() == {"hello": "world"}
            server.wait_until(lambda: server.open + other.open <= 1)
        await connection.close()
    assert (server.connections, other.connections) == (2, 1)


async def test_connections_that_are_all_dead_cost_an_idempotent_request_one_attempt(both: Both) -> None:
    """The second attempt goes over a new connection, not over the next one that was kept."""
    dying = in_turn(*[slowly(0.05)] * 3, lambda peer, _: peer.close(), json_answer({"n": 2}))
    with Loopback(dying) as server:
        connection = ConnectionManager(server.url, timeout=PATIENCE)
        with ThreadPoolExecutor(3) as threads:
            if both.is_async:
                await asyncio.gather(*(connection.a_raw_get("/x") for _ in range(3)))
            else:
                list(threads.map(connection.raw_get, ["/x"] * 3))
        assert (await both(connection).raw_get("/x")).json() == {"n": 2}
        await both(connection).close()
    assert server.seen[-1].connection == 4


async def test_a_request_and_its_body_leave_in_one_piece(both: Both) -> None:
    """Two pieces cost two system calls here, and a delayed acknowledgement on the way."""
    pieces: list[bytes] = []

    def answer_once(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer:
            pieces.append(peer.recv(65536))
            peer.sendall(json_answer({}))

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        served = threads.submit(answer_once, listener)
        connection = both(ConnectionManager(f"http://127.0.0.1:{listener.getsockname()[1]}"))
        await connection.raw_post("/x", {"a": "b"})
        await connection.close()
        served.result()
    assert pieces[0].endswith(b"\r\n\r\na=b")


async def test_an_answer_that_comes_before_the_request_has_left_is_read(both: Both) -> None:
    """A proxy refuses a large body by its head alone, and hangs up."""

    def refuse(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(1024)
            peer.sendall(answer(413))
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        served = threads.submit(refuse, listener)
        connection = both(
            ConnectionManager(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=PATIENCE)
        )
        assert (await connection.raw_post("/x", bytes(4_000_000))).status_code == 413
        await connection.close()
        served.result()


async def test_a_dead_address_of_a_host_leaves_time_for_the_next(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def two(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in {"sso.test", b"sso.test"}:
            return resolve(host, *args, **kwargs)
        return resolve("127.0.0.2", *args, **kwargs) + resolve("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with Loopback(HELLO) as server, FullBacklog("127.0.0.2", server.port):
        connection = both(ConnectionManager(f"http://sso.test:{server.port}", timeout=2))
        assert (await connection.raw_get("/x")).json() == {"hello": "world"}
        await connection.close()


async def test_a_host_whose_every_address_refuses_is_a_connection_error(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def two(host: Any, *args: Any, **kwargs: Any) -> Any:
        found = "127.0.0.1" if host in {"sso.test", b"sso.test"} else host
        return resolve(found, *args, **kwargs) + resolve("127.0.0.2", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    for timeout in (2, None):
        connection = both(ConnectionManager("http://sso.test:1", timeout=timeout))
        with pytest.raises(KeycloakConnectionError, match=r"sso\.test:1"):
            await connection.raw_get("/x")
        await connection.close()


# --- cancelled


async def test_after_a_cancelled_call_the_connection_is_as_usable_as_before() -> None:
    with Loopback(in_turn(stall, json_answer({"n": 1}))) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=PATIENCE)
        for _ in range(1):
            call = asyncio.ensure_future(connection.a_raw_get("/x"))
            await asyncio.to_thread(server.wait_until, lambda: bool(server.seen))
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert (await connection.a_raw_get("/x")).json() == {"n": 1}
        await connection.aclose()
        await asyncio.to_thread(server.wait_until, lambda: server.open <= 1)


async def test_calls_cancelled_at_any_moment_leave_no_place_taken() -> None:
    with Loopback(slowly(0.004)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=2, timeout=PATIENCE)
        for number in range(60):
            call = asyncio.ensure_future(connection.a_raw_get("/x"))
            await asyncio.sleep(number / 8000)
            call.cancel()
            await asyncio.wait([call])
        answers = await asyncio.gather(*(connection.a_raw_get(f"/{number}") for number in range(6)))
        assert [found.json()["path"] for found in answers] == [f"/{number}" for number in range(6)]
        await connection.aclose()


# --- loops, threads, processes


def test_one_object_serves_one_event_loop_after_the_other() -> None:
    with Loopback(HELLO) as server:
        connection = ConnectionManager(server.url)

        async def twice() -> list[Any]:
            return [(await connection.a_raw_get("/x")).json() for _ in range(2)]

        for number in range(1, 4):
            assert asyncio.run(twice()) == [{"hello": "world"}] * 2
            assert server.connections == number
            server.wait_until(lambda: server.open == 0)


def test_loops_that_have_ended_are_not_kept() -> None:
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []
    with Loopback(slowly(0.005)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=PATIENCE)

        async def contend() -> None:
            loops.append(weakref.ref(asyncio.get_running_loop()))
            await asyncio.gather(*(connection.a_raw_get("/x") for _ in range(3)))

        for _ in range(6):
            asyncio.run(contend())
        gc.collect()
        assert sum(loop() is not None for loop in loops) <= 1


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_loop_that_was_just_closed_costs_its_connections_alone() -> None:
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []
    with Loopback(HELLO) as server:
        connection = ConnectionManager(server.url)
        for _ in range(4):
            loop = asyncio.new_event_loop()
            loops.append(weakref.ref(loop))
            assert loop.run_until_complete(connection.a_raw_get("/x")).status_code == 200
            loop.close()
            del loop
            gc.collect()
        assert sum(loop() is not None for loop in loops) <= 1
        server.wait_until(lambda: server.open <= 1)
        del connection
        gc.collect()


def test_one_object_serves_event_loops_side_by_side() -> None:
    with Loopback(slowly(0.01)) as server:
        connection = ConnectionManager(server.url, timeout=PATIENCE)

        async def some(number: int) -> list[Any]:
            paths = [f"/{number}/{index}" for index in range(5)]
            return [
                found.json()["path"] == path
                for path, found in zip(
                    paths, await asyncio.gather(*(connection.a_raw_get(path) for path in paths)), strict=True
                )
            ]

        with ThreadPoolExecutor(6) as threads:
            assert all(map(all, threads.map(lambda number: asyncio.run(some(number)), range(24))))
        connection.close()
        server.wait_until(lambda: server.open == 0)


def test_plain_calls_and_their_twins_share_an_object() -> None:
    with Loopback(HELLO) as server:
        connection = ConnectionManager(server.url)

        async def mixed() -> None:
            assert connection.raw_get("/x").json() == (await connection.a_raw_get("/x")).json()
            in_thread = asyncio.to_thread(connection.raw_get, "/x")
            assert [
                found.status_code for found in await asyncio.gather(in_thread, connection.a_raw_get("/x"))
            ]

        asyncio.run(mixed())
        connection.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_process_opens_connections_of_its_own() -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop", timeout=PATIENCE)
        assert client.userinfo("parent-1")["sub"] == "parent-1"
        child = os.fork()
        if child == 0:
            try:
                good = client.userinfo("child")["sub"] == "child"
                good &= asyncio.run(client.a_userinfo("child-2"))["sub"] == "child-2"
                client.close()
                os._exit(0 if good else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)
        assert status == 0
        assert client.userinfo("parent-2")["sub"] == "parent-2"
        client.close()
    of_parent = {seen.connection for seen in server.seen if "parent" in (seen.header("authorization") or "")}
    of_child = {seen.connection for seen in server.seen if "child" in (seen.header("authorization") or "")}
    assert len(of_parent) == 1
    assert of_parent.isdisjoint(of_child)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_in_the_middle_of_a_call_hurts_neither_process() -> None:
    with Loopback(slowly(0.1)) as server:
        connection = ConnectionManager(server.url, pool_maxsize=1, timeout=PATIENCE)
        with ThreadPoolExecutor(1) as threads:
            call = threads.submit(connection.raw_get, "/parent")
            server.wait_until(lambda: bool(server.seen))
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if connection.raw_get("/child").json() == {"path": "/child"} else 1)
                finally:
                    os._exit(2)
            _, status = os.waitpid(child, 0)
            assert status == 0
            assert call.result().json() == {"path": "/parent"}
        connection.close()


# --- closing


async def test_closing_is_idempotent_and_the_next_call_opens_anew(both: Both) -> None:
    with Loopback(HELLO) as server:
        connection = both(ConnectionManager(server.url))
        await connection.close()
        for number in range(1, 3):
            assert (await connection.raw_get("/x")).status_code == 200
            assert server.connections == number
            await connection.close()
            await connection.close()
            server.wait_until(lambda: server.open == 0)


async def test_a_with_block_closes(both: Both) -> None:
    with Loopback(HELLO) as server:
        for target in (ConnectionManager(server.url), KeycloakOpenID(server.url, "acme", "shop")):
            connection = both(target)
            entered = await connection.__getattr__("__enter__")()
            assert entered is target
            connection_of = both(getattr(target, "connection", target))
            await connection_of.raw_get("/x")
            await connection.__getattr__("__exit__")(None, None, None)
            server.wait_until(lambda: server.open == 0)


async def test_aclose_closes_the_connections_of_threads_as_well() -> None:
    with Loopback(HELLO) as server:
        connection = ConnectionManager(server.url)
        connection.raw_get("/x")
        await connection.a_raw_get("/x")
        await connection.aclose()
        await asyncio.to_thread(server.wait_until, lambda: server.open == 0)


def test_closing_in_the_middle_of_a_call_lets_it_end() -> None:
    with Loopback(slowly(0.1)) as server:
        connection = ConnectionManager(server.url, timeout=PATIENCE)
        with ThreadPoolExecutor(4) as threads:
            calls = [threads.submit(connection.raw_get, f"/{number}") for number in range(4)]
            server.wait_until(lambda: len(server.seen) == 4)
            connection.close()
            connection.close()
            assert [call.result().json() for call in calls] == [{"path": f"/{number}"} for number in range(4)]
        server.wait_until(lambda: server.open == 0)


async def test_aclosing_in_the_middle_of_a_call_lets_it_end() -> None:
    with Loopback(slowly(0.1)) as server:
        connection = ConnectionManager(server.url, timeout=PATIENCE)
        calls = [asyncio.ensure_future(connection.a_raw_get(f"/{number}")) for number in range(4)]
        await asyncio.to_thread(server.wait_until, lambda: len(server.seen) == 4)
        await connection.aclose()
        await connection.aclose()
        assert [(await call).json() for call in calls] == [{"path": f"/{number}"} for number in range(4)]
        await asyncio.to_thread(server.wait_until, lambda: server.open == 0)


def test_closing_all_the_time_disturbs_no_call() -> None:
    with Loopback(echo_bearer) as server:
        client = KeycloakOpenID(server.url, "acme", "shop", timeout=PATIENCE)
        done = threading.Event()

        def close() -> None:
            while not done.wait(0.0005):
                client.close()

        def many(number: int) -> bool:
            tokens = [f"token-{number}-{index}" for index in range(25)]
            return [client.userinfo(token)["sub"] for token in tokens] == tokens

        closing = threading.Thread(target=close)
        closing.start()
        try:
            with ThreadPoolExecutor(6) as threads:
                assert all(threads.map(many, range(6)))
        finally:
            done.set()
            closing.join()
        client.close()
        server.wait_until(lambda: server.open == 0)


async def test_changed_settings_disturb_no_call(both: Both) -> None:
    with Loopback(slowly(0.1)) as server:
        manager = ConnectionManager(server.url, timeout=PATIENCE)
        with ThreadPoolExecutor(1) as threads:
            if both.is_async:
                call = asyncio.ensure_future(manager.a_raw_get("/before"))
            else:
                call = asyncio.wrap_future(threads.submit(manager.raw_get, "/before"))
            await asyncio.to_thread(server.wait_until, lambda: bool(server.seen))
            manager.timeout = 3
            manager.max_retries = 0
            assert (await both(manager).raw_get("/after")).json() == {"path": "/after"}
            assert (await call).json() == {"path": "/before"}
        await both(manager).close()
        gc.collect()
        await asyncio.to_thread(server.wait_until, lambda: server.open == 0)


PROGRAM = """
import asyncio, gc, logging, sys
from keycloak_sdk import KeycloakOpenID, ConnectionManager
url = sys.argv[1]
logging.getLogger("asyncio").setLevel(logging.ERROR)  # it also tells how slow a busy machine is

async def twins(connection):
    await connection.a_raw_get("/x")

async def closed():
    async with KeycloakOpenID(url, "acme", "shop") as client:
        await client.connection.a_raw_get("/x")

kept = ConnectionManager(url)
kept.raw_get("/x")
asyncio.run(twins(kept))
asyncio.run(twins(ConnectionManager(url)))
asyncio.run(closed())
ConnectionManager(url).raw_get("/x")
with ConnectionManager(url) as connection:
    connection.raw_get("/x")
changed = ConnectionManager(url)
changed.raw_get("/x")
changed.timeout = 3
changed.raw_get("/x")
cyclic = ConnectionManager(url)
cyclic.itself = cyclic
cyclic.raw_get("/x")
del cyclic
gc.collect()
try:
    ConnectionManager("nonsense")
except ValueError:
    pass
"""


def test_a_program_that_closes_nothing_sees_no_warning() -> None:
    with Loopback(HELLO) as server:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM, server.url],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# --- a caller's own client


async def test_a_client_of_the_callers_is_used_and_left_open(both: Both) -> None:
    with Loopback(HELLO) as server:
        async with httpx.AsyncClient() as for_loops:
            with httpx.Client() as for_threads:
                manager = ConnectionManager(server.url, transport=for_threads, async_transport=for_loops)
                assert (await both(manager).raw_get("/x")).json() == {"hello": "world"}
                await both(manager).close()
                assert (await both(manager).raw_get("/x")).json() == {"hello": "world"}
                assert not for_threads.is_closed
                assert not for_loops.is_closed
    assert server.connections == 1


async def test_the_cookies_and_credentials_of_a_callers_client_are_not_sent(both: Both) -> None:
    answers = in_turn(json_answer({}, headers=[("Set-Cookie", "a=b; Path=/")]), json_answer({}))
    with Loopback(answers) as server:
        async with httpx.AsyncClient(auth=("u", "p"), follow_redirects=True) as for_loops:
            with httpx.Client(auth=("u", "p"), follow_redirects=True) as for_threads:
                manager = ConnectionManager(server.url, transport=for_threads, async_transport=for_loops)
                client = KeycloakOpenID(
                    server.url, "acme", "shop", transport=for_threads, async_transport=for_loops
                )
                await both(manager).raw_get("/x")
                with pytest.raises(KeycloakGetError):
                    await both(client).userinfo("the-token")
    assert server.seen[0].header("authorization") is None
    assert server.seen[1].header("authorization") == "Bearer the-token"
    assert [seen.header("cookie") for seen in server.seen] == [None, None]


async def test_the_body_that_a_callers_client_fetches_is_bounded_as_well(both: Both) -> None:
    with Loopback(then_close(answer(200, bytes(5000)))) as server:
        async with httpx.AsyncClient() as for_loops:
            with httpx.Client() as for_threads:
                manager = ConnectionManager(
                    server.url, transport=for_threads, async_transport=for_loops, max_body=100
                )
                with pytest.raises(KeycloakConnectionError, match="larger than 100 bytes"):
                    await both(manager).raw_get("/x")


async def test_a_client_for_threads_alone_leaves_event_loops_to_us() -> None:
    with Loopback(HELLO) as server, httpx.Client(headers={"X-Mine": "1"}) as for_threads:
        manager = ConnectionManager(server.url, transport=for_threads)
        assert (await manager.a_raw_get("/x")).json() == {"hello": "world"}
        assert manager.raw_get("/x").json() == {"hello": "world"}
        await manager.aclose()
    assert server.connections == 2


async def test_a_request_through_a_callers_transport_is_never_sent_twice(both: Both) -> None:
    with Loopback(in_turn(json_answer({}), lambda peer, _: peer.close(), json_answer({}))) as server:
        async with httpx.AsyncClient() as for_loops:
            with httpx.Client() as for_threads:
                manager = ConnectionManager(server.url, transport=for_threads, async_transport=for_loops)
                await both(manager).raw_get("/x")
                with pytest.raises(KeycloakConnectionError):
                    await both(manager).raw_get("/x")
    assert len(server.seen) == 2


async def test_a_resolver_that_hangs_does_not_keep_the_caller(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        answered.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    kc = ConnectionManager("http://kc.example", timeout=0.2)
    with pytest.raises(KeycloakTimeoutError, match="within 0\\.2 s"):
        await both(kc).raw_get("/x")
    answered.set()
    await both(kc).close()


# --- several requests under one deadline


async def test_requests_that_have_a_time_together_end_with_it(both: Both) -> None:
    with Loopback(stall) as server:
        kc = ConnectionManager(server.url, timeout=30)
        io = both(kc).target._awaiting_io if both.is_async else kc._blocking_io
        request = Outgoing("GET", f"{server.url}/x", {})
        with pytest.raises(KeycloakTimeoutError) as caught:
            await io.within(0.2, partial(io.send, request))
        assert caught.value.retryable
        if both.is_async:
            await kc.aclose()


async def test_an_operation_that_is_done_in_time_returns_its_value(both: Both) -> None:
    with Loopback(HELLO) as server:
        kc = ConnectionManager(server.url, timeout=0.2)
        io = both(kc).target._awaiting_io if both.is_async else kc._blocking_io
        request = Outgoing("GET", f"{server.url}/x", {})
        assert (await io.within(5, partial(io.send, request))).json() == {"hello": "world"}
        if both.is_async:
            await kc.aclose()


async def test_a_request_that_is_too_slow_says_so_although_its_operation_had_more_time(both: Both) -> None:
    with Loopback(stall) as server:
        kc = ConnectionManager(server.url, timeout=0.2)
        io = both(kc).target._awaiting_io if both.is_async else kc._blocking_io
        request = Outgoing("GET", f"{server.url}/x", {})
        with pytest.raises(KeycloakTimeoutError, match=r"within 0\.2 s"):
            await io.within(5, partial(io.send, request))
        if both.is_async:
            await kc.aclose()


async def test_time_passes_by_itself_without_a_clock_of_the_programs(both: Both) -> None:
    kc = ConnectionManager("http://kc")
    io = both(kc).target._awaiting_io if both.is_async else kc._blocking_io
    begun = time.monotonic()
    await io.sleep(0.02, Clock())
    assert time.monotonic() - begun >= 0.02
