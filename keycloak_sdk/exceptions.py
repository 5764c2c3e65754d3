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
        │       └── TokenClaimValueError              another value than expected
        │           └── TokenIssuerError, TokenAudienceError, TokenKindError
        └── KeycloakPermissionFormatError             a permission is not "resource#scope"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import quote, quote_plus, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from keycloak_sdk._jwt.errors import (
        TokenAlgorithmError as TokenAlgorithmError,
        TokenAudienceError as TokenAudienceError,
        TokenClaimFormatError as TokenClaimFormatError,
        TokenClaimValueError as TokenClaimValueError,
        TokenDecryptionError as TokenDecryptionError,
        TokenExpiredError as TokenExpiredError,
        TokenIssuerError as TokenIssuerError,
        TokenKeyError as TokenKeyError,
        TokenKindError as TokenKindError,
        TokenMalformedError as TokenMalformedError,
        TokenMissingClaimError as TokenMissingClaimError,
        TokenNotYetValidError as TokenNotYetValidError,
        TokenSignatureError as TokenSignatureError,
        TokenTooLargeError as TokenTooLargeError,
        TokenUnknownKeyError as TokenUnknownKeyError,
        TokenVerificationError as TokenVerificationError,
    )
else:

    def __getattr__(name: str) -> type[KeycloakError]:
        """Load the token errors on first use: they inherit from jwcrypto's, which takes long to import."""
        if name.startswith("Token") and name.endswith("Error"):
            errors = import_module("keycloak_sdk._jwt.errors")
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

_TEXT_LIMIT = 299


def one_line(text: str, limit: int = _TEXT_LIMIT) -> str:
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


class Answer(Protocol):
    """What an error tells of a response; those of httpx and requests have it."""

    @property
    def status_code(self) -> int:
        """HTTP status."""
        ...

    @property
    def content(self) -> bytes:
        """The body, decompressed."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, found whatever the case of their names."""
        ...

    def json(self) -> Any:
        """Decode the body; `ValueError` when it is not JSON."""
        ...


_SUCCESS = frozenset({HTTP_OK, HTTP_CREATED, HTTP_NO_CONTENT})
_CHALLENGE_MEMBER = re.compile(
    r'(?<![\w-])(error|error_description|error_uri)=(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))'
)
_ESCAPED = re.compile(r"\\(.)")
_COMPACT_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){1,4}")
_CODE_LIMIT = 80
_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with every one of `secrets`, and whatever looks like a token, replaced by `***`.

    A secret is found as it is and as a URL or a form writes it.
    """
    written = {
        form
        for secret in secrets
        for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret))
    }
    for form in sorted(filter(None, written), key=len, reverse=True):  # one may be a part of another
        text = text.replace(form, "***")
    return _COMPACT_TOKEN.sub("***", text)


def refusal(
    response: Answer,
    error_class: type[KeycloakError],
    *,
    method: str | None = None,
    path: str | None = None,
    secrets: Collection[str] = (),
) -> KeycloakError:
    """Build the exception that tells of a refusal, from whatever the server sent with it.

    Args:
        response: The answer.
        error_class: Class of the exception.
        method: HTTP method of the request.
        path: Path of the request.
        secrets: Values that were sent and must not come back in a message.
    """
    status = response.status_code
    said = {name: one_line(redact(value, secrets)) for name, value in _members(response).items()}
    code = one_line(said.get("error", ""), _CODE_LIMIT)
    return error_class(
        redact(_sentence(response, said, code), secrets),
        status,
        response.content,
        error=code or None,
        error_description=said.get("error_description"),
        error_uri=said.get("error_uri"),
        method=method,
        path=path,
        retryable=status in _RETRYABLE,
    )


def _members(response: Answer) -> dict[str, str]:
    """Return what the body (JSON) or, when it is empty, the `WWW-Authenticate` header says."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        challenge = response.headers.get("WWW-Authenticate", "")[: 4 * _TEXT_LIMIT]
        body = {
            name: _ESCAPED.sub(r"\1", quoted) or bare
            for name, quoted, bare in _CHALLENGE_MEMBER.findall(challenge)
        }
    names = ("error", "error_description", "error_uri", "errorMessage", "message")
    members = cast("dict[str, object]", body)
    return {name: value for name in names if isinstance(value := members.get(name), str) and value}


def _sentence(response: Answer, said: Mapping[str, str], code: str) -> str:
    if said.get("error_description"):
        return ": ".join(filter(None, (code, said["error_description"])))
    for name in ("error", "message", "errorMessage"):  # a lone error is often a sentence
        if said.get(name):
            return said[name]
    status = response.status_code
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown status"
    if 300 <= status < 400:
        host = _host(response.headers.get("Location", ""))
        return f"{phrase}: the server redirects to {host}; redirects are not followed, check server_url"
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return f"{phrase} ({kind or 'no content type'}, {len(response.content)} bytes)"


def _host(location: str) -> str:
    try:
        return one_line(urlsplit(location).hostname or "another path of this host", _CODE_LIMIT)
    except ValueError:
        return "a malformed URL"


def raise_error_from_response(
    response: Answer,
    error: type[KeycloakError] | Mapping[int, type[KeycloakError]],
    expected_codes: Collection[int] | None = None,
    skip_exists: bool = False,
) -> Any:
    """Return the body of an answer with an expected status, or raise.

    Args:
        response: The answer of a `raw_get`, `raw_post`, `raw_put` or `raw_delete`.
        error: Class to raise; or a class by status, `KeycloakOperationError` for the others. With a
            single class, 401 raises `KeycloakAuthenticationError`.
        expected_codes: Statuses that are a success; 200, 201 and 204 when `None`.
        skip_exists: Whether 409 is a success: `{"msg": "Already exists"}` is returned.

    Returns:
        The decoded JSON body; the body as `bytes` when it is not JSON; `{}` for 204.
    """
    status = response.status_code
    if status in (_SUCCESS if expected_codes is None else expected_codes):
        if status == HTTP_NO_CONTENT:
            return {}
        try:
            return response.json()
        except (ValueError, RecursionError):
            return response.content
    if skip_exists and status == HTTP_CONFLICT:
        return {"msg": "Already exists"}
    raise refusal(response, error_class_of(status, error))


def error_class_of(
    status: int, error: type[KeycloakError] | Mapping[int, type[KeycloakError]]
) -> type[KeycloakError]:
    """Return the class that tells of a refusal with this status."""
    if isinstance(error, Mapping):
        return error.get(status, KeycloakOperationError)
    return KeycloakAuthenticationError if status == HTTP_UNAUTHORIZED else error
