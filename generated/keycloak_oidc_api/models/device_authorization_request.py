# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class DeviceAuthorizationRequest(Model):
    """A device authorization request (RFC 8628 section 3.1)."""

    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."""
    client_assertion: str | None = None
    """JWT that authenticates the client."""
    scope: str | None = None
    """Space-separated scopes."""
    nonce: str | None = None
    """Comes back as claim of the ID token."""
    code_challenge: str | None = None
    """PKCE challenge (RFC 7636)."""
    code_challenge_method: str | None = None
    """`S256` or `plain`."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
        "scope": ("scope", str, text),
        "nonce": ("nonce", str, text),
        "code_challenge": ("code_challenge", str, text),
        "code_challenge_method": ("code_challenge_method", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_assertion",
            "client_secret",
        }
    )
