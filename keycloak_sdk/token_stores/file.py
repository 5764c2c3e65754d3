# SPDX-License-Identifier: Apache-2.0
"""A token store for the processes of one machine.

::

    directory/                 0700, ours
    ├── lock-0 … lock-f        locked by whoever changes an entry whose key begins so; never removed
    ├── <key>.token            0600, one entry, replaced whole
    └── <key>.new              what a process that was killed had begun to write

A lock is the kernel's, so it ends with the process that has it. An entry is written elsewhere, flushed to the
disk and renamed: a reader sees the old one or the new one, after a crash as well.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keycloak_sdk._settings import Clock
from keycloak_sdk.exceptions import KeycloakConfigurationError, TokenStoreError
from keycloak_sdk.token_stores._keyed import MAX_VALUE, MAX_VERSION
from keycloak_sdk.token_stores._record import NOTHING, Lease, Record, RecordStore

if TYPE_CHECKING:
    from collections.abc import Generator

    from keycloak_sdk.token_stores._record import Change

__all__ = ["FileTokenStore"]

_SCHEMA = 1
_ENTRY = ".token"
_MAX_FILE = 2 * MAX_VALUE
_PATIENCE = 10.0
_PAUSE = 0.005
_SWEEP_EVERY = 3600.0
_FOR_A_WHILE = frozenset(
    {errno.EAGAIN, errno.EDQUOT, errno.EINTR, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOLCK}
    | {errno.ENOMEM, errno.ENOSPC, errno.ESTALE}
)


class FileTokenStore(RecordStore):
    """Keeps tokens in files that only this user may read, for all processes that name the same directory.

    The directory must be on a disk of this machine: locks and renames over NFS and the like are not the same.

    Args:
        directory: Made when it is missing, but not its parent. One that others may read or write, that
            belongs to somebody else, or that is a symbolic link is refused when it is used.
        clock: Its date counts the seconds of leases and lifetimes; `None` for the system's.

    Raises:
        KeycloakConfigurationError: The platform has no `fcntl` (Windows).
    """

    def __init__(self, directory: str | os.PathLike[str], *, clock: Clock | None = None) -> None:
        _file_locks()
        self._directory = Path(directory).absolute()
        self._clock = clock or Clock()
        self._swept_at: float | None = None

    def _look(self, key: str) -> Record:
        with self._opened() as folder:
            return _read(folder, key).at(self._now())

    def _change(self, key: str, change: Change) -> bool:
        with self._opened() as folder, self._locked(folder, key[0]):
            now = self._now()
            changed = change(_read(folder, key).at(now), now)
            if changed is None:
                return False
            _write(folder, key, changed)
            self._sweep(folder, key[0], now)
        return True

    def _now(self) -> float:
        return self._clock.now().timestamp()

    @contextmanager
    def _opened(self) -> Generator[int]:
        """Open the directory, which then cannot be exchanged for another."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            try:
                folder = os.open(self._directory, flags)
            except FileNotFoundError:
                self._directory.mkdir(mode=0o700, exist_ok=True)
                folder = os.open(self._directory, flags)
            try:
                _refuse_unless_ours(folder, "the directory", 0o700)
                yield folder
            finally:
                os.close(folder)
        except OSError as error:
            raise TokenStoreError(
                f"the token store {self._directory} failed: {os.strerror(error.errno or 0)}",
                retryable=error.errno in _FOR_A_WHILE,
            ) from error

    @contextmanager
    def _locked(self, folder: int, first: str) -> Generator[None]:
        """Lock the entries whose key begins so, against other threads and processes."""
        locks = _file_locks()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        lock = os.open(f"lock-{first}", flags, 0o600, dir_fd=folder)
        try:
            _refuse_unless_ours(lock, "a lock", 0o600)
            end = self._clock.monotonic() + _PATIENCE
            while not _try_to_lock(lock, locks):
                if self._clock.monotonic() >= end:
                    raise TokenStoreError(
                        f"the token store {self._directory} is locked by a process that does not go on",
                        retryable=True,
                    )
                time.sleep(_PAUSE)
            try:
                yield
            finally:
                locks.flock(lock, locks.LOCK_UN)  # a forked child may have the file open as well
        finally:
            os.close(lock)

    def _sweep(self, folder: int, first: str, now: float) -> None:
        """Remove what has outlived its lifetime, now and then, from among the entries that are locked."""
        monotonic = self._clock.monotonic()
        if self._swept_at is not None and monotonic < self._swept_at + _SWEEP_EVERY:
            return
        self._swept_at = monotonic
        for file in os.listdir(folder):
            if file.startswith(first) and file.endswith(_ENTRY):
                with suppress(OSError, TokenStoreError):
                    _tidy(folder, file.removesuffix(_ENTRY), now)


def _file_locks() -> Any:
    try:
        return import_module("fcntl")
    except ImportError:
        raise KeycloakConfigurationError(
            "FileTokenStore needs fcntl, which this platform does not have: use RedisTokenStore"
        ) from None


def _try_to_lock(file: int, locks: Any) -> bool:
    try:
        locks.flock(file, locks.LOCK_EX | locks.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refuse_unless_ours(file: int, what: str, mode: int) -> None:
    """Refuse what somebody else may have written, or may read."""
    found = os.fstat(file)
    if found.st_uid != os.geteuid():
        raise TokenStoreError(f"{what} of the token store belongs to another user: it is not used")
    if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        raise TokenStoreError(f"{what} of the token store is no regular file: it is not used")
    if found.st_mode & 0o077:
        raise TokenStoreError(f"{what} of the token store may be used by others: chmod {mode:o} first")


def _read(folder: int, key: str) -> Record:
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = os.open(key + _ENTRY, flags, dir_fd=folder)
    except FileNotFoundError:
        return NOTHING
    with open(file, "rb") as opened:  # noqa: PTH123 - a descriptor
        _refuse_unless_ours(file, "an entry", 0o600)
        return _parsed(opened.read(_MAX_FILE))


def _write(folder: int, key: str, record: Record) -> None:
    unfinished = key + ".new"
    with suppress(FileNotFoundError):
        os.unlink(unfinished, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(unfinished, flags, 0o600, dir_fd=folder)
    with open(file, "wb") as opened:  # noqa: PTH123 - a descriptor
        opened.write(_printed(record))
        opened.flush()
        os.fsync(file)
    os.replace(unfinished, key + _ENTRY, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _tidy(folder: int, key: str, now: float) -> None:
    record = _read(folder, key)
    left = record.at(now)
    if left == NOTHING:
        os.unlink(key + _ENTRY, dir_fd=folder)
    elif left != record:
        _write(folder, key, left)


def _printed(record: Record) -> bytes:
    lease = record.lease
    members = {
        "schema": _SCHEMA,
        "version": record.version,
        "value": b64encode(record.value).decode("ascii"),
        "expires_at": record.expires_at,
        "lease": None if lease is None else [lease.ticket, lease.seconds, lease.until],
    }
    return json.dumps(members).encode("ascii")


def _parsed(data: bytes) -> Record:
    """Read an entry; garbage is none, but of a value that a later release has written the version counts."""
    try:
        members = json.loads(data)
    except (ValueError, RecursionError):
        return NOTHING
    match members:
        case {"schema": int(schema), "version": int(version)} if 0 <= version < MAX_VERSION:
            value, expires_at = members.get("value"), members.get("expires_at")
        case _:
            return NOTHING
    if schema != _SCHEMA or not isinstance(value, str) or not isinstance(expires_at, int | float | None):
        return Record(version)
    try:
        return Record(version, b64decode(value, validate=True), expires_at, _lease_of(members.get("lease")))
    except ValueError:
        return Record(version)


def _lease_of(members: object) -> Lease | None:
    match members:
        case [str(ticket), float() | int() as seconds, float() | int() as until]:
            return Lease(ticket, seconds, until)
        case _:
            return None
