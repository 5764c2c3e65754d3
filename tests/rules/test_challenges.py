# SPDX-License-Identifier: Apache-2.0
"""The challenges of a 401, and which of them say that the token is no longer good."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk._challenges import challenges, refuses_token


def read(*values: str) -> list[tuple[str, dict[str, str]]]:
    return [(challenge.scheme, challenge.parameters) for challenge in challenges(values)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer", [("bearer", {})]),
        ('bEARER Realm="a b"', [("bearer", {"realm": "a b"})]),
        ("Bearer error=invalid_token", [("bearer", {"error": "invalid_token"})]),
        ('Bearer error = "x" , scope="a b"', [("bearer", {"error": "x", "scope": "a b"})]),
        (r'Bearer realm="say \"hi\", \\"', [("bearer", {"realm": 'say "hi", \\'})]),
        (
            'Basic realm="x", Bearer realm="y", error="z"',
            [("basic", {"realm": "x"}), ("bearer", {"realm": "y", "error": "z"})],
        ),
        ("Negotiate YII+/a==, Bearer", [("negotiate", {}), ("bearer", {})]),
        ("Negotiate YII=, Bearer x=y", [("negotiate", {}), ("bearer", {"x": "y"})]),
        (",, Bearer,,error=a,", [("bearer", {"error": "a"})]),
        ('Basic realm="Bearer error=x"', [("basic", {"realm": "Bearer error=x"})]),
        ("Bearer error=a, error=b", [("bearer", {"error": "a"})]),
        ('Bearer realm="never closed, error="x"', [("bearer", {"realm": "never closed, error="}), ("x", {})]),
        ('Bearer realm="never closed', [("bearer", {}), ("realm", {})]),
        ("=", []),
        ("error=invalid_token", []),
        ("", []),
    ],
)
def test_a_header_is_read(value: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert read(value) == expected


def test_headers_are_read_one_after_the_other() -> None:
    assert read("Basic", "Bearer error=a") == [("basic", {}), ("bearer", {"error": "a"})]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["Bearer"],
        ['Bearer realm="acme"'],
        ['Bearer realm="acme", error="invalid_token", error_description="expired"'],
        ["Bearer error=invalid_token"],
        ['Basic realm="x"', 'Bearer error="invalid_token"'],
        ['Basic realm="x", Bearer'],
        ['DPoP algs="ES256", Bearer realm="x"'],
    ],
)
def test_a_challenge_refuses_the_token(values: list[str]) -> None:
    assert refuses_token(values)


@pytest.mark.parametrize(
    "values",
    [
        ['Bearer error="insufficient_scope", scope="orders"'],
        ['Bearer error="invalid_request"'],
        ['Bearer error=""'],
        ['Bearer error="INVALID_TOKEN"'],
        ['Basic realm="x"'],
        ['UMA realm="x", as_uri="https://kc/realms/acme", ticket="t"'],
        ['DPoP algs="ES256", error="invalid_token"'],
        ['Basic realm="Bearer error=invalid_token"'],
        ["?"],
    ],
)
def test_a_challenge_asks_for_something_else(values: list[str]) -> None:
    assert not refuses_token(values)


@given(st.lists(st.text()))
def test_whatever_a_header_holds_is_read(values: list[str]) -> None:
    assert isinstance(refuses_token(values), bool)


@pytest.mark.parametrize(
    "hostile", ['Bearer a="' + r"\"" * 500_000, "a" * 1_000_000, "a=" * 500_000, "," * 999_999]
)
def test_a_huge_header_is_read_in_part(hostile: str) -> None:
    assert len(read(hostile)) <= 2
