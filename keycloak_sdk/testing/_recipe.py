# SPDX-License-Identifier: Apache-2.0
"""How a server is prepared once, so that every later start takes seconds.

Server: the unpacked distribution after `kc.sh build`, one for each version and set of features; running
servers only read it. Data: the data directory after a first start, which makes the tables and imports the
realms; every server starts on a copy. Archive: the loaded classes, as one build of Java wants them.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import attrs

from keycloak_sdk.testing import _distribution
from keycloak_sdk.testing._errors import KeycloakServerError
from keycloak_sdk.testing._process import ServerProcess, reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from keycloak_sdk.testing._cache import Cache
    from keycloak_sdk.testing._java import Java
    from keycloak_sdk.testing._progress import Progress

DEFAULT_VERSION: Final = "26.7.3"
DEFAULT_FEATURES: Final = ("token-exchange", "admin-fine-grained-authz:v1", "client-secret-rotation")
DEFAULT_JAVA_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:-UseG1GC", "-XX:+UseSerialGC")
ADMIN_USERNAME: Final = "admin"
ADMIN_PASSWORD: Final = "admin"

# Changes whenever entries made by an older release of this module must not be used any more.
_EDITION = 1
_BUILD_OPTIONS = ("--db=dev-file", "--health-enabled=true", "--https-client-auth=request")
_BUILD_PATIENCE = 600.0
_SHARED = ("lib", "providers", "conf", "themes")
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")


@attrs.frozen
class Recipe:
    """What is to be prepared, and where it is kept."""

    version: str
    features: tuple[str, ...]
    realms: Mapping[str, Mapping[str, Any]]
    java: Java
    java_options: tuple[str, ...]
    cache: Cache
    progress: Progress
    environ: Mapping[str, str]

    def __attrs_post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise KeycloakServerError(f"{self.version!r} is not a Keycloak version: {DEFAULT_VERSION} is one")

    @property
    def _server_name(self) -> str:
        return f"{self.version}-{_digest(_EDITION, sorted(self.features), _BUILD_OPTIONS)}"

    @property
    def data_name(self) -> str:
        """Name of the data directory in the cache."""
        return f"{self._server_name}-{_digest(self.java.fingerprint, self.realms)}"

    @property
    def archive(self) -> Path:
        """The class-data archive for this build and this Java; may be missing."""
        return self.cache.path("archives", f"{self._server_name}-{self.java.fingerprint}")

    def server(self) -> Path:
        """Return the built server, made now if this version and these features were never used."""
        return self.cache.entry("servers", self._server_name, self._build)

    def furnish(self, home: Path) -> None:
        """Make the directory `home` one that a server can run in: the built one, but for the data."""
        for name in _SHARED:
            (home / name).symlink_to(self.server() / name)

    def supply_realms(self, home: Path) -> None:
        """Put the realms where a server in `home` imports them from."""
        imports = home / "data" / "import"
        imports.mkdir(parents=True)
        for name, representation in self.realms.items():
            # Keycloak insists on this spelling of the file name.
            (imports / f"{name}-realm.json").write_text(json.dumps(representation), encoding="utf-8")

    def environment(self, *java_options: str) -> dict[str, str]:
        """Return the whole environment of a server process: the caller's settings must not steer it."""
        quoted = " ".join(f'"{option}"' for option in [*self.java_options, *java_options])
        return {
            **{name: self.environ[name] for name in _INHERITED if name in self.environ},
            "JAVA": str(self.java.executable),
            "JAVA_OPTS_APPEND": quoted,
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN_USERNAME,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN_PASSWORD,
        }

    def _build(self, home: Path) -> None:
        archive = self.cache.entry("downloads", f"keycloak-{self.version}.zip", self._download)
        self.progress.step(f"unpacking Keycloak {self.version}")
        _distribution.unpack(archive, home)
        self.progress.step("building it, once for this version and these features")
        command = [str(home / "bin" / "kc.sh"), "build", *_BUILD_OPTIONS]
        if self.features:
            command.append(f"--features={','.join(self.features)}")
        log = self.cache.new_log(f"build-{self.version}")
        process = ServerProcess(command, environment=self.environment(), log_path=log)
        try:
            status = process.wait(_BUILD_PATIENCE)
        finally:
            process.stop()
        if status != 0:
            raise KeycloakServerError(f"Keycloak was not built: {reason(log)}, see {log}", log_path=log)

    def _download(self, destination: Path) -> None:
        self.progress.step(f"downloading Keycloak {self.version}, about 170 MB")
        _distribution.download(self.version, destination, self.environ, self.progress)


def _digest(*parts: object) -> str:
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
