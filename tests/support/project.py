# SPDX-License-Identifier: Apache-2.0
"""Where the project's files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]

SOURCES = ("keycloak_sdk", "generated", "spec", "tests", "examples", "benchmarks", "docs")
"""Folders with source files."""


def hand_written(folder: str = "keycloak_sdk") -> list[Path]:
    """Return the Python files below a folder that are not printed by `make generate`."""
    return [path for path in python_files(folder) if "_twins" not in path.parts]


def python_files(folder: str) -> list[Path]:
    """Return the Python files below a folder."""
    return sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    """Return a path as messages name it."""
    return path.relative_to(ROOT).as_posix()
