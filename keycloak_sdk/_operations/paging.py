# SPDX-License-Identifier: Apache-2.0
"""Going through a list that the server gives in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from keycloak_sdk.exceptions import KeycloakGetError, KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine
    from typing import Any

T = TypeVar("T")


async def all_pages(page: Callable[[int, int], Coroutine[Any, Any, list[T]]], size: int) -> AsyncGenerator[T]:
    """Yield the items of every page; `page` is called with the items to leave out and those to bring.

    Raises:
        KeycloakGetError: The server gives the same page again.
        KeycloakRequestError: A page cannot have that size.
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise KeycloakRequestError("page_size is no positive number")
    first = 0
    before: list[T] = []
    while True:
        items = await page(first, size)
        if items and items == before:
            raise KeycloakGetError(
                f"the server gives the same {len(items)} items again, whatever 'first' says"
            )
        for item in items:
            yield item
        if len(items) < size:
            return
        first += len(items)
        before = items
