# SPDX-License-Identifier: Apache-2.0
"""ID tokens and userinfo, as the client takes them that asked for them.

Source: OpenID Connect Core 1.0 sections 3.1.3.7, 3.3.2.11 and 5.3.2.
"""

from __future__ import annotations

from hashlib import sha256, sha384, sha512, shake_256
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from keycloak_oidc_api.models import UserInfo
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._jwt import expected
from keycloak_sdk._jwt.claims import (
    Kind,
    audiences,
    check_issued_at,
    check_issuer,
    check_kind_of,
    check_times,
    require,
)
from keycloak_sdk._jwt.compact import decode_segment, encode_segment, read_json, split
from keycloak_sdk._jwt.errors import (
    TokenAudienceError,
    TokenClaimFormatError,
    TokenClientError,
    TokenHashError,
    TokenMissingClaimError,
    TokenNonceError,
    TokenSubjectError,
)
from keycloak_sdk._jwt.rfc9470 import LoginRules
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk._jwt.typed import typed_claims

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.compact import Header
    from keycloak_sdk._jwt.keys import KeySet
    from keycloak_sdk._jwt.verify import TokenDecoder

ID_TOKEN = Kind(
    "an ID token (typ ID)",
    typ=frozenset({"ID"}),
    media_types=frozenset({None, "jwt"}),
    sufficient="",
    source="the id_token of a token response",
)

_HASHES = {"256": sha256, "384": sha384, "512": sha512}
_ED448_SIGNATURE = 114
_SHAKE256_OUTPUTS = (64, 114)
"""Bytes that the hash of Ed448 has: Keycloak takes 64, the signature itself 114."""


@frozen(kw_only=True)
class IdTokenRules:
    """What a client asks of an ID token.

    Attributes:
        client_id: The client.
        trusted_audiences: Others that `aud` may name.
        nonce: The authorization request's; `None` compares none.
        hashed: What has to have which hash claim.
        login: Demands on the login.
        leeway: Seconds that clocks may differ.
    """

    client_id: str
    trusted_audiences: frozenset[str] = frozenset()
    nonce: str | None = field(default=None, repr=False)
    hashed: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    login: LoginRules = field(factory=LoginRules)
    leeway: float = expected.LEEWAY

    @classmethod
    def read(
        cls,
        client_id: str,
        *,
        nonce: object = None,
        access_token: object = None,
        code: object = None,
        state: object = None,
        trusted_audiences: object = (),
        acr: object = None,
        max_age: object = None,
        leeway: object = expected.LEEWAY,
    ) -> IdTokenRules:
        """Read the arguments of `decode_id_token`.

        Raises:
            KeycloakRequestError: One of them can never be met.
        """
        (client,) = expected.names(client_id, "client_id")
        hashed = {
            "at_hash": expected.text(access_token, "access_token"),
            "c_hash": expected.text(code, "code"),
            "s_hash": expected.text(state, "state"),
        }
        return cls(
            client_id=client,
            trusted_audiences=frozenset(expected.names(trusted_audiences, "trusted_audiences")),
            nonce=expected.text(nonce, "nonce"),
            hashed={claim: value for claim, value in hashed.items() if value is not None},
            login=LoginRules.read(acr, max_age),
            leeway=expected.seconds(leeway, "leeway"),
        )


def check_id_token(
    header: Header,
    claims: dict[str, Any],
    rules: IdTokenRules,
    *,
    signature_size: int,
    issuer: str,
    now: float,
) -> TokenClaims:
    """Check the claims of an ID token whose signature verifies.

    Args:
        header: Its header.
        claims: Its claims.
        rules: What is asked of it.
        signature_size: Bytes of its signature, which tell the curve behind `EdDSA`.
        issuer: What `iss` must be.
        now: Seconds since the epoch.

    Raises:
        TokenVerificationError: One subclass for each reason.
    """
    check_times(claims, now, rules.leeway)
    check_issuer(claims, issuer)
    check_issued_at(claims, now, rules.leeway)
    check_kind_of(claims, header.typ, ID_TOKEN)
    typed = typed_claims(claims)
    require(typed, "sub", "give the client the client scope 'basic'")
    check_own(typed, rules.client_id, rules.trusted_audiences)
    if rules.nonce is not None:
        _check_nonce(typed, rules.nonce)
    for claim, value in rules.hashed.items():
        _check_hash(typed, claim, _digest(header.alg, signature_size, value.encode("utf-8", "surrogatepass")))
    rules.login.check(typed, now, rules.leeway)
    return typed


def read_id_token(
    decoder: TokenDecoder,
    token: str | bytes,
    rules: IdTokenRules,
    *,
    keys: KeySet | None,
    issuer: str,
    now: float,
) -> TokenClaims:
    """Return the claims of an ID token; see `check_id_token`."""
    header, claims = decoder.verified(token, keys)
    size = len(decode_segment(split(token)[2], "signature"))
    return check_id_token(header, claims, rules, signature_size=size, issuer=issuer, now=now)


def check_own(claims: TokenClaims, client_id: str, trusted: Collection[str] = frozenset()) -> None:
    """Check that a token is for this client (`aud`, `azp`), and for nobody else that is not trusted.

    Raises:
        TokenAudienceError, TokenClientError, TokenMissingClaimError.
    """
    named = audiences(claims.get("aud"))
    others = [audience for audience in named if audience != client_id and audience not in trusted]
    if client_id not in named or others:
        has = f"aud is {shown(claims.get('aud'))}" if named else "the token has no aud"
        hint = (
            f"name {shown(others[0])} in trusted_audiences=, or turn off 'Add to ID token' of its mapper"
            if client_id in named
            else "it was issued to another client"
        )
        raise TokenAudienceError(
            f"{has}, expected {shown(client_id)} alone: {hint}",
            expected=shown(client_id),
            found=shown(claims.get("aud")),
        )
    if claims.azp is None and len(named) > 1:
        require(claims, "azp", "a token with several audiences says to which client it was issued")
    if claims.azp is not None and claims.azp != client_id:
        raise TokenClientError(
            f"azp is {shown(claims.azp)}, expected {shown(client_id)}: it was issued to another client",
            expected=shown(client_id),
            found=shown(claims.azp),
        )


def _check_nonce(claims: TokenClaims, nonce: str) -> None:
    if claims.nonce is None:
        raise TokenMissingClaimError(
            "the token has no nonce, one was sent: it belongs to another login, or came of a refresh",
            expected="nonce",
        )
    if not _same(claims.nonce, nonce):
        raise TokenNonceError(
            "nonce is not the one that was sent: the token belongs to another login",
            expected="the nonce of the authorization request",
            found="another nonce",
        )


def _check_hash(claims: TokenClaims, claim: str, accepted: Collection[bytes]) -> None:
    argument = {"at_hash": "access_token", "c_hash": "code", "s_hash": "state"}[claim]
    found: object = claims.get(claim)
    if not isinstance(found, str):
        raise TokenMissingClaimError(
            f"the token has no {claim}, which {argument}= is compared with: leave {argument} out if it did "
            "not come in the same response",
            expected=claim,
        )
    if not any(_same(found, encode_segment(half)) for half in accepted):
        raise TokenHashError(
            f"{claim} is the hash of another {argument}: they are of two responses, or one was changed",
            expected=f"{claim} of the given {argument}",
            found="another hash",
        )


def _digest(alg: str, signature_size: int, value: bytes) -> tuple[bytes, ...]:
    """Return the left halves that a hash by the token's algorithm may have."""
    if alg == "Ed448" or (alg == "EdDSA" and signature_size == _ED448_SIGNATURE):
        return tuple(shake_256(value).digest(size // 2) for size in _SHAKE256_OUTPUTS)
    digest = _HASHES.get(alg[-3:], sha512)(value).digest()
    return (digest[: len(digest) // 2],)


def read_userinfo(
    decoder: TokenDecoder,
    answer: bytes,
    *,
    sub: str,
    client_id: str,
    keys: KeySet | None,
    issuer: str,
) -> UserInfo:
    """Return the claims of a userinfo answer that is a signed token.

    Args:
        decoder: What verifies its signature.
        answer: The token; it needs no `exp`.
        sub: The user that it must be about.
        client_id: The client that it must be for.
        keys: The realm's key set.
        issuer: What `iss` must be.

    Raises:
        TokenVerificationError: One subclass for each reason.
    """
    _, claims = decoder.verified(answer, keys)
    check_issuer(claims, issuer)
    if client_id not in audiences(claims.get("aud")):
        raise TokenAudienceError(
            f"aud of the userinfo is {shown(claims.get('aud'))}, expected {shown(client_id)}: it was "
            "signed for another client",
            expected=shown(client_id),
            found=shown(claims.get("aud")),
        )
    return check_userinfo(claims, sub)


def plain_userinfo(content: bytes, sub: str) -> UserInfo | None:
    """Return the claims of decrypted userinfo that is not signed; `None` when it is a token in turn."""
    return check_userinfo(read_json(content, "userinfo"), sub) if content.lstrip()[:1] == b"{" else None


def check_userinfo(claims: dict[str, Any], sub: str) -> UserInfo:
    """Check that the claims of the userinfo endpoint are about this user.

    Raises:
        TokenSubjectError: They are about another.
        TokenClaimFormatError: A described claim is of another type, or `sub` is missing.
    """
    try:
        info = UserInfo.from_dict(claims)
    except DecodeError as error:
        raise TokenClaimFormatError(
            f"{error.path} of the userinfo is {error.found}, expected {error.expected}",
            claim_path=error.path,
            expected=error.expected,
            found=error.found,
        ) from None
    if not _same(info.sub, sub):
        raise TokenSubjectError(
            "sub of the userinfo is another user's than expected: the access token is not of this login",
            expected="the given sub",
            found="another sub",
        )
    return info


def _same(found: str, wanted: str) -> bool:
    return compare_digest(found.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass"))
