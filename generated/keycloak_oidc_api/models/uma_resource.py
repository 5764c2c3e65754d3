# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    array,
    boolean,
    has,
    is_a,
    model,
    one_of,
    text,
    texts,
)
from ..models.resource_owner import ResourceOwner
from ..models.resource_scope import ResourceScope
from ..models.text_lists import TextLists
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaResource(Model):
    """A protected resource. Scopes are sent under both names."""

    id: str | None = None
    """Id of the resource."""
    name: str | None = None
    """Name, unique for its owner."""
    type_: str | None = None
    """Kind of resource."""
    display_name: str | None = None
    """Name for users."""
    icon_uri: str | None = None
    """URL of an icon."""
    uris: list[str] | None = None
    """Where the resource is; patterns are allowed."""
    owner: ResourceOwner | str | None = None
    """Owner of the resource."""
    owner_managed_access: bool | None = None
    """Whether the owner may give permissions."""
    attributes: TextLists | None = None
    resource_scopes: list[ResourceScope | str] | None = None
    """Scopes of the resource."""
    scopes: list[ResourceScope | str] | None = None
    """Scopes of the resource."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "_id": ("id", str, text),
        "name": ("name", str, text),
        "type": ("type_", str, text),
        "displayName": ("display_name", str, text),
        "icon_uri": ("icon_uri", str, text),
        "uris": ("uris", None, texts),
        "owner": (
            "owner",
            None,
            one_of("ResourceOwner or string", (is_a(str), text), (has(), model(ResourceOwner))),
        ),
        "ownerManagedAccess": ("owner_managed_access", bool, boolean),
        "attributes": ("attributes", None, model(TextLists)),
        "resource_scopes": (
            "resource_scopes",
            None,
            array(one_of("ResourceScope or string", (is_a(str), text), (has(), model(ResourceScope)))),
        ),
        "scopes": (
            "scopes",
            None,
            array(one_of("ResourceScope or string", (is_a(str), text), (has(), model(ResourceScope)))),
        ),
    }
