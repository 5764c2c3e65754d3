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
class LogoutRequest(Model):
    """Ends the session of a refresh token (Keycloak extension)."""

    refresh_token: str
    """Refresh token of the session to end."""
    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."""
    client_assertion: str | None = None
    """JWT that authenticates the client."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "refresh_token": ("refresh_token", str, text),
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("refresh_token",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_assertion",
            "client_secret",
            "refresh_token",
        }
    )
