# SPDX-License-Identifier: Apache-2.0
"""What a program can do about its realm's keys, as `KeycloakOpenID.keys` offers it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keycloak_sdk._operations.realm_keys import RealmKeyOperations
from keycloak_sdk.exceptions import KeycloakError

if TYPE_CHECKING:
    from keycloak_sdk._jwt import KeySet
    from keycloak_sdk._jwt.held_keys import HeldKeys
    from keycloak_sdk._operations.realm_keys import RealmKeys


class KeyOperations(RealmKeyOperations):
    """The realm's keys."""

    async def preload(self) -> HeldKeys:
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
        known = self._known()
        keys = await self.io.share(known.fetching, partial(self._fetch_now, known))
        return known.held.described(keys, self._monotonic())

    async def _fetch_now(self, known: RealmKeys) -> KeySet:
        try:
            return await self._fetch_keys(known)
        except KeycloakError:
            known.held.failed(self._monotonic())
            raise
