# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    Mapped,
    boolean,
    has,
    integer,
    is_a,
    model,
    one_of,
    text,
    texts,
)
from ..models.access import Access
from ..models.address import Address
from ..models.confirmation import Confirmation
from ..models.open_object import OpenObject
from ..models.resource_access import ResourceAccess
from ..models.uma_authorization import UmaAuthorization
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class TokenClaims(Model):
    """Claims of a token that Keycloak issued: access, ID, refresh, logout token or RPT (RFC 7519 section 4,
    OpenID Connect Core 1.0 sections 2 and 5.1, RFC 9068). Which there are depends on the kind of token and
    on the client's scopes.
    """

    iss: str | None = None
    """Issuer."""
    sub: str | None = None
    """Id of the user or service account; absent without the client scope `basic`."""
    aud: list[str] | str | None = None
    """Who the token is for; absent when nobody is named."""
    exp: int | None = None
    """Expires; seconds since the epoch. Absent in an offline token without limit."""
    iat: int | None = None
    """Issued; seconds since the epoch."""
    nbf: int | None = None
    """Not valid before; seconds since the epoch."""
    jti: str | None = None
    """Id of the token."""
    auth_time: int | None = None
    """When the user logged in; seconds since the epoch."""
    typ: str | None = None
    """Kind of token."""
    azp: str | None = None
    """Client the token was issued to."""
    acr: str | None = None
    """Level of the authentication."""
    amr: list[str] | None = None
    """Methods of the authentication."""
    sid: str | None = None
    """Id of the session."""
    session_state: str | None = None
    """Id of the session, in tokens of older servers."""
    scope: str | None = None
    """Space-separated scopes."""
    cnf: Confirmation | None = None
    allowed_origins: list[str] | None = None
    """Origins that may call with the token (CORS)."""
    realm_access: Access | None = None
    resource_access: ResourceAccess | None = None
    authorization: UmaAuthorization | None = None
    act: OpenObject | None = None
    nonce: str | None = None
    """The one of the authorization request."""
    at_hash: str | None = None
    """Half of the hash of the access token."""
    c_hash: str | None = None
    """Half of the hash of the authorization code."""
    s_hash: str | None = None
    """Half of the hash of `state`."""
    client_id: str | None = None
    """Client, in tokens of service accounts."""
    client_host: str | None = None
    """Host of the client, in tokens of service accounts."""
    client_address: str | None = None
    """Address of the client, in tokens of service accounts."""
    events: OpenObject | None = None
    preferred_username: str | None = None
    """Login name."""
    name: str | None = None
    """Full name."""
    given_name: str | None = None
    """Given name."""
    family_name: str | None = None
    """Family name."""
    middle_name: str | None = None
    """Middle name."""
    nickname: str | None = None
    """Nickname."""
    profile: str | None = None
    """Profile page."""
    picture: str | None = None
    """URL of a picture."""
    website: str | None = None
    """Web page."""
    gender: str | None = None
    """Gender."""
    birthdate: str | None = None
    """Date of birth."""
    zoneinfo: str | None = None
    """Time zone."""
    locale: str | None = None
    """Language."""
    updated_at: int | None = None
    """When the profile changed; seconds since the epoch."""
    email: str | None = None
    """E-mail address."""
    email_verified: bool | str | None = None
    """Whether the address is verified; a mapper may send it as a string."""
    phone_number: str | None = None
    """Telephone number."""
    phone_number_verified: bool | str | None = None
    """Whether the number is verified; a mapper may send it as a string."""
    address: Address | None = None
    groups: list[str] | None = None
    """Groups, or realm roles with the scope `microprofile-jwt`."""
    upn: str | None = None
    """Login name, with the scope `microprofile-jwt`."""
    organization: list[str] | OpenObject | None = None
    """Aliases of the user's organizations, or an object with more about each."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "iss": ("iss", str, text),
        "sub": ("sub", str, text),
        "aud": ("aud", None, one_of("string or array", (is_a(str), text), (is_a(list), texts))),
        "exp": ("exp", int, integer),
        "iat": ("iat", int, integer),
        "nbf": ("nbf", int, integer),
        "jti": ("jti", str, text),
        "auth_time": ("auth_time", int, integer),
        "typ": ("typ", str, text),
        "azp": ("azp", str, text),
        "acr": ("acr", str, text),
        "amr": ("amr", None, Mapped(texts)),
        "sid": ("sid", str, text),
        "session_state": ("session_state", str, text),
        "scope": ("scope", str, text),
        "cnf": ("cnf", None, model(Confirmation)),
        "allowed-origins": ("allowed_origins", None, Mapped(texts)),
        "realm_access": ("realm_access", None, Mapped(model(Access))),
        "resource_access": ("resource_access", None, Mapped(model(ResourceAccess))),
        "authorization": ("authorization", None, model(UmaAuthorization)),
        "act": ("act", None, Mapped(model(OpenObject))),
        "nonce": ("nonce", str, text),
        "at_hash": ("at_hash", str, text),
        "c_hash": ("c_hash", str, text),
        "s_hash": ("s_hash", str, text),
        "client_id": ("client_id", str, text),
        "clientHost": ("client_host", str, Mapped(text)),
        "clientAddress": ("client_address", str, Mapped(text)),
        "events": ("events", None, model(OpenObject)),
        "preferred_username": ("preferred_username", str, Mapped(text)),
        "name": ("name", str, Mapped(text)),
        "given_name": ("given_name", str, Mapped(text)),
        "family_name": ("family_name", str, Mapped(text)),
        "middle_name": ("middle_name", str, Mapped(text)),
        "nickname": ("nickname", str, Mapped(text)),
        "profile": ("profile", str, Mapped(text)),
        "picture": ("picture", str, Mapped(text)),
        "website": ("website", str, Mapped(text)),
        "gender": ("gender", str, Mapped(text)),
        "birthdate": ("birthdate", str, Mapped(text)),
        "zoneinfo": ("zoneinfo", str, Mapped(text)),
        "locale": ("locale", str, Mapped(text)),
        "updated_at": ("updated_at", int, Mapped(integer)),
        "email": ("email", str, Mapped(text)),
        "email_verified": (
            "email_verified",
            None,
            Mapped(one_of("boolean or string", (is_a(bool), boolean), (is_a(str), text))),
        ),
        "phone_number": ("phone_number", str, Mapped(text)),
        "phone_number_verified": (
            "phone_number_verified",
            None,
            Mapped(one_of("boolean or string", (is_a(bool), boolean), (is_a(str), text))),
        ),
        "address": ("address", None, Mapped(model(Address))),
        "groups": ("groups", None, Mapped(texts)),
        "upn": ("upn", str, Mapped(text)),
        "organization": (
            "organization",
            None,
            Mapped(one_of("array or OpenObject", (is_a(list), texts), (has(), model(OpenObject)))),
        ),
    }
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "address",
            "birthdate",
            "clientAddress",
            "clientHost",
            "email",
            "family_name",
            "gender",
            "given_name",
            "locale",
            "middle_name",
            "name",
            "nickname",
            "phone_number",
            "picture",
            "preferred_username",
            "profile",
            "upn",
            "website",
            "zoneinfo",
        }
    )
