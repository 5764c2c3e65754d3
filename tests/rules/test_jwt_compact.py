# SPDX-License-Identifier: Apache-2.0
"""The compact form: segments, base64url, header."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk._jwt import token_kid
from keycloak_sdk._jwt.compact import (
    MAX_HEADER,
    MAX_TOKEN,
    Header,
    decode_segment,
    read_header,
    read_json,
    split,
)
from keycloak_sdk.exceptions import TokenMalformedError, TokenTooLargeError
from support.tokens import b64, header, sign


def segments(**members: Any) -> list[bytes]:
    """Return the segments of a signed token with these header members."""
    return [b64(json.dumps(members)).encode(), b"e30", b""]


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("", "the token is empty"),
        (b"", "the token is empty"),
        (None, "a token is text, found null"),
        (7, "a token is text, found a number"),
        ([], "a token is text, found a list"),
        ({"access_token": "x"}, "a token is text, found an object"),
        (object(), "a token is text, found object"),
        ("opaque", "it is opaque, ask the server with introspect"),
        ('{"payload":""}', "a token of JSON is not accepted"),
        ("a.b", "a token has 3 segments, or 5 when encrypted; this has 2"),
        ("a.b.c.d", "this has 4"),
        ("a.b.c.d.e.f.g", "this has more"),
        ("ä.b.c", "beyond ASCII"),
    ],
)
def test_what_is_no_token_is_called_what_it_is(token: object, text: str) -> None:
    with pytest.raises(TokenMalformedError, match=text):
        split(token)


def test_a_token_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(TokenTooLargeError, match="262145 characters") as caught:
        split("." * (MAX_TOKEN + 1))
    assert caught.value.found == "262145"


@pytest.mark.parametrize(("token", "count"), [("a.b.c", 3), (b"a.b.c", 3), ("a.b.c.d.e", 5)])
def test_a_token_is_split_into_three_or_five_segments(token: str | bytes, count: int) -> None:
    assert len(split(token)) == count


@given(st.binary())
def test_every_byte_string_has_one_spelling(data: bytes) -> None:
    assert decode_segment(b64(data).encode(), "payload") == data


@given(st.binary(max_size=12))
def test_a_segment_that_is_read_is_spelled_as_it_would_be_written(segment: bytes) -> None:
    try:
        data = decode_segment(segment, "payload")
    except TokenMalformedError:
        return
    assert b64(data).encode() == segment


def test_the_prefix_of_the_authorization_header_is_recognised() -> None:
    with pytest.raises(TokenMalformedError, match="begins with 'Bearer '"):
        read_header(split("Bearer " + sign()))


@pytest.mark.parametrize(
    ("members", "accepted"),
    [
        (header(), Header("RS256", "RS256", "jwt")),
        ({"alg": "X"}, Header("X", None, None)),
        ({"alg": "X", "typ": "application/AT+JWT", "kid": ""}, Header("X", "", "at+jwt")),
        ({"alg": "X", "jku": "https://evil", "jwk": {}, "x5c": []}, Header("X", None, None)),
    ],
)
def test_a_header_gives_algorithm_key_id_and_media_type_and_nothing_else(
    members: dict[str, Any], accepted: Header
) -> None:
    assert read_header(segments(**members)) == accepted


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({}, "names no algorithm"),
        ({"alg": None}, "null as 'alg', expected text"),
        ({"alg": "X", "kid": 7}, "a number as 'kid', expected text"),
        ({"alg": "X", "typ": []}, "a list as 'typ', expected text"),
        ({"alg": "X", "crit": ["x"]}, "'crit', which is not supported"),
        ({"alg": "X", "b64": False}, "'b64', which is not supported"),
        ({"alg": "X", "zip": "DEF"}, "'zip', which is not supported"),
        ({"alg": "X", "enc": "Y"}, "disagree on encryption"),
    ],
)
def test_a_header_that_asks_for_more_is_refused(members: dict[str, Any], text: str) -> None:
    with pytest.raises(TokenMalformedError, match=text):
        read_header(segments(**members))


def test_an_encrypted_token_says_how() -> None:
    with pytest.raises(TokenMalformedError, match="disagree on encryption"):
        read_header([*segments(alg="dir"), b"", b""])
    assert read_header([*segments(alg="dir", enc="A256GCM"), b"", b""]).alg == "dir"


def test_a_header_has_a_limit_of_its_own() -> None:
    with pytest.raises(TokenTooLargeError, match="header is longer than 16384"):
        read_header([b"A" * (MAX_HEADER + 1), b"", b""])


def test_the_key_id_can_be_read_of_any_token() -> None:
    assert token_kid(sign()) == "RS256"
    assert token_kid(sign(head=header(kid=...))) is None
    assert token_kid("opaque") is None


@pytest.mark.parametrize(
    ("data", "reason"), [(b"[]", "it is not a JSON object"), (b"\xff", "it is not UTF-8")]
)
def test_json_that_cannot_be_read_is_told_with_its_segment(data: bytes, reason: str) -> None:
    with pytest.raises(TokenMalformedError, match=f"the token's payload cannot be read: .*{reason}"):
        read_json(data, "payload")
