# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    model,
    text,
    texts,
)
from ..models.text_lists import TextLists
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaPermission(Model):
    """A granted permission."""

    rsid: str | None = None
    """Id of the resource; absent for a scope that no resource has."""
    rsname: str | None = None
    """Name of the resource."""
    scopes: list[str] | None = None
    """Granted scopes; absent when the resource has none."""
    claims: TextLists | None = None
    resource_id: str | None = None
    """The same as `rsid`, in answers to introspection."""
    resource_scopes: list[str] | None = None
    """The same as `scopes`, in answers to introspection."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "rsid": ("rsid", str, text),
        "rsname": ("rsname", str, text),
        "scopes": ("scopes", None, texts),
        "claims": ("claims", None, model(TextLists)),
        "resource_id": ("resource_id", str, text),
        "resource_scopes": ("resource_scopes", None, texts),
    }
