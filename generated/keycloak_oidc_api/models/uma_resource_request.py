# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    boolean,
    model,
    text,
    texts,
)
from ..models.text_lists import TextLists
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaResourceRequest(Model):
    """A resource to register or to replace."""

    name: str
    """Name, unique for its owner."""
    id: str | None = None
    """Id of the resource; made by the server when absent."""
    type_: str | None = None
    """Kind of resource."""
    display_name: str | None = None
    """Name for users."""
    icon_uri: str | None = None
    """URL of an icon."""
    uris: list[str] | None = None
    """Where the resource is; patterns are allowed."""
    owner: str | None = None
    """Id or name of the owner; ignored since 26.7."""
    owner_managed_access: bool | None = None
    """Whether the owner may give permissions."""
    attributes: TextLists | None = None
    resource_scopes: list[str] | None = None
    """Names of its scopes."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "name": ("name", str, text),
        "_id": ("id", str, text),
        "type": ("type_", str, text),
        "displayName": ("display_name", str, text),
        "icon_uri": ("icon_uri", str, text),
        "uris": ("uris", None, texts),
        "owner": ("owner", str, text),
        "ownerManagedAccess": ("owner_managed_access", bool, boolean),
        "attributes": ("attributes", None, model(TextLists)),
        "resource_scopes": ("resource_scopes", None, texts),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("name",)
