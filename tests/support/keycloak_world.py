# SPDX-License-Identifier: Apache-2.0
"""What a `KeycloakServer` is made of, as small scripts: no network, no Java, no Keycloak."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Generator

VERSION = "26.7.3"


def packed(**members: str) -> bytes:
    """Return a zip of these paths and texts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in members.items():
            archive.writestr(path, text)
    return content.getvalue()


def distribution(version: str = VERSION) -> bytes:
    """Return a zip like the published one, with a stand-in for kc.sh."""
    script = Path(__file__).with_name("fake_kc.py").read_text(encoding="utf-8")
    shared = ("lib/quarkus-run.jar", "conf/keycloak.conf", "providers/README.md", "themes/README.md")
    members = dict.fromkeys(shared, "") | {"bin/kc.sh": f"#!{sys.executable}\n{script}"}
    return packed(**{f"keycloak-{version}/{path}": text for path, text in members.items()})


def make_java(home: Path, version: str) -> Path:
    """Make a JAVA_HOME whose java says that it is `version`, or nothing for an empty one."""
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    told = f"echo 'openjdk version \"{version}\" 2026-01-20' >&2" if version else ""
    java.write_text(f"#!/bin/sh\n{told}\n")
    java.chmod(0o755)
    return home


@frozen
class Maven:
    """A Maven repository on this machine."""

    root: Path
    url: str = ""
    downloads: list[str] = field(factory=list)

    def publish(self, content: bytes, version: str = VERSION) -> None:
        """Offer a distribution."""
        path = self.root / f"org/keycloak/keycloak-quarkus-dist/{version}/keycloak-quarkus-dist-{version}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextlib.contextmanager
def running_maven(root: Path) -> Generator[Maven]:
    """Serve the directory `root` as a Maven repository."""
    downloads: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(".zip"):
                downloads.append(self.path.split("/")[-2])
            super().do_GET()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Maven(root, f"http://127.0.0.1:{server.server_port}", downloads)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
