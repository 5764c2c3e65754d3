# SPDX-License-Identifier: Apache-2.0
"""The settings of a connection, transports of the program's own, and the end."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import (
    ConnectionManager,
    InsecureConnectionWarning,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakOpenID,
    KeycloakOpenIDConnection,
)
from support.connections import plain
from support.transport import always, line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]


def ok(_: httpx.Request) -> httpx.Response:
    """Answer anew each time: httpx's clients wrap the answers they get."""
    return httpx.Response(200, json={"ok": True})


async def test_settings_can_be_changed_at_any_time(both: Both) -> None:
    manager, seen = plain(ok, ok, cert=["c.pem", "k.pem"], max_retries=2, pool_maxsize=3)
    assert (manager.cert, manager.max_retries, manager.pool_maxsize) == (("c.pem", "k.pem"), 2, 3)
    await both(manager).raw_get("/x")
    context = ssl.create_default_context()
    manager.base_url = "http://other/"
    manager.timeout = 2.5
    manager.cert = None
    manager.verify = context
    manager.proxies = {"https": "http://proxy:3128"}
    manager.max_retries = 0
    manager.pool_maxsize = None
    await both(manager).raw_get("/x")
    assert [str(request.url) for request in seen] == ["http://kc/auth/x", "http://other/x"]
    assert (manager.base_url, manager.timeout, manager.verify, manager.cert) == (
        "http://other/",
        2.5,
        context,
        None,
    )
    assert (manager.proxies, manager.max_retries, manager.pool_maxsize) == (
        {"https": "http://proxy:3128"},
        0,
        None,
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": "5"},
        {"timeout": True},
        {"timeout": float("inf")},
        {"verify": ""},
        {"verify": None},
        {"cert": 3},
        {"cert": ("c.pem",)},
        {"max_retries": -1},
        {"max_retries": True},
        {"pool_maxsize": 0},
        {"proxies": "http://proxy"},
        {"proxies": {"https": "ftp://proxy"}},
    ],
    ids=str,
)
def test_a_setting_that_cannot_work_is_refused_by_constructor_and_setter(settings: dict[str, Any]) -> None:
    with pytest.raises(KeycloakConfigurationError):
        ConnectionManager("http://kc", **settings)
    manager = ConnectionManager("http://kc")
    ((name, value),) = settings.items()
    before = getattr(manager, name)
    with pytest.raises(KeycloakConfigurationError):
        setattr(manager, name, value)
    assert getattr(manager, name) == before


@pytest.mark.parametrize(
    "url", [None, "", 3, "kc", "ftp://kc", "http://", "http://u:p@kc", "http://kc?a=b", "http://kc/.."]
)
def test_a_server_url_that_cannot_work_is_refused(url: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="server_url"):
        ConnectionManager(url)
    manager = ConnectionManager("http://kc")
    with pytest.raises(ValueError, match="server_url"):
        manager.base_url = url
    assert manager.base_url == "http://kc"


class OfAProgram(ConnectionManager):
    """A subclass as programs write them."""

    def __init__(self, url: str) -> None:
        super().__init__(url, verify=False)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConnectionManager("https://kc", verify=False),
        lambda: KeycloakOpenID("https://kc", "acme", "shop", verify=False),
        lambda: KeycloakOpenIDConnection("https://kc", "alice", "pw", verify=False),
        lambda: OfAProgram("https://kc"),
        lambda: setattr(ConnectionManager("https://kc"), "verify", False),
    ],
)
def test_switching_certificate_checks_off_warns_once_where_it_is_done(make: Callable[[], object]) -> None:
    with pytest.warns(InsecureConnectionWarning, match="https://kc") as caught:
        make()
    assert [one.filename for one in caught] == [__file__]


def test_other_settings_of_an_unchecked_connection_change_without_another_warning() -> None:
    with pytest.warns(InsecureConnectionWarning):
        manager = ConnectionManager("https://kc", verify=False)
    manager.timeout = 5


async def test_an_answer_larger_than_max_body_is_refused(both: Both) -> None:
    manager, _ = plain(
        httpx.Response(200, content=b"x" * 11), httpx.Response(200, content=b"x" * 10), max_body=10
    )
    with pytest.raises(KeycloakConnectionError, match="larger than 10 bytes"):
        await both(manager).raw_get("/x")
    assert (await both(manager).raw_get("/x")).content == b"x" * 10


# --- one world's own transport, and the end


async def test_each_world_may_have_a_transport_of_its_own() -> None:
    blocking, by_threads = always(ok)
    awaiting, by_tasks = always(ok)
    manager = ConnectionManager("http://kc", transport=blocking, async_transport=awaiting)
    manager.raw_get("/sync")
    await manager.a_raw_get("/async")
    assert [line_of(one) for one in (*by_threads, *by_tasks)] == ["GET /sync", "GET /async"]


async def test_a_client_of_httpx_is_used_as_it_is_and_stays_open() -> None:
    blocking, by_threads = always(ok)
    awaiting, by_tasks = always(httpx.Response(302, headers={"Location": "http://kc/again"}))
    with httpx.Client(transport=blocking, follow_redirects=True) as threads:
        async with httpx.AsyncClient(transport=awaiting, follow_redirects=True) as tasks:
            with ConnectionManager("http://kc", transport=threads, async_transport=tasks) as manager:
                assert manager.raw_get("/x").json() == {"ok": True}
                assert (await manager.a_raw_get("/x")).status_code == 302
            assert (threads.is_closed, tasks.is_closed) == (False, False)
    assert (len(by_threads), len(by_tasks)) == (1, 1)


async def test_closing_twice_is_fine_and_the_next_call_opens_anew(both: Both) -> None:
    manager, seen = plain(ok, ok)
    side = both(manager)
    await side.raw_get("/x")
    await side.close()
    await side.close()
    await side.raw_get("/x")
    assert len(seen) == 2
    assert await side.__enter__() is manager
    assert await side.__exit__(None, None, None) is None


def test_a_connection_that_could_not_be_made_is_discarded_quietly() -> None:
    half_made = ConnectionManager.__new__(ConnectionManager)
    half_made.__del__()


def test_a_connection_shows_its_server() -> None:
    assert repr(ConnectionManager("http://KC:80/auth/")) == "<ConnectionManager http://kc/auth>"
