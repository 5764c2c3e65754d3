# SPDX-License-Identifier: Apache-2.0
"""What a live refusal must look like: one line, the server's own code, nothing that was secret.

::

    with refused(KeycloakPostError, "invalid_grant", 400):
        await both(client).refresh_token(token.refresh_token)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import pytest

from keycloak_sdk import KeycloakError

if TYPE_CHECKING:
    from collections.abc import Collection

E = TypeVar("E", bound=KeycloakError)

_TOKEN = re.compile(r"eyJ[\w-]{8,}\.")


def refused(
    kind: type[E], error: str | None, status: int | None, *, secrets: Collection[str] = ()
) -> pytest.RaisesExc[E]:
    """Expect a refusal of exactly this class.

    Args:
        kind: The class.
        error: OAuth error code that the server names; `None` when it names none.
        status: HTTP status; `None` when the server was not asked, or did not answer.
        secrets: What must not be in the text.
    """

    def is_as_promised(caught: E) -> bool:
        assert type(caught) is kind, f"a {type(caught).__name__}: {caught}"
        assert (caught.error, caught.response_code) == (error, status), str(caught)
        assert_one_line(caught, secrets)
        return True

    return pytest.raises(kind, check=is_as_promised)


def assert_one_line(error: KeycloakError, secrets: Collection[str] = ()) -> None:
    """Check that an error's text is for a person who may see no secrets."""
    text = str(error)
    assert text.isprintable(), text
    assert 0 < len(text) < 300
    assert not _TOKEN.search(text), text
    assert not [secret for secret in secrets if secret in text], text
