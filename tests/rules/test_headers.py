# SPDX-License-Identifier: Apache-2.0
"""Headers: merged whatever their case, refused when no request can carry them."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk._codec import bearer, merge_headers, token_text
from keycloak_sdk.exceptions import KeycloakRequestError


def test_every_request_says_what_it_accepts_and_who_asks() -> None:
    assert merge_headers() == {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": "keycloak-oidc-sdk",
    }


def test_later_groups_win_whatever_the_case_of_the_names() -> None:
    merged = merge_headers(
        {"X-Tenant": "one", "content-type": "a/b"}, {"x-tenant": "two"}, {"CONTENT-TYPE": "c/d"}
    )
    assert merged["x-tenant"] == "two"
    assert merged["CONTENT-TYPE"] == "c/d"
    assert {"X-Tenant", "content-type"}.isdisjoint(merged)


def test_our_own_headers_can_be_replaced() -> None:
    assert merge_headers({"user-agent": "shop/1", "ACCEPT": "application/json"}) == {
        "user-agent": "shop/1",
        "ACCEPT": "application/json",
        "Accept-Encoding": "gzip, deflate",
    }


def test_none_leaves_a_header_as_it_is() -> None:
    assert merge_headers({"X-A": "1"}, {"X-A": None}) == merge_headers({"X-A": "1"})


@pytest.mark.parametrize(
    "name", ["Content-Length", "content-length", "Transfer-Encoding", "TRANSFER-ENCODING"]
)
def test_a_length_that_a_program_copied_from_elsewhere_is_not_sent(name: str) -> None:
    assert merge_headers({name: "5"}) == merge_headers()


def test_groups_are_not_changed() -> None:
    group = {"x-a": "1"}
    merge_headers(group, {"X-A": "2"})
    assert group == {"x-a": "1"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "X Y",
        "X:",
        "X\r\n",
        "X\n",
        "\x00",
        "Näme",
        "X(",
        "X/Y",
        'X"',
        "X\t",
        "\ud800",
        None,
        3,
        b"X",
        ("X",),
    ],
)
def test_a_name_that_is_none_is_refused(name: Any) -> None:
    with pytest.raises(KeycloakRequestError, match="is no header name"):
        merge_headers({name: "1"})


@pytest.mark.parametrize(
    "value", ["a\r\nb", "a\nb", "a\rb", "a\x00b", "\x7f", "ä", "\u2028", "\ud800", 3, b"x", ["x"], True, 1.5]
)
def test_a_value_that_no_header_can_have_is_refused_without_being_repeated(value: Any) -> None:
    with pytest.raises(KeycloakRequestError, match=r"^the value of header X-Secret is not a str") as caught:
        merge_headers({"X-Secret": value})
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("value", "sent"), [("", ""), (" a ", "a"), ("\ta", "a"), ("a\tb", "a\tb"), ("a b", "a b")]
)
def test_white_space_around_a_value_is_no_part_of_it(value: str, sent: str) -> None:
    assert merge_headers({"X-A": value})["X-A"] == sent


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_whatever_the_headers_they_are_sendable_or_refused(headers: dict[str, str]) -> None:
    try:
        merged = merge_headers(headers)
    except KeycloakRequestError:
        return
    for name, value in merged.items():
        assert name.isascii()
        assert name.isprintable()
        assert not set(name) & set(' ():<>@,;\\/[]?={}"')
        assert value.isascii()
        assert not set(value) & set("\r\n\0")


def test_headers_that_another_thread_changes_meanwhile_are_read_at_once() -> None:
    headers = {f"X-{number}": "1" for number in range(50)}
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            headers["X-More"] = "1"
            headers.pop("X-More", None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(2000):
            merge_headers(headers)
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)


# --- tokens


def test_a_token_is_sent_as_bearer() -> None:
    assert bearer("abc.def-ghi") == "Bearer abc.def-ghi"
    assert bearer(b"abc") == "Bearer abc"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "is of type NoneType, not a str$"),
        (3, "is of type int, not a str$"),
        ({"access_token": "x"}, r"is of type dict, not a str; pass token\['access_token'\]$"),
        (["x"], "is of type list, not a str$"),
        ("", "is empty"),
        (b"", "is empty"),
        ("a b", "holds white space"),
        (" a", "holds white space"),
        ("a\n", "holds white space"),
        ("a\r\nX: y", "holds white space"),
        ("ä", "holds white space or characters"),
        (b"\xff", "holds white space or characters"),
        ("\ud800", "holds white space or characters"),
    ],
)
def test_what_cannot_be_a_token_is_refused_by_its_name(token: object, reason: str) -> None:
    with pytest.raises(KeycloakRequestError, match="^refresh_token " + reason):
        token_text(token, "refresh_token")
    with pytest.raises(KeycloakRequestError, match="^token " + reason):
        bearer(token)
