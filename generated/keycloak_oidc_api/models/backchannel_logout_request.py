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
class BackchannelLogoutRequest(Model):
    """A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.5)."""

    logout_token: str
    """The logout token."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "logout_token": ("logout_token", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("logout_token",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "logout_token",
        }
    )
