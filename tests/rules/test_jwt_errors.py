# SPDX-License-Identifier: Apache-2.0
"""One class for each reason, which jwcrypto's users catch as well."""

from __future__ import annotations

import pickle

import pytest
from jwcrypto.common import JWException, JWKeyNotFound
from jwcrypto.jwe import InvalidJWEData
from jwcrypto.jws import InvalidJWSObject, InvalidJWSSignature
from jwcrypto.jwt import (
    JWTExpired,
    JWTInvalidClaimFormat,
    JWTInvalidClaimValue,
    JWTMissingClaim,
    JWTMissingKey,
    JWTNotYetValid,
)

from keycloak_sdk import _jwt, exceptions
from keycloak_sdk._jwt.errors import TokenVerificationError
from keycloak_sdk._jwt.shown import shown, shown_type

CAUGHT_AS = {
    "TokenMalformedError": (ValueError, InvalidJWSObject),
    "TokenTooLargeError": (ValueError, exceptions.TokenMalformedError),
    "TokenDecryptionError": (InvalidJWEData,),
    "TokenSignatureError": (InvalidJWSSignature, JWTMissingKey, JWKeyNotFound),
    "TokenAlgorithmError": (exceptions.TokenSignatureError,),
    "TokenKeyError": (exceptions.TokenSignatureError,),
    "TokenUnknownKeyError": (exceptions.TokenSignatureError,),
    "TokenExpiredError": (JWTExpired,),
    "TokenNotYetValidError": (JWTNotYetValid,),
    "TokenMissingClaimError": (JWTMissingClaim,),
    "TokenClaimFormatError": (JWTInvalidClaimFormat,),
    "TokenClaimValueError": (JWTInvalidClaimValue,),
    "TokenIssuerError": (exceptions.TokenClaimValueError,),
    "TokenAudienceError": (exceptions.TokenClaimValueError,),
    "TokenKindError": (exceptions.TokenClaimValueError,),
    "TokenClientError": (exceptions.TokenClaimValueError,),
    "TokenSubjectError": (exceptions.TokenClaimValueError,),
    "TokenNonceError": (exceptions.TokenClaimValueError,),
    "TokenHashError": (exceptions.TokenClaimValueError,),
    "TokenIssuedAtError": (exceptions.TokenClaimValueError,),
    "TokenAuthTimeError": (exceptions.TokenClaimValueError,),
    "TokenDemandError": (JWTInvalidClaimValue,),
    "TokenAcrError": (exceptions.TokenDemandError,),
    "TokenScopeError": (exceptions.TokenDemandError,),
    "TokenRoleError": (exceptions.TokenDemandError,),
    "TokenReplayError": (JWException,),
    "TokenBindingError": (JWException,),
    "TokenProofError": (exceptions.TokenBindingError,),
    "TokenProofNonceError": (exceptions.TokenProofError,),
}


@pytest.mark.parametrize("name", CAUGHT_AS)
def test_a_reason_is_caught_as_the_sdks_and_as_jwcryptos(name: str) -> None:
    error = getattr(exceptions, name)("what is wrong", expected="a", found="b")
    assert isinstance(error, (exceptions.KeycloakInvalidTokenError, JWException))
    assert all(isinstance(error, kind) for kind in CAUGHT_AS[name])
    assert (str(error), error.expected, error.found) == ("what is wrong", "a", "b")


def test_every_reason_has_a_word_of_its_own() -> None:
    words = [getattr(exceptions, name).reason for name in CAUGHT_AS]
    assert len({*words, TokenVerificationError.reason}) == len(CAUGHT_AS) + 1


def test_reasons_survive_pickling_with_what_they_know() -> None:
    unknown = exceptions.TokenUnknownKeyError("no key", kid="k1")
    wrong = exceptions.TokenClaimFormatError("wrong", claim_path="$.aud[1]")
    assert pickle.loads(pickle.dumps(unknown)).kid == "k1"
    assert pickle.loads(pickle.dumps(wrong)).claim_path == "$.aud[1]"
    scope = exceptions.TokenScopeError("", required=["a", "b"], missing=["b"])
    assert pickle.loads(pickle.dumps(scope)).missing == ("b",)
    late = exceptions.TokenAuthTimeError("late", max_age=300)
    assert pickle.loads(pickle.dumps(late)).max_age == 300


CHALLENGES = {
    exceptions.TokenExpiredError(""): (401, 'Bearer error="invalid_token"'),
    exceptions.TokenReplayError(""): (401, 'Bearer error="invalid_token"'),
    exceptions.TokenBindingError(""): (401, 'Bearer error="invalid_token"'),
    exceptions.TokenProofError(""): (401, 'DPoP error="invalid_dpop_proof"'),
    exceptions.TokenProofNonceError(""): (401, 'DPoP error="use_dpop_nonce"'),
    exceptions.TokenScopeError("", required=["a", "b"]): (
        403,
        'Bearer error="insufficient_scope", scope="a b"',
    ),
    exceptions.TokenScopeError("", required=['a"', "b"]): (403, 'Bearer error="insufficient_scope"'),
    exceptions.TokenRoleError("", required=["a"]): (403, 'Bearer error="insufficient_scope"'),
    exceptions.TokenAcrError("", required=["gold"]): (
        401,
        'Bearer error="insufficient_user_authentication", acr_values="gold"',
    ),
    exceptions.TokenAuthTimeError("", max_age=300): (
        401,
        'Bearer error="insufficient_user_authentication", max_age="300"',
    ),
}


@pytest.mark.parametrize(("error", "answer"), CHALLENGES.items(), ids=lambda value: type(value).__name__)
def test_an_api_answers_with_the_status_and_the_challenge_of_the_reason(
    error: TokenVerificationError, answer: tuple[int, str]
) -> None:
    assert (error.http_status, error.challenge) == answer


@pytest.mark.parametrize("name", ["TokenFunnyError", "TokenVerification", "KeycloakFunnyError"])
def test_a_name_that_is_no_error_is_no_attribute(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(exceptions, name)


def test_a_name_that_the_package_does_not_have_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="KeySets"):
        _jwt.KeySets  # type: ignore[attr-defined]  # noqa: B018 - the point


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        ("a\nb", r"'a\nb'"),
        ("a" * 100, f"'{'a' * 70}…'"),
        ("\0" * 30, f"'{chr(92)}x00{(chr(92) + 'x00') * 16}{chr(92)}x…'"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1.5, "1.5"),
        (10**40, "a number beyond every calendar"),
        (-(10**40), "a number beyond every calendar"),
        ([], "[]"),
        (["a", "b"], "['a', 'b']"),
        (["a", 7, None, {}], "['a', a number, null, an object]"),
        (["a" * 40, "b" * 40], f"['{'a' * 40}'…]"),
        ({"secret": "x"}, "an object"),
    ],
)
def test_what_is_shown_of_a_claim_is_short(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ("x", "text"),
        (True, "a boolean"),
        (1, "a number"),
        (1.0, "a number"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_a_type_is_named_as_json_names_it(value: object, text: str) -> None:
    assert shown_type(value) == text
