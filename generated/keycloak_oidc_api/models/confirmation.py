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
class Confirmation(Model):
    """The key a token is bound to (RFC 7800 section 3)."""

    jkt: str | None = None
    """Thumbprint of the DPoP key (RFC 9449 section 6.1)."""
    x5t_s256: str | None = None
    """Thumbprint of the client certificate (RFC 8705 section 3.1)."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "jkt": ("jkt", str, text),
        "x5t#S256": ("x5t_s256", str, text),
    }
