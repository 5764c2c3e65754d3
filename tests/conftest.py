# SPDX-License-Identifier: Apache-2.0
"""What every test shares: both twins, and `keycloak_server`, a real Keycloak with `tests/realms`.

The plugin is loaded here rather than by its entry point (see `-p no:` in pyproject.toml), so that coverage
measurement has begun when `keycloak_sdk` is first imported.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from support.both import WORLDS, Both

if TYPE_CHECKING:
    from collections.abc import Generator

pytest_plugins = ["keycloak_sdk.testing.plugin", "pytester", "support.redis_server", "support.stores"]


def pytest_configure() -> None:
    """Let Ctrl-C be Ctrl-C, for the tests that press it, in runs that a shell put into the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    """Run `anyio` tests under asyncio, the loop that the SDK supports."""
    return "asyncio"


@pytest.fixture(params=WORLDS)
def both(request: pytest.FixtureRequest) -> Generator[Both]:
    """Run the test once with the plain methods and once with their `a_` twins; see `support.both`."""
    made = Both(request.param)
    yield made
    made.close()
