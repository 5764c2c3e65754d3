# SPDX-License-Identifier: Apache-2.0
"""A token store for the processes of many machines.

::

    keycloak:{<key>}:token      hash: schema, version, value      ends with the lifetime of the value
    keycloak:{<key>}:version    hash: version, writer             ends a day later
    keycloak:{<key>}:lease      "<version> <ticket>"              ends with the lease

Every operation is one script, so it is atomic; all seconds are counted by the server. The braces keep the
three on one node of a cluster.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrs import frozen

from keycloak_sdk._io.forgetting import forgetful
from keycloak_sdk.exceptions import KeycloakConfigurationError, TokenStoreError
from keycloak_sdk.token_stores._keyed import VERSION_KEPT, KeyedStore

if TYPE_CHECKING:
    import redis

_MAX_PREFIX = 256

# Redis before 7 tells of an error within a script in a sentence of its own: the code is somewhere in it.
_PASSING = re.compile(
    r"\b(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN|UNKILLABLE)\b"
)
_STAYING = re.compile(r"\b(NOPERM|WRONGTYPE)\b")


@frozen
class _Script:
    """A Lua script, and how Redis calls it."""

    text: str
    sha: str

    @classmethod
    def of(cls, body: str) -> _Script:
        text = _NEWEST + body
        return cls(text, hashlib.sha1(text.encode("ascii"), usedforsecurity=False).hexdigest())


# Whatever else stands under the keys: a version is digits, and a value base64.
_NEWEST = """\
local token = redis.call('HMGET', KEYS[1], 'schema', 'version', 'value')
local known = redis.call('HMGET', KEYS[2], 'version', 'writer')
local version = string.match(token[2] or known[1] or '', '^%d+$')
if not version or #version > 15 then version = '0' end
"""

_LOAD = _Script.of("""\
if token[1] ~= '1' then return {version, ''} end
return {version, string.match(token[3] or '', '^[%w+/=]+$') or ''}
""")

_LEASE = _Script.of("""\
if version ~= ARGV[1] then return 0 end
local mine = version .. ' ' .. ARGV[2]
local held = redis.call('GET', KEYS[3])
if held and held ~= mine and string.match(held, '^(%d+) ') == version then return 0 end
redis.call('SET', KEYS[3], mine, 'PX', ARGV[3])
return 1
""")

# A client that lost the answer sends the same again: the writer is told that it has won.
_SAVE = _Script.of("""\
if version == ARGV[2] and known[2] == ARGV[3] then return 1 end
if version ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], 'schema', '1', 'version', ARGV[2], 'value', ARGV[4])
  if ARGV[5] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
end
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'writer', ARGV[3])
if ARGV[6] ~= '' then redis.call('PEXPIRE', KEYS[2], ARGV[6]) end
return 1
""")

_RELEASE = _Script.of("""\
local held = redis.call('GET', KEYS[3])
if held and string.match(held, ' (.+)$') == ARGV[1] then redis.call('DEL', KEYS[3]) end
return 1
""")


class RedisTokenStore(KeyedStore):
    """Keeps tokens in a Redis server, or a cluster of them, for all processes that use the same prefix.

    The server should keep what it is given (`maxmemory-policy noeviction`): an evicted token is a login more.

    Args:
        client: A `redis.Redis` or `redis.RedisCluster` of the caller's, who sets its timeouts, its TLS and
            its credentials, and closes it. `decode_responses` may be either.
        prefix: What the keys begin with.

    Raises:
        KeycloakConfigurationError: The client is another one, such as one for asyncio, the prefix is none, or
            the extra `redis` is not installed.
    """

    @forgetful
    def __init__(self, client: redis.Redis | redis.RedisCluster, *, prefix: str = "keycloak:") -> None:
        library = _library("redis")
        if not isinstance(client, library.Redis | library.RedisCluster):
            raise KeycloakConfigurationError(
                f"client is a {type(client).__module__}.{type(client).__name__}: give a redis.Redis"
            )
        if not isinstance(prefix, str) or not prefix.isprintable() or len(prefix) > _MAX_PREFIX:
            raise KeycloakConfigurationError(
                f"prefix is a text of at most {_MAX_PREFIX} printable characters"
            )
        if "{}" in prefix:
            raise KeycloakConfigurationError("prefix has {}, which would scatter the keys over a cluster")
        self._client: Any = client
        self._prefix = prefix

    def _load(self, key: str) -> tuple[int, bytes]:
        version, value = self._run(_LOAD, key)
        try:
            return int(version), b64decode(value, validate=True)
        except NoBase64:
            return int(version), b""

    def _lease(self, key: str, version: int, seconds: float, ticket: str) -> bool:
        return bool(self._run(_LEASE, key, version, ticket, max(1, _milliseconds(seconds))))

    def _save(self, key: str, value: bytes, version: int, lifetime: float | None) -> bool:
        writer = secrets.token_hex(16)
        text = b64encode(value).decode("ascii")
        if lifetime is None:
            return bool(self._run(_SAVE, key, version, version + 1, writer, text, "", ""))
        ends = _milliseconds(lifetime)
        kept = ends + _milliseconds(VERSION_KEPT)
        return bool(self._run(_SAVE, key, version, version + 1, writer, text if ends else "", ends, kept))

    def _release(self, key: str, ticket: str) -> None:
        self._run(_RELEASE, key, ticket)

    def _discard(self, key: str, version: int) -> bool:
        return self._save(key, b"", version, 0)

    def _run(self, script: _Script, key: str, *arguments: str | int) -> Any:
        keys = [f"{self._prefix}{{{key}}}:{part}" for part in ("token", "version", "lease")]
        errors = _library("redis.exceptions")
        try:
            try:
                return self._client.evalsha(script.sha, len(keys), *keys, *arguments)
            except errors.NoScriptError:  # a new server, or one that was restarted
                return self._client.eval(script.text, len(keys), *keys, *arguments)
        except (errors.RedisError, errors.RedisClusterException) as error:
            failure = _failure(error, errors)
            if not isinstance(
                error, errors.ResponseError
            ):  # which may quote the arguments: no cause to print
                raise failure from error
        raise failure


def _library(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise KeycloakConfigurationError(
            "RedisTokenStore needs redis: pip install 'keycloak-oidc-sdk[redis]'"
        ) from None


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _failure(error: Exception, errors: Any) -> TokenStoreError:
    """Return the error of this SDK; what the server wrote may quote the arguments, so its code has to do."""
    kind = type(error).__name__
    unreached = (errors.ConnectionError, errors.TimeoutError, errors.RedisClusterException)
    not_allowed = (errors.AuthenticationError, errors.AuthorizationError)  # connection errors, to redis-py
    if isinstance(error, unreached) and not isinstance(error, not_allowed):
        return TokenStoreError(f"the Redis server did not answer ({kind})", retryable=True)
    for_a_while = (
        errors.ClusterDownError,
        errors.OutOfMemoryError,
        errors.ReadOnlyError,
        errors.TryAgainError,
    )
    passing = _PASSING.search(str(error))
    code = passing or _STAYING.search(str(error))
    said = f"{kind}, {code[1]}" if code else kind
    return TokenStoreError(
        f"the Redis server refused the operation ({said})",
        retryable=bool(passing) or isinstance(error, for_a_while),
    )
