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
)
from ..models.texts import Texts
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class ProtocolMapper(Model):
    """Makes a claim."""

    id: str | None = None
    """Internal id."""
    name: str | None = None
    """Name of the mapper."""
    protocol: str | None = None
    """Always `openid-connect` here."""
    protocol_mapper: str | None = None
    """Kind of mapper."""
    consent_required: bool | None = None
    config: Texts | None = None

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "id": ("id", str, text),
        "name": ("name", str, text),
        "protocol": ("protocol", str, text),
        "protocolMapper": ("protocol_mapper", str, text),
        "consentRequired": ("consent_required", bool, boolean),
        "config": ("config", None, model(Texts)),
    }
