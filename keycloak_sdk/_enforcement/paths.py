# SPDX-License-Identifier: Apache-2.0
"""Paths of requests and patterns of paths.

An enforcer and the application behind it must mean the same resource. A path that some servers read
otherwise than others is therefore refused, not tidied up: empty and dot segments, matrix parameters,
backslashes, encoded slashes, anything encoded twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import field, frozen

from keycloak_sdk._urls import path_problem
from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANY = "*"
"""Stands for whatever a path begins with; no segment of a pattern is written so."""

_LONGEST = 8192
_AMBIGUOUS = re.compile(r"//|[\\;%?#\x00-\x1f\x7f]")
_ENCODED = re.compile(
    rb"%(?:2f|5c|25|3b|3f|23|[01][0-9a-f]|7f)|%(?![0-9a-f]{2})|[\x00-\x20\x7f-\xff]", re.IGNORECASE
)
_VARIABLE = re.compile(r"\{([a-z_][a-z0-9_]*)\}", re.ASCII)
_SEGMENT = re.compile(r"[^/{}*]+")


def is_plain(path: str, raw_path: bytes | None = None) -> bool:
    """Whether a path means the same to everybody.

    Args:
        path: The path, decoded once.
        raw_path: The path as it was sent, without the query; `None` when it is not known.
    """
    if not path.startswith("/") or len(path) > _LONGEST or _AMBIGUOUS.search(path):
        return False
    if raw_path is not None and (len(raw_path) > _LONGEST * 3 or _ENCODED.search(raw_path)):
        return False
    return not path_problem(path)


@frozen
class PathPattern:
    """A pattern: `/albums`, `/albums/{album}` (one segment), `/albums/*` (all that is below).

    Raises:
        KeycloakConfigurationError: It is none.
    """

    text: str
    _segments: tuple[str, ...] = field(init=False, eq=False, repr=False)
    _names: tuple[str | None, ...] = field(init=False, eq=False, repr=False)
    _is_open: bool = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        text = self.text
        if not isinstance(text, str) or not text.startswith("/"):
            raise KeycloakConfigurationError(f"the path {text!r} does not begin with '/'")
        is_open = text.endswith("/*")
        segments = tuple((text[:-2] if is_open else text).split("/")[1:])
        found = [_VARIABLE.fullmatch(segment) for segment in segments]
        names = [match[1] for match in found if match]
        plain = all(_VARIABLE.fullmatch(part) or _SEGMENT.fullmatch(part) for part in segments[:-1])
        last = segments[-1] if segments else ""
        ends_well = not last or _VARIABLE.fullmatch(last) or _SEGMENT.fullmatch(last)
        if not (plain and ends_well) or len(set(names)) != len(names) or not is_plain(_filled(text)):
            raise KeycloakConfigurationError(
                f"the path {text!r} is no pattern: give '/albums', '/albums/{{album}}' or '/albums/*'"
            )
        object.__setattr__(self, "_segments", segments)
        object.__setattr__(self, "_names", tuple(match[1] if match else None for match in found))
        object.__setattr__(self, "_is_open", is_open)

    @property
    def variables(self) -> frozenset[str]:
        """Names of the variables."""
        return frozenset(filter(None, self._names))

    @property
    def first(self) -> str:
        """The segment that a matching path begins with; `ANY` when that is not said."""
        return self._segments[0] if self._segments and self._names[0] is None else ANY

    @property
    def shape(self) -> tuple[str, ...]:
        """What it matches, whatever its variables are called."""
        return (*(_VARIABLE.sub("{}", segment) for segment in self._segments), *("*" * self._is_open))

    @property
    def rank(self) -> tuple[tuple[int, ...], int]:
        """Sorts the more special before the less: plain text, variables, open ends, segment by segment."""
        kinds = [0 if name is None else 1 for name in self._names]
        return (*kinds, *([2] if self._is_open else [])), -len(self._segments)

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the values of the variables; `None` when the path does not match."""
        return self.match_parts(path.split("/")[1:])

    def match_parts(self, parts: Sequence[str]) -> Mapping[str, str] | None:
        """Match a path of which the segments are at hand."""
        length = len(self._segments)
        if self._is_open:
            if len(parts) <= length or not parts[length]:
                return None
        elif len(parts) != length:
            return None
        found: dict[str, str] = {}
        for segment, name, part in zip(self._segments, self._names, parts, strict=False):
            if name is None:
                if segment != part:
                    return None
            elif part:
                found[name] = part
            else:
                return None
        return found


def _filled(text: str) -> str:
    return _VARIABLE.sub("x", text).replace("*", "x")
