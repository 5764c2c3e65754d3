# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    integer,
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class BackchannelAuthenticationRequest(Model):
    """A backchannel authentication request (CIBA Core 1.0 section 7.1)."""

    scope: str
    """Space-separated scopes."""
    login_hint: str | None = None
    """User to ask; Keycloak takes no other hint."""
    login_hint_token: str | None = None
    """A token that names the user."""
    id_token_hint: str | None = None
    """ID token of the user."""
    binding_message: str | None = None
    """Shown to the user on both devices; at most 50 characters, no spaces."""
    acr_values: str | None = None
    """Space-separated authentication levels that are wanted."""
    requested_expiry: int | None = None
    """Seconds the request should live."""
    user_code: str | None = None
    """Secret known to the user alone."""
    client_notification_token: str | None = None
    """Token for the ping to the client."""
    request: str | None = None
    """The request as a signed JWT."""
    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."""
    client_assertion: str | None = None
    """JWT that authenticates the client."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "scope": ("scope", str, text),
        "login_hint": ("login_hint", str, text),
        "login_hint_token": ("login_hint_token", str, text),
        "id_token_hint": ("id_token_hint", str, text),
        "binding_message": ("binding_message", str, text),
        "acr_values": ("acr_values", str, text),
        "requested_expiry": ("requested_expiry", int, integer),
        "user_code": ("user_code", str, text),
        "client_notification_token": ("client_notification_token", str, text),
        "request": ("request", str, text),
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("scope",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_assertion",
            "client_notification_token",
            "client_secret",
            "id_token_hint",
            "login_hint",
            "login_hint_token",
            "user_code",
        }
    )
