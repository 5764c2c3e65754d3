# SPDX-License-Identifier: Apache-2.0
"""JSON as tokens have it: one reading, or none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from keycloak_sdk._jwt.strict_json import MAX_DEPTH, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES))
def test_what_python_writes_as_utf8_is_read_back(value: dict[str, Any]) -> None:
    assert parse_object(json.dumps(value, ensure_ascii=False).encode()) == value
    assert parse_object(json.dumps(value, indent=2).encode()) == value


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_an_object_or_a_value_error(data: bytes) -> None:
    try:
        value = parse_object(data)
    except ValueError:
        return
    assert value == json.loads(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a":1,"a":1}', "a member appears twice"),
        ('{"a":1e999}', "a number is too large"),
        ('{"a":-1e999}', "a number is too large"),
        ('{"a":NaN}', "NaN and Infinity are not JSON"),
        ('{"a":Infinity}', "NaN and Infinity are not JSON"),
        ("{a:1}", "it is not JSON at character 1"),
        ("", "it is not JSON at character 0"),
        ("{} {}", "it is not JSON at character 3"),
        ("[]", "it is not a JSON object"),
        (r'{"a":"\ud800"}', "it has half of a surrogate pair"),
        ('{"a":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}", "it nests too deep"),
        ("[" * 200_000, "it nests too deep"),
    ],
)
def test_the_reason_is_told_without_quoting_the_text(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_object(text.encode())


def test_bytes_that_are_not_utf8_are_told() -> None:
    with pytest.raises(ValueError, match="it is not UTF-8"):
        parse_object(b'{"a":"\xff"}')


def test_63_levels_below_the_object_are_read() -> None:
    deepest = MAX_DEPTH - 1
    assert parse_object(b'{"a":' + b"[" * deepest + b"]" * deepest + b"}")


@pytest.mark.parametrize("bracket", ["[]", '{"a":}'])
def test_depth_is_found_in_large_texts_too(bracket: str) -> None:
    begin, end = bracket[:-1], bracket[-1]
    padding = '"' + "x" * 5_000 + '"'
    for depth, fits in ((MAX_DEPTH - 1, True), (MAX_DEPTH, False)):
        text = '{"a":' + begin * depth + ("" if begin == "[" else "1") + end * depth + f',"b":{padding}}}'
        if fits:
            assert parse_object(text.encode())["b"] == padding[1:-1]
        else:
            with pytest.raises(ValueError, match="it nests too deep"):
                parse_object(text.encode())


def test_many_brackets_that_do_not_nest_are_read() -> None:
    assert len(parse_object(b'{"a":[' + b"{}," * 500 + b'[]],"b":"[[[["}')["a"]) == 501


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_object(rb'{"a":"\ud83d\ude42"}') == {"a": "\N{SLIGHTLY SMILING FACE}"}
