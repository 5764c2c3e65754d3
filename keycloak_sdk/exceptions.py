# SPDX-License-Identifier: Apache-2.0
"""Everything this SDK raises.

::

    KeycloakError
    ├── KeycloakConfigurationError (ValueError)       a constructor or property value cannot work
    ├── KeycloakRequestError (ValueError)             an argument cannot be sent; nothing was
    ├── KeycloakConnectionError                       the server was not reached, or did not answer whole
    │   └── KeycloakTimeoutError (TimeoutError)       ... within `timeout` seconds
    ├── KeycloakAuthenticationError                   401
    ├── KeycloakDeprecationError                      the server no longer has the endpoint
    ├── PermissionDefinitionError                     a UMAPermission made of something else
    ├── TokenStoreError                               a store of shared tokens failed, or was not reached
    └── KeycloakOperationError                        the server refused, or a rule was broken
        ├── KeycloakGetError, KeycloakPostError, KeycloakPutError, KeycloakDeleteError
        │   └── KeycloakInvalidCredentialsError       also a KeycloakAuthenticationError: invalid_grant
        ├── KeycloakSecretNotFound
        ├── KeycloakRPTNotFound                       introspection of an RPT without the RPT
        ├── KeycloakAuthorizationConfigError          the exported configuration is missing or wrong
        ├── KeycloakInvalidTokenError                 a token is inactive or does not verify
        │   └── TokenVerificationError                local verification refused it; each also jwcrypto's:
        │       ├── TokenMalformedError (ValueError)  no compact JSON Web Token
        │       │   └── TokenTooLargeError            ... or a huge one
        │       ├── TokenDecryptionError              encrypted, and not decrypted
        │       ├── TokenSignatureError               the signature is not the key's
        │       │   ├── TokenAlgorithmError           not allowed, or not the key's
        │       │   ├── TokenKeyError                 the key may not verify tokens
        │       │   └── TokenUnknownKeyError          no key fits
        │       ├── TokenExpiredError, TokenNotYetValidError
        │       ├── TokenMissingClaimError, TokenClaimFormatError
        │       ├── TokenReplayError                  seen before, and good for one use
        │       ├── TokenBindingError                 bound to a key (`cnf`) that was not shown
        │       │   └── TokenProofError               the DPoP proof is not one
        │       │       └── TokenProofNonceError      ... without the nonce of this server
        │       └── TokenClaimValueError              another value than expected
        │           ├── TokenIssuerError, TokenAudienceError, TokenKindError, TokenClientError
        │           ├── TokenSubjectError, TokenNonceError, TokenHashError
        │           ├── TokenIssuedAtError, TokenAuthTimeError
        │           └── TokenDemandError              good, and does not suffice here
        │               └── TokenAcrError, TokenScopeError, TokenRoleError
        └── KeycloakPermissionFormatError             a permission is not "resource#scope"
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keycloak_sdk._jwt.demand_errors import (
        TokenAcrError as TokenAcrError,
        TokenAuthTimeError as TokenAuthTimeError,
        TokenDemandError as TokenDemandError,
        TokenRoleError as TokenRoleError,
        TokenScopeError as TokenScopeError,
    )
    from keycloak_sdk._jwt.errors import (
        TokenAlgorithmError as TokenAlgorithmError,
        TokenAudienceError as TokenAudienceError,
        TokenBindingError as TokenBindingError,
        TokenClaimFormatError as TokenClaimFormatError,
        TokenClaimValueError as TokenClaimValueError,
        TokenClientError as TokenClientError,
        TokenDecryptionError as TokenDecryptionError,
        TokenExpiredError as TokenExpiredError,
        TokenHashError as TokenHashError,
        TokenIssuedAtError as TokenIssuedAtError,
        TokenIssuerError as TokenIssuerError,
        TokenKeyError as TokenKeyError,
        TokenKindError as TokenKindError,
        TokenMalformedError as TokenMalformedError,
        TokenMissingClaimError as TokenMissingClaimError,
        TokenNonceError as TokenNonceError,
        TokenNotYetValidError as TokenNotYetValidError,
        TokenProofError as TokenProofError,
        TokenProofNonceError as TokenProofNonceError,
        TokenReplayError as TokenReplayError,
        TokenSignatureError as TokenSignatureError,
        TokenSubjectError as TokenSubjectError,
        TokenTooLargeError as TokenTooLargeError,
        TokenUnknownKeyError as TokenUnknownKeyError,
        TokenVerificationError as TokenVerificationError,
    )
    from keycloak_sdk._refusals import raise_error_from_response as raise_error_from_response
else:

    def __getattr__(name: str) -> Any:
        """Load the token errors on first use: they inherit from jwcrypto's, which takes long to import."""
        if name == "raise_error_from_response":
            return import_module("keycloak_sdk._refusals").raise_error_from_response
        if name.startswith("Token") and name.endswith("Error"):
            for home in ("errors", "demand_errors"):
                errors = import_module(f"keycloak_sdk._jwt.{home}")
                if name in vars(errors):
                    return vars(errors)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_E = TypeVar("_E", bound="KeycloakError")

HTTP_OK = 200
HTTP_CREATED = 201
HTTP_ACCEPTED = 202
HTTP_NO_CONTENT = 204
HTTP_BAD_REQUEST = 400
HTTP_UNAUTHORIZED = 401
HTTP_FORBIDDEN = 403
HTTP_NOT_FOUND = 404
HTTP_NOT_ALLOWED = 405
HTTP_CONFLICT = 409

TEXT_LIMIT = 299


def one_line(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return `text` without line breaks and other control characters, cut to `limit` characters."""
    printable = "".join(character if character.isprintable() else " " for character in text[: limit * 4])
    words = " ".join(printable.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


class KeycloakError(Exception):
    """Base of everything this SDK raises.

    Attributes:
        error_message: What went wrong, one line.
        response_code: HTTP status of the answer; `None` when there was none.
        response_body: Body of a refusal as sent by the server; `None` without one.
        error: The OAuth 2.0 error code, such as `invalid_grant`; `None` when the server named none.
        error_description: The server's sentence to it, for people; never decide by it.
        error_uri: Page about the error; `None` when the server named none.
        method: HTTP method of the request; `None` when nothing was sent.
        path: Path of the request, without the query; `None` when nothing was sent.
        retryable: Whether the same call may succeed later: no connection, 429 and 5xx.
        retry_after: Seconds after which the server asks to be called again; `None` when it names none.

    Source: RFC 6749 section 5.2.
    """

    def __init__(
        self,
        error_message: str | bytes = "",
        response_code: int | None = None,
        response_body: bytes | None = None,
        *,
        error: str | None = None,
        error_description: str | None = None,
        error_uri: str | None = None,
        method: str | None = None,
        path: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        message: object = error_message
        text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
        self.error_message: str = one_line(text)
        super().__init__(self.error_message)
        self.response_code = response_code
        self.response_body = response_body
        self.error = error
        self.error_description = error_description
        self.error_uri = error_uri
        self.method = method
        self.path = path
        self.retryable = retryable
        self.retry_after = retry_after

    def __str__(self) -> str:
        if self.response_code is None:
            return self.error_message
        return one_line(f"{self.response_code}: {self.error_message}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _recast, (type(self), str(self.args[0]) if self.args else "", self.__dict__)


def _recast(kind: type[_E], message: str, state: Mapping[str, Any]) -> _E:
    """Return an error of this class with the attributes of another, which pickling and renaming need."""
    error = kind.__new__(kind, message)
    error.args = (message,)  # a class that is an OSError as well has dropped it
    error.__dict__.update(state)
    return error


class InsecureConnectionWarning(UserWarning):
    """Certificates are not checked."""


class KeycloakConfigurationError(KeycloakError, ValueError):
    """A constructor argument or property value that cannot work; nothing was sent."""


class KeycloakRequestError(KeycloakError, ValueError):
    """An argument that cannot be sent as it is; nothing was sent."""


class KeycloakConnectionError(KeycloakError):
    """The server could not be reached, or its answer did not arrive whole."""


class KeycloakTimeoutError(KeycloakConnectionError, TimeoutError):
    """The exchange took longer than the connection's `timeout`."""


class KeycloakAuthenticationError(KeycloakError):
    """The server answered 401: credentials or bearer token were not accepted."""


class KeycloakDeprecationError(KeycloakError):
    """The server no longer offers this endpoint."""


class PermissionDefinitionError(KeycloakError):
    """A UMA permission was composed of something that is none."""


class TokenStoreError(KeycloakError):
    """A token store could not do what it was asked; `retryable` when it was not reached."""


class KeycloakOperationError(KeycloakError):
    """The server refused the operation, or a rule of this SDK did."""


class KeycloakGetError(KeycloakOperationError):
    """A GET was refused, or its answer is not as described."""


class KeycloakPostError(KeycloakOperationError):
    """A POST was refused, or its answer is not as described."""


class KeycloakPutError(KeycloakOperationError):
    """A PUT was refused, or its answer is not as described."""


class KeycloakDeleteError(KeycloakOperationError):
    """A DELETE was refused, or its answer is not as described."""


class KeycloakInvalidCredentialsError(KeycloakPostError, KeycloakAuthenticationError):
    """Wrong user name, password or one-time code.

    Servers before 26.5 answer 401, later ones 400; both are caught as `KeycloakPostError` and as
    `KeycloakAuthenticationError`.
    """


class KeycloakSecretNotFound(KeycloakOperationError):  # noqa: N818 - the seed's name
    """The client has no secret."""


class KeycloakRPTNotFound(KeycloakOperationError):  # noqa: N818 - the seed's name
    """Introspection of a requesting party token was asked without the token."""


class KeycloakAuthorizationConfigError(KeycloakOperationError):
    """The authorization configuration is missing or malformed."""


class KeycloakInvalidTokenError(KeycloakOperationError):
    """The token is not active, or does not verify."""


class KeycloakPermissionFormatError(KeycloakOperationError):
    """A permission is not of the form `resource#scope`."""
