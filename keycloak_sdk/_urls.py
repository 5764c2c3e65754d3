# SPDX-License-Identifier: Apache-2.0
"""Where a request may go: below the server's base URL, and nowhere else."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakRequestError, one_line

if TYPE_CHECKING:
    from collections.abc import Collection

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"(?=.{1,253}\.?$)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
_SEGMENT_END = re.compile(r"(?:;[^/\\]*)?[/\\]|;")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?"
_DECODINGS = 6
"""How often something on the way may decode a path; who encodes it more often hides something."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class ServerUrl(NamedTuple):
    """A server's base URL, taken apart once."""

    origin: str
    """Scheme, host and port; no port when it is the scheme's own."""
    path: str
    """Path prefix, such as `/auth`; `""` without one."""

    @classmethod
    def parse(cls, value: object) -> ServerUrl:
        """Read the URL that a caller configured.

        Raises:
            KeycloakConfigurationError: It is not an http(s) URL of a host, or holds what has no place
                in it: credentials, a query, a fragment.
        """
        if not isinstance(value, str) or not value:
            raise KeycloakConfigurationError(
                f"server_url is {type(value).__name__ if value != '' else 'empty'}: give the URL of the "
                "Keycloak server, such as 'https://sso.example.org'"
            )
        parts = _split(value)
        problem = _problem(value, parts)
        if parts is None or problem:
            raise KeycloakConfigurationError(
                f"server_url {problem}: give a URL such as 'https://sso.example.org' or "
                "'https://sso.example.org/auth'"
            )
        return cls(_origin(parts), _encoded(parts.path.rstrip("/"), _PATH_SAFE))

    @property
    def base(self) -> str:
        """The URL without a trailing slash."""
        return self.origin + self.path

    def join(self, path: str, trusted: Collection[str] = ()) -> str:
        """Return the URL of `path` below this server.

        Args:
            path: Path below the base URL, with or without a leading slash, with or without a query;
                or a whole URL under the base URL or under an origin of `trusted`.
            trusted: Further origins that may be called, such as `https://sso.example.org`.

        Raises:
            KeycloakRequestError: The path leads elsewhere.
        """
        if not isinstance(path, str):
            raise KeycloakRequestError(f"the path is of type {type(path).__name__}: give a str")
        if not path.isprintable() or "\\" in path:
            raise KeycloakRequestError("the path holds a control character or a backslash: encode it")
        if _ABSOLUTE.match(path):
            return self._inside(path, trusted)
        if path.startswith("//"):
            raise KeycloakRequestError("a path that begins with // names another host: remove a slash")
        return self.base + "/" + _clean(path.lstrip("/"))

    def _inside(self, url: str, trusted: Collection[str]) -> str:
        parts = _split(url)
        if parts is None or not parts.hostname or parts.username is not None or parts.password is not None:
            raise KeycloakRequestError("the URL is malformed or holds credentials")
        origin = _origin(parts)
        path = _clean(parts.path)
        inside = origin == self.origin and (path + "/").startswith(self.path + "/")
        others = (trusted,) if isinstance(trusted, str) else trusted
        if inside or origin in map(_trusted_origin, others):
            return origin + path + (f"?{_encoded(parts.query, _QUERY_SAFE)}" if parts.query else "")
        raise KeycloakRequestError(
            f"{one_line(origin, 100)} is not {self.base}: pass a path, or list the origin in trusted_origins"
        )


def segment(value: object, name: str) -> str:
    """Check a value that becomes one segment of a path, such as a realm name; return it as it is.

    Raises:
        KeycloakRequestError: It is not a non-empty string, or no URL can carry it.
    """
    if not isinstance(value, str):
        raise KeycloakRequestError(f"{name} is of type {type(value).__name__}: give a str")
    if not value or value in {".", ".."} or not value.isprintable():
        raise KeycloakRequestError(f"{name} is empty, '.', '..' or holds control characters")
    return value


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _problem(value: str, parts: SplitResult | None) -> str:
    """Say why this cannot be a server's base URL; `""` when it can."""
    if parts is None or not value.isprintable() or " " in value or "\\" in value:
        return "is malformed or holds white space"
    if parts.scheme not in _DEFAULT_PORTS:
        return "does not begin with http:// or https://"
    if not parts.hostname:
        return "names no host"
    if parts.username is not None or parts.password is not None:
        return "holds credentials; pass them as arguments"
    if not _names_a_host(parts):
        return "has no host name that can be"
    if parts.query or parts.fragment:
        return "holds a query or a fragment"
    return path_problem(parts.path)


def _names_a_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return ":" in host if "[" in parts.netloc else _HOST.fullmatch(host) is not None


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    port = "" if parts.port in {None, _DEFAULT_PORTS.get(scheme)} else f":{parts.port}"
    return f"{scheme}://{host}{port}"


def _trusted_origin(value: object) -> str:
    parts = _split(value) if isinstance(value, str) else None
    return _origin(parts) if parts else ""


def path_problem(path: str) -> str:
    """Say why no request may have this path, however often it is decoded on its way; `""` when it may."""
    try:
        if _CONTROL.search(unquote(path, errors="strict")):
            return "holds an encoded control character"
    except UnicodeDecodeError:
        return "holds encoded bytes that are no UTF-8"
    for _ in range(_DECODINGS):
        plain = unicodedata.normalize("NFKC", path)
        if any(part.strip() in {".", ".."} for part in _SEGMENT_END.split(plain)):
            return "holds '.' or '..' segments"
        if (decoded := unquote(plain)) == path:
            return ""
        path = decoded
    return "is encoded over and over"


def _clean(target: str) -> str:
    """Encode what a URL cannot carry; refuse what would climb out of the path."""
    path, mark, query = target.partition("?")
    if problem := path_problem(path):
        raise KeycloakRequestError(f"the path {problem}: give the path that is meant, each name encoded once")
    return _encoded(path, _PATH_SAFE) + mark + _encoded(query, _QUERY_SAFE)


def _encoded(text: str, safe: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe=safe)
