# SPDX-License-Identifier: Apache-2.0
"""Tokens whose form is wrong: segments, base64url, JSON, header members.

Sources: RFC 7515, RFC 7519, RFC 8725, RFC 7797, RFC 8259, RFC 7493, CVEs of JOSE libraries.
"""

from __future__ import annotations

import json

import pytest

from keycloak_sdk.exceptions import (
    TokenAlgorithmError,
    TokenDecryptionError,
    TokenMalformedError,
    TokenSignatureError,
    TokenTooLargeError,
)
from support.tokens import Case, b64, claims, header, judge, sign, sign_segments, unb64, with_signature

BODY = json.dumps(claims())
HEAD = b64(json.dumps(header()))


def replaced(index: int, text: str) -> str:
    """Return a good token with one segment replaced."""
    segments = sign().split(".")
    segments[index] = text
    return ".".join(segments)


def payload(text: str | bytes) -> str:
    """Return a token that is truly signed over this text."""
    return sign(text.encode() if isinstance(text, str) else text)


def head(**members: object) -> str:
    """Return a token that is truly signed with these header members."""
    return sign(head=header(**members))


def doubled(segment: int) -> str:
    """Return a good token with the data bits of one segment's last character spelled in another way."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = sign().split(".")[segment]
    return replaced(segment, text[:-1] + alphabet[alphabet.index(text[-1]) + 1])


NOT_A_TOKEN = {
    "nothing": "",
    "None": None,
    "a number": 17,
    "a list of segments": ["a", "b", "c"],
    "an opaque token": "8xLOxBtZp8",
    "white space": "  \n ",
    "one dot": "a.b",
    "two dots only": "..",
    "three dots": "a.b.c.d",
    "nine dots": ".........",
    "dots without end": "." * 200_000,
    "beyond ASCII": "é.ü.ß",
    "an emoji in the signature": sign()[:-1] + "🙂",
    "a lone surrogate": sign()[:-1] + "\ud800",
    "a NUL at the end": sign() + "\0",
    "a line break at the end": sign() + "\n",
    "a blank in front": " " + sign(),
    "the header value Bearer": "Bearer " + sign(),
    "quotation marks": f'"{sign()}"',
    "the JSON serialisation": json.dumps(
        {"payload": b64(BODY), "protected": b64('{"alg":"none"}'), "signature": ""}
    ),
    "the JSON serialisation with two dots": '{"protected":"a.b.c"}',
    "bytes beyond ASCII": b"\xff.\xff.\xff",
}

SPELLING = {
    "padding after the signature": lambda: sign() + "==",
    "padding after the payload": lambda: sign_segments(HEAD, b64(BODY + " " * (-len(BODY) % 3 + 1)) + "=="),
    "a blank in the payload": lambda: sign_segments(HEAD, " " + b64(BODY)),
    "plus in the payload": lambda: sign_segments(HEAD, b64(BODY)[:-1] + "+"),
    "bits after the payload": lambda: sign_segments(HEAD, b64(BODY + " " * (-len(BODY) % 3 + 1))[:-1] + "B"),
    "a payload of one character": lambda: sign_segments(HEAD, "e"),
    "padding after the header": lambda: replaced(0, b64("{}") + "="),
    "plus and slash": lambda: replaced(2, "+/" + sign().split(".")[2][2:]),
    "junk in the signature": lambda: replaced(2, "!" + sign().split(".")[2]),
    "junk between signature characters": lambda: sign()[:-4] + "*" + sign()[-4:],
    "a line break in the signature": lambda: sign()[:-4] + "\n" + sign()[-4:],
    "a line break in the payload": lambda: sign_segments(HEAD, "\n" + b64(BODY)),
    "one character too few": lambda: sign()[:-1],
    "bits after the signature": lambda: doubled(2),
    "a header of one character": lambda: replaced(0, "e"),
    "percent escapes": lambda: sign().replace(".", "%2E"),
}

JSON = {
    "an empty payload": "",
    "white space": "   ",
    "null": "null",
    "a list": "[1]",
    "a string": '"claims"',
    "a number": "17",
    "two objects": BODY + BODY,
    "text after the object": BODY + "x",
    "a NUL after the object": BODY + "\0",
    "a trailing comma": BODY[:-1] + ",}",
    "single quotes": "{'exp': 1}",
    "a comment": "/* */" + BODY,
    "an unclosed object": BODY[:-1],
    "a member twice": BODY[:-1] + ', "sub": "admin"}',
    "a member twice, once escaped": BODY[:-1] + r', "su\u0062": "admin"}',
    "exp twice": BODY[:-1] + ', "exp": 99999999999}',
    "a nested member twice": BODY[:-1] + ', "x": {"roles": [], "roles": ["admin"]}}',
    "NaN": BODY[:-1] + ', "x": NaN}',
    "Infinity": BODY[:-1] + ', "x": Infinity}',
    "minus Infinity": BODY[:-1] + ', "x": -Infinity}',
    "an infinite number": BODY[:-1] + ', "x": 1e999}',
    "an infinite exp": json.dumps(claims(exp=...))[:-1] + ', "exp": 1e400}',
    "a number of 5000 digits": BODY[:-1] + f', "x": {"9" * 5_000}}}',
    "a hexadecimal number": BODY[:-1] + ', "x": 0x10}',
    "a leading zero": BODY[:-1] + ', "x": 017}',
    "70 levels of lists": BODY[:-1] + f', "x": {"[" * 70}{"]" * 70}}}',
    "90,000 levels of lists": "[" * 90_000,
    "30,000 levels of objects": '{"a":' * 30_000 + "1" + "}" * 30_000,
    "half of a surrogate pair": BODY[:-1] + r', "name": "\ud83d"}',
    "half of a surrogate pair as a name": BODY[:-1] + r', "\udc00": 1}',
    "a raw control character": BODY[:-1] + ', "x": "\x01"}',
    "invalid UTF-8": BODY.encode()[:-1] + b', "x": "\xff"}',
    "an encoded surrogate": BODY.encode()[:-1] + b', "x": "\xed\xa0\x80"}',
    "an overlong encoding": BODY.encode()[:-1] + b', "x": "\xc0\xaf"}',
    "UTF-16": BODY.encode("utf-16"),
    "UTF-32": BODY.encode("utf-32-le"),
    "a byte order mark": b"\xef\xbb\xbf" + BODY.encode(),
    "a token in a token": sign(),
    "gzip": b"\x1f\x8b\x08\x00" + bytes(40),
}

HEADER = {
    "no header": lambda: replaced(0, ""),
    "a list as header": lambda: sign(head=b"[]"),
    "null as header": lambda: sign(head=b"null"),
    "a header that is no JSON": lambda: sign(head=b"alg=RS256"),
    "alg twice, none first": lambda: sign(head=b'{"alg":"none","alg":"RS256","kid":"RS256"}'),
    "alg twice, none last": lambda: sign(head=b'{"alg":"RS256","alg":"none","kid":"RS256"}'),
    "a deep header": lambda: sign(head=b'{"alg":"RS256","x":' + b"[" * 4_000 + b"]" * 4_000 + b"}"),
    "no alg": lambda: head(alg=...),
    "alg null": lambda: head(alg=None),
    "alg a number": lambda: head(alg=256),
    "alg a list": lambda: head(alg=["RS256"]),
    "alg an object": lambda: head(alg={"RS256": 1}),
    "kid null": lambda: head(kid=None),
    "kid a number": lambda: head(kid=1),
    "kid a list": lambda: head(kid=["RS256"]),
    "kid an object": lambda: head(kid={"$ne": ""}),
    "typ a number": lambda: head(typ=1),
    "typ null": lambda: head(typ=None),
    "crit with an unknown extension": lambda: head(crit=["exp"], exp=1),
    "crit empty": lambda: head(crit=[]),
    "crit null": lambda: head(crit=None),
    "crit with b64": lambda: head(crit=["b64"], b64=True),
    "b64 false": lambda: head(b64=False),
    "b64 true": lambda: head(b64=True),
    "zip": lambda: head(zip="DEF"),
    "enc in a signed token": lambda: head(enc="A256GCM"),
}

TOO_LARGE = {
    "300,000 characters": lambda: "a" * 300_000,
    "a payload of 300,000 bytes": lambda: sign(claims(x="a" * 300_000)),
    "a header of 20,000 bytes": lambda: head(x="a" * 20_000),
    "ten million characters": lambda: "e" * 10_000_000,
}

UNVERIFIED = {
    "junk in the signature": Case(lambda: sign() + "!", TokenMalformedError, validate=False),
    "a payload that is no object": Case(lambda: payload("[]"), TokenMalformedError, validate=False),
    "a member twice": Case(lambda: payload('{"a":1,"a":2}'), TokenMalformedError, validate=False),
    "a deep payload": Case(
        lambda: payload('{"a":' * 5_000 + "1" + "}" * 5_000), TokenMalformedError, validate=False
    ),
    "wide lists": Case(lambda: payload('{"a":[' + "[]," * 30_000 + "[]]}"), validate=False),
    "a header that is no object": Case(lambda: sign(head=b"7"), TokenMalformedError, validate=False),
    "too large": Case(lambda: "a" * 300_000, TokenTooLargeError, validate=False),
    "an encrypted token": Case(lambda: "e30.AA.AA.AA.AA", TokenDecryptionError, validate=False),
}

SIGNATURES = {
    "no signature": lambda: replaced(2, ""),
    "half of the signature": lambda: with_signature(sign(), unb64(sign().split(".")[2])[:128]),
    "a byte more": lambda: with_signature(sign(), unb64(sign().split(".")[2]) + b"\0"),
    "a byte more in front": lambda: with_signature(sign(), b"\0" + unb64(sign().split(".")[2])),
    "zeros": lambda: with_signature(sign(), bytes(256)),
    "ones": lambda: with_signature(sign(), b"\xff" * 256),
    "one bit flipped": lambda: with_signature(
        sign(), bytes([unb64(sign().split(".")[2])[0] ^ 1]) + unb64(sign().split(".")[2])[1:]
    ),
    "another payload": lambda: replaced(1, b64(json.dumps(claims(sub="admin")))),
    "another header": lambda: replaced(0, b64(json.dumps(header(x=1)))),
    "the payload as signature": lambda: with_signature(sign(), BODY.encode()),
    "a payload of another token": lambda: replaced(1, sign(claims(jti="other")).split(".")[1]),
    "one character too many": lambda: sign() + "A",
    "a huge signature": lambda: with_signature(sign(), bytes(100_000)),
}


@pytest.mark.parametrize("token", NOT_A_TOKEN.values(), ids=NOT_A_TOKEN.keys())
def test_what_is_no_token_is_malformed(token: object) -> None:
    judge(Case(lambda: token, TokenMalformedError))


@pytest.mark.parametrize("make", SPELLING.values(), ids=SPELLING.keys())
def test_a_token_has_one_spelling_only(make: object) -> None:
    judge(Case(make, TokenMalformedError))


@pytest.mark.parametrize("text", JSON.values(), ids=JSON.keys())
def test_claims_are_one_strict_json_object_even_when_truly_signed(text: str | bytes) -> None:
    judge(Case(lambda: payload(text), TokenMalformedError))


@pytest.mark.parametrize("make", HEADER.values(), ids=HEADER.keys())
def test_a_header_that_asks_for_something_else_is_malformed(make: object) -> None:
    judge(Case(make, TokenMalformedError))


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_a_huge_token_is_refused_before_it_is_read(make: object) -> None:
    judge(Case(make, TokenTooLargeError))


@pytest.mark.parametrize("case", UNVERIFIED.values(), ids=UNVERIFIED.keys())
def test_a_token_that_is_only_read_has_the_same_form(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("make", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_signature_belongs_to_its_token(make: object) -> None:
    judge(Case(make, TokenSignatureError))


def test_an_empty_header_object_names_no_algorithm() -> None:
    judge(Case(lambda: sign(head=b"{}"), TokenMalformedError))


def test_an_unsigned_token_is_refused_by_its_algorithm() -> None:
    unsigned = ".".join((b64('{"alg":"none"}'), b64(BODY), ""))
    judge(Case(lambda: unsigned, TokenAlgorithmError))
