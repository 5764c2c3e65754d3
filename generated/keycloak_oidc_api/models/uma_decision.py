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
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UmaDecision(Model):
    """Answer of the UMA grant with `response_mode=decision`."""

    result: bool
    """True when a part of what was asked for is granted; refusal is status 403."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "result": ("result", bool, boolean),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("result",)
