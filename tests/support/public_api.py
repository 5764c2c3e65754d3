# SPDX-License-Identifier: Apache-2.0
"""The public names of `keycloak_sdk` with their signatures, as text: what `tests/contract/api.txt` holds.

After a change of the API, look at what changes and write it anew:

    .venv/bin/python tests/support/public_api.py
"""

from __future__ import annotations

import ast
import inspect
from functools import cached_property
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOT = Path(__file__).parents[1] / "contract" / "api.txt"

MODULES = (
    "keycloak_sdk",
    "keycloak_sdk.authorization",
    "keycloak_sdk.authorization.context",
    "keycloak_sdk.authorization.evaluation",
    "keycloak_sdk.authorization.matching",
    "keycloak_sdk.authorization.permission",
    "keycloak_sdk.authorization.policy",
    "keycloak_sdk.authorization.resource_server",
    "keycloak_sdk.authorization.role",
    "keycloak_sdk.bearer_auth",
    "keycloak_sdk.connection",
    "keycloak_sdk.decision_cache",
    "keycloak_sdk.enforcer",
    "keycloak_sdk.exceptions",
    "keycloak_sdk._refusals",  # reached through keycloak_sdk.exceptions
    "keycloak_sdk._jwt.demand_errors",  # reached through keycloak_sdk.exceptions
    "keycloak_sdk._jwt.errors",  # the same
    "keycloak_sdk.keycloak_openid",
    "keycloak_sdk.keys",
    "keycloak_sdk.openid_connection",
    "keycloak_sdk.pkce_utils",
    "keycloak_sdk.telemetry",
    "keycloak_sdk.testing",
    "keycloak_sdk.token_stores",
    "keycloak_sdk.token_stores.encrypted",
    "keycloak_sdk.token_stores.file",
    "keycloak_sdk.token_stores.memory",
    "keycloak_sdk.token_stores.protocol",
    "keycloak_sdk.token_stores.redis",
    "keycloak_sdk.uma",
    "keycloak_sdk.uma_auth",
    "keycloak_sdk.uma_challenge",
    "keycloak_sdk.uma_decisions",
    "keycloak_sdk.uma_options",
    "keycloak_sdk.uma_permissions",
    "keycloak_sdk.urls_patterns",
)

_HEADER = """\
# Printed from the code: .venv/bin/python tests/support/public_api.py
# A line that changes here changes for programs that use this SDK; say so in CHANGELOG.md.
"""


def public_api() -> str:
    """Return the whole text."""
    return _HEADER + "".join(f"\n{name}\n{_lines(_module(import_module(name)))}" for name in MODULES)


def public_names(module: ModuleType) -> list[str]:
    """Return the names a module offers: its `__all__`, else what it defines itself."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (
            getattr(value, "__module__", None) == module.__name__
            or (name.isupper() and name != "TYPE_CHECKING" and isinstance(value, str | int))
        )
    )


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)


def _module(module: ModuleType) -> Iterator[str]:
    for name in public_names(module):
        value = getattr(module, name)
        home = getattr(value, "__module__", module.__name__)
        if home != module.__name__ and home in MODULES:
            yield f"{name} = {home}.{value.__qualname__}"
        elif inspect.isclass(value):
            yield from _class(value)
        elif isinstance(value, FunctionType):
            yield _function(name, value)
        else:
            yield f"{name} = {value!r}" if isinstance(value, str | int) else name


def _class(cls: type) -> Iterator[str]:
    yield f"class {cls.__name__}({', '.join(_bases(cls))})"
    for name, value in sorted(_members(cls).items()):
        for line in _member(name, value):
            yield f"    {line}"


def _is_public(cls: type) -> bool:
    return cls.__module__ in MODULES or not cls.__module__.startswith("keycloak_sdk")


def _bases(cls: type) -> Iterator[str]:
    """Return the bases, and instead of one of ours that has no page its own."""
    for base in cls.__bases__:
        if not _is_public(base):
            yield from _bases(base)
        elif base is not object:
            yield base.__name__


def _members(cls: type) -> dict[str, Any]:
    """Return what a class defines, with what it inherits from classes that have no page of their own."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base is cls or not _is_public(base):
            found |= dict.fromkeys([*vars(base).get("__annotations__", {}), *_set_by_constructor(base)])
            found |= vars(base)
    shown = {"__init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__"}
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("_") or (name in shown and _is_written_here(value))
    }


def _is_written_here(value: object) -> bool:
    return isinstance(value, FunctionType) and value.__module__.startswith("keycloak_sdk")


def _set_by_constructor(cls: type) -> Iterator[str]:
    """Return the names that a hand-written constructor sets."""
    constructor = vars(cls).get("__init__")
    if isinstance(constructor, FunctionType) and "<attrs" not in constructor.__code__.co_filename:
        for node in ast.walk(ast.parse(dedent(inspect.getsource(constructor)))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.attr


def _member(name: str, value: object) -> Iterator[str]:
    match value:
        case property():
            assert value.fget is not None
            kind = "property" if value.fset else "read-only property"
            yield f"{kind} {name}: {value.fget.__annotations__.get('return', '?')}"
        case cached_property():
            yield f"read-only property {name}: {value.func.__annotations__.get('return', '?')}"
        case classmethod() | staticmethod():
            yield f"{type(value).__name__} {_function(name, value.__func__)}"
        case FunctionType():
            yield _function(name, value)
        case _:
            yield f"attribute {name}"


def _function(name: str, function: FunctionType) -> str:
    signature = inspect.signature(function)
    returns = "" if signature.return_annotation is signature.empty else f" -> {signature.return_annotation}"
    kind = "async " if inspect.iscoroutinefunction(function) else ""
    return f"{kind}{name}({', '.join(_parameters(signature))}){returns}"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is Parameter.VAR_POSITIONAL:
            keyword_only = True
        if parameter.kind is Parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            yield "*"
        yield _parameter(parameter)


def _parameter(parameter: Parameter) -> str:
    stars = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    annotation = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    if parameter.default is parameter.empty:
        return f"{stars}{parameter.name}{annotation}"
    plain = isinstance(parameter.default, str | int | float | tuple | list | dict | None)
    return f"{parameter.name}{annotation} = {repr(parameter.default) if plain else '...'}"


if __name__ == "__main__":
    SNAPSHOT.write_text(public_api(), "utf-8")
