# SPDX-License-Identifier: Apache-2.0
"""One coroutine, two methods: how a test runs both, and how the plain one runs without an event loop."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import KeycloakOpenID
from keycloak_sdk._io.port import finish
from support.transport import form_of, issues, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


async def test_one_test_runs_both_twins(both: Both) -> None:
    transport, seen = serve(issues("first"))
    token = await both(KeycloakOpenID("http://kc", "acme", "shop", transport=transport)).token("alice", "pw")
    assert token.access_token == "first"
    assert form_of(seen[0])["username"] == ["alice"]


def test_a_plain_method_that_tried_to_suspend_is_an_error_and_its_coroutine_closed() -> None:
    operation = asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="tried to suspend"):
        finish(operation)
    assert inspect.getcoroutinestate(operation) == inspect.CORO_CLOSED


def test_a_plain_method_returns_what_its_coroutine_returns_and_raises_what_it_raises() -> None:
    async def operation(number: int) -> float:
        return 1 / number

    assert finish(operation(2)) == 0.5
    with pytest.raises(ZeroDivisionError):
        finish(operation(0))
