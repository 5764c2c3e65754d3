# SPDX-License-Identifier: Apache-2.0
"""What a typed program relies on, for mypy --strict and pyright strict alike. Checked, never run.

`test_typing.py` sees to it that no public method or property is forgotten.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, assert_type

import httpx

from keycloak_oidc_api.models import (
    ClientRepresentation,
    DeviceAuthorizationResponse,
    IntrospectionResponse,
    JsonWebKey,
    JsonWebKeySet,
    OpenIDConfiguration,
    PermissionTicket,
    PermissionTicketResponse,
    TokenClaims,
    TokenResponse,
    UmaPermission,
    UmaPolicy,
    UmaResource,
    UmaResourceRequest,
    UserInfo,
)
from keycloak_sdk import (
    Authorization,
    AuthStatus,
    BearerAuth,
    Clock,
    ConnectionManager,
    Decision,
    DecisionCache,
    DPoPProof,
    EncryptedTokenStore,
    Evaluation,
    EvaluationContext,
    FileTokenStore,
    HeldKey,
    HeldKeys,
    KeycloakAuthenticationError,
    KeycloakError,
    KeycloakInvalidCredentialsError,
    KeycloakOpenID,
    KeycloakOpenIDConnection,
    KeycloakPostError,
    KeycloakTimeoutError,
    KeySetCache,
    LocalReplayMemory,
    MemoryTokenStore,
    Permission,
    Policy,
    RedisTokenStore,
    Renewal,
    RenewalLedger,
    ReplayMemory,
    Resource,
    ResourceServer,
    Role,
    Scope,
    SignedKeySetCache,
    StoredToken,
    TokenStore,
    TokenStoreError,
    TrustedRealms,
    UmaAuth,
    UmaChallenge,
    UMAPermission,
    Verdict,
    build_permission_param,
    generate_code_challenge,
    generate_code_verifier,
    parse_uma_challenge,
)
from keycloak_sdk.authorization.evaluation import Finding, PolicyVote
from keycloak_sdk.enforcer import Enforcer, EnforcerMiddleware, Outcome, Route
from keycloak_sdk.exceptions import (
    TokenAuthTimeError,
    TokenClaimFormatError,
    TokenExpiredError,
    TokenScopeError,
    TokenVerificationError,
    raise_error_from_response,
)
from keycloak_sdk.telemetry import OpenTelemetry
from keycloak_sdk.uma import Uma

if TYPE_CHECKING:
    from pathlib import Path

    import redis
    from jwcrypto.jwk import JWK

    from keycloak_sdk.enforcer.asgi import Application


def a_token_is_a_dict_and_a_model(token: TokenResponse) -> None:
    assert_type(token.access_token, str)
    assert_type(token.refresh_token, str | None)
    assert_type(token.expires_in, int | None)
    assert_type(token["access_token"], Any)
    assert_type(json.dumps(token), str)
    assert_type({**token}, dict[str, Any])
    session: dict[str, Any] = {"token": token}
    plain: dict[str, Any] = token
    mapping: Mapping[str, Any] = token
    session.update(plain, **mapping)
    token["seen"] = True


def a_resource_server(openid: KeycloakOpenID, uma: Uma) -> None:
    assert_type(openid.uma, Uma)
    resource = UmaResourceRequest(name="album", resource_scopes=["view"], owner_managed_access=True)
    assert_type(uma.create_resource(resource), UmaResource)
    assert_type(uma.create_resource({"name": "album"}, token="t").id, str | None)
    assert_type(uma.get_resource("1"), UmaResource)
    uma.update_resource("1", resource)
    uma.delete_resource("1")
    assert_type(uma.list_resource_ids(uri="/a", matching_uri=True), list[str])
    assert_type(uma.list_resources(name="a", exact_name=True, first=0, max_=9), list[UmaResource])
    assert_type(list(uma.resources(owner="alice", page_size=50)), list[UmaResource])
    assert_type(uma.create_permission_ticket({"a": ["x"]}, claims={"c": ["v"]}), PermissionTicketResponse)
    assert_type(uma.list_permission_tickets(granted=False), list[PermissionTicket])
    assert_type(list(uma.permission_tickets(requester="bob")), list[PermissionTicket])
    assert_type(uma.count_permission_tickets(owner="alice"), int)
    assert_type(uma.grant_permission("1", "view", requester_name="bob"), PermissionTicket)
    uma.update_permission("9", granted=False)
    uma.revoke_permission("9")
    assert_type(uma.create_policy("1", UmaPolicy(name="p", users=["bob"])), UmaPolicy)
    assert_type(uma.get_policy("p1", token="t").users, list[str] | None)
    uma.update_policy("p1", {"name": "p", "users": ["bob"]}, token="t")
    uma.delete_policy("p1")
    assert_type(uma.list_policies(resource="1"), list[UmaPolicy])
    assert_type(list(uma.policies()), list[UmaPolicy])
    assert_type(uma.auth("t", origins=["https://api"], audience="photos", submit_request=False), UmaAuth)
    challenge = uma.challenge("a#x")
    assert_type(challenge, UmaChallenge)
    assert_type(challenge.header, str)
    assert_type(parse_uma_challenge([challenge.header]), UmaChallenge | None)
    assert_type(uma.rpt("t", "a#x", ticket="t", submit_request=False), TokenResponse)
    assert_type(uma.permissions("t", claims={"c": ["v"]}), list[UmaPermission])
    assert_type(uma.decide(None, ["a#x", "b"], subject_token="t", audience="other"), Decision)


async def a_resource_server_in_an_event_loop(uma: Uma) -> None:
    resource = UmaResourceRequest(name="album")
    assert_type(await uma.a_create_resource(resource), UmaResource)
    assert_type(await uma.a_get_resource("1"), UmaResource)
    await uma.a_update_resource("1", resource)
    await uma.a_delete_resource("1")
    assert_type(await uma.a_list_resource_ids(), list[str])
    assert_type(await uma.a_list_resources(), list[UmaResource])
    assert_type([one async for one in uma.a_resources()], list[UmaResource])
    assert_type(await uma.a_create_permission_ticket("a#x"), PermissionTicketResponse)
    assert_type(await uma.a_list_permission_tickets(), list[PermissionTicket])
    assert_type([one async for one in uma.a_permission_tickets()], list[PermissionTicket])
    assert_type(await uma.a_count_permission_tickets(), int)
    assert_type(await uma.a_grant_permission("1", "view", requester="u1"), PermissionTicket)
    await uma.a_update_permission("9", granted=True)
    await uma.a_revoke_permission("9")
    assert_type(await uma.a_create_policy("1", {"name": "p", "users": ["bob"]}), UmaPolicy)
    assert_type(await uma.a_get_policy("p1"), UmaPolicy)
    await uma.a_update_policy("p1", {"name": "p", "users": ["bob"]})
    await uma.a_delete_policy("p1")
    assert_type(await uma.a_list_policies(), list[UmaPolicy])
    assert_type([one async for one in uma.a_policies()], list[UmaPolicy])
    assert_type(await uma.a_challenge("a"), UmaChallenge)
    assert_type(await uma.a_rpt("t"), TokenResponse)
    assert_type(await uma.a_permissions("t", "a"), list[UmaPermission])
    assert_type(await uma.a_decide("t", {"a": None}), Decision)


def a_decision_cache(cache: DecisionCache, uma: Uma) -> None:
    assert_type(DecisionCache(ttl=30, denial_ttl=0.5, max_entries=10), DecisionCache)
    assert_type(uma.decide("t", "a#x", cache=cache), Decision)
    assert_type(len(cache), int)
    cache.clear()
    cache.clear("t")


def an_enforcer_is_made(openid: KeycloakOpenID) -> Enforcer:
    routes = [Route("/a/{x}", "a#x", methods=["GET"]), Route("/b", access="public")]
    return Enforcer(
        openid, routes, mode="offline_first", resource_methods={"GET": "view"}, decision_cache=DecisionCache()
    )


async def an_enforcer(enforcer: Enforcer, app: Application) -> None:
    outcome = enforcer.enforce("GET", "/a/1", "t", raw_path=b"/a/1")
    assert_type(outcome, Outcome)
    assert_type(outcome.status, int)
    assert_type(outcome.claims, TokenClaims | None)
    assert_type(outcome.challenge, str | None)
    assert_type(outcome.missing_permissions, frozenset[str])
    assert_type(await enforcer.a_enforce("GET", "/a/1", None), Outcome)
    enforcer.refresh()
    await enforcer.a_refresh()
    assert_type(enforcer.authorization, Authorization)
    assert_type(enforcer.clock, Clock)
    protected: Application = EnforcerMiddleware(app, enforcer)
    _ = EnforcerMiddleware(protected, enforcer)


def a_decision(decision: Decision) -> None:
    assert_type(decision.is_authorized, bool)
    assert_type(decision.granted, list[UmaPermission])
    assert_type(
        decision.reasons,
        dict[
            str,
            Literal["denied", "request_submitted", "invalid_resource", "invalid_scope", "not_logged_in"],
        ],
    )


def several_realms(openid: KeycloakOpenID) -> None:
    realms = TrustedRealms([openid])
    assert_type(realms.client_of("t"), KeycloakOpenID)
    assert_type(realms.clients, Mapping[str, KeycloakOpenID])
    assert_type(realms.decode_token("t"), TokenClaims)
    assert_type(realms.decode_access_token("t", scopes="s"), TokenClaims)
    assert_type(realms.decode_id_token("t", nonce="n"), TokenClaims)
    assert_type(realms.decode_logout_token("t"), TokenClaims)


def refused_tokens(error: TokenVerificationError, scope: TokenScopeError, late: TokenAuthTimeError) -> None:
    assert_type(error.reason, str)
    assert_type(error.http_status, int)
    assert_type(error.challenge, str)
    assert_type(error.expected, str)
    assert_type(scope.required, tuple[str, ...])
    assert_type(scope.missing, tuple[str, ...])
    assert_type(late.max_age, float)


def a_client(openid: KeycloakOpenID, path: Path) -> None:
    assert_type(openid.well_known(), OpenIDConfiguration)
    assert_type(openid.well_known().issuer, str)
    assert_type(openid.auth_url("https://shop/cb", "openid", "s", nonce="n", code_challenge=None), str)
    assert_type(openid.token("alice", "pw"), TokenResponse)
    assert_type(openid.token(grant_type="client_credentials"), TokenResponse)
    assert_type(openid.token(grant_type=["authorization_code"], code="c", code_verifier="v"), TokenResponse)
    assert_type(openid.token(grant_type="urn:x", device_code="d"), TokenResponse)
    assert_type(openid.refresh_token("r"), TokenResponse)
    assert_type(openid.exchange_token("t", audience="shop"), TokenResponse)
    assert_type(openid.userinfo("t"), UserInfo | bytes)
    assert_type(openid.logout("r"), dict[str, Any])
    assert_type(openid.certs(), JsonWebKeySet)
    assert_type(openid.certs().keys_[0], JsonWebKey)
    assert_type(openid.public_key(), str)
    assert_type(openid.entitlement("t", "shop"), dict[str, Any])
    assert_type(openid.introspect("t", rpt=None, token_type_hint="refresh_token"), IntrospectionResponse)
    assert_type(openid.introspect("t").active, bool)
    assert_type(openid.decode_token("t", leeway=10, audience="shop"), TokenClaims)
    assert_type(openid.decode_token("t").sub, str | None)
    assert_type(openid.verified_userinfo("t", sub="s", decryption_key={"kty": "RSA"}), UserInfo)
    assert_type(openid.decode_access_token("t", audience=["a"], scopes="s", realm_roles={"r"}), TokenClaims)
    assert_type(
        openid.decode_access_token("t", client_roles={"c": ["r"]}, clients=("web",), acr="2", max_age=60),
        TokenClaims,
    )
    proof = DPoPProof(jwt="p", method="GET", url="https://api/x", nonces=["n"], lifetime=30)
    memory: ReplayMemory = LocalReplayMemory(1_000)
    assert_type(
        openid.decode_access_token("t", proof=proof, certificate=b"der", replay_memory=memory), TokenClaims
    )
    assert_type(
        openid.decode_id_token(
            "t", nonce="n", access_token="a", code="c", state="s", trusted_audiences=["x"]
        ),
        TokenClaims,
    )
    assert_type(
        openid.decode_id_token("t", decryption_key="pem", trusted_audiences=["x"], acr=["2"], max_age=0),
        TokenClaims,
    )
    assert_type(openid.decode_logout_token("t", max_age=60, replay_memory=memory).sid, str | None)
    assert_type(openid.load_authorization_config("authz.json"), None)
    assert_type(openid.load_authorization_config(path), None)
    assert_type(openid.get_policies("t"), list[Policy] | None)
    assert_type(openid.get_permissions("t", "decode"), list[Permission] | None)
    assert_type(openid.uma_permissions("t", "docs#read"), list[UmaPermission])
    assert_type(openid.uma_permissions("t", ["docs", Resource("docs")(Scope("read"))]), list[UmaPermission])
    assert_type(
        openid.uma_permissions("t", {"docs": ("read", "write")}, claim_token="c"), list[UmaPermission]
    )
    assert_type(openid.has_uma_access("t", UMAPermission(resource="docs")), AuthStatus)
    assert_type(openid.register_client("t", {"clientId": "shop"}), ClientRepresentation)
    assert_type(openid.update_client("t", "shop", {}), ClientRepresentation)
    assert_type(openid.device(scope="openid"), DeviceAuthorizationResponse)
    assert_type(openid.device().interval, int | None)


async def its_twins(openid: KeycloakOpenID, path: Path) -> None:
    assert_type(await openid.a_well_known(), OpenIDConfiguration)
    assert_type(await openid.a_auth_url("https://shop/cb", code_challenge_method="S256"), str)
    assert_type(await openid.a_token("alice", "pw", totp=123456), TokenResponse)
    assert_type(await openid.a_refresh_token("r", "refresh_token"), TokenResponse)
    assert_type(await openid.a_exchange_token("t", requested_issuer="github"), TokenResponse)
    assert_type(await openid.a_userinfo("t"), UserInfo | bytes)
    assert_type(await openid.a_logout("r"), dict[str, Any])
    assert_type(await openid.a_certs(), JsonWebKeySet)
    assert_type(await openid.a_public_key(), str)
    assert_type(await openid.a_entitlement("t", "shop"), dict[str, Any])
    assert_type(await openid.a_introspect("t"), IntrospectionResponse)
    assert_type(await openid.a_decode_token("t", validate=False), TokenClaims)
    assert_type(await openid.a_decode_access_token("t", scopes=["s"]), TokenClaims)
    assert_type(await openid.a_decode_id_token("t", nonce="n"), TokenClaims)
    assert_type(await openid.a_decode_logout_token("t"), TokenClaims)
    assert_type(await openid.a_verified_userinfo("t", sub="s"), UserInfo)
    assert_type(await TrustedRealms([openid]).a_decode_access_token("t"), TokenClaims)
    assert_type(await openid.a_load_authorization_config(path), None)
    assert_type(await openid.a_get_policies("t"), list[Policy] | None)
    assert_type(await openid.a_get_permissions("t"), list[Permission] | None)
    assert_type(await openid.a_uma_permissions("t"), list[UmaPermission])
    assert_type(await openid.a_has_uma_access("t", ""), AuthStatus)
    assert_type(await openid.a_register_client("t", {}), ClientRepresentation)
    assert_type(await openid.a_update_client("t", "shop", {}), ClientRepresentation)
    assert_type(await openid.a_device(), DeviceAuthorizationResponse)


async def its_properties_and_its_end(openid: KeycloakOpenID) -> None:
    assert_type(openid.realm_name, str)
    assert_type(openid.client_id, str)
    assert_type(openid.client_secret_key, str | None)
    assert_type(openid.issuer, str | None)
    assert_type(openid.connection, ConnectionManager)
    assert_type(openid.authorization, Authorization)
    openid.client_secret_key = None
    openid.authorization = Authorization()
    with openid as entered:
        assert_type(entered, KeycloakOpenID)
    async with openid as awaited:
        assert_type(awaited, KeycloakOpenID)
    assert_type(openid.close(), None)
    assert_type(await openid.aclose(), None)


def a_connection(connection: ConnectionManager) -> None:
    assert_type(connection.raw_get("/admin/realms", max=3, q=None), httpx.Response)
    assert_type(connection.raw_post("/x", data={"a": "b"}), httpx.Response)
    assert_type(connection.raw_put("/x", b"raw"), httpx.Response)
    assert_type(connection.raw_delete("/x"), httpx.Response)
    assert_type(connection.base_url, str)
    assert_type(connection.timeout, float | None)
    assert_type(connection.verify, bool | str | ssl.SSLContext)
    assert_type(connection.cert, str | tuple[str, str] | None)
    assert_type(connection.proxies, Mapping[str, str] | None)
    assert_type(connection.max_retries, int)
    assert_type(connection.pool_maxsize, int | None)
    assert_type(connection.trusted_origins, Collection[str])
    assert_type(connection.headers, dict[str, str])
    connection.headers = None
    connection.timeout = 2.5
    assert_type(connection.param_headers("X-Tenant"), str | None)
    assert_type(connection.exist_param_headers("X-Tenant"), bool)
    assert_type(connection.add_param_headers("X-Tenant", "acme"), None)
    assert_type(connection.del_param_headers("X-Tenant"), None)
    assert_type(connection.clean_headers(), None)
    with connection as entered:
        assert_type(entered, ConnectionManager)
    assert_type(connection.close(), None)


async def its_awaited_twins(connection: ConnectionManager) -> None:
    assert_type(await connection.a_raw_get("/x"), httpx.Response)
    assert_type(await connection.a_raw_post("/x", '{"a": 1}'), httpx.Response)
    assert_type(await connection.a_raw_put("/x", data=None), httpx.Response)
    assert_type(await connection.a_raw_delete("/x", data={}), httpx.Response)
    async with connection as entered:
        assert_type(entered, ConnectionManager)
    assert_type(await connection.aclose(), None)


async def a_renewing_connection(connection: KeycloakOpenIDConnection) -> None:
    assert_type(connection.get_token(), None)
    assert_type(connection.refresh_token(), None)
    assert_type(await connection.a_get_token(), None)
    assert_type(await connection.a_refresh_token(), None)
    assert_type(await connection.a__refresh_if_required(), None)
    assert_type(connection.raw_get("/admin/realms/acme"), httpx.Response)
    assert_type(await connection.a_raw_get("/admin/realms/acme"), httpx.Response)
    assert_type(connection.raw_post("/x", None), httpx.Response)
    assert_type(await connection.a_raw_post("/x", None), httpx.Response)
    assert_type(connection.raw_put("/x", None), httpx.Response)
    assert_type(await connection.a_raw_put("/x", None), httpx.Response)
    assert_type(connection.raw_delete("/x"), httpx.Response)
    assert_type(await connection.a_raw_delete("/x"), httpx.Response)
    assert_type(connection.expires_at, datetime | None)
    assert_type(connection.auth(origins=["https://api"]), BearerAuth)
    httpx.Client(auth=connection.auth())
    httpx.AsyncClient(auth=connection.auth(origins=None))
    assert_type(connection.keycloak_openid, KeycloakOpenID)
    assert_type(connection.server_url, str)
    assert_type(connection.realm_name, str)
    assert_type(connection.user_realm_name, str | None)
    assert_type(connection.client_id, str)
    assert_type(connection.client_secret_key, str | None)
    assert_type(connection.username, str | None)
    assert_type(connection.password, str | None)
    assert_type(connection.totp, int | str | None)
    assert_type(connection.grant_type, str | None)
    assert_type(connection.custom_headers, dict[str, str] | None)
    assert_type(connection.token_lifetime_fraction, float)
    assert_type(connection.token_store, TokenStore | None)
    assert_type(connection.token_name, str | None)
    assert_type(connection.renewals, RenewalLedger)
    assert_type(connection.renewals[-1], Renewal)
    assert_type([renewal.error for renewal in connection.renewals], list[str | None])
    assert_type(KeycloakError().retry_after, float | None)
    with connection as entered:
        assert_type(entered, KeycloakOpenIDConnection)


class Shelf:
    """A cache of the caller's."""

    def get(self, uri: str) -> str | None:
        return None

    def put(self, uri: str, entry: bytes, ttl: float) -> None: ...


async def room_of_keys(openid: KeycloakOpenID) -> None:
    assert_type(openid.keys.preload(), HeldKeys)
    assert_type(await openid.keys.a_preload(), HeldKeys)
    assert_type(openid.keys.held, HeldKeys | None)
    assert_type(openid.keys.forget(), None)
    assert_type(openid.keys.preload().keys, tuple[HeldKey, ...])
    assert_type(openid.keys.preload().kids, tuple[str, ...])
    cache: KeySetCache = Shelf()
    SignedKeySetCache(cache, "the secret of a client")


def its_token(connection: KeycloakOpenIDConnection, saved: dict[str, Any]) -> None:
    assert_type(connection.token, TokenResponse | None)
    connection.token = None
    connection.token = saved


def a_constructor_takes_what_httpx_has(transport: httpx.MockTransport, client: httpx.AsyncClient) -> None:
    KeycloakOpenID(
        "https://kc", "acme", "shop", "secret", "ca.pem", {"X-A": "b"}, {"https": "http://p:1"}, 2.5,
        cert=("c.pem", "k.pem"), max_retries=0, pool_maxsize=5, issuer="https://sso/realms/acme",
        transport=transport, async_transport=client, trusted_origins=["https://sso"], clock=Clock(),
        telemetry=OpenTelemetry(propagate=False), keys_ttl=60.5, keys_cool_down=5, verified_tokens=4096,
        keys_cache=SignedKeySetCache(Shelf(), b"x" * 32),
    )  # fmt: skip
    KeycloakOpenIDConnection("https://kc", "alice", "pw", saved_token(), grant_type="password", verify=False)
    ConnectionManager("https://kc", {}, None, ssl.create_default_context(), None, max_body=1024)


def saved_token() -> TokenResponse | None:
    return None


def evaluation(openid: KeycloakOpenID, claims: TokenClaims, now: datetime) -> None:
    result = openid.authorization.evaluate(claims, ["album#view", Resource("album")])
    assert_type(result, Evaluation)
    assert_type(openid.authorization.evaluate({}, context=EvaluationContext(time=now)), Evaluation)
    EvaluationContext(
        attributes={"channel": "web"}, roles=["desk/editor"], groups={"/staff"}, nothing_shared=True
    )
    assert_type(result.verdict, Verdict)
    assert_type(result.missing_permissions, frozenset[str])
    assert_type(result.granted, dict[str, frozenset[str]])
    assert_type(result.undecided_policies, tuple[PolicyVote, ...])
    answer = result["album#view"]
    assert_type(answer.reason, str)
    assert_type(answer.verdict is Verdict.UNDECIDED, bool)
    decision = answer.resources[0]
    assert_type(decision.resource, str | None)
    assert_type(decision.of("view"), Verdict)
    assert_type(decision.scopes[0].granted_by, tuple[str, ...])
    assert_type(decision.permissions[0].verdict, Verdict | None)
    assert_type(decision.permissions[0].policies[0].reason, str)
    assert_type(decision.undecided_policies, tuple[PolicyVote, ...])
    assert_type(list(decision.permissions[0].policies[0].undecided()), list[PolicyVote])
    assert_type(openid.authorization.resource_server().findings, tuple[Finding, ...])
    assert_type(ResourceServer({"policies": []}, extra_policy_types=["geo"]).evaluate(claims), Evaluation)


def companions(
    authorization: Authorization, policy: Policy, permission: Permission, status: AuthStatus
) -> None:
    assert_type(authorization.policies, dict[str, Policy])
    assert_type(authorization.load_config({}), None)
    assert_type(authorization.policies_with(["shop/buyer"]), list[Policy])
    assert_type(authorization.resource_server(), ResourceServer)
    assert_type(policy.name, str)
    assert_type(policy.permissions, list[Permission])
    assert_type(policy.add_role(Role("shop/buyer")), None)
    assert_type(policy.add_permission(permission), None)
    assert_type(permission.scopes, list[str])
    assert_type(status.is_logged_in, bool)
    assert_type(status.missing_permissions, set[str])
    assert_type(build_permission_param({"docs": None}), set[str])
    assert_type(Resource("docs")(Scope("read")), UMAPermission)
    assert_type(generate_code_verifier(64), str)
    assert_type(generate_code_challenge("v"), tuple[str, str])


def token_stores(client: redis.Redis, cluster: redis.RedisCluster, path: Path, key: JWK) -> list[TokenStore]:
    store: TokenStore = MemoryTokenStore(clock=Clock())
    assert_type(store.load("session"), StoredToken | None)
    assert_type(store.lease("session", 0, 30), str | None)
    assert_type(store.save("session", b"value", version=0, lifetime=None), bool)
    assert_type(store.release("session", "ticket"), None)
    assert_type(store.discard("session", version=1), bool)
    assert_type(StoredToken(1, b"value").version, int)
    assert_type(StoredToken(1, b"value").value, bytes)
    assert_type(TokenStoreError("away", retryable=True).retryable, bool)
    return [
        FileTokenStore(path),
        FileTokenStore("/run/acme"),
        RedisTokenStore(client, prefix="acme:"),
        RedisTokenStore(cluster),
        EncryptedTokenStore(store, key),
        EncryptedTokenStore(store, [key, {"kty": "oct", "k": "..."}]),
    ]


def errors(openid: KeycloakOpenID, response: httpx.Response) -> None:
    try:
        openid.token("alice", "pw")
    except KeycloakTimeoutError as error:
        assert_type(error.retryable, bool)
    except KeycloakInvalidCredentialsError as error:
        caught: KeycloakPostError | KeycloakAuthenticationError = error
        assert_type(caught.error, str | None)
    except KeycloakError as error:
        assert_type(error.error_message, str)
        assert_type(error.response_code, int | None)
        assert_type(error.response_body, bytes | None)
        assert_type(error.error_description, str | None)
        assert_type(error.error_uri, str | None)
        assert_type(error.method, str | None)
        assert_type(error.path, str | None)
    try:
        openid.decode_token("t")
    except TokenExpiredError as error:
        assert_type(error.reason, str)
        assert_type(error.expected, str)
    except TokenClaimFormatError as error:
        assert_type(error.claim_path, str)
    assert_type(raise_error_from_response(response, KeycloakPostError, [201], skip_exists=True), Any)
