# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer`: one real server, started here or running elsewhere."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from keycloak_sdk.testing._admin import AdminApi
from keycloak_sdk.testing._cache import Cache, default_root, discard
from keycloak_sdk.testing._errors import KeycloakServerError
from keycloak_sdk.testing._java import find_java
from keycloak_sdk.testing._launch import HOST, Ports, answers, launch, prepare
from keycloak_sdk.testing._progress import Progress, ProgressSink, to_stderr
from keycloak_sdk.testing._realms import RealmSource, load_realms, load_representation
from keycloak_sdk.testing._recipe import (
    ADMIN_PASSWORD,
    ADMIN_USERNAME,
    DEFAULT_FEATURES,
    DEFAULT_JAVA_OPTIONS,
    DEFAULT_VERSION,
    Recipe,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from keycloak_sdk.testing._process import ServerProcess

_POLL = 0.5


class KeycloakServer:
    """A real Keycloak for tests, started on this machine or found at `KEYCLOAK_URL`.

    The first start of a version downloads and builds it, the first start with a set of realms imports them; both
    are kept in the user's cache directory (`KEYCLOAK_SDK_CACHE` names another), so that every later start
    takes seconds and finds the same users, keys and identifiers. Each server runs on a copy of its own, listens on
    127.0.0.1 alone and ends with this process, however that ends. Any number of them, of any versions, run side
    by side.

    With `KEYCLOAK_URL` in the environment nothing is started: the server there is used, after
    it answers. Realms given here are created in it where it has none of that name, and deleted by `stop()`;
    a realm that is there already is used as it is. `KEYCLOAK_ADMIN_USERNAME` and
    `KEYCLOAK_ADMIN_PASSWORD` (both `admin` when unset) name its administrator.

    Args:
        realms: Realms to begin with: paths of JSON files in the form of Keycloak's realm export, or
            dictionaries of the same form.
        version: Keycloak release to run.
        port: Port to listen on; `None` takes a free one.
        features: Features to enable besides Keycloak's defaults.
        options: More options of `kc.sh start`, such as `--log-level=DEBUG`.
        java_options: Options of the Java virtual machine. The default boots fast; load tests want `()`.
        timeout: Seconds to wait for a started process, or for the server at `KEYCLOAK_URL`, to answer.
        progress: Receives one line per step; `None` for silence.

    Raises:
        KeycloakServerError: From `start()` and `with`: no Java, no network, no such version, a realm
            file that cannot be used, or the server ended or did not answer. One line that says what to change.
    """

    def __init__(
        self,
        realms: Sequence[RealmSource] = (),
        *,
        version: str = DEFAULT_VERSION,
        port: int | None = None,
        features: Sequence[str] = DEFAULT_FEATURES,
        options: Sequence[str] = (),
        java_options: Sequence[str] = DEFAULT_JAVA_OPTIONS,
        timeout: float = 180.0,
        progress: ProgressSink | None = to_stderr,
    ) -> None:
        self._sources = tuple(realms)
        self._version = version
        self._port = port
        self._features = tuple(features)
        self._options = tuple(options)
        self._java_options = tuple(java_options)
        self._timeout = timeout
        self._progress_sink = progress
        self._running = contextlib.ExitStack()
        self._url: str | None = None
        self._admin: AdminApi | None = None
        self._process: ServerProcess | None = None
        self._administrator = (ADMIN_USERNAME, ADMIN_PASSWORD)

    def __repr__(self) -> str:
        return f"<KeycloakServer {self._version} {self._url or 'not started'}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base URL, without a slash at the end; KeycloakServerError before `start()`."""
        if self._url is None:
            raise KeycloakServerError(
                "The Keycloak server is not running: call start() or use it in a with statement"
            )
        return self._url

    @property
    def version(self) -> str:
        """Version of the server; while it runs elsewhere, as that server says."""
        return self._version

    @property
    def admin_username(self) -> str:
        """Administrator of the realm master."""
        return self._administrator[0]

    @property
    def admin_password(self) -> str:
        """That administrator's password."""
        return self._administrator[1]

    @property
    def log_path(self) -> Path | None:
        """The log of the server started here; it outlives the server for a while."""
        return self._process.log_path if self._process is not None else None

    def start(self) -> Self:
        """Start the server and return it when it answers; does nothing while it runs."""
        if self._url is not None:
            return self
        try:
            self._start(Progress(self._progress_sink))
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End what `start()` started; does nothing when nothing runs."""
        try:
            self._running.close()
        finally:
            self._url = self._admin = None

    def admin(
        self, method: str, path: str, json: object = None, params: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Send one request to the server's admin REST API and return the answer, whatever its status.

        Args:
            method: HTTP method.
            path: Path as in Keycloak's documentation, such as
                `/admin/realms/shop/clients-initial-access`.
            json: Body, sent as JSON; `None` for none.
            params: Query parameters.

        Raises:
            KeycloakServerError: The server does not run, or refuses its administrator.
        """
        return self._api.request(method, path, json=json, params=params)

    @contextlib.contextmanager
    def realm(self, representation: RealmSource, name: str | None = None) -> Iterator[str]:
        """Create a realm, and delete it at the end of the `with` statement, which receives its name.

        Args:
            representation: Path of a JSON file in the form of Keycloak's realm export, or a dictionary of
                that form.
            name: Name of the realm; `None` for the one in the representation, or a new one when it has none.

        Raises:
            KeycloakServerError: The representation cannot be read, or the server refuses it.
        """
        content = load_representation(representation)
        if name is not None:
            content.pop("id", None)
        created = name or content.get("realm") or f"realm-{secrets.token_hex(4)}"
        self._api.create_realm({"enabled": True, **content, "realm": created})
        try:
            yield created
        finally:
            self._api.delete_realm(created)

    @property
    def _api(self) -> AdminApi:
        if self._admin is None:
            self._admin = AdminApi(self.url, *self._administrator, self._client)
        return self._admin

    def _start(self, progress: Progress) -> None:
        realms = load_realms(self._sources)
        attached = os.environ.get("KEYCLOAK_URL", "").rstrip("/")
        # A proxy of the environment is for other machines than this one.
        self._client = self._running.enter_context(httpx.Client(trust_env=bool(attached), timeout=60.0))
        if attached:
            self._attach(attached, realms, progress)
        else:
            self._boot(realms, progress)
        progress.step(f"ready at {self.url}")

    def _attach(self, url: str, realms: Mapping[str, Mapping[str, Any]], progress: Progress) -> None:
        progress.step(f"using the server at {url}")
        deadline = time.monotonic() + self._timeout
        while not answers(url, self._client):
            if time.monotonic() > deadline:
                raise KeycloakServerError(
                    f"No Keycloak answered at KEYCLOAK_URL {url} within {self._timeout:g} seconds"
                )
            time.sleep(_POLL)
        self._url = url
        self._administrator = (
            os.environ.get("KEYCLOAK_ADMIN_USERNAME", ADMIN_USERNAME),
            os.environ.get("KEYCLOAK_ADMIN_PASSWORD", ADMIN_PASSWORD),
        )
        self._version = self._api.version()
        for name, representation in realms.items():
            if self._api.has_realm(name):
                progress.step(f"realm {name} is there already: used as it is")
            else:
                progress.step(f"creating the realm {name}")
                self._running.enter_context(self.realm(representation))

    def _boot(self, realms: Mapping[str, Mapping[str, Any]], progress: Progress) -> None:
        if sys.platform == "win32":
            raise KeycloakServerError(
                "Starting Keycloak needs Linux or macOS: set KEYCLOAK_URL to a running server"
            )
        recipe = Recipe(
            version=self._version,
            features=self._features,
            realms=realms,
            java=find_java(os.environ),
            java_options=self._java_options,
            cache=Cache(default_root(os.environ)),
            progress=progress,
            environ=os.environ,
        )
        prepared = prepare(recipe, self._client, timeout=self._timeout)
        ports = Ports.choose(self._port)
        scratch = Path(tempfile.mkdtemp(prefix="keycloak-"))
        self._running.callback(discard, scratch)
        home = scratch / "home"
        shutil.copytree(prepared, home, symlinks=True)
        progress.step("starting")
        replaying = (recipe.java.replaying_option(recipe.archive),) if recipe.archive.exists() else ()
        self._process = launch(
            recipe,
            home,
            ports,
            self._client,
            timeout=self._timeout,
            options=self._options,
            java_options=replaying,
            scratch=scratch,
        )
        self._running.callback(self._process.stop)
        self._url = f"http://{HOST}:{ports.http}"
