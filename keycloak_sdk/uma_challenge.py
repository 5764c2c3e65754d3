# SPDX-License-Identifier: Apache-2.0
"""The challenge with which a resource server answers 401: who decides, and a ticket for what is missing.

Source: UMA 2.0 Grant section 3.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from keycloak_sdk._challenges import challenges
from keycloak_sdk._urls import ServerUrl
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_TICKET = re.compile(r"[\w.~+/=-]{1,6000}", re.ASCII)
_QUOTABLE = re.compile(r"[\x20-\x7e]{0,1000}")


@frozen(repr=False)
class UmaChallenge:
    """What a client needs to ask for a permission that it lacks.

    Raises:
        KeycloakRequestError: A header cannot carry one of the values.
    """

    realm: str
    """Name of what is protected, for people."""
    as_uri: str
    """Issuer of the realm that decides."""
    ticket: str
    """The permission ticket: a secret."""

    def __attrs_post_init__(self) -> None:
        if not _is_well_formed(self):
            raise KeycloakRequestError(
                "the challenge holds characters that no header carries, or a ticket that is none"
            )

    @property
    def header(self) -> str:
        """Value of `WWW-Authenticate`."""
        return f'UMA realm={_quoted(self.realm)}, as_uri={_quoted(self.as_uri)}, ticket="{self.ticket}"'

    def is_of(self, issuers: Collection[str]) -> bool:
        """Whether one of these realms decides."""
        known = {_base(issuer) for issuer in issuers} - {None}
        return _base(self.as_uri) in known

    def __repr__(self) -> str:
        return f"UmaChallenge(realm={self.realm!r}, as_uri={self.as_uri!r}, ticket='***')"


def parse_uma_challenge(values: Iterable[str]) -> UmaChallenge | None:
    """Read the UMA challenge of a response.

    Args:
        values: The values of its `WWW-Authenticate` headers.

    Returns:
        The challenge; `None` when there is none, or more than one, or it is malformed.

    Source: UMA 2.0 Grant section 3.2.1.
    """
    found = [challenge.parameters for challenge in challenges(values) if challenge.scheme == "uma"]
    if len(found) != 1:
        return None
    (given,) = found
    try:
        return UmaChallenge(given.get("realm", ""), given.get("as_uri", ""), given.get("ticket", ""))
    except KeycloakRequestError:
        return None


def _is_well_formed(challenge: UmaChallenge) -> bool:
    return (
        _TICKET.fullmatch(challenge.ticket) is not None
        and _QUOTABLE.fullmatch(challenge.realm) is not None
        and _QUOTABLE.fullmatch(challenge.as_uri) is not None
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _base(url: str) -> str | None:
    try:
        return ServerUrl.parse(url).base
    except KeycloakConfigurationError:
        return None
