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
class ResourceOwner(Model):
    """Owner of a resource."""

    id: str | None = None
    """Id of the user or client."""
    name: str | None = None
    """Name of the user or client."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "name": ("name", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "name",
        }
    )
