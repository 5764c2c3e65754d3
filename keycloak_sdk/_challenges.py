# SPDX-License-Identifier: Apache-2.0
"""What a server asks for when it answers 401: the challenges of `WWW-Authenticate`.

Source: RFC 9110 section 11.6.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST = 8192
_ESCAPED = re.compile(r"\\(.)")
_TOKEN = r"[\w!#$%&'*+.^`|~-]+"
_ELEMENT = re.compile(
    rf"""[\s,]*+ (?:
      (?P<name>{_TOKEN}) [ \t]*+ = [ \t]*+ (?: "(?P<quoted>(?:[^"\\]|\\.)*+)" | (?P<bare>{_TOKEN}) )
    | (?P<scheme>{_TOKEN}) (?: [ \t]++ [\w.~+/-]+ =*+ (?=[ \t]*+(?:,|$)) )?
    )""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)


class Challenge(NamedTuple):
    """One way to authenticate that the server offers."""

    scheme: str
    """In lower case, such as `bearer`."""
    parameters: dict[str, str]
    """By their names in lower case; the first of two with one name."""


def challenges(values: Iterable[str]) -> Iterator[Challenge]:
    """Read the values of `WWW-Authenticate`; what follows something malformed is left out.

    Args:
        values: One for each header of that name.
    """
    for value in values:
        yield from _of_header(value[:_LONGEST])


def refuses_token(values: Iterable[str]) -> bool:
    """Whether a 401 with these headers says that the bearer token is no longer good.

    It does when it says nothing, as many servers do, or when it asks for a bearer without calling something
    else than the token wrong.

    Source: RFC 6750 section 3.1.
    """
    values = [value for value in values if value.strip()]
    return not values or any(
        challenge.scheme == "bearer" and challenge.parameters.get("error", "invalid_token") == "invalid_token"
        for challenge in challenges(values)
    )


def _of_header(value: str) -> Iterator[Challenge]:
    current: Challenge | None = None
    position = 0
    while found := _ELEMENT.match(value, position):
        position = found.end()
        if found["scheme"] is not None:
            if current is not None:
                yield current
            current = Challenge(found["scheme"].lower(), {})
        elif current is not None:
            quoted = found["quoted"]
            text = found["bare"] if quoted is None else _ESCAPED.sub(r"\1", quoted)
            current.parameters.setdefault(found["name"].lower(), text)
    if current is not None:
        yield current
