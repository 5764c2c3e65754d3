# SPDX-License-Identifier: Apache-2.0
"""Takes passwords and tokens out of tracebacks: error reporters print the local variables of every frame."""

from __future__ import annotations

import gc
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

P = ParamSpec("P")
T = TypeVar("T")

_OURS = frozenset({"keycloak_sdk", "keycloak_oidc_api"})


def forget_locals(error: BaseException) -> None:
    """Clear the local variables of what this SDK has called, in the traceback of an error and of its causes.

    The lines stay. Frames that still run, such as the caller's, keep what they have.
    """
    for each in _all_of(error):
        for frame in _below_ours(each):
            if _has_ended(frame):
                frame.clear()


def forgetful(function: Callable[P, T]) -> Callable[P, T]:
    """Let no traceback show what a function was given: for constructors and setters that take secrets."""

    @wraps(function)
    def calling(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return function(*arguments, **named)
        except BaseException as error:
            forget_locals(error)
            del arguments, named
            raise

    return calling


def _has_ended(frame: FrameType) -> bool:
    """Whether a frame neither runs nor waits.

    Up to Python 3.12 `clear` would end a coroutine that waits; another task may have lent it to a traceback
    by raising the same exception. A frame holds its code itself only when it has ended.
    """
    return any(each is frame.f_code for each in gc.get_referents(frame))


def _all_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything that is printed along with it, each once."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        each = left.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            left += (each.__cause__, each.__context__)
            if isinstance(each, BaseExceptionGroup):
                left += cast("tuple[BaseException, ...]", each.exceptions)
            yield each


def _below_ours(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of a traceback from the first one of this SDK on."""
    step, ours = error.__traceback__, False
    while step is not None:
        frame = step.tb_frame
        ours = ours or frame.f_globals.get("__name__", "").partition(".")[0] in _OURS
        if ours:
            yield frame
        step = step.tb_next
