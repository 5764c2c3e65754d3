# SPDX-License-Identifier: Apache-2.0
"""The server as Keycloak publishes it: one zip at Maven Central."""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from typing import TYPE_CHECKING

from keycloak_sdk.exceptions import one_line
from keycloak_sdk.testing._cache import discard
from keycloak_sdk.testing._errors import KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from keycloak_sdk.testing._progress import Progress

_GROUP = "org.keycloak"
_ARTIFACT = "keycloak-quarkus-dist"
_TIMEOUT = 60
_SHOWN_CAUSE = 100
_REPORT_SECONDS = 5.0
_MEGABYTE = 1_000_000


def download(version: str, destination: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Fetch the distribution of `version` to the file `destination`.

    Args:
        version: Release number, such as `26.7.3`.
        destination: File to make; its directory exists.
        environ: `KEYCLOAK_SDK_MAVEN` in it names another Maven repository than Maven Central.
        progress: Told how far it is, every few seconds.

    Raises:
        KeycloakServerError: `jgo` is not installed, the network failed, or there is no such release.
    """
    try:
        from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415 - only the extra `testing` has it
    except ImportError as cause:
        raise KeycloakServerError(
            'Keycloak is downloaded by jgo: pip install "keycloak-oidc-sdk[testing]", or set KEYCLOAK_URL'
        ) from cause
    mirror = environ.get("KEYCLOAK_SDK_MAVEN", "").rstrip("/")
    repository = destination.with_name(f"{destination.name}.maven")
    context = MavenContext(
        resolver=PythonResolver(progress_callback=_reporter(progress)),
        repo_cache=repository,
        remote_repos={"mirror": mirror} if mirror else None,
        timeout=_TIMEOUT,
    )
    try:
        component = context.project(_GROUP, _ARTIFACT).at_version(version)
        component.artifact(packaging="zip").resolve().rename(destination)
    except OSError as cause:
        raise KeycloakServerError(
            f"Keycloak {version} could not be downloaded: check the network, or set KEYCLOAK_SDK_MAVEN to a "
            f"Maven repository or KEYCLOAK_URL to a server ({one_line(repr(cause), _SHOWN_CAUSE)})"
        ) from cause
    except RuntimeError as cause:
        raise KeycloakServerError(
            f"There is no Keycloak {version} in {', '.join(context.remote_repos.values())}: check the version"
        ) from cause
    finally:
        discard(repository)


def unpack(archive: Path, destination: Path) -> None:
    """Unpack the one directory inside `archive` as `destination`, which must not exist.

    Raises:
        KeycloakServerError: The archive is damaged; it has been removed.
    """
    unpacked = destination.with_name(f"{destination.name}.unpacked")
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(unpacked)
        (home,) = unpacked.iterdir()
        for script in home.glob("bin/*.sh"):
            script.chmod(0o755)
        home.rename(destination)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError) as cause:
        discard(archive)
        raise KeycloakServerError(
            f"{archive} was no whole Keycloak and has been removed: try again"
        ) from cause
    finally:
        discard(unpacked)


def _reporter(
    progress: Progress,
) -> Callable[[str, int], contextlib.AbstractContextManager[Callable[[int], None]]]:
    @contextlib.contextmanager
    def report(_name: str, total: int) -> Generator[Callable[[int], None]]:
        received = 0
        due = progress.seconds + _REPORT_SECONDS

        def update(size: int) -> None:
            nonlocal received, due
            received += size
            if progress.seconds >= due:
                due = progress.seconds + _REPORT_SECONDS
                progress.step(f"downloaded {received // _MEGABYTE} of {total // _MEGABYTE} MB")

        yield update

    return report
