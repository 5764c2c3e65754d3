# SPDX-License-Identifier: Apache-2.0
"""The UMA challenge of a resource server: what is read of it, what is not, and how it is written."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk import KeycloakRequestError, UmaChallenge, parse_uma_challenge

REALM = "https://kc/realms/acme"
TICKET = "eyJhbGciOiJIUzUxMiJ9.eyJhenAiOiJwaG90b3MifQ.c2ln-_"
HEADER = f'UMA realm="acme", as_uri="{REALM}", ticket="{TICKET}"'


@pytest.mark.parametrize(
    "values",
    [
        [HEADER],
        [HEADER.replace(", ", ",")],
        [f"uma as_uri={REALM!r}".replace("'", '"') + f',ticket={TICKET}, realm="acme"'],
        ['Bearer realm="x", error="invalid_token"', HEADER],
        [f'Basic realm="x", {HEADER}, Digest qop="auth"'],
        [HEADER + ', unknown="member"'],
    ],
)
def test_a_challenge_is_found_among_others(values: list[str]) -> None:
    assert parse_uma_challenge(values) == UmaChallenge("acme", REALM, TICKET)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["UMA"],
        ['Bearer realm="acme"'],
        [f'UMA realm="acme", as_uri="{REALM}"'],
        [f'UMA realm="acme", as_uri="{REALM}", ticket=""'],
        [f'UMA realm="acme", as_uri="{REALM}", ticket="a b"'],
        [f'UMA realm="acme", as_uri="{REALM}", ticket="{"a" * 6001}"'],
        [f'UMA realm="acme", as_uri="{"a" * 1001}", ticket="t"'],
        [f'UMA realm="é", as_uri="{REALM}", ticket="t"'],
        [f'UMA as_uri="{REALM}", ticket="t\\\nx"'],
        [f'UMA as_uri="{REALM}, ticket="{TICKET}"'],
        [" " * 9000 + HEADER],
        [HEADER, HEADER],
        [f'{HEADER}, UMA as_uri="https://evil/realms/acme", ticket="t"'],
    ],
)
def test_what_is_no_single_well_formed_challenge_is_none(values: list[str]) -> None:
    assert parse_uma_challenge(values) is None


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=50),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=50),
    st.from_regex(r"[\w.~+/=-]{1,50}", fullmatch=True).filter(str.isascii),
)
def test_what_is_written_is_read_again(realm: str, as_uri: str, ticket: str) -> None:
    challenge = UmaChallenge(realm, as_uri, ticket)
    assert parse_uma_challenge([challenge.header]) == challenge


@given(st.lists(st.text(max_size=200), max_size=3))
def test_no_header_raises(values: list[str]) -> None:
    parse_uma_challenge([HEADER[: len(values) * 7], *values])


@pytest.mark.parametrize(
    ("realm", "as_uri", "ticket"),
    [
        ("a\r\nX: y", REALM, "t"),
        ("a", REALM + "\n", "t"),
        ("a", REALM, ""),
        ("a", REALM, 't"'),
        ("é", "", "t"),
    ],
)
def test_what_no_header_can_carry_is_refused(realm: str, as_uri: str, ticket: str) -> None:
    with pytest.raises(KeycloakRequestError, match="no header carries"):
        UmaChallenge(realm, as_uri, ticket)


def test_a_ticket_is_a_secret() -> None:
    challenge = UmaChallenge("acme", REALM, TICKET)
    assert repr(challenge) == f"UmaChallenge(realm='acme', as_uri='{REALM}', ticket='***')"
    assert pickle.loads(pickle.dumps(challenge)) == challenge


@pytest.mark.parametrize(
    ("as_uri", "trusted"),
    [
        (REALM, True),
        ("https://KC:443/realms/acme/", True),
        ("https://kc/realms/acmes", False),
        ("https://kc/realms/ACME", False),
        ("http://kc/realms/acme", False),
        ("https://kc:8443/realms/acme", False),
        ("https://kc.evil/realms/acme", False),
        ("https://kc@evil/realms/acme", False),
        ("https://evil/?https://kc/realms/acme", False),
        ("https://kc/realms/other/../acme", False),
        ("https://kc/realms/acme#x", False),
        ("//kc/realms/acme", False),
        ("", False),
    ],
)
def test_only_the_realm_itself_may_decide(as_uri: str, trusted: bool) -> None:
    assert UmaChallenge("", as_uri, "t").is_of([REALM, "not a URL"]) is trusted
    assert not UmaChallenge("", as_uri, "t").is_of([])
