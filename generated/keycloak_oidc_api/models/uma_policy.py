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
    texts,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaPolicy(Model):
    """A policy that an owner puts on a resource; who matches one of its lists may use the scopes."""

    id: str | None = None
    """Id of the policy."""
    name: str | None = None
    """Name of the policy."""
    description: str | None = None
    """Description of the policy."""
    type_: str | None = None
    """Always `uma`."""
    scopes: list[str] | None = None
    """Names of the scopes."""
    logic: str | None = None
    decision_strategy: str | None = None
    owner: str | None = None
    """Id of the owner."""
    roles: list[str] | None = None
    """Realm roles, or `client/role`."""
    groups: list[str] | None = None
    """Paths of groups."""
    clients: list[str] | None = None
    """Client ids."""
    users: list[str] | None = None
    """Names of users."""
    condition: str | None = None
    """JavaScript, where the server allows it."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "name": ("name", str, text),
        "description": ("description", str, text),
        "type": ("type_", str, text),
        "scopes": ("scopes", None, texts),
        "logic": ("logic", str, text),
        "decisionStrategy": ("decision_strategy", str, text),
        "owner": ("owner", str, text),
        "roles": ("roles", None, texts),
        "groups": ("groups", None, texts),
        "clients": ("clients", None, texts),
        "users": ("users", None, texts),
        "condition": ("condition", str, text),
    }
