# SPDX-License-Identifier: Apache-2.0
"""How much CPU a call to the server takes, against python-keycloak, in paired rounds.

    python benchmarks/http_calls.py                       # everything: 1 to 100 threads and tasks
    python benchmarks/http_calls.py --quick               # a look: one operation, few rounds
    python benchmarks/http_calls.py --no-sniffio          # as where sniffio is not installed
    python benchmarks/http_calls.py --operations token --callers 100 --rounds 41
    python benchmarks/http_calls.py --transports          # over other transports as well

A server of its own process answers every request at once; what it does is not counted, only the CPU time of
this process. Every contestant runs one block in each round, in random order; "less" is how many times as
much CPU python-keycloak took in the same round, the median of the rounds. httpx and a bare socket show
what the HTTP library takes and what is left without one. `--transports` adds this SDK over httpx's own
transport, and over those that `pip install httpx-aiohttp pyreqwest` brings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import queue
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from importlib.machinery import PathFinder
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx
import keycloak
from paired import ratio, rounds

from keycloak_sdk import ConnectionManager, KeycloakOpenID

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

PEER, OURS, FLOOR = "python-keycloak", "keycloak_sdk", "socket"
CLIENT = ("photos", "photos-secret")
TOKEN = "header.payload." + "s" * 1_200
CALLS = 200
"""Calls in one block, shared out among the callers."""

OIDC = "/realms/demo/protocol/openid-connect"
ANSWERS: dict[str, dict[str, Any]] = {
    f"{OIDC}/token/introspect": {
        "active": True, "exp": 2_000_000_000, "iat": 1_700_000_000, "iss": "http://kc/realms/demo",
        "aud": "account", "sub": "f5b1e4e0-b65e-4a1e-b4e0-b65e9a1e4b1e", "typ": "Bearer", "azp": "photos",
        "client_id": "photos", "username": "alice", "token_type": "Bearer", "scope": "openid profile email",
        "realm_access": {"roles": ["default-roles-demo", "offline_access"]},
    },
    f"{OIDC}/userinfo": {
        "sub": "f5b1e4e0-b65e-4a1e-b4e0-b65e9a1e4b1e", "email_verified": True, "name": "Alice Example",
        "preferred_username": "alice", "email": "alice@example.org",
    },
    f"{OIDC}/token": {
        "access_token": TOKEN, "expires_in": 300, "refresh_expires_in": 1_800, "refresh_token": TOKEN,
        "token_type": "Bearer", "id_token": TOKEN, "not-before-policy": 0, "scope": "openid profile email",
        "session_state": "a8e5b1e4-e0b6-5e8a-e1b4-e0b65e9a1e4b",
    },
    "/realms/demo": {"realm": "demo", "token-service": "http://kc/realms/demo/protocol/openid-connect"},
}  # fmt: skip
FORM = {"client_id": CLIENT[0], "client_secret": CLIENT[1], "token": TOKEN}
LOGIN = {"client_id": CLIENT[0], "client_secret": CLIENT[1], "username": "alice", "password": "alice",
         "grant_type": "password", "scope": "openid"}  # fmt: skip
BARE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "introspect": ("POST", f"{OIDC}/token/introspect", {"data": FORM}),
    "userinfo": ("GET", f"{OIDC}/userinfo", {"headers": {"Authorization": f"Bearer {TOKEN}"}}),
    "token": ("POST", f"{OIDC}/token", {"data": LOGIN}),
    "raw_get": ("GET", "/realms/demo", {}),
}
"""The same requests by hand: method, path and what httpx is given."""
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "introspect": (TOKEN,),
    "userinfo": (TOKEN,),
    "token": ("alice", "alice"),
    "raw_get": ("/realms/demo",),
}

Do = Callable[[], object]
ADo = Callable[[], Awaitable[object]]


# --- the server


class _Realm(asyncio.Protocol):
    """Answers each request as soon as it is there."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            _, _, length = head.lower().partition(b"content-length:")
            size = int(length.partition(b"\r\n")[0] or 0)
            if len(rest) < size:
                return
            self._received = rest[size:]
            self._transport.write(self._answers[head.split(b" ", 2)[1]])


def _serve(port: Any) -> None:
    def whole(body: dict[str, Any]) -> bytes:
        content = json.dumps(body, separators=(",", ":")).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    async def run() -> None:
        answers = {path.encode(): whole(body) for path, body in ANSWERS.items()}
        server = await asyncio.get_running_loop().create_server(
            lambda: _Realm(answers), "127.0.0.1", 0, backlog=256
        )
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def realm() -> Iterator[str]:
    """Serve the answers in a process of its own; yield its URL."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    server = context.Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}"
    finally:
        server.terminate()
        server.join()


# --- contestants: each makes a function that does one call


def wire(operation: str, url: str) -> bytes:
    """Return a request as bytes."""
    method, path, given = BARE[operation]
    request = httpx.Request(method, url + path, **given)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + request.content


def whole_answer(received: bytes) -> object:
    """Return what the answer holds; `None` when there is more to come."""
    head, _, body = received.partition(b"\r\n\r\n")
    _, _, length = head.lower().partition(b"content-length:")
    return json.loads(body) if length and len(body) == int(length.partition(b"\r\n")[0]) else None


def by_socket(operation: str, url: str, _: ExitStack) -> Do:
    """Do what must be done: send, receive, parse."""
    request, address = wire(operation, url), ("127.0.0.1", int(url.rpartition(":")[2]))
    free: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()

    def call() -> object:
        connection = free.get_nowait() if free.qsize() else socket.create_connection(address)
        connection.sendall(request)
        received, answer = b"", None
        while answer is None:
            received += connection.recv(65_536)
            answer = whole_answer(received)
        free.put(connection)
        return answer

    return call


def by_streams(operation: str, url: str, _: ExitStack) -> ADo:
    """Do what must be done in an event loop."""
    request, port = wire(operation, url), int(url.rpartition(":")[2])
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call() -> object:
        reader, writer = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        received, answer = b"", None
        while answer is None:
            received += await reader.read(65_536)
            answer = whole_answer(received)
        free.append((reader, writer))
        return answer

    return call


def by_httpx(operation: str, url: str, closing: ExitStack) -> Do:
    """Call the server through `httpx.Client`."""
    method, path, given = BARE[operation]
    client = closing.enter_context(httpx.Client(limits=httpx.Limits(max_connections=None)))
    return lambda: client.request(method, url + path, **given).json()


def by_httpx_async(operation: str, url: str, _: ExitStack) -> ADo:
    """Call the server through `httpx.AsyncClient`."""
    method, path, given = BARE[operation]
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None))

    async def call() -> object:
        return (await client.request(method, url + path, **given)).json()

    return call


def by_python_keycloak(operation: str, url: str, _: ExitStack, prefix: str = "") -> Any:
    """Call the server through python-keycloak."""
    openid = keycloak.KeycloakOpenID(f"{url}/", "demo", *CLIENT)
    target = openid.connection if operation == "raw_get" else openid
    method = getattr(target, prefix + operation)
    return lambda: method(*ARGUMENTS[operation])


def by_ours(operation: str, url: str, closing: ExitStack, prefix: str = "", **given: Any) -> Any:
    """Call the server through this SDK."""
    manager = ConnectionManager(url, **given) if operation == "raw_get" else None
    made = manager or KeycloakOpenID(url, "demo", *CLIENT, **given)
    closing.callback(made.close)
    method = getattr(made, prefix + operation)
    return lambda: method(*ARGUMENTS[operation])


THREADS_OVER = {"httpx": "HTTPTransport", "pyreqwest.compatibility.httpx": "SyncHttpxTransport"}
TASKS_OVER = {
    "httpx": "AsyncHTTPTransport",
    "httpx_aiohttp": "AiohttpTransport",
    "pyreqwest.compatibility.httpx": "HttpxTransport",
}
"""Modules and classes of transports."""


def over_transports(
    operation: str, url: str, closing: ExitStack, runner: asyncio.Runner, *, tasks: bool
) -> dict[str, Any]:
    """Make this SDK a contestant once for each transport that is installed."""
    found: dict[str, Any] = {}
    for module, name in (TASKS_OVER if tasks else THREADS_OVER).items():
        with suppress(ImportError):
            made = getattr(import_module(module), name)()
            label = f"over {module.partition('.')[0].replace('_', '-')}"
            if tasks:
                closing.callback(lambda made=made: runner.run(made.aclose()))
                found[label] = by_ours(operation, url, closing, "a_", async_transport=made)
            else:
                closing.callback(made.close)
                found[label] = by_ours(operation, url, closing, transport=made)
    return found


def contestants(operation: str, url: str, closing: ExitStack, *, tasks: bool) -> dict[str, Any]:
    """Make every contestant, for threads or for tasks."""
    prefix = "a_" if tasks else ""
    return {
        FLOOR: (by_streams if tasks else by_socket)(operation, url, closing),
        "httpx": (by_httpx_async if tasks else by_httpx)(operation, url, closing),
        PEER: by_python_keycloak(operation, url, closing, prefix),
        OURS: by_ours(operation, url, closing, prefix),
    }


# --- measuring


def in_threads(call: Do, callers: int, closing: ExitStack) -> Do:
    """Return a block of calls by so many threads."""
    each = range(CALLS // callers)
    if callers == 1:
        return lambda: [call() for _ in each]
    threads = closing.enter_context(ThreadPoolExecutor(callers))
    return lambda: list(threads.map(lambda _: [call() for _ in each], range(callers)))


def in_tasks(call: ADo, callers: int, runner: asyncio.Runner) -> Do:
    """Return a block of calls by so many tasks of one event loop."""

    async def caller() -> None:
        for _ in range(CALLS // callers):
            await call()

    async def block() -> None:
        await asyncio.gather(*(caller() for _ in range(callers)))

    return lambda: runner.run(block())


def measure(operation: str, callers: int, count: int, url: str, *, tasks: bool, transports: bool) -> None:
    """Measure one setting, and print it."""
    with ExitStack() as closing:
        runner = closing.enter_context(asyncio.Runner())
        calls = contestants(operation, url, closing, tasks=tasks)
        if transports:
            calls |= over_transports(operation, url, closing, runner, tasks=tasks)
        blocks = {
            name: in_tasks(call, callers, runner) if tasks else in_threads(call, callers, closing)
            for name, call in calls.items()
        }
        seconds = rounds(blocks, count, time.process_time)
    print(f"\n{operation}, {callers} {'tasks' if tasks else 'threads'}")
    for name, times in seconds.items():
        print(f"  {name:18}{median(times) / CALLS * 1e6:9.0f} µs{ratio(seconds, PEER, name):8.2f}x less")


class _NotInstalled(PathFinder):
    """Looks for a module on the disk and does not find it."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Take as long as it takes where sniffio is not installed."""
        return super().find_spec("no_" + fullname if fullname == "sniffio" else fullname, path, target)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--operations", nargs="+", choices=[*BARE], default=[*BARE])
    parser.add_argument("--callers", nargs="+", type=int, default=[1, 10, 100])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-sniffio", action="store_true")
    parser.add_argument("--transports", action="store_true")
    parser.add_argument("--only", choices=("threads", "tasks"))
    asked = parser.parse_args()
    if asked.no_sniffio:
        sys.meta_path[sys.meta_path.index(PathFinder)] = _NotInstalled
        sys.modules.pop("sniffio", None)
    operations, count = (["introspect"], 7) if asked.quick else (asked.operations, asked.rounds)
    with realm() as url:
        for tasks in (False, True):
            if asked.only == ("threads" if tasks else "tasks"):
                continue
            for callers in asked.callers:
                for operation in operations:
                    measure(operation, callers, count, url, tasks=tasks, transports=asked.transports)


# Kept last: the server's process imports this file.
if __name__ == "__main__":
    main()
