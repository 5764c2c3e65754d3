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
class ClientCredentials(Model):
    """Credentials of a client."""

    secret: str | None = None
    """The client's secret."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "secret": ("secret", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "secret",
        }
    )
