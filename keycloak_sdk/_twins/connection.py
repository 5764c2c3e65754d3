# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed from keycloak_sdk/_operations/connection.py by `make generate`.
"""Requests to paths of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keycloak_sdk._io.port import afinish, finish

if TYPE_CHECKING:
    import httpx
    from keycloak_sdk._operations.connection import ConnectionOperations


class ConnectionTwins:
    """Requests to one server, in threads and in event loops."""

    if TYPE_CHECKING:

        @property
        def _blocking(self) -> ConnectionOperations: ...
        @property
        def _awaitable(self) -> ConnectionOperations: ...

    def raw_get(self, path: str, **kwargs: Any) -> httpx.Response:
        """Send a GET to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._blocking.raw_get(path, **kwargs)
        del path, kwargs
        return finish(operation)

    async def a_raw_get(self, path: str, **kwargs: Any) -> httpx.Response:
        """Send a GET to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._awaitable.raw_get(path, **kwargs)
        del path, kwargs
        return await afinish(operation)

    def raw_post(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a POST to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: A dict becomes a form; a str or bytes is the body as it is; an object with `read()` and
                `content_type`, such as a `MultipartEncoder`, is read; `None` is no body.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._blocking.raw_post(path, data, **kwargs)
        del path, data, kwargs
        return finish(operation)

    async def a_raw_post(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a POST to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: A dict becomes a form; a str or bytes is the body as it is; an object with `read()` and
                `content_type`, such as a `MultipartEncoder`, is read; `None` is no body.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._awaitable.raw_post(path, data, **kwargs)
        del path, data, kwargs
        return await afinish(operation)

    def raw_put(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a PUT to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._blocking.raw_put(path, data, **kwargs)
        del path, data, kwargs
        return finish(operation)

    async def a_raw_put(self, path: str, data: Any, **kwargs: Any) -> httpx.Response:
        """Send a PUT to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._awaitable.raw_put(path, data, **kwargs)
        del path, data, kwargs
        return await afinish(operation)

    def raw_delete(self, path: str, data: Any=None, **kwargs: Any) -> httpx.Response:
        """Send a DELETE to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`; most servers ignore it.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._blocking.raw_delete(path, data, **kwargs)
        del path, data, kwargs
        return finish(operation)

    async def a_raw_delete(self, path: str, data: Any=None, **kwargs: Any) -> httpx.Response:
        """Send a DELETE to a path of the server.

        Every status is returned, none is raised; redirects are not followed.

        Args:
            path: Path below `base_url`, or a whole URL under it or under one of `trusted_origins`.
            data: As for `raw_post`; most servers ignore it.
            **kwargs: Query parameters; `None` is left out, a list is repeated. A dict given as `headers`
                is no parameter: it is sent as headers of this request.

        Returns:
            The answer, read whole.

        Raises:
            KeycloakConnectionError: The server was not reached, or did not answer whole in time.
            KeycloakRequestError: The path or a value cannot be sent; nothing was.
        """
        operation = self._awaitable.raw_delete(path, data, **kwargs)
        del path, data, kwargs
        return await afinish(operation)
