# SPDX-License-Identifier: Apache-2.0
"""The server answers as the description says.

Two runs: one sensible request for every operation that can succeed, made and read by the generated code, and
a bounded, seeded number of requests that schemathesis makes of the description, good ones and bad ones.
Every answer is validated with the description.
"""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from keycloak_oidc_api.models import (
    AuthenticationChannelResult,
    AuthorizationRequest,
    BackchannelAuthenticationRequest,
    ClientMetadata,
    ClientRepresentation,
    DeviceAuthorizationRequest,
    IntrospectionRequest,
    LogoutRequest,
    PermissionRequest,
    PermissionTicket,
    PushedAuthorizationRequest,
    RevocationRequest,
    TokenRequest,
    UmaPolicy,
    UmaResourceRequest,
    UserInfoRequest,
)
from support.ciba import authentication_device
from support.realms import REDIRECT_URI, LiveRealm, client, resource_server, user

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.live

DESCRIPTION = schemathesis.openapi.from_path(Path(__file__).parents[2] / "spec" / "keycloak-oidc.yaml")
EXAMPLES = 20
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
]


class Deviation(NamedTuple):
    """An answer that the description leaves out on purpose."""

    operation: str
    status: int
    when: Callable[[Any], bool]
    """Of the request's body."""
    reason: str


def _is_no_object(body: Any) -> bool:
    return not isinstance(body, dict)


def _has(*members: str) -> Callable[[Any], bool]:
    return lambda body: isinstance(body, dict) and any(member in body for member in members)


def _lacks(member: str) -> Callable[[Any], bool]:
    return lambda body: isinstance(body, dict) and not body.get(member)


DEVIATIONS = [
    *(
        Deviation(operation, 500, _is_no_object, "Keycloak fails on a JSON body that is null or missing")
        for operation in (
            *("create_client", "update_client", "register_client_metadata", "update_client_metadata"),
            *("create_resource", "update_resource", "create_policy", "update_policy"),
        )
    ),
    Deviation(
        "create_client",
        500,
        _has("authenticationFlowBindingOverrides"),
        "Keycloak fails on an authentication flow that does not exist",
    ),
    Deviation("create_client", 500, _has("registeredNodes"), "Keycloak fails on a node without a time"),
    Deviation(
        "register_client_metadata", 500, _has("subject_type"), "Keycloak fails on an unknown subject type"
    ),
    Deviation("update_client_metadata", 500, _has("scope"), "Keycloak fails on scopes of an unknown client"),
    Deviation("update_resource", 500, _lacks("name"), "Keycloak fails on a resource without a name"),
    Deviation(
        "create_policy",
        500,
        _has("clients", "users", "condition"),
        "Keycloak fails on a client, a user or a script that does not exist",
    ),
    Deviation(
        "logout",
        200,
        _lacks("refresh_token"),
        "without a refresh token this is the page of RP-initiated logout, which is described for GET",
    ),
]


@pytest.fixture(scope="module")
def realm(make_realm: Callable[..., LiveRealm]) -> LiveRealm:
    """A realm with all that the operations need, and nothing that anybody else needs."""
    flows = {
        "oauth2.device.authorization.grant.enabled": "true",
        "oidc.ciba.grant.enabled": "true",
        "post.logout.redirect.uris": REDIRECT_URI,
    }
    made = make_realm(
        clients=[
            client("app", audience=["app"], attributes=flows),
            resource_server("api", resources={"photo": ["view"]}, policies=[]),
        ],
        users=[user("ann"), user("admin", client_roles={"realm-management": ["manage-clients"]})],
    )
    if not made.is_since(26, 7):
        pytest.skip(f"the description is of Keycloak 26.7, this is {made.server.version}")
    return made


@pytest.fixture(scope="module")
def tokens(realm: LiveRealm) -> dict[str, dict[str, Any]]:
    """Token answers of a user, of an administrator of clients and of a resource server."""

    def token(client_id: str, **form: str) -> dict[str, Any]:
        form |= {"client_id": client_id, "client_secret": realm.secrets[client_id]}
        answer = httpx.post(f"{realm.url}/protocol/openid-connect/token", data=form).raise_for_status()
        return dict(answer.json())

    return {
        "ann": token("app", grant_type="password", username="ann", password="ann", scope="openid"),
        "admin": token("app", grant_type="password", username="admin", password="admin"),
        "api": token("api", grant_type="client_credentials"),
    }


@pytest.fixture(scope="module")
def headers(realm: LiveRealm, tokens: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Header fields that satisfy each security scheme."""
    basic = httpx.BasicAuth("app", realm.secrets["app"])
    request = next(basic.auth_flow(httpx.Request("POST", realm.url)))
    bearer = {name: {"Authorization": f"Bearer {token['access_token']}"} for name, token in tokens.items()}
    return {
        "client_basic": {"Authorization": request.headers["Authorization"]},
        "access_token": bearer["ann"],
        "initial_access_token": bearer["admin"],
        "registration_access_token": bearer["admin"],
        "protection_api_token": bearer["api"],
        "authentication_channel_token": bearer["admin"],
    }


@DESCRIPTION.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_any_request_is_answered_as_described(
    case: schemathesis.Case[Any], realm: LiveRealm, headers: dict[str, dict[str, str]]
) -> None:
    operation = case.operation.definition.raw
    schemes = itertools.chain.from_iterable(operation.get("security", []))
    authorization = next((headers[scheme] for scheme in schemes if scheme in headers), {})
    case.path_parameters["realm"] = realm.name
    response = case.call(base_url=realm.server.url, headers=authorization, allow_redirects=False)
    answered = (operation["operationId"], response.status_code)
    if not any((known.operation, known.status) == answered and known.when(case.body) for known in DEVIATIONS):
        case.validate_response(response, checks=CHECKS)


class Conversation:
    """Sends operations of the generated code to a realm; every answer is as described, and a success."""

    def __init__(self, realm: LiveRealm, headers: dict[str, dict[str, str]]) -> None:
        self.realm = realm
        self.headers = headers

    def __call__(self, name: str, /, *arguments: str, by: str | None = None, **members: Any) -> Any:
        """Send an operation, authorized as the security scheme `by` wants it, and return what it answers."""
        operation = DESCRIPTION.find_operation_by_id(name)
        described = operation.definition.raw
        module = importlib.import_module(f"keycloak_oidc_api.api.{described['tags'][0]}.{name}")
        request = module.build_request(self.realm.name, *arguments, **members)
        authorization = self.headers.get(by, {"Authorization": f"Bearer {by}"}) if by else {}
        sent = {**request, "headers": {**request.get("headers", {}), **authorization}}
        with httpx.Client(base_url=self.realm.server.url, timeout=30) as client:
            response = client.request(**sent)
        assert str(response.status_code) in described["responses"], response.text
        operation.validate_response(response)
        return module.parse_response(response)


@pytest.fixture
def conversation(realm: LiveRealm, headers: dict[str, dict[str, str]]) -> Conversation:
    return Conversation(realm, headers)


def test_the_public_documents_are_as_described(conversation: Conversation) -> None:
    assert conversation("get_realm").realm == conversation.realm.name
    metadata = conversation("get_openid_configuration")
    assert metadata.issuer == conversation.realm.url
    assert conversation("get_oauth_authorization_server") == metadata
    assert conversation("get_uma_configuration").token_endpoint == metadata.token_endpoint
    assert {key.kty for key in conversation("get_certs").keys_} == {"RSA"}


def test_the_life_of_a_token_is_as_described(conversation: Conversation) -> None:
    ask = AuthorizationRequest(
        client_id="app", response_type="code", redirect_uri=REDIRECT_URI, scope="openid"
    )
    assert "<html" in conversation("authorize", **ask)
    assert "<html" in conversation("authorize_post", body=ask)
    assert conversation("authorize", **ask, prompt="none") is None
    pushed = PushedAuthorizationRequest.from_dict(ask)
    assert conversation("push_authorization_request", by="client_basic", body=pushed).expires_in > 0
    device = DeviceAuthorizationRequest(scope="openid")
    assert conversation("create_device_authorization", by="client_basic", body=device).interval is not None

    login = TokenRequest(grant_type="password", username="ann", password="ann", scope="openid")
    token = conversation("create_token", by="client_basic", body=login)
    state = conversation(
        "introspect_token", by="client_basic", body=IntrospectionRequest(token=token.access_token)
    )
    assert (state.active, state.username, state.aud) == (True, "ann", ["app", "account"])
    info = conversation("get_userinfo", by=token.access_token)
    assert info.email == "ann@example.org"
    assert conversation("post_userinfo", by=token.access_token) == info
    assert conversation("post_userinfo", body=UserInfoRequest(access_token=token.access_token)) == info
    revocation = RevocationRequest(token=token.access_token)
    assert conversation("revoke_token", by="client_basic", body=revocation) is None
    assert conversation("revoke_token", by="client_basic", body=revocation) is None
    leave = {"id_token_hint": token.id_token, "post_logout_redirect_uri": REDIRECT_URI, "state": "s"}
    assert conversation("logout_front_channel", **leave) is None
    assert "<html" in conversation("logout_front_channel")
    end = LogoutRequest(refresh_token=token.refresh_token)
    assert conversation("logout", by="client_basic", body=end) is None


def test_a_login_on_another_device_is_as_described(conversation: Conversation) -> None:
    with authentication_device() as questions:
        request = BackchannelAuthenticationRequest(scope="openid", login_hint="ann", binding_message="W4SCT")
        started = conversation("create_backchannel_authentication", by="client_basic", body=request)
        token = questions.get(timeout=30).bearer.removeprefix("Bearer ")
    answer = AuthenticationChannelResult(status="SUCCEED")
    assert conversation("complete_backchannel_authentication", by=token, body=answer) is None
    grant = TokenRequest(grant_type="urn:openid:params:grant-type:ciba", auth_req_id=started.auth_req_id)
    assert conversation("create_token", by="client_basic", body=grant).id_token


def test_client_registration_is_as_described(conversation: Conversation) -> None:
    new = ClientRepresentation(client_id="new", redirect_uris=[REDIRECT_URI])
    made = conversation("create_client", by="initial_access_token", body=new)
    assert conversation("get_client", "new", by=made.registration_access_token).secret == made.secret
    made["description"] = "changed"
    changed = conversation("update_client", "new", by=made.registration_access_token, body=made)
    assert changed.description == "changed"
    token = changed.registration_access_token
    assert conversation("get_client_installation", "new", by=token).resource == "new"
    assert conversation("delete_client", "new", by=token) is None

    metadata = ClientMetadata(client_name="new", redirect_uris=[REDIRECT_URI])
    known = conversation("register_client_metadata", by="initial_access_token", body=metadata)
    seen = conversation("get_client_metadata", known.client_id, by=known.registration_access_token)
    assert seen.client_secret == known.client_secret
    metadata["client_id"] = known.client_id
    known = conversation(
        "update_client_metadata", known.client_id, by=known.registration_access_token, body=metadata
    )
    gone = conversation("delete_client_metadata", known.client_id, by=known.registration_access_token)
    assert gone is None


def test_the_protection_api_is_as_described(conversation: Conversation) -> None:
    def api(name: str, /, *arguments: str, **members: Any) -> Any:
        return conversation(name, *arguments, by="protection_api_token", **members)

    resource = UmaResourceRequest(name="album", owner_managed_access=True, resource_scopes=["view", "print"])
    identifier = api("create_resource", body=resource).id
    assert identifier in api("list_resources")
    assert api("list_resources", name="album", exact_name=True, deep=True)[0].id == identifier
    resource["uris"] = ["/albums/*"]
    assert api("update_resource", identifier, body=resource) is None
    assert api("get_resource", identifier).uris == ["/albums/*"]
    wanted = [PermissionRequest(resource_id=identifier, resource_scopes=["view"])]
    assert api("create_permission_ticket", body=wanted).ticket

    ann = conversation.realm.id_of_user("ann")
    ticket = PermissionTicket(resource=identifier, requester=ann, scope_name="view", granted=False)
    asked = api("grant_permission", body=ticket)
    asked["granted"] = True
    assert api("update_permission", body=asked) is None
    assert api("list_permission_tickets", return_names=True, granted=True)[0].requester_name == "ann"
    assert api("count_permission_tickets") == 1
    grant = TokenRequest(
        grant_type="urn:ietf:params:oauth:grant-type:uma-ticket", audience=["api"], permission=[identifier]
    )
    for mode in (None, "decision", "permissions"):
        body = TokenRequest.from_dict({**grant, "response_mode": mode})
        assert conversation("create_token", by="access_token", body=body)
    assert api("revoke_permission", asked.id) is None

    policy = api("create_policy", identifier, body=UmaPolicy(name="ours", users=["ann"]))
    policy["description"] = "changed"
    assert api("update_policy", policy.id, body=policy) is None
    assert api("get_policy", policy.id).description == "changed"
    assert [found.id for found in api("list_policies", resource=identifier)] == [policy.id]
    assert api("list_policies", resource="nothing") is None
    assert api("delete_policy", policy.id) is None
    assert api("delete_resource", identifier) is None
