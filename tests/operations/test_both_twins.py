# SPDX-License-Identifier: Apache-2.0
"""The harness itself: one test runs both twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import KeycloakOpenID
from support.transport import form_of, issues, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


async def test_one_test_runs_both_twins(both: Both) -> None:
    transport, seen = serve(issues("first"))
    token = await both(KeycloakOpenID("http://kc", "acme", "shop", transport=transport)).token("alice", "pw")
    assert token.access_token == "first"
    assert form_of(seen[0])["username"] == ["alice"]
