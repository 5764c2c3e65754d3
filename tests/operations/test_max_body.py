# SPDX-License-Identifier: Apache-2.0
"""How large an answer may be is for the program to say, whichever client it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import KeycloakConnectionError, KeycloakOpenID, KeycloakOpenIDConnection
from support.transport import always

if TYPE_CHECKING:
    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


async def test_a_realms_client_reads_no_more_than_max_body(both: Both) -> None:
    transport, _ = always(httpx.Response(200, content=b"x" * 11))
    openid = KeycloakOpenID("http://kc", "acme", "shop", transport=transport, max_body=10)
    with pytest.raises(KeycloakConnectionError, match="larger than 10 bytes"):
        await both(openid).well_known()


async def test_a_renewing_connection_and_its_client_read_no_more_than_max_body(both: Both) -> None:
    transport, _ = always(httpx.Response(200, content=b"x" * 11))
    connection = KeycloakOpenIDConnection("http://kc", transport=transport, max_body=10)
    with pytest.raises(KeycloakConnectionError, match="larger than 10 bytes"):
        await both(connection).raw_get("/x")
    with pytest.raises(KeycloakConnectionError, match="larger than 10 bytes"):
        await both(connection.keycloak_openid).well_known()
