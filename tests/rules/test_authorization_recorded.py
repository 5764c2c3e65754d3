# SPDX-License-Identifier: Apache-2.0
"""Roles match as in python-keycloak, on configurations and tokens as a live server gives them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keycloak
import pytest

from keycloak_sdk.authorization import Authorization
from keycloak_sdk.authorization.matching import matching_permissions, matching_policies
from keycloak_sdk.testing import DEMO_AUTHORIZATION_CONFIG
from support.authorization_configs import configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2027, 6, 15, 12, 30, tzinfo=UTC)
PHOTOS = Path(__file__).parent / "photos-api-authz-config.json"

CONFIGURATIONS = {
    "photos": json.loads(PHOTOS.read_text("utf-8")),
    "demo": json.loads(DEMO_AUTHORIZATION_CONFIG.read_text("utf-8")),
    **{f"random {seed}": configuration(seed, NOW) for seed in range(40)},
}

ACCOUNT = {"account": {"roles": ["manage-account", "manage-account-links", "view-profile"]}}
EVERYBODY = ["offline_access", "default-roles-acme", "uma_authorization"]

TOKENS: dict[str, dict[str, Any]] = {
    "alice": {
        "azp": "web",
        "aud": ["desk", "account"],
        "preferred_username": "alice",
        "realm_access": {"roles": [*EVERYBODY, "member"]},
        "resource_access": {**ACCOUNT, "desk": {"roles": ["editor"]}, "photos-api": {"roles": ["editor"]}},
    },
    "bob": {
        "azp": "web",
        "aud": ["desk", "account"],
        "preferred_username": "bob",
        "realm_access": {"roles": [*EVERYBODY, "member", "chief"]},
        "resource_access": {
            **ACCOUNT,
            "desk": {"roles": ["editor", "auditor"]},
            "demo-app": {"roles": ["editor"]},
        },
    },
    "carol": {
        "azp": "web",
        "aud": "account",
        "preferred_username": "carol",
        "realm_access": {"roles": EVERYBODY},
        "resource_access": ACCOUNT,
    },
    "a client without roles of its own": {
        "azp": "robot",
        "aud": "account",
        "preferred_username": "service-account-robot",
        "realm_access": {"roles": EVERYBODY},
        "resource_access": {**ACCOUNT, "robot": {"roles": []}},
    },
}
CLIENTS = ("desk", "photos-api", "demo-app", "robot", "account")


class Peer(keycloak.KeycloakOpenID):
    """python-keycloak, its token claims given."""

    def _token_info(self, token: Any, method_token_info: str, **kwargs: Any) -> Any:
        return token


def names(found: Any) -> list[str] | None:
    """Return what both libraries call what they found, in an order of ours."""
    return None if found is None else sorted(map(str, found))


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_recorded_configuration_answers_as_in_python_keycloak(config: Mapping[str, Any]) -> None:
    theirs, ours = keycloak.keycloak_openid.Authorization(), Authorization()
    theirs.load_config(config)
    ours.load_config(config)
    assert set(ours.policies) == set(theirs.policies)
    if not ours.policies:
        return
    for client in CLIENTS:
        peer = Peer("http://127.0.0.1:1/", "acme", client)
        peer.authorization = theirs
        for token in TOKENS.values():
            found = matching_policies(ours, token, client), matching_permissions(ours, token, client)
            asked = [
                ask(token, method_token_info="decode") for ask in (peer.get_policies, peer.get_permissions)
            ]
            assert [*map(names, found)] == [*map(names, asked)]
