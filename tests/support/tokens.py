# SPDX-License-Identifier: Apache-2.0
"""Tokens for tests: keys of every kind, tokens signed and mis-signed with them, and what becomes of one."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from time import process_time
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk.exceptions import KeycloakError, TokenVerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW = 1_800_000_000
ISSUER = "http://localhost:8080/realms/demo"
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed448",
)

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_CURVES: Mapping[str, ec.EllipticCurve] = {
    "ES256": ec.SECP256R1(),
    "ES384": ec.SECP384R1(),
    "ES512": ec.SECP521R1(),
}


def b64(data: bytes | str) -> str:
    """Return unpadded base64url."""
    return urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return what unpadded base64url spells."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def rsa_key(name: str = "realm") -> rsa.RSAPrivateKey:
    """Return the RSA key of this name, made once; `small` has 1024 bits."""
    return _made("RSA", name)


def private_key(alg: str, name: str = "realm") -> Any:
    """Return the private key that signs `alg`; one for each name."""
    if alg[:2] in ("RS", "PS"):
        return _made("RSA", name)
    return _made("EdDSA" if alg == "Ed25519" else alg, name)


@cache
def _made(kind: str, name: str) -> Any:
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    if kind == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    return rsa.generate_private_key(65537, 1024 if name == "small" else 2048)


def jwk(signs: str, name: str = "realm", /, **members: Any) -> dict[str, Any]:
    """Return the public JWK of that key as Keycloak publishes it; a member given as `None` is left out."""
    public = json.loads(JWK.from_pyca(private_key(signs, name).public_key()).export_public())
    published = "EdDSA" if signs == "Ed448" else signs
    public |= {"kid": signs, "alg": published, "use": "sig"} | members
    return {name: value for name, value in public.items() if value is not None}


def signature(signed: bytes, alg: str, key: Any = None) -> bytes:
    """Return the raw JWS signature."""
    key = key if key is not None else private_key(alg)
    digest = _HASHES.get(alg[-3:])
    if alg.startswith("HS"):
        mac = hmac.HMAC(key, digest)
        mac.update(signed)
        return mac.finalize()
    if alg.startswith("RS"):
        return key.sign(signed, padding.PKCS1v15(), digest)
    if alg.startswith("PS"):
        return key.sign(signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    if alg.startswith("ES"):
        size = (key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.sign(signed)


def claims(**members: Any) -> dict[str, Any]:
    """Return the claims of an access token as Keycloak issues them; a member given as `...` is left out."""
    usual: dict[str, Any] = {
        "exp": NOW + 300,
        "iat": NOW - 5,
        "jti": "onrtro:4b1e9a5e-6b0e-4b1e-8a5e-6b0e4b1e8a5e",
        "iss": ISSUER,
        "aud": "account",
        "sub": "f5b1e4e0-b65e-4a1e-b4e0-b65e9a1e4b1e",
        "typ": "Bearer",
        "azp": "web",
        "sid": "a8e5b1e4-e0b6-5e8a-e1b4-e0b65e9a1e4b",
        "acr": "1",
        "realm_access": {"roles": ["offline_access", "uma_authorization"]},
        "resource_access": {"account": {"roles": ["manage-account", "view-profile"]}},
        "scope": "openid profile email",
        "preferred_username": "alice",
    }
    return {name: value for name, value in (usual | members).items() if value is not ...}


def header(alg: str = "RS256", **members: Any) -> dict[str, Any]:
    """Return a header as Keycloak writes it; a member given as `...` is left out."""
    usual: dict[str, Any] = {"alg": "EdDSA" if alg == "Ed448" else alg, "typ": "JWT", "kid": alg}
    return {name: value for name, value in (usual | members).items() if value is not ...}


def sign(
    payload: Mapping[str, Any] | bytes | None = None,
    alg: str = "RS256",
    *,
    head: Mapping[str, Any] | bytes | None = None,
    key: Any = None,
) -> str:
    """Return a token over `payload`, signed with `alg` whatever its header says."""
    body = payload if isinstance(payload, bytes) else _json(claims() if payload is None else payload)
    top = head if isinstance(head, bytes) else _json(header(alg) if head is None else head)
    return sign_segments(b64(top), b64(body), alg, key=key)


def sign_segments(head: str, body: str, alg: str = "RS256", *, key: Any = None) -> str:
    """Return a token over two segments that are already spelled, rightly or wrongly."""
    signed = f"{head}.{body}"
    return f"{signed}.{b64(signature(signed.encode(), alg, key))}"


def with_signature(token: str, raw: bytes) -> str:
    """Return the token with another signature."""
    return f"{token.rpartition('.')[0]}.{b64(raw)}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@cache
def realm_keys() -> KeySet:
    """Return the key set of a realm with a key for every algorithm, and one for encryption."""
    signing = [jwk(alg) for alg in ALGORITHMS]
    return KeySet.parse({"keys": [*signing, jwk("RS256", kid="enc", use="enc", alg="RSA-OAEP")]})


@frozen
class Case:
    """A token, what it comes to, and the circumstances.

    Attributes:
        token: Makes the token.
        verdict: The exact class of the refusal; `None` when the token is good.
        options: Keyword arguments of `decode_token`.
        keys: Key set to use instead of the realm's.
        validate: As of `decode_token`.
        by: What reads the token, when that is not `decode_token`.
    """

    token: Callable[[], Any]
    verdict: type[Exception] | None = None
    options: Mapping[str, Any] = field(factory=dict)
    keys: Callable[[], KeySet] = realm_keys
    validate: bool = True
    by: Callable[[Case], object] | None = None


def decode(case: Case) -> dict[str, Any]:
    """Return what `decode_token` returns for the case, with a decoder that has seen nothing before."""
    return decode_with(case, TokenDecoder())


def decode_with(case: Case, decoder: TokenDecoder) -> dict[str, Any]:
    """Return what `decode_token` returns for the case."""
    return decoder.decode(
        case.token(),
        keys=case.keys(),
        issuer=ISSUER,
        now=NOW,
        validate=case.validate,
        options=case.options,
    )


def judge(case: Case) -> None:
    """Check the verdict, its text, and that reaching it cost little: 50 ms of CPU, 64 MiB.

    A refusal is one line, quotes nothing of the token's own three segments and survives pickling.
    """
    token = case.token()
    case = evolve(case, token=lambda: token)
    case.keys()
    error = _refusal(case)
    assert min(_seconds(case) for _ in range(3)) < 0.05
    assert type(error) is (case.verdict or type(None)), error
    tracemalloc.start()
    try:
        _refusal(case)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    if error is not None:
        _check_text(error, token)
    if isinstance(error, TokenVerificationError):
        assert error.expected, error
        assert len(error.expected) < 300
        assert len(error.found or "") < 300


def _seconds(case: Case) -> float:
    started = process_time()
    _refusal(case)
    return process_time() - started


def _refusal(case: Case) -> Exception | None:
    try:
        (case.by or decode)(case)
    except KeycloakError as error:
        return error
    return None


def _check_text(error: Exception, token: object) -> None:
    text = str(error)
    assert text
    assert len(text) < 300
    assert text.isprintable()
    assert str(pickle.loads(pickle.dumps(error))) == text
    segments = token.split(".") if isinstance(token, str) else []
    assert not any(segment in text for segment in segments if len(segment) > 16)
