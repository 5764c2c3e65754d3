# SPDX-License-Identifier: Apache-2.0
"""Truly signed tokens at an API: those it may take, and those that are for others or do not suffice.

Sources: RFC 9068 section 4, RFC 8725 sections 3.8 to 3.12, RFC 9470.
"""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk.exceptions import (
    TokenAcrError,
    TokenAlgorithmError,
    TokenAudienceError,
    TokenAuthTimeError,
    TokenBindingError,
    TokenClaimFormatError,
    TokenClientError,
    TokenDecryptionError,
    TokenDemandError,
    TokenExpiredError,
    TokenIssuedAtError,
    TokenIssuerError,
    TokenKindError,
    TokenMalformedError,
    TokenMissingClaimError,
    TokenNotYetValidError,
    TokenRoleError,
    TokenScopeError,
    TokenSignatureError,
)
from support.kinds import API, access, access_claims as having
from support.tokens import NOW, Case, claims, header, judge, sign, with_signature


def headed(media_type: Any, /, **members: Any) -> Any:
    """Return a maker of a truly signed token with this header typ."""
    return lambda: sign(having(**members), head=header(typ=media_type))


ACCEPTED = {
    "as Keycloak issues it": access(),
    "with the media type of RFC 9068": access(headed("at+jwt")),
    "with the media type of RFC 9068 in full": access(headed("application/AT+JWT")),
    "with the media type alone": access(headed("at+jwt", typ=...)),
    "for this API alone": access(having(aud=API)),
    "for one of two names": access(audience=["orders-v2", API]),
    "with all scopes": access(scopes="orders:read email"),
    "with listed scopes": access(scopes=["orders:read", "email"]),
    "with realm roles": access(realm_roles=["clerk", "offline_access"]),
    "with a role": access(client_roles="reader"),
    "with roles": access(client_roles=("reader", "writer")),
    "with roles of another client": access(client_roles={API: "writer", "stock": ["viewer"]}),
    "of a client that may call": access(clients=["mobile", "web"]),
    "of a service account by client_id": access(having(azp=..., client_id="web"), clients="web"),
    "of the level": access(having(acr="gold"), acr="gold"),
    "of one of the levels": access(having(acr="gold"), acr=["silver", "gold"]),
    "of a recent login": access(max_age=100),
    "of a login that clocks make too old": access(max_age=40),
    "of a login a second ahead": access(having(auth_time=NOW + 1), max_age=0),
    "issued a second ahead": access(having(iat=NOW + 1)),
    "a year old and still good": access(having(iat=NOW - 31_536_000)),
    "expired by less than the leeway": access(having(exp=NOW - 59)),
    "without sid and acr": access(having(sid=..., acr=...)),
}

REFUSED = {
    "an ID token": access(having(typ="ID"), TokenKindError),
    "a refresh token": access(having(typ="Refresh"), TokenKindError),
    "an offline token": access(having(typ="Offline"), TokenKindError),
    "a logout token": access(headed("logout+jwt", typ="Logout"), TokenKindError),
    "a DPoP proof": access(headed("dpop+jwt", typ=...), TokenKindError),
    "a type in other case": access(having(typ="bearer"), TokenKindError),
    "a type that is a list": access(having(typ=["Bearer"]), TokenKindError),
    "no type": access(having(typ=...), TokenKindError),
    "type null": access(having(typ=None), TokenKindError),
    "type null under the media type": access(headed("at+jwt", typ=None), TokenKindError),
    "an ID token under the media type": access(headed("at+jwt", typ="ID"), TokenKindError),
    "no media type": access(headed(...), TokenKindError),
    "another media type": access(headed("secevent+jwt"), TokenKindError),
    "a bound type without a binding": access(having(typ="DPoP"), TokenBindingError),
    "for another API": access(having(aud=["stock", "account"]), TokenAudienceError),
    "for nobody": access(having(aud=...), TokenAudienceError),
    "for an empty list": access(having(aud=[]), TokenAudienceError),
    "for the client that got it": access(claims(), TokenAudienceError),
    "for a longer name": access(having(aud="orders-admin"), TokenAudienceError),
    "for several in one text": access(having(aud="orders account"), TokenAudienceError),
    "for none of the names": access(None, TokenAudienceError, audience=["a", "b"]),
    "audience a number": access(having(aud=7), TokenClaimFormatError),
    "audience a number beside": access(having(aud=[API, 7]), TokenClaimFormatError),
    "expired": access(having(exp=NOW - 60), TokenExpiredError),
    "expired without leeway": access(having(exp=NOW), TokenExpiredError, leeway=0),
    "no expiry": access(having(exp=...), TokenMissingClaimError),
    "not yet valid": access(having(nbf=NOW + 61), TokenNotYetValidError),
    "issued in the future": access(having(iat=NOW + 61), TokenIssuedAtError),
    "issued beyond every calendar": access(having(iat=10**300), TokenIssuedAtError),
    "no time of issue": access(having(iat=...), TokenMissingClaimError),
    "time of issue text": access(having(iat=str(NOW)), TokenClaimFormatError),
    "of another realm": access(having(iss="http://localhost:8080/realms/other"), TokenIssuerError),
    "no issuer": access(having(iss=...), TokenMissingClaimError),
    "no subject": access(having(sub=...), TokenMissingClaimError),
    "an empty subject": access(having(sub=""), TokenMissingClaimError),
    "subject a number": access(having(sub=7), TokenClaimFormatError),
    "no id": access(having(jti=...), TokenMissingClaimError),
    "no client": access(having(azp=...), TokenMissingClaimError),
    "an empty client": access(having(azp=""), TokenMissingClaimError),
    "of another client": access(None, TokenClientError, clients="mobile"),
    "of another client by client_id": access(
        having(azp="web", client_id="mobile"), TokenClientError, clients="mobile"
    ),
    "of a client that has four friends": access(None, TokenClientError, clients=["a", "b", "c", "d"]),
    "a scope too few": access(None, TokenScopeError, scopes="orders:read orders:write"),
    "a part of a scope": access(None, TokenScopeError, scopes="orders"),
    "a scope in other case": access(None, TokenScopeError, scopes="Orders:Read"),
    "no scope": access(having(scope=...), TokenScopeError, scopes="email"),
    "an empty scope": access(having(scope=""), TokenScopeError, scopes="email"),
    "scope a list": access(having(scope=["email"]), TokenClaimFormatError, scopes="email"),
    "a realm role too few": access(None, TokenRoleError, realm_roles=["clerk", "manager"]),
    "no realm roles": access(having(realm_access=...), TokenRoleError, realm_roles="clerk"),
    "realm roles null": access(having(realm_access={"roles": None}), TokenRoleError, realm_roles="clerk"),
    "empty realm access": access(having(realm_access={}), TokenRoleError, realm_roles="clerk"),
    "realm roles text": access(having(realm_access={"roles": "clerk"}), TokenRoleError, realm_roles="c"),
    "realm roles of numbers": access(having(realm_access={"roles": [7]}), TokenRoleError, realm_roles="7"),
    "a realm role where one of the client is needed": access(None, TokenRoleError, client_roles="clerk"),
    "a role of the client where one of the realm is needed": access(
        None, TokenRoleError, realm_roles="reader"
    ),
    "a role of another client": access(None, TokenRoleError, client_roles="viewer"),
    "a role too few of another client": access(None, TokenRoleError, client_roles={"stock": ["admin"]}),
    "no roles of clients": access(having(resource_access=...), TokenRoleError, client_roles="reader"),
    "no roles of that client": access(None, TokenRoleError, client_roles={"billing": "payer"}),
    "roles of clients a list": access(having(resource_access=[API]), TokenRoleError, client_roles="reader"),
    "another level": access(None, TokenAcrError, acr="gold"),
    "none of four levels": access(None, TokenAcrError, acr=["a", "b", "c", "d"]),
    "no level": access(having(acr=...), TokenAcrError, acr="1"),
    "a login too long ago": access(None, TokenAuthTimeError, max_age=39),
    "a login in the future": access(having(auth_time=NOW + 61), TokenAuthTimeError, max_age=3600),
    "a login beyond every calendar": access(having(auth_time=10**300), TokenAuthTimeError, max_age=3600),
    "no time of login": access(having(auth_time=...), TokenMissingClaimError, max_age=3600),
    "time of login text": access(having(auth_time="now"), TokenClaimFormatError),
    "a lightweight token": access(
        {name: having()[name] for name in ("exp", "iat", "jti", "iss", "typ", "azp", "sid", "scope")},
        TokenAudienceError,
    ),
    "a changed signature": access(lambda: with_signature(sign(having()), bytes(256)), TokenSignatureError),
    "a shared secret": access(
        lambda: sign(having(), "HS256", head=header("HS256"), key=bytes(32)), TokenAlgorithmError
    ),
    "encrypted": access(lambda: "eyJhbGciOiJkaXIifQ.AA.AA.AA.AA", TokenDecryptionError),
    "no token": access(lambda: "opaque", TokenMalformedError),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_api_takes_the_access_tokens_that_are_for_it_and_suffice(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_an_api_refuses_every_other_token_and_says_why(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize(
    ("case", "required", "missing", "challenge"),
    [
        (
            access(None, TokenScopeError, scopes="email orders:write"),
            ("email", "orders:write"),
            ("orders:write",),
            'Bearer error="insufficient_scope", scope="email orders:write"',
        ),
        (
            access(None, TokenRoleError, realm_roles=["clerk", "manager"]),
            ("clerk", "manager"),
            ("manager",),
            'Bearer error="insufficient_scope"',
        ),
        (
            access(None, TokenAcrError, acr="gold"),
            ("gold",),
            ("gold",),
            'Bearer error="insufficient_user_authentication", acr_values="gold"',
        ),
        (
            access(None, TokenScopeError, scopes='a"b'),
            ('a"b',),
            ('a"b',),
            'Bearer error="insufficient_scope"',
        ),
    ],
)
def test_what_does_not_suffice_carries_what_is_missing_and_the_challenge(
    case: Case, required: tuple[str, ...], missing: tuple[str, ...], challenge: str
) -> None:
    assert case.by is not None
    with pytest.raises(TokenDemandError) as caught:
        case.by(case)
    assert (caught.value.required, caught.value.missing) == (required, missing)
    assert caught.value.challenge == challenge
