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
    texts,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class TokenRequest(Model):
    """Fields of every grant; which belong together is said at the operation."""

    grant_type: str
    """The grant."""
    client_id: str | None = None
    """Identifier of the client."""
    client_secret: str | None = None
    """Secret of the client."""
    client_assertion_type: str | None = None
    """Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523 section 2.2)."""
    client_assertion: str | None = None
    """JWT that authenticates the client; `aud` is the issuer, as one string."""
    scope: str | None = None
    """Space-separated scopes."""
    code: str | None = None
    """Authorization code."""
    redirect_uri: str | None = None
    """The one of the authorization request."""
    code_verifier: str | None = None
    """PKCE verifier (RFC 7636)."""
    username: str | None = None
    """Name or e-mail address of the user."""
    password: str | None = None
    """Password of the user."""
    totp: str | None = None
    """One-time password (Keycloak extension)."""
    refresh_token: str | None = None
    """The refresh token."""
    device_code: str | None = None
    """What the device authorization endpoint returned."""
    auth_req_id: str | None = None
    """What the backchannel authentication endpoint returned."""
    assertion: str | None = None
    """JWT that stands for the user (RFC 7523 section 2.1)."""
    subject_token: str | None = None
    """Token to exchange."""
    subject_token_type: str | None = None
    """Type of `subject_token`."""
    subject_issuer: str | None = None
    """Identity provider that issued `subject_token` (preview feature)."""
    actor_token: str | None = None
    """Of the acting party; the server ignores it."""
    actor_token_type: str | None = None
    """Type of `actor_token`."""
    requested_token_type: str | None = None
    """Type of token that is wanted."""
    requested_subject: str | None = None
    """User to impersonate (preview feature)."""
    requested_issuer: str | None = None
    """Identity provider whose token is wanted (preview feature)."""
    audience: list[str] | None = None
    """Token exchange: clients the token is for. UMA: the resource server."""
    ticket: str | None = None
    """Permission ticket."""
    rpt: str | None = None
    """Requesting party token to add the permissions to."""
    permission: list[str] | None = None
    """What is wanted: `resource`, `resource#scope,scope` or `#scope`. Leave it out to mean everything."""
    permission_resource_format: str | None = None
    """What `resource` is: `id` (or name), or `uri`."""
    permission_resource_matching_uri: bool | None = None
    """Let patterns such as `/albums/*` match the URI."""
    response_mode: str | None = None
    """What to answer: a token, a `decision`, or the `permissions`."""
    response_include_resource_name: bool | None = None
    """Name the resources in the permissions."""
    response_permissions_limit: int | None = None
    """How many permissions to evaluate; not how many to return."""
    submit_request: bool | None = None
    """Ask the owner of the resource when access is refused."""
    claim_token: str | None = None
    """Claims for the policies: base64 of a JSON object of string arrays, or an ID token."""
    claim_token_format: str | None = None
    """Format of `claim_token`."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "grant_type": ("grant_type", str, text),
        "client_id": ("client_id", str, text),
        "client_secret": ("client_secret", str, text),
        "client_assertion_type": ("client_assertion_type", str, text),
        "client_assertion": ("client_assertion", str, text),
        "scope": ("scope", str, text),
        "code": ("code", str, text),
        "redirect_uri": ("redirect_uri", str, text),
        "code_verifier": ("code_verifier", str, text),
        "username": ("username", str, text),
        "password": ("password", str, text),
        "totp": ("totp", str, text),
        "refresh_token": ("refresh_token", str, text),
        "device_code": ("device_code", str, text),
        "auth_req_id": ("auth_req_id", str, text),
        "assertion": ("assertion", str, text),
        "subject_token": ("subject_token", str, text),
        "subject_token_type": ("subject_token_type", str, text),
        "subject_issuer": ("subject_issuer", str, text),
        "actor_token": ("actor_token", str, text),
        "actor_token_type": ("actor_token_type", str, text),
        "requested_token_type": ("requested_token_type", str, text),
        "requested_subject": ("requested_subject", str, text),
        "requested_issuer": ("requested_issuer", str, text),
        "audience": ("audience", None, texts),
        "ticket": ("ticket", str, text),
        "rpt": ("rpt", str, text),
        "permission": ("permission", None, texts),
        "permission_resource_format": ("permission_resource_format", str, text),
        "permission_resource_matching_uri": ("permission_resource_matching_uri", bool, boolean),
        "response_mode": ("response_mode", str, text),
        "response_include_resource_name": ("response_include_resource_name", bool, boolean),
        "response_permissions_limit": ("response_permissions_limit", int, integer),
        "submit_request": ("submit_request", bool, boolean),
        "claim_token": ("claim_token", str, text),
        "claim_token_format": ("claim_token_format", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("grant_type",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "actor_token",
            "assertion",
            "auth_req_id",
            "claim_token",
            "client_assertion",
            "client_secret",
            "code",
            "code_verifier",
            "device_code",
            "password",
            "refresh_token",
            "requested_subject",
            "rpt",
            "subject_token",
            "ticket",
            "totp",
            "username",
        }
    )
