# SPDX-License-Identifier: Apache-2.0
"""A server process ends with its owner, whatever happens to the owner."""

from __future__ import annotations

import gc
import os
import runpy
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk.testing import _supervisor
from keycloak_sdk.testing._process import ServerProcess, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PATIENCE = 10.0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file in which a command notes its process numbers."""
    return tmp_path / "notes"


def numbers(notes: Path, count: int = 2) -> list[int]:
    assert eventually(lambda: notes.exists() and len(notes.read_text().split()) == count)
    return [int(word) for word in notes.read_text().split()]


def command(notes: Path, code: str = "time.sleep(600)") -> list[str]:
    """A command that notes its own number and its parent's, then runs `code`."""
    program = "import os, pathlib, signal, subprocess, sys, time\n"
    program += "draft = pathlib.Path(sys.argv[1] + '.draft')\n"
    program += "draft.write_text(f'{os.getpid()} {os.getppid()}')\n"
    program += "draft.rename(sys.argv[1])\n"
    return [sys.executable, "-c", program + code, str(notes)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_what_it_prints_is_in_its_log_and_its_status_is_known(log: Path) -> None:
    process = ServerProcess(
        ["/bin/sh", "-c", "echo said; echo cried >&2; exit 3"], environment={}, log_path=log
    )
    assert process.wait(PATIENCE) == 3
    assert not process.is_running
    process.stop()
    assert log.read_text() == "said\ncried\n"


def test_it_runs_until_it_is_stopped(log: Path, notes: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = ServerProcess(command(notes), environment={}, log_path=log, scratch=scratch)
    pid, _ = numbers(notes)
    assert process.is_running
    assert process.wait(0.01) is None
    process.stop()
    process.stop()
    assert not is_alive(pid)
    assert not scratch.exists()


def test_its_scratch_directory_can_be_kept(log: Path, notes: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = ServerProcess(command(notes), environment={}, log_path=log, scratch=scratch)
    pid, _ = numbers(notes)
    for _ in range(2):
        process.stop(keep_scratch=True)
    process.stop()
    assert not is_alive(pid)
    assert scratch.exists()


def test_grandchildren_that_outlive_their_parent_end_too(log: Path, notes: Path) -> None:
    process = ServerProcess(
        ["/bin/sh", "-c", f'sleep 600 & echo $! 0 >"{notes}"; wait'], environment={}, log_path=log
    )
    grandchild, _ = numbers(notes)
    process.stop()
    assert not is_alive(grandchild)


def test_one_that_will_not_end_is_forced(log: Path, notes: Path) -> None:
    code = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    process = ServerProcess(command(notes, code), environment={}, log_path=log, grace=0.1)
    pid, _ = numbers(notes)
    assert eventually(lambda: log.read_text() == "deaf\n")
    process.stop()
    assert not is_alive(pid)


def test_it_ends_when_nobody_holds_it_any_more(log: Path, notes: Path) -> None:
    process = ServerProcess(command(notes), environment={}, log_path=log)
    pid, _ = numbers(notes)
    del process
    gc.collect()
    assert not is_alive(pid)


def test_another_process_with_a_copy_of_it_leaves_it_alone(
    log: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = ServerProcess(command(notes), environment={}, log_path=log)
    pid, _ = numbers(notes)
    with monkeypatch.context() as forked:
        forked.setattr(os, "getpid", lambda: 1)
        process.stop()
    assert is_alive(pid)
    process._supervisor.communicate(b"!")  # as its owner
    assert not is_alive(pid)


def test_it_ends_when_its_supervisor_was_killed(log: Path, notes: Path) -> None:
    process = ServerProcess(command(notes), environment={}, log_path=log)
    pid, supervisor = numbers(notes)
    os.kill(supervisor, signal.SIGKILL)
    assert eventually(lambda: not process.is_running)
    assert is_alive(pid)
    process.stop()
    assert eventually(lambda: not is_alive(pid))


def test_it_ends_when_its_supervisor_hangs(log: Path, notes: Path) -> None:
    process = ServerProcess(command(notes), environment={}, log_path=log, grace=0.1, margin=0.1)
    pid, supervisor = numbers(notes)
    os.kill(supervisor, signal.SIGSTOP)
    process.stop()
    assert eventually(lambda: not is_alive(pid))


@pytest.mark.parametrize(
    "death", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(1)", "sys.exit()", "1 / 0"]
)
def test_it_ends_however_its_owner_ends(log: Path, notes: Path, death: str) -> None:
    owner = textwrap.dedent(f"""
        import os, pathlib, signal, sys, time
        from keycloak_sdk.testing._process import ServerProcess
        notes = pathlib.Path({str(notes)!r})
        process = ServerProcess({command(notes)!r}, environment={{}}, log_path=pathlib.Path({str(log)!r}))
        while not notes.exists():
            time.sleep(0.01)
        {death}
    """)
    subprocess.run([sys.executable, "-c", owner], check=False, capture_output=True)
    pid, supervisor = numbers(notes)
    assert eventually(lambda: not is_alive(pid) and not is_alive(supervisor))


def test_ctrl_c_and_hangups_of_the_terminal_are_the_owners_business(log: Path, notes: Path) -> None:
    process = ServerProcess(command(notes), environment={}, log_path=log)
    pid, supervisor = numbers(notes)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(supervisor, number)
    time.sleep(0.2)
    assert is_alive(pid)
    assert os.getsid(pid) != os.getsid(0)
    process.stop()
    assert not is_alive(pid)


@pytest.fixture
def signals() -> Generator[None]:
    """Keep the signal handlers of this process."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_the_supervisor_is_a_script_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["supervisor", "1", "", "/bin/sh", "-c", "exit 4"])
    with pytest.raises(SystemExit):
        runpy.run_path(_supervisor.__file__, run_name="__main__")
    signal.raise_signal(signal.SIGHUP)


def supervise(arguments: list[str], *, asked: bool, grace: float = 5.0, scratch: str = "") -> tuple[int, int]:
    """Supervise in this process; return the exit status and the number of the process group."""
    owner, owners_end = os.pipe()
    announced, announce = os.pipe()
    try:
        if asked:
            os.write(owners_end, b"!")
        status = _supervisor.supervise(
            arguments, owner=owner, announce=announce, grace=grace, scratch=scratch
        )
        return status, int(os.read(announced, 100))
    finally:
        for descriptor in (owner, owners_end, announced, announce):
            os.close(descriptor)


def test_supervision_ends_with_the_command() -> None:
    status, group = supervise(["/bin/sh", "-c", "sleep 0.2; exit 4"], asked=False)
    assert status == 4
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_supervision_ends_the_whole_group_and_its_scratch_directory(tmp_path: Path) -> None:
    status, group = supervise(
        ["/bin/sh", "-c", "sleep 600 & sleep 600 & wait"], asked=True, scratch=str(tmp_path)
    )
    assert status == -signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    assert not tmp_path.exists()


def test_supervision_waits_for_those_that_outlive_the_command() -> None:
    status, group = supervise(["/bin/sh", "-c", "trap '' TERM; sleep 0.3 & exit 3"], asked=False)
    assert status == 3
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_supervision_forces_what_does_not_end() -> None:
    script = "trap '' TERM; while :; do sleep 0.05; done"
    status, group = supervise(["/bin/sh", "-c", script], asked=True, grace=0.3)
    assert status in (-signal.SIGTERM, -signal.SIGKILL)
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_supervision_needs_no_adoption_where_the_system_offers_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    _supervisor.adopt_orphans()


@pytest.mark.parametrize(
    ("log_text", "told"),
    [
        ("", "its log says nothing"),
        ("Appending additional Java properties to JAVA_OPTS\n\n", "its log says nothing"),
        (
            "Unknown option: '--nonsense'\nTry 'kc.sh start --help' for more information",
            "Unknown option: '--nonsense'",
        ),
        (
            "Unrecognized VM option 'X'\nError: Could not create the Java Virtual Machine.\n"
            "Error: A fatal exception has occurred. Program will exit.\n",
            "Unrecognized VM option 'X'",
        ),
        (
            "Terminating due to java.lang.OutOfMemoryError: Java heap space\n",
            "Terminating due to java.lang.OutOfMemoryError: Java heap space",
        ),
        ("ERROR: Unable to start\nsomething else", "Unable to start"),
        ("a" * 200, "a" * 119 + "…"),
    ],
)
def test_the_reason_is_the_most_telling_line_of_the_log(log: Path, log_text: str, told: str) -> None:
    log.write_text(log_text)
    assert reason(log) == told
