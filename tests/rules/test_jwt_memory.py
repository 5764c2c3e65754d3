# SPDX-License-Identifier: Apache-2.0
"""A token whose signature has verified comes to the same verdict as one that is seen for the first time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk._jwt.memory import MAX_TOKEN, VerifiedTokens
from keycloak_sdk._jwt.rfc9068 import AccessTokenRules, read_access_token
from keycloak_sdk.exceptions import (
    KeycloakError,
    TokenAlgorithmError,
    TokenIssuerError,
    TokenSignatureError,
    TokenUnknownKeyError,
)
from support.tokens import ISSUER, NOW, claims, header, jwk, realm_keys, sign, with_signature

TOKENS = [
    sign(),
    sign(alg="ES256"),
    sign(claims(nbf=NOW + 100)),
    sign(claims(exp=NOW + 30, aud=["web", "docs"])),
    sign(claims(iss="http://other")),
    sign(claims(exp=float(NOW + 300), typ="ID")),
    sign(claims(cnf={"jkt": 5})),
    sign(b' {"exp": 1800000300, "iat": 1, "iss": "%s", "typ": "Bearer"} \n' % ISSUER.encode()),
    sign(claims(), key=None, head=header(kid="other")),
    with_signature(sign(), b"\0" * 256),
    sign()[:-2],
    sign().encode(),
    "é",
    "\ud800",
    b"\xff",
    None,
    5,
    "eyJhbGciOiJkaXIifQ.AA.AA.AA.AA",
]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"audience": "docs"},
    {"leeway": 0},
    {"leeway": 500},
    {"issuer": "http://other"},
    {"algs": ["ES256"]},
    {"check_claims": {"azp": "web"}},
    {"check_claims": {"typ": "Logout"}},
    {"default_claims": {"nbf": 5}},
    {"expected_type": "JWE"},
    {"key": jwk("ES256")},
]
SETS = [
    realm_keys(),
    KeySet.parse({"keys": [jwk("RS256")]}),
    KeySet.parse({"keys": [jwk("RS256", "other", kid="RS256")]}),
]


def verdict(decoder: TokenDecoder, token: Any, keys: KeySet, now: float, options: dict[str, Any]) -> Any:
    """Return the claims, or class and text of the refusal."""
    try:
        return decoder.decode(token, keys=keys, issuer=ISSUER, now=now, options=options)
    except KeycloakError as error:
        return type(error), str(error)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(TOKENS),
            st.sampled_from(SETS),
            st.sampled_from([0, 20, 60, 95, 200, 400, -400]).map(lambda offset: NOW + offset),
            st.sampled_from(OPTIONS),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_a_decoder_that_remembers_comes_to_the_verdicts_of_one_that_does_not(calls: list[Any]) -> None:
    remembers = TokenDecoder(4)
    for token, keys, now, options in calls:
        for _ in range(2):
            assert verdict(remembers, token, keys, now, options) == verdict(
                TokenDecoder(), token, keys, now, options
            )
    assert len(remembers._memory) <= 4


@pytest.mark.parametrize(
    "members",
    [{}, {"exp": NOW - 100}, {"typ": "ID"}, {"aud": "docs"}, {"sub": ...}, {"scope": "x"}, {"cnf": 5}],
)
def test_the_strict_decoder_remembers_too_and_comes_to_the_same_verdicts(members: dict[str, Any]) -> None:
    rules = AccessTokenRules.read("account")
    strict = AccessTokenRules.read("account", scopes="email")
    decoder, keys, token = TokenDecoder(4), realm_keys(), sign(claims(**members))

    def judged(by: TokenDecoder, asked: AccessTokenRules, now: float) -> Any:
        try:
            return read_access_token(by, token, asked, keys=keys, issuer=ISSUER, now=now)
        except KeycloakError as error:
            return type(error), str(error)

    for asked in (rules, rules, strict):
        for now in (NOW, NOW + 500, NOW):
            assert judged(decoder, asked, now) == judged(TokenDecoder(), asked, now)
    assert verdict(decoder, token, keys, NOW, {}) == verdict(TokenDecoder(), token, keys, NOW, {})


def test_every_call_gets_claims_of_its_own() -> None:
    decoder, keys, token = TokenDecoder(4), realm_keys(), sign()
    for _ in range(3):
        decoded = decoder.decode(token, keys=keys, issuer=ISSUER, now=NOW)
        assert decoded == claims()
        assert decoded.realm_access is not None
        decoded.realm_access["roles"].append("admin")
        decoded["sub"] = "mallory"


def remembered(decoder: TokenDecoder, keys: KeySet, token: str) -> bool:
    return decoder._memory.find(token, keys)[1] is not None


def test_only_tokens_that_passed_every_check_are_remembered() -> None:
    decoder, keys = TokenDecoder(100), realm_keys()
    for token in (
        sign(),
        sign(claims(iss="http://other")),
        sign(claims(exp=5)),
        with_signature(sign(), b"x"),
    ):
        verdict(decoder, token, keys, NOW, {})
    assert len(decoder._memory) == 1
    decoder.forget()
    assert len(decoder._memory) == 0


def test_a_long_token_is_verified_every_time() -> None:
    decoder, keys = TokenDecoder(4), realm_keys()
    token = sign(claims(groups=["x" * MAX_TOKEN]))
    decoder.decode(token, keys=keys, issuer=ISSUER, now=NOW)
    assert len(decoder._memory) == 0


def test_neither_token_nor_signature_is_kept() -> None:
    decoder, keys, token = TokenDecoder(4), realm_keys(), sign()
    decoder.decode(token, keys=keys, issuer=ISSUER, now=NOW)
    generation = decoder._memory._generation
    (digest,) = generation.young
    assert len(digest) == 32
    assert token.split(".")[2] not in repr(generation.young)


def test_those_used_last_stay() -> None:
    memory, keys = VerifiedTokens(4), realm_keys()
    decoder = TokenDecoder(4)
    tokens = [sign(claims(jti=str(number))) for number in range(6)]
    for token in tokens:
        decoder.decode(token, keys=keys, issuer=ISSUER, now=NOW)
        decoder.decode(tokens[0], keys=keys, issuer=ISSUER, now=NOW)
    assert remembered(decoder, keys, tokens[0])
    assert remembered(decoder, keys, tokens[5])
    assert not remembered(decoder, keys, tokens[1])
    assert len(memory) == 0


def test_what_one_key_set_has_verified_another_does_not_know() -> None:
    decoder, token = TokenDecoder(4), sign()
    first, second = realm_keys(), KeySet.parse({"keys": [jwk("RS256")]})
    decoder.decode(token, keys=first, issuer=ISSUER, now=NOW)
    assert not remembered(decoder, second, token)
    assert not remembered(decoder, first, token)


@pytest.mark.parametrize(
    ("keys", "issuer", "options", "error"),
    [
        (KeySet.parse({"keys": []}), ISSUER, {}, TokenUnknownKeyError),
        (realm_keys(), "http://other", {}, TokenIssuerError),
        (realm_keys(), ISSUER, {"algs": ["ES256"]}, TokenAlgorithmError),
        (realm_keys(), ISSUER, {"key": jwk("RS256", "other")}, TokenSignatureError),
    ],
)
def test_other_circumstances_are_another_decision(
    keys: KeySet, issuer: str, options: dict[str, Any], error: type[Exception]
) -> None:
    decoder, token = TokenDecoder(4), sign()
    decoder.decode(token, keys=realm_keys(), issuer=ISSUER, now=NOW)
    with pytest.raises(error):
        decoder.decode(token, keys=keys, issuer=issuer, now=NOW, options=options)
