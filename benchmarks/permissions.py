# SPDX-License-Identifier: Apache-2.0
"""How fast policies, permissions and UMA answers are evaluated, against python-keycloak, in paired rounds.

    python benchmarks/permissions.py
    python benchmarks/permissions.py --sizes 1000x100 --rounds 51

Nothing is sent: both libraries get the same configuration and the same token, decoded without validation,
or the same answer of the server. Before it is timed, every contestant must agree with python-keycloak.
"""

from __future__ import annotations

import argparse
import json
import time
from base64 import urlsafe_b64encode
from statistics import median
from typing import Any

import keycloak
from paired import Call, ratio, rounds

from keycloak_sdk import KeycloakOpenID, ResourceServer
from keycloak_sdk.authorization import Authorization
from keycloak_sdk.authorization.matching import matching_permissions
from keycloak_sdk.uma_permissions import missing_permissions, questions

CLIENT = "app"
PEER = "python-keycloak"


class Peer(keycloak.KeycloakOpenID):
    """python-keycloak without a server: a claims dict stands for its token, `answer` for the server's."""

    answer: list[dict[str, Any]]

    def _token_info(self, token: Any, method_token_info: str, **kwargs: Any) -> Any:
        return token if isinstance(token, dict) else super()._token_info(token, method_token_info, **kwargs)

    def uma_permissions(self, token: str, permissions: Any = "", **extra_payload: Any) -> Any:
        """Answer at once."""
        return self.answer


def configuration(policies: int) -> dict[str, Any]:
    """Return role policies of two roles each, and a resource permission for each."""

    def element(name: str, kind: str, **config: Any) -> dict[str, Any]:
        text = {key: json.dumps(value) for key, value in config.items()}
        return {
            "name": name,
            "type": kind,
            "logic": "POSITIVE",
            "decisionStrategy": "UNANIMOUS",
            "config": text,
        }

    def roles(number: int) -> list[dict[str, Any]]:
        return [{"id": f"{CLIENT}/role-{number + offset}", "required": False} for offset in (0, 1)]

    numbers = range(policies)
    return {
        "resources": [
            {"name": f"doc-{i}", "type": "urn:app:doc", "scopes": ["read", "edit"]} for i in numbers
        ],
        "policies": [element(f"policy-{i}", "role", roles=roles(i)) for i in numbers]
        + [
            element(f"permission-{i}", "resource", resources=[f"doc-{i}"], applyPolicies=[f"policy-{i}"])
            for i in numbers
        ],
    }


def claims(roles: int) -> dict[str, Any]:
    """Return the claims of a user with `roles` roles of the client."""
    held = {"roles": [f"role-{number}" for number in range(roles)]}
    return {"exp": int(time.time()) + 36_000, "iss": "x", "resource_access": {CLIENT: held}}


def unsigned(token: dict[str, Any]) -> str:
    """Return a token whose signature nobody looks at."""
    parts = ({"alg": "RS256", "typ": "JWT", "kid": "k"}, token)
    encoded = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join((*encoded, "c2ln" * 85 + "cw"))


def names(permissions: Any) -> list[str]:
    """Return what two libraries' permissions have in common."""
    return sorted(permission.name for permission in permissions)


def agree(ours: object, theirs: object) -> None:
    """Stop when the libraries disagree: then there is nothing to time."""
    if ours != theirs:
        raise SystemExit(f"keycloak_sdk: {ours}, {PEER}: {theirs}")


def compare(title: str, contestants: dict[str, Call], count: int) -> None:
    """Time the contestants and print a line for each."""
    seconds = rounds(contestants, count)
    print(f"\n{title}")
    for name, times in seconds.items():
        print(f"  {name:44}{median(times) * 1e6:12.1f} µs{ratio(seconds, PEER, name):10.1f}x")


def policies(count: int, roles: int, times: int) -> None:
    """Compare `get_permissions` and its parts."""
    config, token = configuration(count), claims(roles)
    text = unsigned(token)
    peer, ours = (
        Peer("http://127.0.0.1:1/", "demo", CLIENT),
        KeycloakOpenID("http://127.0.0.1:1/", "demo", CLIENT),
    )
    peer.authorization.load_config(config)
    ours.authorization.load_config(config)
    changing = Authorization()
    changing.load_config(config)
    given: dict[str, Any] = {"method_token_info": "decode"}
    decoding = given | {"validate": False}

    def after_change() -> Any:
        changing.policies["policy-0"].add_role("x")
        del changing.policies["policy-0"].roles[-1]
        return matching_permissions(changing, token, CLIENT)

    expected = names(peer.get_permissions(text, **decoding))
    agree(names(ours.get_permissions(text, **decoding)), expected)
    agree(names(after_change()), expected)
    compare(
        f"get_permissions of a token, {count:,} policies x {roles} roles",
        {
            PEER: lambda: peer.get_permissions(text, **decoding),
            "keycloak_sdk": lambda: ours.get_permissions(text, **decoding),
        },
        times,
    )
    compare(
        f"matching alone, {count:,} policies x {roles} roles",
        {
            PEER: lambda: peer.get_permissions(token, **given),
            "keycloak_sdk": lambda: matching_permissions(ours.authorization, token, CLIENT),
            "keycloak_sdk, configuration just changed": after_change,
        },
        times,
    )
    compare(
        f"doc-3#read decided from claims, {count:,} policies x {roles} roles; {PEER} matches roles",
        {
            PEER: lambda: peer.get_permissions(token, **given),
            "keycloak_sdk, evaluate": lambda: ours.authorization.evaluate(token, "doc-3#read"),
        },
        times,
    )
    compare(
        f"load_config, {count:,} policies and {count:,} permissions",
        {
            PEER: lambda: keycloak.keycloak_openid.Authorization().load_config(config),
            "keycloak_sdk": lambda: Authorization().load_config(config),
            "keycloak_sdk, for evaluate as well": lambda: ResourceServer(config),
        },
        times,
    )


def uma(asked: int, granted: int, times: int) -> None:
    """Compare the search in the server's answer, which is parsed already."""
    peer = Peer("http://127.0.0.1:1/", "demo", CLIENT)
    peer.answer = [
        {"rsid": f"id-{number}", "rsname": f"doc-{number}", "scopes": ["read", "write"]}
        for number in range(granted)
    ]
    needed = [f"doc-{number}#read" for number in range(asked)]
    status: Any = peer.has_uma_access("token", needed)

    def ours() -> set[str]:
        wanted = set(needed)
        questions(wanted)
        return missing_permissions(wanted, peer.answer)

    agree(ours(), status.missing_permissions)
    compare(
        f"has_uma_access without the request, {asked} asked, {granted:,} granted",
        {PEER: lambda: peer.has_uma_access("token", needed), "keycloak_sdk": ours},
        times,
    )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        default=["10x10", "100x100", "1000x10", "1000x100"],
        help="policies x roles of the user",
    )
    parser.add_argument("--rounds", type=int, default=21)
    asked = parser.parse_args()
    for size in asked.sizes:
        count, roles = map(int, size.split("x"))
        policies(count, roles, asked.rounds)
    for needed, granted in ((1, 1), (50, 100), (50, 1_000)):
        uma(needed, granted, asked.rounds)


if __name__ == "__main__":
    main()
