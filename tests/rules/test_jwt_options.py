# SPDX-License-Identifier: Apache-2.0
"""The keyword arguments of decode_token."""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk._jwt import needs_keys
from keycloak_sdk._jwt.options import Options
from keycloak_sdk.exceptions import KeycloakRequestError


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ({}, Options()),
        ({"algs": ["RS256"]}, Options(algs=frozenset({"RS256"}))),
        ({"algs": None}, Options()),
        ({"algs": []}, Options()),
        ({"audience": "web"}, Options(audience=frozenset({"web"}))),
        ({"audience": ("a", "b")}, Options(audience=frozenset({"a", "b"}))),
        ({"audience": None}, Options()),
        ({"issuer": "https://x"}, Options(issuer="https://x")),
        ({"issuer": None}, Options()),
        ({"leeway": 0}, Options(leeway=0)),
        ({"leeway": 1.5}, Options(leeway=1.5)),
        ({"expected_type": "JWE"}, Options(expected_type="JWE")),
        ({"expected_type": None}, Options()),
        ({"default_claims": {"a": 1}}, Options(default_claims={"a": 1})),
        ({"default_claims": None}, Options()),
        ({"check_claims": None}, Options()),
        ({"check_claims": False}, Options()),
        (
            {"check_claims": {"aud": ["a"], "exp": 1, "iss": "x", "anything": [1], "sub": None}},
            Options(check_claims={"aud": ["a"], "exp": 1, "iss": "x", "anything": [1], "sub": None}),
        ),
        ({"check_claims": {"aud": "a", "nbf": 1.5}}, Options(check_claims={"aud": "a", "nbf": 1.5})),
        ({"key": "k", "header": {"enc": "x"}}, Options(key="k", encrypted=True)),
        ({"header": '{"enc":"x"}'}, Options(encrypted=True)),
        ({"header": '{"alg":"x"}'}, Options()),
        ({"header": None}, Options()),
        ({"claims": {"a": 1}, "strict_serialization": True}, Options()),
    ],
)
def test_every_argument_of_jwcrypto_and_our_own_are_understood(
    given: dict[str, Any], understood: Options
) -> None:
    assert Options.parse(given) == understood


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"algs": "RS256"}, r"algs is a list of names, such as algs=\['RS256'\]"),
        ({"algs": 7}, "algs is a list of names"),
        ({"algs": ["RS256", 7]}, "all of them text"),
        ({"algs": ["none"]}, "algs cannot allow 'none'"),
        ({"audience": ""}, "audience is empty"),
        ({"audience": 7}, "audience is a list of names"),
        ({"audience": [None]}, "all of them text"),
        ({"issuer": ""}, "issuer is the text"),
        ({"issuer": ["x"]}, "issuer is the text"),
        ({"leeway": -1}, "leeway is a number of seconds"),
        ({"leeway": float("nan")}, "leeway is a number of seconds"),
        ({"leeway": float("inf")}, "leeway is a number of seconds"),
        ({"leeway": 10**400}, "leeway is a number of seconds"),
        ({"leeway": True}, "leeway is a number of seconds"),
        ({"leeway": None}, "leeway is a number of seconds"),
        ({"leeway": "60"}, "leeway is a number of seconds"),
        ({"expected_type": "JWT"}, "expected_type is 'JWS' or 'JWE'"),
        ({"expected_type": 7}, "expected_type is 'JWS' or 'JWE'"),
        ({"default_claims": []}, "default_claims is a dict"),
        ({"check_claims": True}, "check_claims is a dict"),
        ({"check_claims": ["exp"]}, "check_claims is a dict"),
        ({"check_claims": {"iss": 7}}, r"check_claims\['iss'\] is of a type"),
        ({"check_claims": {"aud": [7]}}, r"check_claims\['aud'\] is of a type"),
        ({"check_claims": {"aud": 7}}, r"check_claims\['aud'\] is of a type"),
        ({"check_claims": {"exp": "7"}}, r"check_claims\['exp'\] is of a type"),
        ({"check_claims": {"exp": True}}, r"check_claims\['exp'\] is of a type"),
        ({"header": 7}, "header is a dict, or its JSON"),
        ({"header": "enc"}, "header is a dict, or its JSON"),
        ({"header": '["enc"]'}, "header is a dict, or its JSON"),
        ({"jwt": "x"}, "has no option 'jwt'; it has algs, audience"),
        ({"verify": False}, "has no option 'verify'"),
        ({"options": {"verify_aud": False}}, "'options'; use validate=False, leeway, audience instead"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused(given: dict[str, Any], text: str) -> None:
    with pytest.raises(KeycloakRequestError, match=text) as caught:
        Options.parse(given)
    assert not str(caught.value).endswith("…")


@pytest.mark.parametrize(
    ("options", "validate", "needed"),
    [({}, True, True), ({"key": None}, True, True), ({"key": "k"}, True, False), ({}, False, False)],
)
def test_the_realms_keys_are_needed_unless_there_is_a_key_or_nothing_to_verify(
    options: dict[str, Any], validate: bool, needed: bool
) -> None:
    assert needs_keys(options, validate=validate) is needed
