# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    array,
    boolean,
    integer,
    model,
    text,
    texts,
)
from ..models.integers import Integers
from ..models.protocol_mapper import ProtocolMapper
from ..models.texts import Texts
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class ClientRepresentation(Model):
    """A client in Keycloak's own form, as the admin REST API has it."""

    id: str | None = None
    """Internal id."""
    client_id: str | None = None
    """Client id, the one that is used in protocol messages."""
    name: str | None = None
    """Name for users."""
    description: str | None = None
    """Description for administrators."""
    type_: str | None = None
    """Kind of client."""
    root_url: str | None = None
    """Base of relative URLs."""
    admin_url: str | None = None
    """Base URL of the client's admin interface."""
    base_url: str | None = None
    """Home page."""
    surrogate_auth_required: bool | None = None
    enabled: bool | None = None
    """Whether the client may be used."""
    always_display_in_console: bool | None = None
    client_authenticator_type: str | None = None
    """How the client authenticates."""
    secret: str | None = None
    """The client's secret."""
    registration_access_token: str | None = None
    """Token to read, replace and delete the client with."""
    default_roles: list[str] | None = None
    redirect_uris: list[str] | None = None
    """Where authorization answers may go; `*` at the end matches anything."""
    web_origins: list[str] | None = None
    """Origins for CORS."""
    not_before: int | None = None
    """Tokens issued before this are invalid; seconds since the epoch."""
    bearer_only: bool | None = None
    consent_required: bool | None = None
    standard_flow_enabled: bool | None = None
    """Authorization code flow."""
    implicit_flow_enabled: bool | None = None
    direct_access_grants_enabled: bool | None = None
    """Password grant."""
    service_accounts_enabled: bool | None = None
    """Client credentials grant."""
    authorization_services_enabled: bool | None = None
    """Whether the client is a UMA resource server."""
    public_client: bool | None = None
    """Whether the client has no credentials."""
    frontchannel_logout: bool | None = None
    protocol: str | None = None
    """Always `openid-connect` here."""
    attributes: Texts | None = None
    authentication_flow_binding_overrides: Texts | None = None
    full_scope_allowed: bool | None = None
    node_re_registration_timeout: int | None = None
    registered_nodes: Integers | None = None
    protocol_mappers: list[ProtocolMapper] | None = None
    default_client_scopes: list[str] | None = None
    optional_client_scopes: list[str] | None = None
    origin: str | None = None
    """Where the client is stored."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "clientId": ("client_id", str, text),
        "name": ("name", str, text),
        "description": ("description", str, text),
        "type": ("type_", str, text),
        "rootUrl": ("root_url", str, text),
        "adminUrl": ("admin_url", str, text),
        "baseUrl": ("base_url", str, text),
        "surrogateAuthRequired": ("surrogate_auth_required", bool, boolean),
        "enabled": ("enabled", bool, boolean),
        "alwaysDisplayInConsole": ("always_display_in_console", bool, boolean),
        "clientAuthenticatorType": ("client_authenticator_type", str, text),
        "secret": ("secret", str, text),
        "registrationAccessToken": ("registration_access_token", str, text),
        "defaultRoles": ("default_roles", None, texts),
        "redirectUris": ("redirect_uris", None, texts),
        "webOrigins": ("web_origins", None, texts),
        "notBefore": ("not_before", int, integer),
        "bearerOnly": ("bearer_only", bool, boolean),
        "consentRequired": ("consent_required", bool, boolean),
        "standardFlowEnabled": ("standard_flow_enabled", bool, boolean),
        "implicitFlowEnabled": ("implicit_flow_enabled", bool, boolean),
        "directAccessGrantsEnabled": ("direct_access_grants_enabled", bool, boolean),
        "serviceAccountsEnabled": ("service_accounts_enabled", bool, boolean),
        "authorizationServicesEnabled": ("authorization_services_enabled", bool, boolean),
        "publicClient": ("public_client", bool, boolean),
        "frontchannelLogout": ("frontchannel_logout", bool, boolean),
        "protocol": ("protocol", str, text),
        "attributes": ("attributes", None, model(Texts)),
        "authenticationFlowBindingOverrides": ("authentication_flow_binding_overrides", None, model(Texts)),
        "fullScopeAllowed": ("full_scope_allowed", bool, boolean),
        "nodeReRegistrationTimeout": ("node_re_registration_timeout", int, integer),
        "registeredNodes": ("registered_nodes", None, model(Integers)),
        "protocolMappers": ("protocol_mappers", None, array(model(ProtocolMapper))),
        "defaultClientScopes": ("default_client_scopes", None, texts),
        "optionalClientScopes": ("optional_client_scopes", None, texts),
        "origin": ("origin", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "registrationAccessToken",
            "secret",
        }
    )
