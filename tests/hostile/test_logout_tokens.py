# SPDX-License-Identifier: Apache-2.0
"""Truly signed tokens at a client's logout endpoint, which anybody may call.

Source: OpenID Connect Back-Channel Logout 1.0 sections 2.4, 2.6 and 4.
"""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk.exceptions import (
    TokenAlgorithmError,
    TokenAudienceError,
    TokenClaimFormatError,
    TokenClientError,
    TokenExpiredError,
    TokenIssuedAtError,
    TokenIssuerError,
    TokenKindError,
    TokenMissingClaimError,
    TokenSignatureError,
)
from support.kinds import CLIENT, EVENT, access_claims, id_claims, logout_claims as having, logout_token
from support.tokens import NOW, Case, header, judge, rsa_key, sign


def headed(media_type: Any, /, **members: Any) -> Any:
    """Return a maker of a logout token with this header typ."""
    return lambda: sign(having(**members), head=header(typ=media_type))


ACCEPTED = {
    "as Keycloak issues it": logout_token(),
    "as older servers issue it": logout_token(headed("JWT")),
    "by its media type alone": logout_token(having(typ=...)),
    "of a session": logout_token(having(sub=...)),
    "of a user": logout_token(having(sid=...)),
    "of an event with members": logout_token(having(events={EVENT: {"why": "x"}, "other": 7})),
    "for this client in a list": logout_token(having(aud=[CLIENT])),
    "two minutes old": logout_token(having(iat=NOW - 120)),
    "old as clocks make it": logout_token(having(iat=NOW - 180)),
    "an hour old where that may be": logout_token(having(iat=NOW - 3600), max_age=3600),
    "that expires with the ages": logout_token(having(exp=10**40)),
}

REFUSED = {
    "an ID token": logout_token(id_claims(), TokenKindError),
    "an ID token under the media type of JWT": logout_token(lambda: sign(id_claims()), TokenKindError),
    "an access token": logout_token(access_claims(aud=CLIENT), TokenKindError),
    "no type": logout_token(headed("JWT", typ=...), TokenKindError),
    "no media type": logout_token(headed(...), TokenKindError),
    "another media type": logout_token(headed("secevent+jwt"), TokenKindError),
    "a nonce": logout_token(having(nonce="n"), TokenKindError),
    "a nonce null": logout_token(having(nonce=None), TokenKindError),
    "no events": logout_token(having(events=...), TokenMissingClaimError),
    "no event": logout_token(having(events={}), TokenMissingClaimError),
    "another event": logout_token(
        having(events={"http://schemas.openid.net/event/frontchannel-logout": {}}), TokenMissingClaimError
    ),
    "an event in other case": logout_token(having(events={EVENT.upper(): {}}), TokenMissingClaimError),
    "events null": logout_token(having(events=None), TokenClaimFormatError),
    "events a list": logout_token(having(events=[EVENT]), TokenClaimFormatError),
    "events text": logout_token(having(events=EVENT), TokenClaimFormatError),
    "an event null": logout_token(having(events={EVENT: None}), TokenClaimFormatError),
    "an event true": logout_token(having(events={EVENT: True}), TokenClaimFormatError),
    "an event a list": logout_token(having(events={EVENT: []}), TokenClaimFormatError),
    "neither session nor user": logout_token(having(sub=..., sid=...), TokenMissingClaimError),
    "an empty user": logout_token(having(sub="", sid=...), TokenMissingClaimError),
    "session a number": logout_token(having(sid=7), TokenClaimFormatError),
    "no id": logout_token(having(jti=...), TokenMissingClaimError),
    "an empty id": logout_token(having(jti=""), TokenMissingClaimError),
    "id a number": logout_token(having(jti=7), TokenClaimFormatError),
    "id of 513 characters": logout_token(having(jti="j" * 513), TokenClaimFormatError),
    "for another client": logout_token(having(aud="mobile"), TokenAudienceError),
    "for another client as well": logout_token(having(aud=[CLIENT, "mobile"]), TokenAudienceError),
    "for nobody": logout_token(having(aud=...), TokenAudienceError),
    "issued to another client": logout_token(having(azp="mobile"), TokenClientError),
    "of another realm": logout_token(having(iss="http://localhost:8080/realms/other"), TokenIssuerError),
    "no issuer": logout_token(having(iss=...), TokenMissingClaimError),
    "too old": logout_token(having(iat=NOW - 181), TokenIssuedAtError),
    "older than wanted": logout_token(having(iat=NOW - 66), TokenIssuedAtError, max_age=5),
    "issued in the future": logout_token(having(iat=NOW + 61), TokenIssuedAtError),
    "no time of issue": logout_token(having(iat=...), TokenMissingClaimError),
    "expired": logout_token(having(exp=NOW - 60), TokenExpiredError),
    "no expiry": logout_token(having(exp=...), TokenMissingClaimError),
    "unsigned": logout_token(lambda: sign(having(), head=header(alg="none")), TokenAlgorithmError),
    "signed by another": logout_token(lambda: sign(having(), key=rsa_key("attacker")), TokenSignatureError),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_logout_endpoint_takes_the_servers_logout_tokens(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_logout_endpoint_refuses_every_other_token_and_says_why(case: Case) -> None:
    judge(case)
