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
class PushedAuthorizationRequest(Model):
    """An authorization request with the client's credentials (RFC 9126 section 2.1)."""

    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."""
    client_assertion: str | None = None
    """JWT that authenticates the client."""
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
    dpop_jkt: str | None = None
    """Thumbprint of the DPoP key the code is bound to."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
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
        "dpop_jkt": ("dpop_jkt", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_assertion",
            "client_secret",
            "id_token_hint",
            "login_hint",
        }
    )
