# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..decoding import (
    Decoder,
    integer,
)
from ..types import Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class Integers(Model):
    """Integers, by name."""

    _OTHERS: ClassVar[tuple[Decoder, ...]] = (integer,)

    if TYPE_CHECKING:

        def __getitem__(self, key: str) -> int: ...
