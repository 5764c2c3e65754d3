# SPDX-License-Identifier: Apache-2.0
"""Cases for the strict decoders: tokens as an API, a client or a logout endpoint gets them.

::

    judge(access(claims(scope="openid"), TokenScopeError, scopes="orders:read"))
"""

from __future__ import annotations

import datetime as dt
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt import (
    AccessTokenRules,
    DecryptionKeys,
    DPoPProof,
    IdTokenRules,
    LocalReplayMemory,
    LogoutTokenRules,
    TokenDecoder,
    check_confirmation,
    read_access_token,
    read_id_token,
    read_logout_token,
)
from support.tokens import ISSUER, NOW, Case, b64, claims, header, private_key, sign

if TYPE_CHECKING:
    from collections.abc import Callable

API = "orders"
CLIENT = "web"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
URL = "https://api.example.org/orders/7"


def access_claims(**members: Any) -> dict[str, Any]:
    """Return the claims of an access token for the API; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "aud": [API, "account"],
        "auth_time": NOW - 100,
        "scope": "openid email orders:read",
        "realm_access": {"roles": ["offline_access", "clerk"]},
        "resource_access": {API: {"roles": ["reader", "writer"]}, "stock": {"roles": ["viewer"]}},
    }
    return claims(**(usual | members))


def id_claims(**members: Any) -> dict[str, Any]:
    """Return the claims of an ID token for the client; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "typ": "ID",
        "aud": CLIENT,
        "nonce": "n-0S6_WzA2Mj",
        "auth_time": NOW - 100,
        "realm_access": ...,
        "resource_access": ...,
        "scope": ...,
    }
    return claims(**(usual | members))


def logout_claims(**members: Any) -> dict[str, Any]:
    """Return the claims of a logout token for the client; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "exp": NOW + 115,
        "iat": NOW - 5,
        "jti": "232a9d46-35d5-7b59-c16c-6558128e9478",
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "f5b1e4e0-b65e-4a1e-b4e0-b65e9a1e4b1e",
        "typ": "Logout",
        "sid": "a8e5b1e4-e0b6-5e8a-e1b4-e0b65e9a1e4b",
        "events": {EVENT: {}},
    }
    return {name: value for name, value in (usual | members).items() if value is not ...}


def access(token: Any = None, verdict: type[Exception] | None = None, /, **arguments: Any) -> Case:
    """Return the case of an access token, or of one with these claims, with arguments of the decoder."""
    return Case(_maker(token, access_claims), verdict, arguments, by=_read_access)


def id_token(token: Any = None, verdict: type[Exception] | None = None, /, **arguments: Any) -> Case:
    """Return the case of an ID token, or of one with these claims, with arguments of the decoder."""
    return Case(_maker(token, id_claims), verdict, arguments, by=_read_id)


def logout_token(token: Any = None, verdict: type[Exception] | None = None, /, **arguments: Any) -> Case:
    """Return the case of a logout token, or of one with these claims, with arguments of the decoder."""
    return Case(_maker(token, logout_claims, "logout+jwt"), verdict, arguments, by=_read_logout)


def _maker(token: Any, usual: Callable[[], dict[str, Any]], media_type: str = "JWT") -> Callable[[], str]:
    if callable(token):
        return token
    return lambda: sign(usual() if token is None else token, head=header(typ=media_type))


def _read_access(case: Case) -> object:
    asked = dict(case.options)
    proof, certificate = asked.pop("proof", None), asked.pop("certificate", None)
    token = case.token()
    rules = AccessTokenRules.read(API, **asked)
    decoded = read_access_token(TokenDecoder(), token, rules, keys=case.keys(), issuer=ISSUER, now=NOW)
    return check_confirmation(
        decoded, token, proof=proof, certificate=certificate, now=NOW, leeway=rules.leeway
    )


def _read_id(case: Case) -> object:
    asked = dict(case.options)
    key = asked.pop("decryption_key", None)
    token = case.token()
    signed = token if key is None else DecryptionKeys.read(key).decrypt(token)
    rules = IdTokenRules.read(CLIENT, **asked)
    return read_id_token(TokenDecoder(), signed, rules, keys=case.keys(), issuer=ISSUER, now=NOW)


def _read_logout(case: Case) -> object:
    rules = LogoutTokenRules.read(CLIENT, **{"leeway": 60, **case.options})
    decoded, use = read_logout_token(
        TokenDecoder(), case.token(), rules, keys=case.keys(), issuer=ISSUER, now=NOW
    )
    use.spend(LocalReplayMemory())
    return decoded


def public_members(alg: str = "ES256", name: str = "client") -> dict[str, Any]:
    """Return the members of a client's public key that a proof carries."""
    public = json.loads(JWK.from_pyca(private_key(alg, name).public_key()).export_public())
    return {member: public[member] for member in ("kty", "crv", "x", "y", "n", "e") if member in public}


def thumbprint(alg: str = "ES256", name: str = "client") -> str:
    """Return the thumbprint of a client's key."""
    return str(JWK(**public_members(alg, name)).thumbprint())


def bound_token(alg: str = "ES256", **members: Any) -> str:
    """Return an access token that is bound to the client's DPoP key."""
    return sign(access_claims(**({"typ": "DPoP", "cnf": {"jkt": thumbprint(alg)}} | members)))


def proof_jwt(
    token: str, alg: str = "ES256", *, head: dict[str, Any] | None = None, key: Any = None, **members: Any
) -> str:
    """Return a DPoP proof for a GET of `URL` with the token; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "htm": "GET",
        "htu": URL,
        "iat": NOW - 1,
        "jti": "e1j3V_bKic8-LAEB",
        "ath": b64(sha256(token.encode()).digest()),
    }
    body = {name: value for name, value in (usual | members).items() if value is not ...}
    named = {"typ": "dpop+jwt", "alg": "EdDSA" if alg == "Ed448" else alg, "jwk": public_members(alg)}
    top = {name: value for name, value in (named | (head or {})).items() if value is not ...}
    return sign(body, alg, head=top, key=key or private_key(alg, "client"))


def proof(jwt: str, **members: Any) -> DPoPProof:
    """Return a proof as it came with a GET of `URL`."""
    return DPoPProof(**({"jwt": jwt, "method": "GET", "url": URL} | members))


def certificate(name: str = "client") -> x509.Certificate:
    """Return a client's certificate."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    key = private_key("ES256", name)
    builder = x509.CertificateBuilder(
        subject, subject, key.public_key(), 7, start, start + dt.timedelta(days=36_500)
    )
    return builder.sign(key, hashes.SHA256())


def thumbprint_of(presented: x509.Certificate) -> str:
    """Return `x5t#S256` of a certificate."""
    return b64(sha256(presented.public_bytes(Encoding.DER)).digest())
