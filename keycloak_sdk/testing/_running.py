# SPDX-License-Identifier: Apache-2.0
"""Two ways to a server that runs: booting one on this machine, attaching to one elsewhere."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
import httpx

from keycloak_sdk.exceptions import one_line
from keycloak_sdk.testing._admin import AdminApi
from keycloak_sdk.testing._cache import Cache, default_root, discard
from keycloak_sdk.testing._errors import KeycloakServerError
from keycloak_sdk.testing._java import find_java
from keycloak_sdk.testing._launch import HOST, READY, Launch, Ports, prepare, probe
from keycloak_sdk.testing._recipe import ADMIN_PASSWORD, ADMIN_USERNAME, Recipe
from keycloak_sdk.testing._tls import CertificateAuthority

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from keycloak_sdk.testing._process import ServerProcess
    from keycloak_sdk.testing._progress import Progress

_POLL = 0.5
_REQUEST_TIMEOUT = 60.0
_SHOWN_ANSWER = 100


@attrs.frozen
class Settings:
    """What the user asked for."""

    version: str
    port: int | None
    features: tuple[str, ...]
    options: tuple[str, ...]
    https: bool
    java_options: tuple[str, ...]
    timeout: float


@attrs.define
class LocalServer:
    """A server on this machine, which can be ended and started again where it was, with what it knew."""

    process: ServerProcess
    _launch: Launch
    _ports: Ports
    _home: Path

    def end(self) -> None:
        """End it; what it wrote stays."""
        self.process.stop(keep_scratch=True)

    def begin_again(self) -> None:
        """Start it, and return when it answers.

        Raises:
            KeycloakServerError: It did not start: another program may have taken its port.
        """
        self.process = self._launch.run_at(self._ports, self._home)

    def stop(self) -> None:
        """End it for good."""
        self.process.stop()


@attrs.frozen
class Running:
    """A server that answers."""

    url: str
    version: str
    api: AdminApi
    https_url: str | None = None
    authority: CertificateAuthority | None = None
    local: LocalServer | None = None


def boot(
    settings: Settings,
    realms: Mapping[str, Mapping[str, Any]],
    environ: Mapping[str, str],
    progress: Progress,
    undo: ExitStack,
) -> Running:
    """Start a server on this machine.

    Args:
        settings: What the user asked for.
        realms: Representations of the realms it has, by name.
        environ: Where `JAVA_HOME`, `KEYCLOAK_SDK_CACHE` and the like come from.
        progress: Told about every step.
        undo: Receives what ends it.

    Raises:
        KeycloakServerError: It could not be had, or did not start.
    """
    if sys.platform == "win32":
        raise KeycloakServerError(
            "Keycloak is started on Linux and macOS only: set KEYCLOAK_URL to a running one"
        )
    # No proxy of the environment stands between this machine and itself.
    client = undo.enter_context(httpx.Client(trust_env=False, timeout=_REQUEST_TIMEOUT))
    recipe = Recipe(
        version=settings.version,
        features=settings.features,
        realms=realms,
        java=find_java(environ),
        java_options=settings.java_options,
        cache=Cache(default_root(environ), progress),
        progress=progress,
        environ=environ,
    )
    prepared = prepare(recipe, client, timeout=settings.timeout)
    scratch = Path(tempfile.mkdtemp(prefix="keycloak-"))
    undo.callback(discard, scratch)
    home = scratch / "home"
    shutil.copytree(prepared, home)
    recipe.furnish(home)
    authority = CertificateAuthority(scratch) if settings.https else None
    progress.step(f"starting Keycloak {settings.version}")
    launch = Launch(
        recipe,
        client,
        settings.timeout,
        port=settings.port,
        options=(*_tls_options(authority), *settings.options),
        java_options=(recipe.java.replaying_option(recipe.archive),) if recipe.archive.exists() else (),
        scratch=scratch,
    )
    process, ports = launch.run(home)
    local = LocalServer(process, launch, ports, home)
    undo.callback(local.stop)
    url = f"http://{HOST}:{ports.http}"
    return Running(
        url=url,
        version=settings.version,
        api=AdminApi(url, ADMIN_USERNAME, ADMIN_PASSWORD, client),
        https_url=f"https://{HOST}:{ports.https}" if authority is not None else None,
        authority=authority,
        local=local,
    )


def attach(
    url: str,
    realms: Mapping[str, Mapping[str, Any]],
    environ: Mapping[str, str],
    timeout: float,
    progress: Progress,
    undo: ExitStack,
) -> Running:
    """Use the server at `url`, and create the realms that it lacks.

    Args:
        url: Base URL of the server.
        realms: Representations of the realms it should have, by name.
        environ: Where the administrator's name and password come from.
        timeout: Seconds to wait for an answer.
        progress: Told about every step.
        undo: Receives what removes the created realms.

    Raises:
        KeycloakServerError: It does not answer, or refuses its administrator or a realm.
    """
    base = url.rstrip("/")
    if urlsplit(base).scheme not in ("http", "https"):
        raise KeycloakServerError(
            f"KEYCLOAK_URL is {one_line(url, _SHOWN_ANSWER)}: it must begin with http:// or https://"
        )
    client = undo.enter_context(httpx.Client(timeout=_REQUEST_TIMEOUT))
    progress.step(f"using the server at {base}")
    deadline = time.monotonic() + timeout
    while (answer := probe(base, client)) != READY:
        if time.monotonic() > deadline:
            raise KeycloakServerError(
                f"No Keycloak at KEYCLOAK_URL {base} after {timeout:g} s: {one_line(answer, _SHOWN_ANSWER)}"
            )
        time.sleep(_POLL)
    api = AdminApi(
        base,
        environ.get("KEYCLOAK_ADMIN_USERNAME", ADMIN_USERNAME),
        environ.get("KEYCLOAK_ADMIN_PASSWORD", ADMIN_PASSWORD),
        client,
    )
    for name, representation in realms.items():
        if api.has_realm(name):
            progress.step(f"the realm {name} is there already and is used as it is")
        else:
            progress.step(f"creating the realm {name}")
            api.create_realm(representation)
            undo.callback(api.delete_realm, name)
    https_url = base if base.startswith("https:") else None
    return Running(url=base, version=api.version(), api=api, https_url=https_url)


def _tls_options(authority: CertificateAuthority | None) -> tuple[str, ...]:
    if authority is None:
        return ()
    certificate, key = authority.issue_server(["localhost", HOST])
    return (
        f"--https-certificate-file={certificate}",
        f"--https-certificate-key-file={key}",
        f"--truststore-paths={authority.certificate}",
    )
