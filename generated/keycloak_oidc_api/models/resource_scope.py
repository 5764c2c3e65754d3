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
class ResourceScope(Model):
    """A scope of a resource."""

    id: str | None = None
    """Id of the scope."""
    name: str | None = None
    """Name of the scope."""
    icon_uri: str | None = None
    """URL of an icon."""
    display_name: str | None = None
    """Name for users."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "name": ("name", str, text),
        "iconUri": ("icon_uri", str, text),
        "displayName": ("display_name", str, text),
    }
