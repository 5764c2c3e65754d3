# SPDX-License-Identifier: Apache-2.0
"""Tracebacks without local variables: what is cleared, what is left alone."""

from __future__ import annotations

import asyncio
import traceback
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk._io.forgetting import forget_locals, forgetful
from keycloak_sdk._io.port import afinish, aiterate, finish, iterate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable


def in_the_sdk(function: Any) -> Any:
    """Return the same function as one of ours."""
    ours = {**function.__globals__, "__name__": "keycloak_sdk.example"}
    return FunctionType(function.__code__, ours, None, function.__defaults__, function.__closure__)


def names(error: BaseException) -> list[str]:
    """Return the names of the functions in a traceback."""
    return [step.name for step in traceback.extract_tb(error.__traceback__)]


def held(error: BaseException) -> dict[str, list[str]]:
    """Return the local variables that a traceback shows, by function."""
    return {
        frame.f_code.co_name: sorted(frame.f_locals) for frame, _ in traceback.walk_tb(error.__traceback__)
    }


def deeper(secret: str) -> None:
    raise ValueError(len(secret))


def fails(secret: str, raises: Callable[[str], None] = deeper) -> None:
    raises(secret)


def caught(call: Callable[..., object], *arguments: object) -> Exception:
    kept = "the caller's"
    with pytest.raises(Exception, match=r"^6$") as info:
        call(*arguments)
    assert kept
    return info.value


def test_what_ours_called_is_cleared_and_the_lines_stay() -> None:
    error = caught(in_the_sdk(fails), "secret")
    assert held(error)["fails"] == ["raises", "secret"]
    forget_locals(error)
    assert names(error) == ["caught", "fails", "deeper"]
    assert held(error) | {"caught": []} == {"caught": [], "fails": [], "deeper": []}


def test_frames_above_ours_keep_what_they_hold() -> None:
    def calls(own: str) -> None:
        in_the_sdk(fails)(own)

    error = caught(calls, "secret")
    forget_locals(error)
    assert held(error)["calls"] == ["own"]
    assert held(error)["deeper"] == []


def test_an_error_of_somebody_else_is_left_alone() -> None:
    error = caught(fails, "secret")
    forget_locals(error)
    assert held(error)["fails"] == ["raises", "secret"]


def test_causes_contexts_and_members_of_groups_are_cleared_once() -> None:
    first, second, third = (caught(in_the_sdk(fails), "secret") for _ in range(3))
    first.__cause__, second.__context__ = second, first
    forget_locals(ExceptionGroup("all", [first, ExceptionGroup("some", [third])]))
    for error in (first, second, third):
        assert held(error)["deeper"] == held(error)["fails"] == []


def test_a_coroutine_that_goes_on_is_not_disturbed_by_an_exception_it_shares() -> None:
    shared = RuntimeError("for all")

    async def waits(secret: str, until: asyncio.Future[None]) -> str:
        try:
            raise shared
        except RuntimeError:
            await until
            return secret

    async def one_fails_while_another_waits() -> str:
        until = asyncio.get_running_loop().create_future()
        waiter = asyncio.create_task(in_the_sdk(waits)("mine", until))
        await asyncio.sleep(0)
        forget_locals(shared)
        until.set_result(None)
        return await waiter

    assert asyncio.run(one_fails_while_another_waits()) == "mine"


def test_a_function_that_runs_is_left_alone() -> None:
    def clears_while_it_runs(secret: str) -> str:
        try:
            deeper(secret)
        except ValueError as error:
            forget_locals(error)
        return secret

    assert in_the_sdk(clears_while_it_runs)("secret") == "secret"


def test_a_forgetful_function_shows_nothing_of_its_arguments() -> None:
    error = caught(forgetful(fails), "secret")
    assert held(error)["calling"] == ["function"]
    assert held(error)["fails"] == held(error)["deeper"] == []
    assert forgetful(len)("four") == 4


async def operation(secret: str) -> None:
    deeper(secret)


async def items(secret: str) -> AsyncGenerator[str]:
    yield "one"
    deeper(secret)


async def gone_through(secret: str) -> list[str]:
    return [item async for item in aiterate(items(secret))]


@pytest.mark.parametrize(
    "run",
    [
        lambda secret: finish(operation(secret)),
        lambda secret: asyncio.run(_awaited(afinish(operation(secret)))),
        lambda secret: list(iterate(items(secret))),
        lambda secret: asyncio.run(gone_through(secret)),
    ],
    ids=["finish", "afinish", "iterate", "aiterate"],
)
def test_an_operation_leaves_its_local_variables_behind(run: Callable[[str], object]) -> None:
    error = caught(run, "secret")
    shown = held(error)
    assert shown["deeper"] == []
    assert shown.get("operation", shown.get("items")) == []


async def _awaited(awaitable: Awaitable[None]) -> None:
    await awaitable


def test_an_iteration_that_is_left_early_ends_its_source() -> None:
    async def leaves() -> None:
        source = items("secret")
        gone = aiterate(source)
        assert await anext(gone) == "one"
        await gone.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(source)

    asyncio.run(leaves())
