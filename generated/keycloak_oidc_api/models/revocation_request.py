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
class RevocationRequest(Model):
    """A revocation request (RFC 7009 section 2.1)."""

    token: str
    """Token to revoke."""
    token_type_hint: str | None = None
    """Kind of `token`; the server ignores it."""
    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."""
    client_assertion: str | None = None
    """JWT that authenticates the client."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "token": ("token", str, text),
        "token_type_hint": ("token_type_hint", str, text),
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("token",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "client_assertion",
            "client_secret",
            "token",
        }
    )
