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
class PushedAuthorizationResponse(Model):
    """Where the request is stored (RFC 9126 section 2.2)."""

    request_uri: str
    """Value for the authorization endpoint; single use."""
    expires_in: int
    """Seconds until it expires."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "request_uri": ("request_uri", str, text),
        "expires_in": ("expires_in", int, integer),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "request_uri",
        "expires_in",
    )
