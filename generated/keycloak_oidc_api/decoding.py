# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""From JSON values to typed values.

A decoder takes a JSON value and returns the typed one, or raises ``DecodeError`` with a path that is
relative to the value; whoever holds the value puts its own step in front, so that the success path
builds no text at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from .errors import DecodeError

if TYPE_CHECKING:
    from .types import Model, ResponseLike

M = TypeVar("M", bound="Model")
Decoder: TypeAlias = Callable[[Any], Any]

_LONGEST_INTEGER = 24
_LONGEST_STEP = 60
_JSON_TYPES = {bool: "boolean", str: "string", int: "number", float: "number", type(None): "null"}


def json_type(value: object) -> str:
    """The name JSON has for the type of ``value``."""
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list | tuple):
        return "array"
    return _JSON_TYPES.get(type(value), type(value).__name__)


def step(key: object) -> str:
    """The JSON path step to a member: ``.name``, or ``['any thing']``."""
    if isinstance(key, str) and key.isascii() and key.isidentifier() and len(key) <= _LONGEST_STEP:
        return f".{key}"
    return f"[{str(key)[:_LONGEST_STEP]!r}]"


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
    """A JSON integer; an integral float and a decimal digit string are understood as well."""
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


def array(item: Decoder) -> Decoder:
    """A JSON array of what ``item`` decodes."""

    def decode(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise DecodeError("", "array", json_type(value))
        decoded: list[Any] = []
        try:
            for element in value:
                decoded.append(item(element))
        except DecodeError as error:
            error.path = f"[{len(decoded)}]{error.path}"
            raise
        return decoded

    return decode


def texts(value: Any) -> list[str]:
    """A JSON array of strings; the very list that was given."""
    if not isinstance(value, list):
        raise DecodeError("", "array", json_type(value))
    for element in value:
        if type(element) is not str:
            array(text)(value)
    return value


def model(cls: type[M]) -> Callable[[Any], M]:
    """A JSON object that ``cls`` describes."""
    return lambda value: value if type(value) is cls else cls.from_dict(value, "")


def one_of(expected: str, *alternatives: tuple[Callable[[Any], bool], Decoder]) -> Decoder:
    """The first alternative whose test the value passes."""

    def decode(value: Any) -> Any:
        for fits, alternative in alternatives:
            if fits(value):
                return alternative(value)
        raise DecodeError("", expected, json_type(value))

    return decode


def is_a(*types: type) -> Callable[[Any], bool]:
    """A test for ``one_of``: the value is an instance of one of the Python types."""
    return lambda value: isinstance(value, types)


def has(*members: str) -> Callable[[Any], bool]:
    """A test for ``one_of``: the value is an object with these members."""
    return lambda value: isinstance(value, Mapping) and all(member in value for member in members)


def mapped(decode: Decoder) -> Decoder:
    """A claim that a protocol mapper makes: of another type than described, it is not an attribute."""

    def decode_if_fits(value: Any) -> Any:
        try:
            return decode(value)
        except DecodeError:
            return None

    return decode_if_fits


def read_json(response: ResponseLike) -> Any:
    """The JSON body of a response.

    Raises:
        DecodeError: The body is not JSON. Its text is not in the error, nor in the error's context.
    """
    try:
        return response.json()
    except (ValueError, RecursionError):
        found = "something else"
    raise DecodeError("$", "JSON", found)


def read(decode: Decoder, value: Any) -> Any:
    """Decode a whole body: errors point from its root, ``$``."""
    try:
        return decode(value)
    except DecodeError as error:
        error.path = f"${error.path}"
        raise
