# SPDX-License-Identifier: Apache-2.0
"""What each operation sends, to the byte, and what it makes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import field, frozen

from keycloak_sdk import KeycloakOpenID
from support.transport import form_of, line_of, serve, token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.both import Both

pytestmark = pytest.mark.anyio

OIDC = "/realms/acme/protocol/openid-connect"
SECRET = "secret-of-shop"
CREDENTIALS = {"client_id": ["shop"], "client_secret": [SECRET]}
PASSWORD_GRANT = {**CREDENTIALS, "grant_type": ["password"], "scope": ["openid"]}
UMA_GRANT = {
    "grant_type": ["urn:ietf:params:oauth:grant-type:uma-ticket"],
    "response_mode": ["permissions"],
    "audience": ["shop"],
}
EXCHANGE = {
    **CREDENTIALS,
    "grant_type": ["urn:ietf:params:oauth:grant-type:token-exchange"],
    "subject_token": ["the-token"],
    "requested_token_type": ["urn:ietf:params:oauth:token-type:refresh_token"],
    "scope": ["openid"],
}
METADATA = {
    "issuer": "http://kc/realms/acme",
    "authorization_endpoint": "http://kc/realms/acme/protocol/openid-connect/auth",
    "token_endpoint": "http://kc/realms/acme/protocol/openid-connect/token",
    "jwks_uri": "http://kc/realms/acme/protocol/openid-connect/certs",
    "response_types_supported": ["code"],
    "subject_types_supported": ["public", "pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "mtls_endpoint_aliases": {"token_endpoint": "http://kc/mtls"},
    "x_of_an_extension": {"kept": True},
}
KEYS = {"keys": [{"kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "n": "AQAB", "e": "AQAB"}]}
REALM = {
    "realm": "acme",
    "public_key": "MIIBIjANBgkqh",
    "token-service": "http://kc/realms/acme/protocol/openid-connect",
    "account-service": "http://kc/realms/acme/account",
    "tokens-not-before": 0,
}
DEVICE = {
    "device_code": "dev",
    "user_code": "ABCD-EFGH",
    "verification_uri": "http://kc/realms/acme/device",
    "verification_uri_complete": "http://kc/realms/acme/device?user_code=ABCD-EFGH",
    "expires_in": 600,
    "interval": 5,
}


@frozen
class Exchange:
    """A call, the request it sends, the answer, and what the call returns: the answer unless `result`."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(factory=dict)
    line: str = f"POST {OIDC}/token"
    form: Mapping[str, list[str]] | None = None
    body: bytes = b""
    bearer: str | None = None
    answer: Any = field(factory=token)
    status: int = 200
    result: Any = ...

    def __str__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"{self.name}({', '.join(given)})"

    @property
    def response(self) -> httpx.Response:
        """The answer."""
        if isinstance(self.answer, bytes):
            return httpx.Response(
                self.status, content=self.answer, headers={"Content-Type": "application/jwt"}
            )
        return (
            httpx.Response(self.status)
            if self.answer is None
            else httpx.Response(self.status, json=self.answer)
        )


EXCHANGES = [
    Exchange("token", ("alice", "pw"), form=PASSWORD_GRANT | {"username": ["alice"], "password": ["pw"]}),
    Exchange(
        "token",
        ("alice", "pä ss&=+"),
        {"totp": 123456, "scope": "openid offline_access"},
        form=PASSWORD_GRANT
        | {
            "username": ["alice"],
            "password": ["pä ss&=+"],
            "totp": ["123456"],
            "scope": ["openid offline_access"],
        },
    ),
    Exchange(
        "token",
        ("alice", "pw"),
        {"totp": "012345", "scope": ""},
        form={
            **CREDENTIALS,
            "grant_type": ["password"],
            "username": ["alice"],
            "password": ["pw"],
            "totp": ["012345"],
        },
    ),
    Exchange(
        "token",
        (),
        {"grant_type": "client_credentials"},
        form={**CREDENTIALS, "grant_type": ["client_credentials"], "scope": ["openid"]},
    ),
    Exchange(
        "token",
        ("", "", ["authorization_code"], "the-code", "https://shop/cb"),
        {"code_verifier": "v" * 43},
        form={
            **CREDENTIALS,
            "grant_type": ["authorization_code"],
            "code": ["the-code"],
            "redirect_uri": ["https://shop/cb"],
            "code_verifier": ["v" * 43],
            "scope": ["openid"],
        },
    ),
    Exchange(
        "token",
        (),
        {"grant_type": ("urn:ietf:params:oauth:grant-type:device_code",), "device_code": "d", "scope": None},
        form={
            **CREDENTIALS,
            "grant_type": ["urn:ietf:params:oauth:grant-type:device_code"],
            "device_code": ["d"],
        },
    ),
    Exchange(
        "token",
        ("alice", "pw"),
        {"client_id": "other", "client_secret": None, "audience": "docs", "x_of_an_extension": 7},
        form={
            "client_id": ["other"],
            "grant_type": ["password"],
            "username": ["alice"],
            "password": ["pw"],
            "scope": ["openid"],
            "audience": ["docs"],
            "x_of_an_extension": ["7"],
        },
    ),
    Exchange(
        "refresh_token",
        ("r-1",),
        form={**CREDENTIALS, "grant_type": ["refresh_token"], "refresh_token": ["r-1"]},
    ),
    Exchange(
        "refresh_token",
        ("r-1", "other"),
        form={**CREDENTIALS, "grant_type": ["other"], "refresh_token": ["r-1"]},
    ),
    Exchange("exchange_token", ("the-token",), form=EXCHANGE),
    Exchange(
        "exchange_token",
        ("the-token", "docs", "bob", "type-a", "github", "gitlab", "type-b", "email"),
        form=EXCHANGE
        | {
            "audience": ["docs"],
            "requested_subject": ["bob"],
            "subject_token_type": ["type-a"],
            "subject_issuer": ["github"],
            "requested_issuer": ["gitlab"],
            "requested_token_type": ["type-b"],
            "scope": ["email"],
        },
    ),
    Exchange("device", line=f"POST {OIDC}/auth/device", form=CREDENTIALS, answer=DEVICE),
    Exchange(
        "device",
        (),
        {"scope": "openid email"},
        line=f"POST {OIDC}/auth/device",
        form=CREDENTIALS | {"scope": ["openid email"]},
        answer=DEVICE,
    ),
    Exchange(
        "userinfo",
        ("the-token",),
        line=f"GET {OIDC}/userinfo",
        bearer="the-token",
        answer={"sub": "u1", "email": "alice@acme.example", "x_of_an_extension": 1},
    ),
    Exchange(
        "userinfo",
        ("the-token",),
        line=f"GET {OIDC}/userinfo",
        bearer="the-token",
        answer=b"eyJ.a.b",
        result=b"eyJ.a.b",
    ),
    Exchange(
        "introspect",
        ("the-token",),
        line=f"POST {OIDC}/token/introspect",
        form=CREDENTIALS | {"token": ["the-token"]},
        answer={"active": False},
    ),
    Exchange(
        "introspect",
        ("the-token", None, "refresh_token"),
        line=f"POST {OIDC}/token/introspect",
        form=CREDENTIALS | {"token": ["the-token"], "token_type_hint": ["refresh_token"]},
        answer={"active": True, "exp": 1, "aud": ["shop"], "x_of_an_extension": {}},
    ),
    Exchange(
        "introspect",
        ("the-token", "the-rpt", "requesting_party_token"),
        line=f"POST {OIDC}/token/introspect",
        form=CREDENTIALS | {"token": ["the-rpt"], "token_type_hint": ["requesting_party_token"]},
        bearer="the-token",
        answer={"active": True, "permissions": [{"rsid": "1", "rsname": "docs", "scopes": ["read"]}]},
    ),
    Exchange(
        "logout",
        ("r-1",),
        line=f"POST {OIDC}/logout",
        form=CREDENTIALS | {"refresh_token": ["r-1"]},
        answer=None,
        status=204,
        result={},
    ),
    Exchange("well_known", line="GET /realms/acme/.well-known/openid-configuration", answer=METADATA),
    Exchange("certs", line=f"GET {OIDC}/certs", answer=KEYS),
    Exchange("public_key", line="GET /realms/acme", answer=REALM, result="MIIBIjANBgkqh"),
    Exchange(
        "entitlement",
        ("the-token", "docs"),
        line="GET /realms/acme/authz/entitlement/docs",
        bearer="the-token",
        answer={"rpt": "r"},
    ),
    Exchange("uma_permissions", ("the-token",), form=UMA_GRANT, bearer="the-token", answer=[]),
    Exchange(
        "uma_permissions",
        ("the-token", {"docs": ("write", "read"), "files": None}),
        {"claim_token": "c", "audience": "files"},
        form=UMA_GRANT
        | {"permission": ["docs#read", "docs#write", "files"], "claim_token": ["c"], "audience": ["files"]},
        bearer="the-token",
        answer=[{"rsid": "1", "rsname": "docs", "scopes": ["read"]}, {"rsid": "2"}],
    ),
    Exchange(
        "register_client",
        ("the-token", {"clientId": "new", "redirectUris": ["*"], "x-attribute": None}),
        line="POST /realms/acme/clients-registrations/default",
        body=b'{"clientId":"new","redirectUris":["*"],"x-attribute":null}',
        bearer="the-token",
        answer={"clientId": "new", "registrationAccessToken": "t", "secret": "s"},
        status=201,
    ),
    Exchange(
        "update_client",
        ("the-token", "näw client/1", {"name": "Größe"}),
        line="PUT /realms/acme/clients-registrations/default/n%C3%A4w%20client%2F1",
        body='{"clientId":"näw client/1","name":"Größe"}'.encode(),
        bearer="the-token",
        answer={"clientId": "näw client/1"},
    ),
    Exchange(
        "update_client",
        ("the-token", "new", {"clientId": "renamed"}),
        line="PUT /realms/acme/clients-registrations/default/new",
        body=b'{"clientId":"renamed"}',
        bearer="the-token",
        answer={"clientId": "renamed"},
    ),
]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=str)
async def test_an_operation_sends_one_request_and_returns_what_was_answered(
    exchange: Exchange, both: Both
) -> None:
    transport, seen = serve(exchange.response)
    client = KeycloakOpenID("http://kc", "acme", "shop", SECRET, transport=transport)
    result = await getattr(both(client), exchange.name)(*exchange.args, **exchange.kwargs)
    (request,) = seen
    assert line_of(request) == exchange.line
    assert (form_of(request) if exchange.form is not None else {}) == (exchange.form or {})
    assert exchange.form is not None or request.content == exchange.body
    assert result == (exchange.answer if exchange.result is ... else exchange.result)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=str)
async def test_an_operation_sends_these_headers_and_no_others(exchange: Exchange, both: Both) -> None:
    transport, seen = serve(exchange.response)
    client = KeycloakOpenID(
        "http://kc", "acme", "shop", SECRET, custom_headers={"X-Tenant": "north"}, transport=transport
    )
    await getattr(both(client), exchange.name)(*exchange.args, **exchange.kwargs)
    expected = {
        "host": "kc",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "user-agent": "keycloak-oidc-sdk",
        "x-tenant": "north",
    }
    if exchange.form is not None:
        expected["content-type"] = "application/x-www-form-urlencoded"
    if exchange.body:
        expected["content-type"] = "application/json"
    if exchange.bearer:
        expected["authorization"] = f"Bearer {exchange.bearer}"
    headers = dict(seen[0].headers)
    headers.pop("content-length", None)
    assert headers == expected
    assert client.connection.headers == {"X-Tenant": "north"}
