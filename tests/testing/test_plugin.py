# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin and the command line."""

from __future__ import annotations

import io
import os
import re
import runpy
import signal
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk.testing import __main__ as command

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from keycloak_sdk.testing import KeycloakServer

TEST = """
    import httpx

    def test_one(keycloak_server):
        assert httpx.get(f"{keycloak_server.url}/realms/shop").json()["realm"] == "shop"

    def test_other(keycloak_server, pytestconfig):
        (pytestconfig.rootpath / "version").write_text(keycloak_server.version)
        assert keycloak_server.https_url.startswith("https://")
"""
# Plugins of this project's own runs have no part in the runs inside these tests.
ALONE = ("-p", "no:randomly", "-p", "no:cacheprovider")


INI = """
    [pytest]
    keycloak_realms = realms/shop.json
    keycloak_options =
        --log-level=INFO
    keycloak_https = true
"""


@pytest.fixture
def project(pytester: pytest.Pytester, make_server: Callable[..., KeycloakServer]) -> pytest.Pytester:
    """A project with a realm file and two tests that need a server."""
    # What is first imported by a run inside this one would be forgotten with it, and be there twice later.
    with make_server(https=True):
        pass
    pytester.makeini(textwrap.dedent(INI))
    pytester.mkdir("realms").joinpath("shop.json").write_text('{"realm": "shop"}')
    pytester.makepyfile(TEST)
    return pytester


def test_the_fixture_is_one_server_with_the_realms_of_the_ini_file(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(*ALONE)
    result.assert_outcomes(passed=2)
    assert (project.path / "version").read_text() == "26.7.3"
    assert result.stderr.str().count("first start, importing shop") == 1
    assert result.stderr.str().count("ready at") == 1


def test_its_progress_is_shown_without_capturing_as_well(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(*ALONE, "-p", "no:capture")
    result.assert_outcomes(passed=2)
    assert "ready at" in result.stderr.str()


def test_the_version_comes_from_the_environment_or_the_ini_file(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makeini("[pytest]\nkeycloak_realms = realms/shop.json\nkeycloak_version = 1.2.3\n")
    result = project.runpytest_inprocess(*ALONE)
    result.stdout.fnmatch_lines(["*There is no Keycloak 1.2.3 in http://*: check the version"])
    monkeypatch.setenv("KEYCLOAK_VERSION", "4.5.6")
    result = project.runpytest_inprocess(*ALONE)
    result.stdout.fnmatch_lines(["*There is no Keycloak 4.5.6 in http://*: check the version"])


def test_a_server_that_cannot_be_had_is_one_line_for_each_test(project: pytest.Pytester) -> None:
    (project.path / "realms" / "shop.json").unlink()
    result = project.runpytest_inprocess(*ALONE)
    result.assert_outcomes(errors=2)
    assert "Traceback" not in result.stdout.str()
    result.stdout.fnmatch_lines(["The realm file *shop.json cannot be read: No such file or directory"])


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    code = "import sys, keycloak_sdk.testing.plugin; print({'httpx', 'jwcrypto', 'attrs'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- command line


@pytest.fixture(autouse=True)
def _signals() -> Generator[None]:
    kept = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, kept)


class Terminal(io.StringIO):
    """Standard output of a user who presses Ctrl-C as soon as the server is announced."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self._number = number

    def flush(self) -> None:
        threading.Timer(0.1, os.kill, (os.getpid(), self._number)).start()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_runs_a_server_until_it_is_interrupted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    terminal = Terminal(number)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert command.main(["--demo", "--features", "", "--", "--log-level=INFO"]) == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+  administrator: admin/admin\n", terminal.getvalue())
    assert "importing demo" in capsys.readouterr().err


@pytest.mark.usefixtures("world")
def test_the_command_reports_an_error_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["testing", "--version", "../up"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(command.__file__, run_name="__main__")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "'../up' is not a Keycloak version: 26.7.3 is one\n"
