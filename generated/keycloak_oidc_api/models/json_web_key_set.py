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
from ..models.json_web_key import JsonWebKey
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class JsonWebKeySet(Model):
    """Keys (RFC 7517 section 5)."""

    keys_: list[JsonWebKey]
    """In no particular order."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "keys": ("keys_", None, array(model(JsonWebKey))),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("keys",)
