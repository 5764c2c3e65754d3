# SPDX-License-Identifier: Apache-2.0
"""Proof Key for Code Exchange."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk.exceptions import KeycloakRequestError
from keycloak_sdk.pkce_utils import generate_code_challenge, generate_code_verifier

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_is_128_characters_long_unless_told() -> None:
    assert len(generate_code_verifier()) == 128


@pytest.mark.parametrize("length", [43, 44, 64, 127, 128])
def test_a_verifier_has_the_length_asked_for_and_only_allowed_characters(length: int) -> None:
    assert re.fullmatch(rf"[A-Za-z0-9_\-]{{{length}}}", generate_code_verifier(length))


def test_no_two_verifiers_are_alike() -> None:
    assert len({generate_code_verifier(43) for _ in range(200)}) == 200


@pytest.mark.parametrize("length", [42, 129, 0, -1, True, 64.0, "64", None])
def test_a_length_the_server_would_refuse_is_refused_at_once(length: Any) -> None:
    with pytest.raises(ValueError, match="43 to 128") as refused:
        generate_code_verifier(length)
    assert isinstance(refused.value, KeycloakRequestError)


def test_the_challenge_is_that_of_the_rfc() -> None:
    assert generate_code_challenge(VERIFIER) == (CHALLENGE, "S256")
    assert generate_code_challenge(code_verifier=VERIFIER, method="S256") == (CHALLENGE, "S256")


def test_a_plain_challenge_is_the_verifier() -> None:
    assert generate_code_challenge(VERIFIER, "plain") == (VERIFIER, "plain")


@given(st.text(alphabet=UNRESERVED, min_size=43, max_size=128))
def test_every_verifier_of_the_rfc_gets_a_challenge_of_43_characters(verifier: str) -> None:
    challenge, method = generate_code_challenge(verifier)
    assert re.fullmatch(r"[A-Za-z0-9_\-]{43}", challenge)
    assert method == "S256"


@pytest.mark.parametrize(
    "verifier", ["x" * 42, "x" * 129, "x" * 42 + "+", "x" * 43 + "\n", "ä" * 43, "", None, b"x" * 43]
)
def test_a_verifier_the_server_would_not_take_back_is_refused_without_being_shown(verifier: Any) -> None:
    with pytest.raises(ValueError, match="a code verifier is") as refused:
        generate_code_challenge(verifier)
    assert isinstance(refused.value, KeycloakRequestError)
    assert "xxx" not in str(refused.value)


@pytest.mark.parametrize("method", ["s256", "S512", "", None])
def test_an_unknown_method_is_refused(method: Any) -> None:
    with pytest.raises(ValueError, match="S256 or plain") as refused:
        generate_code_challenge(VERIFIER, method)
    assert isinstance(refused.value, KeycloakRequestError)
