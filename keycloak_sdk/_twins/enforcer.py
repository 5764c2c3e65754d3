# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/enforcement.py by `make generate`.
"""Decisions on the requests of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keycloak_sdk._io.port import afinish, finish

if TYPE_CHECKING:
    from keycloak_sdk._enforcement.outcome import Outcome
    from keycloak_sdk._operations.enforcement import EnforcementOperations


class EnforcerTwins:
    """Decisions on requests, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> EnforcementOperations: ...
        @property
        def _awaitable(self) -> EnforcementOperations: ...

    def enforce(self, method: str, path: str, token: str | None, *, raw_path: bytes | None=None) -> Outcome:
        """Decide on a request to this service.

        What no route is for is denied, and so is what cannot be decided.

        Args:
            method: HTTP method, in capitals.
            path: Path below the service's root, decoded, without the query.
            token: The bearer token of the request; `None` when it has none.
            raw_path: The path as it was sent, when it is known: what hides in it is refused.

        Returns:
            The outcome: true when the request may go on. Otherwise its status is 400 for a path that means
            different things to different servers, 401 without a valid token, 403 without the permission (401
            with a UMA challenge, when the service makes them), 404 never, 503 when nobody could decide.

        Source: RFC 6750 section 3; UMA 2.0 Grant section 3.2.
        """
        operation = self._blocking.enforce(method, path, token, raw_path=raw_path)
        del method, path, token, raw_path
        return finish(operation)

    async def a_enforce(self, method: str, path: str, token: str | None, *, raw_path: bytes | None=None) -> Outcome:
        """Decide on a request to this service.

        What no route is for is denied, and so is what cannot be decided.

        Args:
            method: HTTP method, in capitals.
            path: Path below the service's root, decoded, without the query.
            token: The bearer token of the request; `None` when it has none.
            raw_path: The path as it was sent, when it is known: what hides in it is refused.

        Returns:
            The outcome: true when the request may go on. Otherwise its status is 400 for a path that means
            different things to different servers, 401 without a valid token, 403 without the permission (401
            with a UMA challenge, when the service makes them), 404 never, 503 when nobody could decide.

        Source: RFC 6750 section 3; UMA 2.0 Grant section 3.2.
        """
        operation = self._awaitable.enforce(method, path, token, raw_path=raw_path)
        del method, path, token, raw_path
        return await afinish(operation)

    def refresh(self) -> None:
        """Fetch the resources of the server now, when routes are made of them.

        Raises:
            KeycloakError: As `openid.uma.resources` raises; the routes stay as they were.

        Source: Federated Authorization for UMA 2.0 section 3.2.5.
        """
        operation = self._blocking.refresh()
        return finish(operation)

    async def a_refresh(self) -> None:
        """Fetch the resources of the server now, when routes are made of them.

        Raises:
            KeycloakError: As `openid.uma.resources` raises; the routes stay as they were.

        Source: Federated Authorization for UMA 2.0 section 3.2.5.
        """
        operation = self._awaitable.refresh()
        return await afinish(operation)
