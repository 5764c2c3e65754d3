# SPDX-License-Identifier: Apache-2.0
"""What python-keycloak does with a token and a key, by jwcrypto alone, for differential tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jwcrypto.common import JWException
from jwcrypto.jwt import JWT

from support.tokens import unb64

if TYPE_CHECKING:
    from jwcrypto.jwk import JWK, JWKSet


def reference(token: str, key: JWK | JWKSet, options: dict[str, Any]) -> Any:
    """Return the claims, or the exception, that python-keycloak comes to.

    The two checks that it forgets when `check_claims` is given (`exp`, `nbf`) are asked for.
    """
    leeway = options.pop("leeway", 60)
    if "check_claims" in options:
        payload = json.loads(unb64(token.split(".")[1]))
        times = {name: None for name in ("exp", "nbf") if name in payload}
        options["check_claims"] = times | options["check_claims"]
    try:
        full = JWT(jwt=token, **options)
        full.leeway = leeway
        full.validate(key)
        return json.loads(full.claims)
    except (JWException, ValueError, TypeError) as error:
        return error
