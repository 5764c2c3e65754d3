# SPDX-License-Identifier: Apache-2.0
"""Java regular expressions, as far as they mean the same to Python.

The server matches the whole value. A pattern with anything that the two languages could read differently is
not tried, nor is one that could take for ever on a value that a user may choose.
"""

from __future__ import annotations

import re

import attrs

from keycloak_sdk.authorization._identity import CannotTellError

_MOST_STEPS = 10_000_000
_LONGEST_VALUE = 512
_MOST_CHOICES = 20
_LINE_ENDS = re.compile("[\n\r\x85\u2028\u2029]")
_IGNORING_CASE = "(?i)"
_TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?:|\?=|\?!)?(?![?*+{]))
    |(?P<close>\))
    |(?P<class>\[\^?(?:[^\\\[\]&~|^-]|\\[dDwWsS]|\\[^\w\s]|-(?!-))+\])
    |(?P<exactly>\{\d{1,3}\})
    |(?P<optional>\?\??)
    |(?P<repeat>(?:[*+]|\{\d{1,3},\d{0,3}\})\??)
    |(?P<either>\|)
    |(?P<one>\\[dDwWsS]|\\[^\w\s]|[^\\\[\](){}*+?|])
    """,
    re.VERBOSE | re.ASCII,
)
_REPEATABLE = frozenset({"one", "class", "close"})


@attrs.frozen
class Pattern:
    """A Java pattern that Python reads alike.

    Attributes:
        compiled: The pattern for Python.
        repeats: How many of its parts repeat without a fixed number.
        choices: How many of its parts may be left out or be one of two.
    """

    compiled: re.Pattern[str]
    repeats: int
    choices: int

    def matches(self, value: str) -> bool:
        """Say whether the whole value matches.

        Raises:
            CannotTellError: The value has line ends, which the languages treat differently, or is so long
                that the match could take for ever.
        """
        steps = (len(value) + 1) ** self.repeats << self.choices
        if len(value) > _LONGEST_VALUE or steps > _MOST_STEPS:
            raise CannotTellError("the value is too long for the pattern")
        if _LINE_ENDS.search(value):
            raise CannotTellError("the value has several lines")
        return self.compiled.fullmatch(value) is not None


def read_pattern(pattern: str) -> Pattern | None:
    """Return a Java pattern for Python; `None` when that may not mean the same, or take for ever."""
    flags = re.ASCII
    body = pattern.removeprefix(_IGNORING_CASE)
    if body != pattern:
        flags |= re.IGNORECASE
    counted = _counted(body)
    if counted is None or counted[1] > _MOST_CHOICES:
        return None
    try:
        return Pattern(re.compile(body, flags), *counted)
    except re.error:
        return None


def _counted(pattern: str) -> tuple[int, int] | None:
    """Count repeats and choices; `None` for what is not common to both languages.

    A group with either inside is not repeated: the ways to match would multiply.
    """
    counts = {"repeat": 0, "choice": 0}
    varies = [False]
    before = "open"
    closed_varies = False
    position = 0
    while position < len(pattern):
        if (token := _TOKEN.match(pattern, position)) is None:
            return None
        kind = token.lastgroup or ""
        if kind in {"exactly", "optional", "repeat"} and before not in _REPEATABLE:
            return None
        if kind in {"exactly", "repeat"} and before == "close" and closed_varies:
            return None
        if kind == "open":
            varies.append(False)
        elif kind == "close":
            if len(varies) == 1:
                return None
            closed_varies = varies.pop()
            varies[-1] |= closed_varies
        elif kind in {"optional", "either", "repeat"}:
            counts["repeat" if kind == "repeat" else "choice"] += 1
            varies[-1] = True
        before, position = kind, token.end()
    return (counts["repeat"], counts["choice"]) if len(varies) == 1 else None
