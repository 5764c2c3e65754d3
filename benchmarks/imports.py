# SPDX-License-Identifier: Apache-2.0
"""What an import and a client object cost: `import keycloak_sdk` over a bare interpreter, 1,000 clients.

    python benchmarks/imports.py

Each figure is the least of several fresh processes, run in turn; the machine's other work only adds to it.
"""

from __future__ import annotations

import subprocess
import sys
import time

ROUNDS = 15
_CLIENTS = """
import time
from keycloak_sdk import KeycloakOpenID
begun = time.perf_counter()
clients = [KeycloakOpenID("https://sso.example.org", "shop", "web") for _ in range(1000)]
print(time.perf_counter() - begun)
"""


def run(code: str) -> tuple[float, str]:
    """Return the seconds that a fresh interpreter takes for the code, and what it prints."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, done.stdout


def main() -> None:
    """Measure and print."""
    bare, imported, clients = [], [], []
    for _ in range(ROUNDS):
        bare.append(run("pass")[0])
        imported.append(run("import keycloak_sdk")[0])
        clients.append(float(run(_CLIENTS)[1]))
    print(f"import keycloak_sdk   {(min(imported) - min(bare)) * 1000:6.1f} ms over a bare interpreter")
    print(f"1,000 client objects  {min(clients) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
