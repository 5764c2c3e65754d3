# SPDX-License-Identifier: Apache-2.0
"""Values that want to be more than values: paths that climb, lines that end, hosts that are others.

Each is refused before anything is sent, or arrives as the one value that it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import pytest

from keycloak_sdk import ConnectionManager, KeycloakError, KeycloakOpenID, KeycloakOpenIDConnection
from support.loopback import Loopback, Seen, always, json_answer
from support.transport import token

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.both import Both

pytestmark = pytest.mark.anyio

NASTY = {
    "a line end": "a\r\nX-Evil: 1",
    "a line feed": "a\nX-Evil: 1",
    "a carriage return": "a\rX-Evil: 1",
    "a NUL": "a\x00b",
    "two dots": "..",
    "a climb": "../../admin",
    "an encoded climb": "%2e%2e%2fadmin",
    "a slash": "a/b",
    "a backslash": "a\\b",
    "a query": "a?b=c",
    "a fragment": "a#b",
    "a semicolon": "a;b",
    "a host": "//evil.example/x",
    "a URL": "http://evil.example/x",
    "a surrogate": "a\ud800",
    "an emoji": "a\U0001f600",
    "white space": " a\tb ",
    "a percent sign": "100%",
    "an ampersand": "a&grant_type=client_credentials",
}


GOOD = {
    **token(),
    **dict.fromkeys(("sub", "realm", "public_key", "token-service", "account-service"), "x"),
    "tokens-not-before": 0,
}
"""An answer that is a success to whatever is asked here."""


async def sent(both: Both, make: Callable[[str], Any], call: Any) -> list[Seen]:
    """Return what arrived: nothing when the call, or the constructor, was refused by a typed error."""
    refusal = None
    with Loopback(always(json_answer(GOOD))) as server:
        try:
            await call(both(make(server.url)))
        except KeycloakError as error:
            refusal = error
    if refusal is not None:
        assert refusal.response_code is None
        assert len(str(refusal)) < 300
        assert str(refusal).isprintable()
        assert not server.connections
    return server.seen


def assert_plain(seen: list[Seen], path: str, value: str | None = None) -> None:
    """Check that at most one request came, to this path; with the value as its last segment."""
    for request in seen:
        assert request.header("x-evil") is None
        assert "#" not in request.target
        if value is None:
            assert request.path == path
        else:
            assert request.path.startswith(path)
            rest = request.path[len(path) :]
            assert unquote(rest) == value
            assert "/" not in rest
    assert len(seen) <= 1


@pytest.mark.parametrize("name", NASTY)
async def test_a_realm_name_stays_one_segment(both: Both, name: str) -> None:
    seen = await sent(
        both, lambda url: KeycloakOpenID(url, NASTY[name], "shop"), lambda client: client.public_key()
    )
    assert_plain(seen, "/realms/", NASTY[name])


@pytest.mark.parametrize("name", NASTY)
async def test_a_user_name_stays_one_field(both: Both, name: str) -> None:
    seen = await sent(
        both, lambda url: KeycloakOpenID(url, "acme", "shop"), lambda client: client.token(NASTY[name], "pw")
    )
    assert_plain(seen, "/realms/acme/protocol/openid-connect/token")
    for request in seen:
        form = parse_qs(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        assert form["username"] == [NASTY[name]]
        assert form["grant_type"] == ["password"]


@pytest.mark.parametrize("name", NASTY)
async def test_a_client_and_its_secret_stay_two_fields(both: Both, name: str) -> None:
    seen = await sent(
        both,
        lambda url: KeycloakOpenID(url, "acme", NASTY[name], f"the-secret{NASTY[name]}"),
        lambda client: client.token(grant_type="client_credentials"),
    )
    assert_plain(seen, "/realms/acme/protocol/openid-connect/token")
    for request in seen:
        form = parse_qs(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        assert (form["client_id"], form["client_secret"]) == ([NASTY[name]], [f"the-secret{NASTY[name]}"])


@pytest.mark.parametrize("name", NASTY)
async def test_a_token_stays_one_header(both: Both, name: str) -> None:
    given = f"the-token{NASTY[name]}"
    seen = await sent(
        both, lambda url: KeycloakOpenID(url, "acme", "shop"), lambda client: client.userinfo(given)
    )
    assert_plain(seen, "/realms/acme/protocol/openid-connect/userinfo")
    for request in seen:
        assert request.header("authorization") == f"Bearer {given}"


@pytest.mark.parametrize("name", NASTY)
async def test_a_header_stays_one_header(both: Both, name: str) -> None:
    seen = await sent(
        both,
        lambda url: ConnectionManager(url, {"X-Tenant": NASTY[name]}),
        lambda connection: connection.raw_get("/x"),
    )
    assert_plain(seen, "/x")
    for request in seen:
        assert request.header("x-tenant") == NASTY[name].strip()


@pytest.mark.parametrize("name", NASTY)
async def test_the_name_of_a_header_is_a_name(both: Both, name: str) -> None:
    seen = await sent(
        both,
        lambda url: ConnectionManager(url, {NASTY[name]: "1"}),
        lambda connection: connection.raw_get("/x"),
    )
    assert_plain(seen, "/x")


@pytest.mark.parametrize("name", NASTY)
async def test_a_parameter_of_the_query_stays_one(both: Both, name: str) -> None:
    seen = await sent(
        both, ConnectionManager, lambda connection: connection.raw_get("/x", search=NASTY[name], max=1)
    )
    assert_plain(seen, "/x")
    for request in seen:
        query = parse_qs(request.target.partition("?")[2], keep_blank_values=True, strict_parsing=True)
        assert query == {"search": [NASTY[name]], "max": ["1"]}


@pytest.mark.parametrize("name", NASTY)
async def test_a_path_stays_below_the_servers_url(both: Both, name: str) -> None:
    seen = await sent(
        both,
        lambda url: ConnectionManager(f"{url}/auth"),
        lambda connection: connection.raw_get(f"/users/{NASTY[name]}"),
    )
    for request in seen:
        assert request.path.startswith("/auth/users/")
        assert ".." not in unquote(unquote(request.path)).split("/")
        assert request.header("x-evil") is None


@pytest.mark.parametrize("name", NASTY)
async def test_a_connection_logs_in_to_no_other_realm(both: Both, name: str) -> None:
    seen = await sent(
        both,
        lambda url: KeycloakOpenIDConnection(url, "alice", "pw", realm_name=NASTY[name]),
        lambda connection: connection.get_token(),
    )
    for request in seen:
        realm = request.path.removeprefix("/realms/").removesuffix("/protocol/openid-connect/token")
        assert unquote(realm) == NASTY[name]
        assert "/" not in realm
