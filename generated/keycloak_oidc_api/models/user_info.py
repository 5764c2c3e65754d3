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
from ..models.address import Address
from ..models.open_object import OpenObject
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class UserInfo(Model):
    """Claims about the user (OpenID Connect Core 1.0 section 5.1), by the scopes of the access token."""

    sub: str
    """Id of the user or service account."""
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
        "sub": ("sub", str, text),
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
    _REQUIRED: ClassVar[tuple[str, ...]] = ("sub",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "address",
            "birthdate",
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
