# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer` on this machine: prepared once, started in seconds, gone afterwards."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk.testing import DEMO_AUTHORIZATION_CONFIG, DEMO_REALM, KeycloakServer, KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.keycloak_world import Maven

    MakeServer = Callable[..., KeycloakServer]

SHOP = {"realm": "shop", "enabled": True}


def status(server: KeycloakServer, realm: str) -> int:
    return httpx.get(f"{server.url}/realms/{realm}").status_code


def environment_of(cache: Path) -> dict[str, str]:
    (path,) = (cache / "data").glob("*/data/h2/environment.json")
    environment: dict[str, str] = json.loads(path.read_text())
    return environment


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def test_the_first_start_prepares_and_every_later_one_only_starts(
    make_server: MakeServer, lines: list[str], maven: Maven
) -> None:
    with make_server(SHOP) as server:
        assert status(server, "shop") == 200
        first = server.url
    assert lines == [
        "downloading Keycloak 26.7.3, about 170 MB",
        "unpacking Keycloak 26.7.3",
        "building it, once for this version and these features",
        "first start, importing shop",
        "starting Keycloak 26.7.3",
        f"ready at {first}",
    ]
    lines.clear()
    with make_server(SHOP) as server:
        assert status(server, "shop") == 200
    assert [line.split()[0] for line in lines] == ["starting", "ready"]
    assert maven.downloads == ["26.7.3"]


def test_other_realms_share_the_built_server_and_other_features_the_download(
    make_server: MakeServer, lines: list[str], maven: Maven
) -> None:
    with make_server(SHOP):
        lines.clear()
    with make_server() as server:
        assert status(server, "shop") == 404
    assert lines[0] == "first start, importing no realms"
    lines.clear()
    with make_server(features=()):
        assert lines[0] == "unpacking Keycloak 26.7.3"
    assert maven.downloads == ["26.7.3"]


def test_nothing_is_left_of_a_server_that_was_stopped(make_server: MakeServer, world: Path) -> None:
    with make_server(SHOP) as server:
        url, log = server.url, server.log_path
        server.admin("POST", "/admin/realms", {"realm": "later"})
    assert not answers(url)
    assert log is not None
    assert "Listening on" in log.read_text()
    with server:
        assert status(server, "later") == 404
    assert not [path for path in world.rglob("*") if ".partial" in path.name]


def test_start_and_stop_may_be_repeated(make_server: MakeServer) -> None:
    server = make_server(SHOP)
    assert repr(server) == "<KeycloakServer 26.7.3 not running>"
    server.stop()
    assert server.start() is server
    url = server.url
    assert server.start().url == url
    assert repr(server) == f"<KeycloakServer 26.7.3 {url}>"
    server.stop()
    server.stop()
    assert server.log_path is None
    with pytest.raises(KeycloakServerError, match="is not running"):
        _ = server.url


def test_a_restarted_server_is_where_it_was_and_knows_what_it_knew(make_server: MakeServer) -> None:
    with make_server(SHOP) as server:
        url, log = server.url, server.log_path
        server.admin("POST", "/admin/realms", {"realm": "later"})
        for _ in range(2):
            server.restart()
            assert (server.url, status(server, "later")) == (url, 200)
            assert server.admin("GET", "/admin/realms/later").status_code == 200
        assert server.log_path not in (log, None)
    assert not answers(url)


def test_nobody_answers_during_an_outage(make_server: MakeServer) -> None:
    with make_server(SHOP) as server:
        with server.outage():
            assert not answers(f"{server.url}/realms/shop")
            with pytest.raises(KeycloakServerError, match="was not reached"):
                server.admin("GET", "/admin/realms/shop")
        assert status(server, "shop") == 200
        with pytest.raises(ZeroDivisionError), server.outage():
            raise ZeroDivisionError
        assert status(server, "shop") == 200


def test_a_server_that_is_stopped_in_an_outage_stays_stopped(make_server: MakeServer) -> None:
    server = make_server(SHOP).start()
    url = server.url
    with server.outage():
        server.stop()
    assert not answers(url)
    with pytest.raises(KeycloakServerError, match="is not running"):
        server.restart()


def test_a_server_that_does_not_come_back_is_given_up(make_server: MakeServer) -> None:
    server = make_server(SHOP, options=["-Dfake=once"]).start()
    with pytest.raises(KeycloakServerError, match="ended while starting: Once is enough"):
        server.restart()
    with pytest.raises(KeycloakServerError, match="is not running"):
        _ = server.url


def test_servers_run_side_by_side_on_copies_of_their_own(make_server: MakeServer) -> None:
    with make_server(SHOP) as one, make_server(SHOP) as other:
        assert one.url != other.url
        with one.realm({"realm": "mine"}):
            assert (status(one, "mine"), status(other, "mine")) == (200, 404)


def test_a_server_that_nobody_holds_any_more_ends(make_server: MakeServer) -> None:
    server = make_server(SHOP).start()
    url = server.url
    del server
    gc.collect()
    assert not answers(url)


def test_the_environment_of_the_tests_does_not_steer_the_server(
    make_server: MakeServer, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KC_DB", "postgres")
    monkeypatch.setenv("JAVA_OPTS", "-Xmx1m")
    monkeypatch.setenv("DEBUG", "true")
    with make_server(SHOP):
        environment = environment_of(world)
    assert not {"KC_DB", "JAVA_OPTS", "DEBUG"} & set(environment)
    assert environment["JAVA"] == str(Path(os.environ["JAVA_HOME"], "bin", "java"))


def test_options_of_the_virtual_machine_replace_the_fast_booting_ones(
    make_server: MakeServer, world: Path
) -> None:
    with make_server(SHOP, java_options=["-Xmx700m"]):
        assert environment_of(world)["JAVA_OPTS_APPEND"].startswith('"-Xmx700m" "-XX:ArchiveClassesAtExit=')


def test_classes_recorded_by_the_first_start_speed_up_the_later_ones(
    make_server: MakeServer, world: Path
) -> None:
    with make_server({**SHOP, "fake": "record"}) as server:
        assert status(server, "shop") == 200
    (archive,) = (world / "archives").iterdir()
    assert archive.name.startswith("26.7.3-")
    with make_server({"realm": "other"}):
        assert "ArchiveClassesAtExit" not in environment_of_newest(world)["JAVA_OPTS_APPEND"]


def environment_of_newest(cache: Path) -> dict[str, str]:
    newest = max(
        (cache / "data").glob("*/data/h2/environment.json"), key=lambda path: path.stat().st_mtime_ns
    )
    environment: dict[str, str] = json.loads(newest.read_text())
    return environment


def test_a_realm_lives_as_long_as_its_with_statement(make_server: MakeServer, tmp_path: Path) -> None:
    file = tmp_path / "file-realm.json"
    file.write_text('{"realm": "of-file", "id": "0"}')
    with make_server(SHOP) as server:
        with server.realm({}) as unnamed, server.realm({}) as another:
            assert unnamed != another
            assert status(server, unnamed) == status(server, another) == 200
        assert status(server, unnamed) == 404
        with server.realm(file) as name:
            assert name == "of-file"
            with server.realm(file, name="copy") as copy:
                assert (copy, status(server, "copy")) == ("copy", 200)
        with server.realm({"realm": "brief"}):
            assert server.admin("DELETE", "/admin/realms/brief").status_code == 204


def test_a_realm_that_the_server_refuses_is_one_clear_error(make_server: MakeServer) -> None:
    with make_server(SHOP) as server:
        with pytest.raises(
            KeycloakServerError, match="The realm shop cannot be created beside what is there"
        ):
            server.realm(SHOP).__enter__()
        with pytest.raises(KeycloakServerError, match=r"realm bad was refused with 400: .*unable to read"):
            server.realm({"realm": "bad", "refused": True}).__enter__()
        with (
            pytest.raises(KeycloakServerError, match="realm stays was not deleted: 500"),
            server.realm({"realm": "stays", "eternal": True}),
        ):
            pass


def test_the_admin_rest_api_is_reached_with_a_token_that_is_reused_while_fresh(
    make_server: MakeServer,
) -> None:
    with make_server(SHOP) as server:
        assert (server.admin_username, server.admin_password) == ("admin", "admin")
        assert server.admin("GET", "/admin/realms/shop", params={"brief": True}).json() == {"realm": "shop"}
        assert server.admin("GET", "/admin/realms/none").status_code == 404


def test_https_comes_with_certificates_for_the_server_and_for_clients(make_server: MakeServer) -> None:
    with make_server(SHOP, https=True) as server:
        assert server.https_url.startswith("https://127.0.0.1:")
        assert b"BEGIN CERTIFICATE" in server.ca_file.read_bytes()
        certificate, key = server.client_certificate("CN=shop,O=Example")
        assert b"BEGIN CERTIFICATE" in certificate.read_bytes()
        assert b"BEGIN PRIVATE KEY" in key.read_bytes()
    assert not key.exists()


def test_without_https_there_is_no_url_and_no_certificate(make_server: MakeServer) -> None:
    with make_server(SHOP) as server:
        with pytest.raises(KeycloakServerError, match="https=True"):
            _ = server.https_url
        with pytest.raises(KeycloakServerError, match="https=True"):
            _ = server.ca_file


def test_a_port_that_is_taken_is_refused_before_anything_starts(make_server: MakeServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(KeycloakServerError, match=f"Port {port} is not free: choose another, or None"):
            make_server(SHOP, port=port).start()
    with pytest.raises(KeycloakServerError, match="Port 99999 is not free"):
        make_server(SHOP, port=99999).start()
    with make_server(SHOP, port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"


def test_a_port_stolen_between_choice_and_use_is_replaced(make_server: MakeServer) -> None:
    with make_server(SHOP, options=["-Dfake=thief"]) as server:
        assert status(server, "shop") == 200
    with pytest.raises(KeycloakServerError, match="ended while starting: Port already bound"):
        make_server(SHOP, options=["-Dfake=thieves"]).start()


def test_a_server_that_ends_while_starting_says_why_and_where_its_log_is(make_server: MakeServer) -> None:
    with pytest.raises(KeycloakServerError) as caught:
        make_server(SHOP, options=["-Dfake=crash"]).start()
    error = caught.value
    assert error.log_path is not None
    assert error.log_path.exists()
    assert str(error).startswith("Keycloak ended while starting: The realm is made of cheese!!!")
    assert str(error).endswith(f", see {error.log_path}")
    with pytest.raises(KeycloakServerError, match="its log says nothing"):
        make_server(SHOP, options=["-Dfake=mute crash"]).start()


def test_a_realm_that_cannot_be_imported_is_tried_again_next_time(
    make_server: MakeServer, lines: list[str]
) -> None:
    for _ in range(2):
        with pytest.raises(KeycloakServerError, match="made of cheese"):
            make_server({**SHOP, "fake": "crash"}).start()
    assert lines.count("first start, importing shop") == 2


def test_a_server_that_never_answers_is_ended(make_server: MakeServer) -> None:
    with make_server(SHOP):
        pass
    with pytest.raises(KeycloakServerError, match=r"did not answer within 0\.7 seconds, see "):
        make_server(SHOP, options=["-Dfake=deaf"], timeout=0.7).start()


def test_features_that_do_not_exist_are_told_by_the_build(make_server: MakeServer) -> None:
    with pytest.raises(KeycloakServerError, match="was not built: 'broken' is an unrecognized feature"):
        make_server(SHOP, features=["broken"]).start()


def test_what_an_interrupted_build_left_behind_is_removed_by_the_next(
    make_server: MakeServer, world: Path, lines: list[str]
) -> None:
    class Impatience(BaseException):
        pass

    def interrupt(line: str) -> None:
        if "building" in line:
            leftover = world / "servers" / f".{name()}.999999.partial"
            (leftover / "lib").mkdir(parents=True)
            raise Impatience

    def name() -> str:
        (lock,) = (world / "servers").glob(".*.lock")
        return lock.name[1:].removesuffix(".lock")

    with pytest.raises(Impatience):
        make_server(SHOP, progress=interrupt).start()
    with make_server(SHOP) as server:
        assert status(server, "shop") == 200
    assert [path.name for path in (world / "servers").iterdir() if "partial" in path.name] == []
    assert "building it, once for this version and these features" in lines


def test_concurrent_starts_prepare_once(make_server: MakeServer, maven: Maven, lines: list[str]) -> None:
    servers = [make_server(SHOP) for _ in range(3)]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status(server, "shop") for server in servers] == [200, 200, 200]
    for server in servers:
        server.stop()
    assert maven.downloads == ["26.7.3"]
    assert lines.count("first start, importing shop") == 1
    assert any(line.startswith("waiting for another process that prepares 26.7.3-") for line in lines)


def test_a_server_whose_log_is_silenced_is_believed_after_a_while(make_server: MakeServer) -> None:
    with make_server(SHOP):
        pass
    with make_server(SHOP, options=["-Dfake=mute"], timeout=9.0) as server:
        assert status(server, "shop") == 200


def test_ctrl_c_ends_what_is_being_prepared(
    make_server: MakeServer, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    number = tmp_path / "pid"

    def interrupt() -> None:
        while not number.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        make_server(SHOP, features=["eternal"]).start()
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)
    assert list((world / "servers").glob("[!.]*")) == []


def test_a_cache_that_cannot_be_written_is_one_clear_error(
    make_server: MakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KEYCLOAK_SDK_CACHE", str(tmp_path / "file"))
    with pytest.raises(
        KeycloakServerError, match=r"not prepared: .*file.*; KEYCLOAK_SDK_CACHE moves its files"
    ):
        make_server(SHOP).start()


def test_a_version_is_a_version(make_server: MakeServer) -> None:
    with pytest.raises(KeycloakServerError, match=r"'\.\./26' is not a Keycloak version: 26\.7\.3 is one"):
        make_server(SHOP, version="../26").start()


def test_windows_uses_servers_that_run_already(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(KeycloakServerError, match="on Linux and macOS only: set KEYCLOAK_URL"):
        make_server(SHOP).start()


def test_the_demo_realm_and_its_exported_authorization_settings_agree() -> None:
    exported = json.loads(DEMO_AUTHORIZATION_CONFIG.read_text())
    realm = json.loads(DEMO_REALM.read_text())
    (client,) = (client for client in realm["clients"] if client["clientId"] == "demo-app")
    settings = client["authorizationSettings"]
    for part in ("resources", "policies"):
        assert [entry["name"] for entry in exported[part]] == [entry["name"] for entry in settings[part]]
    assert exported["scopes"] == settings["scopes"]
