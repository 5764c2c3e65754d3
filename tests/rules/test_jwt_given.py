# SPDX-License-Identifier: Apache-2.0
"""Keys that the caller gives."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt import KeySet
from keycloak_sdk._jwt.given import GivenKey, GivenKeys, given_key, key_source
from keycloak_sdk.exceptions import (
    KeycloakRequestError,
    TokenAlgorithmError,
    TokenKeyError,
    TokenUnknownKeyError,
)
from support.tokens import b64, jwk, rsa_key

PEM = (
    rsa_key()
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
)


def jwks(*published: dict[str, Any]) -> JWKSet:
    """Return jwcrypto's own key set."""
    key_set = JWKSet()
    for members in published:
        key_set.add(JWK(**members))
    return key_set


@pytest.mark.parametrize("key", [JWK(**jwk("RS256")), jwks(jwk("RS256")), KeySet.parse({"keys": []})])
def test_jwcryptos_keys_and_a_key_set_are_used_as_they_are(key: Any) -> None:
    assert given_key(key) is key


@pytest.mark.parametrize("key", [jwk("RS256"), PEM, PEM.decode(), "".join(PEM.decode().splitlines()[1:-1])])
def test_other_forms_become_jwcryptos_key(key: Any) -> None:
    given = given_key(key)
    assert isinstance(given, JWK)
    assert given["n"] == jwk("RS256")["n"]


def test_a_dict_of_keys_becomes_a_key_set() -> None:
    assert "RS256" in given_key({"keys": [jwk("RS256")]})


@pytest.mark.parametrize(
    "key",
    [
        7,
        [jwk("RS256")],
        {},
        {"kty": "RSA"},
        {"kty": "RSA", "n": 7, "e": "AQAB"},
        {"kty": "quantum", "k": "secret-secret-secret"},
        {"generate": "oct"},
        {"keys": "secret-secret-secret"},
        {"keys": [{}] * 300},
        "",
        "secret-secret-secret",
        "-----BEGIN PUBLIC KEY-----\nsecret-secret-secret\n-----END PUBLIC KEY-----",
        b"\xff",
        "ä",
    ],
)
def test_what_is_no_key_is_refused_and_not_quoted(key: Any) -> None:
    with pytest.raises(KeycloakRequestError, match="key") as caught:
        given_key(key)
    assert "secret-secret" not in str(caught.value)
    assert not str(caught.value).endswith("…")


def test_a_lone_key_verifies_whatever_key_id_the_token_names() -> None:
    source = key_source(JWK(**jwk("RS256")))
    assert isinstance(source, GivenKey)
    assert len(source.verifiers("other", "RS256")) == 1


def test_a_lone_key_is_bound_to_its_algorithm() -> None:
    with pytest.raises(TokenAlgorithmError, match="alg 'RS512', the given key is for RS256"):
        GivenKey(JWK(**jwk("RS256"))).verifiers(None, "RS512")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (JWK(**jwk("RS256", use="enc", alg=None)), "it is not for signatures"),
        (JWK(**jwk("RS256", "small")), "an RSA key of 1024 bits"),
        (JWK(kty="oct", k=b64(bytes(32))), "keys of type 'oct' sign no tokens here"),
    ],
)
def test_a_lone_key_that_may_not_verify_is_told_why(key: JWK, reason: str) -> None:
    with pytest.raises(TokenKeyError, match=reason):
        GivenKey(key).verifiers(None, "RS256")


def test_a_lone_key_that_changed_to_something_broken_is_told() -> None:
    key = JWK(**jwk("ES256"))
    key["crv"] = "P-384"
    key["alg"] = "ES384"
    with pytest.raises(TokenKeyError, match="cannot be parsed"):
        GivenKey(key).verifiers(None, "ES384")


def test_a_set_is_asked_by_key_id() -> None:
    source = key_source(jwks(jwk("RS256"), jwk("RS256", "attacker", kid="other"), jwk("ES256", kid="RS256")))
    assert isinstance(source, GivenKeys)
    assert len(source.verifiers("RS256", "RS256")) == 1
    assert len(source.verifiers(None, "RS256")) == 2
    with pytest.raises(TokenUnknownKeyError, match="none with the token's kid 'k9'"):
        source.verifiers("k9", "RS256")
    with pytest.raises(TokenAlgorithmError):
        source.verifiers("other", "ES256")


def test_an_empty_set_knows_no_key() -> None:
    with pytest.raises(TokenUnknownKeyError):
        GivenKeys(JWKSet()).verifiers(None, "RS256")


def test_a_published_set_is_its_own_source() -> None:
    keys = KeySet.parse({"keys": []})
    assert key_source(keys) is keys
