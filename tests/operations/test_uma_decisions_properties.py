# SPDX-License-Identifier: Apache-2.0
"""Decisions equal what is granted, whatever is asked together of a server that answers as Keycloak does.

The server here answers by the rules that were seen on 26.7: one granted permission makes a success, a whole
resource beside its own scopes is narrowed to them, an unknown name is an error or is ignored by where it
stands, and `#scope` covers every resource, those of others included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from hypothesis import given, settings, strategies as st

from keycloak_sdk import KeycloakOpenID
from keycloak_sdk.uma_permissions import build_permission_param, scopes_by_resource
from support.transport import form_of, refuses

SCOPES = ("view", "edit", "print")
RESOURCES = ("album", "photo", "vault")
OTHERS = "album"
"""Name of a resource that somebody else owns; its scopes are covered by `#scope` alone."""

Grants = Mapping[str, frozenset[str]]

scopes = st.lists(st.sampled_from((*SCOPES, "fly")), min_size=1, max_size=3, unique=True).map(",".join)
names = st.sampled_from((*RESOURCES, "ghost"))
permissions = st.one_of(
    names,
    st.tuples(names, scopes).map("#".join),
    st.sampled_from([f"#{scope}" for scope in SCOPES]),
)
grants = st.fixed_dictionaries({name: st.frozensets(st.sampled_from(SCOPES)) for name in RESOURCES})


def keycloak(granted: Grants, others: frozenset[str]) -> httpx.MockTransport:
    """Return a server that has granted these scopes, and on somebody else's resource those."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked: dict[str, set[str]] = {}
        found: list[dict[str, Any]] = []
        for text in form_of(request)["permission"]:
            name, _, wanted = text.partition("#")
            known = set(wanted.split(",")) & set(SCOPES) if wanted else set()
            if name and name not in granted:
                if not asked:
                    return refuses(400, "invalid_resource")
                continue
            if wanted and not known:
                return refuses(400, "invalid_scope")
            asked.setdefault(name, set()).update(known)
        for name, wanted_scopes in asked.items():
            for resource, held in granted.items():
                shown = held & wanted_scopes if wanted_scopes else held
                if name in {resource, ""} and shown:
                    found.append({"rsid": f"id of {resource}", "rsname": resource, "scopes": sorted(shown)})
            if not name and others & wanted_scopes:
                found.append({"rsid": "x", "rsname": OTHERS, "scopes": sorted(others & wanted_scopes)})
        return httpx.Response(200, json=found) if found else refuses(403, "access_denied")

    return httpx.MockTransport(answer)


def truly_missing(asked: set[str], granted: Grants, others: frozenset[str]) -> set[str]:
    def is_granted(text: str) -> bool:
        name, separator, wanted = text.partition("#")
        if not name:
            return any(wanted in held for held in (*granted.values(), others))
        held = granted.get(name, frozenset())
        return held.issuperset(wanted.split(",")) if separator else bool(held)

    return {text for text in asked if not is_granted(text)}


@settings(deadline=None)
@given(st.lists(permissions, min_size=1, max_size=8), grants, st.frozensets(st.sampled_from(SCOPES)))
def test_a_decision_is_what_is_granted_of_each_permission(
    asked: list[str], granted: Grants, others: frozenset[str]
) -> None:
    with KeycloakOpenID("http://kc", "acme", "photos", transport=keycloak(granted, others)) as openid:
        decision = openid.uma.decide("t", asked)
    missing = truly_missing(set(asked), granted, others)
    assert decision.missing_permissions == missing
    assert bool(decision) is not missing
    for text, reason in decision.reasons.items():
        name, _, wanted = text.partition("#")
        assert reason == "denied" or (name == "ghost") is (reason == "invalid_resource"), (text, reason)
        assert reason != "invalid_scope" or "fly" in wanted


@given(st.lists(permissions, max_size=8))
def test_a_ticket_is_for_every_resource_and_scope_that_is_written(asked: list[str]) -> None:
    wanted = scopes_by_resource(asked)
    written = {
        (name, scope)
        for text in build_permission_param(asked)
        for name, separator, scopes_ in [text.partition("#")]
        for scope in (scopes_.split(",") if separator else [""])
    }
    listed = {(name, scope) for name, found in wanted.items() for scope in found}
    assert listed == {(name, scope) for name, scope in written if scope}
    assert set(wanted) == {name for name, _ in written}
