# SPDX-License-Identifier: Apache-2.0
"""A server process that ends with its owner, whatever happens to the owner."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from keycloak_sdk.testing import _supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARGIN = 15.0
_ERROR = re.compile(r"^(?:[\d-]+ [\d:,]+ )?ERROR(?: +\[[^\]]*\] \([^)]*\))?:? +(?:ERROR: +)?(.*)")
_EMPTY_WORDS = re.compile(r"For more details run|Failed to start server")
_SHOWN_REASON = 120


class ServerProcess:
    """One command in a process group of its own, under supervision.

    It is ended by `stop()`, when this object is collected, when the interpreter exits, and by the
    supervisor when the owning process dies without doing any of these. A forked child of the owner
    leaves it alone.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log_path: Path,
        scratch: Path | None = None,
        grace: float = 20.0,
    ) -> None:
        self.log_path = log_path
        arguments = [str(grace), str(scratch or ""), *command]
        with log_path.open("ab") as log:
            self._supervisor = subprocess.Popen(  # noqa: S603 - the command is kc.sh of our own cache
                [sys.executable, "-I", "-S", _supervisor.__file__, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )
        self._finalizer = weakref.finalize(self, _end, self._supervisor, os.getpid(), grace)

    @property
    def is_running(self) -> bool:
        """Whether the command has not ended yet."""
        return self._supervisor.poll() is None

    def wait(self, timeout: float) -> int:
        """Return the command's exit status; `subprocess.TimeoutExpired` after `timeout` seconds."""
        return self._supervisor.wait(timeout)

    def stop(self) -> None:
        """End the command and everything it started; does nothing when that was done before."""
        self._finalizer()


def reason(log_path: Path) -> str:
    """Return the line of a server's log that says best why it ended, shortened."""
    lines = [line.strip() for line in log_path.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [
        match[1] for line in lines if (match := _ERROR.search(line)) and not _EMPTY_WORDS.match(match[1])
    ]
    told = errors[-1] if errors else next((line for line in reversed(lines) if line), "the log is empty")
    return told if len(told) <= _SHOWN_REASON else f"{told[: _SHOWN_REASON - 1]}…"


def _end(supervisor: subprocess.Popen[bytes], owner: int, grace: float) -> None:
    if os.getpid() != owner:
        return
    assert supervisor.stdin is not None  # noqa: S101 - it was asked for
    assert supervisor.stdout is not None  # noqa: S101 - it was asked for
    with contextlib.suppress(BrokenPipeError):
        # A byte rather than only the end of the pipe: a forked child may hold the pipe open.
        supervisor.stdin.write(b"!")
        supervisor.stdin.close()
    group = supervisor.stdout.readline().strip()
    supervisor.stdout.close()
    try:
        status = supervisor.wait(grace + _MARGIN)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        status = supervisor.wait()
    if status < 0 and group:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(group), signal.SIGKILL)
