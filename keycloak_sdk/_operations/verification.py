# SPDX-License-Identifier: Apache-2.0
"""Verifying tokens with the realm's keys, fetched when they are needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from keycloak_sdk import _jwt
from keycloak_sdk._operations.realm_keys import KeyHolder, RealmKeyOperations
from keycloak_sdk.exceptions import KeycloakError

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt import KeySet
    from keycloak_sdk._operations.realm_keys import RealmKeys

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


class VerifyingClient(KeyHolder, Protocol):
    """A client that verifies tokens."""

    @property
    def issuer(self) -> str | None:
        """Issuer that tokens must name; `None` for the realm's own."""
        ...


class VerificationOperations(RealmKeyOperations):
    """Verification by the realm's keys."""

    client: VerifyingClient  # pyright: ignore[reportIncompatibleVariableOverride] # set once

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

    async def _by_realm(self, verify: Verification[T]) -> T:
        """Verify with the realm's keys; for a token of an unknown key once more, with newer ones."""
        known = self._known()
        choice = known.held.decide(self._monotonic())
        keys = await self._keys(known) if isinstance(choice, _jwt.Fetch) else choice
        try:
            return verify(keys=keys, issuer=self._expected_issuer(known))
        except _jwt.TokenIssuerError as error:
            return verify(keys=keys, issuer=await self._other_issuer(known, error))
        except _jwt.TokenUnknownKeyError as error:
            newer = await self._keys(known, missed=keys)
            if newer is keys:
                wait = known.held.wait_for_unknown(self._monotonic())
                raise (error._during_cool_down(wait) if wait > 0 else error) from None
        return await self._by_issuer(verify, newer, known)

    def issuer(self) -> str:
        """Return the issuer that tokens must name, as far as that is known without a request."""
        return self.client.issuer or self._known().issuer

    def _expected_issuer(self, known: RealmKeys) -> str:
        return self.client.issuer or known.published_issuer or known.issuer

    async def _by_issuer(self, verify: Verification[T], keys: KeySet | None, known: RealmKeys) -> T:
        """Verify; a token of another issuer is verified again if the realm publishes that name of itself."""
        try:
            return verify(keys=keys, issuer=self._expected_issuer(known))
        except _jwt.TokenIssuerError as error:
            return verify(keys=keys, issuer=await self._other_issuer(known, error))

    async def _other_issuer(self, known: RealmKeys, refusal: Exception) -> str:
        """Return the name that the realm publishes of itself, if it is another than the one refused."""
        expected = self._expected_issuer(known)
        published = await self._published_issuer(known)
        if self.client.issuer or published is None or published == expected:
            raise refusal
        return published

    async def _published_issuer(self, known: RealmKeys) -> str | None:
        """Ask the realm's metadata for its issuer, now and then."""
        now = self._monotonic()
        if now >= known.ask_issuer_at and self.client.issuer is None:
            known.ask_issuer_at = now + max(known.held.ttl, known.held.cool_down)
            try:
                known.published_issuer = (await self.well_known()).issuer
            except KeycloakError:
                return known.published_issuer
        return known.published_issuer
