# SPDX-License-Identifier: Apache-2.0
"""What an import and a client object cost: counted, never timed."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from support.project import ROOT


def run(program: str) -> str:
    """Return what a program prints in an interpreter of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(program)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_importing_the_package_loads_nothing_else() -> None:
    loaded = run("""
        import sys
        before = set(sys.modules)
        import keycloak_sdk
        print(*sorted(set(sys.modules) - before - {"__future__"}))
    """)
    assert loaded.split() == ["keycloak_sdk"]


@pytest.mark.parametrize(
    "statement",
    [
        "from keycloak_sdk.exceptions import KeycloakGetError",
        "from keycloak_sdk import KeycloakPostError",
        "from keycloak_sdk import UMAPermission, build_permission_param",
        "from keycloak_sdk import generate_code_challenge",
        "import keycloak_sdk.urls_patterns",
    ],
)
def test_errors_permissions_and_pkce_load_no_http_no_event_loop_and_no_cryptography(statement: str) -> None:
    loaded = run(f"""
        import sys
        {statement}
        print(*sorted(sys.modules))
    """)
    assert not {"httpx", "jwcrypto", "cryptography", "asyncio", "attrs"}.intersection(loaded.split())


def test_a_client_loads_cryptography_with_the_first_token_it_verifies() -> None:
    loaded = run("""
        import sys
        import httpx
        from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection

        answer = httpx.Response(200, json={"access_token": "t", "expires_in": 60, "token_type": "Bearer"})
        transport = httpx.MockTransport(lambda request: answer)
        KeycloakOpenID("http://kc", "acme", "shop", transport=transport).token("alice", "pw")
        KeycloakOpenIDConnection("http://kc", "alice", "pw", transport=transport).raw_get("/")
        print("before:", *sorted({"jwcrypto", "cryptography"}.intersection(sys.modules)))

        from keycloak_sdk.exceptions import TokenMalformedError
        try:
            KeycloakOpenID("http://kc", "acme", "shop", transport=transport).decode_token("x", validate=False)
        except TokenMalformedError:
            print("after:", *sorted({"jwcrypto", "cryptography"}.intersection(sys.modules)))
    """)
    assert loaded.splitlines() == ["before:", "after: cryptography jwcrypto"]


def test_a_thousand_clients_make_no_tls_context_no_thread_and_no_socket_and_open_no_file() -> None:
    counted = run("""
        import gc
        import ssl
        import sys
        import threading
        from keycloak_sdk import ConnectionManager, KeycloakOpenID, KeycloakOpenIDConnection

        def make():
            return [
                ConnectionManager("https://kc"),
                KeycloakOpenID("https://kc", "acme", "shop", "secret", proxies={"https": "http://proxy:3128"}),
                KeycloakOpenIDConnection("https://kc", "alice", "pw").keycloak_openid,
            ]

        make()
        events = []
        sys.addaudithook(lambda event, _: events.append(event))
        clients = [make() for _ in range(334)]
        seen = sorted(set(events) - {"object.__getattr__", "object.__setattr__", "sys._getframe"})
        contexts = sum(isinstance(one, ssl.SSLContext) for one in gc.get_objects())
        print(seen, contexts, threading.active_count())
    """)
    assert counted.strip() == "[] 0 1"


def test_the_typed_models_load_one_by_one() -> None:
    loaded = run("""
        import sys
        from keycloak_oidc_api.models import TokenResponse
        print(sum(name.startswith("keycloak_oidc_api.models.") for name in sys.modules))
    """)
    assert int(loaded) < 10
