# SPDX-License-Identifier: Apache-2.0
"""Where prepared servers are kept: every entry appears whole or not at all, for any number of processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from keycloak_sdk.testing._errors import KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keycloak_sdk.testing._progress import Progress

_KEPT_LOGS = 20


class Cache:
    """A directory of entries that are expensive to make.

    Args:
        root: The directory; made when it is missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self, relative: str, make: Callable[[Path], None], progress: Progress) -> Path:
        """Return the entry `relative`, after `make` has made it if it was missing.

        `make` gets a path in the same directory and leaves a file or directory there, which then takes the
        entry's name. One process makes an entry at a time, the others wait. What an interrupted one left
        behind is removed by the next that makes the same entry.
        """
        entry = self.root / relative
        if entry.exists():
            return entry
        with self._locked(entry, progress):
            if not entry.exists():
                for leftover in entry.parent.glob(f".{entry.name}.*.partial*"):
                    discard(leftover)
                partial = entry.with_name(f".{entry.name}.{os.getpid()}.partial")
                try:
                    make(partial)
                    partial.rename(entry)
                finally:
                    discard(partial)
        return entry

    def new_log(self, name: str) -> Path:
        """Return an empty log file; the oldest ones make room."""
        logs = self._directory(self.root / "logs")
        kept = sorted(logs.glob("*.log"), key=_age)
        for old in kept[: max(0, len(kept) - _KEPT_LOGS + 1)]:
            old.unlink(missing_ok=True)
        handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=logs)
        os.close(handle)
        return Path(path)

    @contextlib.contextmanager
    def _locked(self, entry: Path, progress: Progress) -> Iterator[None]:
        import fcntl  # noqa: PLC0415 - Windows has none, and gets as far as a running server without it

        self._directory(entry.parent)
        with entry.with_name(f".{entry.name}.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress.step(f"waiting for another process that is making {entry.name}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _directory(self, path: Path) -> Path:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as cause:
            raise KeycloakServerError(
                f"The cache directory {path} cannot be made ({cause.strerror}): set KEYCLOAK_SDK_CACHE"
            ) from cause
        return path


def default_root(environ: Mapping[str, str]) -> Path:
    """Return `KEYCLOAK_SDK_CACHE`, or `keycloak-oidc-sdk` in the user's cache directory."""
    if environ.get("KEYCLOAK_SDK_CACHE"):
        return Path(environ["KEYCLOAK_SDK_CACHE"]).absolute()
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "keycloak-oidc-sdk"


def discard(path: Path) -> None:
    """Remove a file or a whole directory, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
