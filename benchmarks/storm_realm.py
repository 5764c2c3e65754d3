# SPDX-License-Identifier: Apache-2.0
"""A realm in a process of its own, small and fast, that counts what storms of callers ask it.

It answers the token endpoint after a pause, userinfo with the very bearer that came, the key set, and at
every other path an API that takes the access tokens issued since the last were revoked.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN_PAUSE = 0.05
_BACKLOG = 4096
_PHRASES = {200: "OK", 400: "Bad Request", 401: "Unauthorized"}


@define
class _State:
    keys: dict[str, Any]
    rotates: bool = False
    accepted: set[str] = field(factory=set[str])
    issued: int = 0
    used: set[str] = field(factory=set[str])
    counts: dict[str, int] = field(factory=lambda: dict.fromkeys(("token", "certs", "api", "userinfo"), 0))

    def answer(self, path: str, bearer: str, body: bytes) -> tuple[int, Any]:
        name = path.rpartition("/")[2]
        if name in self.counts:
            self.counts[name] += 1
        if path.startswith("/control/"):
            return 200, self._control(name)
        if name == "token":
            return self._grant({key: values[0] for key, values in parse_qs(body.decode()).items()})
        if name == "certs":
            return 200, self.keys
        if name == "userinfo":
            return 200, {"sub": bearer}
        return (200, {}) if bearer in self.accepted else (401, {"error": "invalid_token"})

    def _control(self, order: str) -> Any:
        if order == "revoke":
            self.accepted.clear()
        elif order != "counts":
            self.rotates, self.accepted, self.used = order == "rotating", set(), set()
            self.counts = dict.fromkeys(self.counts, 0)
        return self.counts

    def _grant(self, form: dict[str, str]) -> tuple[int, Any]:
        given = form.get("refresh_token")
        if given is not None and self.rotates and given in self.used:
            return 400, {
                "error": "invalid_grant",
                "error_description": "Maximum allowed refresh token reuse exceeded",
            }
        if given is not None:
            self.used.add(given)
        self.issued += 1
        access_token = f"access-{self.issued}"
        self.accepted.add(access_token)
        return 200, {
            "access_token": access_token,
            "refresh_token": f"refresh-{self.issued}",
            "expires_in": 300,
            "refresh_expires_in": 1800,
            "token_type": "Bearer",
        }


class _Connection(asyncio.Protocol):
    def __init__(self, state: _State) -> None:
        self._state = state
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, mark, body = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if not mark or len(body) < length:
            return
        self._read = b""
        path = first.split(" ")[1].partition("?")[0]
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        pause = TOKEN_PAUSE if path.endswith("/token") else 0.0
        asyncio.get_running_loop().call_later(pause, self._answer, path, bearer, body)

    def _answer(self, path: str, bearer: str, body: bytes) -> None:
        status, value = self._state.answer(path, bearer, body)
        content = json.dumps(value).encode()
        head = (
            f"HTTP/1.1 {status} {_PHRASES[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        self._transport.write(head.encode() + content)


def _serve(announce: Any, keys: dict[str, Any]) -> None:
    async def main() -> None:
        state = _State(keys)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(state), "127.0.0.1", 0, backlog=_BACKLOG)
        announce.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


@frozen
class StormRealm:
    """The realm, seen from the benchmark."""

    port: int

    @property
    def url(self) -> str:
        """Base URL of the server."""
        return f"http://127.0.0.1:{self.port}"

    def order(self, word: str) -> dict[str, int]:
        """Give an order; return the requests counted by kind.

        Args:
            word: `plain` or `rotating` (begin anew, as a realm that rotates refresh tokens or not),
                `revoke` (refuse the access tokens that were accepted), `counts` (nothing).
        """
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", f"/control/{word}")
        counts: dict[str, int] = json.loads(connection.getresponse().read())
        connection.close()
        return counts


@contextmanager
def storm_realm(keys: dict[str, Any]) -> Iterator[StormRealm]:
    """Run the realm with this key set while the `with` block lasts."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(send, keys), daemon=True)
    process.start()
    try:
        yield StormRealm(receive.recv())
    finally:
        process.terminate()
        process.join()
