# SPDX-License-Identifier: Apache-2.0
"""Why a token does not verify: one class per reason, each also jwcrypto's for the same reason.

Programs written for python-keycloak catch what jwcrypto raises; they catch these. The classes are public as
`keycloak_sdk.exceptions.TokenExpiredError` and so on, loaded on first use because jwcrypto is.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, ClassVar, cast

from jwcrypto.common import JWException
from jwcrypto.jwe import InvalidJWEData
from jwcrypto.jws import InvalidJWSObject, InvalidJWSSignature
from jwcrypto.jwt import (
    JWTExpired,
    JWTInvalidClaimFormat,
    JWTInvalidClaimValue,
    JWTMissingClaim,
    JWTMissingKey,
    JWTNotYetValid,
)

from keycloak_sdk.exceptions import KeycloakInvalidTokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 72


def shown(value: object) -> str:
    """Return a short printable form of a claim that may be printed: text, number or list of text."""
    if isinstance(value, str):
        text = repr(value[:_SHOWN])
        return text if len(text) <= _SHOWN and len(value) <= _SHOWN else f"{text[: _SHOWN - 1]}…'"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return repr(value) if abs(value) < 10**15 else "a number beyond every calendar"
    if isinstance(value, list | tuple | set | frozenset):
        return _shown_list(cast("Iterable[object]", value))
    return "an object"


def _shown_list(values: Iterable[object]) -> str:
    text = "["
    for value in values:
        item = repr(value) if isinstance(value, str) else shown_type(value)
        if len(text) + len(item) > _SHOWN:
            return text + "…]"
        text += item if text == "[" else f", {item}"
    return text + "]"


_TYPES: Mapping[type, str] = {
    NoneType: "null",
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def shown_type(value: object) -> str:
    """Return what a JSON value is, without the value."""
    return _TYPES.get(type(value), type(value).__name__)


class TokenVerificationError(KeycloakInvalidTokenError, JWException):
    """A token was refused by local verification; nothing was sent for it.

    Attributes:
        reason: The class's reason in one word or two, for logs and metrics.
        expected: What would have been accepted, printable; `None` when there is no one answer.
        found: What the token has instead, printable; `None` when it cannot be shown.
    """

    reason: ClassVar[str] = "token"

    def __init__(self, message: str = "", *, expected: str | None = None, found: str | None = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.found = found


class TokenMalformedError(TokenVerificationError, InvalidJWSObject, ValueError):
    """The text is no compact JSON Web Token: segments, base64url, JSON or header are wrong.

    Source: RFC 7515 sections 3.1 and 4; RFC 8259.
    """

    reason = "malformed"


class TokenTooLargeError(TokenMalformedError):
    """The token, or a part of it, is larger than anything Keycloak sends."""

    reason = "too large"


class TokenDecryptionError(TokenVerificationError, InvalidJWEData):
    """The token is encrypted and cannot be decrypted, or one of both was not expected.

    Source: RFC 7516.
    """

    reason = "decryption"


class TokenSignatureError(TokenVerificationError, InvalidJWSSignature, JWTMissingKey):
    """The signature is not the key's over this token.

    Source: RFC 7515 section 5.2.
    """

    reason = "signature"


class TokenAlgorithmError(TokenSignatureError):
    """The token names an algorithm that is not allowed, or not the key's.

    Source: RFC 8725 sections 3.1 and 3.2.
    """

    reason = "algorithm"


class TokenKeyError(TokenSignatureError):
    """The key may not verify this token: too small, broken, or made for something else.

    Source: RFC 7517 section 4; RFC 7518 section 3.3.
    """

    reason = "key"


class TokenUnknownKeyError(TokenSignatureError):
    """No key of the set fits the token.

    Attributes:
        kid: The key id that the token names; `None` when it names none.
    """

    reason = "unknown key"

    def __init__(
        self,
        message: str = "",
        *,
        kid: str | None = None,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        super().__init__(message, expected=expected, found=found)
        self.kid = kid


class TokenExpiredError(TokenVerificationError, JWTExpired):
    """`exp` has passed.

    Source: RFC 7519 section 4.1.4.
    """

    reason = "expired"


class TokenNotYetValidError(TokenVerificationError, JWTNotYetValid):
    """`nbf` lies ahead.

    Source: RFC 7519 section 4.1.5.
    """

    reason = "not yet valid"


class TokenMissingClaimError(TokenVerificationError, JWTMissingClaim):
    """A required claim is missing."""

    reason = "missing claim"


class TokenClaimFormatError(TokenVerificationError, JWTInvalidClaimFormat):
    """A claim is of another JSON type than its specification says.

    Attributes:
        claim_path: Where, as a JSON path such as `$.realm_access.roles[2]`.
    """

    reason = "claim format"

    def __init__(
        self,
        message: str = "",
        *,
        claim_path: str = "$",
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        super().__init__(message, expected=expected, found=found)
        self.claim_path = claim_path


class TokenClaimValueError(TokenVerificationError, JWTInvalidClaimValue):
    """A claim has another value than the caller expects."""

    reason = "claim value"


class TokenIssuerError(TokenClaimValueError):
    """`iss` is another issuer.

    Source: RFC 8725 section 3.8.
    """

    reason = "issuer"


class TokenAudienceError(TokenClaimValueError):
    """`aud` does not hold an expected audience.

    Source: RFC 8725 section 3.9.
    """

    reason = "audience"


class TokenKindError(TokenClaimValueError):
    """The token is of another kind: a refresh or logout token, say, where an access token belongs.

    Source: RFC 8725 sections 3.11 and 3.12.
    """

    reason = "kind"
