# SPDX-License-Identifier: Apache-2.0
"""What claims must say, and what is told when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from keycloak_sdk._jwt.claims import (
    check_asked,
    check_audience,
    check_default,
    check_issuer,
    check_kind,
    check_times,
)
from keycloak_sdk._jwt.options import Options
from keycloak_sdk.exceptions import (
    TokenAudienceError,
    TokenClaimFormatError,
    TokenClaimValueError,
    TokenExpiredError,
    TokenIssuerError,
    TokenKindError,
    TokenMissingClaimError,
    TokenNotYetValidError,
    TokenVerificationError,
)
from support.tokens import ISSUER, NOW, claims


def refusal(check: Any, *args: Any, **kwargs: Any) -> TokenVerificationError:
    """Return what the check raises."""
    with pytest.raises(TokenVerificationError) as caught:
        check(*args, **kwargs)
    assert not str(caught.value).endswith("…")
    return caught.value


@pytest.mark.parametrize(
    ("members", "now", "leeway"),
    [
        ({"exp": 100, "iat": 0}, 99.9, 0),
        ({"exp": 100, "iat": 0}, 159.9, 60),
        ({"exp": 100.0, "iat": 0.5}, 99, 0),
        ({"exp": 100, "iat": 0, "nbf": 50}, 50, 0),
        ({"exp": 100, "iat": 0, "nbf": 50.5}, 49.5, 1),
        ({"exp": 100, "iat": 99_999}, 0, 0),
        ({"exp": 10**400, "iat": 10**400, "nbf": -(10**400)}, 0.5, 0.5),
    ],
)
def test_times_within_the_leeway_pass(members: dict[str, Any], now: float, leeway: float) -> None:
    check_times(members, now, leeway)


@pytest.mark.parametrize(
    ("members", "kind", "text"),
    [
        (
            {"exp": NOW - 125},
            TokenExpiredError,
            "expired at 2027-01-15T07:57:55Z, 125 s ago (leeway 60 s): renew it, or set both clocks",
        ),
        ({"exp": NOW - 60}, TokenExpiredError, "60 s ago"),
        ({"exp": -(10**30)}, TokenExpiredError, "expired at a number beyond every calendar, ages ago"),
        ({"exp": -(10**400)}, TokenExpiredError, "expired at a number beyond every calendar, ages ago"),
        ({"nbf": 10**400}, TokenNotYetValidError, "valid from a number beyond every calendar, in ages"),
        ({"exp": -(10**14)}, TokenExpiredError, "expired at -100000000000000"),
        ({"exp": ...}, TokenMissingClaimError, "the token has no exp, every token of Keycloak has"),
        ({"exp": "1"}, TokenClaimFormatError, "$.exp is text, expected seconds since 1970"),
        ({"exp": True}, TokenClaimFormatError, "$.exp is a boolean, expected seconds"),
        ({"iat": ...}, TokenMissingClaimError, "the token has no iat"),
        ({"iat": None}, TokenClaimFormatError, "$.iat is null"),
        (
            {"nbf": NOW + 90},
            TokenNotYetValidError,
            "valid from 2027-01-15T08:01:30Z, in 90 s (leeway 60 s): wait",
        ),
        ({"nbf": []}, TokenClaimFormatError, "$.nbf is a list"),
    ],
)
def test_a_wrong_time_is_told_with_the_distance(
    members: dict[str, Any], kind: type[Exception], text: str
) -> None:
    error = refusal(check_times, claims(**members), NOW, 60)
    assert type(error) is kind
    assert text in str(error)


def test_a_format_error_names_its_place() -> None:
    error = refusal(check_times, claims(exp={}), NOW, 60)
    assert isinstance(error, TokenClaimFormatError)
    assert (error.claim_path, error.expected, error.found) == ("$.exp", "a number", "an object")


def test_the_issuer_is_compared_to_the_character() -> None:
    check_issuer({"iss": ISSUER}, ISSUER)
    error = refusal(check_issuer, {"iss": ISSUER + "/"}, ISSUER)
    assert isinstance(error, TokenIssuerError)
    assert "pass issuer= when the server has both names, or start Keycloak with --hostname" in str(error)
    assert (error.expected, error.found) == (repr(ISSUER), repr(ISSUER + "/"))
    assert isinstance(refusal(check_issuer, {}, ISSUER), TokenMissingClaimError)
    assert isinstance(refusal(check_issuer, {"iss": [ISSUER]}, ISSUER), TokenClaimFormatError)


@pytest.mark.parametrize("media_type", [None, "jwt", "at+jwt"])
@pytest.mark.parametrize("kind", ["Bearer", "DPoP", "ID"])
def test_access_and_id_tokens_pass(media_type: str | None, kind: str) -> None:
    check_kind({"typ": kind}, media_type)


@pytest.mark.parametrize(
    ("members", "media_type", "kind"),
    [
        ({}, "at+jwt", None),
        ({"typ": "bearer"}, None, "Bearer"),
        ({"typ": "Logout"}, "logout+jwt", "Logout"),
        ({"typ": "Logout"}, "jwt", "application/logout"),
        ({"typ": "Refresh"}, "jwt", "Refresh"),
    ],
)
def test_a_kind_passes_when_the_header_or_the_caller_names_it(
    members: dict[str, Any], media_type: str | None, kind: str | None
) -> None:
    check_kind(members, media_type, kind)


@pytest.mark.parametrize(
    ("members", "media_type", "kind", "text"),
    [
        ({"typ": "Refresh"}, "jwt", None, "is of typ 'Refresh', expected a token of typ Bearer, DPoP or ID"),
        ({}, "jwt", None, "is of typ unknown, expected"),
        ({"typ": None}, "jwt", None, "is of typ null"),
        ({"typ": ["Bearer"]}, "jwt", None, "is of typ ['Bearer']"),
        ({"typ": "Bearer"}, "logout+jwt", None, "header has typ 'logout+jwt', expected JWT or at+jwt"),
        ({"typ": "Bearer"}, "logout+jwt", "Bearer", "header has typ 'logout+jwt'"),
        ({"typ": "Logout"}, "dpop+jwt", "Logout", "header has typ 'dpop+jwt'"),
        ({"typ": "ID"}, "jwt", "Bearer", "is of typ 'ID', expected 'Bearer'"),
        ({"typ": 7}, "jwt", "Bearer", "is of typ 7, expected 'Bearer'"),
        ({}, "at+jwt", "Bearer", "is of typ unknown, expected 'Bearer'"),
    ],
)
def test_another_kind_is_told(
    members: dict[str, Any], media_type: str | None, kind: str | None, text: str
) -> None:
    error = refusal(check_kind, members, media_type, kind)
    assert isinstance(error, TokenKindError)
    assert text in str(error)


@pytest.mark.parametrize("found", ["web", ["web"], ["account", "web"]])
def test_an_audience_is_one_or_among_several(found: Any) -> None:
    check_audience({"aud": found}, frozenset({"orders", "web"}))


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"aud": ["account"], "azp": "web"},
            "aud is ['account'], expected 'orders': add an Audience mapper to a client scope of client 'web'",
        ),
        ({"aud": "account"}, "aud is 'account', expected 'orders': add an Audience mapper to a client scope"),
        ({"azp": 7}, "the token has no aud, expected 'orders'"),
    ],
)
def test_a_missing_audience_is_told_with_what_to_change(members: dict[str, Any], text: str) -> None:
    error = refusal(check_audience, members, frozenset({"orders"}))
    assert isinstance(error, TokenAudienceError)
    assert text in str(error)


@pytest.mark.parametrize(
    ("aud", "path"), [(7, "$.aud"), ({}, "$.aud"), (["orders", 7], "$.aud[1]"), ([["orders"]], "$.aud[0]")]
)
def test_an_audience_of_another_type_is_told_with_its_place(aud: Any, path: str) -> None:
    error = refusal(check_audience, {"aud": aud}, frozenset({"orders"}))
    assert isinstance(error, TokenClaimFormatError)
    assert error.claim_path == path


def default(options: Options, issuer: str | None = ISSUER, **members: Any) -> None:
    """Run the default checks."""
    check_default(claims(**members), media_type="jwt", issuer=issuer, now=NOW, options=options)


def test_the_issuer_is_that_of_the_options_of_check_claims_or_of_the_realm() -> None:
    default(Options())
    default(Options(), issuer=None, iss="anybody")
    default(Options(issuer="x"), iss="x")
    default(Options(check_claims={"iss": "x"}), iss="x")
    default(Options(issuer="x", check_claims={"iss": "y"}), iss="x")
    for options in (Options(issuer="x"), Options(check_claims={"iss": "x"})):
        assert isinstance(refusal(default, options), TokenIssuerError)


def test_an_audience_is_checked_when_it_is_asked_for() -> None:
    default(Options(), aud="somebody")
    default(Options(audience=frozenset({"web"})), aud="web")
    assert isinstance(refusal(default, Options(audience=frozenset({"web"}))), TokenAudienceError)


def asked(check_claims: dict[str, Any], leeway: float = 60, **members: Any) -> None:
    """Run the caller's checks."""
    check_asked(claims(**members), check_claims, now=NOW, leeway=leeway)


@pytest.mark.parametrize(
    ("check_claims", "members"),
    [
        ({"sub": None}, {}),
        ({"azp": "web", "acr": "1"}, {}),
        ({"level": 7}, {"level": 7}),
        ({"aud": "account"}, {}),
        ({"aud": ["x", "account"]}, {}),
        ({"aud": None}, {"aud": 7}),
        ({"scope": "email"}, {}),
        ({"scope": None}, {"scope": 7}),
        ({"typ": "application/BEARER"}, {}),
        ({"exp": None}, {"exp": NOW - 59}),
        ({"exp": NOW}, {"exp": NOW}),
        ({"nbf": None}, {"nbf": NOW + 60}),
        ({"nbf": NOW}, {"nbf": NOW}),
    ],
)
def test_what_the_caller_asks_for_passes_when_it_is_there(
    check_claims: dict[str, Any], members: dict[str, Any]
) -> None:
    asked(check_claims, **members)


@pytest.mark.parametrize(
    ("check_claims", "members", "kind", "text"),
    [
        ({"x": None}, {}, TokenMissingClaimError, "the token has no claim 'x', check_claims asks for it"),
        ({"azp": "app"}, {}, TokenClaimValueError, "azp is 'web', expected 'app'"),
        (
            {"sub": "alice"},
            {},
            TokenClaimValueError,
            "claim 'sub' has another value than check_claims expects",
        ),
        (
            {"scope": "admin"},
            {},
            TokenClaimValueError,
            "the token's scope lacks 'admin': ask for it with scope=",
        ),
        ({"scope": "a"}, {"scope": ["a"]}, TokenClaimValueError, "scope lacks 'a'"),
        ({"aud": "x"}, {}, TokenAudienceError, "aud is 'account', expected 'x'"),
        ({"exp": None}, {"exp": NOW - 61}, TokenExpiredError, "expired at"),
        ({"exp": NOW + 400}, {}, TokenExpiredError, "expired at"),
        ({"nbf": None}, {"nbf": NOW + 61}, TokenNotYetValidError, "valid from"),
        ({"nbf": NOW - 1}, {"nbf": NOW}, TokenNotYetValidError, "valid from"),
    ],
)
def test_what_the_caller_asks_for_is_told_when_it_is_not_there(
    check_claims: dict[str, Any], members: dict[str, Any], kind: type[Exception], text: str
) -> None:
    error = refusal(asked, check_claims, **members)
    assert type(error) is kind
    assert text in str(error)


def test_a_value_that_may_be_personal_is_not_printed() -> None:
    error = refusal(asked, {"preferred_username": "bob"})
    assert "alice" not in str(error)
    assert "bob" not in str(error)
