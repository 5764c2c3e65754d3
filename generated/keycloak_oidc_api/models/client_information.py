# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    boolean,
    integer,
    model,
    text,
    texts,
)
from ..models.json_web_key_set import JsonWebKeySet
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class ClientInformation(Model):
    """A registered client (RFC 7591 section 3.2.1, RFC 7592 section 3)."""

    client_id: str
    """Client id."""
    client_name: str | None = None
    """Name for users."""
    client_uri: str | None = None
    """Home page."""
    redirect_uris: list[str] | None = None
    """Where authorization answers may go."""
    post_logout_redirect_uris: list[str] | None = None
    """Where users may be sent after logout."""
    grant_types: list[str] | None = None
    """Grants the client uses."""
    response_types: list[str] | None = None
    """Response types the client uses."""
    application_type: str | None = None
    token_endpoint_auth_method: str | None = None
    """How the client authenticates."""
    token_endpoint_auth_signing_alg: str | None = None
    scope: str | None = None
    """Space-separated scopes the client may ask for."""
    contacts: list[str] | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    jwks_uri: str | None = None
    """Where the client's keys are."""
    jwks: JsonWebKeySet | None = None
    sector_identifier_uri: str | None = None
    subject_type: str | None = None
    id_token_signed_response_alg: str | None = None
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    request_object_signing_alg: str | None = None
    request_object_encryption_alg: str | None = None
    request_object_encryption_enc: str | None = None
    authorization_signed_response_alg: str | None = None
    authorization_encrypted_response_alg: str | None = None
    authorization_encrypted_response_enc: str | None = None
    default_max_age: int | None = None
    default_acr_values: list[str] | None = None
    require_auth_time: bool | None = None
    initiate_login_uri: str | None = None
    request_uris: list[str] | None = None
    software_id: str | None = None
    software_version: str | None = None
    tls_client_auth_subject_dn: str | None = None
    tls_client_certificate_bound_access_tokens: bool | None = None
    dpop_bound_access_tokens: bool | None = None
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool | None = None
    backchannel_logout_revoke_offline_tokens: bool | None = None
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool | None = None
    require_pushed_authorization_requests: bool | None = None
    backchannel_token_delivery_mode: str | None = None
    backchannel_client_notification_endpoint: str | None = None
    backchannel_authentication_request_signing_alg: str | None = None
    client_secret: str | None = None
    """The client's secret."""
    client_secret_expires_at: int | None = None
    """When the secret expires, seconds since the epoch; 0 means never."""
    client_id_issued_at: int | None = None
    """When the client was registered; seconds since the epoch."""
    registration_client_uri: str | None = None
    """URL to read, replace and delete the client at."""
    registration_access_token: str | None = None
    """Token to read, replace and delete the client with."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "client_id": ("client_id", str, text),
        "client_name": ("client_name", str, text),
        "client_uri": ("client_uri", str, text),
        "redirect_uris": ("redirect_uris", None, texts),
        "post_logout_redirect_uris": ("post_logout_redirect_uris", None, texts),
        "grant_types": ("grant_types", None, texts),
        "response_types": ("response_types", None, texts),
        "application_type": ("application_type", str, text),
        "token_endpoint_auth_method": ("token_endpoint_auth_method", str, text),
        "token_endpoint_auth_signing_alg": ("token_endpoint_auth_signing_alg", str, text),
        "scope": ("scope", str, text),
        "contacts": ("contacts", None, texts),
        "logo_uri": ("logo_uri", str, text),
        "policy_uri": ("policy_uri", str, text),
        "tos_uri": ("tos_uri", str, text),
        "jwks_uri": ("jwks_uri", str, text),
        "jwks": ("jwks", None, model(JsonWebKeySet)),
        "sector_identifier_uri": ("sector_identifier_uri", str, text),
        "subject_type": ("subject_type", str, text),
        "id_token_signed_response_alg": ("id_token_signed_response_alg", str, text),
        "id_token_encrypted_response_alg": ("id_token_encrypted_response_alg", str, text),
        "id_token_encrypted_response_enc": ("id_token_encrypted_response_enc", str, text),
        "userinfo_signed_response_alg": ("userinfo_signed_response_alg", str, text),
        "userinfo_encrypted_response_alg": ("userinfo_encrypted_response_alg", str, text),
        "userinfo_encrypted_response_enc": ("userinfo_encrypted_response_enc", str, text),
        "request_object_signing_alg": ("request_object_signing_alg", str, text),
        "request_object_encryption_alg": ("request_object_encryption_alg", str, text),
        "request_object_encryption_enc": ("request_object_encryption_enc", str, text),
        "authorization_signed_response_alg": ("authorization_signed_response_alg", str, text),
        "authorization_encrypted_response_alg": ("authorization_encrypted_response_alg", str, text),
        "authorization_encrypted_response_enc": ("authorization_encrypted_response_enc", str, text),
        "default_max_age": ("default_max_age", int, integer),
        "default_acr_values": ("default_acr_values", None, texts),
        "require_auth_time": ("require_auth_time", bool, boolean),
        "initiate_login_uri": ("initiate_login_uri", str, text),
        "request_uris": ("request_uris", None, texts),
        "software_id": ("software_id", str, text),
        "software_version": ("software_version", str, text),
        "tls_client_auth_subject_dn": ("tls_client_auth_subject_dn", str, text),
        "tls_client_certificate_bound_access_tokens": (
            "tls_client_certificate_bound_access_tokens",
            bool,
            boolean,
        ),
        "dpop_bound_access_tokens": ("dpop_bound_access_tokens", bool, boolean),
        "backchannel_logout_uri": ("backchannel_logout_uri", str, text),
        "backchannel_logout_session_required": ("backchannel_logout_session_required", bool, boolean),
        "backchannel_logout_revoke_offline_tokens": (
            "backchannel_logout_revoke_offline_tokens",
            bool,
            boolean,
        ),
        "frontchannel_logout_uri": ("frontchannel_logout_uri", str, text),
        "frontchannel_logout_session_required": ("frontchannel_logout_session_required", bool, boolean),
        "require_pushed_authorization_requests": ("require_pushed_authorization_requests", bool, boolean),
        "backchannel_token_delivery_mode": ("backchannel_token_delivery_mode", str, text),
        "backchannel_client_notification_endpoint": ("backchannel_client_notification_endpoint", str, text),
        "backchannel_authentication_request_signing_alg": (
            "backchannel_authentication_request_signing_alg",
            str,
            text,
        ),
        "client_secret": ("client_secret", str, text),
        "client_secret_expires_at": ("client_secret_expires_at", int, integer),
        "client_id_issued_at": ("client_id_issued_at", int, integer),
        "registration_client_uri": ("registration_client_uri", str, text),
        "registration_access_token": ("registration_access_token", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("client_id",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_secret",
            "registration_access_token",
        }
    )
