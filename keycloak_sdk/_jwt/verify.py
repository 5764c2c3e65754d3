# SPDX-License-Identifier: Apache-2.0
"""From a token to its claims: verified with a key bound once, or through jwcrypto, or only read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import define, field
from cryptography.exceptions import InvalidSignature
from jwcrypto.jwk import JWK

from keycloak_oidc_api.models import TokenClaims
from keycloak_sdk._jwt.algorithms import ALGORITHMS
from keycloak_sdk._jwt.claims import check_asked, check_default
from keycloak_sdk._jwt.compact import (
    ENCRYPTED,
    Header,
    decode_segment,
    read_header,
    read_json,
    read_object,
    split,
)
from keycloak_sdk._jwt.errors import (
    TokenAlgorithmError,
    TokenDecryptionError,
    TokenExpiredError,
    TokenSignatureError,
)
from keycloak_sdk._jwt.given import given_key, key_source
from keycloak_sdk._jwt.jose import check_signature, decrypted_payload, with_defaults
from keycloak_sdk._jwt.memory import Verified, VerifiedTokens
from keycloak_sdk._jwt.options import Options
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk._jwt.strict_json import parse_again
from keycloak_sdk._jwt.typed import typed_claims
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keycloak_sdk._jwt.keys import KeySource

Judge = Callable[[Header, dict[str, Any]], TokenClaims]
"""Checks header and claims of a token whose signature verifies."""

NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})

_DEFAULTS = Options()
_NO_KEY = (
    "the token is encrypted: pass the private key as key= with expected_type='JWE', or as decryption_key="
)
_MAX_HEADERS = 64
_MAX_HEADER_KEPT = 1_024


@define(eq=False, repr=False)
class TokenDecoder:
    """Verifies tokens; remembers the headers of those that verified, since a realm's tokens share a few.

    One per `KeycloakOpenID`. Safe to share between threads and tasks.

    Attributes:
        remember: Verified tokens that are remembered; 0 remembers none.
    """

    remember: int = 0
    _headers: dict[bytes, Header] = field(factory=dict[bytes, Header], init=False)
    _memory: VerifiedTokens = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._memory = VerifiedTokens(self.remember)

    def forget(self) -> None:
        """Forget the tokens that have verified."""
        self._memory.forget()

    def decode(
        self,
        token: str | bytes,
        *,
        keys: KeySource | None,
        issuer: str | None,
        now: float,
        validate: bool = True,
        options: Mapping[str, Any] = NO_OPTIONS,
    ) -> TokenClaims:
        """Return the claims of a token.

        Args:
            token: A compact JWS, or a JWE when the options expect one.
            keys: The realm's key set; `None` when `needs_keys` says that none is needed.
            issuer: What `iss` must be unless the options say otherwise; `None` checks no issuer.
            now: Seconds since the epoch.
            validate: `False` reads the claims and checks nothing but the form.
            options: Keyword arguments of `decode_token`; see `Options`.

        Raises:
            TokenVerificationError: One subclass per reason; `TokenUnknownKeyError` invites a fresh key set.
            KeycloakRequestError: An option is unknown or of the wrong type.
        """
        asked = Options.parse(options) if options else _DEFAULTS
        if not validate:
            return typed_claims(_unverified(split(token)))
        if self.remember and asked.leaves_signature_alone:
            check = partial(_checked, issuer=issuer, now=now, asked=asked)
            return self.checked(
                token,
                keys,
                lambda header, claims: typed_claims(check(header, claims)),
                again=lambda header, claims: TokenClaims._revived(check(header, claims)),
            )
        header, payload = self._verified(split(token), keys, asked)
        claims = read_json(payload, "payload")
        return typed_claims(_checked(header, claims, issuer=issuer, now=now, asked=asked))

    def checked(
        self, token: str | bytes, keys: KeySource | None, judge: Judge, *, again: Judge | None = None
    ) -> TokenClaims:
        """Return what the caller makes of header and claims of a signed token, if its signature verifies.

        A token that these keys have verified before is judged by its claims alone, when this decoder
        remembers.

        Args:
            token: A compact JWS.
            keys: The realm's key set.
            judge: Checks header and claims; returns the claims, their types checked.
            again: What may take the place of `judge` for a token that it has let pass before.

        Raises:
            TokenVerificationError: It is malformed, encrypted, its signature does not verify, or what
                `judge` raises.
        """
        digest, known = self._memory.find(token, keys) if self.remember and keys is not None else (None, None)
        if known is None:
            header, payload = self._verified(split(token), keys, _DEFAULTS)
            claims = judge(header, read_json(payload, "payload"))
            if digest is not None and keys is not None:
                self._memory.remember(digest, keys, Verified.of(header, payload))
            return claims
        try:
            return (again or judge)(known.header, parse_again(known.payload))
        except TokenExpiredError:
            self._memory.forget(digest)
            raise

    def verified(self, token: str | bytes, keys: KeySource | None) -> tuple[Header, dict[str, Any]]:
        """Return header and claims of a signed token; what the claims say is for the caller to judge.

        Args:
            token: A compact JWS.
            keys: The realm's key set.

        Raises:
            TokenVerificationError: It is malformed, encrypted, or its signature does not verify.
        """
        header, payload = self._verified(split(token), keys, _DEFAULTS)
        return header, read_json(payload, "payload")

    def _verified(
        self, segments: Sequence[bytes], keys: KeySource | None, asked: Options
    ) -> tuple[Header, bytes]:
        """Return header and payload of a token whose signature verifies, or that decrypts."""
        if len(segments) == ENCRYPTED:
            return _decrypted(segments, asked)
        segment = segments[0]
        known = self._headers.get(segment)
        if known is not None:
            return known, _payload(segments, known, keys, asked)
        header = read_header(segments)
        payload = _payload(segments, header, keys, asked)
        if len(segment) <= _MAX_HEADER_KEPT and len(self._headers) < _MAX_HEADERS:
            self._headers[segment] = header
        return header, payload


def _checked(
    header: Header, claims: dict[str, Any], *, issuer: str | None, now: float, asked: Options
) -> dict[str, Any]:
    """Return the claims, with the caller's defaults, when they say what they must."""
    check_default(claims, media_type=header.typ, issuer=issuer, now=now, options=asked)
    if asked.default_claims is not None:
        claims = with_defaults(claims, asked.default_claims)
    if asked.check_claims:
        check_asked(claims, asked.check_claims, now=now, leeway=asked.leeway)
    return claims


def _unverified(segments: Sequence[bytes]) -> dict[str, Any]:
    if len(segments) == ENCRYPTED:
        raise TokenDecryptionError("the token is encrypted: its claims cannot be read without the key")
    read_object(segments[0], "header")
    decode_segment(segments[2], "signature")
    return read_object(segments[1], "payload")


def _payload(segments: Sequence[bytes], header: Header, keys: KeySource | None, asked: Options) -> bytes:
    """Return the payload of a token whose signature verifies."""
    key = given_key(asked.key) if asked.key is not None else None
    if asked.expected_type == "JWE":
        raise TokenDecryptionError("the token is signed, an encrypted one was expected (expected_type='JWE')")
    alg = header.alg
    if alg not in (asked.algs or ALGORITHMS):
        raise _refused_algorithm(alg, key, asked)
    if alg not in ALGORITHMS:
        if key is None:
            raise _refused_algorithm(alg, key, asked)
        decode_segment(segments[2], "signature")
        check_signature(segments, header, key)
        return decode_segment(segments[1], "payload")
    source = key_source(key) if key is not None else keys
    if source is None:
        raise KeycloakRequestError("no keys to verify with: pass key=")
    verify_signature(segments, header, source)
    return decode_segment(segments[1], "payload")


def _decrypted(segments: Sequence[bytes], asked: Options) -> tuple[Header, bytes]:
    if asked.key is None:
        raise TokenDecryptionError(_NO_KEY)
    header = read_header(segments)
    return header, decrypted_payload(segments, header, given_key(asked.key), asked)


def verify_signature(segments: Sequence[bytes], header: Header, source: KeySource) -> None:
    """Check the signature of a token whose algorithm is one of `ALGORITHMS`, with a key bound beforehand.

    Raises:
        TokenSignatureError: No key that the source has for the token verifies it.
    """
    signature = decode_segment(segments[2], "signature")
    signed = segments[0] + b"." + segments[1]
    for verify in source.verifiers(header.kid, header.alg):
        try:
            verify(signature, signed)
        except InvalidSignature:
            continue
        return
    if not signature:
        raise TokenSignatureError("the token is not signed")
    raise TokenSignatureError(
        f"the {header.alg} signature does not verify (kid {shown(header.kid)}): "
        "the token was changed, or is another realm's"
    )


def _refused_algorithm(alg: str, key: object, asked: Options) -> TokenAlgorithmError:
    found = shown(alg[:32])
    allowed = ", ".join(sorted(asked.algs or ALGORITHMS))
    hint = ""
    if asked.algs is None and alg.startswith("HS"):
        secret = isinstance(key, JWK) and key.get("kty") == "oct"
        hint = (
            f": pass algs=[{found}] with the secret"
            if secret
            else ": Keycloak keeps the secret, use introspect()"
        )
    return TokenAlgorithmError(
        f"the token says alg {found}, which is not allowed{hint}", expected=allowed, found=found
    )
