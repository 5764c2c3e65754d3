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
    model,
    text,
)
from ..models.client_credentials import ClientCredentials
from ..models.open_object import OpenObject
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class ClientInstallation(Model):
    """Adapter configuration, the content of `keycloak.json`."""

    realm: str
    """Name of the realm."""
    auth_server_url: str
    """Base URL of the server."""
    resource: str
    """Client id."""
    ssl_required: str | None = None
    realm_public_key: str | None = None
    bearer_only: bool | None = None
    public_client: bool | None = None
    use_resource_role_mappings: bool | None = None
    verify_token_audience: bool | None = None
    confidential_port: int | None = None
    credentials: ClientCredentials | None = None
    policy_enforcer: OpenObject | None = None

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "realm": ("realm", str, text),
        "auth-server-url": ("auth_server_url", str, text),
        "resource": ("resource", str, text),
        "ssl-required": ("ssl_required", str, text),
        "realm-public-key": ("realm_public_key", str, text),
        "bearer-only": ("bearer_only", bool, boolean),
        "public-client": ("public_client", bool, boolean),
        "use-resource-role-mappings": ("use_resource_role_mappings", bool, boolean),
        "verify-token-audience": ("verify_token_audience", bool, boolean),
        "confidential-port": ("confidential_port", int, integer),
        "credentials": ("credentials", None, model(ClientCredentials)),
        "policy-enforcer": ("policy_enforcer", None, model(OpenObject)),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = (
        "realm",
        "auth-server-url",
        "resource",
    )
