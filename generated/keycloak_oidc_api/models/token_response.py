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
    integer,
    text,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class TokenResponse(Model):
    """Tokens (RFC 6749 section 5.1, OpenID Connect Core 1.0 section 3.1.3.3)."""

    access_token: str
    """The access token; the ID token when token exchange was asked for one."""
    token_type: str
    """How to present the token."""
    expires_in: int | None = None
    """Seconds until `access_token` expires."""
    refresh_token: str | None = None
    """The refresh token; absent when none was issued."""
    refresh_expires_in: int | None = None
    """Seconds until `refresh_token` expires; 0 means never, or that there is none."""
    id_token: str | None = None
    """The ID token (JWS, or JWE if the client wants it encrypted), with the scope `openid`."""
    not_before_policy: int | None = None
    """Tokens issued before this are invalid; seconds since the epoch."""
    session_state: str | None = None
    """Id of the user's session."""
    scope: str | None = None
    """Space-separated scopes that were granted; absent for an RPT."""
    issued_token_type: str | None = None
    """What token exchange has issued (RFC 8693 section 2.2.1)."""
    upgraded: bool | None = None
    """UMA: whether the permissions of `rpt` were added to."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "access_token": ("access_token", str, text),
        "token_type": ("token_type", str, text),
        "expires_in": ("expires_in", int, integer),
        "refresh_token": ("refresh_token", str, text),
        "refresh_expires_in": ("refresh_expires_in", int, integer),
        "id_token": ("id_token", str, text),
        "not-before-policy": ("not_before_policy", int, integer),
        "session_state": ("session_state", str, text),
        "scope": ("scope", str, text),
        "issued_token_type": ("issued_token_type", str, text),
        "upgraded": ("upgraded", bool, boolean),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "access_token",
        "token_type",
    )
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "access_token",
            "id_token",
            "refresh_token",
        }
    )
