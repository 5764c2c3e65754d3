# SPDX-License-Identifier: Apache-2.0
"""Every name of the seed's API page is there, its parameters in the same order and with the same defaults.

`seed_api.txt` holds the page's signatures. Ours may have more parameters, none of them in the way: they are
keyword-only, or `**`.
"""

from __future__ import annotations

import ast
import inspect
from inspect import Parameter
from pathlib import Path
from typing import Any, Literal

import pytest
from attrs import frozen

from keycloak_sdk import openid_connection

PAGE = Path(__file__).with_name("seed_api.txt")

DIFFERENCES = {
    f"KeycloakOpenIDConnection.{prefix}raw_{verb}": (
        "the page has (*args, **kwargs), handed on to the method of ConnectionManager: ours is that method"
    )
    for prefix in ("", "a_")
    for verb in ("get", "post", "put", "delete")
}
"""Signatures that are not the page's, on purpose."""

Kind = Literal["base", "attribute", "property", "method", "coroutine"]


@frozen
class Entry:
    """One line of the page.

    Attributes:
        owner: Name of the class.
        name: Name of the member, or of the base class.
        kind: What the member is.
        detail: Parameters of a method, without parentheses; value of an attribute.
    """

    owner: str
    name: str
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"

    @property
    def parameters(self) -> list[tuple[str, Any]]:
        """The page's parameters with their defaults; `Parameter.empty` without one."""
        spelled = ast.parse(f"def spelled({self.detail}): ...").body[0]
        assert isinstance(spelled, ast.FunctionDef)
        names = [argument.arg for argument in spelled.args.args]
        defaults = [ast.literal_eval(node) for node in spelled.args.defaults]
        required = [Parameter.empty] * (len(names) - len(defaults))
        return list(zip(names, [*required, *defaults], strict=True))


def read_page() -> list[Entry]:
    """Return the lines of `seed_api.txt`."""
    entries: list[Entry] = []
    owner = ""
    for line in PAGE.read_text("utf-8").splitlines():
        match line.split(None, 1):
            case [] | ["#", *_] | ["#"]:
                continue
            case [("class" | "exception"), name] if not line.startswith(" "):
                owner = name
            case [("base" | "property") as kind, name]:
                entries.append(Entry(owner, name, kind))
            case ["attribute", assignment]:
                name, _, value = assignment.partition("=")
                entries.append(Entry(owner, name, "attribute", value))
            case ["async", signature]:
                entries.append(_method(owner, signature, "coroutine"))
            case _:
                entries.append(_method(owner, line.strip(), "method"))
    return entries


def _method(owner: str, signature: str, kind: Kind) -> Entry:
    name, _, rest = signature.partition("(")
    assert rest.endswith(")"), signature
    return Entry(owner, name, kind, rest.removesuffix(")"))


ENTRIES = read_page()
METHODS = [entry for entry in ENTRIES if entry.kind in {"method", "coroutine"}]
SAME = [entry for entry in METHODS if str(entry) not in DIFFERENCES]


def ours(entry: Entry) -> Any:
    """Return our member of that name."""
    return inspect.getattr_static(getattr(openid_connection, entry.owner), entry.name)


def test_the_page_was_read_whole() -> None:
    assert len(ENTRIES) == 112
    assert {entry.owner for entry in ENTRIES} == {
        "ConnectionManager",
        "KeycloakOpenID",
        "KeycloakOpenIDConnection",
        "KeycloakPostError",
    }


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.kind == "base"], ids=str)
def test_a_class_inherits_as_on_the_page(entry: Entry) -> None:
    bases = {base.__name__ for base in getattr(openid_connection, entry.owner).__mro__[1:]}
    assert entry.name in bases


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.kind == "attribute"], ids=str)
def test_a_class_attribute_has_the_value_of_the_page(entry: Entry) -> None:
    assert ours(entry) is ast.literal_eval(entry.detail)


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.kind == "property"], ids=str)
def test_a_property_is_a_property_with_a_docstring(entry: Entry) -> None:
    assert isinstance(ours(entry), property)
    assert inspect.getdoc(ours(entry))


@pytest.mark.parametrize("entry", METHODS, ids=str)
def test_a_method_is_a_coroutine_where_the_page_says_async(entry: Entry) -> None:
    assert inspect.iscoroutinefunction(ours(entry)) is (entry.kind == "coroutine")


@pytest.mark.parametrize("entry", SAME, ids=str)
def test_the_parameters_of_the_page_come_first_in_order_and_with_their_defaults(entry: Entry) -> None:
    parameters = list(inspect.signature(ours(entry)).parameters.values())[1:]
    by_position = [one for one in parameters if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
    assert [(one.name, one.default) for one in by_position] == entry.parameters


@pytest.mark.parametrize("entry", SAME, ids=str)
def test_further_parameters_are_in_nobodys_way(entry: Entry) -> None:
    parameters = list(inspect.signature(ours(entry)).parameters.values())[1:]
    assert {one.kind for one in parameters} <= {
        Parameter.POSITIONAL_OR_KEYWORD,
        Parameter.KEYWORD_ONLY,
        Parameter.VAR_KEYWORD,
    }
    assert not [
        one.name for one in parameters if one.kind is Parameter.KEYWORD_ONLY and one.default is one.empty
    ]
    if "**" in entry.detail:
        assert parameters[-1].kind is Parameter.VAR_KEYWORD
        assert parameters[-1].name == entry.detail.rpartition("**")[2]


@pytest.mark.parametrize("name", sorted(DIFFERENCES))
def test_a_raw_method_of_the_renewing_connection_is_that_of_its_base(name: str) -> None:
    owner, _, method = name.partition(".")
    assert any(str(entry) == name and entry.detail == "*args, **kwargs" for entry in METHODS)
    found = inspect.getattr_static(getattr(openid_connection, owner), method)
    assert found is inspect.getattr_static(openid_connection.ConnectionManager, method)
