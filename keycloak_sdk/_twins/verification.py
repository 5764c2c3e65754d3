# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/verification.py, keycloak_sdk/_operations/token_kinds.py by `make generate`.
"""Verifying tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._io.port import afinish, finish

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.replay import ReplayMemory
    from keycloak_sdk._jwt.rfc7516 import DecryptionKey
    from keycloak_sdk._jwt.rfc8705 import Certificate
    from keycloak_sdk._jwt.rfc9449 import DPoPProof
    from keycloak_sdk._operations.token_kinds import TokenKindOperations


class VerificationTwins:
    """Verification of tokens, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> TokenKindOperations: ...
        @property
        def _awaitable(self) -> TokenKindOperations: ...

    def decode_token(self, token: str, validate: bool=True, **kwargs: Any) -> TokenClaims:
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
        operation = self._blocking.decode_token(token, validate, **kwargs)
        del token, validate, kwargs
        return finish(operation)

    async def a_decode_token(self, token: str, validate: bool=True, **kwargs: Any) -> TokenClaims:
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
        operation = self._awaitable.decode_token(token, validate, **kwargs)
        del token, validate, kwargs
        return await afinish(operation)

    def decode_access_token(self, token: str, *, audience: str | Collection[str] | None=None, scopes: str | Collection[str]=(), realm_roles: str | Collection[str]=(), client_roles: str | Collection[str] | Mapping[str, str | Collection[str]]=(), clients: str | Collection[str]=(), acr: str | Collection[str] | None=None, max_age: float | None=None, proof: DPoPProof | None=None, certificate: Certificate | None=None, replay_memory: ReplayMemory | None=None, leeway: float=60) -> TokenClaims:
        """Verify the access token of a request to this API, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. Beyond its checks
        the token must be an access token for this API, with `sub`, `jti` and the client it was issued to,
        and meet every demand that is made here. A token that is bound to a key (`cnf`) is refused unless
        `proof` or `certificate` shows the key.

        Args:
            token: Access token.
            audience: Names of this API, of which `aud` must have one; the client's own identifier when
                `None`.
            scopes: Scopes that the token must have, all of them; text with blanks is several.
            realm_roles: Roles of the realm that the user must have, all of them.
            client_roles: Roles of this client that the user must have, all of them; of other clients as
                `{"client": ["role"]}`.
            clients: Clients of which one must have got the token; any when empty.
            acr: Levels of which the user's login must have had one; any when `None`.
            max_age: Seconds that the user's login may be ago; any time when `None`.
            proof: DPoP proof of the request; the token must be bound to its key. It is good once.
            certificate: Certificate of the TLS client, as PEM, DER or an `x509.Certificate`; the token must
                be bound to it.
            replay_memory: Where used proofs are remembered; the client's own memory when `None`.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims; times in seconds since the epoch.

        Raises:
            KeycloakInvalidTokenError: The token does not verify, or does not suffice: one class for each
                reason, each with the `http_status` and `challenge` to answer with.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: RFC 9068 section 4; RFC 9449 section 7; RFC 8705 section 3; RFC 9470.
        """
        operation = self._blocking.decode_access_token(token, audience=audience, scopes=scopes, realm_roles=realm_roles, client_roles=client_roles, clients=clients, acr=acr, max_age=max_age, proof=proof, certificate=certificate, replay_memory=replay_memory, leeway=leeway)
        del token, audience, scopes, realm_roles, client_roles, clients, acr, max_age, proof, certificate, replay_memory, leeway
        return finish(operation)

    async def a_decode_access_token(self, token: str, *, audience: str | Collection[str] | None=None, scopes: str | Collection[str]=(), realm_roles: str | Collection[str]=(), client_roles: str | Collection[str] | Mapping[str, str | Collection[str]]=(), clients: str | Collection[str]=(), acr: str | Collection[str] | None=None, max_age: float | None=None, proof: DPoPProof | None=None, certificate: Certificate | None=None, replay_memory: ReplayMemory | None=None, leeway: float=60) -> TokenClaims:
        """Verify the access token of a request to this API, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. Beyond its checks
        the token must be an access token for this API, with `sub`, `jti` and the client it was issued to,
        and meet every demand that is made here. A token that is bound to a key (`cnf`) is refused unless
        `proof` or `certificate` shows the key.

        Args:
            token: Access token.
            audience: Names of this API, of which `aud` must have one; the client's own identifier when
                `None`.
            scopes: Scopes that the token must have, all of them; text with blanks is several.
            realm_roles: Roles of the realm that the user must have, all of them.
            client_roles: Roles of this client that the user must have, all of them; of other clients as
                `{"client": ["role"]}`.
            clients: Clients of which one must have got the token; any when empty.
            acr: Levels of which the user's login must have had one; any when `None`.
            max_age: Seconds that the user's login may be ago; any time when `None`.
            proof: DPoP proof of the request; the token must be bound to its key. It is good once.
            certificate: Certificate of the TLS client, as PEM, DER or an `x509.Certificate`; the token must
                be bound to it.
            replay_memory: Where used proofs are remembered; the client's own memory when `None`.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims; times in seconds since the epoch.

        Raises:
            KeycloakInvalidTokenError: The token does not verify, or does not suffice: one class for each
                reason, each with the `http_status` and `challenge` to answer with.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: RFC 9068 section 4; RFC 9449 section 7; RFC 8705 section 3; RFC 9470.
        """
        operation = self._awaitable.decode_access_token(token, audience=audience, scopes=scopes, realm_roles=realm_roles, client_roles=client_roles, clients=clients, acr=acr, max_age=max_age, proof=proof, certificate=certificate, replay_memory=replay_memory, leeway=leeway)
        del token, audience, scopes, realm_roles, client_roles, clients, acr, max_age, proof, certificate, replay_memory, leeway
        return await afinish(operation)

    def decode_id_token(self, token: str, *, nonce: str | None=None, access_token: str | None=None, code: str | None=None, state: str | None=None, acr: str | Collection[str] | None=None, max_age: float | None=None, trusted_audiences: str | Collection[str]=(), decryption_key: DecryptionKey | None=None, leeway: float=60) -> TokenClaims:
        """Verify the ID token of a login that this client began, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. Beyond its checks
        the token must be an ID token that was issued to this client and names nobody else in `aud`.

        Args:
            token: ID token.
            nonce: The one that was sent with the authorization request; `None` compares none, give it
                whenever one was sent.
            access_token: The access token of the same response, compared with `at_hash`; `None` compares
                none.
            code: The code of the same authorization response, compared with `c_hash`; `None` compares none.
            state: The state of the same authorization response, compared with `s_hash`; `None` compares
                none.
            acr: Levels of which the login must have had one; any when `None`.
            max_age: Seconds that the login may be ago, as sent with the authorization request; any time
                when `None`.
            trusted_audiences: Others that `aud` may name.
            decryption_key: Private key of this client; the token must be encrypted to it then.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims; times in seconds since the epoch.

        Raises:
            KeycloakInvalidTokenError: The token does not verify: one class for each reason.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: OpenID Connect Core 1.0 sections 3.1.3.7 and 3.3.2.11; RFC 7516.
        """
        operation = self._blocking.decode_id_token(token, nonce=nonce, access_token=access_token, code=code, state=state, acr=acr, max_age=max_age, trusted_audiences=trusted_audiences, decryption_key=decryption_key, leeway=leeway)
        del token, nonce, access_token, code, state, acr, max_age, trusted_audiences, decryption_key, leeway
        return finish(operation)

    async def a_decode_id_token(self, token: str, *, nonce: str | None=None, access_token: str | None=None, code: str | None=None, state: str | None=None, acr: str | Collection[str] | None=None, max_age: float | None=None, trusted_audiences: str | Collection[str]=(), decryption_key: DecryptionKey | None=None, leeway: float=60) -> TokenClaims:
        """Verify the ID token of a login that this client began, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. Beyond its checks
        the token must be an ID token that was issued to this client and names nobody else in `aud`.

        Args:
            token: ID token.
            nonce: The one that was sent with the authorization request; `None` compares none, give it
                whenever one was sent.
            access_token: The access token of the same response, compared with `at_hash`; `None` compares
                none.
            code: The code of the same authorization response, compared with `c_hash`; `None` compares none.
            state: The state of the same authorization response, compared with `s_hash`; `None` compares
                none.
            acr: Levels of which the login must have had one; any when `None`.
            max_age: Seconds that the login may be ago, as sent with the authorization request; any time
                when `None`.
            trusted_audiences: Others that `aud` may name.
            decryption_key: Private key of this client; the token must be encrypted to it then.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims; times in seconds since the epoch.

        Raises:
            KeycloakInvalidTokenError: The token does not verify: one class for each reason.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: OpenID Connect Core 1.0 sections 3.1.3.7 and 3.3.2.11; RFC 7516.
        """
        operation = self._awaitable.decode_id_token(token, nonce=nonce, access_token=access_token, code=code, state=state, acr=acr, max_age=max_age, trusted_audiences=trusted_audiences, decryption_key=decryption_key, leeway=leeway)
        del token, nonce, access_token, code, state, acr, max_age, trusted_audiences, decryption_key, leeway
        return await afinish(operation)

    def decode_logout_token(self, token: str, *, max_age: float=120, replay_memory: ReplayMemory | None=None, decryption_key: DecryptionKey | None=None, leeway: float=60) -> TokenClaims:
        """Verify the logout token that the server sends when a session ends, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. The token must be
        a logout token for this client, recent, and not seen before. End the session `sid` then; without
        `sid` all sessions of the user `sub`.

        Args:
            token: Form field `logout_token` of the server's request.
            max_age: Seconds that the token may be old.
            replay_memory: Where used tokens are remembered, shared by processes that serve the same
                endpoint; the client's own memory when `None`.
            decryption_key: Private key of this client; the token must be encrypted to it then.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims, with `sid` or `sub` or both.

        Raises:
            KeycloakInvalidTokenError: The token does not verify: one class for each reason,
                `TokenReplayError` when it was seen before. Answer with status 400.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: OpenID Connect Back-Channel Logout 1.0 section 2.6.
        """
        operation = self._blocking.decode_logout_token(token, max_age=max_age, replay_memory=replay_memory, decryption_key=decryption_key, leeway=leeway)
        del token, max_age, replay_memory, decryption_key, leeway
        return finish(operation)

    async def a_decode_logout_token(self, token: str, *, max_age: float=120, replay_memory: ReplayMemory | None=None, decryption_key: DecryptionKey | None=None, leeway: float=60) -> TokenClaims:
        """Verify the logout token that the server sends when a session ends, and return its claims.

        Sends what `decode_token` does: nothing, but for the realm's keys now and then. The token must be
        a logout token for this client, recent, and not seen before. End the session `sid` then; without
        `sid` all sessions of the user `sub`.

        Args:
            token: Form field `logout_token` of the server's request.
            max_age: Seconds that the token may be old.
            replay_memory: Where used tokens are remembered, shared by processes that serve the same
                endpoint; the client's own memory when `None`.
            decryption_key: Private key of this client; the token must be encrypted to it then.
            leeway: Seconds that clocks may differ.

        Returns:
            The claims, with `sid` or `sub` or both.

        Raises:
            KeycloakInvalidTokenError: The token does not verify: one class for each reason,
                `TokenReplayError` when it was seen before. Answer with status 400.
            KeycloakGetError: The realm's keys cannot be had, and none are held.
            KeycloakConnectionError: The server was not reached, and no keys are held.
            KeycloakRequestError: An argument is not as it should be.

        Source: OpenID Connect Back-Channel Logout 1.0 section 2.6.
        """
        operation = self._awaitable.decode_logout_token(token, max_age=max_age, replay_memory=replay_memory, decryption_key=decryption_key, leeway=leeway)
        del token, max_age, replay_memory, decryption_key, leeway
        return await afinish(operation)
