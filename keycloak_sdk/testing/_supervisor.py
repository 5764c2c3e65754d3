# SPDX-License-Identifier: Apache-2.0
"""Runs one command and ends its whole process group when the program that asked for it stops or dies.

Executed as a script in a process of its own, so that not even a killed test run leaves a server behind:
standard input is a pipe from the owner, and a byte or its end means "stop"; the byte `KEEP` also "and leave
the scratch directory". The number of the command's process group is printed on standard output; the command
itself writes to standard error. Uses the standard library alone.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time

KEEP = b"k"

_TICK = 0.05
_KILL_PATIENCE = 10.0
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose own parent ends first, where the system offers that.

    Some versions of kc.sh end before the Java they started; somebody has to collect that Java, and the
    first process of a container often does not.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def group_is_gone(leader: subprocess.Popen[bytes]) -> bool:
    """Collect what has ended of the leader's process group and say whether nothing of it is left."""
    if leader.poll() is None:
        return False
    try:
        while os.waitpid(-leader.pid, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass
    try:
        os.killpg(leader.pid, 0)
    except (ProcessLookupError, PermissionError):
        return True
    return False


def end_group(leader: subprocess.Popen[bytes], grace: float) -> None:
    """Ask the leader's process group to end, and force what is left of it after `grace` seconds."""
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, _KILL_PATIENCE)):
        deadline = time.monotonic() + patience
        if not group_is_gone(leader):
            os.killpg(leader.pid, number)
        while not group_is_gone(leader) and time.monotonic() < deadline:
            time.sleep(_TICK)


def supervise(command: list[str], *, owner: int, announce: int, grace: float, scratch: str) -> int:
    """Run `command` until it ends or the pipe `owner` becomes readable; return its exit status.

    Args:
        command: Program and arguments.
        owner: File descriptor whose data or end means that the command is to be ended.
        announce: File descriptor that receives the number of the command's process group as one line.
        grace: Seconds between asking and forcing.
        scratch: Directory removed after the owner ended the command without `KEEP`; `""` for none.
    """
    adopt_orphans()
    leader = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, process_group=0)  # noqa: S603 - the owner's
    os.write(announce, f"{leader.pid}\n".encode())
    asked = False
    while leader.poll() is None and not asked:
        asked = bool(select.select([owner], [], [], _TICK)[0])
    end_group(leader, grace)
    if asked and scratch and os.read(owner, 1) != KEEP:
        shutil.rmtree(scratch, ignore_errors=True)
    return leader.wait()


def main(arguments: list[str]) -> int:
    """Run the command line `GRACE SCRATCH PROGRAM [ARGUMENT...]`; return its exit status."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _disregard)
    grace, scratch, *command = arguments
    return supervise(command, owner=0, announce=1, grace=float(grace), scratch=scratch)


def _disregard(_number: int, _frame: object) -> None:
    """Outlive the signal; a handler, unlike SIG_IGN, is not inherited by the command."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
