# SPDX-License-Identifier: Apache-2.0
"""Truly signed tokens that say something else than they must.

Sources: RFC 7519 section 4.1, RFC 8725 sections 3.8 to 3.12, RFC 9068, Back-Channel Logout 1.0.
"""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk.exceptions import (
    TokenAudienceError,
    TokenClaimFormatError,
    TokenClaimValueError,
    TokenExpiredError,
    TokenIssuerError,
    TokenKindError,
    TokenMissingClaimError,
    TokenNotYetValidError,
)
from support.tokens import ISSUER, NOW, Case, claims, header, judge, sign


def token(**members: Any) -> Any:
    """Return a maker of a truly signed token with these claims."""
    return lambda: sign(claims(**members))


def headed(media_type: str, /, **members: Any) -> Any:
    """Return a maker of a truly signed token with this header typ."""
    return lambda: sign(claims(**members), head=header(typ=media_type))


TIMES = {
    "expired by a minute": Case(token(exp=NOW - 60), TokenExpiredError),
    "expired a year ago": Case(token(exp=NOW - 31_536_000), TokenExpiredError),
    "exp zero": Case(token(exp=0), TokenExpiredError),
    "exp negative": Case(token(exp=-1), TokenExpiredError),
    "exp far below zero": Case(token(exp=-(10**40)), TokenExpiredError),
    "exp with 400 digits below zero": Case(token(exp=-(10**400)), TokenExpiredError),
    "exp with 400 digits below zero and a fraction of leeway": Case(
        token(exp=-(10**400)), TokenExpiredError, {"leeway": 0.5}
    ),
    "nbf with 400 digits": Case(token(nbf=10**400), TokenNotYetValidError),
    "exp in the past as a float": Case(token(exp=NOW - 60.5), TokenExpiredError),
    "expired without leeway": Case(token(exp=NOW), TokenExpiredError, {"leeway": 0}),
    "no exp": Case(token(exp=...), TokenMissingClaimError),
    "exp null": Case(token(exp=None), TokenClaimFormatError),
    "exp text": Case(token(exp=str(NOW + 300)), TokenClaimFormatError),
    "exp true": Case(token(exp=True), TokenClaimFormatError),
    "exp a list": Case(token(exp=[NOW + 300]), TokenClaimFormatError),
    "exp an object": Case(token(exp={"$gt": 0}), TokenClaimFormatError),
    "exp a date": Case(token(exp="2099-01-01T00:00:00Z"), TokenClaimFormatError),
    "exp with a fraction": Case(token(exp=NOW + 300.5), TokenClaimFormatError),
    "no exp, one by default_claims": Case(
        token(exp=...), TokenMissingClaimError, {"default_claims": {"exp": None}}
    ),
    "no iat": Case(token(iat=...), TokenMissingClaimError),
    "iat null": Case(token(iat=None), TokenClaimFormatError),
    "iat text": Case(token(iat=str(NOW)), TokenClaimFormatError),
    "iat true": Case(token(iat=True), TokenClaimFormatError),
    "iat a list": Case(token(iat=[]), TokenClaimFormatError),
    "nbf in a minute and a second": Case(token(nbf=NOW + 61), TokenNotYetValidError),
    "nbf in a century": Case(token(nbf=NOW + 3_000_000_000), TokenNotYetValidError),
    "nbf beyond every calendar": Case(token(nbf=10**300), TokenNotYetValidError),
    "nbf without leeway": Case(token(nbf=NOW + 1), TokenNotYetValidError, {"leeway": 0}),
    "nbf as a float": Case(token(nbf=NOW + 61.5), TokenNotYetValidError),
    "nbf text": Case(token(nbf="0"), TokenClaimFormatError),
    "nbf null": Case(token(nbf=None), TokenClaimFormatError),
    "nbf false": Case(token(nbf=False), TokenClaimFormatError),
    "expired, check_claims without exp": Case(
        token(exp=NOW - 61), TokenExpiredError, {"check_claims": {"azp": "web"}}
    ),
    "expired, check_claims False": Case(token(exp=NOW - 61), TokenExpiredError, {"check_claims": False}),
    "expired, check_claims empty": Case(token(exp=NOW - 61), TokenExpiredError, {"check_claims": {}}),
    "expired, check_claims with an old exp": Case(
        token(exp=NOW - 61), TokenExpiredError, {"check_claims": {"exp": 0}}
    ),
    "too early, check_claims without nbf": Case(
        token(nbf=NOW + 61), TokenNotYetValidError, {"check_claims": {"azp": "web"}}
    ),
}

ISSUERS = {
    "another realm": Case(token(iss="http://localhost:8080/realms/other"), TokenIssuerError),
    "another host": Case(token(iss="http://evil.example/realms/demo"), TokenIssuerError),
    "https for http": Case(token(iss=ISSUER.replace("http", "https")), TokenIssuerError),
    "a slash after it": Case(token(iss=ISSUER + "/"), TokenIssuerError),
    "another case": Case(token(iss=ISSUER.upper()), TokenIssuerError),
    "a prefix": Case(token(iss=ISSUER[:-1]), TokenIssuerError),
    "a blank after it": Case(token(iss=ISSUER + " "), TokenIssuerError),
    "empty": Case(token(iss=""), TokenIssuerError),
    "5,000 characters": Case(token(iss="http://" + "a" * 5_000), TokenIssuerError),
    "missing": Case(token(iss=...), TokenMissingClaimError),
    "null": Case(token(iss=None), TokenClaimFormatError),
    "a list of the right one": Case(token(iss=[ISSUER]), TokenClaimFormatError),
    "an object": Case(token(iss={"url": ISSUER}), TokenClaimFormatError),
    "not the one of issuer=": Case(token(), TokenIssuerError, {"issuer": "https://sso.example/realms/demo"}),
    "not the one of check_claims": Case(
        token(), TokenIssuerError, {"check_claims": {"iss": "https://sso.example/realms/demo"}}
    ),
    "missing, one by default_claims": Case(
        token(iss=...), TokenMissingClaimError, {"default_claims": {"iss": ISSUER}}
    ),
}

KINDS = {
    "a refresh token": Case(token(typ="Refresh", aud=ISSUER), TokenKindError),
    "an offline token": Case(token(typ="Offline"), TokenKindError),
    "a logout token": Case(headed("logout+jwt", typ="Logout", events={}), TokenKindError),
    "a logout token by its claim only": Case(token(typ="Logout"), TokenKindError),
    "a logout token by its header only": Case(headed("logout+jwt"), TokenKindError),
    "a logout token without typ": Case(
        token(typ=..., events={"http://schemas.openid.net/event/backchannel-logout": {}}), TokenKindError
    ),
    "a registration access token": Case(token(typ="RegistrationAccessToken"), TokenKindError),
    "an initial access token": Case(token(typ="InitialAccessToken"), TokenKindError),
    "a DPoP proof": Case(headed("dpop+jwt", typ=...), TokenKindError),
    "a request object": Case(headed("oauth-authz-req+jwt"), TokenKindError),
    "a security event": Case(headed("secevent+jwt"), TokenKindError),
    "an introspection answer": Case(headed("token-introspection+jwt"), TokenKindError),
    "a verifiable credential": Case(headed("dc+sd-jwt", typ=...), TokenKindError),
    "an authorization response": Case(token(typ=..., code="x", state="y"), TokenKindError),
    "an empty header typ": Case(headed(""), TokenKindError),
    "an unknown kind": Case(token(typ="Something"), TokenKindError),
    "Bearer in other case": Case(token(typ="bearer"), TokenKindError),
    "typ null": Case(token(typ=None), TokenKindError),
    "typ a list": Case(token(typ=["Bearer"]), TokenKindError),
    "typ an object": Case(token(typ={"Bearer": 1}), TokenKindError),
    "typ a number": Case(token(typ=1), TokenKindError),
    "typ true": Case(token(typ=True), TokenKindError),
    "an access token where a logout token is named": Case(
        token(), TokenKindError, {"check_claims": {"typ": "Logout"}}
    ),
    "an ID token where an access token is named": Case(
        token(typ="ID"), TokenKindError, {"check_claims": {"typ": "Bearer"}}
    ),
    "a logout header where an access token is named": Case(
        headed("logout+jwt"), TokenKindError, {"check_claims": {"typ": "Bearer"}}
    ),
}

AUDIENCES = {
    "another": Case(token(), TokenAudienceError, {"audience": "orders"}),
    "others": Case(token(aud=["account", "web"]), TokenAudienceError, {"audience": "orders"}),
    "none": Case(token(aud=...), TokenAudienceError, {"audience": "orders"}),
    "null": Case(token(aud=None), TokenAudienceError, {"audience": "orders"}),
    "an empty list": Case(token(aud=[]), TokenAudienceError, {"audience": "orders"}),
    "a part of the name": Case(token(aud="orders-admin"), TokenAudienceError, {"audience": "orders"}),
    "the name in other case": Case(token(aud="Orders"), TokenAudienceError, {"audience": "orders"}),
    "azp only": Case(token(aud=..., azp="orders"), TokenAudienceError, {"audience": "orders"}),
    "none of several": Case(token(), TokenAudienceError, {"audience": ["orders", "billing"]}),
    "a thousand others": Case(
        token(aud=[f"client-{number}" for number in range(1_000)]), TokenAudienceError, {"audience": "orders"}
    ),
    "a number": Case(token(aud=7), TokenClaimFormatError, {"audience": "orders"}),
    "an object": Case(token(aud={"orders": 1}), TokenClaimFormatError, {"audience": "orders"}),
    "a list with a number": Case(token(aud=["orders", 7]), TokenClaimFormatError, {"audience": "orders"}),
    "a list of lists": Case(token(aud=[["orders"]]), TokenClaimFormatError, {"audience": "orders"}),
    "not that of check_claims": Case(token(), TokenAudienceError, {"check_claims": {"aud": "orders"}}),
    "none of check_claims": Case(token(), TokenAudienceError, {"check_claims": {"aud": ["orders", "x"]}}),
    "missing for check_claims": Case(
        token(aud=...), TokenMissingClaimError, {"check_claims": {"aud": "account"}}
    ),
    "missing for check_claims of any": Case(
        token(aud=...), TokenMissingClaimError, {"check_claims": {"aud": None}}
    ),
}

ASKED = {
    "a missing claim": Case(token(), TokenMissingClaimError, {"check_claims": {"department": None}}),
    "another subject": Case(token(), TokenClaimValueError, {"check_claims": {"sub": "alice"}}),
    "another jti": Case(token(), TokenClaimValueError, {"check_claims": {"jti": "1"}}),
    "another client": Case(token(), TokenClaimValueError, {"check_claims": {"azp": "mobile"}}),
    "another text": Case(token(), TokenClaimValueError, {"check_claims": {"preferred_username": "bob"}}),
    "text for a number": Case(token(level=7), TokenClaimValueError, {"check_claims": {"level": "7"}}),
    "a scope that is not there": Case(token(), TokenClaimValueError, {"check_claims": {"scope": "admin"}}),
    "a part of a scope": Case(token(), TokenClaimValueError, {"check_claims": {"scope": "mail"}}),
    "a scope that is a list": Case(
        token(scope=["email"]), TokenClaimValueError, {"check_claims": {"scope": "email"}}
    ),
    "exp before the asked one": Case(token(), TokenExpiredError, {"check_claims": {"exp": NOW + 301}}),
    "nbf after the asked one": Case(
        token(nbf=NOW), TokenNotYetValidError, {"check_claims": {"nbf": NOW - 1}}
    ),
    "another iat": Case(token(), TokenClaimValueError, {"check_claims": {"iat": NOW}}),
}

TYPES = {
    "sub a number": token(sub=7),
    "sub a list": token(sub=["alice"]),
    "jti a number": token(jti=7),
    "azp a list": token(azp=["web"]),
    "scope a list": token(scope=["openid"]),
    "aud a number": token(aud=7),
    "aud a list of numbers": token(aud=[7]),
    "cnf text": token(cnf="jkt"),
    "authorization a list": token(authorization=[]),
    "nonce a number": token(nonce=7),
    "sid a number": token(sid=7),
}


@pytest.mark.parametrize("case", TIMES.values(), ids=TIMES.keys())
def test_a_token_has_its_time(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", ISSUERS.values(), ids=ISSUERS.keys())
def test_a_token_has_one_issuer_to_the_character(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", KINDS.values(), ids=KINDS.keys())
def test_a_token_of_another_kind_is_not_an_access_token(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", AUDIENCES.values(), ids=AUDIENCES.keys())
def test_a_token_for_somebody_else_is_refused_when_an_audience_is_asked_for(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", ASKED.values(), ids=ASKED.keys())
def test_a_token_has_what_the_caller_asks_for(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("make", TYPES.values(), ids=TYPES.keys())
def test_a_claim_of_another_type_than_described_is_named(make: Any) -> None:
    judge(Case(make, TokenClaimFormatError))
    judge(Case(make, TokenClaimFormatError, validate=False))
