# SPDX-License-Identifier: Apache-2.0
"""From typed values to the parts of an HTTP request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import quote

from .errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def segment(parameter: str, value: str) -> str:
    """Quote ``value`` as exactly one path segment.

    Raises:
        EncodeError: It is empty, ``.`` or ``..`` (servers resolve those even when they are percent-encoded),
            or holds a control character or half of a surrogate pair.
    """
    if value in {"", ".", ".."}:
        raise EncodeError(parameter, "must not be empty, '.' or '..'")
    if _CONTROL.search(value):
        raise EncodeError(parameter, "must not contain control characters")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:  # it would carry the value
        not_unicode = EncodeError(parameter, "is not valid Unicode")
    raise not_unicode


def header(parameter: str, value: str) -> str:
    """Return ``value``, which becomes the value of a header field.

    Raises:
        EncodeError: It holds a control character such as CR or LF.
    """
    if _CONTROL.search(value):
        raise EncodeError(parameter, "must not contain control characters")
    return value


def form(members: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Write members as form or query fields: absent ones are left out, arrays repeat the field.

    Raises:
        EncodeError: A value cannot be written as a field: an object, bytes.
    """
    return {key: _field(key, value) for key, value in members.items() if value is not None}


def _field(key: str, value: object) -> str | list[str]:
    return [_scalar(key, item) for item in value] if _repeats(value) else _scalar(key, value)


def _repeats(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, list | tuple | set | frozenset)


def _scalar(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise EncodeError(key, f"cannot be sent as a form field: it is of type {type(value).__name__}")
