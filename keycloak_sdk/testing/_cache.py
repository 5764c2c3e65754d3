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
    from collections.abc import Callable, Generator, Mapping

    from keycloak_sdk.testing._progress import Progress

_KEPT_LOGS = 20


class Cache:
    """A directory of entries that are expensive to make.

    Args:
        root: The directory; made when it is missing.
        progress: Told when another process has to be waited for.
    """

    def __init__(self, root: Path, progress: Progress) -> None:
        self.root = root
        self._progress = progress

    def entry(self, shelf: str, name: str, make: Callable[[Path], None]) -> Path:
        """Return the entry `name` of the directory `shelf`, after `make` has made it if it was missing.

        `make` gets a path beside the entry and leaves a file or directory there, which then takes the
        entry's name. One process makes an entry at a time, the others wait. What an interrupted one left
        behind is removed by the next that makes the same entry.
        """
        entry = self.root / shelf / name
        if entry.exists():
            return entry
        with self._locked(entry):
            if not entry.exists():
                for leftover in entry.parent.glob(f".{name}.*.partial*"):
                    discard(leftover)
                partial = entry.with_name(f".{name}.{os.getpid()}.partial")
                try:
                    make(partial)
                    partial.rename(entry)
                finally:
                    discard(partial)
        return entry

    def path(self, shelf: str, name: str) -> Path:
        """Return the path of an entry that is made as a by-product of another."""
        return self._shelf(shelf) / name

    def new_log(self, name: str) -> Path:
        """Return an empty log file; the oldest ones make room."""
        logs = self._shelf("logs")
        kept = sorted(logs.glob("*.log"), key=_modified)
        for old in kept[: max(0, len(kept) - _KEPT_LOGS + 1)]:
            old.unlink(missing_ok=True)
        handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=logs)
        os.close(handle)
        return Path(path)

    @contextlib.contextmanager
    def _locked(self, entry: Path) -> Generator[None]:
        import fcntl  # noqa: PLC0415 - Windows has none, and uses only servers that run already

        self._shelf(entry.parent.name)
        with entry.with_name(f".{entry.name}.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._progress.step(f"waiting for another process that prepares {entry.name}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _shelf(self, name: str) -> Path:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        shelf = self.root / name
        shelf.mkdir(exist_ok=True)
        return shelf


def default_root(environ: Mapping[str, str]) -> Path:
    """Return `KEYCLOAK_SDK_CACHE`, or `keycloak-oidc-sdk` in the user's cache directory.

    Raises:
        KeycloakServerError: This user has no home directory.
    """
    chosen = environ.get("KEYCLOAK_SDK_CACHE")
    base = environ.get("XDG_CACHE_HOME")
    try:
        if chosen:
            return Path(chosen).expanduser().absolute()
        return (Path(base) if base else Path.home() / ".cache").absolute() / "keycloak-oidc-sdk"
    except RuntimeError as cause:
        raise KeycloakServerError(
            "There is no home directory for the cache: set KEYCLOAK_SDK_CACHE"
        ) from cause


def discard(path: Path) -> None:
    """Remove a file, a link or a whole directory, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
