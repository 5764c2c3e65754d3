# SPDX-License-Identifier: Apache-2.0
"""From a generated request to bytes, and from an answer to a model or a typed error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, runtime_checkable
from urllib.parse import urlencode

from keycloak_oidc_api.types import DecodeError, UnexpectedStatusError
from keycloak_sdk._io.body import ACCEPT_ENCODING
from keycloak_sdk._io.port import Outgoing
from keycloak_sdk._refusals import error_class_of, redact, refusal
from keycloak_sdk._settings import USER_AGENT
from keycloak_sdk.exceptions import KeycloakError, KeycloakRequestError, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import httpx

    from keycloak_oidc_api.types import RequestKwargs, ResponseLike
    from keycloak_sdk._urls import ServerUrl

T = TypeVar("T")

_FORM = "application/x-www-form-urlencoded"
_SECRET_MEMBERS = frozenset(
    {
        "access_token", "actor_token", "assertion", "auth_req_id", "claim_token", "client_assertion",
        "client_notification_token", "client_secret", "code", "code_verifier", "device_code",
        "id_token_hint", "login_hint_token", "logout_token", "otp", "password", "refresh_token",
        "registrationAccessToken", "rpt", "secret", "subject_token", "ticket", "token", "totp", "user_code",
    }
)  # fmt: skip
_SHORTEST_SECRET = 4
_VISIBLE = bytes(range(0x21, 0x7F))
_PRINTABLE = _VISIBLE + b" \t"
_HEADERS_OF_THE_TRANSFER = frozenset({"content-length", "transfer-encoding"})
_TOKEN_CHARACTERS = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@runtime_checkable
class Readable(Protocol):
    """An open file, or what is read like one."""

    def read(self) -> bytes | str:
        """Return the content."""
        ...


def encode(
    request: RequestKwargs, server: ServerUrl, headers: Mapping[str, str], authorization: str | None = None
) -> Outgoing:
    """Encode a generated request.

    Args:
        request: What a generated `build_request` returned.
        server: Where it goes.
        headers: Headers of the connection; the request's own win over them.
        authorization: The request's `Authorization`; `None` leaves the connection's.

    Raises:
        KeycloakRequestError: A value cannot be sent.
    """
    content, content_type = None, None
    form = request.get("data")
    if form is not None:
        content, content_type = encode_form(form), _FORM
    elif "json" in request:
        content, content_type = encode_json(request["json"]), "application/json"
    members: object = form or request.get("json")
    named: Mapping[str, Any] = cast("Mapping[str, Any]", members) if isinstance(members, Mapping) else {}
    merged = dict(request.get("headers", {}))
    if content_type:
        merged["Content-Type"] = content_type
    if authorization is not None:
        merged["Authorization"] = authorization
    return Outgoing(
        request["method"],
        with_query(server.base + request["url"], request.get("params", {})),
        merge_headers(headers, merged),
        content,
        secrets_of(named, authorization or ""),
        _template(request, server),
    )


def _template(request: RequestKwargs, server: ServerUrl) -> str | None:
    template = request.get("extensions", {}).get("url_template")
    return None if template is None else server.path + template


def merge_headers(*groups: Mapping[str, str | None]) -> dict[str, str]:
    """Merge headers, the later groups over the earlier ones, whatever the case of the names.

    `Content-Length` and `Transfer-Encoding` are left out: the body that is sent decides on them.

    Raises:
        KeycloakRequestError: A name or a value cannot be sent.
    """
    merged = {
        "accept": ("Accept", "*/*"),
        "accept-encoding": ("Accept-Encoding", ACCEPT_ENCODING),
        "user-agent": ("User-Agent", USER_AGENT),
    }
    for group in groups:
        for name, value in list(group.items()):  # at once: other threads may change the connection's headers
            if value is not None:
                merged[name.lower()] = _checked(name, value)
    return dict(item for name, item in merged.items() if name not in _HEADERS_OF_THE_TRANSFER)


def _checked(name: object, value: object) -> tuple[str, str]:
    if not isinstance(name, str) or not name or not _TOKEN_CHARACTERS.issuperset(name):
        raise KeycloakRequestError(f"{one_line(repr(name), 40)} is no header name")
    if not isinstance(value, str) or not value.isascii() or value.encode().translate(None, _PRINTABLE):
        raise KeycloakRequestError(
            f"the value of header {name} is not a str of printable ASCII characters: encode it"
        )
    return name, value.strip(" \t")


def bearer(token: object, name: str = "token") -> str:
    """Return the `Authorization` value for a token.

    Source: RFC 6750 section 2.1.

    Raises:
        KeycloakRequestError: It cannot be a token.
    """
    return "Bearer " + token_text(token, name)


def token_text(token: object, name: str = "token") -> str:
    """Return a token as text; it is refused before it is sent when it cannot be one."""
    text = token.decode("latin-1") if isinstance(token, bytes) else token
    if not isinstance(text, str):
        hint = "; pass token['access_token']" if hasattr(text, "items") else ""
        raise KeycloakRequestError(f"{name} is of type {type(text).__name__}, not a str{hint}")
    if not text:
        raise KeycloakRequestError(f"{name} is empty")
    if not text.isascii() or text.encode().translate(None, _VISIBLE):
        raise KeycloakRequestError(f"{name} holds white space or characters that no token has")
    return text


def encode_form(form: Mapping[str, Any]) -> bytes:
    """Encode a form; absent values (`None`) are left out, lists are repeated."""
    return _urlencoded(form.items()).encode("ascii")


def with_query(url: str, params: Mapping[str, Any]) -> str:
    """Append query parameters; absent values (`None`) are left out, lists are repeated."""
    query = _urlencoded(params.items())
    if not query:
        return url
    return url + ("&" if "?" in url else "?") + query


def _urlencoded(fields: Iterable[tuple[str, object]]) -> str:
    try:
        return urlencode([(name, text) for name, value in fields for text in _texts(name, value)])
    except UnicodeEncodeError as cause:
        raise KeycloakRequestError("a value holds characters that cannot be encoded as UTF-8") from cause


def _texts(name: str, value: object) -> list[str | bytes]:
    match value:
        case None:
            return []
        case list() | tuple() | set() | frozenset():
            items = cast("Iterable[object]", value)
            return [_text(name, item) for item in items if item is not None]
        case _:
            return [_text(name, value)]


def _text(name: str, value: object) -> str | bytes:
    match value:
        case bytes():
            return value
        case str():
            return str.__str__(value)  # an Enum that is a str as well says something else of itself
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            raise KeycloakRequestError(
                f"{one_line(name, 40)} is of type {type(value).__name__}: give a str, an int, a bool or "
                "a list of them"
            )


def encode_json(value: object) -> bytes:
    """Encode a JSON body.

    Raises:
        KeycloakRequestError: JSON cannot hold the value.
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as cause:
        raise KeycloakRequestError(f"the payload is not JSON: {one_line(str(cause), 100)}") from cause


def encode_body(data: object) -> tuple[bytes | None, str | None]:
    """Encode what a program hands to `raw_post`: the body, and its content type when only we know it."""
    match data:
        case None:
            return None, None
        case bytes():
            return data, None
        case str():
            return _utf8(data), None
        case Mapping():
            return encode_form(cast("Mapping[str, Any]", data)), _FORM
        case list() | tuple():
            return _urlencoded(_pairs(cast("Iterable[object]", data))).encode("ascii"), _FORM
        case Readable():
            return _content(data.read()), getattr(data, "content_type", None)
        case _:
            raise KeycloakRequestError(
                f"data is of type {type(data).__name__}: give a dict (a form), a str, bytes or an open file"
            )


def _content(read: object) -> bytes:
    if isinstance(read, str):
        return _utf8(read)
    if isinstance(read, bytes | bytearray | memoryview):
        return bytes(cast("bytes", read))
    raise KeycloakRequestError(f"data.read() returned {type(read).__name__}: give a file with a str or bytes")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as cause:
        raise KeycloakRequestError("the body holds characters that cannot be encoded as UTF-8") from cause


def _pairs(items: Iterable[object]) -> list[tuple[str, object]]:
    """Return the fields of a form given as a list of pairs."""
    pairs: list[tuple[str, object]] = []
    for item in items:
        pair = tuple(cast("Iterable[object]", item)) if isinstance(item, list | tuple) else ()
        if len(pair) != 2 or not isinstance(pair[0], str):
            raise KeycloakRequestError("data is a list: give pairs of a name and a value, or a dict")
        pairs.append((pair[0], pair[1]))
    return pairs


def secrets_of(form: Mapping[str, Any], authorization: str = "") -> tuple[str, ...]:
    """Return the values that no message may repeat."""
    values = [str(value) for name in _SECRET_MEMBERS.intersection(form) for value in _texts(name, form[name])]
    values.append(authorization.rpartition(" ")[2])
    return tuple(value for value in values if len(value) >= _SHORTEST_SECRET)


def decode(
    response: httpx.Response,
    request: Outgoing,
    parse: Callable[[ResponseLike], T],
    error: type[KeycloakError] | Mapping[int, type[KeycloakError]],
) -> T:
    """Return the described body of a success, or raise what tells of the refusal.

    Raises:
        KeycloakError: Of the class `error` names; also for a success whose body is not as described.
    """
    status = response.status_code
    if not 200 <= status < 300:
        raise refused(response, request, error_class_of(status, error))
    try:
        return parse(response)
    except UnexpectedStatusError as cause:
        raise _malformed(response, request, error, "has an undocumented status") from cause
    except KeycloakError as own:  # of a parser that knows more than the description
        own.response_code, own.method, own.path = status, request.method, request.path
        raise
    except DecodeError as cause:
        problem = None if cause.expected == "JSON" else cause
    except (ValueError, RecursionError):  # holds the body: it must not come along as the cause
        problem = None
    if problem is None:
        kind = one_line(redact(response.headers.get("content-type", "no content type"), request.secrets), 60)
        raise _malformed(response, request, error, f"is no JSON ({kind})")
    raise _malformed(response, request, error, f"is not as described: {problem}") from problem


def refused(response: httpx.Response, request: Outgoing, error_class: type[KeycloakError]) -> KeycloakError:
    """Return the error that tells of a refusal."""
    return refusal(response, error_class, method=request.method, path=request.path, secrets=request.secrets)


def _malformed(
    response: httpx.Response,
    request: Outgoing,
    error: type[KeycloakError] | Mapping[int, type[KeycloakError]],
    what: str,
) -> KeycloakError:
    error_class = error_class_of(500, error)
    return error_class(
        f"the answer to {request.method} {request.path} {what}",
        response.status_code,
        method=request.method,
        path=request.path,
    )
