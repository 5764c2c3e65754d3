# SPDX-License-Identifier: Apache-2.0
"""What an import and a client object cost: `import keycloak_sdk` over a bare interpreter, 1,000 clients.

    python benchmarks/imports.py

Each figure is the least of several fresh processes, run in turn; the machine's other work only adds to it.
"""

from __future__ import annotations

import subprocess
import sys

ROUNDS = 15
_IMPORT = """
import time
begun = time.perf_counter()
import keycloak_sdk
print(time.perf_counter() - begun)
"""
_CLIENTS = """
import time
from keycloak_sdk import KeycloakOpenID
begun = time.perf_counter()
clients = [KeycloakOpenID("https://sso.example.org", "shop", "web") for _ in range(1000)]
print(time.perf_counter() - begun)
"""


def seconds(code: str) -> float:
    """Return the seconds that the code, in a fresh interpreter, says it took."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Measure and print."""
    rounds = [(seconds(_IMPORT), seconds(_CLIENTS)) for _ in range(ROUNDS)]
    imports, clients = zip(*rounds, strict=True)
    print(f"import keycloak_sdk   {min(imports) * 1000:6.1f} ms")
    print(f"1,000 client objects  {min(clients) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
