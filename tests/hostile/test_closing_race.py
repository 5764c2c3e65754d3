# SPDX-License-Identifier: Apache-2.0
"""A call that finds its connections closed at the very moment it begins."""

from __future__ import annotations

import threading
from typing import Any

from keycloak_sdk._io.blocking import BlockingIo, _ProcessPools
from keycloak_sdk._settings import TransportSettings
from keycloak_sdk._urls import ServerUrl


class ClosedMeanwhile(dict[int, _ProcessPools]):
    """Gives out connections that another thread closes before they can be used."""

    def __init__(self, gone: _ProcessPools) -> None:
        super().__init__()
        self.gone: list[_ProcessPools] = [gone]

    def get(self, key: int, default: Any = None) -> Any:
        return self.gone.pop() if self.gone else super().get(key, default)


def test_a_call_that_comes_while_connections_are_closed_opens_new_ones() -> None:
    gone = _ProcessPools(threading.BoundedSemaphore(1))
    gone.retire()
    io = BlockingIo(TransportSettings(base=ServerUrl.parse("http://kc")))
    io._by_process = ClosedMeanwhile(gone)
    pools = io._pools()
    assert pools is not gone
    assert (pools.calls, gone.calls) == (1, 0)
