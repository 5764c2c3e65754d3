# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer` with `KEYCLOAK_URL`: the server there is used, and left as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk.testing import KeycloakServer, KeycloakServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    MakeServer = Callable[..., KeycloakServer]

SHOP = {"realm": "shop", "enabled": True}


@pytest.fixture
def running(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """The URL of a server that somebody else started, in KEYCLOAK_URL."""
    with make_server(SHOP, progress=None) as server:
        monkeypatch.setenv("KEYCLOAK_URL", f"{server.url}/")
        yield server.url


def status(url: str, realm: str) -> int:
    return httpx.get(f"{url}/realms/{realm}").status_code


def test_realms_it_lacks_are_created_and_removed_again(
    running: str, make_server: MakeServer, lines: list[str]
) -> None:
    with make_server(SHOP, {"realm": "extra"}) as server:
        assert server.url == running
        assert server.version == "26.9.9"
        assert server.log_path is None
        assert status(running, "extra") == 200
    assert (status(running, "shop"), status(running, "extra")) == (200, 404)
    assert lines == [
        f"using the server at {running}",
        "the realm shop is there already and is used as it is",
        "creating the realm extra",
        f"ready at {running}",
    ]


@pytest.mark.usefixtures("running")
def test_it_is_not_ours_to_end(make_server: MakeServer) -> None:
    with make_server(SHOP) as server:
        with pytest.raises(
            KeycloakServerError, match="was not started here, and is not ended: unset KEYCLOAK"
        ):
            server.restart()
        assert status(server.url, "shop") == 200


def test_what_was_created_is_removed_when_a_later_realm_is_refused(
    running: str, make_server: MakeServer
) -> None:
    with pytest.raises(KeycloakServerError, match="The realm bad was refused with 400"):
        make_server({"realm": "extra"}, {"realm": "bad", "refused": True}).start()
    assert status(running, "extra") == 404


@pytest.mark.usefixtures("running")
def test_another_administrator_is_named_by_the_environment(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYCLOAK_ADMIN_USERNAME", "root")
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", "top secret")
    with pytest.raises(
        KeycloakServerError, match="administrator root was refused with 401: set KEYCLOAK_ADMIN"
    ) as caught:
        make_server().start()
    assert "top secret" not in str(caught.value)


def test_an_administrator_of_less_than_the_server_is_refused(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_server(SHOP, options=["-Dfake=lesser"]) as server:
        monkeypatch.setenv("KEYCLOAK_URL", server.url)
        with pytest.raises(KeycloakServerError, match="user admin does not administer the server at http"):
            make_server().start()


@pytest.mark.usefixtures("running")
def test_it_has_no_certificates_of_ours(make_server: MakeServer) -> None:
    with make_server(https=True) as server, pytest.raises(KeycloakServerError, match="https=True"):
        server.client_certificate("CN=shop")


def test_a_server_that_does_not_answer_is_waited_for_and_then_an_error(
    running: str, make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYCLOAK_URL", f"{running}/auth")
    with pytest.raises(
        KeycloakServerError, match=r"No Keycloak at KEYCLOAK_URL .* after 0\.6 s: 404 Not Found"
    ):
        make_server(timeout=0.6).start()
    monkeypatch.setenv("KEYCLOAK_URL", "http://127.0.0.1:1")
    with pytest.raises(KeycloakServerError, match="after 0 s: ConnectError"):
        make_server(timeout=0.0).start()


def test_a_url_without_scheme_is_refused_at_once(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYCLOAK_URL", "localhost:8080")
    with pytest.raises(KeycloakServerError, match="KEYCLOAK_URL is localhost:8080: it must begin with http"):
        make_server().start()


def test_a_server_that_went_away_is_a_typed_error(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_server(SHOP) as server:
        monkeypatch.setenv("KEYCLOAK_URL", server.url)
        attached = make_server().start()
    with pytest.raises(KeycloakServerError, match="was not reached: ConnectError"):
        attached.admin("GET", "/admin/realms/shop")
    attached.stop()
