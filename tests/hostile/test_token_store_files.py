# SPDX-License-Identifier: Apache-2.0
"""Tokens in files, where others may look, disks are full and processes are killed."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from hashlib import sha256
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import Clock, FileTokenStore, KeycloakConfigurationError, TokenStoreError
from support.project import ROOT
from support.stores import FileShelf, stored

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


@pytest.fixture
def files() -> Generator[FileShelf]:
    """A store in files, with one entry."""
    shelf = FileShelf()
    shelf.store.save("session", b"first", version=0, lifetime=600)
    yield shelf
    shelf.close()


def entry_of(shelf: FileShelf) -> Path:
    """Return the file of the one entry."""
    (entry,) = shelf.directory.glob("*.token")
    return entry


def mode_of(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


# --- who may use them


def test_only_the_owner_may_use_the_files_whatever_the_umask_lets_through() -> None:
    before = os.umask(0)
    shelf = FileShelf()
    try:
        shelf.store.save("session", b"first", version=0, lifetime=600)
        assert mode_of(shelf.directory) == 0o700
        found = {path.suffix or path.name[:5]: mode_of(path) for path in shelf.directory.iterdir()}
        assert found == {".token": 0o600, "lock-": 0o600}
    finally:
        os.umask(before)
        shelf.close()


def test_the_name_of_an_entry_is_not_seen(files: FileShelf) -> None:
    files.store.save("../alice@example.org", b"value", version=0, lifetime=600)
    assert len(list(files.directory.iterdir())) == 4
    assert not [path for path in files.directory.iterdir() if "alice" in path.name]
    assert b"alice" not in b"".join(path.read_bytes() for path in files.directory.iterdir())


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    FileTokenStore(tmp_path / "tokens")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o720, 0o777])
def test_a_directory_that_others_may_use_is_refused(files: FileShelf, mode: int) -> None:
    files.directory.chmod(mode)
    with pytest.raises(TokenStoreError, match=r"directory .* may be used by others: chmod 700") as caught:
        files.store.load("session")
    assert not caught.value.retryable


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_an_entry_that_others_may_use_is_refused(files: FileShelf, mode: int) -> None:
    entry_of(files).chmod(mode)
    with pytest.raises(TokenStoreError, match=r"entry .* may be used by others: chmod 600"):
        files.store.load("session")
    with pytest.raises(TokenStoreError, match="chmod 600"):
        files.store.save("session", b"second", version=1, lifetime=600)


def test_a_lock_that_others_may_use_is_refused(files: FileShelf) -> None:
    (lock,) = files.directory.glob("lock-*")
    lock.chmod(0o666)
    with pytest.raises(TokenStoreError, match=r"lock .* may be used by others"):
        files.store.save("session", b"second", version=1, lifetime=600)


def test_what_belongs_to_somebody_else_is_refused(files: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(TokenStoreError, match=r"directory .* belongs to another user"):
        files.store.load("session")


@pytest.mark.parametrize("end", ["", "/", "/."])
def test_a_directory_that_is_a_link_is_refused(files: FileShelf, tmp_path: Path, end: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(files.directory)
    with pytest.raises(TokenStoreError, match="Not a directory"):
        FileTokenStore(f"{link}{end}").load("session")


@pytest.mark.parametrize("suffix", ["token", "lock"])
def test_a_file_that_is_a_link_is_refused(files: FileShelf, tmp_path: Path, suffix: str) -> None:
    path = entry_of(files) if suffix == "token" else next(files.directory.glob("lock-*"))
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(TokenStoreError, match="Too many levels of symbolic links") as caught:
        files.store.save("session", b"second", version=1, lifetime=600)
    assert not caught.value.retryable
    assert elsewhere.read_bytes() == before


def test_an_unfinished_file_that_is_a_link_is_replaced_not_followed(files: FileShelf, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    entry_of(files).with_suffix(".new").symlink_to(elsewhere)
    assert files.store.save("session", b"second", version=1, lifetime=600)
    assert elsewhere.read_text() == "precious"
    assert not entry_of(files).is_symlink()


def test_a_pipe_instead_of_an_entry_is_refused_and_not_waited_for(files: FileShelf) -> None:
    entry = entry_of(files)
    entry.unlink()
    os.mkfifo(entry, 0o600)
    with pytest.raises(TokenStoreError, match="no regular file"):
        files.store.load("session")


def test_a_file_instead_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("")
    with pytest.raises(TokenStoreError, match="tokens failed: Not a directory"):
        FileTokenStore(tmp_path / "tokens").load("session")


def test_the_parent_of_the_directory_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TokenStoreError, match="No such file or directory") as caught:
        FileTokenStore(tmp_path / "missing" / "tokens").load("session")
    assert not caught.value.retryable


def test_a_directory_that_was_removed_is_made_again(files: FileShelf) -> None:
    for path in files.directory.iterdir():
        path.unlink()
    files.directory.rmdir()
    assert stored(files.store) is None
    assert files.store.save("session", b"again", version=0, lifetime=600)
    assert mode_of(files.directory) == 0o700


def test_the_directory_stays_where_it_was_when_the_program_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = FileTokenStore("tokens")
    monkeypatch.chdir("/")
    store.save("session", b"first", version=0, lifetime=600)
    assert (tmp_path / "tokens").is_dir()


def test_a_platform_without_file_locks_is_told_what_to_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(KeycloakConfigurationError, match=r"fcntl.*RedisTokenStore"):
        FileTokenStore(tmp_path)


# --- what may stand in them


def test_an_entry_cut_anywhere_is_none_and_is_replaced(files: FileShelf) -> None:
    entry = entry_of(files)
    whole = entry.read_bytes()
    for length in range(len(whole)):
        entry.write_bytes(whole[:length])
        assert stored(files.store) is None
    assert files.store.save("session", b"second", version=0, lifetime=600)
    assert stored(files.another()) == (1, b"second")


def spoilt(**changes: Any) -> bytes:
    """Return an entry with other members."""
    members = {"schema": 1, "version": 7, "value": "Zmlyc3Q=", "expires_at": None, "lease": None}
    return json.dumps(members | changes).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 512,
        b"\xff\xfe",
        b"null",
        b"[]",
        b"7",
        b"[" * 100_000,
        b"1" * 5000,
        spoilt(version="7"),
        spoilt(version=-7),
        spoilt(version=7.5),
        spoilt(version=10**20),
        spoilt(schema="1"),
        spoilt(schema=None),
        b"x" * 5_000_000,
    ],
    ids=lambda content: repr(content[:40]),
)
def test_garbage_is_no_entry_and_is_replaced(files: FileShelf, content: bytes) -> None:
    entry_of(files).write_bytes(content)
    assert stored(files.store) is None
    assert files.store.lease("session", 0, 60)
    assert files.store.save("session", b"second", version=0, lifetime=600)
    assert stored(files.store) == (1, b"second")


@pytest.mark.parametrize("lease", [7, [], ["ticket"], ["ticket", "60", 0], [None, 60, 0]], ids=repr)
def test_a_lease_that_is_garbage_is_none(files: FileShelf, lease: object) -> None:
    entry_of(files).write_bytes(spoilt(lease=lease))
    assert stored(files.store) == (7, b"first")
    assert files.store.lease("session", 7, 60)


@pytest.mark.parametrize(
    "content",
    [
        b'{"schema": 2, "version": 7, "sealed": "..."}',
        spoilt(schema=2),
        spoilt(value=None),
        spoilt(value="no base64!"),
        spoilt(value="Zmlyc3Q"),
        spoilt(value="\N{SNOWMAN}"),
        spoilt(expires_at="tomorrow"),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_of_a_value_that_only_a_later_release_can_read_the_version_counts(
    files: FileShelf, content: bytes
) -> None:
    entry_of(files).write_bytes(content)
    assert stored(files.store) == (7, b"")
    assert not files.store.save("session", b"second", version=0, lifetime=600)
    assert files.store.save("session", b"second", version=7, lifetime=600)
    assert stored(files.store) == (8, b"second")


def test_a_lease_from_before_the_clock_was_set_back_is_over(files: FileShelf) -> None:
    assert files.store.lease("session", 1, 60)
    files.hand.adjust(-3600)
    assert files.store.lease("session", 1, 60)
    assert files.another().lease("session", 1, 60) is None


def neighbour_of(entry: Path) -> str:
    """Return the name of an entry that is locked together with this one."""
    names = (f"neighbour {number}" for number in range(1000))
    return next(name for name in names if sha256(name.encode()).hexdigest()[0] == entry.name[0])


def test_what_has_outlived_its_lifetime_leaves_the_disk_when_a_neighbour_is_saved(files: FileShelf) -> None:
    entry = entry_of(files)
    neighbour = neighbour_of(entry)
    for seconds, content in ((599, b"Zmlyc3Q="), (1, b'"value": ""'), (24 * 3600, None)):
        files.forward(seconds)
        found = files.another().load(neighbour)
        version = 0 if found is None else found.version
        assert files.another().save(neighbour, b"kept", version=version, lifetime=None)
        assert content in entry.read_bytes() if content else not entry.exists()
    assert stored(files.store, neighbour) == (3, b"kept")


def test_the_disk_is_tidied_once_an_hour(files: FileShelf) -> None:
    entry = entry_of(files)
    neighbour = neighbour_of(entry)
    files.forward(601)
    assert files.store.save(neighbour, b"kept", version=0, lifetime=None)
    assert b"Zmlyc3Q=" in entry.read_bytes(), "the first save of this store had tidied"
    files.forward(3000)
    assert files.store.save(neighbour, b"kept", version=1, lifetime=None)
    assert b"Zmlyc3Q=" not in entry.read_bytes()


def test_what_cannot_be_tidied_hinders_no_save(files: FileShelf) -> None:
    for first in "0123456789abcdef":
        (files.directory / f"{first}.token").mkdir()
    assert files.another().save("session", b"second", version=1, lifetime=600)


# --- disks and processes that fail


@pytest.mark.parametrize(
    ("code", "retryable"), [(errno.ENOSPC, True), (errno.EIO, True), (errno.EROFS, False)]
)
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_a_disk_that_fails_leaves_the_entry_that_was(
    files: FileShelf, monkeypatch: pytest.MonkeyPatch, call: str, code: int, retryable: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(TokenStoreError, match=os.strerror(code)) as caught:
            files.store.save("session", b"canary", version=1, lifetime=600)
    assert caught.value.retryable is retryable
    assert "canary" not in str(caught.value)
    assert stored(files.store) == (1, b"first")
    assert files.store.save("session", b"second", version=1, lifetime=600)


def test_a_lock_that_is_never_given_back_is_an_error_that_may_pass(files: FileShelf) -> None:
    seconds = iter(range(0, 100, 4))
    patient = FileTokenStore(files.directory, clock=Clock(monotonic=lambda: next(seconds)))
    (lock,) = files.directory.glob("lock-*")
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TokenStoreError, match="locked by a process that does not go on") as caught:
            patient.save("session", b"second", version=1, lifetime=600)
        assert caught.value.retryable
        assert stored(patient) == (1, b"first"), "who only reads waits for nobody"
    assert patient.save("session", b"second", version=1, lifetime=600)


def test_a_lock_is_waited_for(files: FileShelf) -> None:
    (lock,) = files.directory.glob("lock-*")
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        release = threading.Timer(0.05, fcntl.flock, [held, fcntl.LOCK_UN])
        release.start()
        assert files.store.save("session", b"second", version=1, lifetime=600)
        release.join()


def killed_while(directory: Path, program: str) -> None:
    """Run a program that says `now`, and kill it then."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
    process = subprocess.Popen(
        [sys.executable, "-c", dedent(program), str(directory)],
        env=environment,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        process.kill()
        assert process.wait() == -signal.SIGKILL


def test_a_process_that_is_killed_leaves_no_lock_and_nothing_half_written(files: FileShelf) -> None:
    killed_while(
        files.directory,
        """
        import os, sys, time
        from keycloak_sdk import FileTokenStore

        def stop(_):
            print("now", flush=True)
            time.sleep(60)

        os.fsync = stop
        FileTokenStore(sys.argv[1]).save("session", b"half", version=1, lifetime=600)
        """,
    )
    assert entry_of(files).with_suffix(".new").exists()
    assert stored(files.store) == (1, b"first")
    assert files.store.save("session", b"second", version=1, lifetime=600)
    assert not entry_of(files).with_suffix(".new").exists()


def test_a_process_that_is_killed_keeps_its_lease_no_longer_than_it_lasts(files: FileShelf) -> None:
    files.store.save("session", b"second", version=1, lifetime=None)
    killed_while(
        files.directory,
        """
        import sys, time
        from datetime import UTC, datetime
        from keycloak_sdk import Clock, FileTokenStore

        clock = Clock(now=lambda: datetime(2027, 1, 15, 8, tzinfo=UTC))
        assert FileTokenStore(sys.argv[1], clock=clock).lease("session", 2, 30)
        print("now", flush=True)
        time.sleep(60)
        """,
    )
    assert files.store.lease("session", 2, 30) is None
    files.forward(31)
    assert files.store.lease("session", 2, 30)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_that_was_forked_in_the_middle_of_a_save_holds_no_lock(files: FileShelf) -> None:
    reading, writing = os.pipe()

    def fork_in_the_middle(file: int, *, sync: Callable[[int], None] = os.fsync) -> None:
        if os.fork() == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
        sync(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fork_in_the_middle)
        assert files.store.save("session", b"second", version=1, lifetime=600)
    assert files.another().save("session", b"third", version=2, lifetime=600)
    os.close(writing)
    os.close(reading)
    for _ in range(2):
        os.wait()
