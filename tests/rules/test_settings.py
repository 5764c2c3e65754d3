# SPDX-License-Identifier: Apache-2.0
"""What a connection may be configured with, checked before anything is sent."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

from keycloak_sdk._settings import Clock, TransportSettings, proxies_by_scheme
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.exceptions import KeycloakConfigurationError

BASE = ServerUrl.parse("https://sso.example.org")


def settings(**values: Any) -> TransportSettings:
    return TransportSettings(base=BASE, **values)


def test_the_defaults_are_those_of_the_documentation() -> None:
    default = settings()
    assert (default.verify, default.cert, default.proxies) == (True, None, {})
    assert (default.max_retries, default.pool_maxsize, default.pool_size) == (1, None, 100)
    assert (default.max_body, default.timeout) == (8 * 1024 * 1024, 60)


@pytest.mark.parametrize("timeout", [60, 0.001, 1.5, None, 2_000_000])
def test_a_timeout_is_a_positive_number_of_seconds_or_none(timeout: float | None) -> None:
    assert settings(timeout=timeout).timeout == timeout


@pytest.mark.parametrize(
    "timeout", [0, -1, -0.5, float("nan"), float("inf"), True, "60", (3, 10), [1], 2_000_001, 10**30]
)
def test_no_other_timeout_is_accepted(timeout: object) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"timeout is .*: give a positive number of seconds"):
        settings(timeout=timeout)


@pytest.mark.parametrize("verify", [True, False, "/etc/ssl/ca.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)])
def test_verify_is_a_bool_a_path_or_a_context(verify: object) -> None:
    assert settings(verify=verify).verify is verify


@pytest.mark.parametrize("verify", [None, 0, 1, "", b"/etc/ca.pem", ["ca.pem"]])
def test_no_other_verify_is_accepted(verify: object) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"verify is .*: give True, False, the path"):
        settings(verify=verify)


@pytest.mark.parametrize(
    ("cert", "kept"),
    [
        (None, None),
        ("client.pem", "client.pem"),
        (("client.crt", "client.key"), ("client.crt", "client.key")),
        (["client.crt", "client.key"], ("client.crt", "client.key")),
    ],
)
def test_a_client_certificate_is_a_path_or_a_pair(cert: object, kept: object) -> None:
    assert settings(cert=cert).cert == kept


@pytest.mark.parametrize(
    "cert", ["", b"client.pem", (), ("a",), ("a", "b", "c"), ("a", None), ("a", ""), ["a", 3], {"a": "b"}, 7]
)
def test_no_other_client_certificate_is_accepted(cert: object) -> None:
    with pytest.raises(KeycloakConfigurationError, match="cert is neither a path nor a pair"):
        settings(cert=cert)


@pytest.mark.parametrize("name", ["max_retries", "pool_maxsize", "max_body"])
@pytest.mark.parametrize("value", [-1, 1.5, "1", True, float("nan"), [1]])
def test_counts_are_whole_numbers(name: str, value: object) -> None:
    with pytest.raises(KeycloakConfigurationError, match=f"{name} is .*: give "):
        settings(**{name: value})


def test_counts_have_their_least_values() -> None:
    assert settings(max_retries=0, pool_maxsize=1, max_body=1).pool_size == 1
    for name, value in (("pool_maxsize", 0), ("max_body", 0), ("max_body", None), ("max_retries", None)):
        with pytest.raises(KeycloakConfigurationError, match=name):
            settings(**{name: value})


def test_a_refused_value_is_shown_short() -> None:
    with pytest.raises(KeycloakConfigurationError) as caught:
        settings(timeout="x" * 10_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, {}),
        ({}, {}),
        ({"https": "http://proxy:3128"}, {"https": "http://proxy:3128"}),
        ({"https://": "http://proxy:3128"}, {"https": "http://proxy:3128"}),
        ({"HTTPS": "http://proxy:3128", "http": None}, {"https": "http://proxy:3128"}),
        ({"all": "socks5://proxy:1080"}, {"all": "socks5://proxy:1080"}),
        ({"all://": "https://u:p@proxy"}, {"all": "https://u:p@proxy"}),
        ({"https://sso.example.org": "http://[::1]:3128"}, {"https://sso.example.org": "http://[::1]:3128"}),
        ({"https": "proxy:3128"}, {"https": "http://proxy:3128"}),
        ({"https": "proxy"}, {"https": "http://proxy"}),
        ({"https": ""}, {}),
    ],
)
def test_proxies_are_read_as_requests_and_httpx_write_them(given: Any, read: dict[str, str]) -> None:
    assert proxies_by_scheme(given) == read
    assert settings(proxies=given).proxies == read


@pytest.mark.parametrize("proxies", ["http://proxy:3128", ["http://proxy"], 3, b"x", {"https"}])
def test_proxies_are_a_mapping(proxies: object) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"proxies is of type .*: give a dict"):
        settings(proxies=proxies)


@pytest.mark.parametrize(
    "url",
    [
        3,
        b"http://proxy",
        "ftp://proxy",
        "http://",
        "http://:3128",
        "http://proxy:99999",
        "http://[::1",
        "http://a b",
        "http://proxy\r\n",
        "://proxy",
    ],
)
def test_a_proxy_that_no_request_could_go_through_is_refused(url: object) -> None:
    with pytest.raises(
        KeycloakConfigurationError, match=r"the proxy for 'https' is no URL of an HTTP or SOCKS proxy: give"
    ):
        settings(proxies={"https": url})


def test_the_password_of_a_proxy_is_not_repeated() -> None:
    with pytest.raises(KeycloakConfigurationError) as caught:
        settings(proxies={"https": "ftp://admin:hunter2@proxy"})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(settings(proxies={"https": "http://admin:hunter2@proxy"}))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        settings().timeout = 3  # type: ignore[misc] # that is the point


def test_the_clock_tells_the_time() -> None:
    clock = Clock()
    assert abs(clock.monotonic() - time.monotonic()) < 5
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
    assert clock.now().tzinfo is UTC
