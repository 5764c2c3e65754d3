# SPDX-License-Identifier: Apache-2.0
"""Headers of a single raw request, as python-keycloak's own classes pass them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import ConnectionManager
from support.transport import serve

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio


async def test_a_dict_of_headers_is_sent_as_headers_of_that_request_alone(both: Both) -> None:
    transport, seen = serve(httpx.Response(200), httpx.Response(200))
    connection = ConnectionManager("http://kc", {"X-Tenant": "one"}, transport=transport)
    await both(connection).raw_post("x", "{}", headers={"x-tenant": "two"}, first=1)
    await both(connection).raw_get("x", headers="text")
    assert [request.headers["X-Tenant"] for request in seen] == ["two", "one"]
    assert [str(request.url) for request in seen] == ["http://kc/x?first=1", "http://kc/x?headers=text"]
