# SPDX-License-Identifier: Apache-2.0
"""Time policies: two instants and five ranges, read as the server reads them.

Both ends of everything count, `noa` included, although it is called "not on or after". Ranges do not wrap:
from 22 to 3 o'clock is never. An end without a start is ignored. A date alone is midnight.

Source: Keycloak Authorization Services Guide, "Time-based policy"; seen on the live server.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from dateutil.tz import resolve_imaginary

from keycloak_sdk.authorization._identity import CannotTellError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

_FIELDS: dict[str, Callable[[datetime], int]] = {
    "dayMonth": lambda wall: wall.day,
    "month": lambda wall: wall.month,
    "year": lambda wall: wall.year,
    "hour": lambda wall: wall.hour,
    "minute": lambda wall: wall.minute,
}
_DATE_LENGTH = 10
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def holds(config: Mapping[str, object], time: datetime, zone: tzinfo) -> bool:
    """Say whether a time policy holds, before its logic is applied.

    Args:
        config: The policy's `config`.
        time: When, aware.
        zone: Time zone of the server.

    Raises:
        CannotTellError: A value is not as Keycloak writes it.
    """
    wall = time.astimezone(zone).replace(tzinfo=None, microsecond=0, fold=0)
    if (begin := _instant(config, "nbf", zone)) is not None and wall < begin:
        return False
    if (end := _instant(config, "noa", zone)) is not None and wall > end:
        return False
    return all(_in_range(config, name, field(wall)) for name, field in _FIELDS.items())


def empty_ranges(config: Mapping[str, object]) -> list[str]:
    """Return the ranges that end before they begin."""
    bounds = [(name, _bound(config, name), _bound(config, f"{name}End")) for name in _FIELDS]
    return [name for name, start, end in bounds if start is not None and end is not None and start > end]


def ignored_ends(config: Mapping[str, object]) -> list[str]:
    """Return the ranges that have an end alone."""
    return [name for name in _FIELDS if name not in config and f"{name}End" in config]


def _bound(config: Mapping[str, object], name: str) -> int | None:
    try:
        return _number(config, name)
    except CannotTellError:
        return None


def _instant(config: Mapping[str, object], name: str, zone: tzinfo) -> datetime | None:
    """Return an instant as the server's clock shows it: a time that the clock skips is an hour later."""
    value = config.get(name)
    if value is None or value == "":
        return None
    text = value.strip() if isinstance(value, str) else ""
    if len(text) == _DATE_LENGTH:
        text += " 00:00:00"
    wall = _parsed(text)
    if wall is None:
        raise CannotTellError(f"{name} is no date as Keycloak writes it", fails=True)
    return resolve_imaginary(wall.replace(tzinfo=zone)).replace(tzinfo=None)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def _in_range(config: Mapping[str, object], name: str, value: int) -> bool:
    start, end = _number(config, name), _number(config, f"{name}End")
    if start is None:
        return True
    return value == start if end is None else start <= value <= end


def _number(config: Mapping[str, object], name: str) -> int | None:
    value = config.get(name)
    if value is None:
        return None
    if not isinstance(value, str | int) or not _NUMBER.fullmatch(str(value)):
        raise CannotTellError(f"{name} is no number", fails=True)
    return int(value)
