# SPDX-License-Identifier: Apache-2.0
"""Who is believed to be the server, and who the client says it is."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
import warnings
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk.connection import ConnectionManager
from keycloak_sdk.exceptions import (
    InsecureConnectionWarning,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakError,
)
from support.certificates import Authority
from support.loopback import Loopback, Peer, always, answer, json_answer, stall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.both import Both

pytestmark = [pytest.mark.anyio, pytest.mark.trio]

PATIENCE = 5.0
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
HELLO = always(json_answer({"hello": "world"}))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture
def server(authority: Authority) -> Iterator[Loopback]:
    with Loopback(HELLO, tls=authority.server_context()) as running:
        yield running


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


async def fetched(both: Both, url: str, **settings: Any) -> Any:
    connection = both(ConnectionManager(url, timeout=PATIENCE, **settings))
    try:
        return (await connection.raw_get("/x")).json()
    finally:
        await connection.close()


def content(file: str) -> str:
    return Path(file).read_text()


def file_name_in_a_folder(common_name: str) -> str:
    """What OpenSSL looks for: a hash of the canonical DER of the subject."""
    attribute = b"\x06\x03\x55\x04\x03" + b"\x0c" + bytes([len(common_name)]) + common_name.encode()
    sequence = b"\x30" + bytes([len(attribute)]) + attribute
    digest = sha1(b"\x31" + bytes([len(sequence)]) + sequence, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}.0"


# --- whom we believe


async def test_a_ca_bundle_of_ones_own_is_believed(
    both: Both, server: Loopback, authority: Authority
) -> None:
    assert await fetched(both, server.url, verify=str(authority.file)) == {"hello": "world"}


async def test_a_context_of_ones_own_is_used(both: Both, server: Loopback, authority: Authority) -> None:
    context = ssl.create_default_context(cafile=str(authority.file))
    assert await fetched(both, server.url, verify=context) == {"hello": "world"}


async def test_a_folder_of_certificates_is_believed(
    both: Both, server: Loopback, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / file_name_in_a_folder("ca")).write_bytes(authority.file.read_bytes())
    assert await fetched(both, server.url, verify=str(tmp_path)) == {"hello": "world"}


@pytest.mark.parametrize("variable", VARIABLES[:3])
async def test_a_bundle_of_the_environment_is_believed(
    both: Both, server: Loopback, authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(authority.file))
    assert await fetched(both, server.url) == {"hello": "world"}


async def test_a_server_of_an_unknown_authority_is_not_believed(both: Both, server: Loopback) -> None:
    with pytest.raises(KeycloakConnectionError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        await fetched(both, server.url)
    assert not caught.value.retryable
    assert not server.seen


async def test_a_server_of_another_authority_is_not_believed(
    both: Both, server: Loopback, stranger: Authority
) -> None:
    with pytest.raises(KeycloakConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        await fetched(both, server.url, verify=str(stranger.file))
    assert not server.seen


async def test_a_server_with_the_certificate_of_another_host_is_not_believed(
    both: Both, authority: Authority
) -> None:
    with Loopback(HELLO, tls=authority.server_context("other.example")) as server:
        with pytest.raises(KeycloakConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            await fetched(both, server.url, verify=str(authority.file))
        assert not server.seen


async def test_a_host_of_the_right_name_is_believed_at_any_address(
    both: Both, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: resolve(
            "127.0.0.1" if host in {"sso.test", b"sso.test"} else host, *args, **kwargs
        ),
    )
    with Loopback(HELLO, tls=authority.server_context("sso.test")) as server:
        url = f"https://sso.test:{server.port}"
        assert await fetched(both, url, verify=str(authority.file)) == {"hello": "world"}
        assert server.seen[0].header("host") == f"sso.test:{server.port}"


async def test_old_tls_is_not_spoken(both: Both, authority: Authority) -> None:
    context = authority.server_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Loopback(HELLO, tls=context) as server:
        with pytest.raises(KeycloakConnectionError):
            await fetched(both, server.url, verify=str(authority.file))
        assert not server.seen


async def test_a_plain_server_at_an_https_url_is_a_connection_error(both: Both) -> None:
    def plain(peer: Peer) -> None:
        peer.read(5)
        peer.send(answer(400))
        peer.close()

    with Loopback(HELLO, greet=plain) as server, pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url.replace("http:", "https:"))


async def test_a_tls_server_at_an_http_url_is_a_connection_error(both: Both, server: Loopback) -> None:
    with pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url.replace("https:", "http:"))


async def test_a_server_that_talks_nonsense_before_tls_is_a_connection_error(both: Both) -> None:
    def chatter(peer: Peer) -> None:
        peer.send(b"220 mail.example ESMTP\r\n" * 100)
        peer.stall()

    with Loopback(stall, greet=chatter) as server, pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url.replace("http:", "https:"))


async def test_a_renewed_bundle_is_read_anew(
    both: Both, server: Loopback, authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(stranger.file.read_bytes())
    os.utime(bundle, (1, 1))
    with pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url, verify=str(bundle))
    bundle.write_bytes(authority.file.read_bytes())
    assert await fetched(both, server.url, verify=str(bundle)) == {"hello": "world"}


# --- verify=False


async def test_without_verification_anybody_is_believed_and_that_is_said_once(
    both: Both, server: Loopback
) -> None:
    with pytest.warns(InsecureConnectionWarning, match="verify=False") as caught:
        connection = both(ConnectionManager(server.url, timeout=PATIENCE, verify=False))
    for _ in range(3):
        assert (await connection.raw_get("/x")).status_code == 200
    await connection.close()
    assert len(caught) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda url: ConnectionManager(url, verify=False),
        lambda url: KeycloakOpenID(url, "acme", "shop", verify=False),
        lambda url: KeycloakOpenIDConnection(url, verify=False),
    ],
    ids=["ConnectionManager", "KeycloakOpenID", "KeycloakOpenIDConnection"],
)
def test_the_warning_points_at_the_callers_own_line(make: Any) -> None:
    with pytest.warns(InsecureConnectionWarning) as caught:
        make("https://sso.example.org")
    assert [warning.filename for warning in caught] == [__file__]


def test_switching_verification_off_later_is_said_as_well() -> None:
    connection = ConnectionManager("https://sso.example.org")
    with pytest.warns(InsecureConnectionWarning) as caught:
        connection.verify = False
    assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        connection.verify = True
        connection.timeout = 3


def test_the_client_behind_a_connection_does_not_say_it_again() -> None:
    with pytest.warns(InsecureConnectionWarning):
        connection = KeycloakOpenIDConnection("https://sso.example.org", verify=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert connection.keycloak_openid.connection.verify is False


# --- who we are


@pytest.mark.parametrize("as_pair", [True, False], ids=["pair", "one file"])
@pytest.mark.parametrize("verify", ["path", "context"])
async def test_a_client_certificate_is_sent(
    both: Both, authority: Authority, tmp_path: Path, as_pair: bool, verify: str
) -> None:
    certificate, key = authority.issue("shop")
    both_in_one = tmp_path / "client.pem"
    both_in_one.write_text(content(certificate) + content(key))
    cert = (certificate, key) if as_pair else str(both_in_one)
    settings: dict[str, Any] = {"verify": str(authority.file), "cert": cert}
    if verify == "context":
        context = ssl.create_default_context(cafile=str(authority.file))
        context.load_cert_chain(certificate, key)
        settings = {"verify": context}
    with Loopback(HELLO, tls=authority.server_context(clients=True)) as server:
        assert await fetched(both, server.url, **settings) == {"hello": "world"}
        assert server.seen[0].certificate == ssl.PEM_cert_to_DER_cert(content(certificate))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_wants_a_certificate_and_gets_none_is_a_connection_error(
    both: Both, authority: Authority, version: ssl.TLSVersion
) -> None:
    context = authority.server_context(clients=True)
    context.minimum_version = context.maximum_version = version
    with Loopback(HELLO, tls=context) as server, pytest.raises(KeycloakConnectionError):
        await fetched(both, server.url, verify=str(authority.file))


async def test_a_client_certificate_of_another_authority_is_a_connection_error(
    both: Both, authority: Authority, stranger: Authority
) -> None:
    with Loopback(HELLO, tls=authority.server_context(clients=True)) as server:
        with pytest.raises(KeycloakConnectionError):
            await fetched(both, server.url, verify=str(authority.file), cert=stranger.issue("shop"))
        assert not server.seen


# --- files that are not what they should be


async def refused(both: Both, **settings: Any) -> str:
    with pytest.raises(KeycloakConfigurationError) as caught:
        await fetched(both, "https://127.0.0.1:1", **settings)
    assert len(str(caught.value)) < 300
    return str(caught.value)


async def test_a_file_that_is_missing_is_named(both: Both, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    assert f"cannot read {missing}: No such file" in await refused(both, verify=missing)
    assert "cannot read" in await refused(both, cert=missing)
    assert "cannot read" in await refused(both, cert=(missing, missing))


@pytest.mark.parametrize("variable", VARIABLES)
async def test_a_bundle_of_the_environment_that_is_missing_is_named(
    both: Both, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "missing"))
    assert "check verify, cert and the CA bundle variables" in await refused(both)


async def test_a_file_that_is_no_certificate_is_named(
    both: Both, authority: Authority, tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("garbage")
    certificate, _ = authority.issue("shop")
    assert "garbage.pem" in await refused(both, verify=str(garbage))
    assert "garbage.pem" in await refused(both, verify=str(authority.file), cert=str(garbage))
    assert "fit together" in await refused(both, verify=str(authority.file), cert=(certificate, str(garbage)))


async def test_a_key_of_another_certificate_is_refused(both: Both, authority: Authority) -> None:
    certificate, _ = authority.issue("shop")
    _, key = authority.issue("other")
    assert "fit together" in await refused(both, verify=str(authority.file), cert=(certificate, key))


async def test_an_encrypted_key_is_refused_at_once_and_the_terminal_not_asked(
    both: Both, authority: Authority
) -> None:
    begun = time.monotonic()
    cert = authority.issue("locked", password=b"hunter2")
    assert "unencrypted" in await refused(both, verify=str(authority.file), cert=cert)
    assert time.monotonic() - begun < PATIENCE


async def test_a_certificate_beside_a_context_is_refused_not_dropped(
    both: Both, authority: Authority
) -> None:
    context = ssl.create_default_context()
    assert "load_cert_chain" in await refused(both, verify=context, cert=authority.issue("shop"))


# --- what it costs


def test_clients_with_the_same_settings_share_one_context() -> None:
    from keycloak_sdk._io.tls import tls_context  # noqa: PLC0415 - what is under test here alone

    assert tls_context(True, None) is tls_context(True, None)
    assert tls_context(False, None) is tls_context(False, None)
    assert tls_context(True, None) is not tls_context(False, None)


def test_making_a_client_reads_no_file_and_opens_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, socket, ssl; from keycloak_sdk import KeycloakOpenID; seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(event) if event.startswith('socket.') else None)\n"
        "KeycloakOpenID('https://sso.invalid', 'r', 'c', verify='/missing.pem', cert='/missing.pem')\n"
        "assert not seen, seen\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, cwd=tmp_path, env=environment())


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_configuration_error_is_a_keycloak_error_as_every_other() -> None:
    assert issubclass(KeycloakConfigurationError, KeycloakError)
