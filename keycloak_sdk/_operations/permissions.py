# SPDX-License-Identifier: Apache-2.0
"""What a token allows: by the exported configuration, and by the server's UMA decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from keycloak_oidc_api.api.token import create_token
from keycloak_oidc_api.api.uma import get_entitlement
from keycloak_oidc_api.models import TokenRequest, UmaPermission
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._codec import bearer
from keycloak_sdk._operations.decisions import UMA_TICKET, is_not_logged_in, parse_permissions
from keycloak_sdk._operations.realm_client import built, request_body
from keycloak_sdk._operations.sessions import SessionOperations
from keycloak_sdk._operations.verification import VerificationOperations, VerifyingClient
from keycloak_sdk._urls import segment
from keycloak_sdk.authorization.matching import matching_permissions, matching_policies, require_policies
from keycloak_sdk.exceptions import (
    HTTP_FORBIDDEN,
    HTTP_NOT_ALLOWED,
    HTTP_NOT_FOUND,
    KeycloakAuthenticationError,
    KeycloakAuthorizationConfigError,
    KeycloakDeprecationError,
    KeycloakGetError,
    KeycloakInvalidTokenError,
    KeycloakPostError,
    KeycloakRequestError,
)
from keycloak_sdk.uma_decisions import Answered, decided
from keycloak_sdk.uma_permissions import AuthStatus, build_permission_param, questions

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from keycloak_oidc_api.types import ResponseLike
    from keycloak_sdk.authorization import Authorization
    from keycloak_sdk.authorization.permission import Permission
    from keycloak_sdk.authorization.policy import Policy
    from keycloak_sdk.uma_permissions import PermissionsParam


class AuthorizedClient(VerifyingClient, Protocol):
    """A client that has loaded its authorization configuration."""

    @property
    def authorization(self) -> Authorization:
        """The configuration."""
        ...


class PermissionOperations(SessionOperations, VerificationOperations):
    """Policies and permissions of a client's users."""

    client: AuthorizedClient  # pyright: ignore[reportIncompatibleVariableOverride] # set once

    async def load_authorization_config(self, path: str | os.PathLike[str]) -> None:
        """Load the authorization configuration that Keycloak exports for a client.

        Args:
            path: The JSON file of "Clients, Authorization, Export".

        Raises:
            KeycloakAuthorizationConfigError: It is no JSON, or not as Keycloak exports it: the message
                names the place. What had been loaded before stays.
            OSError: The file cannot be read.

        Source: Keycloak Authorization Services Guide, "Exporting the configuration".
        """
        content = await self.io.call(Path(path).read_bytes)
        try:
            config = json.loads(content)
        except (ValueError, RecursionError) as cause:
            raise KeycloakAuthorizationConfigError("the authorization configuration is no JSON") from cause
        self.client.authorization.load_config(config)

    async def get_policies(
        self, token: str, method_token_info: str = "introspect", **kwargs: Any
    ) -> list[Policy] | None:
        """Return the policies of the loaded configuration that a token's client roles match.

        A role policy matches when the token has any of its roles; `logic`, `required`, realm roles and
        other kinds of policies are not considered.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The policies; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        claims = await self._claims(token, method_token_info, kwargs)
        return matching_policies(self.client.authorization, claims, self.client.client_id)

    async def get_permissions(
        self, token: str, method_token_info: str = "introspect", **kwargs: Any
    ) -> list[Permission] | None:
        """Return the permissions of the loaded configuration that apply a policy the token matches.

        Args:
            token: Access token.
            method_token_info: `introspect` asks the server; `decode` verifies the token here.
            **kwargs: Arguments of `decode_token`.

        Returns:
            The permissions, each once; `None` when the token has no roles of this client.

        Raises:
            KeycloakAuthorizationConfigError: No configuration was loaded; nothing was sent.
            KeycloakInvalidTokenError: The token is not active, or does not verify.
            KeycloakError: As `introspect` and `decode_token` raise.

        Source: python-keycloak's policy evaluation; Keycloak Authorization Services Guide.
        """
        claims = await self._claims(token, method_token_info, kwargs)
        return matching_permissions(self.client.authorization, claims, self.client.client_id)

    async def uma_permissions(
        self, token: str, permissions: PermissionsParam = "", **extra_payload: Any
    ) -> list[UmaPermission]:
        """Ask the server which permissions of this resource server a user has.

        Sends a UMA grant to the token endpoint, with the token as bearer and this client as audience.

        Args:
            token: Access token of the user.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as str,
                `UMAPermission`, dict or a collection of them; `""` asks for everything.
            **extra_payload: Further form fields, such as `claim_token`; they win over the others.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare.

        Raises:
            KeycloakAuthenticationError: The token was not accepted (401, older servers).
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, `invalid_resource`
                or `invalid_scope` for unknown names, `invalid_grant` when the token was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        return await self._granted(token, sorted(build_permission_param(permissions)), extra_payload)

    async def has_uma_access(self, token: str, permissions: PermissionsParam) -> AuthStatus:
        """Ask the server whether a user has all of these permissions.

        Sends a UMA grant to the token endpoint and looks for each permission in what is granted; up to
        four of them when one request would merge what is asked for, such as a whole resource beside its
        own scopes.

        Args:
            token: Access token of the user.
            permissions: As for `uma_permissions`.

        Returns:
            The status: true when nothing is missing.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user, such as
                `invalid_resource`.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: The token cannot be one; nothing was sent.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        needed = build_permission_param(permissions)
        answers: list[Answered] = []
        for question in questions(needed):
            try:
                answers.append(Answered(question, await self._granted(token, question, {})))
            except (KeycloakPostError, KeycloakAuthenticationError) as error:
                is_about_the_token = is_not_logged_in(error)
                if not is_about_the_token and error.response_code != HTTP_FORBIDDEN:
                    raise
                answers.append(Answered(question, (), "not_logged_in" if is_about_the_token else "denied"))
                if is_about_the_token:
                    break
        decision = decided(needed, answers)
        authorized = decision.is_authorized if needed else all(answer.reason is None for answer in answers)
        return AuthStatus(decision.is_logged_in, authorized, decision.missing_permissions)

    async def entitlement(self, token: str, resource_server_id: str) -> dict[str, Any]:
        """Ask for the entitlements of a token, at an endpoint that Keycloak has removed.

        Sends the token as bearer. Use `uma_permissions`.

        Args:
            token: Access token.
            resource_server_id: Identifier of the resource server.

        Returns:
            The entitlements, from a server that still has the endpoint.

        Raises:
            KeycloakDeprecationError: The server does not have the endpoint: every Keycloak since 4.
            KeycloakAuthenticationError: The token was not accepted (401).
            KeycloakGetError: Refused for another reason.
            KeycloakConnectionError: The server was not reached.

        Source: Keycloak 3's entitlement API.
        """
        request = built(
            get_entitlement.build_request, self.realm, segment(resource_server_id, "resource_server_id")
        )
        try:
            return await self.wire.call(request, _parse_object, KeycloakGetError, authorization=bearer(token))
        except KeycloakGetError as error:
            if error.response_code not in {HTTP_NOT_FOUND, HTTP_NOT_ALLOWED}:
                raise
            raise KeycloakDeprecationError(
                "this server has no entitlement endpoint: use uma_permissions",
                error.response_code,
                error.response_body,
                error=error.error,
                method=error.method,
                path=error.path,
            ) from error

    async def _granted(
        self, token: str, permissions: Sequence[str], extra: Mapping[str, Any]
    ) -> list[UmaPermission]:
        form = {
            "grant_type": UMA_TICKET,
            "permission": list(permissions) or None,
            "response_mode": "permissions",
            "audience": self.client.client_id,
            **extra,
        }
        if form["response_mode"] != "permissions":
            raise KeycloakRequestError("response_mode: only permissions tells what is granted; leave it out")
        request = built(create_token.build_request, self.realm, body=request_body(TokenRequest, form))
        return await self.wire.call(
            request, parse_permissions, KeycloakPostError, authorization=bearer(token)
        )

    async def _claims(
        self, token: str, method_token_info: str, kwargs: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        require_policies(self.client.authorization)
        return await self._token_info(token, method_token_info, **kwargs)

    async def _token_info(self, token: str, method_token_info: str, **kwargs: Any) -> Mapping[str, Any]:
        """Return what a token says, asked from the server or verified here.

        Args:
            token: The token.
            method_token_info: `introspect` or `decode`.
            **kwargs: Arguments of `decode_token`.

        Raises:
            KeycloakInvalidTokenError: The token is not active, or does not verify.
        """
        if method_token_info != "introspect":
            return await self.decode_token(token, **kwargs)
        info = await self.introspect(token)
        if not info.active:
            raise KeycloakInvalidTokenError(
                f"the server says the token is not active: it has expired, was revoked, or its 'aud' lacks "
                f"{self.client.client_id!r} (add an audience mapper to one of the client's scopes)"
            )
        return info


def _parse_object(response: ResponseLike) -> dict[str, Any]:
    body = response.json()
    if not isinstance(body, dict):
        raise DecodeError("$", "object", type(body).__name__)
    return cast("dict[str, Any]", body)
