# SPDX-License-Identifier: Apache-2.0
"""The hand-written code repeats itself little, and no module outgrows its reader."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

import pytest

from support.project import ROOT, SOURCES, hand_written, named, python_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WINDOW = 6
"""Lines that are counted once they occur again in the same order."""

MOST = 0.02
LONGEST = 400


def substance(source: str) -> list[tuple[int, str]]:
    """Return the lines that say something, numbered: no comments, no blanks, twins alike.

    A coroutine and its plain twin are the same text once `async`, `await` and `a_` are taken away: writing an
    operation twice would count as a repetition.
    """
    comments = {
        token.start
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(source.splitlines(), 1):
        cut = next((column for row, column in comments if row == number), None)
        text = line[:cut].strip()
        for mark in ("async ", "await ", "a_"):
            text = text.replace(mark, "")
        if text:
            lines.append((number, text))
    return lines


def repetition(sources: Iterable[tuple[str, str]]) -> tuple[int, set[tuple[str, int]]]:
    """Return how many lines there are, and those that lie in a window seen before."""
    seen: set[tuple[str, ...]] = set()
    repeated: set[tuple[str, int]] = set()
    total = 0
    for name, source in sources:
        lines = substance(source)
        total += len(lines)
        for start in range(len(lines) - WINDOW + 1):
            part = lines[start : start + WINDOW]
            window = tuple(text for _, text in part)
            if window in seen:
                repeated.update((name, number) for number, _ in part)
            seen.add(window)
    return total, repeated


def test_the_counter_sees_through_async_marks_and_comments() -> None:
    plain = "def token(self):\n    a\n    b\n    c\n    d\n    return self.get(1)  # once\n"
    twin = (
        "async def a_token(self):\n    a\n\n    # 2nd\n    b\n    c\n    d\n    return await self.a_get(1)\n"
    )
    total, repeated = repetition([("plain", plain), ("twin", twin)])
    assert total == 12
    assert repeated == {("twin", number) for number in (1, 2, 5, 6, 7, 8)}


def test_the_counter_lets_shorter_likeness_be() -> None:
    assert repetition([("one", "a\nb\nc\nd\ne\n"), ("two", "a\nb\nc\nd\ne\n")]) == (10, set())


def test_at_most_two_lines_in_a_hundred_repeat_others() -> None:
    sources = [(named(path), path.read_text("utf-8")) for path in hand_written()]
    total, repeated = repetition(sources)
    assert len(repeated) <= MOST * total, sorted(repeated)


def test_no_hand_written_module_is_longer_than_400_lines() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in hand_written()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def source_files() -> list[Path]:
    """Return every Python file of the project, and the description."""
    return [*(path for folder in SOURCES for path in python_files(folder)), *ROOT.glob("spec/*.yaml")]


@pytest.mark.parametrize("folder", SOURCES)
def test_every_source_file_names_its_licence_first(folder: str) -> None:
    without = []
    for path in source_files():
        if path.is_relative_to(ROOT / folder):
            lines = path.read_text("utf-8").splitlines() or [""]
            first = lines[1] if lines[0].startswith("#!") else lines[0]
            if first != "# SPDX-License-Identifier: Apache-2.0":
                without.append(named(path))
    assert without == []
