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
    text,
    texts,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaConfiguration(Model):
    """UMA 2.0 authorization server metadata."""

    issuer: str
    """Value of `iss` in every token."""
    token_endpoint: str
    resource_registration_endpoint: str
    """Where resources are registered."""
    permission_endpoint: str
    """Where permission tickets are made."""
    policy_endpoint: str
    """Where owners put policies on their resources."""
    authorization_endpoint: str | None = None
    introspection_endpoint: str | None = None
    end_session_endpoint: str | None = None
    jwks_uri: str | None = None
    registration_endpoint: str | None = None
    grant_types_supported: list[str] | None = None
    response_types_supported: list[str] | None = None
    response_modes_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    scopes_supported: list[str] | None = None
    frontchannel_logout_supported: bool | None = None
    frontchannel_logout_session_supported: bool | None = None

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "issuer": ("issuer", str, text),
        "token_endpoint": ("token_endpoint", str, text),
        "resource_registration_endpoint": ("resource_registration_endpoint", str, text),
        "permission_endpoint": ("permission_endpoint", str, text),
        "policy_endpoint": ("policy_endpoint", str, text),
        "authorization_endpoint": ("authorization_endpoint", str, text),
        "introspection_endpoint": ("introspection_endpoint", str, text),
        "end_session_endpoint": ("end_session_endpoint", str, text),
        "jwks_uri": ("jwks_uri", str, text),
        "registration_endpoint": ("registration_endpoint", str, text),
        "grant_types_supported": ("grant_types_supported", None, texts),
        "response_types_supported": ("response_types_supported", None, texts),
        "response_modes_supported": ("response_modes_supported", None, texts),
        "token_endpoint_auth_methods_supported": ("token_endpoint_auth_methods_supported", None, texts),
        "token_endpoint_auth_signing_alg_values_supported": (
            "token_endpoint_auth_signing_alg_values_supported",
            None,
            texts,
        ),
        "scopes_supported": ("scopes_supported", None, texts),
        "frontchannel_logout_supported": ("frontchannel_logout_supported", bool, boolean),
        "frontchannel_logout_session_supported": ("frontchannel_logout_session_supported", bool, boolean),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "issuer",
        "token_endpoint",
        "resource_registration_endpoint",
        "permission_endpoint",
        "policy_endpoint",
    )
