# SPDX-License-Identifier: Apache-2.0
"""The code of the README and of `docs/` satisfies a strict type checker."""

from __future__ import annotations

import re
import subprocess
import sys
from textwrap import indent
from typing import TYPE_CHECKING

from support.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"^(<!-- not run: .*? -->\n)?```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def program_of(page: Path) -> str:
    """Return the blocks of a page that run, as one coroutine: they may `await`."""
    blocks = [match["code"] for match in _BLOCK.finditer(page.read_text("utf-8")) if not match[1]]
    return "async def page(server_url: str, redis_url: str) -> None:\n" + indent(
        "\n".join([*blocks, "..."]), "    "
    )


def test_the_code_of_the_pages_is_strictly_typed(tmp_path: Path) -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        name = page.stem.lower().replace("-", "_")
        (tmp_path / f"page_{name}.py").write_text(program_of(page), "utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path / "cache"),
        str(tmp_path),
    ]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
