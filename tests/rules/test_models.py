# SPDX-License-Identifier: Apache-2.0
"""A response is the dict that was sent and a typed value at once."""

from __future__ import annotations

import copy
import json
import pickle
import typing
from typing import TYPE_CHECKING

import attrs
import pytest

from keycloak_oidc_api import models
from keycloak_oidc_api.models import (
    ClientMetadata,
    IntrospectionResponse,
    JsonWebKeySet,
    TextLists,
    TokenClaims,
    TokenRequest,
    TokenResponse,
    UmaResource,
    UserInfo,
)
from keycloak_oidc_api.types import DecodeError

if TYPE_CHECKING:
    from keycloak_oidc_api.types import Model

TOKEN = {
    "access_token": "ACCESS",
    "expires_in": 300,
    "refresh_token": "REFRESH",
    "token_type": "Bearer",
    "not-before-policy": 7,
    "id_token": None,
    "vendor": {"level": 3},
}
INTROSPECTION = {
    "active": True,
    "aud": ["a", "b"],
    "realm_access": {"roles": ["user"]},
    "resource_access": {"photos": {"roles": ["viewer"]}},
    "authorization": {"permissions": [{"rsid": "1", "scopes": ["view"], "claims": {"colour": ["red"]}}]},
    "department": "engineering",
}


@pytest.fixture
def token() -> TokenResponse:
    return TokenResponse.from_dict(TOKEN)


@pytest.fixture
def introspection() -> IntrospectionResponse:
    return IntrospectionResponse.from_dict(INTROSPECTION)


class TestAsDict:
    def test_it_equals_what_was_sent_in_both_directions(self, token: TokenResponse) -> None:
        assert token == TOKEN
        assert TOKEN == token  # noqa: SIM300 - dict's own comparison
        assert isinstance(token, dict)

    def test_order_unknown_members_and_nulls_stay_as_sent(self, token: TokenResponse) -> None:
        assert list(token) == list(TOKEN)
        assert token["vendor"] == {"level": 3}
        assert "id_token" in token
        assert token["id_token"] is None

    def test_it_spreads_like_a_dict(self, token: TokenResponse) -> None:
        assert dict(token) == {**token} == token.to_dict() == TOKEN
        assert type(token.to_dict()) is dict
        assert token.get("nothing", 5) == 5

    def test_it_goes_through_json_unchanged(self, introspection: IntrospectionResponse) -> None:
        assert json.loads(json.dumps(introspection)) == INTROSPECTION

    def test_to_dict_is_plain_all_the_way_down(self, introspection: IntrospectionResponse) -> None:
        plain = introspection.to_dict()

        def types(value: object) -> set[type]:
            if isinstance(value, dict):
                return {type(value)}.union(*map(types, value.values()))
            return {type(value)}.union(*map(types, value)) if isinstance(value, list) else {type(value)}

        assert plain == INTROSPECTION
        assert types(plain) == {dict, list, str, bool}

    def test_a_union_with_another_dict_is_a_plain_dict(self, token: TokenResponse) -> None:
        assert type(token | {"scope": "openid"}) is dict
        assert (token | {"scope": "openid"})["scope"] == "openid"

    def test_it_cannot_be_a_key(self, token: TokenResponse) -> None:
        with pytest.raises(TypeError, match="unhashable"):
            hash(token)


class TestAsTypedValue:
    def test_members_are_attributes_under_their_python_names(self, token: TokenResponse) -> None:
        assert token.access_token == "ACCESS"
        assert token.not_before_policy == 7
        assert UmaResource.from_dict({"_id": "1", "type": "t"}).id == "1"
        key = JsonWebKeySet.from_dict({"keys": [{"kty": "RSA", "x5t#S256": "T"}]}).keys_[0]
        assert key.x5t_s256 == "T"

    def test_an_absent_member_is_none(self, token: TokenResponse) -> None:
        assert token.scope is None
        assert "scope" not in token
        assert token.id_token is None

    def test_nested_objects_are_models_as_items_too(self, introspection: IntrospectionResponse) -> None:
        assert introspection.realm_access is not None
        assert introspection.realm_access is introspection["realm_access"]
        assert introspection.realm_access.roles == ["user"]
        assert introspection.resource_access is not None
        assert introspection.resource_access["photos"].roles == ["viewer"]
        assert introspection.authorization is not None
        permissions = introspection.authorization.permissions
        assert permissions is not None
        assert permissions[0].claims == {"colour": ["red"]}
        assert isinstance(permissions[0].claims, TextLists)

    def test_attributes_cannot_be_assigned_or_deleted(self, token: TokenResponse) -> None:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            token.scope = "openid"  # type: ignore[misc]
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            del token.scope

    def test_it_matches_by_attribute_and_as_a_mapping(self, introspection: IntrospectionResponse) -> None:
        match introspection:
            case IntrospectionResponse(active=True, aud=[first, _]):
                assert first == "a"
            case _:
                pytest.fail("no match by attribute")
        match introspection:
            case {"active": True, "realm_access": {"roles": [role]}}:
                assert role == "user"
            case _:
                pytest.fail("no match as a mapping")

    def test_the_constructor_takes_attributes_and_unknown_members(self) -> None:
        request = TokenRequest(
            grant_type="password", username="alice", additional_properties={"totp_hint": "x"}
        )
        assert request == {"grant_type": "password", "username": "alice", "totp_hint": "x"}
        assert request.additional_properties == {"totp_hint": "x"}

    def test_a_described_member_among_the_unknown_ones_is_an_attribute(self) -> None:
        request = TokenRequest(grant_type="password", additional_properties={"scope": "openid"})
        assert request.scope == "openid"
        assert request.additional_properties == {}

    def test_evolve_keeps_unknown_members(self, token: TokenResponse) -> None:
        evolved = attrs.evolve(token, scope="openid")
        assert evolved.scope == evolved["scope"] == "openid"
        assert evolved["vendor"] == {"level": 3}
        assert "scope" not in token

    def test_type_hints_can_be_resolved(self) -> None:
        for name in models.__all__:
            hints = typing.get_type_hints(getattr(models, name))
            assert "additional_properties" in hints


class TestItemWrites:
    """Programs written for plain dicts assign and remove items; the attributes follow."""

    def test_assignment(self, token: TokenResponse) -> None:
        token["access_token"] = "NEW"
        token["expires_at"] = 99
        assert token.access_token == "NEW"
        assert token.additional_properties == {"vendor": {"level": 3}, "expires_at": 99}

    def test_removal(self, token: TokenResponse) -> None:
        assert token.pop("expires_in") == 300
        assert token.pop("expires_in", None) is None
        with pytest.raises(KeyError):
            token.pop("expires_in")
        del token["refresh_token"]
        assert token.expires_in is None
        assert token.refresh_token is None

    def test_popitem_takes_the_last_member(self, token: TokenResponse) -> None:
        assert token.popitem() == ("vendor", {"level": 3})
        assert token.popitem() == ("id_token", None)
        assert token.popitem() == ("not-before-policy", 7)
        assert token.not_before_policy is None

    def test_clear(self, token: TokenResponse) -> None:
        token.clear()
        assert token == {}
        assert token.expires_in is None

    def test_setdefault(self, token: TokenResponse) -> None:
        assert token.setdefault("scope", "openid") == "openid"
        assert token.setdefault("expires_in", 1) == 300
        assert (token.scope, token.expires_in) == ("openid", 300)

    def test_update_in_all_its_forms(self, token: TokenResponse) -> None:
        token.update({"scope": "a"})
        assert token.scope == "a"
        token.update([("scope", "b")], session_state="s")
        assert (token.scope, token.session_state) == ("b", "s")

    def test_in_place_union_keeps_the_type(self, token: TokenResponse) -> None:
        before = token
        token |= {"scope": "openid"}
        assert token is before
        assert token.scope == "openid"

    def test_a_nested_object_is_decoded_for_the_attribute(self, introspection: IntrospectionResponse) -> None:
        introspection["realm_access"] = {"roles": ["admin"]}
        assert introspection.realm_access is not None
        assert introspection.realm_access.roles == ["admin"]

    def test_what_a_program_stores_is_never_refused(self, token: TokenResponse) -> None:
        token["expires_in"] = "soon"
        assert token["expires_in"] == "soon"
        assert token.expires_in == "soon"  # type: ignore[comparison-overlap]


class TestCopies:
    @pytest.mark.parametrize(
        "duplicate",
        [
            copy.copy,
            copy.deepcopy,
            lambda model: model.copy(),
            lambda model: pickle.loads(pickle.dumps(model)),
        ],
        ids=["copy", "deepcopy", "method", "pickle"],
    )
    def test_keep_the_types_and_do_not_share_items(
        self, introspection: IntrospectionResponse, duplicate: typing.Callable[[Model], Model]
    ) -> None:
        other = duplicate(introspection)
        assert type(other) is IntrospectionResponse
        assert other == introspection
        assert other.realm_access == introspection.realm_access
        assert type(other.realm_access) is type(introspection.realm_access)
        other["active"] = False
        assert introspection.active is True

    def test_a_deep_copy_shares_nothing(self, introspection: IntrospectionResponse) -> None:
        other = copy.deepcopy(introspection)
        other["realm_access"]["roles"].append("admin")
        assert introspection["realm_access"]["roles"] == ["user"]

    def test_a_model_that_lost_a_required_member_can_still_be_copied(self, token: TokenResponse) -> None:
        token.pop("access_token")
        token["expires_in"] = "soon"
        assert pickle.loads(pickle.dumps(token)) == token.copy() == token


class TestWhatIsPrinted:
    """`repr` ends up in logs and tracebacks."""

    def test_secrets_are_hidden_however_the_model_is_printed(self, token: TokenResponse) -> None:
        for text in (repr(token), str(token), f"{token}", f"{token!r}", "%s %r" % (token, [token])):  # noqa: UP031
            assert "ACCESS" not in text
            assert "REFRESH" not in text
        assert repr(token).startswith("TokenResponse(access_token='***', token_type='Bearer', expires_in=300")

    def test_of_unknown_members_only_the_names_are_printed(self, token: TokenResponse) -> None:
        token["other_token"] = "OTHER"
        assert repr(token).endswith("additional_properties=<vendor, other_token>)")

    def test_secrets_of_requests_are_hidden(self) -> None:
        request = TokenRequest(
            grant_type="password", username="alice", password="hunter2", client_secret="s3cret"
        )
        assert repr(request) == (
            "TokenRequest(grant_type='password', client_secret='***', username='***', password='***')"
        )

    def test_secrets_in_nested_lists_are_hidden(self) -> None:
        keys = JsonWebKeySet.from_dict({"keys": [{"kty": "EC", "d": "PRIVATE", "x": "PUBLIC"}]})
        assert repr(keys) == "JsonWebKeySet(keys_=[JsonWebKey(kty='EC', x='PUBLIC', d='***')])"

    def test_personal_data_is_hidden_and_registered_claims_are_not(self) -> None:
        info = UserInfo.from_dict(
            {"sub": "42", "email": "alice@acme.example", "address": {"locality": "Bern"}}
        )
        assert repr(info) == "UserInfo(sub='42', email='***', address='***')"
        claims = TokenClaims.from_dict(
            {"iss": "i", "sub": "42", "exp": 1, "preferred_username": "alice", "x": 1}
        )
        assert repr(claims) == (
            "TokenClaims(iss='i', sub='42', exp=1, preferred_username='***', additional_properties=<x>)"
        )

    def test_an_object_that_is_no_model_shows_the_names_of_its_members(self) -> None:
        metadata = ClientMetadata.from_dict({"jwks": {"keys": []}})
        metadata["jwks"] = {"keys": [{"kty": "oct", "k": "SECRET"}]}
        metadata["contacts"] = [{"mail": "SECRET"}]
        assert repr(metadata) == "ClientMetadata(contacts=[<mail>], jwks=<keys>)"

    def test_maps_print_their_members(self, introspection: IntrospectionResponse) -> None:
        assert "resource_access=ResourceAccess('photos': Access(roles=['viewer']))" in repr(introspection)


class TestAsReadLazily:
    """Reading checks types; attributes are made when somebody asks."""

    def test_an_object_of_a_mapper_becomes_a_model_as_item_when_its_attribute_is_read(self) -> None:
        claims = TokenClaims.from_dict({"realm_access": {"roles": ["user"]}})
        assert type(claims["realm_access"]) is dict
        assert claims.realm_access is claims["realm_access"]
        assert claims.realm_access is claims.realm_access

    def test_repr_shows_the_models_of_items_that_nobody_has_read(self) -> None:
        claims = TokenClaims.from_dict({"realm_access": {"roles": ["user"]}, "groups": 5})
        assert repr(claims) == "TokenClaims(realm_access=Access(roles=['user']), groups=5)"

    def test_an_attribute_that_was_never_read_follows_its_item(self) -> None:
        claims = TokenClaims.from_dict({"sub": "a", "email": "a@b", "exp": 5})
        claims["sub"] = "b"
        del claims["email"]
        assert (claims.sub, claims.email, claims.exp) == ("b", None, 5)

    def test_a_name_that_is_no_member_is_no_attribute(self) -> None:
        claims = TokenClaims.from_dict({"department": "engineering"})
        with pytest.raises(AttributeError, match="'TokenClaims' object has no attribute 'department'"):
            claims.department  # type: ignore[attr-defined] # noqa: B018

    def test_a_wrong_type_is_found_when_the_object_is_read_not_when_somebody_asks(self) -> None:
        with pytest.raises(DecodeError, match="cnf"):
            TokenClaims.from_dict({"cnf": "x"})
        assert TokenClaims.from_dict({"groups": "x"}).groups is None
