# SPDX-License-Identifier: Apache-2.0
"""`KeycloakServer` with a real Keycloak."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk.testing import (
    DEFAULT_VERSION,
    DEMO_AUTHORIZATION_CONFIG,
    DEMO_REALM,
    KeycloakServer,
    KeycloakServerError,
)
from support.realms import just_begun

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.live

UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket"


@pytest.fixture
def settings(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Settings of another server, on this machine even where the session's is elsewhere."""
    monkeypatch.delenv("KEYCLOAK_URL", raising=False)
    version = os.environ.get("KEYCLOAK_VERSION", DEFAULT_VERSION)
    return {"realms": pytestconfig.getini("keycloak_realms"), "version": version, "progress": None}


def token(server: str, realm: str, **form: str) -> httpx.Response:
    return httpx.post(f"{server}/realms/{realm}/protocol/openid-connect/token", data=form)


def key_ids(server: KeycloakServer) -> set[str]:
    keys = httpx.get(f"{server.url}/realms/acme/protocol/openid-connect/certs").json()["keys"]
    return {key["kid"] for key in keys}


def test_the_session_server_has_the_realms_of_the_ini_file(keycloak_server: KeycloakServer) -> None:
    for realm in ("acme", "acme-rotating", "acme-reuse1"):
        assert httpx.get(f"{keycloak_server.url}/realms/{realm}").json()["realm"] == realm


def test_the_admin_rest_api_is_at_hand(keycloak_server: KeycloakServer) -> None:
    with keycloak_server.realm({}) as realm:
        base = f"/admin/realms/{realm}"
        created = keycloak_server.admin(
            "POST", f"{base}/clients-initial-access", {"count": 1, "expiration": 60}
        )
        assert created.json()["token"]
        assert keycloak_server.admin("PUT", base, {"bruteForceProtected": True}).status_code == 204
        assert keycloak_server.admin("GET", base).json()["bruteForceProtected"] is True
        assert keycloak_server.admin("POST", f"{base}/logout-all").status_code == 200
    assert httpx.get(f"{keycloak_server.url}/realms/{realm}").status_code == 404


def test_a_realm_that_exists_or_makes_no_sense_is_refused_by_the_server(
    keycloak_server: KeycloakServer,
) -> None:
    with keycloak_server.realm({}) as realm:
        with pytest.raises(KeycloakServerError, match=f"{realm} cannot be created beside what is there"):
            keycloak_server.realm({"realm": realm}).__enter__()
        with pytest.raises(KeycloakServerError, match="The realm odd was refused with 400"):
            keycloak_server.realm({"realm": "odd", "enabled": "perhaps"}).__enter__()


def test_servers_run_side_by_side_with_the_same_keys_and_separate_lives(
    keycloak_server: KeycloakServer, settings: dict[str, Any]
) -> None:
    with KeycloakServer(**settings) as one, KeycloakServer(**settings) as other:
        assert key_ids(one) == key_ids(other)
        with one.realm({"realm": "mine"}):
            assert httpx.get(f"{other.url}/realms/mine").status_code == 404
        urls = {one.url, other.url, keycloak_server.url}
        assert len(urls) == 3
    assert all(not answers(url) for url in urls - {keycloak_server.url})


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/realms/master").is_success
    except httpx.TransportError:
        return False


def test_a_client_proves_itself_with_a_certificate(settings: dict[str, Any]) -> None:
    with KeycloakServer(**settings, https=True) as server:
        context = ssl.create_default_context(cafile=server.ca_file)
        context.load_cert_chain(*server.client_certificate("CN=mtls-client,O=Acme Test"))
        path = "/realms/acme/protocol/openid-connect/token"
        form = {"grant_type": "client_credentials", "client_id": "mtls-client"}
        with httpx.Client(base_url=server.https_url, verify=context) as client:
            answer = client.post(path, data=form)
            assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
        stranger = ssl.create_default_context(cafile=server.ca_file)
        stranger.load_cert_chain(*server.client_certificate("CN=somebody-else,O=Acme Test"))
        with httpx.Client(base_url=server.https_url, verify=stranger) as client:
            assert client.post(path, data=form).status_code == 401


def test_the_users_of_the_demo_realm_differ_in_what_they_may_do(keycloak_server: KeycloakServer) -> None:
    app = {"client_id": "demo-app", "client_secret": "demo-app-secret"}
    granted: dict[str, dict[str, set[str]]] = {}
    with keycloak_server.realm(DEMO_REALM, name="demo-for-one-test") as realm:
        server = keycloak_server.url
        for user in ("alice", "bob"):
            answer = token(server, realm, **app, grant_type="password", username=user, password=user).json()
            assert just_begun(answer["expires_in"], 60)
            introspection = httpx.post(
                f"{server}/realms/{realm}/protocol/openid-connect/token/introspect",
                data={**app, "token": answer["access_token"]},
            )
            assert introspection.json()["active"] is True
            permissions = httpx.post(
                f"{server}/realms/{realm}/protocol/openid-connect/token",
                data={"grant_type": UMA_TICKET, "audience": "demo-app", "response_mode": "permissions"},
                headers={"Authorization": f"Bearer {answer['access_token']}"},
            ).json()
            granted[user] = {permission["rsname"]: set(permission["scopes"]) for permission in permissions}
            assert token(
                server, realm, client_id="demo-cli", grant_type="password", username=user, password=user
            ).is_success
        assert token(
            server,
            realm,
            client_id="demo-worker",
            client_secret="demo-worker-secret",
            grant_type="client_credentials",
        ).is_success
        (client,) = keycloak_server.admin(
            "GET", f"/admin/realms/{realm}/clients", params={"clientId": "demo-app"}
        ).json()
        exported = keycloak_server.admin(
            "GET", f"/admin/realms/{realm}/clients/{client['id']}/authz/resource-server/settings"
        ).json()
    assert granted == {
        "alice": {"document": {"document:read", "document:edit"}, "report": {"report:read"}},
        "bob": {"document": {"document:read"}},
    }
    assert ordered(exported) == ordered(json.loads(DEMO_AUTHORIZATION_CONFIG.read_text()))


def ordered(value: Any) -> Any:
    """Sort every list, those inside of strings as well: their order is the server's whim."""
    if isinstance(value, dict):
        return {name: ordered(member) for name, member in value.items()}
    if isinstance(value, list):
        return sorted((ordered(item) for item in value), key=json.dumps)
    if isinstance(value, str) and value.startswith("["):
        return ordered(json.loads(value))
    return value


def test_a_running_server_is_used_and_left_as_it_was(
    keycloak_server: KeycloakServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYCLOAK_URL", keycloak_server.url)
    monkeypatch.setenv("KEYCLOAK_ADMIN_USERNAME", keycloak_server.admin_username)
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", keycloak_server.admin_password)
    said: list[str] = []
    with KeycloakServer(
        [{"realm": "acme"}, {"realm": "extra", "enabled": True}], progress=said.append
    ) as server:
        assert server.version == keycloak_server.version
        assert httpx.get(f"{server.url}/realms/extra").is_success
    assert httpx.get(f"{keycloak_server.url}/realms/extra").status_code == 404
    assert httpx.get(f"{keycloak_server.url}/realms/acme").is_success
    assert "the realm acme is there already" in said[1]


def test_the_server_of_a_killed_test_run_ends(settings: dict[str, Any]) -> None:
    program = textwrap.dedent(f"""
        import sys, time
        from keycloak_sdk.testing import KeycloakServer
        server = KeycloakServer(
            {[str(path) for path in settings["realms"]]}, version={settings["version"]!r}, progress=None
        ).start()
        print(server.url, flush=True)
        time.sleep(600)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        url = owner.stdout.readline().strip()
        assert answers(url)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert eventually(lambda: not answers(url))


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20.0
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"options": ["--nonsense"]}, "Unknown option: '--nonsense'"),
        ({"java_options": ["-XX:Nonsense"]}, "Unrecognized VM option 'Nonsense'"),
        ({"java_options": ["-Xms8m", "-Xmx16m"]}, "java.lang.OutOfMemoryError"),
    ],
)
def test_a_server_that_cannot_start_says_why(
    settings: dict[str, Any], wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(
        KeycloakServerError, match=r"^Keycloak ended while starting: .*, see /.*\.log$"
    ) as caught:
        KeycloakServer(**settings, **wrong).start()
    assert why in str(caught.value)
