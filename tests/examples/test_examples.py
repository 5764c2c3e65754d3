# SPDX-License-Identifier: Apache-2.0
"""Every program of `examples/` does its job against a real Keycloak, and ends well."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import KeycloakOpenID
from support.browser_login import Browser
from support.project import ROOT

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from keycloak_sdk.testing import KeycloakServer

pytestmark = pytest.mark.live

PATIENCE = 60


class Program:
    """An example in a process of its own, its warnings errors."""

    def __init__(self, name: str, *arguments: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-W", "error", str(ROOT / "examples" / f"{name}.py"), *arguments],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def line(self) -> str:
        """Return the next line it prints."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def end(self, *, shows_progress: bool = False) -> str:
        """Return what else it prints, once it has ended well."""
        printed, complaints = self._process.communicate(timeout=PATIENCE)
        assert self._process.returncode == 0, complaints
        assert shows_progress or complaints == ""
        return printed

    def failure(self) -> str:
        """Return its last words, once it has failed; one line."""
        _, complaints = self._process.communicate(timeout=PATIENCE)
        assert self._process.returncode == 1, complaints
        assert complaints.count("\n") == 1
        return complaints.strip()


def run(name: str, *arguments: str) -> str:
    """Return what an example prints."""
    with Program(name, *arguments) as program:
        return program.end()


@pytest.fixture(scope="module")
def url(keycloak_server: KeycloakServer) -> str:
    return keycloak_server.url


def test_every_example_is_tested_here() -> None:
    text = (ROOT / "tests" / "examples" / "test_examples.py").read_text("utf-8")
    assert [path.stem for path in (ROOT / "examples").glob("*.py") if f'"{path.stem}"' not in text] == []


def test_the_quickstart_walks_the_main_job_in_a_thread_and_in_asyncio(
    keycloak_server: KeycloakServer,
) -> None:
    environment = {
        "KEYCLOAK_URL": keycloak_server.url,
        "KEYCLOAK_ADMIN_USERNAME": keycloak_server.admin_username,
        "KEYCLOAK_ADMIN_PASSWORD": keycloak_server.admin_password,
    }
    with Program("quickstart", **environment) as program:
        printed = program.end(shows_progress=True)
    plain, _, awaited = printed.partition("In asyncio")
    for said in ("Alice may do it all", "Bob may not: document#document:edit, report", "200, renewed"):
        assert said in plain
    for said in ("20 callers, one login", "20 more, one renewal", "active is False"):
        assert said in awaited
    assert "eyJ" not in printed


def test_the_quickstart_fails_in_one_line() -> None:
    with Program("quickstart", KEYCLOAK_URL="nowhere") as program:
        assert program.failure().startswith("quickstart: KEYCLOAK_URL is nowhere: it must begin with http")


@pytest.mark.parametrize(
    "name", ["uma_access", "photo_album", "async_many_users", "login_with_pkce", "device_login"]
)
def test_a_server_that_is_down_is_one_line(name: str) -> None:
    with Program(name, "http://127.0.0.1:9") as program:
        assert program.failure().startswith(f"{name}: Can't connect to server 127.0.0.1:9 ")


def test_the_photo_album_is_closed_until_it_is_shared(url: str) -> None:
    assert [" ".join(line.split()) for line in run("photo_album", url).splitlines()] == [
        "GET /albums/holiday/1 401",
        "the album is shared with Bob",
        "GET /albums/holiday/1 200",
        "POST /albums/holiday/1 401",
        "GET /elsewhere 403",
    ]


def test_uma_access_tells_alice_from_bob(url: str) -> None:
    lines = [" ".join(line.split()) for line in run("uma_access", url).splitlines()]
    assert "alice may edit documents (document#document:edit)" in lines
    assert "bob may read documents (document#document:read)" in lines
    assert "bob may not edit documents (document#document:edit)" in lines
    assert "nobody may not read documents (logged in: False)" in lines


def test_async_many_users_serves_everybody_their_own(url: str) -> None:
    *outcomes, last = run("async_many_users", url).splitlines()
    assert outcomes == ["  8 x alice: Alice Adams", "  8 x alice: invalid_grant", "  8 x bob: Bob Brown"]
    assert last.startswith("24 visits in ")


def test_service_account_reads_from_the_api_that_verifies_bearers(url: str) -> None:
    with Program("verify_bearer", url) as api:
        printed = run("service_account", url, api.line())
    assert printed.startswith("service-account-demo-worker reads minutes, plan\nthe token is renewed at ")
    assert "nothing goes elsewhere: https://elsewhere.example is not" in printed


def test_verify_bearer_refuses_what_is_no_token_for_it(url: str) -> None:
    foreign = KeycloakOpenID(url, "demo", "demo-cli").token("bob", "bob")
    unread = KeycloakOpenID(url, "demo", "demo-app", "demo-app-secret").token(grant_type="client_credentials")
    with Program("verify_bearer", url) as api:
        address = api.line()

        def ask(authorization: str) -> tuple[int, str]:
            response = httpx.get(address, headers={"Authorization": authorization})
            return response.status_code, response.headers.get("WWW-Authenticate", "")

        assert ask("Basic YTpi") == (401, 'Bearer realm="demo"')
        for token in ("garbage", foreign.access_token):
            assert ask(f"Bearer {token}") == (401, 'Bearer realm="demo", error="invalid_token"')
        assert ask(f"Bearer {unread.access_token}") == (
            403,
            'Bearer realm="demo", error="insufficient_scope"',
        )


def test_login_with_pkce_greets_who_logged_in(url: str) -> None:
    with Program("login_with_pkce", url, "--no-browser") as program, Browser() as browser:
        page = browser.visit(program.line().removeprefix("Log in at "), "alice", "alice")
        assert page == "200 /callback: You may close this window."
        assert program.end() == "Hello Alice Adams (alice, alice@demo.example)\n"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"code": "stolen", "state": "another"}, "the answer belongs to another login"),
        ({"code": "stolen"}, "the answer belongs to another login"),
        ({"error": "access_denied"}, "the server refused: access_denied, None"),
    ],
)
def test_login_with_pkce_takes_no_other_answer(url: str, answer: dict[str, str], complaint: str) -> None:
    with Program("login_with_pkce", url, "--no-browser") as program:
        address = httpx.URL(program.line().removeprefix("Log in at ")).params["redirect_uri"]
        assert httpx.get(f"{address}/other").status_code == 404
        httpx.get(address, params=answer)
        assert program.failure() == f"login_with_pkce: {complaint}"


@pytest.mark.parametrize("approve", [True, False])
def test_device_login_waits_for_the_decision(url: str, approve: bool) -> None:
    with Program("device_login", url) as program, Browser() as browser:
        assert program.line().startswith(f"Open {url}/realms/demo/device and enter ")
        address = program.line().removeprefix("or open ")
        browser.decide_on_device(address, "alice", "alice", approve=approve)
        if approve:
            assert program.end().startswith("Hello Alice Adams, this device may act for you for ")
        else:
            assert program.failure() == "device_login: access was denied"
