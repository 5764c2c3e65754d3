# SPDX-License-Identifier: Apache-2.0
"""Access tokens that come again: their signature is verified once, everything else each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import define

from keycloak_sdk._jwt import AccessTokenRules, TokenDecoder, read_access_token
from keycloak_sdk.exceptions import (
    TokenAudienceError,
    TokenClaimFormatError,
    TokenDecryptionError,
    TokenExpiredError,
    TokenIssuerError,
    TokenScopeError,
)
from support.kinds import API, access_claims
from support.tokens import ISSUER, NOW, realm_keys, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.algorithms import Verify


@define(eq=False)
class Counting:
    """A key set that counts how often it is asked for a key."""

    asked: int = 0

    def verifiers(self, kid: str | None, alg: str) -> Sequence[Verify]:
        self.asked += 1
        return realm_keys().verifiers(kid, alg)


class Api:
    """An API that remembers verified tokens."""

    def __init__(self, remember: int = 4) -> None:
        self.keys = Counting()
        self._decoder = TokenDecoder(remember)

    def read(self, token: str, *, issuer: str = ISSUER, now: float = NOW, **asked: Any) -> TokenClaims:
        rules = AccessTokenRules.read(API, **asked)
        return read_access_token(self._decoder, token, rules, keys=self.keys, issuer=issuer, now=now)


@pytest.mark.parametrize(("remember", "verifications"), [(4, 1), (0, 3)])
def test_the_signature_of_a_token_that_comes_again_is_verified_once(
    remember: int, verifications: int
) -> None:
    api, token = Api(remember), sign(access_claims())
    first, second, third = (api.read(token, scopes="email") for _ in range(3))
    assert first == second == third == access_claims()
    assert second is not third
    assert api.keys.asked == verifications


def test_everything_else_is_judged_each_time() -> None:
    api, token = Api(), sign(access_claims())
    api.read(token)
    for error, circumstances in (
        (TokenIssuerError, {"issuer": "http://other"}),
        (TokenAudienceError, {"audience": "stock"}),
        (TokenScopeError, {"scopes": "orders:write"}),
        (TokenExpiredError, {"now": NOW + 400}),
    ):
        with pytest.raises(error):
            api.read(token, **circumstances)
    assert api.keys.asked == 1


def test_an_expired_token_is_forgotten() -> None:
    api, token = Api(), sign(access_claims())
    api.read(token)
    for asked in (1, 2):
        with pytest.raises(TokenExpiredError):
            api.read(token, now=NOW + 400)
        assert api.keys.asked == asked


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (sign(access_claims(exp=0)), TokenExpiredError),
        (sign(access_claims(aud="stock")), TokenAudienceError),
        (sign(access_claims(sub=7)), TokenClaimFormatError),
        ("eyJhbGciOiJkaXIifQ.AA.AA.AA.AA", TokenDecryptionError),
    ],
    ids=["expired", "audience", "types", "encrypted"],
)
def test_a_token_that_is_refused_is_not_remembered(token: str, error: type[Exception]) -> None:
    api = Api()
    for _ in range(2):
        with pytest.raises(error):
            api.read(token)
    assert api.keys.asked == (0 if error is TokenDecryptionError else 2)


def test_a_huge_token_is_not_remembered() -> None:
    api, token = Api(), sign(access_claims(pad="x" * 16_384))
    api.read(token)
    api.read(token)
    assert api.keys.asked == 2
