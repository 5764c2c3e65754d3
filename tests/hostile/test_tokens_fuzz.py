# SPDX-License-Identifier: Apache-2.0
"""Whatever arrives, there is a verdict: claims or a typed error, nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk.exceptions import KeycloakError, KeycloakGetError, TokenVerificationError
from support.tokens import ISSUER, NOW, b64, claims, header, jwk, realm_keys, sign, sign_segments

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400)])
    | st.floats()
    | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.just("roles"), children, max_size=3)
    ),
    max_leaves=8,
)
CLAIM_NAMES = st.sampled_from(
    [*claims(), "nbf", "cnf", "authorization", "act", "organization", "events", "groups"]
)
HEADER_NAMES = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5c"])
KEY_NAMES = st.sampled_from(
    ["kty", "n", "e", "crv", "x", "y", "use", "key_ops", "alg", "kid", "k", "generate"]
)
OPTION_NAMES = st.sampled_from(
    [
        "key",
        "algs",
        "check_claims",
        "default_claims",
        "expected_type",
        "leeway",
        "issuer",
        "audience",
        "header",
        "x",
    ]
)


def verdict(token: Any, *, validate: bool = True, keys: KeySet | None = None, **options: Any) -> Any:
    """Return the claims; or the error, which must be one of ours."""
    try:
        return TokenDecoder().decode(
            token, keys=keys or realm_keys(), issuer=ISSUER, now=NOW, validate=validate, options=options
        )
    except KeycloakError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(
    st.text() | st.binary() | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*(\.[\w-]*\.[\w-]*)?", fullmatch=True),
    st.booleans(),
)
def test_any_text_has_a_verdict(token: str | bytes, validate: bool) -> None:
    assert isinstance(verdict(token, validate=validate), TokenVerificationError | dict)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(CLAIM_NAMES, VALUES, max_size=4), st.booleans())
def test_any_claims_have_a_verdict(members: dict[str, Any], validate: bool) -> None:
    result = verdict(sign(claims() | members), validate=validate)
    assert isinstance(result, TokenVerificationError | dict)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(HEADER_NAMES, VALUES, max_size=4))
def test_any_header_has_a_verdict(members: dict[str, Any]) -> None:
    assert isinstance(verdict(sign(head=header() | members)), TokenVerificationError | dict)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_signed_bytes_have_a_verdict(head: bytes, body: bytes) -> None:
    for token in (sign_segments(b64(head), b64(body)), sign(body), sign(head=head)):
        assert isinstance(verdict(token), TokenVerificationError)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.dictionaries(KEY_NAMES, VALUES, max_size=4) | VALUES, max_size=3),
    st.sampled_from(["RS256", "ES256", "EdDSA"]),
)
def test_any_published_keys_leave_the_good_one_usable(published: list[Any], alg: str) -> None:
    mutated = [jwk(alg) | members if isinstance(members, dict) else members for members in published]
    assert isinstance(
        verdict(sign(alg=alg), keys=KeySet.parse({"keys": mutated})), TokenVerificationError | dict
    )
    good = KeySet.parse({"keys": [*mutated, jwk(alg)]})
    assert verdict(sign(alg=alg), keys=good) == claims()


@given(VALUES | st.dictionaries(st.just("keys"), VALUES))
def test_any_document_is_a_key_set_or_none(document: Any) -> None:
    with suppress(KeycloakGetError):
        assert len(KeySet.parse(document)) <= 3


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(OPTION_NAMES, VALUES | st.just(jwk("RS256")), max_size=3), st.booleans())
def test_any_options_have_a_verdict(options: dict[str, Any], validate: bool) -> None:
    assert isinstance(verdict(sign(), validate=validate, **options), KeycloakError | dict)


@pytest.mark.parametrize("place", range(0, 700, 9))
def test_no_bit_of_a_token_can_be_flipped(place: int) -> None:
    token = sign().encode()
    place = place * len(token) // 700
    flipped = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
    assert isinstance(verdict(flipped), TokenVerificationError)


def test_a_token_cut_anywhere_is_refused() -> None:
    token = sign()
    for end in range(0, len(token), 7):
        assert isinstance(verdict(token[:end]), TokenVerificationError)


def test_json_that_only_python_reads_is_no_payload() -> None:
    assert isinstance(verdict(sign(json.dumps(claims(x=float("nan"))).encode())), TokenVerificationError)
