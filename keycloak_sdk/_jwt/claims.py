# SPDX-License-Identifier: Apache-2.0
"""What the claims of a verified token must say.

Source: RFC 7519 section 4.1; RFC 8725 sections 3.8 to 3.12; RFC 9068 section 4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, cast

from attrs import frozen

from keycloak_sdk._jwt.errors import (
    TokenAudienceError,
    TokenClaimFormatError,
    TokenClaimValueError,
    TokenExpiredError,
    TokenIssuedAtError,
    TokenIssuerError,
    TokenKindError,
    TokenMissingClaimError,
    TokenNotYetValidError,
)
from keycloak_sdk._jwt.shown import shown, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.options import Options

KINDS = frozenset({"Bearer", "DPoP", "ID"})
"""Values of Keycloak's `typ` claim that `decode_token` takes: access tokens, party tokens, ID tokens."""

_MEDIA_TYPES = frozenset({None, "jwt", "at+jwt"})
_ACCESS_TOKEN = "at+jwt"
_LOGOUT = "logout"
_LOGOUT_TOKEN = "logout+jwt"
_PRINTABLE = frozenset({"iss", "aud", "azp", "typ", "acr", "exp", "nbf", "iat"})


def check_times(claims: Mapping[str, Any], now: float, leeway: float) -> None:
    """Check `exp`, `iat` and `nbf`; the first two are required.

    Args:
        claims: The verified claims.
        now: Seconds since the epoch.
        leeway: Seconds that clocks may differ.

    Raises:
        TokenMissingClaimError, TokenClaimFormatError, TokenExpiredError, TokenNotYetValidError.
    """
    expires: Any = claims.get("exp")
    if expires.__class__ is not int:
        expires = _number(claims, "exp")
    if expires <= now - leeway:  # never calculate with a claim: it may be too large for a float
        _expired(expires, now, leeway)
    if claims.get("iat").__class__ is not int:
        _number(claims, "iat")
    if "nbf" in claims:
        begins = _number(claims, "nbf")
        if begins > now + leeway:
            _not_yet_valid(begins, now, leeway)


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if name not in claims:
        raise TokenMissingClaimError(f"the token has no {name}, every token of Keycloak has", expected=name)
    raise TokenClaimFormatError(
        f"$.{name} is {shown_type(value)}, expected seconds since 1970",
        claim_path=f"$.{name}",
        expected="a number",
        found=shown_type(value),
    )


def _expired(expires: float, now: float, leeway: float) -> NoReturn:
    raise TokenExpiredError(
        f"the token expired at {moment(expires)}, {_between(expires, now)} ago (leeway {_seconds(leeway)}): "
        "renew it, or set both clocks",
        expected=f"exp after {moment(now - leeway)}",
        found=moment(expires),
    )


def _not_yet_valid(begins: float, now: float, leeway: float) -> NoReturn:
    raise TokenNotYetValidError(
        f"the token is valid from {moment(begins)}, in {_between(now, begins)} (leeway {_seconds(leeway)}): "
        "wait, or set both clocks",
        expected=f"nbf before {moment(now + leeway)}",
        found=moment(begins),
    )


def moment(seconds: float) -> str:
    """Return a date as errors show it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return shown(seconds)


def _between(earlier: float, later: float) -> str:
    try:
        seconds = float(later) - float(earlier)
    except OverflowError:
        return "ages"
    return _seconds(seconds)


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if abs(seconds) < 10**12 else "ages"


def check_issued_at(
    claims: Mapping[str, Any], now: float, leeway: float, max_age: float | None = None
) -> None:
    """Check that `iat` does not lie ahead, and not further back than `max_age` seconds.

    Raises:
        TokenMissingClaimError, TokenClaimFormatError, TokenIssuedAtError.
    """
    issued = _number(claims, "iat")
    if issued > now + leeway:
        text, wanted = f"in {_between(now, issued)}: set both clocks", f"iat before {moment(now + leeway)}"
    elif max_age is not None and issued < now - max_age - leeway:
        text, wanted = f"{_between(issued, now)} ago: too old", f"iat after {moment(now - max_age - leeway)}"
    else:
        return
    raise TokenIssuedAtError(
        f"the token was issued at {moment(issued)}, {text} (leeway {_seconds(leeway)})",
        expected=wanted,
        found=moment(issued),
    )


def check_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    """Check that `iss` is the issuer, to the character.

    Raises:
        TokenMissingClaimError, TokenClaimFormatError, TokenIssuerError.
    """
    found = claims.get("iss")
    if found == issuer:
        return
    if "iss" not in claims:
        raise TokenMissingClaimError(
            f"the token has no iss, expected {shown(issuer)}", expected=shown(issuer)
        )
    if not isinstance(found, str):
        _wrong_type("iss", found, "text")
    raise TokenIssuerError(
        f"iss is {shown(found)}, expected {shown(issuer)}: pass issuer= when the server has both names, "
        "or start Keycloak with --hostname",
        expected=shown(issuer),
        found=shown(found),
    )


def untrusted_issuer(found: object, trusted: Iterable[str]) -> TokenIssuerError:
    """Return the refusal of a token whose issuer is none of the trusted ones."""
    listed = sorted(trusted)
    return TokenIssuerError(
        f"iss is {shown(found)}, none of the {len(listed)} trusted realms: add a client for that realm, or "
        "give the client the issuer= that its tokens have",
        expected=shown(listed),
        found=shown(found),
    )


def check_kind(claims: Mapping[str, Any], media_type: str | None, kind: str | None = None) -> None:
    """Check that the token is of the expected kind, by the header's `typ` and the claim `typ`.

    Args:
        claims: The verified claims.
        media_type: `typ` of the header, normalised; `None` when absent.
        kind: The one kind to accept instead of access and ID tokens, such as `Logout`.

    Raises:
        TokenKindError: It is of another kind, or does not say.
    """
    found = claims.get("typ")
    if kind is None:
        matches = found.__class__ is str and found in KINDS
        matches = matches or (found is None and media_type == _ACCESS_TOKEN)
    else:
        matches = isinstance(found, str) and _media_type(found) == _media_type(kind)
    if matches and media_type in _MEDIA_TYPES:
        return
    if matches and kind is not None and _media_type(kind) == _LOGOUT and media_type == _LOGOUT_TOKEN:
        return
    expected = shown(kind) if kind else "a token of typ Bearer, DPoP or ID"
    if matches:
        text = f"the token's header has typ {shown(media_type)}, expected JWT or at+jwt"
    else:
        text = f"the token is of typ {shown(found) if 'typ' in claims else 'unknown'}, expected {expected}"
    raise TokenKindError(
        f"{text}: pass the access token, or name the kind with check_claims={{'typ': ...}}",
        expected=expected,
        found=shown(media_type if matches else found),
    )


@frozen
class Kind:
    """One kind of token.

    Attributes:
        name: What it is called.
        typ: Values of its claim `typ`.
        media_types: Values of its header's `typ`, normalised.
        sufficient: Media type that makes the claim dispensable.
        source: Where it comes from.
    """

    name: str
    typ: frozenset[str]
    media_types: frozenset[str | None]
    sufficient: str
    source: str


def check_kind_of(claims: Mapping[str, Any], media_type: str | None, kind: Kind) -> None:
    """Check that the token is of this kind, by the header's `typ` and the claim `typ`.

    Raises:
        TokenKindError: It is of another kind, or does not say.
    """
    typ = claims.get("typ")
    matches = isinstance(typ, str) and typ in kind.typ
    matches = matches or ("typ" not in claims and media_type == kind.sufficient)
    if matches and media_type in kind.media_types:
        return
    found = shown(media_type if matches else typ) if matches or "typ" in claims else "unknown"
    where = "header has typ" if matches else "typ is"
    raise TokenKindError(
        f"the token's {where} {found}, expected {kind.name}: pass {kind.source}",
        expected=kind.name,
        found=found,
    )


def require(claims: TokenClaims, name: str, hint: str) -> None:
    """Check that a claim of text is there and not empty.

    Raises:
        TokenMissingClaimError: It is not.
    """
    if not claims.get(name):
        raise TokenMissingClaimError(f"the token has no {name}: {hint}", expected=name)


def _media_type(typ: str) -> str:
    return typ.lower().removeprefix("application/")


def check_audience(claims: Mapping[str, Any], expected: frozenset[str]) -> None:
    """Check that `aud` holds one of the audiences.

    Raises:
        TokenAudienceError: It holds none of them, or is missing.
        TokenClaimFormatError: It is neither text nor a list of text.
    """
    found = claims.get("aud")
    if not expected.isdisjoint(audiences(found)):
        return
    wanted = " or ".join(shown(audience) for audience in sorted(expected)[:3])
    has = f"aud is {shown(found)}" if found is not None else "the token has no aud"
    client = claims.get("azp")
    of_client = f" of client {shown(client)}" if isinstance(client, str) else ""
    raise TokenAudienceError(
        f"{has}, expected {wanted}: add an Audience mapper to a client scope{of_client}",
        expected=wanted,
        found=shown(found),
    )


def audiences(value: object) -> list[str]:
    """Return the audiences that `aud` names.

    Raises:
        TokenClaimFormatError: It is neither text nor a list of text.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        _wrong_type("aud", value, "text or a list of text")
    named = cast("list[object]", value)
    for index, item in enumerate(named):
        if not isinstance(item, str):
            _wrong_type(f"aud[{index}]", item, "text")
    return cast("list[str]", named)


def _wrong_type(where: str, value: object, expected: str) -> NoReturn:
    raise TokenClaimFormatError(
        f"$.{where} is {shown_type(value)}, expected {expected}",
        claim_path=f"$.{where}",
        expected=expected,
        found=shown_type(value),
    )


def check_default(
    claims: Mapping[str, Any], *, media_type: str | None, issuer: str | None, now: float, options: Options
) -> None:
    """Check what every token must satisfy, and the audience when one is asked for."""
    check_times(claims, now, options.leeway)
    asked = options.check_claims
    expected_issuer: str | None = options.issuer or asked.get("iss") or issuer
    if expected_issuer is not None:
        check_issuer(claims, expected_issuer)
    check_kind(claims, media_type, asked.get("typ"))
    if options.audience is not None:
        check_audience(claims, options.audience)


def check_asked(claims: Mapping[str, Any], asked: Mapping[str, Any], *, now: float, leeway: float) -> None:
    """Check the caller's `check_claims` as jwcrypto does.

    Raises:
        TokenMissingClaimError: A named claim is missing.
        TokenClaimValueError, TokenAudienceError: It has another value.
        TokenExpiredError, TokenNotYetValidError: `exp` or `nbf` is on the wrong side of the value.
    """
    for name, value in asked.items():
        if name not in claims:
            raise TokenMissingClaimError(
                f"the token has no claim {shown(name)}, check_claims asks for it: add a mapper for it to a "
                "client scope",
                expected=name,
            )
        _check_one(name, claims, value, now, leeway)


def _check_one(name: str, claims: Mapping[str, Any], value: Any, now: float, leeway: float) -> None:
    found = claims[name]
    if name == "exp":
        limit = now - leeway if value is None else value
        expires = _number(claims, "exp")
        if expires < limit:
            _expired(expires, limit, 0)
    elif name == "nbf":
        limit = now + leeway if value is None else value
        begins = _number(claims, "nbf")
        if begins > limit:
            _not_yet_valid(begins, limit, 0)
    elif value is None:
        return
    elif name == "aud":
        check_audience(claims, frozenset([value] if isinstance(value, str) else value))
    elif name == "scope":
        if not isinstance(found, str) or value not in found.split():
            raise TokenClaimValueError(
                f"the token's scope lacks {shown(value)}: ask for it with scope=",
                expected=shown(value),
                found=shown(found) if isinstance(found, str) else shown_type(found),
            )
    elif name != "typ" and value != found:
        _other_value(name, value, found)


def _other_value(name: str, expected: object, found: object) -> NoReturn:
    if name in _PRINTABLE:
        raise TokenClaimValueError(
            f"{name} is {shown(found)}, expected {shown(expected)}",
            expected=shown(expected),
            found=shown(found),
        )
    raise TokenClaimValueError(
        f"claim {shown(name)} has another value than check_claims expects",
        expected=f"the value of check_claims[{shown(name)}]",
        found="another value",
    )
