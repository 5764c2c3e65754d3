# SPDX-License-Identifier: Apache-2.0
"""The watch for secrets (tests/support/canaries.py) finds one wherever it shows, and nothing else."""

from __future__ import annotations

import contextlib
import logging
import warnings
from typing import TYPE_CHECKING

import httpx
import pytest

from keycloak_sdk import (
    Clock,
    ConnectionManager,
    InsecureConnectionWarning,
    KeycloakError,
    KeycloakOpenID,
    _tokens,
)
from support.canaries import CANARIES
from support.transport import serve, token

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cret-of-this-test"
log = logging.getLogger("keycloak_sdk")


def logs_it() -> None:
    log.debug("renewed with %s", SECRET)


def logs_a_part_of_it() -> None:
    log.getChild("child").debug("renewed", extra={"x": 1}, exc_info=KeycloakError(SECRET))


def warns_of_it() -> None:
    with contextlib.suppress(InsecureConnectionWarning):
        warnings.warn(SECRET, InsecureConnectionWarning, stacklevel=1)


def puts_it_into_a_url() -> None:
    transport, _ = serve(httpx.Response(200))
    ConnectionManager("http://kc", transport=transport).raw_get("/x", t=SECRET)


def raises_it() -> None:
    with contextlib.suppress(KeycloakError):
        raise KeycloakError(f"refused {SECRET}")


def describes_it() -> None:
    with contextlib.suppress(KeycloakError):
        raise KeycloakError("refused", error_description=SECRET)


def causes_it() -> None:
    with contextlib.suppress(KeycloakError):
        raise KeycloakError("refused") from ValueError(SECRET)


def holds_it_in_a_frame() -> None:
    with contextlib.suppress(KeycloakError):
        _tokens.hold_given({"refresh_token": SECRET}, fraction=0.9, clock=Clock())


def shows_it() -> None:
    CANARIES.represented(type("Ours", (), {"__module__": "keycloak_sdk.x", "__repr__": lambda _: SECRET})())


@pytest.mark.parametrize(
    "leak",
    [
        logs_it,
        logs_a_part_of_it,
        warns_of_it,
        puts_it_into_a_url,
        raises_it,
        describes_it,
        causes_it,
        holds_it_in_a_frame,
        shows_it,
    ],
)
def test_a_secret_that_shows_is_found(leak: Callable[[], None]) -> None:
    CANARIES.plant(SECRET)
    leak()
    with pytest.raises(AssertionError, match="a secret shows in"):
        CANARIES.check()
    CANARIES.check()


def test_what_is_secret_is_learned_from_the_wire() -> None:
    answer = token(f"{SECRET}-1", refresh_token=f"{SECRET}-2", id_token=f"{SECRET}-3")
    transport, _ = serve(httpx.Response(200, json=answer))
    openid = KeycloakOpenID("http://kc", "acme", "shop", f"{SECRET}-4", transport=transport)
    openid.token("alice", f"{SECRET}-5", totp=f"{SECRET}-6", assertion=f"{SECRET}-7")
    httpx.Request("GET", "http://kc", headers={"Authorization": f"Bearer {SECRET}-8"})
    for number in range(1, 9):
        log.debug("%s-%d", SECRET, number)
    with pytest.raises(AssertionError) as found:
        CANARIES.check()
    assert [number for number in range(1, 9) if f"{SECRET}-{number}" not in str(found.value)] == []


def test_the_body_of_a_refusal_is_the_servers_own_words() -> None:
    CANARIES.plant(SECRET)
    with contextlib.suppress(KeycloakError):
        raise KeycloakError("refused", 400, SECRET.encode())
    CANARIES.check()


@pytest.mark.parametrize("short", ["pw", "secret", 12345678])
def test_what_is_short_or_no_text_is_not_looked_for(short: object) -> None:
    CANARIES.plant(short)
    log.debug("a secret pw, 12345678")
    CANARIES.check()
