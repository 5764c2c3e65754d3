# SPDX-License-Identifier: Apache-2.0
"""One program's run: `python scenario.py NAME FOLDER`, a process of its own that `run.py` starts.

`scenarios/NAME.py` holds `REALM`, what `support.realms.realm` makes its realm of, and `run`, which uses the
program in FOLDER as its own users do. The server is the one at `KEYCLOAK_URL`.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path

from keycloak_sdk.testing import KeycloakServer

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.realms import LiveRealm, realm


def main(name: str, folder: Path) -> None:
    """Run a scenario to its end; whatever does not hold is raised."""
    sys.path.insert(0, str(folder))
    scenario = import_module(f"scenarios.{name}")
    content = realm(**scenario.REALM)
    secrets = {item["clientId"]: item["secret"] for item in content["clients"] if "secret" in item}
    with KeycloakServer(progress=None) as server, server.realm(content) as realm_name:
        scenario.run(LiveRealm(server, realm_name, secrets))
    _prove_it_ran_on_ours(folder)


def _prove_it_ran_on_ours(folder: Path) -> None:
    loaded = {module: vars(loaded_module).get("__file__") for module, loaded_module in sys.modules.items()}
    theirs = [module for module in loaded if module.split(".")[0] == "keycloak"]
    assert not theirs, f"python-keycloak was imported: {theirs}"
    assert importlib.util.find_spec("keycloak") is None, "python-keycloak is installed"
    assert "keycloak_sdk.keycloak_openid" in loaded
    of_program = [path for path in loaded.values() if path and Path(path).is_relative_to(folder)]
    assert of_program, f"nothing was imported from {folder}"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
