# SPDX-License-Identifier: Apache-2.0
"""The short way and jwcrypto's own come to the same claims, or to the same reason."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given, settings, strategies as st
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk._jwt.compact import read_header, split
from keycloak_sdk._jwt.errors import TokenVerificationError
from keycloak_sdk._jwt.given import key_source
from keycloak_sdk._jwt.jose import check_signature
from keycloak_sdk._jwt.verify import verify_signature
from support.reference import reference
from support.tokens import ALGORITHMS, ISSUER, claims, header, jwk, sign, unb64, with_signature

NAMES = st.sampled_from(["aud", "azp", "scope", "acr", "sub", "jti", "x"])
TEXTS = st.sampled_from(["account", "web", "openid", "email", "1", "", "openid email"])
OFFSETS = st.sampled_from([-7_200, -300, -70, -50, 50, 70, 300, 7_200])


def ours(token: str, key: JWK | JWKSet, options: dict[str, Any]) -> Any:
    """Return the claims, or the exception, that we come to."""
    try:
        return TokenDecoder().decode(
            token, keys=None, issuer=ISSUER, now=time.time(), options={"key": key, **options}
        )
    except TokenVerificationError as error:
        return error


@st.composite
def tokens(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a token of good form and the algorithm it is signed with."""
    alg = draw(st.sampled_from(ALGORITHMS))
    now = int(time.time())
    members: dict[str, Any] = {
        "exp": now + draw(OFFSETS),
        "iat": now,
        "aud": draw(TEXTS | st.lists(TEXTS, max_size=3)),
    }
    members["nbf"] = draw(OFFSETS.map(lambda offset: now + offset) | st.just(...))
    members |= draw(st.dictionaries(NAMES, TEXTS, max_size=2))
    head = draw(st.fixed_dictionaries({}, optional={"kid": TEXTS, "typ": st.just("at+jwt")}))
    return sign(claims(**members), alg, head=header(alg, **head)), alg


@st.composite
def keys(draw: st.DrawFn, alg: str) -> JWK | JWKSet:
    """Draw a key or a set of keys, the right one among them or not."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(["realm", "other"]), st.sampled_from([alg, "ES256"]), TEXTS), max_size=3
        )
    )
    published = [JWK(**jwk(kind, name, kid=kid, alg=None)) for name, kind, kid in drawn]
    if not published or draw(st.booleans()):
        return JWK(**jwk(alg, draw(st.sampled_from(["realm", "realm", "other"])), alg=None))
    key_set = JWKSet()
    for key in published:
        key_set.add(key)
    return key_set


@st.composite
def options(draw: st.DrawFn, alg: str) -> dict[str, Any]:
    """Draw keyword arguments that both ways understand."""
    expected = st.none() | TEXTS
    named = "EdDSA" if alg == "Ed448" else alg
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                "algs": st.sampled_from([[named], ["ES256"], [named, "ES256"], None]),
                "leeway": st.sampled_from([0, 30, 60, 3_600]),
                "check_claims": st.dictionaries(NAMES, expected, max_size=2),
                "expected_type": st.sampled_from(["JWS", None]),
                "default_claims": st.dictionaries(st.sampled_from(["sub", "aud"]), TEXTS, max_size=1),
            },
        )
    )


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_token_of_good_form_comes_to_the_same_claims_or_the_same_reason(data: st.DataObject) -> None:
    token, alg = data.draw(tokens())
    key, given_options = data.draw(keys(alg)), data.draw(options(alg))
    theirs, our = reference(token, key, dict(given_options)), ours(token, key, given_options)
    if isinstance(theirs, Exception):
        assert isinstance(our, type(theirs)), (theirs, our)
    else:
        assert our == theirs


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_token_that_was_changed_is_never_taken_where_jwcrypto_refuses_it(data: st.DataObject) -> None:
    token, alg = data.draw(tokens())
    place = data.draw(st.integers(0, len(token) - 1))
    changed = token[:place] + data.draw(st.sampled_from("Aa0_-.=+/ \n!é")) + token[place + 1 :]
    key = JWK(**jwk(alg, alg=None))
    our = ours(changed, key, {})
    if not isinstance(our, Exception):
        assert changed == token
        assert our == reference(changed, key, {})


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_both_ways_agree_on_signatures(data: st.DataObject) -> None:
    token, alg = data.draw(tokens())
    key = data.draw(keys(alg))
    raw = unb64(token.split(".")[2])
    raw = data.draw(
        st.sampled_from([raw, raw[:-1], raw[::-1], raw + b"\0", bytes(len(raw)), b"\0" + raw, b""])
    )
    segments = split(with_signature(token, raw))
    head = read_header(segments)
    assert _agrees(lambda: verify_signature(segments, head, key_source(key))) == _agrees(
        lambda: check_signature(segments, head, key)
    )


def _agrees(verify: Any) -> bool:
    try:
        verify()
    except TokenVerificationError:
        return False
    return True


def test_the_realms_set_and_jwcryptos_of_the_same_keys_verify_the_same_tokens() -> None:
    published = [jwk(alg) for alg in ALGORITHMS]
    theirs = JWKSet()
    for key in published:
        theirs.add(JWK(**key))
    now = int(time.time())
    for alg in ALGORITHMS:
        token = sign(claims(exp=now + 60, iat=now), alg)
        decoded = TokenDecoder().decode(token, keys=KeySet.parse({"keys": published}), issuer=ISSUER, now=now)
        assert decoded == reference(token, theirs, {})
