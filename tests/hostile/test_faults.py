# SPDX-License-Identifier: Apache-2.0
"""A server that breaks off, stalls, drips or talks nonsense: one typed error, in bounded time."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import KeycloakConnectionError, KeycloakError, KeycloakTimeoutError
from support.bad_answers import BROKEN, OK_HEAD, SLOW, dripping, writing
from support.both import WORLDS, Both
from support.loopback import (
    FullBacklog,
    Loopback,
    Peer,
    Seen,
    always,
    answer,
    hang_up,
    in_turn,
    json_answer,
    reset,
    stall,
    then_close,
)

if TYPE_CHECKING:
    from typing import Any

    from support.both import Side, World
    from support.loopback import Play

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

TIMEOUT = 0.5
LATEST = 3.0


async def fetched(both: Both, url: str, **settings: Any) -> Any:
    """GET a path over a new connection object, and close it."""
    connection = both(ConnectionManager(url, **{"timeout": 5, **settings}))
    try:
        return await connection.raw_get("/x")
    finally:
        await connection.close()


async def failed(both: Both, play: Play) -> KeycloakConnectionError:
    """Return the error of a GET from a server that plays this; check what all have in common."""
    with Loopback(play) as server:
        begun = time.monotonic()
        with pytest.raises(KeycloakConnectionError) as caught:
            await fetched(both, server.url, timeout=TIMEOUT)
        assert time.monotonic() - begun < LATEST
    error = caught.value
    assert (error.method, error.path, error.response_code) == ("GET", "/x", None)
    assert len(str(error)) < 300
    assert str(error).isprintable()
    return error


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_answer_is_a_connection_error(both: Both, fault: str) -> None:
    error = await failed(both, BROKEN[fault])
    assert not isinstance(error, KeycloakTimeoutError)


Outcomes = dict[str, tuple[KeycloakConnectionError, float]]


async def all_slow(world: World) -> Outcomes:
    """Meet all slow servers at once: each takes half a second."""
    both = Both(world)
    with ThreadPoolExecutor(len(SLOW)) as threads:

        async def meet(fault: str) -> tuple[KeycloakConnectionError, float]:
            begun = time.monotonic()
            if both.is_async:
                error = await failed(both, SLOW[fault])
            else:
                error = await asyncio.get_running_loop().run_in_executor(
                    threads, lambda: asyncio.run(failed(both, SLOW[fault]))
                )
            return error, time.monotonic() - begun

        return dict(zip(SLOW, await asyncio.gather(*map(meet, SLOW)), strict=True))


@pytest.fixture(scope="module", params=WORLDS)
def slow_outcomes(request: pytest.FixtureRequest) -> Outcomes:
    return asyncio.run(all_slow(request.param))


@pytest.mark.parametrize("fault", SLOW)
async def test_the_timeout_bounds_the_whole_exchange(slow_outcomes: Outcomes, fault: str) -> None:
    error, seconds = slow_outcomes[fault]
    assert isinstance(error, KeycloakTimeoutError)
    assert isinstance(error, TimeoutError)
    assert error.retryable
    assert f"within {TIMEOUT} s" in str(error)
    assert TIMEOUT <= seconds < LATEST


async def test_the_timeout_bounds_the_sending_of_a_body_that_the_server_does_not_read(both: Both) -> None:
    with Loopback(stall, reading=False) as server:
        connection = both(ConnectionManager(server.url, timeout=TIMEOUT))
        begun = time.monotonic()
        with pytest.raises(KeycloakTimeoutError):
            await connection.raw_post("/x", b"x" * 30_000_000)
        assert time.monotonic() - begun < LATEST
        await connection.close()


async def test_the_timeout_bounds_the_sending_of_a_body_that_the_server_sips(both: Both) -> None:
    def sip(peer: Peer) -> None:
        while True:
            peer.read(500_000)
            peer.stall(0.02)

    with Loopback(stall, greet=sip) as server:
        connection = both(ConnectionManager(server.url, timeout=TIMEOUT))
        begun = time.monotonic()
        with pytest.raises(KeycloakTimeoutError):
            await connection.raw_post("/x", b"x" * 60_000_000)
        assert time.monotonic() - begun < LATEST
        await connection.close()


async def test_the_timeout_bounds_connecting(both: Both) -> None:
    with FullBacklog() as blocked:
        begun = time.monotonic()
        with pytest.raises(KeycloakTimeoutError, match=f"127.0.0.1:{blocked.port}"):
            await fetched(both, f"http://127.0.0.1:{blocked.port}", max_retries=3, timeout=TIMEOUT)
        assert time.monotonic() - begun < LATEST


async def test_the_timeout_bounds_the_tls_handshake(both: Both) -> None:
    with Loopback(stall, reading=False) as server:
        begun = time.monotonic()
        with pytest.raises(KeycloakTimeoutError):
            await fetched(both, server.url.replace("http:", "https:"), timeout=TIMEOUT)
        assert time.monotonic() - begun < LATEST
        server.wait_until(lambda: server.open == 0)


async def test_without_a_timeout_a_slow_answer_is_waited_for(both: Both) -> None:
    with Loopback(dripping(answer(200, length=10), b"0123456789", 0.05)) as server:
        response = await fetched(both, server.url, timeout=None)
    assert response.content == b"0123456789"


@pytest.mark.parametrize(
    "message",
    [
        answer(200, b'{"a":1}'),
        answer(200, b'{"a":1}', length=None),
        answer(200, b'{"a":1}', length=None, version="1.0"),
        answer(200, b'{"a":1}', version="1.0"),
        answer(200, b'{"a":1}') + b"more than was announced",
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(200, b'{"a":1}'),
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(200, b'{"a":1}'),
        answer(200, gzip.compress(b'{"a":1}'), [("Content-Encoding", "gzip")]),
        answer(200, gzip.compress(b'{"a":1}'), [("Content-Encoding", "x-gzip")], length=None),
        answer(200, zlib.compress(b'{"a":1}'), [("content-encoding", " Deflate ")]),
        answer(200, b'{"a":1}', [("Content-Encoding", "identity")]),
        answer(200, b'{"a":1}', [("Content-Encoding", "")]),
        b"HTTP/1.1 200 \r\ncontent-length: 7\r\n\r\n" + b'{"a":1}',
        b"HTTP/1.1 200 OK\ncontent-length: 7\n\n" + b'{"a":1}',
        OK_HEAD + b'Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\n{"a\r\n4\r\n":1}\r\n0\r\nTrailer: t\r\n\r\n',
    ],
)
async def test_an_odd_but_whole_answer_is_read(both: Both, message: bytes) -> None:
    with Loopback(then_close(message)) as server:
        response = await fetched(both, server.url)
    assert response.json() == {"a": 1}


@pytest.mark.parametrize("status", [204, 205, 299, 304, 399, 418, 451, 499, 599, 600, 799, 999])
async def test_whatever_the_status_it_reaches_the_caller_of_raw_get(both: Both, status: int) -> None:
    with Loopback(then_close(answer(status))) as server:
        response = await fetched(both, server.url)
    assert response.status_code == status


async def test_an_answer_that_comes_before_the_body_was_sent_is_read(both: Both) -> None:
    def refuse(peer: Peer) -> None:
        peer.read_until(b"\r\n\r\n")
        peer.send(answer(413, b"too large"))
        peer.stall(0.1)
        peer.close()

    with Loopback(stall, greet=refuse) as server:
        connection = both(ConnectionManager(server.url, timeout=3))
        try:
            response = await connection.raw_post("/x", b"x" * 20_000_000)
        except KeycloakConnectionError:
            return  # a reset may overtake the answer: the network's choice
        finally:
            await connection.close()
    assert (response.status_code, response.content) == (413, b"too large")


# --- no connection


async def test_a_refused_connection_names_the_server(both: Both) -> None:
    with Loopback(stall) as server:
        port = server.port
    with pytest.raises(
        KeycloakConnectionError, match=rf"^Can't connect to server 127\.0\.0\.1:{port} "
    ) as caught:
        await fetched(both, f"http://127.0.0.1:{port}")
    assert caught.value.retryable
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "host",
    ["no-such-host.invalid", "a..b", "x" * 64, "a" * 300, "xn--a", "host_", ".a", "a.", "bücher.invalid"],
)
async def test_a_host_that_does_not_resolve_is_a_typed_error(both: Both, host: str) -> None:
    with pytest.raises(KeycloakError) as caught:
        await fetched(both, f"https://{host}")
    assert len(str(caught.value)) < 300


async def test_connecting_is_tried_again_as_often_as_max_retries_says(both: Both) -> None:
    refused = 0

    def refuse(peer: Peer) -> None:
        nonlocal refused
        refused += 1
        peer.reset()

    with Loopback(stall, greet=refuse) as server:
        with pytest.raises(KeycloakConnectionError):
            await fetched(both, server.url.replace("http:", "https:"), max_retries=1)
        server.wait_until(lambda: refused == 2)


# --- bounded memory


def bomb(size: int) -> bytes:
    return answer(200, gzip.compress(bytes(size)), [("Content-Encoding", "gzip")])


async def test_a_gzip_bomb_is_not_unpacked_beyond_max_body(both: Both) -> None:
    with (
        Loopback(always(bomb(50_000_000))) as server,
        pytest.raises(KeycloakConnectionError, match="larger than 1000 bytes; raise max_body"),
    ):
        await fetched(both, server.url, max_body=1000)


async def test_eight_mebibytes_are_the_limit_by_default(both: Both) -> None:
    with Loopback(in_turn(bomb(8 * 1024 * 1024), bomb(8 * 1024 * 1024 + 1))) as server:
        connection = both(ConnectionManager(server.url))
        assert len((await connection.raw_get("/x")).content) == 8 * 1024 * 1024
        with pytest.raises(KeycloakConnectionError, match="larger than 8388608 bytes"):
            await connection.raw_get("/x")
        await connection.close()


@pytest.mark.parametrize("length", [-1, None])
async def test_an_endless_body_is_left_at_max_body(both: Both, length: int | None) -> None:
    sent = 0

    def pour(peer: Peer, _: Seen) -> None:
        nonlocal sent
        peer.send(answer(200, length=10**12 if length else None))
        while True:
            peer.send(bytes(65536))
            sent += 65536

    with (
        Loopback(pour) as server,
        pytest.raises(KeycloakConnectionError, match="larger than 100000 bytes"),
    ):
        await fetched(both, server.url, max_body=100_000)
    assert sent < 20_000_000


async def test_the_connection_is_usable_after_a_body_that_was_too_large(both: Both) -> None:
    with Loopback(in_turn(answer(200, bytes(200)), json_answer({}))) as server:
        connection = both(ConnectionManager(server.url, max_body=100))
        with pytest.raises(KeycloakConnectionError):
            await connection.raw_get("/x")
        assert (await connection.raw_get("/x")).json() == {}
        await connection.close()


# --- connections that were kept


async def _warmed(connection: Side) -> None:
    assert (await connection.raw_get("/warm")).status_code == 200


async def test_a_kept_connection_is_used_again(both: Both) -> None:
    with Loopback(always(json_answer({}))) as server:
        connection = both(ConnectionManager(server.url))
        for _ in range(3):
            await _warmed(connection)
        await connection.close()
    assert server.connections == 1


async def test_a_connection_that_the_server_closed_while_idle_is_not_used(both: Both) -> None:
    with Loopback(then_close(json_answer({}))) as server:
        connection = both(ConnectionManager(server.url))
        await _warmed(connection)
        server.wait_until(lambda: server.open == 0)
        assert (await connection.raw_post("/x", {"a": "b"})).status_code == 200
        await connection.close()
    assert [seen.method for seen in server.seen] == ["GET", "POST"]


@pytest.mark.parametrize("method", ["raw_get", "raw_put", "raw_delete"])
@pytest.mark.parametrize("fault", [hang_up, reset], ids=["closed", "reset"])
async def test_an_idempotent_request_is_sent_once_more_when_a_kept_connection_turns_out_stale(
    both: Both, method: str, fault: Play
) -> None:
    with Loopback(in_turn(json_answer({}), fault, json_answer({"second": True}))) as server:
        connection = both(ConnectionManager(server.url))
        await _warmed(connection)
        arguments = ["/x", {"a": "b"}] if method == "raw_put" else ["/x"]
        assert (await getattr(connection, method)(*arguments)).json() == {"second": True}
        await connection.close()
    assert [seen.connection for seen in server.seen] == [1, 1, 2]
    assert server.seen[1].body == server.seen[2].body


@pytest.mark.parametrize("fault", [hang_up, reset], ids=["closed", "reset"])
async def test_a_post_is_never_sent_twice(both: Both, fault: Play) -> None:
    with Loopback(in_turn(json_answer({}), fault, json_answer({}))) as server:
        connection = both(ConnectionManager(server.url))
        await _warmed(connection)
        with pytest.raises(KeycloakConnectionError) as caught:
            await connection.raw_post("/x", {"a": "b"})
        assert caught.value.retryable
        await connection.close()
    assert len(server.seen) == 2


async def test_a_get_over_a_new_connection_is_not_sent_twice(both: Both) -> None:
    with Loopback(hang_up) as server, pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url)
    assert len(server.seen) == 1


async def test_a_get_is_sent_twice_at_most(both: Both) -> None:
    with Loopback(in_turn(json_answer({}), hang_up)) as server:
        connection = both(ConnectionManager(server.url))
        await _warmed(connection)
        with pytest.raises(KeycloakConnectionError):
            await connection.raw_get("/x")
        await connection.close()
    assert len(server.seen) == 3


async def test_a_get_whose_answer_has_begun_is_not_sent_again(both: Both) -> None:
    with Loopback(in_turn(json_answer({}), writing(answer(200, b"{", length=9)), json_answer({}))) as server:
        connection = both(ConnectionManager(server.url))
        await _warmed(connection)
        with pytest.raises(KeycloakConnectionError):
            await connection.raw_get("/x")
        await connection.close()
    assert len(server.seen) == 2


async def test_what_follows_an_answer_unasked_is_not_the_next_answer(both: Both) -> None:
    """Response smuggling: the second answer of a connection was there before the second request."""

    def smuggle(peer: Peer, seen: Seen) -> None:
        peer.send(json_answer({"for": seen.path}) + json_answer({"for": "nobody"}))

    with Loopback(smuggle) as server, httpx.HTTPTransport() as for_threads:
        async with httpx.AsyncHTTPTransport() as for_loops:
            callers = ConnectionManager(server.url, transport=for_threads, async_transport=for_loops)
            for connection in (both(ConnectionManager(server.url)), both(callers)):
                for path in ("/1", "/2", "/3"):
                    assert (await connection.raw_get(path)).json() == {"for": path}
                await connection.close()
