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
    model,
    text,
    texts,
)
from ..models.endpoint_aliases import EndpointAliases
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class OpenIDConfiguration(Model):
    """OpenID Provider metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2)."""

    issuer: str
    """Value of `iss` in every token."""
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    introspection_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    check_session_iframe: str | None = None
    registration_endpoint: str | None = None
    revocation_endpoint: str | None = None
    device_authorization_endpoint: str | None = None
    backchannel_authentication_endpoint: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    mtls_endpoint_aliases: EndpointAliases | None = None
    grant_types_supported: list[str] | None = None
    response_modes_supported: list[str] | None = None
    acr_values_supported: list[str] | None = None
    prompt_values_supported: list[str] | None = None
    scopes_supported: list[str] | None = None
    claims_supported: list[str] | None = None
    claim_types_supported: list[str] | None = None
    claims_parameter_supported: bool | None = None
    request_parameter_supported: bool | None = None
    request_uri_parameter_supported: bool | None = None
    require_request_uri_registration: bool | None = None
    require_pushed_authorization_requests: bool | None = None
    code_challenge_methods_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    introspection_endpoint_auth_methods_supported: list[str] | None = None
    introspection_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    revocation_endpoint_auth_methods_supported: list[str] | None = None
    revocation_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    id_token_encryption_alg_values_supported: list[str] | None = None
    id_token_encryption_enc_values_supported: list[str] | None = None
    userinfo_signing_alg_values_supported: list[str] | None = None
    userinfo_encryption_alg_values_supported: list[str] | None = None
    userinfo_encryption_enc_values_supported: list[str] | None = None
    request_object_signing_alg_values_supported: list[str] | None = None
    request_object_encryption_alg_values_supported: list[str] | None = None
    request_object_encryption_enc_values_supported: list[str] | None = None
    authorization_signing_alg_values_supported: list[str] | None = None
    authorization_encryption_alg_values_supported: list[str] | None = None
    authorization_encryption_enc_values_supported: list[str] | None = None
    dpop_signing_alg_values_supported: list[str] | None = None
    backchannel_token_delivery_modes_supported: list[str] | None = None
    backchannel_authentication_request_signing_alg_values_supported: list[str] | None = None
    tls_client_certificate_bound_access_tokens: bool | None = None
    authorization_response_iss_parameter_supported: bool | None = None
    frontchannel_logout_supported: bool | None = None
    frontchannel_logout_session_supported: bool | None = None
    backchannel_logout_supported: bool | None = None
    backchannel_logout_session_supported: bool | None = None

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "issuer": ("issuer", str, text),
        "authorization_endpoint": ("authorization_endpoint", str, text),
        "token_endpoint": ("token_endpoint", str, text),
        "jwks_uri": ("jwks_uri", str, text),
        "response_types_supported": ("response_types_supported", None, texts),
        "subject_types_supported": ("subject_types_supported", None, texts),
        "id_token_signing_alg_values_supported": ("id_token_signing_alg_values_supported", None, texts),
        "introspection_endpoint": ("introspection_endpoint", str, text),
        "userinfo_endpoint": ("userinfo_endpoint", str, text),
        "end_session_endpoint": ("end_session_endpoint", str, text),
        "check_session_iframe": ("check_session_iframe", str, text),
        "registration_endpoint": ("registration_endpoint", str, text),
        "revocation_endpoint": ("revocation_endpoint", str, text),
        "device_authorization_endpoint": ("device_authorization_endpoint", str, text),
        "backchannel_authentication_endpoint": ("backchannel_authentication_endpoint", str, text),
        "pushed_authorization_request_endpoint": ("pushed_authorization_request_endpoint", str, text),
        "mtls_endpoint_aliases": ("mtls_endpoint_aliases", None, model(EndpointAliases)),
        "grant_types_supported": ("grant_types_supported", None, texts),
        "response_modes_supported": ("response_modes_supported", None, texts),
        "acr_values_supported": ("acr_values_supported", None, texts),
        "prompt_values_supported": ("prompt_values_supported", None, texts),
        "scopes_supported": ("scopes_supported", None, texts),
        "claims_supported": ("claims_supported", None, texts),
        "claim_types_supported": ("claim_types_supported", None, texts),
        "claims_parameter_supported": ("claims_parameter_supported", bool, boolean),
        "request_parameter_supported": ("request_parameter_supported", bool, boolean),
        "request_uri_parameter_supported": ("request_uri_parameter_supported", bool, boolean),
        "require_request_uri_registration": ("require_request_uri_registration", bool, boolean),
        "require_pushed_authorization_requests": ("require_pushed_authorization_requests", bool, boolean),
        "code_challenge_methods_supported": ("code_challenge_methods_supported", None, texts),
        "token_endpoint_auth_methods_supported": ("token_endpoint_auth_methods_supported", None, texts),
        "token_endpoint_auth_signing_alg_values_supported": (
            "token_endpoint_auth_signing_alg_values_supported",
            None,
            texts,
        ),
        "introspection_endpoint_auth_methods_supported": (
            "introspection_endpoint_auth_methods_supported",
            None,
            texts,
        ),
        "introspection_endpoint_auth_signing_alg_values_supported": (
            "introspection_endpoint_auth_signing_alg_values_supported",
            None,
            texts,
        ),
        "revocation_endpoint_auth_methods_supported": (
            "revocation_endpoint_auth_methods_supported",
            None,
            texts,
        ),
        "revocation_endpoint_auth_signing_alg_values_supported": (
            "revocation_endpoint_auth_signing_alg_values_supported",
            None,
            texts,
        ),
        "id_token_encryption_alg_values_supported": ("id_token_encryption_alg_values_supported", None, texts),
        "id_token_encryption_enc_values_supported": ("id_token_encryption_enc_values_supported", None, texts),
        "userinfo_signing_alg_values_supported": ("userinfo_signing_alg_values_supported", None, texts),
        "userinfo_encryption_alg_values_supported": ("userinfo_encryption_alg_values_supported", None, texts),
        "userinfo_encryption_enc_values_supported": ("userinfo_encryption_enc_values_supported", None, texts),
        "request_object_signing_alg_values_supported": (
            "request_object_signing_alg_values_supported",
            None,
            texts,
        ),
        "request_object_encryption_alg_values_supported": (
            "request_object_encryption_alg_values_supported",
            None,
            texts,
        ),
        "request_object_encryption_enc_values_supported": (
            "request_object_encryption_enc_values_supported",
            None,
            texts,
        ),
        "authorization_signing_alg_values_supported": (
            "authorization_signing_alg_values_supported",
            None,
            texts,
        ),
        "authorization_encryption_alg_values_supported": (
            "authorization_encryption_alg_values_supported",
            None,
            texts,
        ),
        "authorization_encryption_enc_values_supported": (
            "authorization_encryption_enc_values_supported",
            None,
            texts,
        ),
        "dpop_signing_alg_values_supported": ("dpop_signing_alg_values_supported", None, texts),
        "backchannel_token_delivery_modes_supported": (
            "backchannel_token_delivery_modes_supported",
            None,
            texts,
        ),
        "backchannel_authentication_request_signing_alg_values_supported": (
            "backchannel_authentication_request_signing_alg_values_supported",
            None,
            texts,
        ),
        "tls_client_certificate_bound_access_tokens": (
            "tls_client_certificate_bound_access_tokens",
            bool,
            boolean,
        ),
        "authorization_response_iss_parameter_supported": (
            "authorization_response_iss_parameter_supported",
            bool,
            boolean,
        ),
        "frontchannel_logout_supported": ("frontchannel_logout_supported", bool, boolean),
        "frontchannel_logout_session_supported": ("frontchannel_logout_session_supported", bool, boolean),
        "backchannel_logout_supported": ("backchannel_logout_supported", bool, boolean),
        "backchannel_logout_session_supported": ("backchannel_logout_session_supported", bool, boolean),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    )
