# SPDX-License-Identifier: Apache-2.0
"""Claims as the generated model: a dict with typed attributes."""

from __future__ import annotations

from typing import Any

from keycloak_oidc_api.models import TokenClaims
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._jwt.errors import TokenClaimFormatError


def typed_claims(claims: dict[str, Any]) -> TokenClaims:
    """Return the claims as a model.

    Raises:
        TokenClaimFormatError: A described claim is of another type; names its JSON path, never its value.
    """
    try:
        return TokenClaims.from_dict(claims)
    except DecodeError as error:
        raise TokenClaimFormatError(
            f"{error.path} is {error.found}, expected {error.expected}",
            claim_path=error.path,
            expected=error.expected,
            found=error.found,
        ) from None
