"""Calling modules: time, threads, failures of every kind, and results that are no JSON."""

import asyncio
import math
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from pydantic import BaseModel

from backend.core.errors import InputInvalid, InvalidResponse, ModuleError, OutputInvalid, StoreUnavailable, WorkLimit
from backend.sdk import Module
from backend.server.workflow.module_call import Done, Failed, Threads, call, clean_output, failed, guarded, parse_inputs
from tests.fixtures.polling import eventually
from tests.fixtures.strategies import json_objects

JsonObject = dict[str, Any]
current: ContextVar[str] = ContextVar("current", default="")


class Free(Module):
    module_id = "test.free"


class Strict(Module):
    module_id = "test.strict"

    class Inputs(BaseModel):
        count: int
        name: str

    class Outputs(BaseModel):
        count: int


async def cleaned(result: Any, module: Module | None = None) -> JsonObject:
    return await clean_output(Threads(2), module or Free(), "paint", result)


async def raising(error: BaseException) -> JsonObject:
    raise error


async def giving(value: JsonObject) -> JsonObject:
    return value


async def error_of(work: Any, *, seconds: float | None = None) -> JsonObject:
    outcome = await guarded("paint", seconds, work)
    assert isinstance(outcome, Failed)
    return outcome.error


async def test_output_is_given_with_its_duration() -> None:
    outcome = await guarded("paint", None, giving({"a": 1}))

    assert isinstance(outcome, Done)
    assert outcome.output == {"a": 1}
    assert outcome.duration_ms >= 0


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("division by zero"),
        SystemExit(3),
        KeyboardInterrupt(),
        GeneratorExit(),
        BaseException("odd"),
        StopAsyncIteration(),
        asyncio.CancelledError(),
        TimeoutError("theirs"),
        RecursionError(),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_a_module_raises_is_a_failure_that_names_it(error: BaseException) -> None:
    found = await error_of(raising(error), seconds=60)

    assert found["code"] == "module_crashed"
    assert "'paint'" in found["message"]


async def test_module_that_takes_too_long_is_stopped() -> None:
    found = await error_of(asyncio.sleep(60), seconds=0.02)

    assert found == {"code": "module_timeout", "message": "'paint' did not finish within 0.02 s."}


async def test_cancelling_the_caller_is_no_failure_of_the_module() -> None:
    task = asyncio.create_task(guarded("paint", None, asyncio.sleep(60)))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (ModuleError("x"), True),
        (ModuleError("x", retryable=False), False),
        (WorkLimit("takes too long"), False),
        (StoreUnavailable(), True),
        (InvalidResponse([]), True),
    ],
)
def test_failure_says_whether_another_attempt_may_help(error: Any, retryable: bool) -> None:
    assert failed(error).retryable is retryable


def test_failure_carries_the_places_that_are_wrong() -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_inputs(Strict(), "paint", {"count": "many"})

    assert failed(caught.value).error["errors"] == [
        {"pointer": "/count", "message": caught.value.errors[0].message},
        {"pointer": "/name", "message": "Field required"},
    ]


@given(json_objects)
async def test_json_comes_through_as_it_is(value: JsonObject) -> None:
    assert await cleaned(value) == value


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "valid dictionary"),
        ("text", "valid dictionary"),
        ([1], "valid dictionary"),
        ({"a": {"b": [math.nan]}}, "/a/b/0"),
        ({"a": -math.inf}, "not finite"),
        ({"a": {math.nan}}, "not finite"),
        ({"a/b": math.nan}, "/a~1b"),
        ({"a": 2**63}, "64 bits"),
        ({"a": "\ud800"}, "surrogate"),
        ({"a": {"b\x00": 1}}, "NUL"),
        ({"a": object()}, "not JSON"),
        ({"a": b"\xff"}, "not JSON"),
    ],
)
async def test_output_that_cannot_be_stored_is_refused(result: Any, words: str) -> None:
    with pytest.raises(OutputInvalid, match=words):
        await cleaned(result)


def holding_itself() -> JsonObject:
    value: JsonObject = {}
    value["self"] = [value]
    return value


def nested(levels: int) -> JsonObject:
    value: JsonObject = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def doubling(levels: int) -> JsonObject:
    """Small in memory, beyond all measure as JSON."""
    value: Any = "x"
    for _ in range(levels):
        value = [value, value]
    return {"a": value}


@pytest.mark.parametrize("make", [holding_itself, lambda: nested(70), lambda: nested(5000), lambda: doubling(60)])
async def test_output_without_end_is_refused_soon(make: Callable[[], JsonObject]) -> None:
    began = time.monotonic()

    with pytest.raises(OutputInvalid):
        await cleaned(make())

    assert time.monotonic() - began < 20


async def test_pydantic_values_become_their_json() -> None:
    moment = datetime(2026, 11, 21, 10, tzinfo=UTC)

    assert await cleaned({"at": moment, "pair": (1, 2), "by": {3: b"x"}}) == {
        "at": "2026-11-21T10:00:00Z",
        "pair": [1, 2],
        "by": {"3": "x"},
    }


async def test_output_that_misses_its_model_is_refused_by_field() -> None:
    with pytest.raises(OutputInvalid, match="/count"):
        await cleaned({"count": "many"}, Strict())


async def test_output_may_be_the_model_itself() -> None:
    assert await cleaned(Strict.Outputs(count=3), Strict()) == {"count": 3}


async def test_large_output_is_checked_away_from_the_event_loop() -> None:
    loop_thread, seen = threading.get_ident(), []

    class Watched(Free):
        class Outputs(BaseModel):
            model_config = {"extra": "allow"}

            def model_post_init(self, context: Any) -> None:
                seen.append(threading.get_ident())

    await cleaned({"a": list(range(10_000))}, Watched())

    assert seen
    assert loop_thread not in seen


async def test_plain_function_runs_in_a_thread_with_the_callers_context() -> None:
    current.set("run_1")

    def look() -> tuple[int, str]:
        return threading.get_ident(), current.get()

    thread, context = await call(Threads(1), look)

    assert thread != threading.get_ident()
    assert context == "run_1"


@pytest.mark.parametrize(
    ("error", "expected"), [(SystemExit(3), SystemExit), (ValueError("x"), ValueError), (StopIteration(), RuntimeError)]
)
async def test_error_of_a_thread_reaches_its_caller(error: BaseException, expected: type[BaseException]) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(expected):
        await Threads(1).call(fail)


async def test_no_more_threads_run_at_once_than_allowed() -> None:
    threads, running, peak = Threads(2), [], []

    def work() -> None:
        running.append(1)
        peak.append(len(running))
        time.sleep(0.005)
        running.pop()

    await asyncio.gather(*(threads.call(work) for _ in range(8)))

    assert max(peak) <= 2


async def test_place_of_a_thread_that_was_given_up_is_free_again() -> None:
    threads, stop = Threads(1), threading.Event()
    outcome = await guarded("paint", 0.02, threads.call(stop.wait, 60))

    try:
        assert isinstance(outcome, Failed)
        assert await asyncio.wait_for(threads.call(lambda: 7), 5) == 7
    finally:
        stop.set()


async def test_late_result_of_a_thread_that_was_given_up_disturbs_nobody() -> None:
    threads, stop, done = Threads(1), threading.Event(), threading.Event()

    def work() -> None:
        stop.wait(60)
        done.set()

    await guarded("paint", 0.02, threads.call(work))
    stop.set()

    async def is_done() -> bool:
        return done.is_set()

    assert await eventually(is_done, wanted=bool)
