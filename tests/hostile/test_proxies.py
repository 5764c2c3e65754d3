# SPDX-License-Identifier: Apache-2.0
"""Requests through a proxy, chosen by an argument or by the environment, the same in both worlds."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from keycloak_sdk._io.proxies import proxy_of
from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakConnectionError, KeycloakTimeoutError
from support.certificates import Authority
from support.loopback import Loopback, always, answer, echo_bearer, forward_proxy, json_answer, stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD")
PLAIN, SECURE = "http://sso.test", "https://sso.test"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@frozen
class World:
    """A plain and a TLS server that only the proxy can find, under the name sso.test."""

    proxy: Loopback
    plain: Loopback
    secure: Loopback
    bundle: str
    log: list[str] = field(factory=list)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def world(authority: Authority) -> Iterator[World]:
    hello = always(json_answer({"hello": "world"}))
    log: list[str] = []
    with Loopback(hello) as plain, Loopback(hello, tls=authority.server_context("sso.test")) as secure:
        ports = {"sso.test": plain.port, "sso.test:443": secure.port, "other.test": plain.port}
        with Loopback(forward_proxy(ports, log)) as proxy:
            yield World(proxy, plain, secure, str(authority.file), log)


async def fetched(both: Both, url: str, world: World, **settings: Any) -> Any:
    connection = both(ConnectionManager(url, **{"timeout": 5, "verify": world.bundle, **settings}))
    try:
        return (await connection.raw_get("/x")).json()
    finally:
        await connection.close()


# --- by argument


@pytest.mark.parametrize(
    "key", ["https", "https://", "HTTPS", "all", "all://", "https://sso.test", "all://sso.test"]
)
async def test_https_goes_through_a_tunnel(both: Both, world: World, key: str) -> None:
    assert await fetched(both, SECURE, world, proxies={key: world.proxy.url}) == {"hello": "world"}
    assert world.log == ["CONNECT sso.test:443"]


@pytest.mark.parametrize("key", ["http", "http://", "all", "http://sso.test", "all://sso.test"])
async def test_http_is_forwarded(both: Both, world: World, key: str) -> None:
    assert await fetched(both, PLAIN, world, proxies={key: world.proxy.url}) == {"hello": "world"}
    assert world.log == ["GET http://sso.test/x"]


async def test_a_proxy_without_a_scheme_is_spoken_to_in_http(both: Both, world: World) -> None:
    bare = world.proxy.url.removeprefix("http://")
    assert await fetched(both, SECURE, world, proxies={"https": bare}) == {"hello": "world"}


async def test_the_more_precise_key_wins(both: Both, world: World) -> None:
    proxies = {"all": "http://127.0.0.1:1", "http": "http://127.0.0.1:1", "http://sso.test": world.proxy.url}
    assert await fetched(both, PLAIN, world, proxies=proxies) == {"hello": "world"}


async def test_a_proxy_of_another_scheme_or_host_is_not_used(both: Both, world: World) -> None:
    proxies = {"https": world.proxy.url, "http://other.test": world.proxy.url}
    assert await fetched(both, world.plain.url, world, proxies=proxies) == {"hello": "world"}
    assert world.log == []


async def test_the_credentials_of_a_proxy_are_sent_to_it_alone(both: Both, world: World) -> None:
    url = world.proxy.url.replace("http://", "http://us%40er:hunter2@")
    expected = "Basic " + base64.b64encode(b"us@er:hunter2").decode()
    for target, server in ((SECURE, world.secure), (PLAIN, world.plain)):
        assert await fetched(both, target, world, proxies={"all": url}) == {"hello": "world"}
        assert world.proxy.seen[-1].header("proxy-authorization") == expected
        assert server.seen[-1].header("authorization") is None
    assert world.secure.seen[-1].header("proxy-authorization") is None


async def test_a_bearer_does_not_reach_the_proxy_of_a_tunnel(both: Both, world: World) -> None:
    headers = {"Authorization": "Bearer secret-token", "X-Tenant": "secret-tenant"}
    await fetched(both, SECURE, world, proxies={"https": world.proxy.url}, headers=headers)
    assert world.secure.seen[-1].header("authorization") == "Bearer secret-token"
    assert "secret" not in str(world.proxy.seen)


async def test_proxies_can_be_changed_later(both: Both, world: World) -> None:
    manager = ConnectionManager(
        SECURE, timeout=5, verify=world.bundle, proxies={"https": "http://127.0.0.1:1"}
    )
    connection = both(manager)
    with pytest.raises(KeycloakConnectionError):
        await connection.raw_get("/x")
    manager.proxies = {"https": world.proxy.url}
    assert (await connection.raw_get("/x")).json() == {"hello": "world"}
    await connection.close()


async def test_a_tunnel_is_kept(both: Both, world: World) -> None:
    connection = both(
        ConnectionManager(SECURE, timeout=5, verify=world.bundle, proxies={"https": world.proxy.url})
    )
    for _ in range(3):
        await connection.raw_get("/x")
    await connection.close()
    assert world.log == ["CONNECT sso.test:443"]


async def test_a_proxy_that_speaks_tls_itself_is_believed_like_the_server(
    both: Both, world: World, authority: Authority
) -> None:
    play = forward_proxy({"sso.test": world.plain.port, "sso.test:443": world.secure.port}, world.log)
    with Loopback(play, tls=authority.server_context()) as proxy:
        assert await fetched(both, SECURE, world, proxies={"https": proxy.url}) == {"hello": "world"}
        assert await fetched(both, PLAIN, world, proxies={"http": proxy.url}) == {"hello": "world"}
        assert world.log == ["CONNECT sso.test:443", "GET http://sso.test/x"]
        with pytest.raises(KeycloakConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            await fetched(both, SECURE, world, proxies={"https": proxy.url}, verify=True)


# --- what proxies do wrong


@pytest.mark.parametrize("status", [302, 403, 407, 502])
async def test_a_proxy_that_refuses_the_tunnel_is_a_connection_error(
    both: Both, world: World, status: int
) -> None:
    with Loopback(always(answer(status, b"no"))) as proxy:
        url = proxy.url.replace("http://", "http://user:hunter2@")
        with pytest.raises(KeycloakConnectionError, match=f"ProxyError: {status}") as caught:
            await fetched(both, SECURE, world, proxies={"https": url})
    assert "hunter2" not in str(caught.value)


async def test_a_proxy_that_never_answers_is_bounded_by_the_timeout(both: Both, world: World) -> None:
    with Loopback(stall) as proxy, pytest.raises(KeycloakTimeoutError):
        await fetched(both, SECURE, world, proxies={"https": proxy.url}, timeout=0.3)


async def test_a_proxy_that_is_down_is_a_connection_error(both: Both, world: World) -> None:
    for target in (SECURE, PLAIN):
        with pytest.raises(KeycloakConnectionError, match=r"Can't connect to server sso\.test"):
            await fetched(both, target, world, proxies={"all": "http://127.0.0.1:1"})


async def test_a_proxy_that_answers_for_the_server_is_not_believed(
    both: Both, world: World, authority: Authority
) -> None:
    """The tunnel leads to a server of another name."""
    with Loopback(echo_bearer, tls=authority.server_context("evil.test")) as evil:
        play = forward_proxy({"sso.test:443": evil.port}, world.log)
        with (
            Loopback(play) as proxy,
            pytest.raises(KeycloakConnectionError, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            await fetched(both, SECURE, world, proxies={"https": proxy.url})
        assert not evil.seen


async def test_a_socks_proxy_says_which_package_it_takes(both: Both, world: World) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"pip install 'httpx\[socks\]'"):
        await fetched(both, SECURE, world, proxies={"https": "socks5://127.0.0.1:1080"})


# --- by the environment


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
async def test_the_environment_names_a_proxy(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, world.proxy.url)
    assert await fetched(both, SECURE, world) == {"hello": "world"}
    assert world.log == ["CONNECT sso.test:443"]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
async def test_the_environment_names_a_proxy_without_a_scheme(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, world.proxy.url.removeprefix("http://"))
    assert await fetched(both, PLAIN, world) == {"hello": "world"}
    assert world.log == ["GET http://sso.test/x"]


@pytest.mark.parametrize(
    "excepted", ["127.0.0.1", "*", "other.test, 127.0.0.1", "127.0.0.1:{port}", ".0.0.1"]
)
async def test_no_proxy_names_hosts_that_are_reached_directly(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch, excepted: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", excepted.format(port=world.plain.port))
    assert await fetched(both, world.plain.url, world) == {"hello": "world"}


async def test_an_argument_wins_over_the_environment(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "*")
    assert await fetched(both, SECURE, world, proxies={"https": world.proxy.url}) == {"hello": "world"}
    assert world.log == ["CONNECT sso.test:443"]


async def test_an_http_proxy_header_of_a_cgi_request_is_no_proxy(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CVE-2016-5385: there, HTTP_PROXY is the client's header Proxy."""
    monkeypatch.setenv("REQUEST_METHOD", "GET")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert await fetched(both, world.plain.url, world) == {"hello": "world"}


@pytest.mark.parametrize("value", ["ftp://proxy", "http://", "http://proxy:99999"])
async def test_a_variable_that_is_no_proxy_is_named(
    both: Both, world: World, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(
        KeycloakConfigurationError, match="the proxy for 'https, from the environment' is no URL"
    ):
        await fetched(both, SECURE, world)


@pytest.mark.parametrize(
    ("url", "excepted", "proxied"),
    [
        ("http://sso.test/x", "", True),
        ("http://sso.test/x", "sso.test", False),
        ("http://a.sso.test/x", "sso.test", False),
        ("http://a.sso.test/x", ".sso.test", False),
        ("http://asso.test/x", "sso.test", True),
        ("http://SSO.TEST/x", "sso.test", False),
        ("http://sso.test:8080/x", "sso.test", False),
        ("http://sso.test:8080/x", "sso.test:8080", False),
        ("http://sso.test:8080/x", "sso.test:9090", True),
        ("http://10.1.2.3/x", "10.1.2.3", False),
        ("http://[::1]:8080/x", "[::1]", False),
        ("http://[::1]/x", "::1", False),
        ("http://[::1]:8080/x", "::1", False),
        ("http://sso.test/x", " other.test , sso.test ", False),
        ("http://sso.test/x", "*", False),
    ],
)
def test_no_proxy_is_read_as_everybody_reads_it(
    monkeypatch: pytest.MonkeyPatch, url: str, excepted: str, proxied: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", excepted)
    assert proxy_of(url, {}) == ("http://proxy:3128" if proxied else None)
