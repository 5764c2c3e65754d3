# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..decoding import (
    Decoder,
    texts,
)
from ..types import Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class TextLists(Model):
    """Lists of strings, by name."""

    _OTHERS: ClassVar[tuple[Decoder, ...]] = (texts,)

    if TYPE_CHECKING:

        def __getitem__(self, key: str) -> list[str]: ...
