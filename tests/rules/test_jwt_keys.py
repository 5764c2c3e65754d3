# SPDX-License-Identifier: Apache-2.0
"""Which published key may verify which token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import x25519
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt import KeySet
from keycloak_sdk._jwt.algorithms import UnusableKeyError, algorithms_of, bind
from keycloak_sdk._jwt.keys import MAX_KEYS, MAX_TRIES
from keycloak_sdk.exceptions import (
    KeycloakGetError,
    TokenAlgorithmError,
    TokenKeyError,
    TokenUnknownKeyError,
)
from support.tokens import ALGORITHMS, jwk, private_key, rsa_key, signature


def key_set(*published: Any) -> KeySet:
    """Return a set of these keys."""
    return KeySet.parse({"keys": list(published)})


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_bound_key_verifies_its_own_signatures_only(alg: str) -> None:
    verify = bind("EdDSA" if alg == "Ed448" else alg, private_key(alg).public_key())
    verify(signature(b"signed", alg), b"signed")
    for wrong in (signature(b"other", alg), signature(b"signed", alg)[:-1], b""):
        with pytest.raises(InvalidSignature):
            verify(wrong, b"signed")


@pytest.mark.parametrize(
    ("members", "algorithms"),
    [
        (jwk("RS256"), {"RS256"}),
        (jwk("RS256", alg=None), {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        (
            jwk("RS256", alg=None, use=None, key_ops=["verify", "wrapKey"]),
            {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"},
        ),
        (jwk("ES256"), {"ES256"}),
        (jwk("ES384", alg=None), {"ES384"}),
        (jwk("ES512", use=None), {"ES512"}),
        (jwk("EdDSA"), {"EdDSA", "Ed25519"}),
        (jwk("EdDSA", alg="Ed25519"), {"EdDSA", "Ed25519"}),
        (jwk("Ed448"), {"EdDSA", "Ed448"}),
    ],
)
def test_a_keys_members_say_what_it_verifies(members: dict[str, Any], algorithms: set[str]) -> None:
    assert algorithms_of(members) == algorithms


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "names no key type"),
        ({"kty": 7}, "names no key type"),
        ({"kty": "RSA", "crv": 7}, "names no key type"),
        ({"kty": "oct"}, "keys of type 'oct' sign no tokens here"),
        ({"kty": "EC", "crv": "P-192"}, "keys of type 'EC' on curve 'P-192' sign no tokens here"),
        (jwk("RS256", use="enc"), "use is 'enc'"),
        (jwk("RS256", use=7), "its use is no text"),
        (jwk("RS256", key_ops=["sign"]), "not for verifying"),
        (jwk("RS256", key_ops=7), "not for verifying"),
        (jwk("RS256", alg="RSA-OAEP"), "alg is 'RSA-OAEP'"),
        (jwk("RS256", alg="ES256"), "alg is 'ES256'"),
        (jwk("RS256", alg=7), "alg is no name"),
        (jwk("RS256", e="A" * 12), "exponent is larger than any in use"),
    ],
)
def test_a_key_that_is_for_something_else_says_for_what(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableKeyError, match=reason):
        algorithms_of(members)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (rsa_key("small").public_key(), "an RSA key of 1024 bits, 2048 to 8192 are accepted"),
        (rsa_key(), "no public key"),
        (x25519.X25519PrivateKey.generate().public_key(), "no public key"),
        ("text", "no public key"),
    ],
)
def test_a_key_of_another_kind_is_not_bound(key: object, reason: str) -> None:
    with pytest.raises(UnusableKeyError, match=reason):
        bind("RS256", key)


@pytest.mark.parametrize("document", [None, [], "keys", {}, {"keys": None}, {"keys": {}}, {"error": "x"}])
def test_a_document_without_a_list_of_keys_is_no_key_set(document: object) -> None:
    with pytest.raises(KeycloakGetError, match="keys is not a list"):
        KeySet.parse(document)


def test_a_set_has_a_limit() -> None:
    assert len(key_set(*({"kid": str(number)} for number in range(MAX_KEYS)))) == MAX_KEYS
    with pytest.raises(KeycloakGetError, match="257 keys, at most 256 are read"):
        key_set(*({} for _ in range(MAX_KEYS + 1)))


def test_a_set_keeps_its_document_and_knows_its_key_ids() -> None:
    document = {"keys": [jwk("RS256"), "no key", {"kid": 7}]}
    keys = KeySet.parse(document)
    assert keys.document is document
    assert "RS256" in keys
    assert "ES256" not in keys
    assert len(keys) == 2


def test_a_key_is_built_once_and_when_it_is_first_needed() -> None:
    keys = key_set(jwk("RS256"), jwk("RS256", kid="broken", n="!"))
    first = keys.verifiers("RS256", "RS256")
    assert keys.verifiers("RS256", "RS256") is first
    first[0](signature(b"x", "RS256"), b"x")


def test_a_private_member_of_a_published_key_is_not_read() -> None:
    published = json.loads(JWK.from_pyca(rsa_key()).export_private()) | {
        "kid": "k",
        "generate": "oct",
        "oth": [],
    }
    assert key_set(published).verifiers("k", "RS256")


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (jwk("RS256", use="enc", alg="RSA-OAEP"), "it is not for signatures (use is 'enc')"),
        (jwk("RS256", n="!"), "it cannot be parsed"),
        (jwk("RS256", n=7), "it cannot be parsed"),
        (jwk("RS256", n="A" * 5_000), "its numbers are longer than any in use"),
        (jwk("RS256", "small"), "it is an RSA key of 1024 bits"),
    ],
)
def test_a_token_that_names_an_unusable_key_is_told_why(published: dict[str, Any], reason: str) -> None:
    keys = key_set(published)
    for _ in range(2):
        with pytest.raises(TokenKeyError) as caught:
            keys.verifiers("RS256", "RS256")
        assert reason in str(caught.value)


def test_an_unknown_key_id_is_told() -> None:
    with pytest.raises(TokenUnknownKeyError, match="no key of the realm has the token's kid 'k9'") as caught:
        key_set(jwk("RS256")).verifiers("k9", "RS256")
    assert caught.value.kid == "k9"


def test_a_key_is_not_used_for_another_algorithm() -> None:
    with pytest.raises(TokenAlgorithmError, match="alg 'PS256', its key 'RS256' is for RS256") as caught:
        key_set(jwk("RS256")).verifiers("RS256", "PS256")
    assert (caught.value.expected, caught.value.found) == ("RS256", "'PS256'")


def test_two_keys_of_one_id_are_told_apart_by_their_algorithms() -> None:
    keys = key_set(jwk("RS256", kid="k"), jwk("ES256", kid="k"), jwk("ES256", "attacker", kid="k"))
    assert len(keys.verifiers("k", "RS256")) == 1
    assert len(keys.verifiers("k", "ES256")) == 2


def test_a_token_without_key_id_is_tried_against_the_keys_of_its_algorithm() -> None:
    keys = key_set(jwk("RS256"), jwk("RS256", "attacker", kid=None), jwk("ES256"), jwk("RS256", n="!"))
    assert len(keys.verifiers(None, "RS256")) == 2
    with pytest.raises(TokenUnknownKeyError, match="no key of the set is for 'PS256'"):
        keys.verifiers(None, "PS256")


def test_a_token_without_key_id_is_not_tried_against_a_crowd() -> None:
    crowd = key_set(*(jwk("RS256", kid=str(number)) for number in range(MAX_TRIES + 1)))
    with pytest.raises(TokenUnknownKeyError, match="65 keys fit, too many to try"):
        crowd.verifiers(None, "RS256")


def test_sets_are_the_same_by_their_keys_whatever_their_order() -> None:
    one, other = jwk("RS256"), jwk("ES256")
    keys = key_set(one, other)
    assert keys.same_keys(key_set(other, one | {"x5c": ["MIIB"]}))
    assert not keys.same_keys(key_set(one))
    assert not keys.same_keys(key_set(jwk("RS256", "attacker"), other))
    assert not keys.same_keys(key_set(one, other | {"use": "enc"}))
    keys.verifiers("RS256", "RS256")
    assert keys.same_keys(key_set(one, other))
