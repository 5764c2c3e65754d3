# SPDX-License-Identifier: Apache-2.0
"""Which regular expressions of Java are matched here, and which are left to the server."""

from __future__ import annotations

import pytest

from keycloak_sdk.authorization._identity import CannotTellError
from keycloak_sdk.authorization._regex import read_pattern


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("", "", "x"),
        ("abc", "abc", "abcd"),
        ("^a.c$", "abc", "a.cd"),
        (r"[\w.%+-]+@[a-z]+\.org", "a.b+c@d.org", "a@d_org"),
        (r"\d{2,3}", "123", "1"),
        (r"\d{2}", "12", "123"),
        (r"(eng|ops)-\d+", "ops-7", "dev-7"),
        (r"(?:gold|silver)?", "", "bronze"),
        (r"(ab){2}", "abab", "ab"),
        (r"(?!root)[a-z]+", "alice", "root"),
        (r"(?=.*x).*", "axb", "ab"),
        (r"[^@]+", "alice", "a@b"),
        (r"a*?b+?", "aab", "aa"),
        ("(?i)Eng", "eNG", "eñg"),
        (r"[\-\]]+", "]-", "x"),
    ],
)
def test_what_both_languages_read_alike_is_matched(pattern: str, matching: str, other: str) -> None:
    read = read_pattern(pattern)
    assert read is not None
    assert read.matches(matching)
    assert not read.matches(other)


@pytest.mark.parametrize("value", ["é", "\u0663", "\u017f"])
def test_classes_are_those_of_ascii_as_in_java(value: str) -> None:
    for pattern in (r"\w", r"\d", "(?i)s"):
        read = read_pattern(pattern)
        assert read is not None
        assert not read.matches(value)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\p{Upper}+",
        r"\bx",
        r"\Qa.b\E",
        r"\u0041",
        r"\1",
        "a*+",
        "a++b",
        "(?<name>a)",
        "(?P<name>a)",
        "(?s).*",
        "(?<=a)b",
        "(?>a)",
        "[a[b]]",
        "[a&&b]",
        "[]a]",
        "[a--b]",
        "[z-a]",
        "a{,3}",
        "{3}",
        "a{x}",
        "*a",
        "(*a)",
        "^*",
        "a**",
        "(a",
        "a)",
        "a]",
        "a\\",
    ],
)
def test_what_python_reads_otherwise_or_not_at_all_is_not_matched(pattern: str) -> None:
    assert read_pattern(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a*)*", "(a|aa)+b", "(a?){30}a{30}", "((a+)b)*", "(a{1,9}){2,9}", "a?" * 25 + "a" * 25],
)
def test_a_pattern_that_could_take_for_ever_is_not_matched(pattern: str) -> None:
    assert read_pattern(pattern) is None


@pytest.mark.parametrize("pattern", [".*" * 6 + "x", "a*" * 5 + "b", ".*.*.*=", "a?" * 12 + ".*.*x"])
def test_a_value_that_could_take_for_ever_is_not_matched(pattern: str) -> None:
    read = read_pattern(pattern)
    assert read is not None
    assert not read.matches("a" * 9)
    with pytest.raises(CannotTellError, match="too long for the pattern"):
        read.matches("a" * 500)


def test_a_value_of_several_lines_is_not_matched() -> None:
    read = read_pattern(".*")
    assert read is not None
    for end in "\n\r\x85\u2028\u2029":
        with pytest.raises(CannotTellError, match="several lines"):
            read.matches(f"a{end}b")
