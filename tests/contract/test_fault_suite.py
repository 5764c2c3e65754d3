# SPDX-License-Identifier: Apache-2.0
"""What the fault suite covers: `pytest tests/contract/test_fault_suite.py -s` prints the table.

A scenario is one test with one set of parameters; it counts as one whether it runs in threads, in event loops
or, as most do, once in each.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict

import pytest

from support.project import ROOT

PROMISED = 150
FILES = (
    "answers",
    "cross_talk",
    "faults",
    "injection",
    "io",
    "proxies",
    "shared_session",
    "single_flight",
    "storms",
    "tls",
    "token_endpoint",
    "token_store_*",
)
TOPICS = {
    "a deadline for the whole exchange": r"timeout_bounds|ends_with_the_timeout|bounded_by_the_timeout",
    "slow drip": r"drips",
    "broken off, reset, garbled": r"broken_answer",
    "reset in the body": r"resets in the body",
    "bodies, bounded after decompression": r"max_body|mebibytes|body_that_was_too_large|body_that_a_callers",
    "successes that are none": r"test_answers|success_without_a_token",
    "redirects": r"redirect",
    "cookies": r"cookies",
    "paths and origins": r"injection.*(path|segment|realm)|refused_path",
    "headers": r"injection.*header",
    "proxies": r"test_proxies",
    "certificate authorities of one's own": r"bundle|context_of_ones_own|another_authority|unknown_authority",
    "client certificates": r"client_certificate|wants_a_certificate",
    "no verification": r"without_verification|switching_verification_off",
    "cancellation": r"cancel",
    "kept connections": r"stale|kept|closed_while_idle|sent_twice|unasked",
    "callers in front of the pool": r"queue|waits_for_a_connection|few_connections",
    "event loops": r"loop",
    "forks": r"fork|child",
    "429 and 503, Retry-After": r"too many requests|is down|is starting",
    "token endpoint": r"test_token_endpoint",
    "storms": r"test_storms",
    "cross-talk": r"test_cross_talk",
    "shared sessions": r"shared_session|token_store",
}
_WORLD = re.compile(r"\b(a?sync)-?")


@pytest.fixture(scope="module")
def scenarios() -> dict[str, set[str]]:
    """Return the worlds that each scenario runs in; none for one that chooses its own."""
    files = sorted(str(path) for name in FILES for path in ROOT.glob(f"tests/hostile/test_{name}.py"))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    worlds: dict[str, set[str]] = defaultdict(set)
    for line in listed.splitlines():
        test, mark, parameters = line.partition("[")
        if "::" in test:
            worlds[test + mark + _WORLD.sub("", parameters)] |= set(_WORLD.findall(parameters))
    return dict(worlds)


def test_the_fault_suite_has_the_scenarios_that_were_promised(scenarios: dict[str, set[str]]) -> None:
    twice = [name for name, worlds in scenarios.items() if worlds == {"sync", "async"}]
    sys.stdout.write(f"\n{len(scenarios)} scenarios, {len(twice)} of them in threads and in event loops\n")
    assert len(twice) >= PROMISED


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_scenarios(scenarios: dict[str, set[str]], topic: str) -> None:
    found = [name for name in scenarios if re.search(TOPICS[topic], name)]
    sys.stdout.write(f"{topic:40}{len(found):5}\n")
    assert found
