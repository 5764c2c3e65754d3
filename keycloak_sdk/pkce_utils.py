# SPDX-License-Identifier: Apache-2.0
"""Proof Key for Code Exchange: the verifier a client keeps and the challenge it shows first."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

from keycloak_sdk.exceptions import KeycloakRequestError

_SHORTEST = 43
_LONGEST = 128
_VERIFIER = re.compile(rf"[A-Za-z0-9\-._~]{{{_SHORTEST},{_LONGEST}}}")


def generate_code_verifier(length: int = 128) -> str:
    """Make a code verifier of `length` characters from the operating system's randomness.

    Send it as `code_verifier` with the code; until then nobody but the client may see it.

    Args:
        length: Number of characters, 43 to 128; 43 hold 256 random bits.

    Returns:
        Letters, digits, `-` and `_`.

    Raises:
        KeycloakRequestError: `length` is not a whole number from 43 to 128; it is a `ValueError` too.

    Source: RFC 7636 section 4.1.
    """
    if type(length) is not int or not _SHORTEST <= length <= _LONGEST:
        raise KeycloakRequestError(
            f"the length of a code verifier is a whole number from {_SHORTEST} to {_LONGEST}"
        )
    return token_urlsafe(length)[:length]


def generate_code_challenge(code_verifier: str, method: str = "S256") -> tuple[str, str]:
    """Derive the challenge that the authorization request shows from the verifier.

    Args:
        code_verifier: 43 to 128 letters, digits, `-`, `.`, `_` or `~`.
        method: `S256`, or `plain` for servers without it (the challenge is then the verifier itself).

    Returns:
        The values of `code_challenge` and `code_challenge_method`.

    Raises:
        KeycloakRequestError: The verifier is not one the server would take back, or the method is
            neither `S256` nor `plain`; it is a `ValueError` too and never holds the verifier.

    Source: RFC 7636 section 4.2.
    """
    if not _is_verifier(code_verifier):
        raise KeycloakRequestError(
            f"a code verifier is {_SHORTEST} to {_LONGEST} letters, digits, '-', '.', '_' or '~'"
        )
    if method == "S256":
        digest = sha256(code_verifier.encode("ascii")).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"), "S256"
    if method == "plain":
        return code_verifier, "plain"
    raise KeycloakRequestError(f"the PKCE method is S256 or plain, not {method!r}")


def _is_verifier(value: object) -> bool:
    return isinstance(value, str) and _VERIFIER.fullmatch(value) is not None
