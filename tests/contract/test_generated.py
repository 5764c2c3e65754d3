# SPDX-License-Identifier: Apache-2.0
"""What is generated is fresh, the same everywhere, cheap to import, and stands on its own."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keycloak_oidc_api import models

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated" / "keycloak_oidc_api"
INPUTS = ("codegen.toml", "spec", "generated", "keycloak_sdk")
BANNER = (
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Generated code: do not edit.\n"
    "# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime\n"
    "# Command: python spec/generate.py\n"
)
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if "__pycache__" not in file.parts]
MODELS = {
    *("TokenRequest", "TokenResponse", "UmaDecision", "UmaPermission", "IntrospectionRequest"),
    *(
        "IntrospectionResponse",
        "UserInfo",
        "LogoutRequest",
        "RevocationRequest",
        "DeviceAuthorizationRequest",
    ),
    *("DeviceAuthorizationResponse", "PushedAuthorizationRequest", "PushedAuthorizationResponse"),
    *("BackchannelAuthenticationRequest", "BackchannelAuthenticationResponse", "RealmDescription"),
    *(
        "OpenIDConfiguration",
        "UmaConfiguration",
        "JsonWebKey",
        "JsonWebKeySet",
        "ErrorResponse",
        "TokenClaims",
    ),
    *("ClientRepresentation", "ClientMetadata", "ClientInformation", "UmaResource", "UmaResourceRequest"),
    *("PermissionRequest", "PermissionTicketResponse", "PermissionTicket", "UmaPolicy"),
}


def generate(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "spec" / "generate.py", *arguments],
        cwd=root.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what generation reads and writes."""
    root = tmp_path / "copy"
    root.mkdir()
    for name in INPUTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, root / name)
    return root


def test_what_is_committed_is_what_would_be_generated() -> None:
    done = generate(ROOT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_change_by_hand_is_found(copy: Path) -> None:
    package = copy / "generated" / "keycloak_oidc_api"
    with (package / "types.py").open("a", encoding="utf-8") as file:
        file.write("changed = True\n")
    (package / "left_over.py").write_text("old = True\n", "utf-8")
    (package / "errors.py").unlink()
    done = generate(copy, "--check")
    assert done.returncode == 1
    assert "-changed = True" in done.stdout
    assert "committed/generated/keycloak_oidc_api/left_over.py" in done.stdout
    assert "fresh/generated/keycloak_oidc_api/errors.py" in done.stdout


def test_generating_again_repairs_it_whatever_the_hash_seed_and_the_folder(copy: Path) -> None:
    package = copy / "generated" / "keycloak_oidc_api"
    shutil.rmtree(package)
    (package / "models").mkdir(parents=True)
    (package / "models" / "left_over.py").write_text("old = True\n", "utf-8")
    assert generate(copy, PYTHONHASHSEED="1").returncode == 0
    for file in FILES:
        assert (package / file.relative_to(PACKAGE)).read_bytes() == file.read_bytes()
    assert not (package / "models" / "left_over.py").exists()
    assert generate(copy, "--check", PYTHONHASHSEED="2").returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("codegen.toml", 'ruff = "0.17.6"', 'ruff = "0.0.1"', "codegen.toml pins 0.0.1"),
        (
            "spec/keycloak-oidc.yaml",
            "{type: boolean}",
            "{type: boolean, default: false}",
            "a default would be sent",
        ),
        ("spec/keycloak-oidc.yaml", "{type: integer}", "{type: number}", "FloatProperty"),
    ],
)
def test_what_cannot_be_generated_rightly_is_refused(
    copy: Path, file: str, old: str, new: str, problem: str
) -> None:
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), "utf-8")
    done = generate(copy, "--check")
    assert done.returncode == 2
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_every_file_says_where_it_comes_from(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text.startswith(BANNER)
    compile(text, file, "exec")


def test_it_imports_attrs_and_the_standard_library_alone() -> None:
    imported = {
        name.partition(".")[0]
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {"attrs"}


def test_the_models_that_the_sdk_builds_on_are_there() -> None:
    assert set(models.__all__) >= MODELS
    for name in models.__all__:
        assert getattr(models, name).__name__ == name
    assert set(models.__all__) <= set(dir(models))
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = models.Nothing  # type: ignore[attr-defined]


def test_importing_one_model_loads_neither_the_others_nor_an_http_library() -> None:
    loaded = python(
        "import sys; from keycloak_oidc_api.models import TokenResponse;"
        "unwanted = ('httpx', 'ssl', 'keycloak_oidc_api.models.');"
        "print(*sorted(name for name in sys.modules if name.startswith(unwanted)))"
    )
    assert loaded == "keycloak_oidc_api.models.token_response"


def test_importing_an_operation_loads_no_http_library() -> None:
    loaded = python(
        "import sys; from keycloak_oidc_api.api.token import create_token;"
        "print(*sorted(n for n in sys.modules if n.startswith(('httpx', 'asyncio', 'ssl', 'socket'))))"
    )
    assert loaded == ""


def test_reading_a_token_answer_costs_about_as_much_as_parsing_its_json() -> None:
    cost = python(
        "import json, timeit\n"
        "from keycloak_oidc_api.models import TokenResponse\n"
        "body = {'access_token': 'x' * 1500, 'expires_in': 300, 'refresh_expires_in': 1800,"
        " 'refresh_token': 'x' * 700, 'token_type': 'Bearer', 'id_token': 'x' * 1200, 'not-before-policy': 0,"
        " 'session_state': 'x' * 24, 'scope': 'openid email profile'}\n"
        "text = json.dumps(body)\n"
        "def best(call): return min(timeit.repeat(call, number=2000, repeat=15))\n"
        "print(best(lambda: TokenResponse.from_dict(body)) / best(lambda: json.loads(text)))"
    )
    assert float(cost) < 1.5
