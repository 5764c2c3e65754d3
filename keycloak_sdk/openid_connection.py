# SPDX-License-Identifier: Apache-2.0
"""A connection whose token renews itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from keycloak_sdk import _tokens
from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._ledger import RenewalLedger
from keycloak_sdk._operations.renewal import RenewingOperations
from keycloak_sdk._settings import MAX_BODY
from keycloak_sdk._twins.renewal import RenewalTwins
from keycloak_sdk.bearer_auth import BearerAuth
from keycloak_sdk.connection import ConnectionManager, copied_headers
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakPostError
from keycloak_sdk.keycloak_openid import KeycloakOpenID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    import httpx

    from keycloak_oidc_api.models import TokenResponse
    from keycloak_sdk._operations.connection import Telemetry
    from keycloak_sdk._settings import Cert, Clock, Verify
    from keycloak_sdk._tokens import HeldToken, Session
    from keycloak_sdk._urls import ServerUrl
    from keycloak_sdk.token_stores import TokenStore

__all__ = ("ConnectionManager", "KeycloakOpenID", "KeycloakOpenIDConnection", "KeycloakPostError")


@frozen(repr=False)
class Login:
    """The client that asks for tokens."""

    realm_name: str
    client_id: str
    client_secret_key: str | None


@frozen(repr=False)
class LoginServer:
    """The server as the token requests see it."""

    _server: ServerUrl
    trusted_origins: Collection[str]
    headers: Mapping[str, str]
    clock: Clock
    telemetry: Telemetry | None


class KeycloakOpenIDConnection(RenewalTwins, ConnectionManager):
    """A connection that sends its own token, and renews it.

    Nothing is sent before the first call; that logs in. A token is renewed before it expires, and once
    when the server refuses it (401); callers that come meanwhile share the renewal.

    Args:
        server_url: URL of the server, with or without a path prefix, such as `https://sso.example.org`.
        username: User name, for the password grant.
        password: Password, for the password grant.
        token: Token to begin with, as `KeycloakOpenID.token` returns it; `None` to log in.
        totp: One-time code of the user, for the password grant.
        realm_name: Realm that the program works on, and logs in to unless `user_realm_name` says another.
        client_id: Identifier of the client.
        verify: Whether certificates are checked; or the path of a CA bundle, or an `ssl.SSLContext`.
        client_secret_key: Secret of the client; without a user it is what logs in.
        custom_headers: Headers of every request; copied.
        user_realm_name: Realm of the user, when it is another than `realm_name`.
        timeout: Seconds for a whole exchange; `None` for no limit.
        grant_type: Grant to log in with; `None` to choose by the credentials.
        proxies: Proxy by scheme, `{"https": url}` or `{"https://": url}`.
        cert: Client certificate: a PEM file, or a pair of certificate and key file.
        max_retries: Further attempts when no connection can be made.
        pool_maxsize: Connections that may be open at once; 100 when `None`.
        transport: Transport or client of httpx to use in threads, and in event loops when it can.
        async_transport: Transport or client of httpx to use in event loops.
        trusted_origins: Further origins that absolute URLs may name.
        max_body: Bytes of an answer, decompressed, that are read at most.
        telemetry: What watches the exchanges, a `keycloak_sdk.telemetry.OpenTelemetry`; `None` for nobody.
        clock: The time; for tests.
        token_store: Where the token is shared with other connections and processes that log in with the same
            credentials; `None` to keep it.
        token_name: Name of the session in the store, when it is not that of the credentials.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    _server_url: str | None = None
    _username: str | None = None
    _password: str | None = None
    _totp: int | str | None = None
    _realm_name: str = None  # type: ignore[assignment] # the seed's page; set by every constructor
    _client_id: str = None  # type: ignore[assignment] # the seed's page; set by every constructor
    _verify: Verify | None = None
    _client_secret_key: str | None = None
    _connection: ConnectionManager | None = None
    _custom_headers: dict[str, str] | None = None
    _user_realm_name: str | None = None
    _expires_at: datetime | None = None
    _keycloak_openid: KeycloakOpenID | None = None

    @forgetful
    def __init__(
        self,
        server_url: str,
        username: str | None = None,
        password: str | None = None,
        token: Mapping[str, Any] | None = None,
        totp: int | str | None = None,
        realm_name: str = "master",
        client_id: str = "admin-cli",
        verify: Verify = True,
        client_secret_key: str | None = None,
        custom_headers: Mapping[str, str] | None = None,
        user_realm_name: str | None = None,
        timeout: float | None = 60,
        *,
        grant_type: str | None = None,
        proxies: Mapping[str, str] | None = None,
        cert: Cert = None,
        max_retries: int = 1,
        pool_maxsize: int | None = None,
        transport: httpx.BaseTransport | httpx.Client | None = None,
        async_transport: httpx.AsyncBaseTransport | httpx.AsyncClient | None = None,
        trusted_origins: Collection[str] = (),
        max_body: int = MAX_BODY,
        telemetry: Telemetry | None = None,
        clock: Clock | None = None,
        token_store: TokenStore | None = None,
        token_name: str | None = None,
    ) -> None:
        super().__init__(
            server_url,
            None,
            timeout,
            verify,
            proxies,
            cert=cert,
            max_retries=max_retries,
            pool_maxsize=pool_maxsize,
            transport=transport,
            async_transport=async_transport,
            trusted_origins=trusted_origins,
            max_body=max_body,
            telemetry=telemetry,
            clock=clock,
        )
        self._server_url = server_url
        self._verify = verify
        self.token_lifetime_fraction: float = _tokens.LIFETIME_FRACTION
        self.grant_type = grant_type
        self._username = username
        self._password = password
        self._totp = totp
        self._realm_name = realm_name
        self._client_id = client_id
        self._client_secret_key = client_secret_key
        self._user_realm_name = user_realm_name
        self.custom_headers = custom_headers
        self._renewal: SingleFlight[None] = SingleFlight()
        self.token_store = token_store
        self.token_name = token_name
        self.renewals = RenewalLedger()
        """What became of the last renewals."""
        self._named_session: tuple[Session, str] | None = None
        self.token = token

    @property
    def _blocking(self) -> RenewingOperations:
        return RenewingOperations(self, self._blocking_io)

    @property
    def _awaitable(self) -> RenewingOperations:
        return RenewingOperations(self, self._awaiting_io)

    @property
    def _login(self) -> Login:
        """The client that asks for tokens, as the properties now say."""
        realm = self._user_realm_name or self._realm_name or "master"
        return Login(realm, self._client_id, self._client_secret_key)

    @property
    def _login_server(self) -> LoginServer:
        """The server as the token requests see it: without the bearer."""
        headers = self._custom_headers or {}
        return LoginServer(self._server, self.trusted_origins, headers, self.clock, self.telemetry)

    @property
    def _session(self) -> Session:
        """Whose session the token is, as the properties now say."""
        login = self._login
        return _tokens.Session(
            self._server.base,
            login.realm_name,
            login.client_id,
            self.grant_type or self._grant,
            self._username,
            self._password,
            login.client_secret_key,
            self.token_name,
        )

    @property
    def _grant(self) -> str | None:
        """The grant that the credentials are for; `None` without any."""
        if self._username and self._password:
            return "password"
        return "client_credentials" if self._client_secret_key else None

    @property
    def _held_token(self) -> HeldToken | None:
        """The token, and until when it is sent without asking."""
        return self._held

    @_held_token.setter
    def _held_token(self, value: HeldToken | None) -> None:
        self._expires_at = self.clock.now() if value is None else value.expires_at
        self._held = value

    @property
    def token(self) -> TokenResponse | None:
        """The token that is held; `None` before the first login.

        A token that is put here is sent until nine tenths of `expires_in`, or of what is left until the
        `exp` of its access token, have passed.
        """
        return None if self._held is None else self._held.response

    @token.setter
    @forgetful
    def token(self, value: Mapping[str, Any] | None) -> None:
        if value is None:
            self._held_token = None
            return
        if self.token_store is not None and self.token_name is None:
            raise KeycloakConfigurationError(
                "a token is put into a connection with a token store: give token_name, which says whose it is"
            )
        self._held_token = _tokens.hold_given(value, fraction=self.token_lifetime_fraction, clock=self.clock)

    def auth(self, *, origins: Collection[str] | None = None) -> BearerAuth:
        """Return what makes requests of the program's own bear this connection's token.

        Nothing is sent: the first request logs in, when that is necessary.

        Args:
            origins: The only origins that get the token, such as `https://api.example.org`; requests to
                others are sent without it. `None` for wherever the client is used.

        Returns:
            The `auth` of an `httpx.Client` or `httpx.AsyncClient`, or of one request; good for any number.

        Raises:
            KeycloakConfigurationError: One of `origins` is no origin.

        Source: RFC 6750 section 2.1.
        """
        return BearerAuth(self, origins)

    @property
    def expires_at(self) -> datetime | None:
        """When the token is renewed next: aware, in UTC; the past without a token."""
        return self._expires_at

    @property
    def server_url(self) -> str:
        """URL of the server, as it was given."""
        return self.base_url

    @server_url.setter
    @forgetful
    def server_url(self, value: str) -> None:
        self.base_url = value
        self._server_url = value

    @property
    def custom_headers(self) -> dict[str, str] | None:
        """Headers of every request, the logins included; `None` when none were given."""
        return self._custom_headers

    @custom_headers.setter
    @forgetful
    def custom_headers(self, value: Mapping[str, str] | None) -> None:
        self._custom_headers = None if value is None else copied_headers(value)
        self.headers = {**self.headers, **(self._custom_headers or {}), "Content-Type": "application/json"}

    @property
    def keycloak_openid(self) -> KeycloakOpenID:
        """The client that logs in, for calls of the program's own; made once."""
        if self._keycloak_openid is None:
            login = self._login
            openid = KeycloakOpenID(
                self.server_url,
                login.realm_name,
                login.client_id,
                login.client_secret_key,
                True,
                self.custom_headers,
                self.proxies,
                self.timeout,
                cert=self.cert,
                max_retries=self.max_retries,
                pool_maxsize=self.pool_maxsize,
                transport=self._transport,
                async_transport=self._async_transport,
                trusted_origins=self.trusted_origins,
                max_body=self._settings.max_body,
                telemetry=self.telemetry,
                clock=self.clock,
            )
            openid.connection._change(verify=self.verify)  # warned of when this connection was made
            self._keycloak_openid = openid
        return self._keycloak_openid

    @property
    def username(self) -> str | None:
        """User name of the password grant."""
        return self._username

    @username.setter
    def username(self, value: str | None) -> None:
        self._username = value

    @property
    def password(self) -> str | None:
        """Password of the password grant."""
        return self._password

    @password.setter
    def password(self, value: str | None) -> None:
        self._password = value

    @property
    def totp(self) -> int | str | None:
        """One-time code of the password grant."""
        return self._totp

    @totp.setter
    def totp(self, value: int | str | None) -> None:
        self._totp = value

    @property
    def realm_name(self) -> str:
        """Realm that the program works on."""
        return self._realm_name

    @realm_name.setter
    def realm_name(self, value: str) -> None:
        self._realm_name = value

    @property
    def client_id(self) -> str:
        """Identifier of the client."""
        return self._client_id

    @client_id.setter
    def client_id(self, value: str) -> None:
        self._client_id = value

    @property
    def client_secret_key(self) -> str | None:
        """Secret of the client; `None` without one."""
        return self._client_secret_key

    @client_secret_key.setter
    def client_secret_key(self, value: str | None) -> None:
        self._client_secret_key = value

    @property
    def user_realm_name(self) -> str | None:
        """Realm to log in to; `None` for `realm_name`."""
        return self._user_realm_name

    @user_realm_name.setter
    def user_realm_name(self, value: str | None) -> None:
        self._user_realm_name = value
