# SPDX-License-Identifier: Apache-2.0
"""What the server sends is never trusted to be well-formed, and no error quotes it."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from keycloak_oidc_api.api.discovery import get_openid_configuration
from keycloak_oidc_api.api.session import logout
from keycloak_oidc_api.api.token import create_token, introspect_token, revoke_token
from keycloak_oidc_api.api.uma import (
    count_permission_tickets,
    get_entitlement,
    list_policies,
    list_resources,
    update_policy,
)
from keycloak_oidc_api.api.userinfo import get_userinfo
from keycloak_oidc_api.models import (
    IntrospectionResponse,
    JsonWebKeySet,
    OpenIDConfiguration,
    TokenClaims,
    TokenResponse,
    UmaDecision,
    UmaPermission,
    UmaResource,
    UserInfo,
)
from keycloak_oidc_api.types import DecodeError, Model, UnexpectedStatusError

TOKEN: dict[str, Any] = {"access_token": "a", "token_type": "Bearer"}


def answer(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=json.dumps(body))


class TestWrongTypes:
    @pytest.mark.parametrize(
        ("model", "value", "path", "expected", "found"),
        [
            (TokenResponse, [], "$", "object", "array"),
            (TokenResponse, None, "$", "object", "null"),
            (TokenResponse, {}, "$.access_token", "string", "nothing"),
            (TokenResponse, {**TOKEN, "access_token": None}, "$.access_token", "string", "null"),
            (TokenResponse, {**TOKEN, "token_type": 5}, "$.token_type", "string", "number"),
            (TokenResponse, {**TOKEN, "expires_in": "soon"}, "$.expires_in", "integer", "string"),
            (TokenResponse, {**TOKEN, "expires_in": 1.5}, "$.expires_in", "integer", "number"),
            (TokenResponse, {**TOKEN, "expires_in": True}, "$.expires_in", "integer", "boolean"),
            (TokenResponse, {**TOKEN, "expires_in": float("nan")}, "$.expires_in", "integer", "number"),
            (TokenResponse, {**TOKEN, "expires_in": "9" * 25}, "$.expires_in", "integer", "string"),
            (TokenResponse, {**TOKEN, "expires_in": "٣"}, "$.expires_in", "integer", "string"),
            (TokenResponse, {**TOKEN, "upgraded": 1}, "$.upgraded", "boolean", "number"),
            (
                TokenResponse,
                {**TOKEN, "not-before-policy": {}},
                "$['not-before-policy']",
                "integer",
                "object",
            ),
            (JsonWebKeySet, {"keys": {}}, "$.keys", "array", "object"),
            (JsonWebKeySet, {"keys": [{"kty": "RSA"}, "x"]}, "$.keys[1]", "object", "string"),
            (JsonWebKeySet, {"keys": [{"kty": "RSA"}, {}]}, "$.keys[1].kty", "string", "nothing"),
            (
                JsonWebKeySet,
                {"keys": [{"kty": "RSA", "x5c": ["a", 1]}]},
                "$.keys[0].x5c[1]",
                "string",
                "number",
            ),
            (
                JsonWebKeySet,
                {"keys": [{"kty": "RSA", "x5t#S256": 1}]},
                "$.keys[0]['x5t#S256']",
                "string",
                "number",
            ),
            (IntrospectionResponse, {"active": "true"}, "$.active", "boolean", "string"),
            (IntrospectionResponse, {"active": True, "aud": 5}, "$.aud", "string or array", "number"),
            (IntrospectionResponse, {"active": True, "aud": [5]}, "$.aud[0]", "string", "number"),
            (
                IntrospectionResponse,
                {"active": True, "permissions": [{"rsid": "1", "claims": {"a b": "c"}}]},
                "$.permissions[0].claims['a b']",
                "array",
                "string",
            ),
            (UmaResource, {"owner": []}, "$.owner", "ResourceOwner or string", "array"),
            (UmaResource, {"scopes": ["a", 5]}, "$.scopes[1]", "ResourceScope or string", "number"),
            (UserInfo, {"email": "a@b"}, "$.sub", "string", "nothing"),
        ],
    )
    def test_are_named_by_path(
        self, model: type[Model], value: object, path: str, expected: str, found: str
    ) -> None:
        with pytest.raises(DecodeError) as caught:
            model.from_dict(value)
        assert (caught.value.path, caught.value.expected, caught.value.found) == (path, expected, found)
        assert str(caught.value) == f"{path}: expected {expected}, found {found}"

    def test_the_path_can_begin_elsewhere(self) -> None:
        with pytest.raises(DecodeError, match=r"^\$\.body\.keys\[0\]\.kty: expected string, found nothing$"):
            JsonWebKeySet.from_dict({"keys": [{}]}, "$.body")

    def test_an_error_can_be_pickled_and_copied(self) -> None:
        with pytest.raises(DecodeError) as caught:
            JsonWebKeySet.from_dict({"keys": [{}]})
        for other in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
            assert str(other) == str(caught.value) == "$.keys[0].kty: expected string, found nothing"
            assert repr(other) == "DecodeError('$.keys[0].kty', 'string', 'nothing')"

    def test_a_hostile_member_name_is_cut_and_escaped(self) -> None:
        with pytest.raises(DecodeError) as caught:
            IntrospectionResponse.from_dict(
                {"active": True, "permissions": [{"rsid": "1", "claims": {"\n" + "x" * 500: 5}}]}
            )
        assert len(str(caught.value)) < 150
        assert "\n" not in str(caught.value)


class TestLeniency:
    @pytest.mark.parametrize(("sent", "read"), [(60, 60), (60.0, 60), ("60", 60), ("-1", -1), ("0", 0)])
    def test_integers_may_come_as_integral_floats_and_as_digits(self, sent: object, read: int) -> None:
        token = TokenResponse.from_dict({**TOKEN, "expires_in": sent})
        assert token.expires_in == read
        assert type(token.expires_in) is int
        assert token["expires_in"] == sent
        assert type(token["expires_in"]) is type(sent)

    def test_an_optional_member_may_be_null(self) -> None:
        assert TokenResponse.from_dict({**TOKEN, "scope": None, "expires_in": None}).scope is None

    @pytest.mark.parametrize("audience", ["a", ["a", "b"]])
    def test_an_audience_is_a_string_or_a_list(self, audience: str | list[str]) -> None:
        assert TokenClaims.from_dict({"aud": audience}).aud == audience

    @pytest.mark.parametrize("verified", [True, "true"])
    def test_a_mapper_may_send_a_verified_claim_as_a_string(self, verified: bool | str) -> None:
        assert UserInfo.from_dict({"sub": "1", "email_verified": verified}).email_verified == verified

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("groups", "staff"),
            ("email", ["a@b", "c@d"]),
            ("address", "Bern"),
            ("updated_at", "now"),
            ("name", 5),
        ],
    )
    def test_a_claim_that_a_mapper_makes_otherwise_stays_an_item(self, name: str, value: object) -> None:
        info = UserInfo.from_dict({"sub": "1", name: value})
        assert info[name] == value
        assert getattr(info, name) is None

    def test_roles_from_a_single_valued_mapper_do_not_break_the_token(self) -> None:
        claims = TokenClaims.from_dict({"realm_access": {"roles": "user"}, "resource_access": []})
        assert claims.realm_access == {"roles": "user"}
        assert claims.realm_access is not None
        assert claims.realm_access.roles is None
        assert claims.resource_access is None
        assert claims["resource_access"] == []


class TestBodies:
    @pytest.mark.parametrize(
        "body", [b"", b"<html>SECRET</html>", b'{"access_token": "SECRET', b"\xff\xfe\x00", b"[" * 100_000]
    )
    def test_what_is_not_json_is_refused_without_quoting_it(self, body: bytes) -> None:
        with pytest.raises(DecodeError) as caught:
            create_token.parse_response(httpx.Response(200, content=body))
        assert str(caught.value) == "$: expected JSON, found something else"
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None

    def test_the_path_of_a_body_begins_at_its_root(self) -> None:
        with pytest.raises(DecodeError, match=r"^\$\.issuer: expected string, found nothing$"):
            get_openid_configuration.parse_response(answer({}))
        with pytest.raises(DecodeError, match=r"^\$\[1\]\.rsid: expected string, found number$"):
            create_token.parse_response(answer([{"rsid": "1"}, {"rsid": 1}]))

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (TOKEN, TokenResponse),
            ({"result": True}, UmaDecision),
            ({**TOKEN, "upgraded": True}, TokenResponse),
        ],
    )
    def test_a_token_answer_is_told_from_a_decision(self, body: object, kind: type[Model]) -> None:
        assert type(create_token.parse_response(answer(body))) is kind

    def test_a_token_answer_can_be_a_list_of_permissions(self) -> None:
        permissions = create_token.parse_response(answer([{"rsid": "1", "rsname": "photo"}]))
        assert isinstance(permissions, list)
        assert type(permissions[0]) is UmaPermission

    @pytest.mark.parametrize("body", [{}, {"error": "x"}, {**TOKEN, "access_token": 5}])
    def test_a_token_answer_without_a_token_says_so(self, body: object) -> None:
        with pytest.raises(DecodeError, match=r"^\$\.access_token: expected string"):
            create_token.parse_response(answer(body))

    @pytest.mark.parametrize("body", [5, "x", None, True])
    def test_a_token_answer_of_no_kind_is_refused(self, body: object) -> None:
        with pytest.raises(DecodeError, match=r"^\$: expected TokenResponse or UmaDecision or array, found"):
            create_token.parse_response(answer(body))

    def test_userinfo_is_json_or_a_jwt_by_content_type(self) -> None:
        info = get_userinfo.parse_response(answer({"sub": "42"}))
        assert isinstance(info, UserInfo)
        jwt = httpx.Response(200, content=b"a.b.c", headers={"content-type": "application/jwt;charset=utf-8"})
        assert get_userinfo.parse_response(jwt) == "a.b.c"

    def test_resources_are_ids_or_objects(self) -> None:
        assert list_resources.parse_response(answer(["1", "2"])) == ["1", "2"]
        (resource,) = list_resources.parse_response(answer([{"_id": "1"}]))
        assert isinstance(resource, UmaResource)
        assert resource.id == "1"

    def test_a_count_is_a_number(self) -> None:
        assert count_permission_tickets.parse_response(answer(3)) == 3
        with pytest.raises(DecodeError, match=r"^\$: expected integer, found array$"):
            count_permission_tickets.parse_response(answer([]))

    def test_answers_without_content_are_none_whatever_the_body(self) -> None:
        for operation, status, body in (
            (logout, 204, b""),
            (revoke_token, 200, b""),
            (revoke_token, 200, b'{"error":"invalid_token"}'),
            (update_policy, 201, b""),
            (list_policies, 204, b""),
        ):
            assert operation.parse_response(httpx.Response(status, content=body)) is None

    @pytest.mark.parametrize("status", [100, 201, 204, 302, 400, 401, 500, 599])
    def test_another_status_is_not_parsed(self, status: int) -> None:
        with pytest.raises(UnexpectedStatusError) as caught:
            introspect_token.parse_response(httpx.Response(status))
        assert caught.value.status_code == status
        assert str(pickle.loads(pickle.dumps(caught.value))) == f"status {status} is not described as success"

    def test_a_removed_endpoint_has_no_success(self) -> None:
        with pytest.raises(UnexpectedStatusError):
            get_entitlement.parse_response(answer({}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just("SECRET"),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=10,
)
DESCRIBED = (IntrospectionResponse, JsonWebKeySet, OpenIDConfiguration, TokenResponse, UmaResource, UserInfo)


@given(model=st.sampled_from(DESCRIBED), data=st.data())
def test_any_object_is_read_whole_or_refused_by_path(model: type[Model], data: st.DataObject) -> None:
    names = st.sampled_from(sorted(model._MEMBERS)) | st.text(max_size=5)
    value = data.draw(st.dictionaries(names, JSON, max_size=8) | JSON)
    try:
        decoded = model.from_dict(value)
    except DecodeError as error:
        refusal = error
    else:
        assert repr(decoded).startswith(model.__name__)
        assert json.dumps(decoded) == json.dumps(value)
        assert json.dumps(pickle.loads(pickle.dumps(decoded)).to_dict()) == json.dumps(value)
        return
    assert refusal.path.startswith("$")
    assert "SECRET" not in f"{refusal} {refusal!r}"
