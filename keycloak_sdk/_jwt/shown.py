# SPDX-License-Identifier: Apache-2.0
"""What of a claim an error may show: short, printable, no more than needed."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 72


def shown(value: object) -> str:
    """Return a short printable form of a claim that may be printed: text, number or list of text."""
    if isinstance(value, str):
        text = repr(value[:_SHOWN])
        return text if len(text) <= _SHOWN and len(value) <= _SHOWN else f"{text[: _SHOWN - 1]}…'"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return repr(value) if abs(value) < 10**15 else "a number beyond every calendar"
    if isinstance(value, list | tuple | set | frozenset):
        return _shown_list(cast("Iterable[object]", value))
    return "an object"


def _shown_list(values: Iterable[object]) -> str:
    text = "["
    for value in values:
        item = repr(value) if isinstance(value, str) else shown_type(value)
        if len(text) + len(item) > _SHOWN:
            return text + "…]"
        text += item if text == "[" else f", {item}"
    return text + "]"


_TYPES: Mapping[type, str] = {
    NoneType: "null",
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def shown_type(value: object) -> str:
    """Return what a JSON value is, without the value."""
    return _TYPES.get(type(value), type(value).__name__)
