# SPDX-License-Identifier: Apache-2.0
"""One session for processes that share a Redis store, on a realm where a refresh token is good once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from support.fleet import Fleet
from support.realms import client, user
from support.stores import RedisShelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.realms import LiveRealm
    from support.redis_server import RedisServer

pytestmark = pytest.mark.live

PROCESSES = 4
EXPIRIES = 4


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    return make_realm(
        clients=[client("cli", public=True)],
        users=[user("ann")],
        revokeRefreshToken=True,
        refreshTokenMaxReuse=0,
    )


def test_processes_are_one_session_and_use_each_refresh_token_once(
    realm: LiveRealm, redis_server: RedisServer
) -> None:
    shelf = RedisShelf(redis_server)
    fleet = Fleet(
        PROCESSES,
        redis_server.url,
        shelf.prefix,
        f"/realms/{realm.name}/protocol/openid-connect/userinfo",
        server_url=realm.server.url,
        realm_name=realm.name,
        client_id="cli",
        username="ann",
        password="ann",
    )
    with fleet:
        for expiry in range(EXPIRIES + 1):
            calls = fleet.call(after=10_000 if expiry else 0)
            assert {(call["status"], call["error"]) for call in calls} == {(200, None)}
    shelf.close()
    renewals = Counter(outcome for call in calls for outcome in call["renewals"])
    assert renewals == {
        "logged in": 1,
        "refreshed": EXPIRIES,
        "adopted": (PROCESSES - 1) * (EXPIRIES + 1),
    }
    sessions = realm.admin("GET", f"/users/{realm.id_of_user('ann')}/sessions").json()
    assert len(sessions) == 1
