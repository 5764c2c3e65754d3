# SPDX-License-Identifier: Apache-2.0
"""From a home directory to a server that answers."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import time
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

_START_OPTIONS = (
    "start",
    "--optimized",
    "--http-enabled=true",
    "--hostname-strict=false",
    "--cache=local",
    f"--http-host={HOST}",
)
_POLL = 0.1
_LOG_PATIENCE = 5.0
_RECORDING_GRACE = 120.0
_HTTP_OK = 200


@attrs.frozen
class Ports:
    """Where a server listens."""

    http: int
    management: int
    https: int

    @classmethod
    def choose(cls, http: int | None) -> Ports:
        """Return `http`, or a free port, with free ports for the rest.

        Raises:
            KeycloakServerError: Something listens on `http` already.
        """
        with contextlib.ExitStack() as held:
            sockets = [held.enter_context(socket.socket()) for _ in range(3)]
            for number, wanted in zip(sockets, (http or 0, 0, 0), strict=True):
                try:
                    number.bind((HOST, wanted))
                except OSError as cause:
                    raise KeycloakServerError(
                        f"Port {wanted} is not free ({cause.strerror}): choose another, or port=None for any"
                    ) from cause
            return cls(*(number.getsockname()[1] for number in sockets))


def launch(
    recipe: Recipe,
    home: Path,
    ports: Ports,
    client: httpx.Client,
    *,
    timeout: float,
    options: Sequence[str] = (),
    java_options: Sequence[str] = (),
    scratch: Path | None = None,
    grace: float = 20.0,
) -> ServerProcess:
    """Start a server in `home` and return it when it answers.

    Raises:
        KeycloakServerError: It ended, or did not answer within `timeout` seconds; nothing is left running.
    """
    log = recipe.cache.new_log(f"{recipe.version}-{ports.http}")
    process = ServerProcess(
        [
            str(recipe.build() / "bin" / "kc.sh"),
            *_START_OPTIONS,
            f"--http-port={ports.http}",
            f"--http-management-port={ports.management}",
            *options,
            f"-Dkc.home.dir={home}",
        ],
        environment=recipe.environment(*java_options),
        log_path=log,
        scratch=scratch,
        grace=grace,
    )
    try:
        _wait_until_ready(process, ports.http, client, timeout)
    except BaseException:
        process.stop()
        raise
    return process


def prepare(recipe: Recipe, client: httpx.Client, *, timeout: float) -> Path:
    """Return the home directory to copy, made now if these realms were never used with this version."""

    def make(home: Path) -> None:
        recipe.furnish(home)
        recipe.progress.step(f"first start, importing {', '.join(recipe.realms) or 'no realms'}")
        recorded = home / "classes"
        recording = () if recipe.archive.exists() else (recipe.java.recording_option(recorded),)
        process = launch(
            recipe,
            home,
            Ports.choose(None),
            client,
            timeout=timeout,
            options=("--import-realm",),
            java_options=recording,
            grace=_RECORDING_GRACE,
        )
        process.stop()
        if recorded.exists():
            recipe.archive.parent.mkdir(exist_ok=True)
            recorded.rename(recipe.archive)
        for scrap in ("import", "tmp", "transaction-logs"):
            discard(home / "data" / scrap)

    return recipe.cache.entry(f"homes/{recipe.home_name}", make, recipe.progress)


def _wait_until_ready(process: ServerProcess, port: int, client: httpx.Client, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    believed = float("inf")
    while time.monotonic() < deadline:
        if not process.is_running:
            raise KeycloakServerError(
                f"Keycloak ended while starting: {reason(process.log_path)}, see {process.log_path}",
                log_path=process.log_path,
            )
        if answers(f"http://{HOST}:{port}", client):
            # Another program may have taken the port meanwhile: then ours never says that it listens, and
            # ends. A server whose options silence its log is believed after a while.
            believed = min(believed, time.monotonic() + _LOG_PATIENCE)
            if _says_it_listens(process.log_path, port) or time.monotonic() > believed:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_POLL)
    raise KeycloakServerError(
        f"Keycloak did not answer within {timeout:g} seconds, see {process.log_path}",
        log_path=process.log_path,
    )


def _says_it_listens(log_path: Path, port: int) -> bool:
    text = log_path.read_text(encoding="utf-8", errors="replace")
    return re.search(rf"Listening on: .*:{port}\b", text) is not None


def answers(url: str, client: httpx.Client) -> bool:
    """Whether a Keycloak at `url` answers; while it boots it refuses with 503."""
    try:
        return client.get(f"{url}/realms/master", timeout=5.0).status_code == _HTTP_OK
    except httpx.TransportError:
        return False
