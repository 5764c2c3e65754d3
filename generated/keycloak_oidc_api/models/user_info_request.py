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
class UserInfoRequest(Model):
    """The token in a form (RFC 6750 section 2.2); empty when it is in the header."""

    access_token: str | None = None
    """The access token."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "access_token": ("access_token", str, text),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "access_token",
        }
    )
