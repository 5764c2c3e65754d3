# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""From JSON values to typed values.

A decoder takes a JSON value and returns the typed one, or raises ``DecodeError`` with a path that is
relative to the value. Whoever holds the value puts its own step in front, so success builds no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, TypeVar

from .errors import DecodeError

if TYPE_CHECKING:
    from .types import Model, ResponseLike

M = TypeVar("M", bound="Model")
Decoder: TypeAlias = Callable[[Any], Any]
Test: TypeAlias = Callable[[Any], bool]

_LONGEST_INTEGER = 24
_LONGEST_STEP = 80
_JSON_TYPES: Mapping[type, str] = {
    bool: "boolean",
    str: "string",
    int: "number",
    float: "number",
    type(None): "null",
}


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Is this JSON value an object?"""
    return type(value) is dict or isinstance(value, Mapping)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Is this JSON value an array?"""
    return isinstance(value, list)


def json_type(value: object) -> str:
    """The name JSON has for the type of ``value``."""
    if is_object(value):
        return "object"
    return "array" if is_array(value) else _JSON_TYPES.get(type(value), type(value).__name__)


def step(key: object) -> str:
    """The JSON path step to a member: ``.name``, or ``['any thing']``."""
    name = str(key)
    if name.isascii() and name.isidentifier() and len(name) <= _LONGEST_STEP:
        return f".{name}"
    return f"[{name[:_LONGEST_STEP]!r}]"


def text(value: Any) -> str:
    """A JSON string."""
    if isinstance(value, str):
        return value
    raise DecodeError("", "string", json_type(value))


def boolean(value: Any) -> bool:
    """A JSON boolean."""
    if isinstance(value, bool):
        return value
    raise DecodeError("", "boolean", json_type(value))


def integer(value: Any) -> int:
    """A JSON integer; an integral float and a string of decimal digits are understood as well."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= _LONGEST_INTEGER and value.isascii():
        digits = value.removeprefix("-")
        if digits.isdigit():
            return int(value)
    raise DecodeError("", "integer", json_type(value))


def anything(value: Any) -> Any:
    """Any JSON value."""
    return value


def model(cls: type[M]) -> Callable[[Any], M]:
    """A JSON object that ``cls`` describes."""

    def decode(value: Any) -> M:
        return value if type(value) is cls else cls.from_dict(value, "")

    return decode


def array(item: Decoder) -> Callable[[Any], list[Any]]:
    """A JSON array of what ``item`` decodes."""

    def decode(value: Any) -> list[Any]:
        if not is_array(value):
            raise DecodeError("", "array", json_type(value))
        decoded: list[Any] = []
        try:
            for element in value:
                decoded.append(item(element))  # noqa: PERF401 - an error says at which index it arose
        except DecodeError as error:
            error.under(f"[{len(decoded)}]")
            raise
        return decoded

    return decode


def texts(value: Any) -> list[str]:
    """A JSON array of strings; the very list that was given."""
    if not is_array(value):
        raise DecodeError("", "array", json_type(value))
    for element in value:
        if type(element) is not str:
            array(text)(value)
    return value


def one_of(expected: str, *alternatives: tuple[Test, Decoder]) -> Decoder:
    """The first alternative whose test the value passes."""

    def decode(value: Any) -> Any:
        for fits, alternative in alternatives:
            if fits(value):
                return alternative(value)
        raise DecodeError("", expected, json_type(value))

    return decode


def is_a(kind: type) -> Test:
    """A test for ``one_of``: the value is of this Python type."""
    return lambda value: isinstance(value, kind)


def has(*members: str) -> Test:
    """A test for ``one_of``: the value is an object with these members."""
    return lambda value: is_object(value) and all(member in value for member in members)


class Mapped:
    """A claim that a protocol mapper makes: when it is of another type than described, no attribute."""

    __slots__ = ("_decode",)

    def __init__(self, decode: Decoder) -> None:
        self._decode = decode

    def __call__(self, value: Any) -> Any:
        """Decode a value; ``None`` for one that does not fit."""
        try:
            return self._decode(value)
        except DecodeError:
            return None


def read(decode: Decoder, response: ResponseLike) -> Any:
    """Decode the JSON body of a response.

    Raises:
        DecodeError: The body is not JSON, or not as described. The text of the body is neither in the error
            nor in its context.
    """
    try:
        body = response.json()
    except (ValueError, RecursionError):
        not_json = DecodeError("$", "JSON", "something else")
    else:
        try:
            return decode(body)
        except DecodeError as error:
            error.under("$")
            raise
    raise not_json
