# SPDX-License-Identifier: Apache-2.0
"""Whatever is signed, proven or encrypted, the strict decoders have a verdict: claims or a typed error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings, strategies as st
from jwcrypto.jwk import JWK

from keycloak_sdk._jwt.rfc9449 import DPoPProof, _normal
from keycloak_sdk.exceptions import KeycloakError, KeycloakRequestError, TokenVerificationError
from support.kinds import (
    EVENT,
    URL,
    access,
    access_claims,
    bound_token,
    id_claims,
    id_token,
    logout_claims,
    logout_token,
    proof,
    proof_jwt,
    public_members,
)
from support.tokens import b64, rsa_key

if TYPE_CHECKING:
    from support.tokens import Case

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), "", "web", "orders", "\ud800"])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
MEMBERS = st.sampled_from(["roles", "jkt", EVENT])
VALUES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["roles", "jkt", EVENT]), children, max_size=3
        )
    ),
    max_leaves=8,
)
CLAIMS = st.dictionaries(
    st.sampled_from(
        [
            *access_claims(),
            *("nbf", "nonce", "at_hash", "c_hash", "s_hash", "cnf", "events", "client_id"),
        ]
    ),
    VALUES,
    max_size=4,
)
ARGUMENTS = st.dictionaries(
    st.sampled_from(
        ["audience", "scopes", "realm_roles", "client_roles", "clients", "acr", "max_age", "leeway"]
    ),
    VALUES,
    max_size=3,
)
ASKED = {
    "scopes": "email",
    "realm_roles": "clerk",
    "client_roles": {"orders": "reader", "stock": "viewer"},
    "clients": "web",
    "acr": "1",
    "max_age": 100,
}
COMPARED = {"nonce": "n", "access_token": "a", "code": "c", "state": "s", "max_age": 100, "acr": "1"}
KEY = JWK.from_pyca(rsa_key("client"))
TOKEN = bound_token()
URLS = r"https?://[^\s]{0,12}(:\d{0,6})?(/[%\w.~:@!$&'()*+,;=-]*)*"


def verdict(case: Case) -> object:
    """Return what the decoder returns; or its error, which must be one of ours."""
    assert case.by is not None
    try:
        return case.by(case)
    except KeycloakError as error:
        refusal = error
    assert 0 < len(str(refusal)) < 300
    assert str(refusal).isprintable()
    if isinstance(refusal, TokenVerificationError):
        assert refusal.challenge.isprintable()
    return refusal


@settings(max_examples=300, deadline=None)
@given(CLAIMS)
def test_any_signed_claims_have_a_verdict(members: dict[str, Any]) -> None:
    for case in (
        access(access_claims() | members),
        access(access_claims() | members, **ASKED),
        id_token(id_claims() | members),
        id_token(id_claims() | members, trusted_audiences="orders", **COMPARED),
        logout_token(logout_claims() | members),
    ):
        assert not isinstance(verdict(case), KeycloakRequestError)


@settings(max_examples=300, deadline=None)
@given(ARGUMENTS)
def test_any_arguments_have_a_verdict(arguments: dict[str, Any]) -> None:
    verdict(access(access_claims(), **arguments))


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["htm", "htu", "iat", "jti", "ath", "nonce"]), VALUES, max_size=3),
    st.dictionaries(st.sampled_from(["typ", "alg", "jwk", "kid", "crit", "b64"]), VALUES, max_size=2),
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d", "k", "use", "alg", "key_ops", "generate"]),
        VALUES,
        max_size=2,
    ),
)
def test_any_proof_has_a_verdict(members: dict[str, Any], head: dict[str, Any], key: dict[str, Any]) -> None:
    jwt = proof_jwt(TOKEN, head={"jwk": public_members() | key} | head, **members)
    case = access(lambda: TOKEN, proof=proof(jwt, nonces=["n"]))
    assert isinstance(verdict(case), TokenVerificationError)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1))
def test_any_text_in_the_place_of_a_proof_is_refused(text: str) -> None:
    assert isinstance(verdict(access(lambda: TOKEN, proof=proof(text))), TokenVerificationError)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["alg", "enc", "epk", "kid", "zip", "crit", "cty", "apu", "apv", "p2c", "typ"]),
        VALUES | st.sampled_from(["RSA-OAEP", "ECDH-ES", "ECDH-ES+A128KW", "A128GCM", "A128CBC-HS256"]),
    ),
    st.lists(st.binary(max_size=40), min_size=4, max_size=4),
)
def test_any_encrypted_token_has_a_verdict(head: dict[str, Any], segments: list[bytes]) -> None:
    top = json.dumps({"alg": "RSA-OAEP", "enc": "A128GCM"} | head)
    token = ".".join([b64(top), *map(b64, segments)])
    assert isinstance(verdict(id_token(lambda: token, decryption_key=KEY)), TokenVerificationError)


@given(
    st.text() | st.from_regex(r"https?://[^\s]{0,12}(:\d{0,6})?(/[%\w.~:@!$&'()*+,;=-]*)*", fullmatch=True)
)
@example("http://[")
@example("https://h:70000/")
@example("https://h/%")
@example("https://h/%4")
@example("https://h/%zz%")
def test_a_url_has_one_normal_form_or_none(url: str) -> None:
    normal = _normal(url)
    if normal is not None:
        assert _normal(normal) == normal
        assert "?" not in normal
        assert DPoPProof(jwt="x", method="GET", url=url).url == url


@given(st.text(alphabet="abcXYZ019-._~/", max_size=20), st.data())
def test_two_ways_to_write_a_path_have_one_normal_form(path: str, data: st.DataObject) -> None:
    encoded = "".join(
        data.draw(st.sampled_from([one, f"%{ord(one):02X}", f"%{ord(one):02x}"])) if one != "/" else one
        for one in path
    )
    assert _normal(f"https://h/{encoded}") == _normal(f"https://h/{path}")


def test_the_url_of_the_cases_is_normal() -> None:
    assert _normal(URL) == URL
