# SPDX-License-Identifier: Apache-2.0
"""From a token to its claims."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jwcrypto import jwe
from jwcrypto.jwk import JWK, JWKSet

from keycloak_sdk._jwt import KeySet, TokenDecoder
from keycloak_sdk.exceptions import (
    KeycloakRequestError,
    TokenAlgorithmError,
    TokenClaimFormatError,
    TokenDecryptionError,
    TokenExpiredError,
    TokenKeyError,
    TokenMalformedError,
    TokenSignatureError,
    TokenUnknownKeyError,
    TokenVerificationError,
)
from support.tokens import (
    ISSUER,
    NOW,
    b64,
    claims,
    header,
    jwk,
    private_key,
    realm_keys,
    rsa_key,
    sign,
    with_signature,
)

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims

SECRET = bytes(range(64))
OCT = JWK(kty="oct", k=b64(SECRET))


def decode(token: Any, *, validate: bool = True, now: float = NOW, **options: Any) -> TokenClaims:
    """Return the claims that a decoder without memory returns."""
    return TokenDecoder().decode(
        token, keys=realm_keys(), issuer=ISSUER, now=now, validate=validate, options=options
    )


def refusal(token: Any, **kwargs: Any) -> TokenVerificationError:
    """Return what decoding raises."""
    with pytest.raises(TokenVerificationError) as caught:
        decode(token, **kwargs)
    assert not str(caught.value).endswith("…")
    return caught.value


def encrypt(content: bytes, key: JWK, **members: Any) -> str:
    """Return an encrypted token."""
    token = jwe.JWE(content, json.dumps({"alg": "A256KW", "enc": "A256GCM", **members}))
    token.add_recipient(key)
    return token.serialize(compact=True)


def test_claims_are_a_dict_with_typed_attributes() -> None:
    decoded = decode(sign())
    assert decoded == claims()
    assert json.loads(json.dumps(decoded)) == claims()
    assert decoded.exp == NOW + 300
    assert decoded.realm_access is not None
    assert decoded.realm_access.roles == ["offline_access", "uma_authorization"]


def test_a_decoder_gives_every_caller_claims_of_his_own() -> None:
    decoder = TokenDecoder()
    token = sign()
    first, second = (decoder.decode(token, keys=realm_keys(), issuer=ISSUER, now=NOW) for _ in range(2))
    first["sub"] = "changed"
    assert second["sub"] == claims()["sub"]


def test_a_header_that_was_accepted_before_proves_nothing_about_the_next_token() -> None:
    decoder = TokenDecoder()
    decoder.decode(sign(), keys=realm_keys(), issuer=ISSUER, now=NOW)
    forged = with_signature(sign(claims(sub="admin")), b"\0" * 256)
    with pytest.raises(TokenSignatureError):
        decoder.decode(forged, keys=realm_keys(), issuer=ISSUER, now=NOW)
    with pytest.raises(TokenUnknownKeyError):
        decoder.decode(sign(), keys=KeySet.parse({"keys": [jwk("ES256")]}), issuer=ISSUER, now=NOW)
    with pytest.raises(TokenAlgorithmError):
        decoder.decode(sign(), keys=realm_keys(), issuer=ISSUER, now=NOW, options={"algs": ["ES256"]})
    with pytest.raises(TokenExpiredError):
        decoder.decode(sign(), keys=realm_keys(), issuer=ISSUER, now=NOW + 400)


def test_a_decoder_remembers_a_bounded_number_of_headers() -> None:
    decoder = TokenDecoder()
    for number in range(100):
        decoder.decode(sign(head=header(n=number)), keys=realm_keys(), issuer=ISSUER, now=NOW)
    decoder.decode(sign(head=header(n="a" * 2_000)), keys=realm_keys(), issuer=ISSUER, now=NOW)
    assert decoder.decode(sign(), keys=realm_keys(), issuer=ISSUER, now=NOW) == claims()


def test_without_validation_nothing_but_the_form_is_looked_at() -> None:
    token = sign(claims(exp=1, iss="x", typ="Refresh"), "HS512", key=SECRET)
    assert decode(token, validate=False)["typ"] == "Refresh"
    assert decode(token, validate=False, key="ignored", algs=["RS256"])["typ"] == "Refresh"
    assert isinstance(refusal(token[:-1], validate=False), TokenMalformedError)
    assert "encrypted" in str(refusal(encrypt(b"{}", JWK(kty="oct", k=b64(SECRET[:32]))), validate=False))


def test_without_validation_types_are_still_those_described() -> None:
    error = refusal(sign(claims(realm_access=7, azp=[])), validate=False)
    assert isinstance(error, TokenClaimFormatError)
    assert error.claim_path == "$.azp"
    assert "$.azp is array, expected string" in str(error)


def test_an_unknown_option_is_refused_before_the_token_is_looked_at() -> None:
    with pytest.raises(KeycloakRequestError, match="has no option 'audiences'"):
        decode("no token", audiences=["web"])


def test_no_keys_at_all_are_told() -> None:
    with pytest.raises(KeycloakRequestError, match="no keys to verify with"):
        TokenDecoder().decode(sign(), keys=None, issuer=ISSUER, now=NOW)


def test_a_changed_token_is_told_from_an_unsigned_one() -> None:
    assert "the token was changed, or is another realm's" in str(refusal(sign(key=rsa_key("attacker"))))
    assert str(refusal(with_signature(sign(), b""))) == "the token is not signed"


@pytest.mark.parametrize(
    ("alg", "options", "hint"),
    [
        ("none", {}, "alg 'none', which is not allowed"),
        ("ES256K", {}, "alg 'ES256K', which is not allowed"),
        ("HS512", {}, ": Keycloak keeps the secret, use introspect()"),
        ("HS512", {"key": OCT}, ": pass algs=['HS512'] with the secret"),
        ("HS512", {"algs": ["HS512"]}, "alg 'HS512', which is not allowed"),
        ("HS512", {"algs": ["HS256"], "key": OCT}, "alg 'HS512', which is not allowed"),
        (
            "HS512",
            {"algs": ["HS512"], "key": JWK(**jwk("RS256"))},
            "is for shared secrets; the given key is none",
        ),
        ("ES256K", {"algs": ["ES256K"], "key": {"keys": []}}, "for which a published set has no keys"),
    ],
)
def test_an_algorithm_that_is_not_allowed_is_told(alg: str, options: dict[str, Any], hint: str) -> None:
    error = refusal(sign(head=header(alg)), **options)
    assert isinstance(error, TokenAlgorithmError)
    assert hint in str(error)


def test_a_shared_secret_verifies_when_the_caller_gives_it_and_allows_it() -> None:
    token = sign(alg="HS512", key=SECRET)
    assert decode(token, key=OCT, algs=["HS512"]) == claims()
    other = JWK(kty="oct", k=b64(SECRET[::-1]))
    assert "does not verify with the given key" in str(refusal(token, key=other, algs=["HS512"]))
    wrong = JWK(kty="oct", k=b64(SECRET), alg="HS256")
    assert isinstance(refusal(token, key=wrong, algs=["HS512"]), TokenKeyError)
    assert isinstance(refusal(token + "!", key=OCT, algs=["HS512"]), TokenMalformedError)


def test_a_rare_algorithm_verifies_with_a_given_key() -> None:
    rare = JWK.generate(kty="EC", crv="secp256k1", kid="ES256K")
    token = sign(alg="ES256", head=header("ES256K"), key=rare.get_op_key("sign"))
    keys = JWKSet()
    keys.add(rare)
    assert decode(token, key=rare, algs=["ES256K"]) == claims()
    assert decode(token, key=keys, algs=["ES256K"]) == claims()
    assert isinstance(refusal(token, key=JWKSet(), algs=["ES256K"]), TokenUnknownKeyError)


def test_an_encrypted_token_is_decrypted_when_it_is_wanted() -> None:
    key = JWK(kty="oct", k=b64(SECRET[:32]))
    token = encrypt(json.dumps(claims()).encode(), key)
    assert decode(token, key=key, expected_type="JWE") == claims()
    assert "pass the private key as key=" in str(refusal(token))
    assert "pass expected_type='JWE' to decrypt it" in str(refusal(token, key=key))
    assert "as a jwcrypto JWK" in str(refusal(token, key={"keys": []}, expected_type="JWE"))
    other = JWK(kty="oct", k=b64(SECRET[32:]))
    assert "does not decrypt with the given key" in str(refusal(token, key=other, expected_type="JWE"))
    assert "not UTF-8" in str(refusal(encrypt(b"\xff", key), key=key, expected_type="JWE"))
    assert isinstance(refusal(token + "!", key=key, expected_type="JWE"), TokenMalformedError)


def test_a_signed_token_is_not_taken_for_an_encrypted_one() -> None:
    error = refusal(sign(), key=JWK(**jwk("RS256")), expected_type="JWE")
    assert isinstance(error, TokenDecryptionError)
    assert "is signed, an encrypted one was expected" in str(error)


def test_defaults_fill_in_for_the_result_and_for_check_claims_only() -> None:
    decoded = decode(
        sign(claims(aud=...)), default_claims={"aud": "x", "sub": "y"}, check_claims={"aud": "x"}
    )
    assert decoded["aud"] == "x"
    assert decoded["sub"] == claims()["sub"]


def test_defaults_are_json() -> None:
    for value in (object(), {1, 2}, b"x"):
        with pytest.raises(KeycloakRequestError, match="default_claims has a value that is not JSON"):
            decode(sign(claims(aud=...)), default_claims={"aud": value})


def test_a_lone_key_is_used_whatever_kid_the_token_names() -> None:
    key = JWK.from_pyca(private_key("ES256", "own").public_key())
    assert decode(sign(alg="ES256", key=private_key("ES256", "own")), key=key) == claims()
