# SPDX-License-Identifier: Apache-2.0
"""The targets of `make fuzz` hold for what the fuzzer begins with, and for what it once found."""

from __future__ import annotations

import pytest
from fuzz.targets import SEEDS, TARGETS
from hypothesis import given, settings, strategies as st


@pytest.mark.parametrize(("target", "seed"), [(name, seed) for name in SEEDS for seed in SEEDS[name]])
def test_a_target_holds_for_its_seeds(target: str, seed: bytes) -> None:
    TARGETS[target](seed)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_target_holds_for_seeds_that_were_damaged(target: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS[target]))
    place = data.draw(st.integers(0, len(seed)))
    piece = data.draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\\u", b"{", b"[" * 70, b"null", b"-"]))
    TARGETS[target](seed[:place] + piece + seed[place + data.draw(st.integers(0, 3)) :])
