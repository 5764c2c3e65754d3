# SPDX-License-Identifier: Apache-2.0
"""The keyword arguments of `decode_token`: jwcrypto's own and this SDK's, checked once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from attrs import frozen

from keycloak_sdk.exceptions import KeycloakRequestError

LEEWAY = 60.0
"""Seconds that clocks may differ, as jwcrypto has it."""

_LONGEST_LEEWAY = 10**9


def _names(name: str, value: object) -> frozenset[str] | None:
    if not value:
        return None
    if isinstance(value, str) or not isinstance(value, Collection):
        raise KeycloakRequestError(f"{name} is a list of names, such as {name}=['RS256']")
    names = cast("Collection[object]", value)
    if not all(isinstance(item, str) for item in names):
        raise KeycloakRequestError(f"{name} is a list of names, all of them text")
    return frozenset(cast("Collection[str]", names))


def _algs(value: object) -> frozenset[str] | None:
    names = _names("algs", value)
    if names and "none" in names:
        raise KeycloakRequestError("algs cannot allow 'none': validate=False reads a token unverified")
    return names


def _audience(value: object) -> frozenset[str] | None:
    if isinstance(value, str) and value:
        return frozenset({value})
    if value == "":
        raise KeycloakRequestError("audience is empty: leave it out, or name a client id")
    return _names("audience", value)


def _issuer(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise KeycloakRequestError("issuer is the text that the tokens have as iss")


def _leeway(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_LEEWAY:
        return value
    raise KeycloakRequestError("leeway is a number of seconds, zero or more")


def _expected_type(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value in ("JWS", "JWE")):
        return value
    raise KeycloakRequestError("expected_type is 'JWS' or 'JWE'")


def _header(value: object) -> Mapping[str, Any]:
    try:
        header = json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError:
        header = value
    if header is None or isinstance(header, Mapping):
        return cast("Mapping[str, Any]", header or {})
    raise KeycloakRequestError("header is a dict, or its JSON")


def _default_claims(value: object) -> Mapping[str, Any] | None:
    if value is None or isinstance(value, Mapping):
        return cast("Mapping[str, Any] | None", value)
    raise KeycloakRequestError("default_claims is a dict of claims")


def _check_claims(value: object) -> Mapping[str, Any]:
    if value is None or value is False:
        return {}
    if not isinstance(value, Mapping):
        raise KeycloakRequestError("check_claims is a dict of claims and their values; None as value: any")
    claims = cast("Mapping[str, Any]", value)
    for name, expected in claims.items():
        if expected is not None and not _EXPECTABLE.get(name, _anything)(expected):
            raise KeycloakRequestError(f"check_claims[{name!r}] is of a type that the claim never has")
    return claims


def _anything(_value: object) -> bool:
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text_or_texts(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, cast("list[object]", value))))


_EXPECTABLE: Mapping[str, Callable[[object], bool]] = {
    "iss": _is_text,
    "sub": _is_text,
    "jti": _is_text,
    "typ": _is_text,
    "scope": _is_text,
    "aud": _is_text_or_texts,
    "exp": _is_number,
    "nbf": _is_number,
    "iat": _is_number,
}


@frozen
class Options:
    """What a caller asks of one verification beyond the defaults; nothing here switches a default check off.

    Attributes:
        key: The caller's key instead of the realm's.
        algs: Allowed algorithms instead of every asymmetric one.
        check_claims: Claims that must be there, with their values; `None` as value means any. `iss` and `typ`
            take the place of the realm's issuer and of the default kinds.
        default_claims: Claims that a token without them gets before `check_claims` is looked at.
        expected_type: `JWE` to decrypt with the caller's key.
        leeway: Seconds that clocks may differ.
        issuer: Value of `iss` instead of the realm's own.
        audience: Audiences of which the token must have one.
        encrypted: Whether `header`, of which nothing else is used, has `enc`: jwcrypto then expects a JWE.
    """

    key: object = None
    algs: frozenset[str] | None = None
    check_claims: Mapping[str, Any] = {}
    default_claims: Mapping[str, Any] | None = None
    expected_type: str | None = None
    leeway: float = LEEWAY
    issuer: str | None = None
    audience: frozenset[str] | None = None
    encrypted: bool = False

    @property
    def leaves_signature_alone(self) -> bool:
        """Whether a token's signature is verified as by default, and its claims are taken as they are."""
        return (
            self.key is None
            and self.algs is None
            and self.default_claims is None
            and self.expected_type != "JWE"
        )

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Options:
        """Read keyword arguments.

        Raises:
            KeycloakRequestError: A name is unknown or a value of the wrong type.
        """
        values: dict[str, Any] = {
            name: _reader(name)(value) for name, value in given.items() if name not in _HINTS
        }
        return cls(**values, encrypted="header" in given and "enc" in _header(given["header"]))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "algs": _algs,
    "check_claims": _check_claims,
    "default_claims": _default_claims,
    "expected_type": _expected_type,
    "leeway": _leeway,
    "issuer": _issuer,
    "audience": _audience,
    "key": lambda key: key,
}

# jwcrypto takes them. On a token that is read, `claims` is overwritten, `header` is no more than a hint, and
# only the compact form is accepted.
_HINTS = frozenset({"claims", "header", "strict_serialization"})

_KNOWN = ", ".join(sorted({*_READERS, *_HINTS}))


def _reader(name: str) -> Callable[[Any], Any]:
    reader = _READERS.get(name)
    if reader is not None:
        return reader
    hint = "; use validate=False, leeway, audience instead" if name == "options" else ""
    raise KeycloakRequestError(f"decode_token has no option {name[:32]!r}{hint}; it has {_KNOWN}")


def needs_keys(options: Mapping[str, Any], *, validate: bool) -> bool:
    """Return whether a verification needs the realm's key set."""
    return validate and options.get("key") is None
