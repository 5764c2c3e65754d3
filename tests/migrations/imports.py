# SPDX-License-Identifier: Apache-2.0
"""The one change that a program needs: its imports of `keycloak` become imports of `keycloak_sdk`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OLD = b"keycloak"
_NEW = b"keycloak_sdk"

Place = tuple[int, int]
"""Index of a line, and of a byte in it."""


def change_imports(folder: Path) -> int:
    """Change the import statements of every module below a folder; return how many there were."""
    return sum(_change_module(path) for path in sorted(folder.rglob("*.py")))


def _change_module(path: Path) -> int:
    source = path.read_bytes()
    tree = ast.parse(source, filename=str(path))
    lines = source.splitlines(keepends=True)
    statements = list(_imports(tree, lines))
    places = statements + (list(_uses(tree)) if _binds_the_package(tree) else [])
    for line, column in sorted(set(places), reverse=True):
        text = lines[line]
        assert text[column:].startswith(_OLD), f"{path}:{line + 1}: {text.decode()}"
        lines[line] = text[:column] + _NEW + text[column + len(_OLD) :]
    if places:
        path.write_bytes(b"".join(lines))
    return len(statements)


def _imports(tree: ast.Module, lines: list[bytes]) -> Iterator[Place]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _is_ours(node.module or ""):
            yield node.lineno - 1, lines[node.lineno - 1].index(_OLD, node.col_offset)
        elif isinstance(node, ast.Import):
            yield from ((name.lineno - 1, name.col_offset) for name in node.names if _is_ours(name.name))


def _binds_the_package(tree: ast.Module) -> bool:
    """Return whether `keycloak` is a name of this module, as `import keycloak.exceptions` makes it one."""
    return any(
        _is_ours(name.name) and name.asname is None
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    )


def _uses(tree: ast.Module) -> Iterator[Place]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "keycloak"
        ):
            yield node.value.lineno - 1, node.value.col_offset


def _is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == "keycloak"
