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
class BackchannelAuthenticationResponse(Model):
    """The request that is being asked for (CIBA Core 1.0 section 7.3)."""

    auth_req_id: str
    """Value for the token endpoint."""
    expires_in: int
    """Seconds until it expires."""
    interval: int | None = None
    """Seconds to wait between polls."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "auth_req_id": ("auth_req_id", str, text),
        "expires_in": ("expires_in", int, integer),
        "interval": ("interval", int, integer),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "auth_req_id",
        "expires_in",
    )
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "auth_req_id",
        }
    )
