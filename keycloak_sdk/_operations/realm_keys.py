# SPDX-License-Identifier: Apache-2.0
"""The keys of a client's realm: fetched when they are needed, held, shared with other processes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from attrs import define, field

from keycloak_oidc_api.api.keys import get_certs
from keycloak_sdk import _jwt
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._operations.discovery import DiscoveryOperations
from keycloak_sdk._operations.realm_client import RealmClient, built
from keycloak_sdk._urls import segment
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError

if TYPE_CHECKING:
    from keycloak_oidc_api.types import ResponseLike
    from keycloak_sdk._jwt import HeldKeySet, KeySet, TokenDecoder
    from keycloak_sdk._jwt.key_settings import KeySettings
    from keycloak_sdk._urls import ServerUrl

_REALMS_KNOWN = 32


@define(eq=False)
class RealmKeys:
    """What a client knows of the realm whose tokens it verifies, shared by threads and event loops."""

    issuer: str
    """Issuer of a realm that is reached by the host name its users know."""
    held: HeldKeySet
    fetching: SingleFlight[KeySet] = field(factory=SingleFlight["KeySet"])
    published_issuer: str | None = None
    """Issuer that the realm's metadata names; `None` until it had to be asked."""
    ask_issuer_at: float = float("-inf")
    """When its metadata may be asked again; monotonic clock."""

    @property
    def uri(self) -> str:
        """Address of the key set."""
        return f"{self.issuer}/protocol/openid-connect/certs"


class KnownRealms:
    """What a client knows of the last few realms that it turned to, one object for all threads."""

    def __init__(self, settings: KeySettings) -> None:
        self.settings = settings
        self._realms: dict[tuple[ServerUrl, str], RealmKeys] = {}

    def of(self, server: ServerUrl, name: str) -> RealmKeys:
        """Return what is known of a realm.

        Raises:
            KeycloakRequestError: The realm's name is none.
        """
        known = self._realms.get((server, name)) if isinstance(name, str) else None
        if known is not None:
            return known
        issuer = f"{server.base}/realms/{quote(segment(name, 'realm_name'), safe='')}"
        held = _jwt.HeldKeySet(ttl=self.settings.keys_ttl, cool_down=self.settings.keys_cool_down)
        if len(self._realms) > _REALMS_KNOWN:
            self._realms.clear()
        return self._realms.setdefault((server, name), RealmKeys(issuer, held))


class KeyHolder(RealmClient, Protocol):
    """A client that holds the keys of its realm."""

    @property
    def _known_realms(self) -> KnownRealms:
        """What it knows of realms."""
        ...

    @property
    def _token_decoder(self) -> TokenDecoder:
        """What decodes tokens."""
        ...


class RealmKeyOperations(DiscoveryOperations):
    """The keys of the realm."""

    client: KeyHolder

    def _known(self) -> RealmKeys:
        return self.client._known_realms.of(self.wire.connection._server, self.client.realm_name)

    def _now(self) -> float:
        """Return seconds since the epoch."""
        return self.wire.connection.clock.now().timestamp()

    def _monotonic(self) -> float:
        return self.wire.connection.clock.monotonic()

    async def _keys(self, known: RealmKeys, missed: KeySet | None = None) -> KeySet:
        """Return the key set to use, fetched if it has to be; one fetch serves all who wait.

        Nobody waits for the fetch of another to replace a set that is merely old: the server may hang.
        """
        choice = known.held.decide(self._monotonic(), missed)
        if not isinstance(choice, _jwt.Fetch):
            return choice
        if choice.reason == "stale" and choice.fallback is not None and known.fetching.under_way:
            return choice.fallback
        return await self.io.share(known.fetching, partial(self._renew_keys, known, missed))

    async def _renew_keys(self, known: RealmKeys, missed: KeySet | None) -> KeySet:
        """Fetch, unless whoever came first, or another process, has just done so."""
        choice = known.held.decide(self._monotonic(), missed)
        if not isinstance(choice, _jwt.Fetch):
            return choice
        shared = await self._shared_keys(known)
        if shared is not None:
            return shared
        try:
            return await self._fetch_keys(known)
        except KeycloakError:
            last_good = known.held.failed(self._monotonic())
            if last_good is None:
                raise
            return last_good

    async def _fetch_keys(self, known: RealmKeys) -> KeySet:
        """Fetch the set, hold it, and let other processes have it."""
        request = built(get_certs.build_request, self.realm)
        keys = await self.wire.call(request, _parse_keys, KeycloakGetError)
        held = known.held.accept(keys, self._monotonic())
        settings = self.client._known_realms.settings
        if settings.keys_cache is not None and settings.keys_ttl > 0:
            await self.io.call(
                partial(
                    settings.keys_cache.store,
                    known.uri,
                    keys.document,
                    now=self._now(),
                    ttl=settings.keys_ttl,
                )
            )
        return held

    async def _shared_keys(self, known: RealmKeys) -> KeySet | None:
        """Return the set that another process has fetched, if that is of use."""
        settings = self.client._known_realms.settings
        if settings.keys_cache is None or settings.keys_ttl <= 0:
            return None
        shared = await self.io.call(
            partial(settings.keys_cache.load, known.uri, now=self._now(), ttl=settings.keys_ttl)
        )
        if shared is None:
            return None
        return known.held.adopt(_jwt.KeySet.parse(shared.document), self._monotonic() - shared.age)


def _parse_keys(response: ResponseLike) -> KeySet:
    """One key that cannot be read must not cost the others: the set is parsed key by key."""
    return _jwt.KeySet.parse(response.json())
