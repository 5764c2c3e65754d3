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
class ErrorResponse(Model):
    """An OAuth 2.0 error (RFC 6749 section 5.2); `error` alone where the error arose before the endpoint."""

    error: str
    """The code; at a few places of Keycloak a sentence."""
    error_description: str | None = None
    """For humans; changes between releases."""
    error_uri: str | None = None
    """Page about the error; Keycloak sends none."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "error": ("error", str, text),
        "error_description": ("error_description", str, text),
        "error_uri": ("error_uri", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("error",)
