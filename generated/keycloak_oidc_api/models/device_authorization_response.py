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
class DeviceAuthorizationResponse(Model):
    """Codes of the device flow (RFC 8628 section 3.2)."""

    device_code: str
    """Code for the token endpoint."""
    user_code: str
    """Code for the user."""
    verification_uri: str
    """Page for the user."""
    expires_in: int
    """Seconds until the codes expire."""
    verification_uri_complete: str | None = None
    """Page for the user, with the code."""
    interval: int | None = None
    """Seconds to wait between polls."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "device_code": ("device_code", str, text),
        "user_code": ("user_code", str, text),
        "verification_uri": ("verification_uri", str, text),
        "expires_in": ("expires_in", int, integer),
        "verification_uri_complete": ("verification_uri_complete", str, text),
        "interval": ("interval", int, integer),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "device_code",
        "user_code",
        "verification_uri",
        "expires_in",
    )
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "device_code",
            "user_code",
            "verification_uri_complete",
        }
    )
