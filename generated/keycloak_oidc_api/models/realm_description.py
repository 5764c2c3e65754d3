# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    integer,
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class RealmDescription(Model):
    """Public description of a realm."""

    realm: str
    """Name of the realm."""
    public_key: str
    """Active RS256 key: base64 of the DER SubjectPublicKeyInfo, without PEM armour."""
    token_service: str
    """Base URL of the OpenID Connect endpoints."""
    account_service: str
    """URL of the account console."""
    tokens_not_before: int
    """Tokens issued before this are invalid; seconds since the epoch."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "realm": ("realm", str, text),
        "public_key": ("public_key", str, text),
        "token-service": ("token_service", str, text),
        "account-service": ("account_service", str, text),
        "tokens-not-before": ("tokens_not_before", int, integer),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "realm",
        "public_key",
        "token-service",
        "account-service",
        "tokens-not-before",
    )
