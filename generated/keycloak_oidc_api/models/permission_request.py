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
class PermissionRequest(Model):
    """What a client tried to do (Federated Authorization for UMA 2.0 section 4.1)."""

    resource_id: str | None = None
    """Id or name of the resource; absent for scopes of any resource."""
    resource_scopes: list[str] | None = None
    """Names of the scopes."""
    claims: TextLists | None = None

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "resource_id": ("resource_id", str, text),
        "resource_scopes": ("resource_scopes", None, texts),
        "claims": ("claims", None, model(TextLists)),
    }
