# SPDX-License-Identifier: Apache-2.0
"""Small realms for tests, each made for one module and gone with it.

::

    @pytest.fixture(scope="module")
    def realm(make_realm):
        return make_realm(clients=[client("shop")], users=[user("ann")])

    async def test_...(realm, both):
        token = await both(realm.openid("shop")).token("ann", "ann")

What a test does not name is chosen for speed: a password is its user's name, hashed once; the only keys are
those that the tokens need.
"""

from __future__ import annotations

import hmac
import json
import struct
import time
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from keycloak_sdk import KeycloakOpenID, KeycloakOpenIDConnection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from keycloak_sdk.testing import KeycloakServer

JUST_NOW = 1
"""Seconds that a lifetime may have lost by when it is read: the server counts on while it answers."""

REDIRECT_URI = "http://127.0.0.1:8299/callback"
"""Where clients expect their codes; nobody has to listen there."""

Representation = dict[str, Any]

_QUICK_HASH = "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)"
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_KEY_PROVIDER = "org.keycloak.keys.KeyProvider"
_CODE_SECONDS = 30
_CODES_GOOD_MORE_THAN_ONCE = {
    "otpPolicyType": "totp",
    "otpPolicyAlgorithm": "HmacSHA1",
    "otpPolicyDigits": 6,
    "otpPolicyPeriod": _CODE_SECONDS,
    "otpPolicyLookAheadWindow": 1,
    "otpPolicyCodeReusable": True,
}


@frozen
class LiveRealm:
    """A realm of a running server."""

    server: KeycloakServer
    name: str
    secrets: Mapping[str, str]
    """Secrets of its confidential clients by identifier."""

    @property
    def url(self) -> str:
        """The realm's URL, which is its issuer as well."""
        return f"{self.server.url}/realms/{quote(self.name)}"

    def is_since(self, *version: int) -> bool:
        """Whether the server is of this release or a later one, such as `is_since(26, 7)`."""
        return tuple(int(part) for part in self.server.version.split(".")[:3]) >= version

    def openid(self, client_id: str, secret: str | None = None, **options: Any) -> KeycloakOpenID:
        """Return a client of the realm, with its own secret unless another is given."""
        known = self.secrets.get(client_id) if secret is None else secret
        return KeycloakOpenID(self.server.url, self.name, client_id, known, **options)

    def connection(self, client_id: str, **options: Any) -> KeycloakOpenIDConnection:
        """Return a connection that logs in to the realm with this client."""
        secret = self.secrets.get(client_id)
        given = {"realm_name": self.name, "client_secret_key": secret, **options}
        return KeycloakOpenIDConnection(self.server.url, client_id=client_id, **given)

    def admin(self, method: str, path: str, json: object = None, **params: Any) -> httpx.Response:
        """Send a request to the realm's admin REST API, such as `admin("GET", "/users")`; it succeeds."""
        response = self.server.admin(
            method, f"/admin/realms/{quote(self.name)}{path}", json=json, params=params
        )
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response

    def id_of_client(self, client_id: str) -> str:
        """Return the identifier that the admin REST API has for a client."""
        return str(self.admin("GET", "/clients", clientId=client_id).json()[0]["id"])

    def id_of_user(self, username: str) -> str:
        """Return the identifier of a user, the `sub` of its tokens."""
        return str(self.admin("GET", "/users", username=username, exact="true").json()[0]["id"])

    def add_key(self, algorithm: str, *, priority: int = 200, curve: str | None = None) -> None:
        """Make a new key, which signs from now on when its priority is the highest."""
        component = key(algorithm, priority=priority, curve=curve)
        self.admin("POST", "/components", {**component, "providerType": _KEY_PROVIDER})

    def remove_key(self, name: str) -> None:
        """Withdraw a key; `key` names them `<algorithm>-<priority>`."""
        (component,) = self.admin("GET", "/components", type=_KEY_PROVIDER, name=name).json()
        self.admin("DELETE", f"/components/{component['id']}")


def realm(
    *,
    clients: Sequence[Representation] = (),
    users: Sequence[Representation] = (),
    roles: Sequence[str] = (),
    keys: Sequence[str] = ("RS256",),
    name: str | None = None,
    **settings: Any,
) -> Representation:
    """Return a realm's representation, for `KeycloakServer.realm`.

    Args:
        clients: As `client` and `resource_server` return them.
        users: As `user` returns them.
        roles: Names of realm roles.
        keys: Algorithms that it has a key for; `HS512` for refresh tokens is always there.
        name: Its name; a new one when `None`.
        settings: Further members of the representation, such as `revokeRefreshToken=True`.
    """
    realm_name = name or f"realm-{token_hex(4)}"
    everybody = f"default-roles-{realm_name.lower()}"
    client_roles = {item["clientId"]: [{"name": name} for name in item.get("roles", ())] for item in clients}
    return {
        "realm": realm_name,
        "passwordPolicy": _QUICK_HASH,
        "sslRequired": "none",
        **_CODES_GOOD_MORE_THAN_ONCE,
        "clients": [{name: value for name, value in item.items() if name != "roles"} for item in clients],
        "users": [{**item, "realmRoles": [everybody, *item["realmRoles"]]} for item in users],
        "roles": {"realm": [{"name": name} for name in roles], "client": client_roles},
        "components": {_KEY_PROVIDER: [key(algorithm) for algorithm in (*keys, "HS512", "AES")]},
        **settings,
    }


def key(algorithm: str, *, priority: int = 100, curve: str | None = None) -> Representation:
    """Return a key provider: one key for one algorithm; `curve` is for `EdDSA`."""
    config = {"priority": [str(priority)]}
    if algorithm in _CURVES:
        provider, config["ecdsaEllipticCurveKey"] = "ecdsa-generated", [_CURVES[algorithm]]
    elif algorithm == "EdDSA":
        provider, config["eddsaEllipticCurveKey"] = "eddsa-generated", [curve or "Ed25519"]
    elif algorithm == "AES":
        provider = "aes-generated"
    elif algorithm.startswith("HS"):
        provider, config["algorithm"] = "hmac-generated", [algorithm]
    else:
        provider = "rsa-enc" if algorithm == "RSA-OAEP" else "rsa"
        config |= {"algorithm": [algorithm], "privateKey": [_rsa_key()]}
    return {"name": f"{algorithm}-{priority}", "providerId": provider, "config": config}


def _rsa_key() -> str:
    """Return a new RSA key in PEM; the server would take a second for one."""
    encoding = Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    return rsa.generate_private_key(65537, 2048).private_bytes(*encoding).decode()


def client(
    client_id: str,
    *,
    public: bool = False,
    secret: str | None = None,
    audience: Sequence[str] = (),
    roles: Sequence[str] = (),
    algorithm: str | None = None,
    token_seconds: int | None = None,
    attributes: Mapping[str, str] | None = None,
    **settings: Any,
) -> Representation:
    """Return a client that knows the password and the code grant.

    Args:
        client_id: Its identifier.
        public: Whether it has no secret.
        secret: Its secret; `<client_id>-secret` when `None`.
        audience: Clients that its tokens name in `aud`, besides those of its users' roles.
        roles: Names of its own roles.
        algorithm: What its access and ID tokens are signed with, when that is not RS256.
        token_seconds: How long its access tokens live; the realm's setting when `None`.
        attributes: Further attributes.
        settings: Further members, such as `serviceAccountsEnabled=True`.
    """
    extra = dict(attributes or {})
    if algorithm is not None:
        extra |= dict.fromkeys(
            ("access.token.signed.response.alg", "id.token.signed.response.alg"), algorithm
        )
    if token_seconds is not None:
        extra["access.token.lifespan"] = str(token_seconds)
    return {
        "clientId": client_id,
        "publicClient": public,
        **({} if public else {"secret": secret or f"{client_id}-secret"}),
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": True,
        "redirectUris": [REDIRECT_URI],
        "attributes": extra,
        "protocolMappers": [audience_mapper(name) for name in audience],
        "roles": list(roles),
        **settings,
    }


def audience_mapper(client_id: str) -> Representation:
    """Return the protocol mapper that puts a client into the `aud` of access tokens."""
    return {
        "name": f"audience-{client_id}",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {
            "included.client.audience": client_id,
            "access.token.claim": "true",
            "id.token.claim": "false",
            "introspection.token.claim": "true",
        },
    }


def user(
    username: str,
    *,
    password: str | None = None,
    otp_secret: str | None = None,
    roles: Sequence[str] = (),
    client_roles: Mapping[str, Sequence[str]] | None = None,
    **settings: Any,
) -> Representation:
    """Return a user who can log in at once.

    Args:
        username: Name; also the password when that is `None`.
        password: Password.
        otp_secret: Secret of a one-time code generator, see `one_time_code`.
        roles: Names of realm roles.
        client_roles: Names of roles by client.
        settings: Further members, such as `enabled=False`.
    """
    credentials = [{"type": "password", "value": password or username}]
    if otp_secret is not None:
        generator = {"subType": "totp", "digits": 6, "period": _CODE_SECONDS, "algorithm": "HmacSHA1"}
        credentials.append(
            {
                "type": "otp",
                "secretData": json.dumps({"value": otp_secret}),
                "credentialData": json.dumps(generator),
            }
        )
    return {
        "username": username,
        "enabled": True,
        "email": f"{username.encode('idna').decode()}@example.org",
        "emailVerified": True,
        "firstName": username.capitalize(),
        "lastName": "Example",
        "credentials": credentials,
        "realmRoles": list(roles),
        "clientRoles": {name: list(names) for name, names in (client_roles or {}).items()},
        **settings,
    }


def just_begun(left: int | None, lifetime: int) -> bool:
    """Whether so many seconds are what a lifetime has left that has only just begun, and not one more."""
    return left is not None and lifetime - JUST_NOW <= left <= lifetime


def one_time_code(secret: str) -> str:
    """Return the code that a generator with this secret shows now.

    Source: RFC 6238 section 4; RFC 4226 section 5.3.
    """
    digest = hmac.digest(secret.encode(), struct.pack(">Q", int(time.time()) // _CODE_SECONDS), "sha1")
    number = struct.unpack_from(">I", digest, digest[-1] & 0x0F)[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def resource_server(
    client_id: str,
    *,
    resources: Mapping[str, Sequence[str]],
    policies: Sequence[Representation],
    **settings: Any,
) -> Representation:
    """Return a client with authorization services, and a service account.

    Args:
        client_id: Its identifier; its own tokens name it in `aud`.
        resources: Scopes by resource.
        policies: As `role_policy`, `resource_permission` and `scope_permission` return them.
        settings: As for `client`.
    """
    scopes = sorted({scope for of_resource in resources.values() for scope in of_resource})
    return client(
        client_id,
        **{
            "audience": [client_id],
            "serviceAccountsEnabled": True,
            "authorizationServicesEnabled": True,
            "authorizationSettings": {
                "policyEnforcementMode": "ENFORCING",
                "decisionStrategy": "UNANIMOUS",
                "resources": [
                    {"name": name, "scopes": [{"name": scope} for scope in of_resource]}
                    for name, of_resource in resources.items()
                ],
                "scopes": [{"name": scope} for scope in scopes],
                "policies": list(policies),
            },
            **settings,
        },
    )


def role_policy(name: str, *roles: str) -> Representation:
    """Return a policy for whoever has any of these roles; a client's role is `client/role`."""
    return _policy(name, "role", {"roles": [{"id": role, "required": False} for role in roles]})


def user_policy(name: str, *usernames: str) -> Representation:
    """Return a policy for these users."""
    return _policy(name, "user", {"users": list(usernames)})


def client_policy(name: str, *client_ids: str) -> Representation:
    """Return a policy for whatever comes through these clients."""
    return _policy(name, "client", {"clients": list(client_ids)})


def resource_permission(name: str, resource: str, *, by: Sequence[str]) -> Representation:
    """Return a permission for a whole resource, given when any of the policies holds."""
    return _policy(name, "resource", {"resources": [resource], "applyPolicies": list(by)}, "AFFIRMATIVE")


def scope_permission(name: str, resource: str, scope: str, *, by: Sequence[str]) -> Representation:
    """Return a permission for one scope of a resource, given when any of the policies holds."""
    config = {"resources": [resource], "scopes": [scope], "applyPolicies": list(by)}
    return _policy(name, "scope", config, "AFFIRMATIVE")


def _policy(name: str, kind: str, config: Mapping[str, Any], strategy: str = "UNANIMOUS") -> Representation:
    return {
        "name": name,
        "type": kind,
        "logic": "POSITIVE",
        "decisionStrategy": strategy,
        "config": {key: json.dumps(value) for key, value in config.items()},
    }
