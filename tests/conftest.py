# SPDX-License-Identifier: Apache-2.0
"""What every test shares: the fixture `keycloak_server`, a real Keycloak with the realms of `tests/realms`.

The plugin is loaded here rather than by its entry point (see `-p no:` in pyproject.toml), so that coverage
measurement has begun when `keycloak_sdk` is first imported.
"""

from __future__ import annotations

pytest_plugins = ["keycloak_sdk.testing.plugin"]
