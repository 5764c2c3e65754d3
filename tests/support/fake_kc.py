# SPDX-License-Identifier: Apache-2.0
"""Stands in for kc.sh: speaks its command line, writes its log lines, answers what KeycloakServer asks.

It misbehaves on demand: an option `-Dfake=WORD` of `start`, or a realm with the member `fake`, chooses how.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

LONG = 600.0


def option(name: str) -> str:
    """Return the value of `name=value` on the command line."""
    return next((word.partition("=")[2] for word in sys.argv if word.startswith(f"{name}=")), "")


def say(line: str) -> None:
    """Write a line of the log."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fail(why: str) -> int:
    """Write the lines with which Keycloak gives up."""
    for words in (
        "ERROR: Failed to start server in (production) mode",
        f"ERROR: {why}",
        "For more details run",
    ):
        say(f"2026-11-24 05:49:56,718 ERROR [org.keycloak.cli.Handler] (main) {words}")
    return 1


def build() -> int:
    """Do what `kc.sh build` does: leave something behind in the home directory."""
    if "broken" in option("--features"):
        say("'broken' is an unrecognized feature. Did you mean: brokered?")
        return 2
    if "eternal" in option("--features"):
        Path(os.environ["TMPDIR"], "pid").write_text(str(os.getpid()))
        time.sleep(LONG)
    home = Path(sys.argv[0]).resolve().parent.parent
    (home / "lib" / "built").touch(exist_ok=False)
    return 0


def start() -> int:
    """Do what `kc.sh start` does."""
    home = Path(option("-Dkc.home.dir"))
    port = int(option("--http-port"))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    say("Appending additional Java properties to JAVA_OPTS")
    if not (home / "lib" / "built").exists():
        return fail("kc.sh build first")
    realms, ways = realms_of(home)
    ways.add(option("-Dfake"))
    (home / "data" / "h2" / "environment.json").write_text(json.dumps(dict(os.environ)))
    if "record" in ways:
        record()
    if "crash" in ways:
        return fail("The realm is made of cheese" + "!" * 200)
    if "mute crash" in ways:
        return 1
    if "thieves" in ways or ("thief" in ways and not (home / "tried").exists()):
        (home / "tried").touch()
        return fail(f"Port already bound: {port}: Address already in use")
    if "once" in ways:
        if (home / "started").exists():
            return fail("Once is enough")
        (home / "started").touch()
    if "mute" not in ways:
        say(f"Keycloak on JVM started in 4.5s. Listening on: http://127.0.0.1:{port}. Management interface")
    if "deaf" in ways:
        time.sleep(LONG)
    Handler.realms, Handler.store = realms, home / "data" / "h2" / "realms.json"
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
    return 0


def realms_of(home: Path) -> tuple[dict[str, Any], set[str]]:
    """Return the realms in the data directory, imported now if that is asked, and how they misbehave."""
    store = home / "data" / "h2" / "realms.json"
    if "--import-realm" not in sys.argv:
        return json.loads(store.read_text()), set()
    store.parent.mkdir()
    (home / "data" / "tmp").mkdir()
    realms: dict[str, Any] = {"master": {}}
    for path in (home / "data" / "import").iterdir():
        realm = json.loads(path.read_text())
        realms[realm["realm"]] = realm
    store.write_text(json.dumps(realms))
    return realms, {realm.get("fake", "") for realm in realms.values()}


def record() -> None:
    """Write the class-data archive, if one is asked for."""
    for word in os.environ["JAVA_OPTS_APPEND"].split('"'):
        if "ArchiveClassesAtExit=" in word:
            Path(word.partition("=")[2]).touch()


class Handler(BaseHTTPRequestHandler):
    """Answers the realm page, the token endpoint and the admin REST API."""

    realms: ClassVar[dict[str, Any]]
    store: ClassVar[Path]
    is_booting: ClassVar[bool] = True

    @property
    def last_part(self) -> str:
        """The last part of the path."""
        return self.path.partition("?")[0].rpartition("/")[2]

    def answer(self, status: int, body: object = None) -> None:
        """Send an answer."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        """Show a realm, or the server's version."""
        authorized = self.headers["Authorization"] == "Bearer of-the-administrator"
        if Handler.is_booting:
            Handler.is_booting = False
            self.answer(503)
        elif self.path.startswith("/admin/") and not authorized:
            self.answer(401)
        elif self.path == "/admin/serverinfo":
            self.answer(200, {} if option("-Dfake") == "lesser" else {"systemInfo": {"version": "26.9.9"}})
        elif self.path.startswith("/auth"):
            self.answer(404)
        elif self.last_part in self.realms:
            self.answer(200, {"realm": self.last_part})
        else:
            self.answer(404)

    def do_POST(self) -> None:
        """Give a token, or create a realm."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.last_part == "token":
            correct = b"username=admin&password=admin" in body
            self.answer(200 if correct else 401, {"access_token": "of-the-administrator"})
            return
        realm = json.loads(body)
        if realm["realm"] in self.realms:
            self.answer(409, {"errorMessage": "Conflict detected. See logs for details"})
        elif "refused" in realm:
            self.answer(400, {"errorMessage": "unable to read contents from stream"})
        else:
            self.realms[realm["realm"]] = realm
            self.store.write_text(json.dumps(self.realms))
            self.answer(201)

    def do_DELETE(self) -> None:
        """Delete a realm."""
        if "eternal" in self.realms.get(self.last_part, {}):
            self.answer(500)
        else:
            self.answer(204 if self.realms.pop(self.last_part, None) is not None else 404)

    def log_message(self, *_: object) -> None:
        """Keep the log short."""


if __name__ == "__main__":
    sys.exit({"build": build, "start": start}[sys.argv[1]]())
