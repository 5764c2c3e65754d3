# SPDX-License-Identifier: Apache-2.0
"""What the userinfo endpoint says, verified."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keycloak_sdk import _jwt
from keycloak_sdk._operations.sessions import SessionOperations
from keycloak_sdk._operations.token_kinds import TokenKindOperations
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from keycloak_oidc_api.models import UserInfo
    from keycloak_sdk._jwt.rfc7516 import DecryptionKey


class UserInfoOperations(SessionOperations, TokenKindOperations):
    """Userinfo of a known user."""

    async def verified_userinfo(
        self, token: str, *, sub: str | None, decryption_key: DecryptionKey | None = None
    ) -> UserInfo:
        """Fetch the claims about the user who has logged in, and verify them.

        Sends the token as bearer to the userinfo endpoint. Whether it answers with JSON or with a signed
        token, the claims must be about the user `sub`; a signed answer must be of the realm and for this
        client.

        Args:
            token: Access token with the scope `openid`.
            sub: `sub` of the ID token that came with the access token.
            decryption_key: Private key of this client; the answer must be encrypted to it then.

        Returns:
            The claims.

        Raises:
            KeycloakInvalidTokenError: The answer does not verify: one class for each reason,
                `TokenSubjectError` when it is about another user.
            KeycloakAuthenticationError: The token has expired, was revoked, or is none (401).
            KeycloakGetError: Refused; `insufficient_scope` (403) without the scope `openid`.
            KeycloakRequestError: An argument is not as it should be; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 sections 5.3.2 and 5.3.4.
        """
        if not isinstance(sub, str) or not sub:
            raise KeycloakRequestError("sub is empty: give the sub of the ID token")
        keys = None if decryption_key is None else _jwt.DecryptionKeys.read(decryption_key)
        answer = await self.userinfo(token)
        if not isinstance(answer, bytes):
            if keys is not None:
                raise _jwt.TokenDecryptionError(
                    "the userinfo is not encrypted, decryption_key was given: let the client ask for it"
                )
            return _jwt.check_userinfo(answer, sub)
        if keys is not None:
            answer = keys.decrypt(answer)
            plain = _jwt.plain_userinfo(answer, sub)
            if plain is not None:
                return plain
        return await self._by_realm(
            partial(
                _jwt.read_userinfo,
                self.client._token_decoder,
                answer,
                sub=sub,
                client_id=self.client.client_id,
            )
        )
