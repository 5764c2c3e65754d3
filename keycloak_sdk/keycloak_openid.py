# SPDX-License-Identifier: Apache-2.0
"""A client of a realm: flows, verification of tokens, permissions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from keycloak_sdk import _jwt
from keycloak_sdk._closing import Closing
from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk._jwt.key_settings import KEYS_COOL_DOWN, KEYS_TTL, KeySettings
from keycloak_sdk._operations.openid import OpenIDOperations
from keycloak_sdk._operations.realm_keys import KnownRealms
from keycloak_sdk._settings import MAX_BODY
from keycloak_sdk._twins.openid import OpenIDTwins
from keycloak_sdk.authorization import Authorization
from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import KeycloakConfigurationError
from keycloak_sdk.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import httpx

    from keycloak_sdk._jwt import LocalReplayMemory, TokenDecoder
    from keycloak_sdk._jwt.shared_keys import SignedKeySetCache
    from keycloak_sdk._operations.connection import Telemetry
    from keycloak_sdk._settings import Cert, Clock, Verify
    from keycloak_sdk.uma import Uma


class KeycloakOpenID(OpenIDTwins, Closing):
    """A client of a realm, for threads and event loops alike.

    Every method has a twin for event loops, with `a_` before its name. Nothing is sent before the first
    call.

    Args:
        server_url: URL of the server, with or without a path prefix, such as `https://sso.example.org`.
        realm_name: Name of the realm.
        client_id: Identifier of the client.
        client_secret_key: Secret of the client; `None` or `""` for a public client.
        verify: Whether certificates are checked; or the path of a CA bundle, or an `ssl.SSLContext`.
        custom_headers: Headers of every request; copied.
        proxies: Proxy by scheme, `{"https": url}` or `{"https://": url}`.
        timeout: Seconds for a whole exchange; `None` for no limit.
        cert: Client certificate: a PEM file, or a pair of certificate and key file.
        max_retries: Further attempts when no connection can be made.
        pool_maxsize: Connections that may be open at once; 100 when `None`.
        issuer: Issuer that tokens must name; `None` for the realm under `server_url`. Give it when this
            program reaches the server by another host name than its users.
        transport: Transport or client of httpx to use in threads, and in event loops when it can.
        async_transport: Transport or client of httpx to use in event loops.
        trusted_origins: Further origins that absolute URLs may name.
        max_body: Bytes of an answer, decompressed, that are read at most.
        telemetry: What watches the exchanges, a `keycloak_sdk.telemetry.OpenTelemetry`; `None` for nobody.
        keys_ttl: Seconds that the realm's keys are used before they are fetched again, up to a day; 0 has
            them fetched for every token.
        keys_cool_down: Seconds before keys are fetched again when a fetch brought nothing: for a key that
            the realm does not have, or from a server that is down.
        keys_cache: Where processes share the realm's keys.
        verified_tokens: Tokens, up to 16 KiB each, whose signature need not be verified again; 0 remembers
            none.
        clock: The time; for tests.

    Raises:
        KeycloakConfigurationError: An argument cannot work.
    """

    @forgetful
    def __init__(
        self,
        server_url: str,
        realm_name: str,
        client_id: str,
        client_secret_key: str | None = None,
        verify: Verify = True,
        custom_headers: Mapping[str, str] | None = None,
        proxies: Mapping[str, str] | None = None,
        timeout: float | None = 60,
        *,
        cert: Cert = None,
        max_retries: int = 1,
        pool_maxsize: int | None = None,
        issuer: str | None = None,
        transport: httpx.BaseTransport | httpx.Client | None = None,
        async_transport: httpx.AsyncBaseTransport | httpx.AsyncClient | None = None,
        trusted_origins: Collection[str] = (),
        max_body: int = MAX_BODY,
        telemetry: Telemetry | None = None,
        keys_ttl: float = KEYS_TTL,
        keys_cool_down: float = KEYS_COOL_DOWN,
        keys_cache: SignedKeySetCache | None = None,
        verified_tokens: int = 0,
        clock: Clock | None = None,
    ) -> None:
        self.realm_name = realm_name
        self.client_id = client_id
        self.client_secret_key = client_secret_key
        self.issuer = issuer
        self._connection = ConnectionManager(
            server_url,
            custom_headers,
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
        self._authorization = Authorization(clock=clock)
        self._decoder: TokenDecoder | None = None
        self._known_realms = KnownRealms(
            KeySettings(
                keys_ttl=keys_ttl,
                keys_cool_down=keys_cool_down,
                keys_cache=keys_cache,
                verified_tokens=verified_tokens,
            )
        )
        self._uma: Uma | None = None
        self._replays: dict[str, LocalReplayMemory] = {}

    @property
    def _blocking(self) -> OpenIDOperations:
        return OpenIDOperations(self, self._connection._blocking)

    @property
    def _awaitable(self) -> OpenIDOperations:
        return OpenIDOperations(self, self._connection._awaitable)

    @property
    def realm_name(self) -> str:
        """Name of the realm."""
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
        """Secret of the client; `None` or `""` for a public client."""
        return self._client_secret_key

    @client_secret_key.setter
    def client_secret_key(self, value: str | None) -> None:
        self._client_secret_key = value

    @property
    def connection(self) -> ConnectionManager:
        """The connection that requests go through."""
        return self._connection

    @connection.setter
    def connection(self, value: ConnectionManager) -> None:
        if not isinstance(value, ConnectionManager):
            raise KeycloakConfigurationError(
                f"connection is of type {type(value).__name__}: give a ConnectionManager"
            )
        self._connection = value

    @property
    def authorization(self) -> Authorization:
        """The authorization configuration that was loaded."""
        return self._authorization

    @authorization.setter
    def authorization(self, value: Authorization) -> None:
        self._authorization = value

    @property
    def uma(self) -> Uma:
        """The client as a resource server: its resources, tickets, policies of owners, decisions."""
        if self._uma is None:
            # loaded when somebody comes in: its account is a connection, which stands above this class
            self._uma = cast("Uma", import_module("keycloak_sdk.uma").Uma(self))
        return self._uma

    @property
    def keys(self) -> Keys:
        """The realm's keys, as `decode_token` holds them."""
        return Keys(self)

    @property
    def _token_decoder(self) -> TokenDecoder:
        """What decodes tokens; made when the first one comes, since it loads jwcrypto."""
        if self._decoder is None:
            self._decoder = _jwt.TokenDecoder(self._known_realms.settings.verified_tokens)
        return self._decoder

    @property
    def _replay_memory(self) -> LocalReplayMemory:
        """What remembers tokens that are good for one use; made when the first one comes."""
        if not self._replays:  # one memory, whichever thread comes first: two would each let a token pass
            self._replays.setdefault(
                "jti", _jwt.LocalReplayMemory(monotonic=self._connection.clock.monotonic)
            )
        return self._replays["jti"]

    def _add_secret_key(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Put the client's secret into a form, if it has one; return the form."""
        if self.client_secret_key:
            payload.update({"client_secret": self.client_secret_key})
        return payload

    def _build_name_role(self, role: str) -> str:
        """Return how the authorization configuration names a role of this client."""
        return f"{self.client_id}/{role}"

    def close(self) -> None:
        """Close the connections of this process's threads; the next call opens new ones."""
        self._connection.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop, and those of the threads."""
        await self._connection.aclose()

    def __repr__(self) -> str:
        realm = f"{self._connection._server.base} {self.realm_name!r}"
        return f"<{type(self).__name__} {self.client_id!r} of {realm}>"
