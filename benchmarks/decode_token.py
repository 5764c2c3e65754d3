# SPDX-License-Identifier: Apache-2.0
"""How fast `decode_token` is, against its floor and against other libraries, in paired rounds.

    python benchmarks/decode_token.py                     # RS256 PS256 ES256 EdDSA, 1 KB tokens, one key
    python benchmarks/decode_token.py --algs RS256 --keys 1 10 100
    python benchmarks/decode_token.py --algs RS256 --bytes 1000 8000 64000

Every contestant runs one block in each round, in random order; a ratio is the median of the ratios of the
same round, so that what else the machine does falls on all of them. Times are the process's CPU time: who
waits for an answer waits longer than that. All get the same token and check the signature, `exp` and, where
they can, the issuer. Libraries that are not installed are named and left out:
`pip install python-keycloak PyJWT joserfc Authlib google-auth` brings them.

A server of its own process plays the realm: it serves the key set, counts how often, and does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from statistics import median
from typing import Any

from attrs import frozen
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from keycloak_sdk import KeycloakOpenID
from keycloak_sdk._jwt import KeySet, TokenDecoder

REALM = "demo"
PATH = f"/realms/{REALM}"
FLOOR = "cryptography and json"
PEER = "python-keycloak(t, key=)"
BLOCK_SECONDS = 0.005

Decode = Callable[[], Any]


@frozen
class Setting:
    """What is decoded: a token signed with `key`, and the server that plays its realm."""

    alg: str
    key: JWK
    token: str
    issuer: str
    url: str
    document: dict[str, Any]


# --- the realm


class _Realm(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    body = b""
    requests: Any = None

    def do_GET(self) -> None:
        with self.requests.get_lock():
            self.requests.value += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _serve(body: bytes, requests: Any, port: Any) -> None:
    _Realm.body, _Realm.requests = body, requests
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Realm)
    port.send(server.server_port)
    server.serve_forever()


@contextmanager
def realm(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Serve a key set; yield the URL and the count of requests."""
    context = multiprocessing.get_context("spawn")
    requests = context.Value("i", 0)
    receiver, sender = context.Pipe(duplex=False)
    server = context.Process(
        target=_serve, args=(json.dumps(document).encode(), requests, sender), daemon=True
    )
    server.start()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}", requests
    finally:
        server.terminate()
        server.join()


# --- what is decoded


def private_key(alg: str, kid: str = "signing") -> JWK:
    """Make a key for `alg`."""
    members = {"kid": kid, "use": "sig", "alg": alg}
    if alg.startswith("ES"):
        curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg]
        return JWK.generate(kty="EC", crv=curve, **members)
    if alg == "EdDSA":
        return JWK.generate(kty="OKP", crv="Ed25519", **members)
    return JWK.generate(kty="RSA", size=2048, **members)


def claims(issuer: str, size: int) -> dict[str, Any]:
    """Return the claims of an access token, with groups until it has `size` bytes."""
    now = int(time.time())
    usual: dict[str, Any] = {
        "exp": now + 36_000,
        "iat": now,
        "jti": "onrtro:4b1e9a5e-6b0e-4b1e-8a5e-6b0e4b1e8a5e",
        "iss": issuer,
        "aud": ["account", "photos"],
        "sub": "f5b1e4e0-b65e-4a1e-b4e0-b65e9a1e4b1e",
        "typ": "Bearer",
        "azp": "web",
        "sid": "a8e5b1e4-e0b6-5e8a-e1b4-e0b65e9a1e4b",
        "acr": "1",
        "allowed-origins": ["http://localhost"],
        "realm_access": {"roles": ["default-roles-demo", "offline_access", "uma_authorization"]},
        "resource_access": {
            "web": {"roles": ["reader", "writer"]},
            "account": {"roles": ["manage-account", "manage-account-links", "view-profile"]},
        },
        "scope": "openid profile email",
        "email_verified": True,
        "name": "Alice Example",
        "preferred_username": "alice",
        "given_name": "Alice",
        "family_name": "Example",
        "email": "alice@example.org",
    }
    missing = size - len(json.dumps(usual, separators=(",", ":")))
    if missing > 0:
        usual["groups"] = [f"/organisation/team-{number:06}" for number in range(missing // 30)]
    return usual


def setting(alg: str, url: str, document: dict[str, Any], key: JWK, size: int) -> Setting:
    """Sign a token."""
    issuer = f"{url}{PATH}"
    signed = JWS(json.dumps(claims(issuer, size), separators=(",", ":")).encode())
    signed.add_signature(key, protected=json.dumps({"alg": alg, "typ": "JWT", "kid": "signing"}))
    return Setting(alg, key, signed.serialize(compact=True), issuer, url, document)


# --- contestants: each makes a function that decodes the token once


def floor(it: Setting) -> Decode:
    """Verify with the bare package and parse with the standard library; check nothing."""
    key: Any = it.key.get_op_key("verify")
    digest: Any = hashes.SHA256()
    if it.alg.startswith("RS"):
        scheme: tuple[Any, ...] = (padding.PKCS1v15(), digest)
    elif it.alg.startswith("PS"):
        scheme = (padding.PSS(padding.MGF1(digest), 32), digest)
    else:
        scheme = (ec.ECDSA(digest),) if it.alg == "ES256" else ()

    def decode() -> Any:
        head, payload, signature = it.token.split(".")
        json.loads(urlsafe_b64decode(head + "=="))
        raw = urlsafe_b64decode(signature + "==")
        if it.alg == "ES256":
            raw = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(raw, f"{head}.{payload}".encode(), *scheme)
        return json.loads(urlsafe_b64decode(payload + "=="))

    return decode


def ours(it: Setting) -> Decode:
    """Decode as documented: the realm's keys are fetched once."""
    openid = KeycloakOpenID(it.url, REALM, "web")
    return lambda: openid.decode_token(it.token)


def ours_again(it: Setting) -> Decode:
    """Decode a token that was decoded before, by a client that remembers those."""
    openid = KeycloakOpenID(it.url, REALM, "web", verified_tokens=1_024)
    return lambda: openid.decode_token(it.token)


def ours_with_key(it: Setting) -> Decode:
    """Decode with a given key."""
    openid = KeycloakOpenID(it.url, REALM, "web")
    return lambda: openid.decode_token(it.token, key=it.key)


def ours_async(it: Setting) -> Decode:
    """Decode in a loop of an event loop that is running already."""
    openid = KeycloakOpenID(it.url, REALM, "web")

    async def block(times: int) -> None:
        for _ in range(times):
            await openid.a_decode_token(it.token)

    return lambda: asyncio.run(block(200))


def ours_verification(it: Setting) -> Decode:
    """Run the verification alone, without the public method around it."""
    decoder, keys = TokenDecoder(), KeySet.parse(it.document)
    return lambda: decoder.decode(it.token, keys=keys, issuer=it.issuer, now=time.time())


def python_keycloak(it: Setting) -> Decode:
    """Decode as documented: it fetches the keys each time."""
    openid = import_module("keycloak").KeycloakOpenID(f"{it.url}/", REALM, "web")
    return lambda: openid.decode_token(it.token)


def python_keycloak_with_key(it: Setting) -> Decode:
    """Decode with a given key."""
    openid = import_module("keycloak").KeycloakOpenID(f"{it.url}/", REALM, "web")
    return lambda: openid.decode_token(it.token, key=it.key)


def pyjwt(it: Setting) -> Decode:
    """Decode with PyJWT and a key that is ready."""
    jwt: Any = import_module("jwt")
    key = jwt.PyJWK(json.loads(it.key.export_public()))
    return lambda: jwt.decode(
        it.token, key, algorithms=[it.alg], issuer=it.issuer, options={"verify_aud": False}, leeway=60
    )


def pyjwt_client(it: Setting) -> Decode:
    """Decode with PyJWT and its key client, which holds the keys for a while."""
    jwt: Any = import_module("jwt")
    client = jwt.PyJWKClient(f"{it.issuer}/protocol/openid-connect/certs", cache_keys=True)
    return lambda: jwt.decode(
        it.token,
        client.get_signing_key_from_jwt(it.token),
        algorithms=[it.alg],
        issuer=it.issuer,
        options={"verify_aud": False},
        leeway=60,
    )


def joserfc(it: Setting) -> Decode:
    """Decode with joserfc and check the claims."""
    jwt: Any = import_module("joserfc.jwt")
    key = import_module("joserfc.jwk").import_key(json.loads(it.key.export_public()))
    registry = jwt.JWTClaimsRegistry(leeway=60, iss={"essential": True, "value": it.issuer})

    def decode() -> Any:
        token = jwt.decode(it.token, key, algorithms=[it.alg])
        registry.validate(token.claims)
        return token.claims

    return decode


def authlib(it: Setting) -> Decode:
    """Decode with Authlib's own jose and check the claims."""
    jose: Any = import_module("authlib.jose")
    jwt, key = jose.JsonWebToken([it.alg]), jose.JsonWebKey.import_key(json.loads(it.key.export_public()))
    options = {"iss": {"essential": True, "value": it.issuer}}

    def decode() -> Any:
        token = jwt.decode(it.token, key, claims_options=options)
        token.validate(leeway=60)
        return token

    return decode


def google_auth(it: Setting) -> Decode:
    """Decode with google-auth, which has RS256 and ES256 only."""
    if it.alg not in ("RS256", "ES256"):
        raise ImportError(it.alg)
    jwt: Any = import_module("google.auth.jwt")
    certs = {"signing": it.key.export_to_pem()}
    return lambda: jwt.decode(it.token, certs, clock_skew_in_seconds=60)


CONTESTANTS: dict[str, Callable[[Setting], Decode]] = {
    FLOOR: floor,
    "keycloak_sdk(t)": ours,
    "keycloak_sdk(t), verified_tokens=": ours_again,
    "keycloak_sdk(t, key=)": ours_with_key,
    "keycloak_sdk async, 200 of": ours_async,
    "keycloak_sdk, verification only": ours_verification,
    "python-keycloak(t)": python_keycloak,
    PEER: python_keycloak_with_key,
    "PyJWT": pyjwt,
    "PyJWT with PyJWKClient": pyjwt_client,
    "joserfc": joserfc,
    "Authlib": authlib,
    "google-auth": google_auth,
}


# --- measuring


def ready(it: Setting) -> dict[str, Decode]:
    """Make every contestant whose library is there, and see that it decodes."""
    made: dict[str, Decode] = {}
    for name, make in CONTESTANTS.items():
        with suppress(ImportError):
            made[name] = make(it)
            made[name]()
    return made


def timed(decode: Decode, times: int) -> float:
    """Return the seconds of CPU that one call takes, in a block of `times`."""
    started = time.process_time()
    for _ in range(times):
        decode()
    return (time.process_time() - started) / times


def rounds(contestants: dict[str, Decode], count: int) -> dict[str, list[float]]:
    """Time every contestant once per round, in random order."""
    sizes = {
        name: max(1, int(BLOCK_SECONDS / max(timed(decode, 5), 1e-6))) for name, decode in contestants.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(count):
        random.shuffle(order)
        for name in order:
            per_call = timed(contestants[name], sizes[name])
            seconds[name].append(per_call / 200 if "200 of" in name else per_call)
    return seconds


def ratio(seconds: dict[str, list[float]], name: str, other: str) -> float:
    """Return how many times as long `name` takes as `other`, by the median of the rounds."""
    return median(mine / its for mine, its in zip(seconds[name], seconds[other], strict=True))


def report(seconds: dict[str, list[float]]) -> None:
    """Print a line for each contestant."""
    print(f"  {'':34}{'CPU µs':>9}{'/ floor':>10}{'peer /':>9}{'ours faster by':>17}")
    for name, times in seconds.items():
        peer = ratio(seconds, PEER, name) if PEER in seconds else float("nan")
        print(
            f"  {name:34}{median(times) * 1e6:9.1f}{ratio(seconds, name, FLOOR):9.2f}x{peer:8.2f}x"
            f"{ratio(seconds, name, 'keycloak_sdk(t)'):16.2f}x"
        )


def measure(alg: str, keys: int, size: int, count: int) -> None:
    """Measure one setting."""
    key = private_key(alg)
    others = [private_key(alg, f"other-{number}") for number in range(keys - 1)]
    published = [json.loads(each.export_public()) for each in (*others, key)]
    document = {"keys": published}
    with realm(document) as (url, requests):
        it = setting(alg, url, document, key, size)
        print(f"\n{alg}, {keys} keys, token of {len(it.token)} characters")
        contestants = ready(it)
        missing = [name for name in CONTESTANTS if name not in contestants]
        report(rounds(contestants, count))
        if missing:
            print(f"  not there: {', '.join(missing)}")
        before = requests.value
        timed(contestants["keycloak_sdk(t)"], 1_000)
        print(f"  requests of 1,000 keycloak_sdk(t): {requests.value - before}")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--algs", nargs="+", default=["RS256", "PS256", "ES256", "EdDSA"])
    parser.add_argument("--keys", nargs="+", type=int, default=[1], help="keys that the realm publishes")
    parser.add_argument("--bytes", nargs="+", type=int, default=[0], help="size of the claims")
    parser.add_argument("--rounds", type=int, default=101)
    asked = parser.parse_args()
    for alg in asked.algs:
        for keys in asked.keys:
            for size in asked.bytes:
                measure(alg, keys, size, asked.rounds)


# Kept last: the server's process imports this file.
if __name__ == "__main__":
    main()
