# SPDX-License-Identifier: Apache-2.0
"""The room of the realm's keys: `openid.keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from keycloak_sdk._operations.keys import KeyOperations
from keycloak_sdk._operations.realm_keys import KeyHolder
from keycloak_sdk._twins.keys import KeyTwins

if TYPE_CHECKING:
    from keycloak_sdk._jwt.held_keys import HeldKeys
    from keycloak_sdk.connection import ConnectionManager


class KeyClient(KeyHolder, Protocol):
    """A client that holds the keys of its realm, and its connection."""

    @property
    def connection(self) -> ConnectionManager:
        """What requests go through."""
        ...


class Keys(KeyTwins):
    """The keys of a client's realm, as `decode_token` holds them: `openid.keys`.

    Args:
        openid: The client.
    """

    def __init__(self, openid: KeyClient) -> None:
        self._openid = openid

    @property
    def _blocking(self) -> KeyOperations:
        return KeyOperations(self._openid, self._openid.connection._blocking)

    @property
    def _awaitable(self) -> KeyOperations:
        return KeyOperations(self._openid, self._openid.connection._awaitable)

    @property
    def held(self) -> HeldKeys | None:
        """What is held; `None` when nothing is, or it is too old to be used. Nothing is sent."""
        operations = self._blocking
        return operations._known().held.state(operations._monotonic())

    def forget(self) -> None:
        """Forget the realm's keys and the tokens that they have verified; the next token has them fetched.

        For after a key was removed from the realm because others have it, or its `not-before` was raised:
        nobody tells a service that verifies tokens by itself. What a shared cache has from before is not
        believed either. Nothing is sent.
        """
        operations = self._blocking
        operations._known().held.clear(operations._monotonic())
        self._openid._token_decoder.forget()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._openid!r}>"
