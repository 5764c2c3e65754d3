# SPDX-License-Identifier: Apache-2.0
"""Print the code that nobody writes: the package of ``codegen.toml`` and the public twins.

``--check`` prints nothing to the tree: it says whether what is committed is what would be printed. Exit
codes: 0 done or fresh, 1 stale, 2 the description or the tools are not as they must be.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import importlib.metadata
import io
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import traps
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from printing import Printer, UnprintableError
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python spec/generate.py"
NOT_OURS = ("client.py", "errors.py")
LONGEST_DIFF = 20
RUFF = ("--isolated", "--no-cache", "--quiet", "--line-length=110")
FIXES = ("--fix-only", "--target-version=py311", "--select=I,F401,UP037")


class TwinPrinter(Protocol):
    """What ``spec/twins.py`` offers."""

    def render(self, root: Path, settings: dict[str, Any]) -> dict[str, str]:
        """Return the text of every file, by its path below ``root``."""
        ...


class GenerationError(Exception):
    """The description or the tools are not as they must be; one line a problem."""


def banner(settings: Mapping[str, Any]) -> str:
    """First lines of every generated file."""
    sources = ", ".join(settings[key] for key in ("spec", "templates", "runtime"))
    return (
        "# SPDX-License-Identifier: Apache-2.0\n"
        "# Generated code: do not edit.\n"
        f"# Source: {sources}\n"
        f"# Command: {COMMAND}\n"
    )


def require_pinned_tools(settings: Mapping[str, Any]) -> None:
    """Another version of a tool may print other code."""
    for tool, pin in settings["tools"].items():
        found = importlib.metadata.version(tool)
        if found != pin:
            raise GenerationError(f"{tool} {found} is installed, codegen.toml pins {pin}")


def load(source: Path) -> dict[str, Any]:
    """The description."""
    reader = cast("Any", YAML(typ="safe"))
    document: dict[str, Any] = reader.load(source.read_bytes())
    return document


def build_package(root: Path, settings: Mapping[str, Any], output: Path) -> None:
    """Write the package to ``output``."""
    source = root / settings["spec"]
    document = load(source)
    if problems := traps.find(document):
        raise GenerationError("\n".join(problems))
    config = Config.from_sources(
        ConfigFile(**settings["generator"], package_name_override=output.name, post_hooks=[]),
        MetaType.NONE,
        source,
        "utf-8",
        overwrite=True,
        output_path=output,
    )
    data = GeneratorData.from_dict(document, config=config)
    if isinstance(data, GeneratorError):
        raise GenerationError(f"{data.header}: {data.detail}")
    project = Project(openapi=data, config=config, custom_template_path=root / settings["templates"])
    Printer(document, settings["names"], settings["reserved"]).install(project.env)
    with contextlib.redirect_stdout(io.StringIO()):
        errors = project.build()
    if errors:  # warnings as well: whole operations are left out with no more than that
        raise GenerationError("\n".join(f"{error.header}: {error.detail}" for error in errors))
    for name in NOT_OURS:
        (output / name).unlink()
    for file in sorted((root / settings["runtime"]).glob("*.py")):
        shutil.copyfile(file, output / file.name)
    shutil.copyfile(source, output / source.name)  # for those who generate clients of their own
    (output / "py.typed").touch()


def finish(folder: Path, settings: Mapping[str, Any]) -> None:
    """Sort imports, drop the unused ones, format, and put the banner on top."""
    ruff = Path(sysconfig.get_path("scripts")) / "ruff"
    subprocess.run([ruff, "check", *RUFF, *FIXES, folder], check=True)
    subprocess.run([ruff, "format", *RUFF, folder], check=True)
    head = banner(settings)
    licence = head.splitlines(keepends=True)[0]
    for file in sorted(folder.rglob("*.py")):
        file.write_text(head + file.read_text("utf-8").removeprefix(licence), "utf-8")


def render_package(root: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    """Every file of the package, by its path below ``root``."""
    target = Path(settings["output"])
    with tempfile.TemporaryDirectory() as temporary:
        output = Path(temporary) / target.name
        build_package(root, settings, output)
        finish(output, settings)
        return {(target / name).as_posix(): text for name, text in tree(output)}


def render_twins(root: Path, settings: dict[str, Any]) -> dict[str, str]:
    """Every file of the twins, by its path below ``root``."""
    if not (root / "spec" / "twins.py").is_file():
        return {}
    return cast("TwinPrinter", importlib.import_module("twins")).render(root, settings)


def tree(folder: Path) -> Iterator[tuple[str, str]]:
    """Path and text of every file below ``folder``."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(folder).as_posix(), file.read_text("utf-8")


def committed(root: Path, folders: set[Path]) -> dict[str, str]:
    """What is in the generated folders now, by its path below ``root``."""
    return {(folder / name).as_posix(): text for folder in folders for name, text in tree(root / folder)}


def write(root: Path, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Make the tree what it should be; files that stay the same are not touched."""
    for name in old.keys() - new.keys():
        (root / name).unlink()
    for name, text in new.items():
        if old.get(name) != text:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """The first lines of the difference of each stale file."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        if old.get(name) != new.get(name):
            lines = difflib.unified_diff(before, after, f"committed/{name}", f"fresh/{name}", lineterm="")
            yield "\n".join([*lines][:LONGEST_DIFF]) or f"committed/{name} and fresh/{name}: one is missing"


def main(root: Path = ROOT) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Print the generated code.")
    parser.add_argument("--check", action="store_true", help="only say whether the committed code is fresh")
    check = parser.parse_args().check
    settings = tomllib.loads((root / "codegen.toml").read_text("utf-8"))
    try:
        require_pinned_tools(settings)
        new = {**render_package(root, settings), **render_twins(root, settings)}
    except (GenerationError, UnprintableError) as error:
        print(error, file=sys.stderr)
        return 2
    folders = {
        Path(settings["output"]),
        *(Path(name).parent for name in new if not name.startswith(settings["output"])),
    }
    old = committed(root, folders)
    if not check:
        write(root, old, new)
        return 0
    stale = [*differences(old, new)]
    print(*stale, sep="\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
