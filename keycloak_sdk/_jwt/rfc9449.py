# SPDX-License-Identifier: Apache-2.0
"""DPoP: a proof that who presents a token has the key that it is bound to.

Source: RFC 9449 section 4.3.
"""

from __future__ import annotations

import json
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote, urlsplit

from attrs import Attribute, field, frozen
from cryptography.exceptions import InvalidSignature

from keycloak_sdk._jwt import expected
from keycloak_sdk._jwt.algorithms import UnusableKeyError, algorithms_of, bind
from keycloak_sdk._jwt.claims import moment
from keycloak_sdk._jwt.compact import SIGNED, decode_segment, encode_segment, read_header, read_object, split
from keycloak_sdk._jwt.errors import (
    TokenBindingError,
    TokenMalformedError,
    TokenProofError,
    TokenProofNonceError,
)
from keycloak_sdk._jwt.keys import public_key
from keycloak_sdk._jwt.replay import MAX_JTI, OneUse
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LIFETIME = 60.0
"""Seconds that a proof is good."""

_MAX_PROOF = 16_384
_MEDIA_TYPE = "dpop+jwt"
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
}
_PORTS = {"http": 80, "https": 443}
_UNRESERVED = "-._~"
_RESERVED = "/!$&'()*+,;=:@"


def _is_text(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value:
        raise KeycloakRequestError(f"{attribute.name} of the DPoP proof is text that is not empty")


def _is_url(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or _normal(value) is None:
        raise KeycloakRequestError(f"{attribute.name} of the DPoP proof is the http(s) URL that was called")


def _names(value: str | Collection[str]) -> tuple[str, ...]:
    return expected.names(value, "nonces")


def _lifetime(value: float) -> float:
    return expected.seconds(value, "lifetime")


@frozen(kw_only=True)
class DPoPProof:
    """The header `DPoP` of a request, and the request that it must be for.

    Attributes:
        jwt: The header's value.
        method: Method of the request, such as `GET`.
        url: URL of the request as the client knows it: behind a proxy, the public one. Query and fragment
            do not count.
        nonces: Nonces that this server has given out and still takes, of which the proof must have one;
            empty to ask for none.
        lifetime: Seconds that a proof is good.

    Raises:
        KeycloakRequestError: One of them cannot be.
    """

    jwt: str = field(repr=False, validator=_is_text)
    method: str = field(validator=_is_text)
    url: str = field(validator=_is_url)
    nonces: Collection[str] = field(default=(), converter=_names, repr=False)
    lifetime: float = field(default=LIFETIME, converter=_lifetime)


def check_proof(proof: DPoPProof, token: bytes, key: str, *, now: float, leeway: float) -> OneUse:
    """Check a proof.

    Args:
        proof: The proof, and the request it must be for.
        token: The access token that came with it.
        key: Thumbprint of the key that the token is bound to.
        now: Seconds since the epoch.
        leeway: Seconds that clocks may differ.

    Returns:
        The use of this proof, which must be the only one.

    Raises:
        TokenProofError: It is no proof of this key for this request and token, now.
        TokenProofNonceError: It has none of the nonces.
        TokenBindingError: It is of another key than the token is bound to.
    """
    try:
        jwk, claims = _verified(proof.jwt)
    except (TokenMalformedError, UnusableKeyError) as error:
        text = error.error_message if isinstance(error, TokenMalformedError) else f"its key: {error}"
        raise TokenProofError(f"the DPoP proof cannot be used: {text}") from None
    if not _same(_thumbprint(jwk), key):
        raise TokenBindingError(
            "the DPoP proof is of another key than the token is bound to (cnf.jkt)",
            expected="a proof of the token's key",
            found="one of another key",
        )
    _check_request(proof, claims)
    if not _same(claims.get("ath"), encode_segment(sha256(token).digest())):
        raise TokenProofError(
            "the DPoP proof is for another access token: ath is the hash of the one that is sent",
            expected="ath of this access token",
        )
    if proof.nonces and not any(_same(claims.get("nonce"), nonce) for nonce in proof.nonces):
        raise TokenProofNonceError(
            "the DPoP proof has no nonce of this server: answer with one in the header DPoP-Nonce",
            expected="a nonce of this server",
        )
    return _use(proof, claims, key, now, leeway)


def _verified(proof: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Return the key of a proof, and the claims that it signed."""
    if len(proof) > _MAX_PROOF:
        raise TokenMalformedError(f"it is longer than {_MAX_PROOF} characters")
    segments = split(proof)
    if len(segments) != SIGNED:
        raise TokenMalformedError("it is encrypted")
    header = read_header(segments)
    if header.typ != _MEDIA_TYPE:
        raise TokenMalformedError(f"its typ is {shown(header.typ)}, expected {_MEDIA_TYPE!r}")
    jwk: object = read_object(segments[0], "header").get("jwk")
    if not isinstance(jwk, dict):
        raise TokenMalformedError("its header has no key (jwk)")
    members = cast("dict[str, Any]", jwk)
    if not _PRIVATE.isdisjoint(members):
        raise UnusableKeyError("it is private, or a shared secret")
    allowed = algorithms_of(members)
    if header.alg not in allowed:
        raise UnusableKeyError(f"it is for {', '.join(sorted(allowed))}, the proof says {shown(header.alg)}")
    verify = bind(header.alg, public_key({name: v for name, v in members.items() if isinstance(v, str)}))
    try:
        verify(decode_segment(segments[2], "signature"), segments[0] + b"." + segments[1])
    except InvalidSignature:
        raise TokenMalformedError("its signature does not verify") from None
    return members, read_object(segments[1], "payload")


def _thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the thumbprint of a key (RFC 7638 section 3)."""
    members = {name: jwk[name] for name in _IDENTITY[jwk["kty"]]}
    return encode_segment(sha256(json.dumps(members, separators=(",", ":")).encode("ascii")).digest())


def _check_request(proof: DPoPProof, claims: Mapping[str, Any]) -> None:
    method = claims.get("htm")
    if method != proof.method:
        raise TokenProofError(
            f"the DPoP proof is for the method {shown(method)}, the request has {shown(proof.method)}",
            expected=shown(proof.method),
            found=shown(method),
        )
    url: object = claims.get("htu")
    signed, called = _normal(url) if isinstance(url, str) else None, _normal(proof.url)
    if signed != called:  # only the normal forms are shown: a query may hold what is secret
        raise TokenProofError(
            f"the DPoP proof is for the URL {shown(signed)}, the request went to {shown(called)}: behind a "
            "proxy, pass the public URL",
            expected=shown(called),
            found=shown(signed),
        )


def _use(proof: DPoPProof, claims: Mapping[str, Any], key: str, now: float, leeway: float) -> OneUse:
    issued: object = claims.get("iat")
    if not isinstance(issued, int | float) or isinstance(issued, bool):
        raise TokenProofError("the DPoP proof has no iat", expected="iat")
    if not now - proof.lifetime - leeway <= issued <= now + leeway:
        raise TokenProofError(
            f"the DPoP proof was made at {moment(issued)}, it is good for {proof.lifetime:.0f} s: "
            "make one for each request, and set both clocks",
            expected=f"iat after {moment(now - proof.lifetime - leeway)}",
            found=moment(issued),
        )
    jti: object = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:
        raise TokenProofError(f"the DPoP proof has no jti of 1 to {MAX_JTI} characters", expected="jti")
    return OneUse.of("dpop", key, jti, seconds=issued + proof.lifetime + leeway - now + 1)


def _normal(url: str) -> str | None:
    """Return a URL without query and fragment in the one form that two ways to write it share.

    Source: RFC 3986 sections 6.2.2 and 6.2.3.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or not url.isprintable() or " " in url:
        return None
    shown_port = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown_port}{_normal_path(parts.path or '/')}"


def _normal_path(path: str) -> str:
    """Return a path with what needs no encoding decoded, and what needs it encoded in one way."""
    pieces = path.split("%")
    return quote(pieces[0], safe=_RESERVED) + "".join(_normal_octet(piece) for piece in pieces[1:])


def _normal_octet(piece: str) -> str:
    octet, rest = piece[:2], quote(piece[2:], safe=_RESERVED)
    character = unquote(f"%{octet}", "latin-1")
    if character.isascii() and (character.isalnum() or character in _UNRESERVED):
        return character + rest
    return f"%{octet.upper()}{rest}"


def _same(found: object, wanted: str) -> bool:
    return isinstance(found, str) and compare_digest(
        found.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )
