# SPDX-License-Identifier: Apache-2.0
"""Why a token does not verify: one class per reason, each also jwcrypto's for the same reason.

Programs written for python-keycloak catch what jwcrypto raises; they catch these. The classes are public as
`keycloak_sdk.exceptions.TokenExpiredError` and so on, loaded on first use because jwcrypto is.
"""

from __future__ import annotations

import re
from typing import ClassVar

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

_QUOTABLE = re.compile(r"[ !#-\[\]-~]+")


class TokenVerificationError(KeycloakInvalidTokenError, JWException):
    """A token was refused by local verification; nothing was sent for it.

    Attributes:
        reason: The class's reason in one word or two, for logs and metrics.
        oauth_error: Error code with which an API refuses such a token.
        http_status: HTTP status with which it does.
        expected: What would have been accepted, printable.
        found: What the token has instead, printable; `None` when it cannot be shown.

    Source: RFC 6750 section 3.1.
    """

    reason: ClassVar[str] = "token"
    oauth_error: ClassVar[str] = "invalid_token"
    http_status: ClassVar[int] = 401
    _scheme: ClassVar[str] = "Bearer"
    _expected: ClassVar[str] = "a token of the realm"

    def __init__(self, message: str = "", *, expected: str | None = None, found: str | None = None) -> None:
        super().__init__(message)
        self.expected = self._expected if expected is None else expected
        self.found = found

    @property
    def challenge(self) -> str:
        """Value of the header `WWW-Authenticate` with which an API refuses the token.

        Source: RFC 6750 section 3; RFC 9449 section 7.1; RFC 9470 section 3.
        """
        parameters = {"error": self.oauth_error, **self._demands()}
        written = (f'{name}="{value}"' for name, value in parameters.items() if _QUOTABLE.fullmatch(value))
        return f"{self._scheme} {', '.join(written)}"

    def _demands(self) -> dict[str, str]:
        """Return what the challenge asks for beyond another token."""
        return {}


class TokenMalformedError(TokenVerificationError, InvalidJWSObject, ValueError):
    """The text is no compact JSON Web Token: segments, base64url, JSON or header are wrong.

    Source: RFC 7515 sections 3.1 and 4; RFC 8259.
    """

    reason = "malformed"
    _expected = "a compact JSON Web Token"


class TokenTooLargeError(TokenMalformedError):
    """The token, or a part of it, is larger than anything Keycloak sends."""

    reason = "too large"


class TokenDecryptionError(TokenVerificationError, InvalidJWEData):
    """The token is encrypted and cannot be decrypted, or one of both was not expected.

    Source: RFC 7516.
    """

    reason = "decryption"
    _expected = "a token that is encrypted to the given key, if any"


class TokenSignatureError(TokenVerificationError, InvalidJWSSignature, JWTMissingKey):
    """The signature is not the key's over this token.

    Source: RFC 7515 section 5.2.
    """

    reason = "signature"
    _expected = "a signature of the key that the token names"


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
        retry_after: Seconds until the realm's keys may be fetched for it again; `None` when they were not.
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

    def _during_cool_down(self, seconds: float) -> TokenUnknownKeyError:
        """Return the error that also says for how long the keys are not fetched again."""
        text = f"{self.error_message}; its keys were asked for just now, and are again in {seconds:.0f} s"
        error = TokenUnknownKeyError(text, kid=self.kid, expected=self.expected, found=self.found)
        error.retry_after = seconds
        return error


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


class TokenReplayError(TokenVerificationError):
    """The token has been seen before, and is good for one use.

    Source: OpenID Connect Back-Channel Logout 1.0 section 2.6; RFC 9449 section 11.1.
    """

    reason = "replay"


class TokenBindingError(TokenVerificationError):
    """The token is bound to a key (`cnf`) that its bearer has not shown, or is not and should be.

    Source: RFC 7800 section 3.1; RFC 8705 section 3; RFC 9449 section 7.1.
    """

    reason = "binding"


class TokenProofError(TokenBindingError):
    """The DPoP proof is not one of this key for this request and this token, now.

    Source: RFC 9449 section 4.3.
    """

    reason = "proof"
    _expected = "a DPoP proof of the token's key for this request"
    oauth_error = "invalid_dpop_proof"
    _scheme = "DPoP"


class TokenProofNonceError(TokenProofError):
    """The DPoP proof lacks a nonce that this server gave out: repeat the request with one.

    Source: RFC 9449 section 9.
    """

    reason = "proof nonce"
    oauth_error = "use_dpop_nonce"


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


class TokenClientError(TokenClaimValueError):
    """`azp` is another client than this one, or than those that may call.

    Source: OpenID Connect Core 1.0 section 3.1.3.7; RFC 9068 section 2.2.
    """

    reason = "client"


class TokenSubjectError(TokenClaimValueError):
    """`sub` is another user.

    Source: OpenID Connect Core 1.0 section 5.3.2.
    """

    reason = "subject"


class TokenNonceError(TokenClaimValueError):
    """`nonce` is not the one of the authorization request.

    Source: OpenID Connect Core 1.0 section 3.1.3.7.
    """

    reason = "nonce"


class TokenHashError(TokenClaimValueError):
    """`at_hash`, `c_hash` or `s_hash` is of another access token, code or state.

    Source: OpenID Connect Core 1.0 sections 3.1.3.8 and 3.3.2.10.
    """

    reason = "hash"


class TokenIssuedAtError(TokenClaimValueError):
    """`iat` lies ahead, or too far back.

    Source: RFC 7519 section 4.1.6.
    """

    reason = "issued at"
