# SPDX-License-Identifier: Apache-2.0
"""A typed call becomes the request that the server expects, or nothing is sent."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from keycloak_oidc_api.api.discovery import get_realm
from keycloak_oidc_api.api.registration import get_client, update_client
from keycloak_oidc_api.api.token import create_token
from keycloak_oidc_api.api.uma import create_permission_ticket, create_policy, get_policy, list_resources
from keycloak_oidc_api.api.userinfo import get_userinfo, post_userinfo
from keycloak_oidc_api.models import (
    ClientRepresentation,
    PermissionRequest,
    TokenRequest,
    UmaPolicy,
    UserInfoRequest,
)
from keycloak_oidc_api.types import EncodeError, RequestKwargs


def sent(request: RequestKwargs) -> httpx.Request:
    return httpx.Client(base_url="http://host/auth").build_request(**request)


class TestPath:
    def test_begins_at_the_realm(self) -> None:
        assert get_realm.build_request("acme") == {
            "method": "GET",
            "url": "/realms/acme",
            "extensions": {"url_template": "/realms/{realm}"},
        }
        assert str(sent(get_realm.build_request("acme")).url) == "http://host/auth/realms/acme"

    @pytest.mark.parametrize(
        ("name", "quoted"),
        [
            ("a b/c", "a%20b%2Fc"),
            ("?q#f", "%3Fq%23f"),
            ("%2e%2e", "%252e%252e"),
            ("ü", "%C3%BC"),
            ("...", "..."),
            ("{realm}", "%7Brealm%7D"),
            ("a;b=c", "a%3Bb%3Dc"),
        ],
    )
    def test_a_value_is_one_segment(self, name: str, quoted: str) -> None:
        assert get_realm.build_request(name)["url"] == f"/realms/{quoted}"
        assert sent(get_client.build_request("acme", name)).url.raw_path.endswith(
            f"/default/{quoted}".encode()
        )

    @pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "a\x00", "\x7f", "\ud800"])
    def test_a_value_that_is_no_segment_is_refused(self, name: str) -> None:
        with pytest.raises(EncodeError) as caught:
            get_client.build_request("acme", name)
        assert caught.value.parameter == "client_id"
        assert caught.value.__context__ is None

    def test_the_shared_path_of_policies_names_what_it_wants(self) -> None:
        policy = UmaPolicy(name="p")
        assert create_policy.build_request("r", resource_id="1", body=policy)["url"].endswith("/uma-policy/1")
        assert get_policy.build_request("r", policy_id="2")["url"].endswith("/uma-policy/2")

    @given(st.text())
    def test_no_value_reaches_another_path(self, name: str) -> None:
        try:
            request = get_client.build_request("acme", name)
        except EncodeError:
            return
        url = sent(request).url
        assert url.raw_path.count(b"/") == 6
        assert url.path == f"/auth/realms/acme/clients-registrations/default/{name}"
        assert (url.host, url.query, url.fragment) == ("host", b"", "")


class TestForm:
    def test_repeats_arrays_spells_booleans_and_leaves_out_what_is_absent(self) -> None:
        body = TokenRequest(
            grant_type="g",
            permission=["a#b", "c"],
            submit_request=False,
            response_permissions_limit=3,
            scope=None,
        )
        request = sent(create_token.build_request("acme", body=body))
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.content == (
            b"grant_type=g&permission=a%23b&permission=c&response_permissions_limit=3&submit_request=false"
        )

    def test_carries_unknown_fields_and_drops_null_items(self) -> None:
        body = TokenRequest(grant_type="g")
        body.update(client_id=None, resource="https://api", audience="one")
        request = create_token.build_request("acme", body=body)
        assert request["data"] == {"grant_type": "g", "resource": "https://api", "audience": "one"}

    @pytest.mark.parametrize("value", [{"a": 1}, b"bytes", [{"a": 1}], [["nested"]], object()])
    def test_refuses_what_a_form_cannot_hold(self, value: object) -> None:
        body = TokenRequest(grant_type="g", additional_properties={"extra": value})
        with pytest.raises(EncodeError, match=r"^extra cannot be sent as a form field: it is of type \w+$"):
            create_token.build_request("acme", body=body)

    def test_can_be_left_out_where_it_is_optional(self) -> None:
        assert "data" not in post_userinfo.build_request("acme")
        assert post_userinfo.build_request("acme", body=UserInfoRequest(access_token="t"))["data"] == {
            "access_token": "t"
        }


class TestQuery:
    def test_spells_booleans_and_leaves_out_what_is_absent(self) -> None:
        request = list_resources.build_request("acme", deep=True, exact_name=False, max_=10, name="a b")
        assert request["params"] == {"name": "a b", "exactName": "false", "deep": "true", "max": "10"}
        assert list_resources.build_request("acme")["params"] == {}


class TestHeader:
    def test_is_sent_under_its_own_name(self) -> None:
        assert get_userinfo.build_request("acme", dpop="a.b.c")["headers"] == {"DPoP": "a.b.c"}
        assert "headers" not in get_userinfo.build_request("acme")

    @pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\x00b"])
    def test_cannot_smuggle_another_one(self, value: str) -> None:
        with pytest.raises(EncodeError, match=r"^dpop must not contain control characters$"):
            get_userinfo.build_request("acme", dpop=value)


class TestJson:
    def test_a_model_and_a_list_of_models_are_sent_as_they_are(self) -> None:
        client = ClientRepresentation(
            client_id="c", redirect_uris=["http://x/*"], additional_properties={"new": 1}
        )
        request = sent(update_client.build_request("acme", "c", body=client))
        assert request.headers["content-type"] == "application/json"
        assert httpx.Response(200, content=request.content).json() == {
            "clientId": "c",
            "redirectUris": ["http://x/*"],
            "new": 1,
        }
        permissions = [PermissionRequest(resource_id="1", resource_scopes=["view"])]
        assert httpx.Response(
            200, content=sent(create_permission_ticket.build_request("acme", body=permissions)).content
        ).json() == [{"resource_id": "1", "resource_scopes": ["view"]}]

    def test_an_explicit_null_is_sent(self) -> None:
        client = ClientRepresentation(client_id="c")
        client["description"] = None
        body: Any = update_client.build_request("acme", "c", body=client)["json"]
        assert body == {"clientId": "c", "description": None}


def test_a_refusal_names_the_parameter_and_never_the_value() -> None:
    with pytest.raises(EncodeError) as caught:
        get_realm.build_request("secret\n")
    assert "secret" not in f"{caught.value} {caught.value!r}"
