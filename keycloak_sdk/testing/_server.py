# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer`: one real server, started here or running elsewhere."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING, Any

from keycloak_sdk.testing._errors import KeycloakServerError
from keycloak_sdk.testing._progress import Progress, ProgressSink, to_stderr
from keycloak_sdk.testing._realms import RealmSource, load_realms, load_representation
from keycloak_sdk.testing._recipe import DEFAULT_FEATURES, DEFAULT_JAVA_OPTIONS, DEFAULT_VERSION
from keycloak_sdk.testing._running import LocalServer, Running, Settings, attach, boot

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    import httpx

    from keycloak_sdk.testing._tls import CertificateAuthority


class KeycloakServer:
    """A real Keycloak for tests, started on this machine or found at `KEYCLOAK_URL`.

    The first start of a version downloads and builds it, the first start with a set of realms imports
    them. Both are kept in the user's cache directory (`KEYCLOAK_SDK_CACHE` names another; about 600 MB for
    a version), so that every later start takes seconds and finds the same users, keys and identifiers. Each
    server runs on a copy of its own, listens on 127.0.0.1 alone and ends with this process, however that
    ends. Any number of them, of any versions, run side by side.

    With `KEYCLOAK_URL` in the environment nothing is started: the server there is used, once it answers.
    Realms given here are created in it where it has none of that name, and deleted by `stop()`; a realm
    that is there already is used as it is. `KEYCLOAK_ADMIN_USERNAME` and `KEYCLOAK_ADMIN_PASSWORD` (both
    `admin` when unset) name its administrator.

    Args:
        realms: Realms to begin with: paths of JSON files in the form of Keycloak's realm export, or
            dictionaries of the same form.
        version: Keycloak release to run.
        port: Port to listen on; `None` takes a free one.
        features: Features to enable besides Keycloak's defaults.
        options: More options of `kc.sh start`, such as `--log-level=DEBUG`.
        https: Whether to serve https as well, with certificates made for this server.
        java_options: Options of the Java virtual machine. The default boots fast; load tests want `()`.
        timeout: Seconds to wait for a started process, or for the server at `KEYCLOAK_URL`, to answer.
        progress: Receives one line per step; `None` for silence.

    Raises:
        KeycloakServerError: From `start()` and `with`: no Java, no network, no such version, a realm that
            cannot be used, or the server ended or did not answer. One line that says what to change.
    """

    def __init__(
        self,
        realms: Sequence[RealmSource] = (),
        *,
        version: str = DEFAULT_VERSION,
        port: int | None = None,
        features: Sequence[str] = DEFAULT_FEATURES,
        options: Sequence[str] = (),
        https: bool = False,
        java_options: Sequence[str] = DEFAULT_JAVA_OPTIONS,
        timeout: float = 180.0,
        progress: ProgressSink | None = to_stderr,
    ) -> None:
        self._sources = tuple(realms)
        self._settings = Settings(
            version=version,
            port=port,
            features=tuple(features),
            options=tuple(options),
            https=https,
            java_options=tuple(java_options),
            timeout=timeout,
        )
        self._sink = progress
        self._undo = contextlib.ExitStack()
        self._running: Running | None = None

    def __repr__(self) -> str:
        return f"<KeycloakServer {self.version} {self._running.url if self._running else 'not running'}>"

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
        """Base URL, without a slash at the end."""
        return self._require_running().url

    @property
    def https_url(self) -> str:
        """Base URL for https; KeycloakServerError when the server has none."""
        url = self._require_running().https_url
        if url is None:
            raise KeycloakServerError("This Keycloak server has no https: start one with https=True")
        return url

    @property
    def ca_file(self) -> Path:
        """PEM file of the authority behind `https_url`; KeycloakServerError without `https=True`."""
        return self._require_authority().certificate

    @property
    def version(self) -> str:
        """Version of the server; of one at `KEYCLOAK_URL`, as it says itself once it is used."""
        return self._running.version if self._running else self._settings.version

    @property
    def admin_username(self) -> str:
        """Administrator of the realm master."""
        return self._require_running().api.username

    @property
    def admin_password(self) -> str:
        """That administrator's password."""
        return self._require_running().api.password

    @property
    def log_path(self) -> Path | None:
        """Log of the server running here, which outlives it for a while; `None` when there is none."""
        local = self._running.local if self._running else None
        return local.process.log_path if local is not None else None

    def start(self) -> Self:
        """Start the server and return it when it answers; does nothing while it runs."""
        if self._running is None:
            progress = Progress(self._sink)
            try:
                self._running = self._start(progress)
            except OSError as cause:
                self.stop()
                raise KeycloakServerError(
                    f"Keycloak {self.version} was not prepared: {cause}; KEYCLOAK_SDK_CACHE moves its files"
                ) from cause
            except BaseException:
                self.stop()
                raise
            progress.step(f"ready at {self._running.url}")
        return self

    def stop(self) -> None:
        """End or undo what `start()` did; does nothing when nothing runs."""
        self._running = None
        self._undo.close()

    @contextlib.contextmanager
    def outage(self) -> Generator[None]:
        """End the server for the length of a `with` statement.

        It comes back at the same URL with all that it knew: realms, users, keys and sessions; the statement
        ends when it answers. Programs see what a maintenance or a crash looks like: connections that are
        closed, and a port that refuses new ones.

        Raises:
            KeycloakServerError: The server does not run, was not started here (`KEYCLOAK_URL`), or does not
                come back.
        """
        running = self._require_running()
        if running.local is None:
            raise KeycloakServerError(
                f"The Keycloak server at {running.url} was not started here, and is not ended: "
                "unset KEYCLOAK_URL"
            )
        running.local.end()
        try:
            yield
        finally:
            self._begin_again(running, running.local)

    def restart(self) -> None:
        """End the server and start it again, at the same URL and with all that it knew.

        Raises:
            KeycloakServerError: As from `outage()`.
        """
        with self.outage():
            pass

    def admin(
        self, method: str, path: str, json: object = None, params: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Send one request to the server's admin REST API and return the answer, whatever its status.

        Args:
            method: HTTP method.
            path: Path as in Keycloak's documentation, such as `/admin/realms/shop/logout-all`.
            json: Body, sent as JSON; `None` for none.
            params: Query parameters.

        Raises:
            KeycloakServerError: The server does not run, or refuses its administrator.
        """
        return self._require_running().api.request(method, path, json=json, params=params)

    @contextlib.contextmanager
    def realm(self, representation: RealmSource, name: str | None = None) -> Generator[str]:
        """Create a realm, and delete it at the end of the `with` statement, which receives its name.

        Args:
            representation: Path of a JSON file in the form of Keycloak's realm export, or a dictionary of
                that form.
            name: Name of the realm; `None` for the one in the representation, or a new one when it has
                none.

        Raises:
            KeycloakServerError: The representation cannot be read, or the server refuses it.
        """
        content = {"enabled": True, **load_representation(representation)}
        if name is not None:
            content.pop("id", None)
        created = str(name or content.get("realm") or f"realm-{secrets.token_hex(4)}")
        api = self._require_running().api
        api.create_realm({**content, "realm": created})
        try:
            yield created
        finally:
            api.delete_realm(created)

    def client_certificate(self, subject: str) -> tuple[Path, Path]:
        """Issue a certificate that the server trusts; return the PEM files of it and of its key.

        Args:
            subject: Distinguished name, such as `CN=shop,O=Example`.

        Raises:
            KeycloakServerError: The server was not started with `https=True`.
        """
        return self._require_authority().issue_client(subject)

    def _start(self, progress: Progress) -> Running:
        realms = load_realms(self._sources)
        url = os.environ.get("KEYCLOAK_URL")
        if url:
            return attach(url, realms, os.environ, self._settings.timeout, progress, self._undo)
        return boot(self._settings, realms, os.environ, progress, self._undo)

    def _begin_again(self, running: Running, local: LocalServer) -> None:
        if self._running is not running:  # stopped for good meanwhile
            return
        running.api.forget_token()
        try:
            local.begin_again()
        except BaseException:
            self.stop()
            raise

    def _require_running(self) -> Running:
        if self._running is None:
            raise KeycloakServerError(
                "The Keycloak server is not running: call start(), or use it with `with`"
            )
        return self._running

    def _require_authority(self) -> CertificateAuthority:
        authority = self._require_running().authority
        if authority is None:
            raise KeycloakServerError(
                "This Keycloak server has no certificates of ours: start one with https=True"
            )
        return authority
