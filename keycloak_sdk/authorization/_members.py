# SPDX-License-Identifier: Apache-2.0
"""Members of an export, each looked at before it is believed; an error starts with the place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from keycloak_sdk.exceptions import KeycloakAuthorizationConfigError

_FLAGS: dict[str, object] = {"true": True, "false": False, "": None}


def as_object(value: object, where: str) -> Mapping[str, object]:
    """Return an object."""
    if not isinstance(value, dict | Mapping):
        raise malformed(where, f"an object is expected, not {_kind(value)}")
    return cast("Mapping[str, object]", value)


def as_list(value: object, where: str) -> list[object]:
    """Return a list."""
    if not isinstance(value, list | tuple):
        raise malformed(where, f"a list is expected, not {_kind(value)}")
    return list(cast("list[object]", value))


def as_text(value: object, where: str) -> str:
    """Return text that is not empty."""
    if not isinstance(value, str) or not value:
        raise malformed(where, f"a name is expected, not {_kind(value)}")
    return value


def choice_of(value: object, where: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices, the first when nothing is said."""
    if value is None:
        return choices[0]
    if not isinstance(value, str) or value not in choices:
        raise malformed(where, f"one of {', '.join(choices)} is expected, not {value!r}")
    return value


def as_flag(value: object, where: str) -> bool:
    """Return true or false, written as such or as text; false when nothing is said."""
    flag = _FLAGS.get(value.lower(), value) if isinstance(value, str) else value
    if flag is None or isinstance(flag, bool):
        return bool(flag)
    raise malformed(where, f"true or false is expected, not {value!r}")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return "empty text" if value == "" else type(value).__name__


def malformed(where: str, what: str) -> KeycloakAuthorizationConfigError:
    """Return the error for a place."""
    return KeycloakAuthorizationConfigError(f"{where}: {what}")
