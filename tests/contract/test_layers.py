# SPDX-License-Identifier: Apache-2.0
"""Imports point downwards, and every module has its place."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from support.project import ROOT, python_files

FREE = {
    "keycloak_sdk.pkce_utils": "functions of their own that nothing else of ours needs",
    "keycloak_sdk.urls_patterns": "constants for programs; ours come from the generated code",
    "keycloak_sdk.testing": "starts servers, and is imported by tests alone",
}
"""Modules that are in no layer, and why."""


def layers() -> set[str]:
    """Return the modules that the contract in pyproject.toml names."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    names = " ".join(contract["layers"]).replace("|", " ").replace(":", " ").split()
    return set(names)


def test_the_contracts_of_pyproject_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_module_is_in_a_layer_or_free_for_a_reason() -> None:
    package = ROOT / "keycloak_sdk"
    modules = {
        f"keycloak_sdk.{path.relative_to(package).with_suffix('').parts[0]}"
        for path in python_files("keycloak_sdk")
        if path != package / "__init__.py"
    }
    assert modules - layers() == set(FREE)
    assert layers() - modules == {"keycloak_oidc_api"}


def test_the_package_itself_imports_only_on_first_use() -> None:
    import_lines = [
        line
        for line in (ROOT / "keycloak_sdk" / "__init__.py").read_text("utf-8").splitlines()
        if line.startswith(("import ", "from "))
    ]
    assert import_lines == ["from __future__ import annotations"]
