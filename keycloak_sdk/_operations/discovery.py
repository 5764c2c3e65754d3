# SPDX-License-Identifier: Apache-2.0
"""What a realm publishes of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_oidc_api.api.discovery import get_openid_configuration, get_realm
from keycloak_oidc_api.api.keys import get_certs
from keycloak_sdk._codec import with_query
from keycloak_sdk._operations.realm_client import RealmOperations, built
from keycloak_sdk.exceptions import KeycloakGetError, KeycloakRequestError

if TYPE_CHECKING:
    from keycloak_oidc_api.models import JsonWebKeySet, OpenIDConfiguration


class DiscoveryOperations(RealmOperations):
    """Metadata and keys of a realm."""

    async def well_known(self) -> OpenIDConfiguration:
        """Fetch the realm's metadata: endpoints, and what the server supports.

        Returns:
            The OpenID Provider configuration; members that are not described are kept as items.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Discovery 1.0 section 4.
        """
        request = built(get_openid_configuration.build_request, self.realm)
        return await self.wire.call(request, get_openid_configuration.parse_response, KeycloakGetError)

    async def auth_url(
        self,
        redirect_uri: str,
        scope: str = "email",
        state: str = "",
        *,
        nonce: str = "",
        code_challenge: str | None = None,
        code_challenge_method: str | None = None,
    ) -> str:
        """Build the URL to which the user's browser is sent to log in.

        Fetches the realm's metadata for the endpoint; the authorization request itself is the browser's.

        Args:
            redirect_uri: URL that receives the code; one of those registered for the client.
            scope: Scopes, separated by blanks; `openid` is needed for an ID token.
            state: Comes back with the code; compare it. `""` sends none, which allows request forgery.
            nonce: Comes back in the ID token; compare it. `""` sends none.
            code_challenge: Challenge of PKCE, see `keycloak_sdk.pkce_utils`; `None` sends none.
            code_challenge_method: `S256` or `plain`; `None` sends none.

        Returns:
            The URL, every value encoded.

        Raises:
            KeycloakGetError: The realm does not exist (404), or its metadata is not as described.
            KeycloakRequestError: `redirect_uri` is empty; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: OpenID Connect Core 1.0 section 3.1.2.1; RFC 7636 section 4.3.
        """
        if not redirect_uri:
            raise KeycloakRequestError("redirect_uri is empty: give a URL that is registered for the client")
        query = {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": scope or None,
            "state": state or None,
            "nonce": nonce or None,
            "code_challenge": code_challenge or None,
            "code_challenge_method": code_challenge_method or None,
        }
        endpoint = (await self.well_known()).authorization_endpoint
        is_printable = endpoint.isprintable() and " " not in endpoint
        if not is_printable or not endpoint.startswith(("https://", "http://")):
            raise KeycloakGetError("the realm's authorization_endpoint is no http(s) URL", 200)
        return with_query(endpoint, query)

    async def certs(self) -> JsonWebKeySet:
        """Fetch the realm's public keys.

        The set holds the keys for signatures (`use` is `sig`) and those for encryption (`enc`), in no
        particular order. Every call fetches it; `decode_token` keeps its own copy.

        Returns:
            The key set.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: RFC 7517 section 5.
        """
        request = built(get_certs.build_request, self.realm)
        return await self.wire.call(request, get_certs.parse_response, KeycloakGetError)

    async def public_key(self) -> str:
        """Fetch the realm's active RS256 key from its description.

        Clients whose tokens are signed otherwise need `certs`.

        Returns:
            The key: DER (SubjectPublicKeyInfo), base64, without PEM's first and last line.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is not as described.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak's realm resource.
        """
        request = built(get_realm.build_request, self.realm)
        return (await self.wire.call(request, get_realm.parse_response, KeycloakGetError)).public_key
