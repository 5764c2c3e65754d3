# SPDX-License-Identifier: Apache-2.0
"""What a refusal of the server says, read without trust, and the error that tells of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote, quote_plus, urlsplit

from keycloak_sdk.exceptions import (
    HTTP_CONFLICT,
    HTTP_CREATED,
    HTTP_NO_CONTENT,
    HTTP_OK,
    HTTP_UNAUTHORIZED,
    TEXT_LIMIT,
    KeycloakAuthenticationError,
    KeycloakError,
    KeycloakOperationError,
    one_line,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ("Answer", "raise_error_from_response")


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
_SECONDS_DIGITS = 9
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
        retry_after=_retry_after(response),
    )


def _retry_after(response: Answer) -> float | None:
    """Return the seconds that `Retry-After` asks to wait; a date counts from the answer's own `Date`.

    Source: RFC 9110 section 10.2.3.
    """
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:_SECONDS_DIGITS])
    try:
        seconds = _timestamp(value) - _timestamp(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds)


def _timestamp(date: str) -> float:
    moment = parsedate_to_datetime(date[:_CODE_LIMIT])
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _members(response: Answer) -> dict[str, str]:
    """Return what the body (JSON) or, when it is empty, the `WWW-Authenticate` header says."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        challenge = response.headers.get("WWW-Authenticate", "")[: 4 * TEXT_LIMIT]
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
