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
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class Address(Model):
    """A postal address (OpenID Connect Core 1.0 section 5.1.1)."""

    formatted: str | None = None
    """The whole address."""
    street_address: str | None = None
    """Street and number."""
    locality: str | None = None
    """Town."""
    region: str | None = None
    """Region."""
    postal_code: str | None = None
    """Postal code."""
    country: str | None = None
    """Country."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "formatted": ("formatted", str, Mapped(text)),
        "street_address": ("street_address", str, Mapped(text)),
        "locality": ("locality", str, Mapped(text)),
        "region": ("region", str, Mapped(text)),
        "postal_code": ("postal_code", str, Mapped(text)),
        "country": ("country", str, Mapped(text)),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "country",
            "formatted",
            "locality",
            "postal_code",
            "region",
            "street_address",
        }
    )
