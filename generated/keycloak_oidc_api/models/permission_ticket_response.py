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
class PermissionTicketResponse(Model):
    """A permission ticket (Federated Authorization for UMA 2.0 section 4.2)."""

    ticket: str
    """The ticket."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "ticket": ("ticket", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("ticket",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "ticket",
        }
    )
