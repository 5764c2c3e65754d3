# SPDX-License-Identifier: Apache-2.0
"""The compact serialisation: segments, canonical base64url, and the header's own rules.

Source: RFC 7515 sections 2, 3.1 and 4; RFC 8725.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from attrs import frozen

from keycloak_sdk._jwt.errors import TokenMalformedError, TokenTooLargeError
from keycloak_sdk._jwt.shown import shown_type
from keycloak_sdk._jwt.strict_json import parse_object

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TOKEN = 262_144
"""Characters of a token; Keycloak's own limit for a request's headers is a quarter of it."""

MAX_HEADER = 16_384
"""Characters of a header segment; a certificate chain in it fits."""

SIGNED = 3
ENCRYPTED = 5

_TEXT = (str, bytes)
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
# Most payloads are spelled alike in both alphabets; in large ones, five searches are faster than translating.
_NOT_PLAIN = (b"-", b"_", b"+", b"/", b"=")
_WORTH_SEARCHING = 4_096
# The bits of the last character that hold no data must be zero, or one token has several spellings.
_LAST = {1: frozenset[int](), 2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}


@frozen
class Header:
    """What of a token's header may take part in a decision; its key material and addresses never do.

    Attributes:
        alg: Algorithm name as sent.
        kid: Key id; `None` when the header names none.
        typ: Media type in lower case without `application/`; `None` when the header names none.
    """

    alg: str
    kid: str | None
    typ: str | None


def split(token: object) -> list[bytes]:
    """Return the three segments of a signed or the five of an encrypted token.

    Raises:
        TokenMalformedError: It is no text of that form.
        TokenTooLargeError: It is longer than `MAX_TOKEN`.
    """
    if not isinstance(token, _TEXT):
        raise TokenMalformedError(f"a token is text, found {shown_type(token)}")
    if len(token) > MAX_TOKEN:
        raise TokenTooLargeError(
            f"the token has {len(token)} characters, at most {MAX_TOKEN} are read",
            expected=f"at most {MAX_TOKEN}",
            found=str(len(token)),
        )
    try:
        raw = token.encode("ascii") if isinstance(token, str) else token
    except UnicodeEncodeError:
        raise TokenMalformedError("the token has characters that no token has (beyond ASCII)") from None
    first = raw.find(b".")
    second = raw.find(b".", first + 1)
    if first < second and raw.find(b".", second + 1) < 0:
        return [raw[:first], raw[first + 1 : second], raw[second + 1 :]]
    segments = raw.split(b".", ENCRYPTED)
    if len(segments) == ENCRYPTED:
        return segments
    raise TokenMalformedError(_unlike_a_token(raw, len(segments)))


def _unlike_a_token(raw: bytes, count: int) -> str:
    if not raw:
        return "the token is empty"
    if raw.lstrip()[:1] == b"{":
        return "a token of JSON is not accepted: pass the compact form, three segments joined by dots"
    if count == 1:
        return "the token has no segments: it is opaque, ask the server with introspect()"
    found = count if count <= ENCRYPTED else "more"
    return f"a token has {SIGNED} segments, or {ENCRYPTED} when encrypted; this has {found}"


def decode_segment(segment: bytes, name: str) -> bytes:
    """Return the bytes of a base64url segment that is spelled the one canonical way.

    Raises:
        TokenMalformedError: It has other characters, padding, or bits after its end.
    """
    over = len(segment) & 3
    if not over or segment[-1] in _LAST[over]:
        if len(segment) < _WORTH_SEARCHING or any(map(segment.__contains__, _NOT_PLAIN)):
            segment = segment.translate(_TO_STANDARD)
        try:
            return binascii.a2b_base64(segment + b"=="[: -over & 3], strict_mode=True)
        except binascii.Error:
            pass
    if segment[:7].lower() == b"bearer ":
        raise TokenMalformedError("the token begins with 'Bearer ': pass what follows it")
    raise TokenMalformedError(f"the token's {name} is not canonical base64url")


def encode_segment(data: bytes) -> str:
    """Return base64url without padding.

    Source: RFC 7515 section 2.
    """
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def read_object(segment: bytes, name: str) -> dict[str, Any]:
    """Return the JSON object in a segment.

    Raises:
        TokenMalformedError: It is not canonical base64url of a strict JSON object.
    """
    return read_json(decode_segment(segment, name), name)


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """Return the JSON object in `data`, the decoded `name` of a token.

    Raises:
        TokenMalformedError: It is no strict JSON object.
    """
    try:
        return parse_object(data)
    except ValueError as error:
        raise TokenMalformedError(f"the token's {name} cannot be read: {error}") from None


def read_header(segments: Sequence[bytes]) -> Header:
    """Return the accepted part of the header.

    Raises:
        TokenMalformedError: A member is missing, of another type, or asks for what no token here may ask:
            extensions that must be understood, unencoded content, compression.
        TokenTooLargeError: The segment is longer than `MAX_HEADER`.

    Source: RFC 7515 section 4.1; RFC 7797 section 7; RFC 8725 section 3.6.
    """
    if len(segments[0]) > MAX_HEADER:
        raise TokenTooLargeError(f"the token's header is longer than {MAX_HEADER} characters")
    members = read_object(segments[0], "header")
    encrypted = len(segments) == ENCRYPTED
    for name in ("crit", "b64", "zip"):
        if name in members:
            raise TokenMalformedError(f"the token's header has {name!r}, which is not supported", found=name)
    if ("enc" in members) != encrypted:
        raise TokenMalformedError("the token's header and its number of segments disagree on encryption")
    alg = _text(members, "alg")
    if alg is None:
        raise TokenMalformedError("the token's header names no algorithm (alg)")
    typ = _text(members, "typ")
    return Header(alg, _text(members, "kid"), typ and typ.lower().removeprefix("application/"))


def _text(members: dict[str, Any], name: str) -> str | None:
    value = members.get(name)
    if isinstance(value, str) or (value is None and name not in members):
        return value
    raise TokenMalformedError(
        f"the token's header has {shown_type(value)} as {name!r}, expected text",
        expected="text",
        found=shown_type(value),
    )


def unverified_issuer(token: str | bytes) -> object:
    """Return what a signed token says to be its issuer, before anything of it is believed.

    Raises:
        TokenMalformedError: It is no signed token.
    """
    segments = split(token)
    if len(segments) == ENCRYPTED:
        raise TokenMalformedError("the token is encrypted: pass it to the client that it is encrypted to")
    return read_object(segments[1], "payload").get("iss")


def token_kid(token: str | bytes) -> str | None:
    """Return the key id that a token names, unverified; `None` when it names none or is no token."""
    try:
        return read_header(split(token)).kid
    except TokenMalformedError:
        return None
