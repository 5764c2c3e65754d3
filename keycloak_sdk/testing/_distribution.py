# SPDX-License-Identifier: Apache-2.0
"""The server as Keycloak publishes it: one zip at Maven Central."""

from __future__ import annotations

import zipfile
from importlib import import_module
from typing import TYPE_CHECKING

from keycloak_sdk.testing._cache import discard
from keycloak_sdk.testing._errors import KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_GROUP = "org.keycloak"
_ARTIFACT = "keycloak-quarkus-dist"
_TIMEOUT = 60
_SHOWN_CAUSE = 80


def download(version: str, destination: Path, environ: Mapping[str, str]) -> None:
    """Fetch the distribution of `version` to the file `destination`.

    Args:
        version: Release number, such as `26.7.3`.
        destination: File to make; its directory exists.
        environ: `KEYCLOAK_SDK_MAVEN` in it names another Maven repository than Maven Central.

    Raises:
        KeycloakServerError: `jgo` is not installed, the network failed, or there is no such release.
    """
    try:
        maven = import_module("jgo.maven")
    except ImportError as cause:
        raise KeycloakServerError(
            'Keycloak is downloaded with jgo: pip install "keycloak-oidc-sdk[testing]", or set KEYCLOAK_URL'
        ) from cause
    mirror = environ.get("KEYCLOAK_SDK_MAVEN")
    remotes = {"mirror": mirror.rstrip("/")} if mirror else None
    repository = destination.with_name(f"{destination.name}.maven")
    context = maven.MavenContext(repo_cache=repository, remote_repos=remotes, timeout=_TIMEOUT)
    try:
        component = context.project(_GROUP, _ARTIFACT).at_version(version)
        component.artifact(packaging="zip").resolve().rename(destination)
    except OSError as cause:
        raise KeycloakServerError(
            f"Keycloak {version} could not be downloaded ({_brief(cause)}): "
            "check the network, or set KEYCLOAK_SDK_MAVEN to a Maven repository or KEYCLOAK_URL to a server"
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
            packed.extractall(unpacked)  # noqa: S202 - extractall keeps members below the directory
        (home,) = unpacked.iterdir()
        for script in home.glob("bin/*.sh"):
            script.chmod(0o755)
        home.rename(destination)
    except (zipfile.BadZipFile, ValueError, EOFError) as cause:
        discard(archive)
        raise KeycloakServerError(
            f"{archive} is not a whole Keycloak distribution and was removed: try again"
        ) from cause
    finally:
        discard(unpacked)


def _brief(cause: BaseException) -> str:
    text = f"{type(cause).__name__}: {cause}"
    return text if len(text) <= _SHOWN_CAUSE else f"{text[: _SHOWN_CAUSE - 1]}…"
