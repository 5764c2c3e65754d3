# SPDX-License-Identifier: Apache-2.0
"""The authentication device of a CIBA login: Keycloak asks it, the user answers by it.

Source: OpenID Connect Client-Initiated Backchannel Authentication Flow 1.0.
"""

from __future__ import annotations

import contextlib
import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Generator

_ADDRESS = ("127.0.0.1", 8299)
"""Where the servers of the tests ask, see `keycloak_options` in pyproject.toml."""
_PATIENCE = 60.0


@frozen
class Question:
    """What Keycloak asked the device."""

    bearer: str
    """Authorization of the answer."""
    content: dict[str, Any]


@contextlib.contextmanager
def authentication_device() -> Generator[SimpleQueue[Question]]:
    """Listen for Keycloak's questions, and hand them out in the order they come."""
    questions: SimpleQueue[Question] = SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            questions.put(Question(self.headers["Authorization"], content))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with _listening(Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield questions
        finally:
            server.shutdown()
            thread.join()


def _listening(handler: type[BaseHTTPRequestHandler]) -> HTTPServer:
    """Listen; another run of the tests on this machine may have the address for a moment."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return HTTPServer(_ADDRESS, handler)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
