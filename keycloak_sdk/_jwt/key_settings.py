# SPDX-License-Identifier: Apache-2.0
"""How long a client believes what it knows of a realm's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from keycloak_sdk._jwt.shared_keys import SignedKeySetCache
from keycloak_sdk.exceptions import KeycloakConfigurationError, one_line

if TYPE_CHECKING:
    from attrs import Attribute

KEYS_TTL = 300
KEYS_COOL_DOWN = 10


def _between(low: int, high: int, what: str, *, whole: bool = False) -> Any:
    """Return a validator for a number between two."""
    types = (int,) if whole else (int, float)

    def check(_: object, attribute: Attribute[Any], value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, types) or not low <= cast("float", value) <= high:
            raise KeycloakConfigurationError(
                f"{attribute.name} is {one_line(repr(value), 60)}: give {what}, from {low} to {high}"
            )

    return check


def _check_cache(_: object, __: Attribute[Any], value: Any) -> None:
    if value is not None and not isinstance(value, SignedKeySetCache):
        raise KeycloakConfigurationError(
            f"keys_cache is of type {type(value).__name__}: give a SignedKeySetCache, which wraps your cache"
        )


@frozen
class KeySettings:
    """What the caller configured about keys and verified tokens."""

    keys_ttl: float = field(default=KEYS_TTL, validator=_between(0, 86_400, "seconds that keys are used"))
    keys_cool_down: float = field(
        default=KEYS_COOL_DOWN, validator=_between(1, 3_600, "seconds between fetches in vain")
    )
    keys_cache: SignedKeySetCache | None = field(default=None, validator=_check_cache)
    verified_tokens: int = field(
        default=0, validator=_between(0, 1_000_000, "the number of tokens to remember", whole=True)
    )
