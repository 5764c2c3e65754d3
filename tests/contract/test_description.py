# SPDX-License-Identifier: Apache-2.0
"""The description is a product: complete, cited, and true to what the server sent."""

from __future__ import annotations

import importlib
import importlib.resources
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
import traps
from generate import load
from openapi_spec_validator import validate

from keycloak_oidc_api.models import ErrorResponse
from keycloak_oidc_api.types import UnexpectedStatusError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "spec" / "keycloak-oidc.yaml"
DOCUMENT = load(SOURCE)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ANSWERS: dict[str, Any] = json.loads((Path(__file__).parent / "answers.json").read_text("utf-8"))

OPERATIONS = {
    *("get_realm", "get_openid_configuration", "get_oauth_authorization_server", "get_uma_configuration"),
    *("get_certs", "authorize", "authorize_post", "create_token", "introspect_token", "revoke_token"),
    *("get_userinfo", "post_userinfo", "logout", "logout_front_channel", "backchannel_logout"),
    *("create_device_authorization", "push_authorization_request"),
    *("create_backchannel_authentication", "complete_backchannel_authentication"),
    *("create_client", "get_client", "update_client", "delete_client", "get_client_installation"),
    *("register_client_metadata", "get_client_metadata", "update_client_metadata", "delete_client_metadata"),
    *("list_resources", "create_resource", "get_resource", "update_resource", "delete_resource"),
    *("create_permission_ticket", "list_permission_tickets", "count_permission_tickets"),
    *("grant_permission", "update_permission", "revoke_permission"),
    *("list_policies", "create_policy", "get_policy", "update_policy", "delete_policy", "get_entitlement"),
}
SPECIFICATION = re.compile(
    r"RFC \d{4}|OpenID Connect [A-Z]|CIBA Core 1\.0"
    r"|User-Managed Access 2\.0|Federated Authorization for UMA 2\.0"
)
PUBLIC = {
    *("get_realm", "get_openid_configuration", "get_oauth_authorization_server", "get_uma_configuration"),
    *("get_certs", "authorize", "authorize_post", "logout_front_channel", "backchannel_logout"),
}
EXTENSIONS = {"x-personal", "x-mapped"}
SECRETS = re.compile(
    r"(^|_)(secret|password|totp|ticket|rpt|code|assertion|verifier|auth_req_id|jwt)$|(token|Token)(_hint)?$"
)
NO_SECRETS = {"postal_code", "token_type_hint"}
BUGS_OF_THE_SERVER = {
    ("create_token", 500): "legacy token exchange without a subject fails",
    ("create_policy", 500): "a user or a client that does not exist fails",
}


class Operation(NamedTuple):
    name: str
    path: str
    method: str
    body: dict[str, Any]
    parameters: list[dict[str, Any]]

    def responses(self) -> dict[str, dict[str, Any]]:
        return {status: resolve(response) for status, response in self.body["responses"].items()}


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference refers to, with the description that stands beside the reference."""
    if "$ref" not in node:
        return node
    target: Any = DOCUMENT
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def operations() -> Iterator[Operation]:
    for path, item in DOCUMENT["paths"].items():
        for method in sorted(traps.METHODS.intersection(item)):
            body = item[method]
            parameters = [resolve(p) for p in [*item.get("parameters", []), *body.get("parameters", [])]]
            yield Operation(body["operationId"], path, method, body, parameters)


ALL = {operation.name: operation for operation in operations()}


def each_operation() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", ALL.values(), ids=ALL)


def members() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, schema in SCHEMAS.items():
        for member, value in schema.get("properties", {}).items():
            yield name, member, value


def test_it_is_valid() -> None:
    validate(DOCUMENT)


def test_it_has_no_construct_that_the_generator_gets_wrong() -> None:
    assert traps.find(DOCUMENT) == []


def test_it_describes_the_whole_surface() -> None:
    assert set(ALL) == OPERATIONS


@each_operation()
def test_every_operation_says_what_it_is_and_where_it_is_specified(operation: Operation) -> None:
    body = operation.body
    assert body["summary"]
    assert not body["summary"].endswith(".")
    assert SPECIFICATION.search(body["description"]) or "A Keycloak extension" in body["description"]
    assert body["externalDocs"]["url"].startswith("https://")
    assert len(body["tags"]) == 1


@each_operation()
def test_every_operation_says_how_it_is_authorized(operation: Operation) -> None:
    security = operation.body.get("security")
    assert (security is None) == (operation.name in PUBLIC)
    for alternative in security or []:
        for scheme in alternative:
            assert DOCUMENT["components"]["securitySchemes"][scheme]["description"]


@each_operation()
def test_every_parameter_and_response_is_explained(operation: Operation) -> None:
    assert [p["name"] for p in operation.parameters if not p.get("description")] == []
    assert [s for s, response in operation.responses().items() if not response.get("description")] == []
    assert next(p["name"] for p in operation.parameters if p["in"] == "path") == "realm"


@each_operation()
def test_every_operation_has_one_success_and_says_that_the_realm_may_be_missing(operation: Operation) -> None:
    statuses = operation.responses()
    assert any(status < "400" for status in statuses) == (operation.name != "get_entitlement")
    assert "404" in statuses
    assert "default" not in statuses


def test_every_schema_is_explained() -> None:
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []


def test_requests_and_tokens_explain_every_member() -> None:
    explained = {
        "TokenRequest",
        "TokenResponse",
        "TokenClaims",
        "UserInfo",
        "IntrospectionResponse",
        "UmaResource",
    }
    unexplained = [
        f"{schema}.{member}"
        for schema, member, value in members()
        if schema in explained and not value.get("description") and "$ref" not in value
    ]
    assert unexplained == []


def test_every_secret_is_marked() -> None:
    unmarked = [
        f"{schema}.{member}"
        for schema, member, value in members()
        if SECRETS.search(member) and member not in NO_SECRETS and value.get("format") != "password"
    ]
    assert unmarked == []


def test_only_documented_extensions_are_used() -> None:
    text = SOURCE.read_text("utf-8")
    assert set(re.findall(r"\bx-[a-z]+(?=: )", text)) == EXTENSIONS
    for extension in EXTENSIONS:
        assert f"`{extension}: true`" in DOCUMENT["info"]["description"]
        assert f"`{extension}`" in (ROOT / "spec" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ANSWERS)
def test_it_describes_what_the_server_sent(name: str) -> None:
    answer = ANSWERS[name]
    operation = ALL[answer["operation"]]
    status = str(answer["status"])
    if (operation.name, answer["status"]) in BUGS_OF_THE_SERVER:
        assert status not in operation.responses()
        return
    response = operation.responses()[status]
    content_type = answer["headers"].get("content-type", "").partition(";")[0]
    content = response.get("content", {})
    if answer["body"] == "":
        assert not content or operation.name == "create_resource"
    elif content:
        assert content_type in content
    for header in response.get("headers", {}):
        assert header.lower() in answer["headers"]


@pytest.mark.parametrize("name", ANSWERS)
def test_its_parsers_read_what_the_server_sent(name: str) -> None:
    answer = ANSWERS[name]
    operation = ALL[answer["operation"]]
    module = importlib.import_module(f"keycloak_oidc_api.api.{operation.body['tags'][0]}.{operation.name}")
    body = answer["body"]
    content = body if isinstance(body, str) else json.dumps(body)
    response = httpx.Response(answer["status"], headers=answer["headers"], content=content)
    if answer["status"] >= 400:
        with pytest.raises(UnexpectedStatusError):
            module.parse_response(response)
        if isinstance(body, dict):
            assert ErrorResponse.from_dict(body).error == body["error"]
    elif "content" in operation.responses()[str(answer["status"])]:
        assert module.parse_response(response) == body
    else:
        assert module.parse_response(response) is None


def test_the_installed_package_has_it() -> None:
    shipped = importlib.resources.files("keycloak_oidc_api") / "keycloak-oidc.yaml"
    assert shipped.read_bytes() == SOURCE.read_bytes()


def test_the_wheel_has_it(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert archive.read("keycloak_oidc_api/keycloak-oidc.yaml") == SOURCE.read_bytes()
    assert "keycloak_oidc_api/py.typed" in names
    assert "keycloak_sdk/__init__.py" in names
    assert not [name for name in names if name.startswith(("spec/", "tests/", "generated/"))]
