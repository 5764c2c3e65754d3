# SPDX-License-Identifier: Apache-2.0
"""The public names: importable, lazily and for type checkers alike, and none changed by accident."""

from __future__ import annotations

import ast
import inspect
import pickle
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

import keycloak_sdk
from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection, openid_connection
from support.public_api import SNAPSHOT, public_api

WITHOUT_TWIN = {"aclose", "__aenter__", "__aexit__"}
"""Coroutines whose plain counterpart has another name: `close`, `__enter__`, `__exit__`."""


def test_the_public_api_is_the_one_in_the_snapshot() -> None:
    changed = list(
        unified_diff(
            SNAPSHOT.read_text("utf-8").splitlines(),
            public_api().splitlines(),
            "api.txt",
            "now",
            n=0,
            lineterm="",
        )
    )
    assert changed == [], (
        "run .venv/bin/python tests/support/public_api.py, and say in CHANGELOG.md what changed"
    )


@pytest.mark.parametrize("module", [keycloak_sdk, openid_connection], ids=lambda module: module.__name__)
def test_all_is_sorted_without_repetition(module: Any) -> None:
    assert list(module.__all__) == sorted(set(module.__all__))


@pytest.mark.parametrize("name", keycloak_sdk.__all__)
def test_a_public_name_is_importable_and_documented(name: str) -> None:
    value = getattr(keycloak_sdk, name)
    assert value.__name__ == name
    assert inspect.getdoc(value)
    assert name in dir(keycloak_sdk)
    assert getattr(keycloak_sdk, name) is value


@pytest.mark.parametrize("name", keycloak_sdk.__all__)
def test_a_public_name_is_pickled_by_reference(name: str) -> None:
    value = getattr(keycloak_sdk, name)
    assert pickle.loads(pickle.dumps(value)) is value


def test_another_name_is_an_attribute_error_that_names_the_module() -> None:
    with pytest.raises(AttributeError, match="module 'keycloak_sdk' has no attribute 'KeycloakOpenId'"):
        _ = keycloak_sdk.KeycloakOpenId


@pytest.mark.parametrize("name", ["KeycloakAdmin", "KeycloakUMA"])
def test_the_admin_side_is_refused_with_where_it_is(name: str) -> None:
    with pytest.raises(ImportError, match=f"from keycloak import {name}"):
        getattr(keycloak_sdk, name)


def names_for_type_checkers() -> dict[str, str]:
    """Return what the `TYPE_CHECKING` block of the package imports: the module of each name."""
    tree = ast.parse(Path(keycloak_sdk.__file__).read_text("utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name)]
    (block,) = [node for node in blocks if getattr(node.test, "id", "") == "TYPE_CHECKING"]
    return {
        alias.asname or alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_type_checkers_see_the_names_that_are_loaded_lazily() -> None:
    assert sorted(names_for_type_checkers()) == list(keycloak_sdk.__all__)


@pytest.mark.parametrize(("name", "module"), sorted(names_for_type_checkers().items()))
def test_type_checkers_see_the_same_object(name: str, module: str) -> None:
    imported = __import__(module, fromlist=[name])
    assert getattr(imported, name) is getattr(keycloak_sdk, name)


def twins() -> list[tuple[type, str, str]]:
    """Return the plain and the asynchronous name of every operation."""
    return [
        (cls, name.removeprefix("a_"), name)
        for cls in (KeycloakOpenID, KeycloakOpenIDConnection)
        for name in dir(cls)
        if inspect.iscoroutinefunction(getattr(cls, name)) and name not in WITHOUT_TWIN
    ]


def test_every_coroutine_is_a_twin() -> None:
    assert len(twins()) == 25 + 7
    assert all(a_name.startswith("a_") for _, _, a_name in twins())


@pytest.mark.parametrize(
    ("cls", "name", "a_name"), twins(), ids=lambda value: getattr(value, "__name__", value)
)
def test_twins_have_the_same_signature_and_docstring(cls: type, name: str, a_name: str) -> None:
    plain, asynchronous = getattr(cls, name), getattr(cls, a_name)
    assert not inspect.iscoroutinefunction(plain)
    assert inspect.signature(plain) == inspect.signature(asynchronous)
    assert inspect.getdoc(plain) == inspect.getdoc(asynchronous)
    assert inspect.getdoc(plain)


@pytest.mark.parametrize(
    ("cls", "name", "a_name"), twins(), ids=lambda value: getattr(value, "__name__", value)
)
def test_the_docstring_of_an_operation_tells_its_arguments_and_its_source(
    cls: type, name: str, a_name: str
) -> None:
    doc = inspect.getdoc(getattr(cls, a_name)) or ""
    for parameter in list(inspect.signature(getattr(cls, a_name)).parameters)[1:]:
        assert f"    {parameter}: " in doc or f"    **{parameter}: " in doc
    first = doc.partition("\n")[0]
    assert first.endswith(".")
    assert "Raises:" in doc
    assert "Source: " in doc or name.startswith(("raw_", "_"))
