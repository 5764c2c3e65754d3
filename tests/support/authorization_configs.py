# SPDX-License-Identifier: Apache-2.0
"""Random configurations of a resource server, the same ones for the same seed, and the realm they are for.

Whatever a server can be configured to is in here with some chance: duplicate names, wildcards in types,
permissions without policies, ranges that never hold, claims of every JSON type.
"""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from support.realms import client, user

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Representation = dict[str, Any]

SCOPES = ("read", "write", "print", "loose")
OWNERS = ("alice", "bob")
DESK_ROLES = ("editor", "auditor")
REALM_ROLES = ("member", "chief")
GROUPS_OF = {"alice": ["/staff/night"], "bob": ["/guests/staff"], "carol": ["/staffing"]}
ROLES_OF: dict[str, set[str]] = {
    "alice": {"member", "desk/editor"},
    "bob": {"chief", "member", "desk/auditor"},
    "carol": set(),
}

_TYPES = ("urn:abc", "urn:abd", "urn:a_c", "urn:%", "URN:ABC", None)
_STRATEGIES = ("UNANIMOUS", "AFFIRMATIVE", "CONSENSUS")
_ROLES = (*REALM_ROLES, *(f"desk/{role}" for role in DESK_ROLES))
_GROUPS = ("/staff", "/staff/night", "/staffing", "/guests", "/guests/staff")
_PATTERNS = {
    "dept": ("eng", "eng.*", "^[a-z]+$", "[A-Z]+", "(eng|ops)", "en", r"\w{3}", "(?i)ENG", r"\p{Lower}+"),
    "tier": ("gold", "silver", "[gs].+", "g?old"),
    "level": ("5", r"\d+", "[0-4]", r"\d{2}"),
    "active": ("true", "false", "t.*e"),
    "email": (r"^[a-z]+@example\.org$", ".*@example.org", "alice.*", r"[^@]+@[^@]+", "([a-z]+.)+"),
    "org.unit": ("north", "n.*", "south"),
    "org.tags": (r"\[x, y\]", "x", r"\[.*\]"),
    "absent": (".*", "x"),
    "absent.deep": (".*",),
    "scope": (".*profile.*", "openid"),
}
_RANGES = {"dayMonth": (1, 31), "month": (1, 12), "year": (2020, 2040), "hour": (0, 23), "minute": (0, 59)}


def world() -> Representation:
    """Return what `support.realms.realm` takes for a realm with something for every policy to tell apart."""
    web = {"dept": "eng", "tier": ["gold", "silver"], "level": 5, "active": True}
    till = {"dept": "ops", "tier": ["silver"], "level": 12, "active": False}
    mappers = {
        "web": [*_claims(web | {"org": {"unit": "north", "tags": ["x", "y"]}}), _groups("groups", "true")],
        "till": [*_claims(till | {"org": {"unit": " south ", "tags": []}}), _groups("teams", "false")],
    }
    lifetime = {"token_seconds": 36_000}
    return {
        "clients": [
            client("web", protocolMappers=mappers["web"], **lifetime),
            client("till", protocolMappers=mappers["till"], fullScopeAllowed=False, **lifetime),
            client("light", attributes={"client.use.lightweight.access.token.enabled": "true"}, **lifetime),
            client("robot", serviceAccountsEnabled=True, **lifetime),
            client("desk", roles=DESK_ROLES),
        ],
        "roles": REALM_ROLES,
        "groups": [
            {"name": "staff", "subGroups": [{"name": "night"}]},
            {"name": "staffing"},
            {"name": "guests", "subGroups": [{"name": "staff"}]},
        ],
        "users": [
            user(
                name,
                roles=[role for role in sorted(roles) if "/" not in role],
                client_roles={"desk": [role[5:] for role in sorted(roles) if "/" in role]},
                groups=GROUPS_OF[name],
            )
            for name, roles in ROLES_OF.items()
        ],
        "ssoSessionIdleTimeout": 36_000,
    }


def configuration(seed: int, now: datetime) -> Representation:
    """Return a resource server's settings, in the form of an export.

    Args:
        seed: Which one.
        now: Around when it is evaluated, in the server's time zone.
    """
    return _Draw(Random(seed), now).settings()  # noqa: S311 - not for secrets


class _Draw:
    def __init__(self, random: Random, now: datetime) -> None:
        self._random = random
        self._now = now

    def settings(self) -> Representation:
        resources = self._resources()
        policies = [self._policy(f"p{i}") for i in range(self._random.randint(3, 7))]
        for i in range(self._random.randint(0, 2)):
            names = [policy["name"] for policy in policies]
            policies.append(self._element(f"a{i}", "aggregate", applyPolicies=self._some(names, 0, 4)))
        names = [policy["name"] for policy in policies]
        permissions = [self._permission(f"m{i}", resources, names) for i in range(self._random.randint(1, 6))]
        return {
            "policyEnforcementMode": self._random.choice(
                ("ENFORCING",) * 7 + ("PERMISSIVE",) * 2 + ("DISABLED",)
            ),
            "decisionStrategy": self._random.choice(_STRATEGIES[:2]),
            "resources": resources,
            "scopes": [{"name": scope} for scope in SCOPES],
            "policies": policies + permissions,
        }

    def _resources(self) -> list[Representation]:
        servers = [self._resource(f"r{i}", _TYPES) for i in range(self._random.randint(1, 4))]
        types = [item.get("type") for item in servers]
        found = list(servers)
        for owner in self._some(OWNERS, 0, 2):
            name = "r0" if self._random.random() < 0.1 else f"of-{owner}"
            found.append({**self._resource(name, [*types, *types, None]), "owner": {"name": owner}})
        return found

    def _resource(self, name: str, types: Sequence[str | None]) -> Representation:
        kind = self._random.choice(types)
        return {
            "name": name,
            **({} if kind is None else {"type": kind}),
            "ownerManagedAccess": self._random.random() < 0.2,
            "scopes": [
                {"name": scope} for scope in self._some(SCOPES[:3], self._random.choice((0, 1, 1, 2)), 3)
            ],
        }

    def _policy(self, name: str) -> Representation:
        kind = self._random.choice(
            ("role", "role", "user", "client", "client-scope", "group", "time", "regex", "regex")
        )
        make = getattr(self, f"_{kind.replace('-', '_')}")
        return self._element(name, kind, **make())

    def _role(self) -> dict[str, Any]:
        fetch = {"fetchRoles": "true"} if self._random.random() < 0.15 else {}
        return {"roles": self._required(_ROLES), **fetch}

    def _user(self) -> dict[str, Any]:
        return {"users": self._some((*ROLES_OF, "service-account-robot"), 1, 2)}

    def _client(self) -> dict[str, Any]:
        return {"clients": self._some(("web", "till", "robot"), 1, 2)}

    def _client_scope(self) -> dict[str, Any]:
        return {"clientScopes": self._required(("profile", "email", "phone"))}

    def _group(self) -> dict[str, Any]:
        groups = [
            {"path": path, "extendChildren": self._random.random() < 0.5}
            for path in self._some(_GROUPS, 1, 2)
        ]
        return {
            "groups": groups,
            "groupsClaim": self._random.choice(("groups", "groups", "teams", "", "dept")),
        }

    def _time(self) -> dict[str, Any]:
        config: dict[str, Any] = {}
        for name in self._some(tuple(_RANGES), 0, 2):
            config.update(self._range(name))
        if self._random.random() < 0.5:
            config["nbf"] = self._random.choice(("2020-01-01 00:00:00", "2099-12-31", "2026-02-01"))
        if self._random.random() < 0.5 or not config:
            config["noa"] = self._random.choice(("2020-01-01 00:00:00", "2099-12-31", "2098-02-28 12:30:00"))
        return {name: str(value) for name, value in config.items()}

    def _range(self, name: str) -> dict[str, Any]:
        """Return a range whose ends are two steps from now, for the clock goes on during a test."""
        least, most = _RANGES[name]
        now = {"dayMonth": self._now.day}.get(name) or getattr(self._now, name.replace("dayMonth", "day"))
        below, above = now - 2, now + 2
        wide = name != "minute"
        choices = [
            {name: max(least, below), f"{name}End": min(most, above)}
            if wide
            else {name: least, f"{name}End": most},
            {name: above, f"{name}End": most}
            if above <= most and wide
            else {name: most, f"{name}End": least},
            {name: most, f"{name}End": least},
            {f"{name}End": least},
            {name: below} if below >= least and wide else {f"{name}End": most},
        ]
        return self._random.choice(choices)

    def _regex(self) -> dict[str, Any]:
        if self._random.random() < 0.15:
            target = self._random.choice(("channel", "kc.client.id", "kc.realm.name"))
            pattern = self._random.choice((".*", "w.+", "tv"))
            return {"targetClaim": target, "pattern": pattern, "targetContextAttributes": "true"}
        target = self._random.choice(tuple(_PATTERNS))
        return {"targetClaim": target, "pattern": self._random.choice(_PATTERNS[target])}

    def _permission(
        self, name: str, resources: Sequence[Representation], policies: Sequence[str]
    ) -> Representation:
        kind = self._random.choice(("resource", "scope", "scope"))
        least = 0 if self._random.random() < 0.1 else 1
        config: dict[str, Any] = {"applyPolicies": self._some(policies, least, 3)}
        names = sorted({resource["name"] for resource in resources})
        where = self._random.random()
        if where < 0.55 or (kind == "resource" and where < 0.65):
            config["resources"] = self._some(names, 1, 2)
        elif where < 0.85 or kind == "resource":
            config["defaultResourceType"] = self._random.choice(_TYPES[:-1])
        if self._random.random() < 0.07:
            config["defaultResourceType"] = self._random.choice(_TYPES[:-1])
        if kind == "scope":
            config["scopes"] = self._some(SCOPES, 1, 2)
        return {**self._element(name, kind, **config), "logic": "POSITIVE"}

    def _element(self, name: str, kind: str, **config: Any) -> Representation:
        return {
            "name": name,
            "type": kind,
            "logic": "NEGATIVE" if self._random.random() < 0.25 else "POSITIVE",
            "decisionStrategy": self._random.choice(_STRATEGIES),
            "config": {
                key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
            },
        }

    def _required(self, names: Sequence[str]) -> list[Representation]:
        return [{"id": name, "required": self._random.random() < 0.3} for name in self._some(names, 1, 3)]

    def _some(self, items: Sequence[str], least: int, most: int) -> list[str]:
        most = min(most, len(items))
        return self._random.sample(list(items), self._random.randint(min(least, most), most))


def _claims(values: dict[str, Any]) -> list[Representation]:
    kinds = {bool: "boolean", int: "int", str: "String"}
    return [
        _mapper(
            f"claim-{name}",
            "oidc-hardcoded-claim-mapper",
            {
                "claim.name": name,
                "claim.value": value if isinstance(value, str) else json.dumps(value),
                "jsonType.label": kinds.get(type(value), "JSON"),
            },
        )
        for name, value in values.items()
    ]


def _groups(claim: str, full_path: str) -> Representation:
    return _mapper(
        f"groups-{claim}", "oidc-group-membership-mapper", {"claim.name": claim, "full.path": full_path}
    )


def _mapper(name: str, kind: str, config: dict[str, str]) -> Representation:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {"access.token.claim": "true", "introspection.token.claim": "true", **config},
    }
