# SPDX-License-Identifier: Apache-2.0
"""JSON as RFC 8259 and RFC 7493 mean it: what Python's parser lets through and a token must not have."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn, cast

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 64
_LARGE = 4_096


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number


def _constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER: Any = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_constant)
_scan: Callable[[str, int], tuple[dict[str, Any], int]] = _DECODER.scan_once  # or another value: see below

_scan_again: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined] # of C


def parse_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object in `data`.

    Raises:
        ValueError: It is not UTF-8, not JSON, no object, nests deeper than 64 levels, has a member twice, a
            number that is none, or half of a surrogate pair. The text says which and quotes nothing.

    Source: RFC 7493 section 2; RFC 8725 section 3.7.
    """
    try:
        value = _value(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON at character {error.pos}") from None
    except RecursionError:
        raise ValueError("it nests too deep") from None
    if value.__class__ is not dict:
        raise ValueError("it is not a JSON object")
    if _has_many(b"{", data) or _has_many(b"[", data):
        _check_depth(value)
    if b"\\" in data and b"\\u" in data:  # two searches: for one byte it is much faster
        _check_surrogates(value)
    return value


def parse_again(text: str) -> dict[str, Any]:
    """Return the object in a text that `parse_object` has taken before, without white space around it."""
    return cast("dict[str, Any]", _scan_again(text, 0)[0])


def _value(text: str) -> dict[str, Any]:
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        end = -1
        value = {}
    if end == len(text):
        return value
    return cast("dict[str, Any]", _DECODER.decode(text))  # white space, or the error with its position


def _has_many(bracket: bytes, data: bytes) -> bool:
    """Return whether there are so many brackets that they may nest too deep.

    In a large text with a few of them, searching takes a fraction of the time that counting takes.
    """
    if len(data) < _LARGE:
        return data.count(bracket) >= MAX_DEPTH // 2
    at = -1
    for _ in range(MAX_DEPTH // 2):
        at = data.find(bracket, at + 1)
        if at < 0:
            return False
    return True


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if parent.__class__ is dict else parent)
            if child.__class__ is dict or child.__class__ is list
        ]
        if not level:
            return
    raise ValueError("it nests too deep")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("it has half of a surrogate pair") from None
