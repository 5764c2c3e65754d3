# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    Mapped,
    boolean,
    texts,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class Access(Model):
    """Roles of a user."""

    roles: list[str] | None = None
    """Names of the roles."""
    verify_caller: bool | None = None
    """Of older servers."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "roles": ("roles", None, Mapped(texts)),
        "verify_caller": ("verify_caller", bool, boolean),
    }
