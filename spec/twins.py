# SPDX-License-Identifier: Apache-2.0
"""Print the public twins of the operations: `x` and `a_x`, with full signatures and docstrings.

The operations stay the only hand-written bodies; what is printed here is forwarding, never logic. An
asynchronous generator becomes a generator and itself: `for item in x()`, `async for item in a_x()`.
`codegen.toml` says which class is printed from which operations.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEADER = '''# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from {sources} by `make generate`.
"""{title}"""

from __future__ import annotations

from typing import TYPE_CHECKING{any}

from keycloak_sdk._io.port import {drivers}
{base_import}
if TYPE_CHECKING:
{imports}


class {name}{bases}:
    """{doc}"""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> {operations}: ...
        @property
        def _awaitable(self) -> {operations}: ...

'''

_PACKAGE = '''# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed by `make generate`.
"""The public methods, printed from the operations: each in two forms, `x` and `a_x`."""
'''


def render(root: Path, settings: dict[str, Any]) -> dict[str, str]:
    """Return the text of every file below `keycloak_sdk/_twins/`, by its path."""
    files = {"keycloak_sdk/_twins/__init__.py": _PACKAGE}
    for twin in settings["twins"]:
        files[twin["output"]] = _module(root, twin)
    return files


def _module(root: Path, twin: dict[str, Any]) -> str:
    sources = [(path, ast.parse((root / path).read_text("utf-8"))) for path in twin["sources"]]
    methods = [method for _, tree in sources for method in _methods(tree, twin)]
    used = {node.id for method in methods for part in _signature(method) for node in _names(part)}
    imports = _imports([tree for _, tree in sources], used - {"Any"})
    package, _, operations = twin["operations"].rpartition(".")
    imports.add(f"from {package} import {operations}")
    generators = [method for method in methods if _is_generator(method)]
    if generators:
        imports.add("from collections.abc import Generator")
    base = twin.get("base")
    base_module, _, base_name = base.rpartition(".") if base else ("", "", "")
    header = _HEADER.format(
        sources=", ".join(twin["sources"]),
        title=twin["title"],
        any=", Any" if "Any" in used else "",
        drivers="afinish, aiterate, finish, iterate" if generators else "afinish, finish",
        base_import=f"from {base_module} import {base_name}\n" if base else "",
        imports="\n".join(f"    {line}" for line in sorted(imports, key=_import_order)),
        name=twin["class"],
        bases=f"({base_name})" if base else "",
        doc=twin["doc"],
        operations=operations,
    )
    return header + "\n".join(_twins(method) for method in methods)


def _methods(tree: ast.Module, twin: dict[str, Any]) -> Iterator[ast.AsyncFunctionDef]:
    shown, hidden = set(twin.get("private", ())), set(twin.get("hidden", ()))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Operations"):
            for item in node.body:
                if not isinstance(item, ast.AsyncFunctionDef) or item.name in hidden:
                    continue
                if not item.name.startswith("_") or item.name in shown:
                    yield item


def _signature(method: ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    arguments = method.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if argument.annotation:
            yield argument.annotation
    for variadic in (arguments.vararg, arguments.kwarg):
        if variadic and variadic.annotation:
            yield variadic.annotation
    if method.returns:
        yield method.returns


def _names(expression: ast.expr) -> Iterator[ast.Name]:
    return (node for node in ast.walk(expression) if isinstance(node, ast.Name))


def _imports(trees: list[ast.Module], used: set[str]) -> set[str]:
    """Return the import statements that bring the names used in signatures."""
    found: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                found.update(f"from {node.module} import {a.name}" for a in node.names if a.name in used)
            elif isinstance(node, ast.Import):
                found.update(f"import {a.name}" for a in node.names if a.name in used)
    return found


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line


def _forward(method: ast.AsyncFunctionDef) -> str:
    """Return the argument list that passes every parameter on."""
    arguments = method.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args] if a.arg != "self"]
    names += [f"{a.arg}={a.arg}" for a in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append(f"**{arguments.kwarg.arg}")
    return ", ".join(names)


def _parameters(method: ast.AsyncFunctionDef) -> list[str]:
    """Return the names of all parameters, which a traceback would show with what they hold."""
    arguments = method.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.kwarg]
    return [each.arg for each in every if each is not None and each.arg != "self"]


def _is_generator(method: ast.AsyncFunctionDef) -> bool:
    return any(isinstance(node, ast.Yield) for node in ast.walk(method))


def _twins(method: ast.AsyncFunctionDef) -> str:
    signature = ast.unparse(method.args)
    returns = ast.unparse(method.returns) if method.returns else "None"
    call = f"{method.name}({_forward(method)})"
    forget = "".join(f"        del {', '.join(names)}\n" for names in [_parameters(method)] if names)
    documentation = ast.get_docstring(method, clean=True) or ""
    lines = documentation.splitlines()
    indented = "\n".join(f"        {line}" if line else "" for line in lines[1:])
    text = f'        """{lines[0]}\n{indented}\n        """\n' if indented else f'        """{lines[0]}"""\n'
    if _is_generator(method):
        plain = returns.replace("AsyncGenerator[", "Generator[")
        return (
            f"    def {method.name}({signature}) -> {plain}:\n{text}"
            f"        return iterate(self._blocking.{call})\n\n"
            f"    def a_{method.name}({signature}) -> {returns}:\n{text}"
            f"        return aiterate(self._awaitable.{call})\n"
        )
    return (
        f"    def {method.name}({signature}) -> {returns}:\n{text}"
        f"        operation = self._blocking.{call}\n{forget}"
        "        return finish(operation)\n\n"
        f"    async def a_{method.name}({signature}) -> {returns}:\n{text}"
        f"        operation = self._awaitable.{call}\n{forget}"
        "        return await afinish(operation)\n"
    )
