# SPDX-License-Identifier: Apache-2.0
"""From a home directory to a server that answers."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import attrs
import httpx

from keycloak_sdk.testing._cache import discard
from keycloak_sdk.testing._errors import KeycloakServerError
from keycloak_sdk.testing._process import ServerProcess, reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keycloak_sdk.testing._recipe import Recipe

HOST: Final = "127.0.0.1"
READY: Final = "ready"

_START_OPTIONS = (
    "start",
    "--optimized",
    "--http-enabled=true",
    "--hostname-strict=false",
    "--cache=local",
    f"--http-host={HOST}",
)
_ATTEMPTS = 3
_POLL = 0.1
_TRUSTING = 6
_RECORDING_GRACE = 120.0
_PORT_IS_TAKEN = re.compile(r"already bound|already in use")


class _PortTakenError(KeycloakServerError):
    """Another program got the port between its choice and its use."""


@attrs.frozen
class Ports:
    """Where a server listens."""

    http: int
    management: int
    https: int

    @classmethod
    def choose(cls, http: int | None) -> Ports:
        """Return `http`, or a free port when it is `None`, with free ports for the rest.

        Raises:
            KeycloakServerError: `http` is no port that can be listened on now.
        """
        with contextlib.ExitStack() as held:
            sockets = [held.enter_context(socket.socket()) for _ in range(3)]
            for listener, wanted in zip(sockets, (http or 0, 0, 0), strict=True):
                try:
                    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    listener.bind((HOST, wanted))
                except (OSError, OverflowError) as cause:
                    raise KeycloakServerError(
                        f"Port {wanted} is not free: choose another, or None for any ({cause})"
                    ) from cause
            return cls(*(listener.getsockname()[1] for listener in sockets))


@attrs.frozen
class Launch:
    """How one server is started."""

    recipe: Recipe
    client: httpx.Client
    timeout: float
    port: int | None = None
    options: Sequence[str] = ()
    java_options: Sequence[str] = ()
    scratch: Path | None = None
    grace: float = 20.0

    def run(self, home: Path) -> tuple[ServerProcess, Ports]:
        """Start a server in `home` and return it, and where it listens, when it answers.

        Raises:
            KeycloakServerError: It ended, or did not answer in time; nothing is left running.
        """
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(_PortTakenError):
                ports = Ports.choose(self.port)
                return self.run_at(ports, home), ports
        ports = Ports.choose(self.port)
        return self.run_at(ports, home), ports

    def run_at(self, ports: Ports, home: Path) -> ServerProcess:
        """Start a server in `home` that listens there, and return it when it answers.

        Raises:
            KeycloakServerError: It ended, or did not answer in time; nothing is left running.
        """
        process = ServerProcess(
            [
                str(self.recipe.server() / "bin" / "kc.sh"),
                *_START_OPTIONS,
                f"--http-port={ports.http}",
                f"--http-management-port={ports.management}",
                f"--https-port={ports.https}",
                *self.options,
                # The program is the shared one, all that it writes goes here.
                f"-Dkc.home.dir={home}",
            ],
            environment=self.recipe.environment(*self.java_options),
            log_path=self.recipe.cache.new_log(f"{self.recipe.version}-{ports.http}"),
            scratch=self.scratch,
            grace=self.grace,
        )
        try:
            self._wait_until_ready(process, ports.http)
        except BaseException:
            process.stop()
            raise
        return process

    def _wait_until_ready(self, process: ServerProcess, port: int) -> None:
        log = process.log_path
        deadline = time.monotonic() + self.timeout
        believed = float("inf")
        while time.monotonic() < deadline:
            if not process.is_running:
                why = reason(log)
                error = _PortTakenError if _PORT_IS_TAKEN.search(why) else KeycloakServerError
                raise error(f"Keycloak ended while starting: {why}, see {log}", log_path=log)
            if probe(f"http://{HOST}:{port}", self.client) == READY:
                # Another program may have taken the port meanwhile: then ours never says that it listens,
                # and ends. A server whose options silence its log is believed after a while.
                believed = min(believed, time.monotonic() + self.timeout / _TRUSTING)
                if _says_it_listens(log, port) or time.monotonic() > believed:
                    return
            process.wait(_POLL)
        raise KeycloakServerError(
            f"Keycloak did not answer within {self.timeout:g} seconds, see {log}", log_path=log
        )


def prepare(recipe: Recipe, client: httpx.Client, *, timeout: float) -> Path:
    """Return the data directory to copy, made now if these realms were never used with this version.

    Raises:
        KeycloakServerError: The server cannot be made, or refuses a realm.
    """

    def make(home: Path) -> None:
        recipe.server()
        recipe.progress.step(f"first start, importing {', '.join(recipe.realms) or 'no realms'}")
        home.mkdir()
        recipe.furnish(home)
        recipe.supply_realms(home)
        recorded = home / "classes"
        recording = () if recipe.archive.exists() else (recipe.java.recording_option(recorded),)
        first = Launch(
            recipe,
            client,
            timeout,
            options=("--import-realm",),
            java_options=recording,
            grace=_RECORDING_GRACE,
        )
        process, _ = first.run(home)
        process.stop()
        if recorded.exists():
            recorded.rename(recipe.archive)
        for superfluous in home.iterdir():
            if superfluous.name != "data":
                discard(superfluous)
        for superfluous in (home / "data").iterdir():
            if superfluous.name != "h2":
                discard(superfluous)

    return recipe.cache.entry("data", recipe.data_name, make)


def probe(url: str, client: httpx.Client) -> str:
    """Ask for the realm master: `READY`, another status (503 while it boots), or why there is no answer."""
    try:
        response = client.get(f"{url}/realms/master", timeout=5.0)
    except httpx.TransportError as error:
        return f"{type(error).__name__}: {error}"
    if response.status_code == HTTPStatus.OK and '"master"' in response.text:
        return READY
    return f"{response.status_code} {response.reason_phrase}"


def _says_it_listens(log_path: Path, port: int) -> bool:
    text = log_path.read_text(encoding="utf-8", errors="replace")
    return re.search(rf"Listening on: .*:{port}\b", text) is not None
