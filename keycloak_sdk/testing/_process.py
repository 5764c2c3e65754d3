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
from typing import TYPE_CHECKING

from keycloak_sdk.testing import _supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GRACE = 20.0
_MARGIN = 15.0
_SHOWN_REASON = 120
_ERROR = re.compile(r"^(?:[\d-]+ [\d:,]+ )?ERROR(?: +\[[^\]]*\] \([^)]*\))?:? +(?:ERROR: +)?(.*)")
_UNTOLD = re.compile(
    r"For more details run|Failed to start server|Try '|Error: (?:Could not create|A fatal exception)"
    r"|Appending additional Java properties|$"
)


class ServerProcess:
    """One command in a process group of its own, under supervision.

    It is ended by `stop()`, when this object is collected, when the interpreter exits, and by the
    supervisor when the owning process dies without doing any of these. A forked child of the owner
    leaves it alone.

    Args:
        command: Program and arguments.
        environment: Its whole environment.
        log_path: File that receives what it prints.
        scratch: Directory that goes with it when it is stopped; `None` for none.
        grace: Seconds it has for ending when asked.
        margin: Seconds the supervisor has beyond that.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log_path: Path,
        scratch: Path | None = None,
        grace: float = _GRACE,
        margin: float = _MARGIN,
    ) -> None:
        self.log_path = log_path
        arguments = [str(grace), str(scratch or ""), *command]
        with log_path.open("ab") as log:
            self._supervisor = subprocess.Popen(  # noqa: S603 - kc.sh of our own cache
                [sys.executable, "-I", "-S", _supervisor.__file__, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )
        self._ending = (self._supervisor, os.getpid(), grace + margin)
        self._finalizer = weakref.finalize(self, _end, *self._ending)

    @property
    def is_running(self) -> bool:
        """Whether the command has not ended yet."""
        return self._supervisor.poll() is None

    def wait(self, timeout: float) -> int | None:
        """Return the command's exit status; `None` when it still runs after `timeout` seconds."""
        try:
            return self._supervisor.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, *, keep_scratch: bool = False) -> None:
        """End the command and everything it started; does nothing when that was done before.

        Args:
            keep_scratch: Whether the scratch directory stays, for a later start.
        """
        if keep_scratch and self._finalizer.detach() is not None:
            _end(*self._ending, _supervisor.KEEP)
        self._finalizer()


def reason(log_path: Path) -> str:
    """Return the line of a server's log that says best why it ended, shortened."""
    lines = log_path.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [match[1] for line in lines if (match := _ERROR.match(line))]
    telling = [line for line in errors or lines if not _UNTOLD.match(line)]
    told = telling[-1].strip() if telling else "its log says nothing"
    return told if len(told) <= _SHOWN_REASON else f"{told[: _SHOWN_REASON - 1]}…"


def _end(supervisor: subprocess.Popen[bytes], owner: int, patience: float, word: bytes = b"!") -> None:
    if os.getpid() != owner:
        return
    # A byte rather than only the end of the pipe: a forked child may hold the pipe open.
    try:
        announced, _ = supervisor.communicate(word, timeout=patience)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        announced, _ = supervisor.communicate()
    if supervisor.returncode < 0 and announced:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(announced), signal.SIGKILL)
