# SPDX-License-Identifier: Apache-2.0
"""Nothing is granted by guess: what is decided holds whatever the unknown policies say."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from keycloak_sdk import Resource, Scope
from keycloak_sdk.authorization import EvaluationContext, Verdict
from keycloak_sdk.authorization.resource_server import ResourceServer
from keycloak_sdk.exceptions import KeycloakPermissionFormatError
from support.authorization_configs import configuration
from support.exports import ALICE, always, never

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2027, 6, 15, 12, 30, tzinfo=UTC)
CONTEXT = EvaluationContext(time=NOW, attributes={}, roles={"member"}, groups={"/staff"}, nothing_shared=True)
QUESTIONS = ("", "r0", "r0#read", "of-alice#read,write", "#read", "#print,loose", "ghost")


def replaced(export: Mapping[str, Any], policies: Mapping[str, dict[str, Any]]) -> ResourceServer:
    """Return the resource server with other policies under the same names."""
    elements = [policies.get(item["name"], item) for item in export["policies"]]
    return ResourceServer({**export, "policies": elements})


def hidden(export: Mapping[str, Any], seed: int) -> list[str]:
    """Choose up to three policies that only the server is to know."""
    names = [item["name"] for item in export["policies"] if item["name"].startswith("p")]
    return Random(seed).sample(names, min(3, len(names)))  # noqa: S311 - not for secrets


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_decided_beside_unknown_policies_is_so_whatever_they_say(seed: int) -> None:
    export = configuration(seed, NOW)
    names = hidden(export, seed)
    unknown = {name: {"name": name, "type": "js"} for name in names}
    supposed = [
        replaced(
            export,
            {name: (always if holds else never)(name) for name, holds in zip(names, values, strict=True)},
        )
        for values in product((True, False), repeat=len(names))
    ]
    doubtful = replaced(export, unknown)
    for question in QUESTIONS:
        known = {server.evaluate(ALICE, question, context=CONTEXT).verdict for server in supposed}
        found = doubtful.evaluate(ALICE, question, context=CONTEXT).verdict
        assert found is Verdict.UNDECIDED or known == {found}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_decided_by_the_token_alone_stays_so_when_more_is_known(seed: int) -> None:
    server = ResourceServer(configuration(seed, NOW))
    for question in QUESTIONS:
        guess = server.evaluate(ALICE, question, context=EvaluationContext(time=NOW)).verdict
        assert guess in {Verdict.UNDECIDED, server.evaluate(ALICE, question, context=CONTEXT).verdict}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_an_export_does_not_matter(seed: int) -> None:
    export = configuration(seed, NOW)
    shuffled = {**export, "policies": export["policies"][::-1], "scopes": export["scopes"][::-1]}
    for question in QUESTIONS:
        first, second = (
            ResourceServer(item).evaluate(ALICE, question, context=CONTEXT) for item in (export, shuffled)
        )
        assert (first.verdict, first.granted) == (second.verdict, second.granted)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_whole_answer_agrees_with_its_parts(seed: int) -> None:
    server = ResourceServer(configuration(seed, NOW))
    for name in ("r0", "of-alice"):
        both = server.evaluate(ALICE, f"{name}#read,write", context=CONTEXT).verdict
        parts = {
            server.evaluate(ALICE, f"{name}#{scope}", context=CONTEXT).verdict for scope in ("read", "write")
        }
        assert bool(both) is (parts == {Verdict.GRANTED})


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_is_the_same_configuration(seed: int) -> None:
    assert configuration(seed, NOW) == configuration(seed, NOW)


def words(characters: str) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(characters), min_size=1, max_size=4)


@given(words("ro0-% ü"), st.lists(words("readwi"), max_size=3))
def test_a_permission_means_the_same_as_text_as_object_and_as_mapping(name: str, scopes: list[str]) -> None:
    server = ResourceServer(configuration(7, NOW))
    texts = [f"{name}#{scope}" for scope in scopes] or [name]
    objects = [Resource(name)(Scope(scope)) for scope in scopes] or [Resource(name)]
    found = [
        server.evaluate(ALICE, asked, context=CONTEXT) for asked in (texts, objects, {name: scopes or None})
    ]
    assert found[0] == found[1] == found[2]
    assert [answer.permission for answer in found[0].answers] == sorted(set(texts))


@given(st.text() | st.lists(st.text(), max_size=3))
def test_whatever_is_asked_is_answered_or_refused_by_name(asked: Any) -> None:
    server = ResourceServer(configuration(7, NOW))
    try:
        result = server.evaluate(ALICE, asked, context=CONTEXT)
    except KeycloakPermissionFormatError:
        return
    assert all(answer.reason for answer in result.answers)
    assert result.missing_permissions == {
        answer.permission for answer in result.answers if not answer.verdict
    }
