# SPDX-License-Identifier: Apache-2.0
"""Verifying tokens with the realm's keys, fetched when they are needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote

from attrs import define, field

from keycloak_oidc_api.api.keys import get_certs
from keycloak_sdk import _jwt
from keycloak_sdk._io.single_flight import SingleFlight
from keycloak_sdk._operations.discovery import DiscoveryOperations
from keycloak_sdk._operations.realm_client import RealmClient, built
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_oidc_api.types import ResponseLike
    from keycloak_sdk._jwt import HeldKeySet, KeySet, TokenDecoder

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Verification(Protocol[T_co]):
    """Verifies one token; pure."""

    def __call__(self, *, keys: KeySet | None, issuer: str) -> T_co:
        """Return what the token says.

        Raises:
            TokenUnknownKeyError: A newer key set may have its key.
            TokenIssuerError: The realm may go by this other name.
        """
        ...


@define(eq=False)
class RealmKeys:
    """What a client knows of the realm whose tokens it verifies, shared by threads and event loops."""

    issuer: str
    """Issuer of a realm that is reached by the host name its users know."""
    held: HeldKeySet = field(factory=_jwt.HeldKeySet)
    fetching: SingleFlight[KeySet] = field(factory=SingleFlight["KeySet"])
    published_issuer: str | None = None
    """Issuer that the realm's metadata names; `None` until it had to be asked."""
    ask_issuer_at: float = float("-inf")
    """When its metadata may be asked again; monotonic clock."""


class VerifyingClient(RealmClient, Protocol):
    """A client that verifies tokens."""

    @property
    def issuer(self) -> str | None:
        """Issuer that tokens must name; `None` for the realm's own."""
        ...

    @property
    def _token_decoder(self) -> TokenDecoder:
        """What decodes tokens."""
        ...

    def _keys_of(self, issuer: str) -> RealmKeys:
        """Return what is known of this realm."""
        ...


class VerificationOperations(DiscoveryOperations):
    """Verification by the realm's keys."""

    client: VerifyingClient

    async def decode_token(self, token: str, validate: bool = True, **kwargs: Any) -> TokenClaims:
        """Verify a token and return its claims.

        Fetches the realm's keys when they are needed: at first, every five minutes, and for a key that
        is not among them, at most every ten seconds. Nothing else is sent; when a token names another
        issuer, the realm's metadata is asked once whether that is its name.

        Checked are the signature (asymmetric algorithms, a key of the realm), `exp`, `nbf` and `iat`,
        the issuer, and that it is an access or ID token.

        Args:
            token: Access token or ID token.
            validate: `False` checks nothing: the claims may be anybody's.
            **kwargs: `leeway` (60 seconds), `audience` and `issuer` to compare with; `key` (JWK, JWKSet or
                PEM) to verify with instead of the realm's; and the other arguments of jwcrypto's `JWT`:
                `algs`, `check_claims`, `default_claims`, `expected_type`. None of them switches a check
                off.

        Returns:
            The claims; times in seconds since the epoch.

        Raises:
            KeycloakInvalidTokenError: The token does not verify: one class for each reason, among them
                `TokenExpiredError`; also caught as jwcrypto's exception for the same reason.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: RFC 7515 section 5.2; RFC 7519 section 7.2; RFC 8725; RFC 9068 section 4.
        """
        decode = partial(
            self.client._token_decoder.decode,
            token,
            now=self._now(),
            validate=validate,
            options=kwargs,
        )
        if not _jwt.needs_keys(kwargs, validate=validate):
            return await self._by_issuer(decode, None, self._known())
        return await self._by_realm(decode)

    def _now(self) -> float:
        """Return seconds since the epoch."""
        return self.wire.connection.clock.now().timestamp()

    def _known(self) -> RealmKeys:
        return self.client._keys_of(self._issuer())

    def issuer(self) -> str:
        """Return the issuer that tokens must name, as far as that is known without a request."""
        return self.client.issuer or self._issuer()

    def _issuer(self) -> str:
        return f"{self.wire.connection._server.base}/realms/{quote(self.realm, safe='')}"

    async def _by_realm(self, verify: Verification[T]) -> T:
        """Verify with the realm's keys; for a token of an unknown key once more, with newer ones."""
        known = self._known()
        keys = await self._keys(known)
        try:
            return await self._by_issuer(verify, keys, known)
        except _jwt.TokenUnknownKeyError:
            newer = await self._keys(known, missed=keys)
            if newer is keys:
                raise
        return await self._by_issuer(verify, newer, known)

    async def _by_issuer(self, verify: Verification[T], keys: KeySet | None, known: RealmKeys) -> T:
        """Verify; a token of another issuer is verified again if the realm publishes that name of itself."""
        expected = self.client.issuer or known.published_issuer or known.issuer
        try:
            return verify(keys=keys, issuer=expected)
        except _jwt.TokenIssuerError:
            published = await self._published_issuer(known)
            if self.client.issuer or published is None or published == expected:
                raise
        return verify(keys=keys, issuer=published)

    async def _published_issuer(self, known: RealmKeys) -> str | None:
        """Ask the realm's metadata for its issuer, now and then."""
        now = self.wire.connection.clock.monotonic()
        if now >= known.ask_issuer_at and self.client.issuer is None:
            known.ask_issuer_at = now + known.held.ttl
            try:
                known.published_issuer = (await self.well_known()).issuer
            except KeycloakError:
                return known.published_issuer
        return known.published_issuer

    async def _keys(self, known: RealmKeys, missed: KeySet | None = None) -> KeySet:
        """Return the key set to use, fetched if it has to be; one fetch serves all who wait.

        Nobody waits for the fetch of another to replace a set that is merely old: the server may hang.
        """
        choice = known.held.decide(self.wire.connection.clock.monotonic(), missed)
        if not isinstance(choice, _jwt.Fetch):
            return choice
        if choice.reason == "stale" and choice.fallback is not None and known.fetching.under_way:
            return choice.fallback
        return await self.io.share(known.fetching, partial(self._fetch_keys, known, missed))

    async def _fetch_keys(self, known: RealmKeys, missed: KeySet | None) -> KeySet:
        """Fetch, unless whoever came first has just done so."""
        clock = self.wire.connection.clock
        choice = known.held.decide(clock.monotonic(), missed)
        if not isinstance(choice, _jwt.Fetch):
            return choice
        request = built(get_certs.build_request, self.realm)
        try:
            keys = await self.wire.call(request, _parse_keys, KeycloakGetError)
        except KeycloakError:
            last_good = known.held.failed(clock.monotonic())
            if last_good is None:
                raise
            return last_good
        return known.held.accept(keys, clock.monotonic())


def _parse_keys(response: ResponseLike) -> KeySet:
    """One key that cannot be read must not cost the others: the set is parsed key by key."""
    return _jwt.KeySet.parse(response.json())
