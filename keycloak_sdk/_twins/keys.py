# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/keys.py by `make generate`.
"""What a program can do about its realm's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._io.port import afinish, finish

if TYPE_CHECKING:
    from keycloak_sdk._jwt.held_keys import HeldKeys
    from keycloak_sdk._operations.keys import KeyOperations


class KeyTwins:
    """The keys of a realm, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> KeyOperations: ...
        @property
        def _awaitable(self) -> KeyOperations: ...

    def preload(self) -> HeldKeys:
        """Fetch the realm's keys now, so that no token has to wait for them.

        Sends one request, however many callers wait, whatever is held and whatever a shared cache has.

        Returns:
            What is held then.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is no key set. What was held
                before is still used.
            KeycloakConnectionError: The server was not reached; the same.

        Source: RFC 7517 section 5.
        """
        operation = self._blocking.preload()
        return finish(operation)

    async def a_preload(self) -> HeldKeys:
        """Fetch the realm's keys now, so that no token has to wait for them.

        Sends one request, however many callers wait, whatever is held and whatever a shared cache has.

        Returns:
            What is held then.

        Raises:
            KeycloakGetError: The realm does not exist (404), or the answer is no key set. What was held
                before is still used.
            KeycloakConnectionError: The server was not reached; the same.

        Source: RFC 7517 section 5.
        """
        operation = self._awaitable.preload()
        return await afinish(operation)
