# SPDX-License-Identifier: Apache-2.0
"""What is logged: method, path, outcome and time of each exchange, at debug level, and no secret."""

from __future__ import annotations

import logging
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import httpx
import pytest

import keycloak_sdk
from keycloak_sdk import ConnectionManager, KeycloakConnectionError, KeycloakOpenID
from support.transport import issues, serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


async def test_every_exchange_is_logged_without_its_secrets(
    both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="keycloak_sdk")
    transport, _ = serve(issues("hidden-token"))
    client = KeycloakOpenID("http://kc", "acme", "shop", "hidden-secret", transport=transport)
    await both(client).token("ann", "hidden-password")
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert re.fullmatch(r"POST /realms/acme/protocol/openid-connect/token 200 \d+ ms", record.getMessage())


async def test_a_query_is_not_logged(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="keycloak_sdk")
    transport, _ = serve(httpx.Response(204))
    await both(ConnectionManager("http://kc", transport=transport)).raw_get("x", ticket="hidden")
    assert re.fullmatch(r"GET /x 204 \d+ ms", caplog.records[0].getMessage())


async def test_an_exchange_that_broke_is_logged_by_its_class(
    both: Both, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="keycloak_sdk")
    transport, _ = serve(httpx.ConnectError("refused"))
    with pytest.raises(KeycloakConnectionError):
        await both(ConnectionManager("http://kc", transport=transport)).raw_get("x")
    assert re.fullmatch(r"GET /x KeycloakConnectionError \d+ ms", caplog.records[0].getMessage())


async def test_nothing_is_logged_above_debug(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="keycloak_sdk")
    transport, _ = serve(httpx.Response(204))
    await both(ConnectionManager("http://kc", transport=transport)).raw_get("x")
    assert caplog.records == []


def test_the_version_is_that_of_the_distribution() -> None:
    assert keycloak_sdk.__version__ == version("keycloak-oidc-sdk")
