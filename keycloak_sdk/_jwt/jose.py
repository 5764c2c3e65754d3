# SPDX-License-Identifier: Apache-2.0
"""jwcrypto's own way with a token, for what the short way leaves out: JWE, symmetric and rare algorithms.

Only with a key that the caller gives. Claims are never checked here; one place does that for both ways.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from jwcrypto.common import JWException, JWKeyNotFound
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jwt import JWT

from keycloak_sdk._jwt.compact import decode_segment
from keycloak_sdk._jwt.errors import (
    TokenAlgorithmError,
    TokenDecryptionError,
    TokenKeyError,
    TokenMalformedError,
    TokenSignatureError,
    TokenUnknownKeyError,
)
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk.exceptions import KeycloakRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keycloak_sdk._jwt.compact import Header
    from keycloak_sdk._jwt.keys import KeySet
    from keycloak_sdk._jwt.options import Options


def check_signature(segments: Sequence[bytes], header: Header, key: JWK | JWKSet | KeySet) -> None:
    """Let jwcrypto verify a signed token.

    Args:
        segments: The three segments.
        header: The accepted header; its `alg` is one that the caller allowed.
        key: The caller's key. A symmetric algorithm takes a lone `oct` JWK only: a set may come from the
            server, whose published keys are no secrets.

    Raises:
        TokenAlgorithmError, TokenKeyError, TokenUnknownKeyError, TokenSignatureError.
    """
    _check_fit(header.alg, key)
    token: Any = JWT(algs=[header.alg], check_claims=False, expected_type="JWS")
    try:
        token.deserialize(b".".join(segments).decode("ascii"))
        token.validate(key)
    except JWKeyNotFound:
        raise TokenUnknownKeyError(
            f"no given key verifies the token (kid {shown(header.kid)})",
            kid=header.kid,
            found=shown(header.kid),
        ) from None
    except (JWException, ValueError):
        raise TokenSignatureError(
            f"the {header.alg} signature does not verify with the given key (a secret has the hash's length)"
        ) from None


def _check_fit(alg: str, key: JWK | JWKSet | KeySet) -> None:
    if alg.startswith("HS") and not (isinstance(key, JWK) and key.get("kty") == "oct"):
        raise TokenAlgorithmError(
            f"the token says alg {shown(alg)}, which is for shared secrets; the given key is none",
            found=shown(alg),
        )
    if not isinstance(key, JWK | JWKSet):
        raise TokenAlgorithmError(f"the token says alg {shown(alg)}, for which a published set has no keys")
    if isinstance(key, JWK) and key.get("alg") not in (None, alg):
        raise TokenKeyError(f"the given key is for another algorithm than the token's {shown(alg)}")


def decrypted_payload(
    segments: Sequence[bytes], header: Header, key: JWK | JWKSet | KeySet, options: Options
) -> bytes:
    """Return the content of an encrypted token.

    jwcrypto decides whether an encrypted token was expected: by `expected_type`, by `algs`, or because the
    key is for encryption. A public key alone never makes a program accept what anybody can encrypt to it.

    Raises:
        TokenDecryptionError: It was not expected, or does not decrypt.

    Source: RFC 7516 section 5.2; CVE-2022-3102.
    """
    if not isinstance(key, JWK | JWKSet):
        raise TokenDecryptionError("the token is encrypted: pass the private key as a jwcrypto JWK")
    token: Any = JWT(
        header={"enc": ""} if options.encrypted else None,
        algs=sorted(options.algs) if options.algs else None,
        check_claims=False,
        expected_type=options.expected_type,
    )
    for segment in segments[1:]:
        decode_segment(segment, "content")
    try:
        token.deserialize(b".".join(segments).decode("ascii"))
        token.validate(key)
    except UnicodeDecodeError:
        raise TokenMalformedError("the token's content is not UTF-8") from None
    except TypeError:
        raise TokenDecryptionError(
            "the token is encrypted, a signed one was expected: pass expected_type='JWE' to decrypt it"
        ) from None
    except (JWException, ValueError):
        raise TokenDecryptionError(
            f"the token (alg {shown(header.alg[:32])}) does not decrypt with the given key"
        ) from None
    return cast("bytes", token.token.payload)


def with_defaults(claims: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims with jwcrypto's `default_claims` added where the token has none.

    Raises:
        KeycloakRequestError: A default is no JSON value.
    """
    token = JWT(default_claims=dict(defaults))
    try:
        token.claims = cast("Any", claims)
    except (TypeError, ValueError):
        raise KeycloakRequestError("default_claims has a value that is not JSON") from None
    return cast("dict[str, Any]", json.loads(token.claims))
