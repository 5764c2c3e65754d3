# SPDX-License-Identifier: Apache-2.0
"""A type checker sees what programs rely on, and their mistakes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from inspect import getattr_static, isroutine
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keycloak_sdk import ConnectionManager, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk.enforcer import Enforcer
from keycloak_sdk.uma import Uma

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PROMISES = Path(__file__).with_name("api.py")

PLUMBING = {
    "a__token_info", "decoder", "held", "keys_of", "login", "login_server", "server",
}  # fmt: skip
"""What the layers know of each other; no program needs it."""

MISTAKES = """\
from keycloak_sdk import ConnectionManager, KeycloakError, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak_sdk import KeycloakOpenId  # attr-defined

def misspelt(openid: KeycloakOpenID) -> None:
    token = openid.token("alice", "pw")
    token.acces_token  # attr-defined
    openid.tokn("alice", "pw")  # attr-defined
    openid.well_known().authorisation_endpoint  # attr-defined
    openid.decode_token("t").preferred_user_name  # attr-defined
    openid.conection  # attr-defined

def called_wrongly(openid: KeycloakOpenID) -> None:
    openid.refresh_token(token="r")  # call-arg
    openid.introspect("t", token_typ_hint="refresh_token")  # call-arg
    openid.auth_url("https://shop/cb", "openid", "s", "n")  # call-arg
    openid.logout()  # call-arg
    KeycloakOpenID("https://kc", "acme")  # call-arg
    KeycloakOpenID("https://kc", "acme", "shop", client_secret="s")  # call-arg
    KeycloakOpenIDConnection("https://kc", realm="acme")  # call-arg

def given_another_type(openid: KeycloakOpenID, connection: KeycloakOpenIDConnection) -> None:
    token = openid.token("alice", "pw")
    openid.userinfo(token)  # arg-type
    openid.logout(token.refresh_token)  # arg-type
    openid.uma_permissions("t", 3)  # arg-type
    openid.token(123, "pw")  # arg-type
    openid.register_client("t", "shop")  # arg-type
    KeycloakOpenID("https://kc", "acme", "shop", timeout="5")  # arg-type
    ConnectionManager("https://kc", cert=("c.pem",))  # arg-type
    connection.timeout = "5"  # assignment
    connection.token = "t"  # assignment
    openid.connection = "https://kc"  # assignment

def forgotten(openid: KeycloakOpenID, connection: KeycloakOpenIDConnection) -> None:
    openid.userinfo("t").sub  # union-attr
    openid.token().refresh_token.upper()  # union-attr
    connection.token.access_token  # union-attr
    for policy in openid.get_policies("t"):  # union-attr
        policy.name

def of_a_resource_server(openid: KeycloakOpenID) -> None:
    openid.uma.list_resources(nmae="album")  # call-arg
    openid.uma.list_resources(exact_name="yes")  # arg-type
    openid.uma.create_resource("album")  # arg-type
    openid.uma.decide("t", "album", ticket="t")  # call-arg
    openid.uma.rpt("t", permission_resource_format="url")  # arg-type
    for resource in openid.uma.a_resources():  # attr-defined
        pass

async def not_awaited(openid: KeycloakOpenID) -> None:
    openid.a_token("alice", "pw").access_token  # attr-defined

def read_only(openid: KeycloakOpenID, connection: KeycloakOpenIDConnection) -> None:
    openid.token().access_token = "other"  # misc
    connection.expires_at = None  # misc
    connection.keycloak_openid = openid  # misc

def of_an_error(error: KeycloakError) -> None:
    error.response_code + 1  # operator
    error.status  # attr-defined
"""


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[tuple[int, str]]]:
    """Return what mypy --strict says of the promises and of the mistakes: lines and error codes by file."""
    mistakes = tmp_path_factory.mktemp("typing") / "mistakes.py"
    mistakes.write_text(MISTAKES, "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(PROMISES), str(mistakes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    found: dict[str, list[tuple[int, str]]] = {PROMISES.name: [], mistakes.name: []}
    for line in result.stdout.splitlines():
        error = re.match(r"(?P<file>.+?):(?P<line>\d+): error: .*\[(?P<code>[\w-]+)\]$", line)
        if error:
            found[Path(error["file"]).name].append((int(error["line"]), error["code"]))
    return found


def test_mypy_confirms_every_promise(reported: Mapping[str, list[tuple[int, str]]]) -> None:
    assert reported["api.py"] == []


def test_mypy_reports_every_mistake_and_nothing_else(reported: Mapping[str, list[tuple[int, str]]]) -> None:
    expected = [
        (number, line.partition("  # ")[2])
        for number, line in enumerate(MISTAKES.splitlines(), 1)
        if "  # " in line
    ]
    assert reported["mistakes.py"] == expected


def public(cls: type) -> list[str]:
    """Return the public methods and properties of a class."""
    return [
        name
        for name in dir(cls)
        if not name.startswith("_")
        and name not in PLUMBING
        and (isroutine(getattr_static(cls, name)) or isinstance(getattr_static(cls, name), property))
    ]


PARAMETERS = {
    ConnectionManager: "connection: ConnectionManager",
    KeycloakOpenID: "openid: KeycloakOpenID",
    KeycloakOpenIDConnection: "connection: KeycloakOpenIDConnection",
    Enforcer: "enforcer: Enforcer",
    Uma: "uma: Uma",
}


@pytest.mark.parametrize("cls", PARAMETERS, ids=lambda cls: cls.__name__)
def test_no_public_method_or_property_is_without_a_promise(cls: type) -> None:
    promised: set[str] = set()
    for function in ast.parse(PROMISES.read_text("utf-8")).body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            parameters = {ast.unparse(argument) for argument in function.args.args}
            accepted = {PARAMETERS[base] for base in cls.__mro__ if base in PARAMETERS}
            if accepted & parameters:
                promised |= {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    assert [name for name in public(cls) if name not in promised] == []
