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
    model,
)
from ..models.uma_permission import UmaPermission
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaAuthorization(Model):
    """What an RPT allows."""

    permissions: list[UmaPermission] | None = None
    """The granted permissions."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "permissions": ("permissions", None, array(model(UmaPermission))),
    }
