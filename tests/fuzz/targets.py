# SPDX-License-Identifier: Apache-2.0
"""What the fuzzer calls: each target takes bytes, and raises `AssertionError` when a promise is broken.

Every target has an oracle that shares no code with what it judges: jwcrypto, the standard library, or the
grammar written down a second time.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jwcrypto.jwk import JWK

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk._jwt.compact import decode_segment
from keycloak_sdk._jwt.options import Options
from keycloak_sdk._jwt.strict_json import MAX_DEPTH, parse_object
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError, TokenMalformedError
from support.reference import reference
from support.tokens import ALGORITHMS, ISSUER, NOW, claims, header, jwk, realm_keys, sign, sign_segments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALG = "EdDSA"
KEY = JWK(**jwk(ALG))
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")


def segments(data: bytes) -> None:
    """One segment: taken exactly when it is spelled the one canonical way."""
    canonical = _BASE64URL.fullmatch(data) is not None and len(data) % 4 != 1
    raw = urlsafe_b64decode(data + b"=" * (-len(data) % 4)) if canonical else b""
    canonical = canonical and urlsafe_b64encode(raw).rstrip(b"=") == data
    try:
        found = decode_segment(data, "segment")
    except TokenMalformedError:
        assert not canonical, data
    else:
        assert canonical, data
        assert found == raw


def compact(data: bytes) -> None:
    """Any text in the place of a token: claims or one of our errors, and never claims that nobody signed."""
    decoder = TokenDecoder(8)
    for token in (data, data.decode("latin-1"), data.decode("utf-8", "replace")):
        for validate in (True, False):
            with suppress(KeycloakError):
                decoder.decode(token, keys=realm_keys(), issuer=ISSUER, now=NOW, validate=validate)
                assert not validate or data.decode() in SIGNED, data


def strict_json(data: bytes) -> None:
    """A JSON text: taken exactly when the standard library and every rule of ours take it."""
    expected = _strictly(data)
    try:
        found = parse_object(data)
    except ValueError:
        assert expected is None, data
    else:
        assert found == expected, data


def _strictly(data: bytes) -> Any:
    """Return what the text says; `None` when it breaks a rule."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    def finite(text: str) -> float:
        assert abs(float(text)) <= 1.8e308
        assert float(text) not in (float("inf"), float("-inf"))
        return float(text)

    def constant(name: str) -> None:
        raise AssertionError(name)

    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_float=finite, parse_constant=constant
        )
        assert isinstance(value, dict)
        assert _depth(value) <= MAX_DEPTH
        repr(value).encode("utf-8", "surrogatepass")
        _texts(value)
    except (ValueError, AssertionError, RecursionError):
        return None
    return value


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_depth, children), default=0)


def _texts(value: Any) -> None:
    """Encode every text: a half of a surrogate pair cannot be."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, item in value.items():
            _texts(name)
            _texts(item)
    elif isinstance(value, list):
        for item in value:
            _texts(item)


def key_sets(data: bytes) -> None:
    """A published document: a key set or `KeycloakGetError`, and one bad key never costs another."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        published = KeySet.parse(document)
    except KeycloakGetError:
        return
    kids = [key.kid for key in published.described()]
    for kid in {None, *kids}:
        for alg in (*ALGORITHMS, "none", "HS256"):
            with suppress(KeycloakError):
                assert published.verifiers(kid, alg)
                assert alg not in {"none", "HS256"}
    keys = document["keys"][:200]
    if ALG in kids:
        return
    with_good_one = KeySet.parse({"keys": [*keys, jwk(ALG)]})
    assert TokenDecoder().decode(SIGNED_ONE, keys=with_good_one, issuer=ISSUER, now=NOW) == claims()


def tokens(data: bytes) -> None:
    """Header and payload, rightly signed: what we take jwcrypto takes, with the same claims.

    The first line is the header, the rest the payload. jwcrypto has a clock of its own: it is told the times.
    """
    head, _, body = data.partition(b"\n")
    token = sign_segments(_b64(head), _b64(body), ALG)
    for options in ({}, {"check_claims": {"azp": "web"}}, {"audience": "account"}, {"leeway": 0}):
        _judge(token, options)


def _judge(token: str, options: Mapping[str, Any]) -> None:
    decoder = TokenDecoder(8)
    verdicts: list[Any] = []
    for _ in range(2):
        try:
            verdicts.append(
                decoder.decode(
                    token,
                    keys=KeySet.parse({"keys": [jwk(ALG)]}) if not verdicts else _ONE_SET,
                    issuer=ISSUER,
                    now=NOW,
                    options=options,
                )
            )
        except KeycloakError as error:
            verdicts.append(type(error))
    assert verdicts[0] == verdicts[1], token
    if isinstance(verdicts[0], dict):
        times = {"exp": NOW - 60} | ({"nbf": NOW + 60} if "nbf" in verdicts[0] else {})
        asked = {"algs": ["EdDSA"], "check_claims": {**options.get("check_claims", {}), **times}}
        theirs = reference(token, KEY, asked)
        assert theirs == verdicts[0], (token, theirs)
        assert theirs["exp"] >= NOW - 60
        assert theirs["iss"] == ISSUER
        if "audience" in options:
            assert theirs["aud"] == options["audience"] or options["audience"] in theirs["aud"]


def arguments(data: bytes) -> None:
    """Any JSON as keyword arguments of `decode_token`: options or `KeycloakRequestError`."""
    with suppress(ValueError, RecursionError):
        given = json.loads(data)
        if isinstance(given, dict):
            with suppress(KeycloakError):
                Options.parse(given)
                TokenDecoder().decode(SIGNED_ONE, keys=_ONE_SET, issuer=ISSUER, now=NOW, options=given)


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


_ONE_SET = KeySet.parse({"keys": [jwk(ALG)]})
SIGNED_ONE = sign(alg=ALG)
SIGNED = {sign(alg=alg) for alg in ALGORITHMS}
_PAYLOADS = [
    claims(),
    claims(nbf=NOW, aud=["account", "web"]),
    claims(exp=float(NOW + 60), typ="ID", nonce="n"),
    claims(cnf={"jkt": "x"}, organization={"acme": {"id": "1"}}, groups=["/a"]),
    claims(authorization={"permissions": [{"rsid": "1", "scopes": ["view"]}]}),
    claims(exp=NOW - 30, iat=5, nbf=NOW + 30),
]
_HEADERS = [
    header(ALG),
    header(ALG, typ="at+jwt"),
    header(ALG, kid=...),
    header(ALG, crit=["b64"], b64=False),
]

TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "segments": segments,
    "compact": compact,
    "strict_json": strict_json,
    "key_sets": key_sets,
    "tokens": tokens,
    "arguments": arguments,
}
"""Every target by its name."""

SEEDS: Mapping[str, list[bytes]] = {
    "segments": [segment for token in SIGNED for segment in token.encode().split(b".")],
    "compact": [token.encode() for token in SIGNED] + [b"a.b.c.d.e", b"Bearer x.y.z", b'{"payload":""}'],
    "strict_json": [_written(payload) for payload in _PAYLOADS]
    + [rb'{"a":"\ud83d\ude42"}', b'{"a":1,"a":2}', b'{"a":1e999}', b'{"a":[[[]]],"b":-0.5}', b" {} "],
    "key_sets": [_written({"keys": [jwk(alg) for alg in ALGORITHMS]}), _written({"keys": [jwk("ES256"), 5]})],
    "tokens": [_written(head) + b"\n" + _written(body) for head in _HEADERS for body in _PAYLOADS],
    "arguments": [
        b'{"leeway":5,"audience":["a"],"issuer":"b"}',
        b'{"algs":["RS256"],"check_claims":{"aud":"x","exp":5,"nbf":null},"default_claims":{"a":1}}',
        b'{"key":{"kty":"oct","k":"eA"},"expected_type":"JWE","header":"{}","claims":{}}',
    ],
}
"""What the fuzzer begins with."""
