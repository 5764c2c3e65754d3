# SPDX-License-Identifier: Apache-2.0
"""What every test shares: both twins, and `keycloak_server`, a real Keycloak with `tests/realms`.

The plugin is loaded here rather than by its entry point (see `-p no:` in pyproject.toml), so that coverage
measurement has begun when `keycloak_sdk` is first imported.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from support.both import WORLDS, Both
from support.canaries import CANARIES

if TYPE_CHECKING:
    from collections.abc import Generator

pytest_plugins = ["keycloak_sdk.testing.plugin", "pytester", "support.redis_server", "support.stores"]

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Let Ctrl-C be Ctrl-C, for the tests that press it, in runs that a shell put into the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    CANARIES.watch()


@pytest.fixture(autouse=True)
def no_secret_shows() -> Generator[None]:
    """Fail when a secret of the test shows in a text of ours; see `support.canaries`."""
    yield
    CANARIES.check()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each world; under trio only where it is marked, since asyncio is what many use."""
    if "both" in metafunc.fixturenames:
        under_trio = metafunc.definition.get_closest_marker("trio") is not None
        metafunc.parametrize("both", [*WORLDS, *["trio"] * under_trio], indirect=True)


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run `anyio` tests under asyncio, but for the third world of `both`."""
    if "both" in request.fixturenames and request.getfixturevalue("both").world == "trio":
        return "trio"
    return "asyncio"


@pytest.fixture
def both(request: pytest.FixtureRequest) -> Generator[Both]:
    """Run the test once with the plain methods and once with their `a_` twins; see `support.both`."""
    made = Both(request.param)
    yield made
    made.close()
