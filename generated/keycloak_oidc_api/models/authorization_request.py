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
class AuthorizationRequest(Model):
    """An authorization request (OpenID Connect Core 1.0 section 3.1.2.1)."""

    client_id: str
    """Identifier of the client."""
    response_type: str | None = None
    """Space-separated `code`, `id_token`, `token` or `none`."""
    redirect_uri: str | None = None
    """Where the answer goes; one that the client has registered."""
    scope: str | None = None
    """Space-separated scopes."""
    state: str | None = None
    """Comes back unchanged."""
    nonce: str | None = None
    """Comes back as claim of the ID token."""
    response_mode: str | None = None
    """How the answer travels."""
    prompt: str | None = None
    """`none`, `login`, `consent` or `create`."""
    max_age: int | None = None
    """Seconds since the last login after which the user has to log in again."""
    ui_locales: str | None = None
    """Space-separated languages for the pages."""
    id_token_hint: str | None = None
    """ID token of the user who is expected."""
    login_hint: str | None = None
    """User name to put into the login page."""
    acr_values: str | None = None
    """Space-separated authentication levels that are wanted."""
    claims: str | None = None
    """Claims request as JSON text."""
    code_challenge: str | None = None
    """PKCE challenge (RFC 7636)."""
    code_challenge_method: str | None = None
    """`S256` or `plain`."""
    request: str | None = None
    """The request as a signed JWT (RFC 9101)."""
    request_uri: str | None = None
    """What the pushed authorization endpoint returned."""
    dpop_jkt: str | None = None
    """Thumbprint of the DPoP key the code is bound to."""
    kc_idp_hint: str | None = None
    """Alias of the identity provider to go to at once."""
    kc_action: str | None = None
    """Application-initiated action."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "client_id": ("client_id", str, text),
        "response_type": ("response_type", str, text),
        "redirect_uri": ("redirect_uri", str, text),
        "scope": ("scope", str, text),
        "state": ("state", str, text),
        "nonce": ("nonce", str, text),
        "response_mode": ("response_mode", str, text),
        "prompt": ("prompt", str, text),
        "max_age": ("max_age", int, integer),
        "ui_locales": ("ui_locales", str, text),
        "id_token_hint": ("id_token_hint", str, text),
        "login_hint": ("login_hint", str, text),
        "acr_values": ("acr_values", str, text),
        "claims": ("claims", str, text),
        "code_challenge": ("code_challenge", str, text),
        "code_challenge_method": ("code_challenge_method", str, text),
        "request": ("request", str, text),
        "request_uri": ("request_uri", str, text),
        "dpop_jkt": ("dpop_jkt", str, text),
        "kc_idp_hint": ("kc_idp_hint", str, text),
        "kc_action": ("kc_action", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("client_id",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "id_token_hint",
            "login_hint",
        }
    )
