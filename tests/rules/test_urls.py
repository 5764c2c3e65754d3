# SPDX-License-Identifier: Apache-2.0
"""Where a request may go: below the server's base URL, and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given, strategies as st

from keycloak_sdk._urls import ServerUrl, segment
from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakRequestError

ROOT = ServerUrl.parse("https://sso.example.org")
PREFIXED = ServerUrl.parse("https://sso.example.org/auth")


# --- the server's own URL


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://localhost:8080///", "http://localhost:8080"),
        ("https://sso.example.org/auth", "https://sso.example.org/auth"),
        ("https://sso.example.org/auth/", "https://sso.example.org/auth"),
        ("https://sso.example.org/a/b/", "https://sso.example.org/a/b"),
        ("HTTPS://SSO.Example.ORG", "https://sso.example.org"),
        ("https://sso.example.org:443", "https://sso.example.org"),
        ("http://sso.example.org:80/", "http://sso.example.org"),
        ("http://sso.example.org:443", "http://sso.example.org:443"),
        ("https://sso.example.org:", "https://sso.example.org"),
        ("http://[::1]:8080/auth", "http://[::1]:8080/auth"),
        ("http://[::1]", "http://[::1]"),
        ("https://sso.example.org/ä", "https://sso.example.org/%C3%A4"),
        ("https://sso.example.org/%C3%A4", "https://sso.example.org/%C3%A4"),
        ("https://sso.example.org/%zz", "https://sso.example.org/%25zz"),
        ("https://sso.example.org/a..b", "https://sso.example.org/a..b"),
        ("https://sso.example.org.", "https://sso.example.org."),
    ],
)
def test_a_server_url_is_taken_apart(given: str, base: str) -> None:
    assert ServerUrl.parse(given).base == base


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "is NoneType"),
        (b"https://sso.example.org", "is bytes"),
        (3, "is int"),
        ("", "is empty"),
        ("   ", "malformed or holds white space"),
        ("sso.example.org", "does not begin with http:// or https://"),
        ("localhost:8080", "does not begin with http:// or https://"),
        ("//sso.example.org", "does not begin with http:// or https://"),
        ("ftp://sso.example.org", "does not begin with http:// or https://"),
        ("file:///etc/passwd", "does not begin with http:// or https://"),
        ("https:/sso.example.org", "names no host"),
        ("https://", "names no host"),
        ("https:///auth", "names no host"),
        ("https://:8080", "names no host"),
        ("https://sso.example.org:99999", "malformed"),
        ("https://sso.example.org:-1", "malformed"),
        ("https://sso.example.org:http", "malformed"),
        ("https://[::1", "malformed"),
        ("https://[zz]", "malformed"),
        ("https://user@sso.example.org", "holds credentials"),
        ("https://user:secret@sso.example.org", "holds credentials"),
        ("https://@sso.example.org", "holds credentials"),
        ("https://:@sso.example.org", "holds credentials"),
        ("https://sso.example.org?x=1", "holds a query or a fragment"),
        ("https://sso.example.org#x", "holds a query or a fragment"),
        ("https://sso.example.org/a/../b", "'.' or '..' segments"),
        ("https://sso.example.org/.", "'.' or '..' segments"),
        ("https://sso.example.org/%2e%2e/b", "'.' or '..' segments"),
        ("https://sso.example.org/a b", "holds white space"),
        (" https://sso.example.org", "holds white space"),
        ("https://sso.example.org\n", "holds white space"),
        ("https://sso.exa\tmple.org", "holds white space"),
        ("https://sso.example.org\r\nX: y", "holds white space"),
        ("https://sso.example.org\x00", "holds white space"),
        ("https://sso.example.org\\@evil.example", "malformed"),
        ("https://sso.example.org\u202e", "malformed"),
        ("https://a..example.org", "no host name that can be"),
        ("https://.example.org", "no host name that can be"),
        ("https://" + "a" * 64 + ".org", "no host name that can be"),
        ("https://" + "a." * 130 + "org", "no host name that can be"),
        ("https://sso%2eexample.org", "no host name that can be"),
        ("https://a;b", "no host name that can be"),
        ("https://a,b", "no host name that can be"),
        ("https://$host", "no host name that can be"),
        ("https://{host}", "no host name that can be"),
        ("https://host|name", "no host name that can be"),
        ("https://<host>", "no host name that can be"),
        ("https://\uff0e", "no host name that can be"),
        ("https://sso.example.org/%c0%ae%c0%ae", "UTF-8"),
        ("https://sso.example.org/%0d%0a", "control character"),
    ],
)
def test_a_server_url_that_cannot_work_is_refused_with_what_to_change(given: object, reason: str) -> None:
    with pytest.raises(KeycloakConfigurationError) as caught:
        ServerUrl.parse(given)
    assert reason in str(caught.value)
    assert "https://sso.example.org'" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_refused_server_url_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(KeycloakConfigurationError) as caught:
        ServerUrl.parse("https://admin:hunter2@sso.example.org")
    assert "hunter2" not in repr(caught.value)


# --- paths


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("realms/acme", "/realms/acme"),
        ("/realms/acme", "/realms/acme"),
        ("", "/"),
        ("/", "/"),
        ("realms/acme/", "/realms/acme/"),
        ("realms//acme", "/realms//acme"),
        ("realms/acme?first=0&max=2", "/realms/acme?first=0&max=2"),
        ("realms/acme?a=/b?c", "/realms/acme?a=/b?c"),
        ("realms/acme?q=..", "/realms/acme?q=.."),
        ("realms/acme?q=../..", "/realms/acme?q=../.."),
        ("realms/a b", "/realms/a%20b"),
        ("realms/a%20b", "/realms/a%20b"),
        ("realms/a%2fb", "/realms/a%2fb"),
        ("realms/a%b", "/realms/a%25b"),
        ("realms/100%", "/realms/100%25"),
        ("realms/a?q=100%", "/realms/a?q=100%25"),
        ("realms/ä", "/realms/%C3%A4"),
        ("realms/\U0001f600", "/realms/%F0%9F%98%80"),
        ("realms/a#b", "/realms/a%23b"),
        ("realms/a?q=b#c", "/realms/a?q=b%23c"),
        ("realms/a..b", "/realms/a..b"),
        ("realms/...", "/realms/..."),
        ("realms/..a", "/realms/..a"),
        ("realms/a;b=c", "/realms/a;b=c"),
        ("realms/a:b@c", "/realms/a:b@c"),
        ("https:evil.example", "/https:evil.example"),
        ("https:/evil.example", "/https:/evil.example"),
        (" https://evil.example", "/%20https://evil.example"),
        ("?q=//evil.example", "/?q=//evil.example"),
        ("@evil.example", "/@evil.example"),
        (":80/x", "/:80/x"),
        (".evil.example", "/.evil.example"),
    ],
)
def test_a_path_is_put_below_the_base_url(path: str, target: str) -> None:
    assert ROOT.join(path) == f"https://sso.example.org{target}"
    assert PREFIXED.join(path) == f"https://sso.example.org/auth{target}"


CLIMBS = [
    "..",
    "../x",
    "a/..",
    "a/../x",
    "/../x",
    "a/./x",
    ".",
    "a/.",
    "%2e%2e/x",
    "%2E%2E/x",
    ".%2e/x",
    "%2e./x",
    "a/%2e/x",
    "a%2f..%2fx",
    "..%2fx",
    "a/..%2f",
    "..%5cx",
    "a/%5c..",
    "%252e%252e/x",
    "a/..%252fx",
    "%25252e%25252e/x",
    "%2525252e%2525252e/x",
    "..;/x",
    "a/..;x=y/b",
    "a/..;x",
    "a/.;/b",
    "..%3b/x",
    "..%253b/x",
    "a/.. /x",
    "a/..%20/x",
    "a/ ..",
    "a/%20../x",
    "\uff0e\uff0e/x",
    "a/\u2025/x",
    "a/\u2024\u2024/x",
    "a/%EF%BC%8E%EF%BC%8E/x",
    "a/..\uff0fx",
    "a/..?q=1",
]


@pytest.mark.parametrize("path", CLIMBS)
@pytest.mark.parametrize("server", [ROOT, PREFIXED], ids=["root", "prefixed"])
def test_a_path_that_climbs_is_refused_however_it_is_written(server: ServerUrl, path: str) -> None:
    with pytest.raises(KeycloakRequestError, match=r"'\.' or '\.\.' segments"):
        server.join(path)
    with pytest.raises(KeycloakRequestError, match=r"'\.' or '\.\.' segments"):
        server.join(f"{server.base}/{path}")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("//evil.example/x", "names another host"),
        ("///evil.example/x", "names another host"),
        ("//", "names another host"),
        ("\\\\evil.example", "backslash"),
        ("/\\evil.example", "backslash"),
        ("a\\..\\b", "backslash"),
        ("a\rb", "control character"),
        ("a\nb", "control character"),
        ("a\r\nHost: evil.example", "control character"),
        ("a\x00b", "control character"),
        ("a\tb", "control character"),
        ("a\x7fb", "control character"),
        ("a\u2028b", "control character"),
        ("a\u202eb", "control character"),
        ("a\ud800b", "control character"),
        ("a?q=\r\n", "control character"),
        ("a%0d%0aX: y", "control character"),
        ("a%00b", "control character"),
        ("..%00/x", "control character"),
        ("a%c0%ae%c0%ae/x", "UTF-8"),
        ("a%ff", "UTF-8"),
        (None, "of type NoneType"),
        (b"realms/acme", "of type bytes"),
        (7, "of type int"),
    ],
)
def test_a_path_that_cannot_be_sent_is_refused(path: object, reason: str) -> None:
    with pytest.raises(KeycloakRequestError, match=reason):
        ROOT.join(path)  # type: ignore[arg-type] # callers without a type checker


def test_a_path_encoded_more_often_than_anyone_would_is_refused_at_once() -> None:
    with pytest.raises(KeycloakRequestError, match="encoded over and over"):
        ROOT.join("a/%" + "25" * 100_000 + "2e")


# --- whole URLs


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://sso.example.org/auth/realms/acme", "https://sso.example.org/auth/realms/acme"),
        ("https://sso.example.org/auth", "https://sso.example.org/auth"),
        ("https://sso.example.org/auth/", "https://sso.example.org/auth/"),
        ("https://sso.example.org/auth?x=1", "https://sso.example.org/auth?x=1"),
        ("https://sso.example.org:443/auth/x", "https://sso.example.org/auth/x"),
        ("HTTPS://SSO.EXAMPLE.ORG/auth/x", "https://sso.example.org/auth/x"),
        ("https://sso.example.org/auth/x#part", "https://sso.example.org/auth/x"),
        ("https://sso.example.org/auth/a b", "https://sso.example.org/auth/a%20b"),
    ],
)
def test_a_whole_url_under_the_base_url_is_accepted(url: str, sent: str) -> None:
    assert PREFIXED.join(url) == sent


def test_a_whole_url_is_compared_with_the_base_url_as_it_is_sent() -> None:
    server = ServerUrl.parse("https://sso.example.org/ä")
    for path in ("/ä/x", "/%C3%A4/x"):
        assert server.join(f"https://sso.example.org{path}") == "https://sso.example.org/%C3%A4/x"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/auth/x",
        "http://sso.example.org/auth/x",
        "https://sso.example.org:8443/auth/x",
        "https://sso.example.org/",
        "https://sso.example.org",
        "https://sso.example.org/authx",
        "https://sso.example.org/other/x",
        "https://sso.example.org/AUTH/x",
        "https://sso.example.org.evil.example/auth/x",
        "https://sso.example.orgevil.example/auth/x",
        "https://sso.example.org./auth/x",
        "https://evil.example#@sso.example.org/auth/x",
        "https://evil.example?https://sso.example.org/auth/x",
        "ftp://sso.example.org/auth/x",
        "file://sso.example.org/auth/x",
        "unix://sso.example.org/auth/x",
    ],
)
def test_a_whole_url_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(KeycloakRequestError, match="trusted_origins"):
        PREFIXED.join(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://user@sso.example.org/auth/x",
        "https://user:secret@sso.example.org/auth/x",
        "https://sso.example.org@evil.example/auth/x",
        "https://@sso.example.org/auth/x",
        "https://sso.example.org:99999/auth/x",
        "https://[::1/auth/x",
        "https://",
        "https:///auth/x",
    ],
)
def test_a_whole_url_that_is_malformed_or_holds_credentials_is_refused(url: str) -> None:
    with pytest.raises(KeycloakRequestError, match="malformed or holds credentials") as caught:
        PREFIXED.join(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "trusted",
    [
        ["https://idp.example.org"],
        ("https://other.example", "https://IDP.example.org:443/"),
        {"https://idp.example.org/some/path"},
        "https://idp.example.org",
    ],
)
def test_a_whole_url_of_a_trusted_origin_is_accepted(trusted: list[str]) -> None:
    assert ROOT.join("https://idp.example.org/x?y=z", trusted) == "https://idp.example.org/x?y=z"
    for elsewhere in ("http://idp.example.org/x", "https://idp.example.org:8443/x", "https://evil.example"):
        with pytest.raises(KeycloakRequestError, match="trusted_origins"):
            ROOT.join(elsewhere, trusted)
    with pytest.raises(KeycloakRequestError, match="segments"):
        ROOT.join("https://idp.example.org/a/../x", trusted)


@pytest.mark.parametrize("trusted", ["", [""], ["https"], ["https://"], ["*"], ["https://["], [None], [3]])
def test_what_is_no_origin_is_trusted_by_nobody(trusted: list[str]) -> None:
    with pytest.raises(KeycloakRequestError, match="trusted_origins"):
        ROOT.join("https://evil.example/x", trusted)


def test_the_refusal_of_a_huge_url_is_short() -> None:
    with pytest.raises(KeycloakRequestError) as caught:
        ROOT.join("https://" + "a" * 100_000 + "/x")
    assert len(str(caught.value)) < 300


# --- segments


@pytest.mark.parametrize(
    "value", ["acme", "my realm", "a/b", "a%2fb", "..a", "...", "é", "a;b", "?", "#", "%2e%2e"]
)
def test_any_visible_name_can_become_a_segment(value: str) -> None:
    assert segment(value, "realm_name") == value


@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\r", "\x00", "\ud800", "\u2028"])
def test_a_name_that_no_segment_can_be_is_refused(value: str) -> None:
    with pytest.raises(KeycloakRequestError, match=r"realm_name is empty, '\.', '\.\.' or holds control"):
        segment(value, "realm_name")


@pytest.mark.parametrize("value", [None, 3, b"acme", ["acme"]])
def test_a_name_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(
        KeycloakRequestError, match=f"realm_name is of type {type(value).__name__}: give a str"
    ):
        segment(value, "realm_name")


# --- whatever comes


@given(st.text(max_size=40))
@example("%2e" * 3)
@example("..%2525")
@example("https://sso.example.org/auth/x")
def test_whatever_the_path_the_request_stays_below_the_base_url_or_is_refused(path: str) -> None:
    try:
        url = PREFIXED.join(path)
    except KeycloakRequestError:
        return
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "sso.example.org")
    assert (parts.path + "/").startswith("/auth/")
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    decoded = parts.path
    for _ in range(5):
        decoded = unquote(decoded)
        assert not {".", ".."}.intersection(decoded.replace("\\", "/").split("/"))


@given(
    st.lists(
        st.sampled_from(["%", "25", "2e", "2f", "5c", ".", "/", "\\", ";", "a", "?", "#", "@", ":", " "]),
        max_size=12,
    )
)
def test_whatever_is_made_of_dangerous_pieces_stays_below_as_well(pieces: list[str]) -> None:
    test_whatever_the_path_the_request_stays_below_the_base_url_or_is_refused.hypothesis.inner_test(  # type: ignore[attr-defined]
        "".join(pieces)
    )


@given(st.text(max_size=60))
def test_whatever_the_server_url_it_is_read_or_refused(text: str) -> None:
    for value in (text, f"https://{text}"):
        try:
            base = ServerUrl.parse(value).base
        except KeycloakConfigurationError:
            continue
        assert ServerUrl.parse(base).base == base
