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
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class PermissionTicket(Model):
    """A permission that an owner gave or was asked for."""

    id: str | None = None
    """Id of the permission."""
    owner: str | None = None
    """Id of the owner."""
    resource: str | None = None
    """Id of the resource."""
    scope: str | None = None
    """Id of the scope."""
    granted: bool | None = None
    """Whether the owner has agreed."""
    requester: str | None = None
    """Id of the user who asks."""
    scope_name: str | None = None
    """Name of the scope."""
    resource_name: str | None = None
    """Name of the resource."""
    owner_name: str | None = None
    """Name of the owner."""
    requester_name: str | None = None
    """Name of the user who asks."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "owner": ("owner", str, text),
        "resource": ("resource", str, text),
        "scope": ("scope", str, text),
        "granted": ("granted", bool, boolean),
        "requester": ("requester", str, text),
        "scopeName": ("scope_name", str, text),
        "resourceName": ("resource_name", str, text),
        "ownerName": ("owner_name", str, text),
        "requesterName": ("requester_name", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "ownerName",
            "requesterName",
        }
    )
