# SPDX-License-Identifier: Apache-2.0
"""Encrypted tokens, in the hands of those who may write to the store but have no key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from keycloak_sdk import (
    EncryptedTokenStore,
    KeycloakConfigurationError,
    KeycloakRequestError,
    MemoryTokenStore,
)
from support.stores import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

OCT = JWK.generate(kty="oct", size=256, kid="2027-01")
RSA = JWK.generate(kty="RSA", size=2048)
EC = JWK.generate(kty="EC", crv="P-256")
X25519 = JWK.generate(kty="OKP", crv="X25519")
KEYS = {
    "oct": OCT,
    "oct with its algorithm": JWK.generate(kty="oct", size=256, alg="A256GCM", use="enc"),
    "RSA": RSA,
    "EC": EC,
    "P-521": JWK.generate(kty="EC", crv="P-521", alg="ECDH-ES"),
    "X25519": X25519,
    "decoded JSON": json.loads(OCT.export()),
}
ALGORITHMS = {"oct": "dir", "RSA": "RSA-OAEP-256", "EC": "ECDH-ES", "OKP": "ECDH-ES"}


def raw(inner: MemoryTokenStore, name: str = "session") -> bytes:
    """Return what stands in the store."""
    found = inner.load(name)
    assert found is not None
    return found.value


def planted(value: bytes, key: Mapping[str, Any] = OCT) -> tuple[int, bytes] | None:
    """Return what an encrypted store reads where somebody has put this."""
    inner = MemoryTokenStore()
    inner.save("session", value, version=0, lifetime=600)
    return stored(EncryptedTokenStore(inner, key))


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_is_stored_says_nothing_and_is_read_with_the_key(key: Mapping[str, Any]) -> None:
    inner = MemoryTokenStore()
    assert EncryptedTokenStore(inner, key).save("session", b"canary", version=0, lifetime=600)
    token = JWE.from_jose_token(raw(inner).decode())
    assert token.jose_header == {"alg": ALGORITHMS[key["kty"]], "enc": "A256GCM"} | token.jose_header
    assert set(token.jose_header) <= {"alg", "enc", "epk"}
    assert b"canary" not in raw(inner)
    assert stored(EncryptedTokenStore(inner, key)) == (1, b"canary")


def test_the_same_value_never_looks_the_same() -> None:
    inner = MemoryTokenStore()
    store = EncryptedTokenStore(inner, OCT)
    seen = set()
    for version in range(20):
        store.save("session", b"value", version=version, lifetime=600)
        seen.add(raw(inner))
    assert len(seen) == 20


def test_without_the_key_it_is_no_value_and_its_version_is_the_one_to_replace() -> None:
    inner = MemoryTokenStore()
    EncryptedTokenStore(inner, OCT).save("session", b"canary", version=0, lifetime=600)
    other = EncryptedTokenStore(inner, JWK.generate(kty="oct", size=256))
    assert stored(other) == (1, b"")
    assert not other.save("session", b"second", version=0, lifetime=600)
    assert other.save("session", b"second", version=1, lifetime=600)
    assert stored(other) == (2, b"second")
    assert stored(EncryptedTokenStore(inner, OCT)) == (2, b"")


def test_the_first_key_encrypts_and_all_of_them_decrypt() -> None:
    inner = MemoryTokenStore()
    before = EncryptedTokenStore(inner, EC)
    rotated = EncryptedTokenStore(inner, [OCT, RSA, EC])
    before.save("session", b"first", version=0, lifetime=600)
    assert stored(rotated) == (1, b"first")
    rotated.save("session", b"second", version=1, lifetime=600)
    assert stored(before) == (2, b"")
    assert stored(EncryptedTokenStore(inner, (OCT,))) == (2, b"second")


def test_keys_of_one_kind_are_told_apart() -> None:
    inner = MemoryTokenStore()
    old, new = (JWK.generate(kty="oct", size=256) for _ in range(2))
    EncryptedTokenStore(inner, old).save("session", b"first", version=0, lifetime=600)
    assert stored(EncryptedTokenStore(inner, [new, old])) == (1, b"first")


# --- entries that somebody has moved or changed


def test_an_entry_is_not_read_under_another_name() -> None:
    inner = MemoryTokenStore()
    store = EncryptedTokenStore(inner, OCT)
    store.save("mallory", b"of mallory", version=0, lifetime=600)
    inner.save("session", raw(inner, "mallory"), version=0, lifetime=600)
    assert stored(store) == (1, b"")


def test_an_older_entry_is_not_read_as_a_newer_one() -> None:
    inner = MemoryTokenStore()
    store = EncryptedTokenStore(inner, OCT)
    store.save("session", b"first", version=0, lifetime=600)
    first = raw(inner)
    store.save("session", b"second", version=1, lifetime=600)
    inner.save("session", first, version=2, lifetime=600)
    assert stored(store) == (3, b"")


@given(st.data())
def test_an_entry_that_was_changed_anywhere_is_none(data: st.DataObject) -> None:
    inner = MemoryTokenStore()
    EncryptedTokenStore(inner, OCT).save("session", b"canary", version=0, lifetime=600)
    sealed = bytearray(raw(inner))
    index = data.draw(st.integers(0, len(sealed) - 1))
    sealed[index] = data.draw(st.integers(0, 255).filter(lambda byte: byte != sealed[index]))
    assert planted(bytes(sealed)) == (1, b"")


def test_an_entry_that_is_spelled_in_another_way_is_none() -> None:
    inner = MemoryTokenStore()
    EncryptedTokenStore(inner, OCT).save("session", b"canary", version=0, lifetime=600)
    last = raw(inner)[-1:]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bytes = alphabet[alphabet.index(last) + 1]
    assert planted(raw(inner)) == (1, b"canary")
    assert planted(raw(inner)[:-1] + bytes([same_bytes])) == (1, b"")


@given(st.binary(min_size=1, max_size=200) | st.text("eyJ.A-_=", min_size=1).map(str.encode))
def test_garbage_is_none(value: bytes) -> None:
    assert planted(value) == (1, b"")


def sealed(content: bytes, header: dict[str, Any], key: JWK = OCT) -> bytes:
    """Return a JWE as somebody else makes it, who has the key."""
    token: Any = JWE(content, json.dumps(header), algs=[header["alg"], header["enc"]])
    token.add_recipient(key)
    return str(token.serialize(compact=True)).encode()


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "dir", "enc": "A128CBC-HS256"}, OCT),
        ({"alg": "A256KW", "enc": "A256GCM"}, OCT),
        ({"alg": "RSA-OAEP", "enc": "A256GCM"}, RSA),
        ({"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}, EC),
        ({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, OCT),
    ],
    ids=str,
)
def test_another_algorithm_than_ours_is_none_even_with_the_key(header: dict[str, Any], key: JWK) -> None:
    assert planted(sealed(b"x" * 100, header, key), key) == (1, b"")


def test_content_that_was_not_written_by_a_store_is_none() -> None:
    for content in (b"", b"\1", b"value", b"\2" + b"x" * 60):
        assert planted(sealed(content, {"alg": "dir", "enc": "A256GCM"})) == (1, b"")


def test_a_huge_entry_is_none() -> None:
    assert planted(b"eyJ" + b"." * 500_000) == (1, b"")
    assert planted(b"x" * 500_000 + b"....") == (1, b"")


# --- keys and arguments

SHORT = JWK.generate(kty="oct", size=128)
FOR_SIGNING = JWK.generate(kty="oct", size=256, use="sig")


@pytest.mark.parametrize(
    "key",
    [
        None,
        [],
        "canary",
        b"canary" * 8,
        {},
        {"k": "canary"},
        {"kty": "oct", "k": "canary", "generate": "oct"},
        {"kty": "oct", "k": "!"},
        {"kty": "canary"},
        [OCT, None],
        SHORT,
        JWK.generate(kty="oct", size=512),
        FOR_SIGNING,
        JWK.generate(kty="oct", size=256, alg="HS256"),
        JWK.generate(kty="oct", size=256, key_ops=["encrypt"]),
        JWK.generate(kty="RSA", size=1024),
        JWK.generate(kty="OKP", crv="Ed25519"),
        JWK.generate(kty="RSA", size=2048, alg="RSA-OAEP"),
        JWK(**RSA.export_public(as_dict=True)),
        JWK(**EC.export_public(as_dict=True)),
        JWK(**X25519.export_public(as_dict=True)),
        [OCT, JWK(**EC.export_public(as_dict=True))],
    ],
    ids=lambda key: f"{type(key).__name__} {key.get('kty') if isinstance(key, dict) else ''}",
)
def test_a_key_that_cannot_encrypt_and_decrypt_is_refused_and_not_quoted(key: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match=r"oct JWK of 256 bits|another algorithm") as caught:
        EncryptedTokenStore(MemoryTokenStore(), key)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_arguments_are_not_exchanged() -> None:
    store: Any = OCT
    key: Any = MemoryTokenStore()
    with pytest.raises(KeycloakConfigurationError, match="give a TokenStore"):
        EncryptedTokenStore(store, key)


def test_what_does_not_fit_encrypted_is_refused() -> None:
    store = EncryptedTokenStore(MemoryTokenStore(), OCT)
    with pytest.raises(KeycloakRequestError, match="at most 1048576"):
        store.save("session", b"x" * 800_000, version=0, lifetime=600)
    assert stored(store) is None


def test_neither_the_store_nor_its_keys_are_shown() -> None:
    store = EncryptedTokenStore(
        MemoryTokenStore(), JWK(kty="oct", k="Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E")
    )
    shown = repr(store) + str(vars(store)) + str(vars(vars(store)["_sealer"]))
    assert "Y2FuYXJ5" not in shown
