"""Calling a module: in a thread where it is a plain function, within its time, its result checked to be JSON.

This is one of the three places that catch every exception: whatever a module raises becomes a recorded failure.
"""

import asyncio
import contextvars
import inspect
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from backend.core.clock import monotonic
from backend.core.errors import (
    FieldError,
    InputInvalid,
    InterludeError,
    ModuleCrashed,
    ModuleError,
    ModuleTimeout,
    OutputInvalid,
    ValueNotStorable,
    ValueTooLarge,
)
from backend.core.jsonvalue import MAX_DEPTH, check_json, pointer_of
from backend.server.modules.base import Module

log = structlog.get_logger(__name__)

CHECK_INLINE_NODES = 5_000
"""Values with more parts than this are checked in a thread, so that a huge result does not stop the loop."""

MAX_PARTS = 5_000_000
"""An output of more objects, lists and scalars than this is refused: looking at them takes seconds."""


@dataclass(frozen=True, slots=True)
class Done:
    """The module gave an output."""

    output: dict[str, Any]
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The module failed. `error` goes into events as it is."""

    error: dict[str, Any]
    retryable: bool


class Threads:
    """Daemon threads for plain functions. A thread that outlives its timeout is left behind, and its place freed."""

    def __init__(self, limit: int) -> None:
        self._free = asyncio.Semaphore(limit)

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """The function's result, from a thread of its own."""
        async with self._free:
            loop = asyncio.get_running_loop()
            result: asyncio.Future[Any] = loop.create_future()
            context = contextvars.copy_context()
            thread = threading.Thread(
                target=_run_in_thread, args=(loop, result, context, function, args), daemon=True, name="module"
            )
            thread.start()
            return await result


def _run_in_thread(
    loop: asyncio.AbstractEventLoop,
    result: asyncio.Future[Any],
    context: contextvars.Context,
    function: Callable[..., Any],
    args: tuple[Any, ...],
) -> None:
    try:
        value, error = context.run(function, *args), None
    except BaseException as raised:  # noqa: BLE001 - a module may raise SystemExit or worse; the caller records it
        value, error = None, raised

    def deliver() -> None:
        if result.done():
            return
        if error is None:
            result.set_result(value)
        elif isinstance(error, StopIteration):
            result.set_exception(RuntimeError("StopIteration"))
        else:
            result.set_exception(error)

    if not loop.is_closed():
        loop.call_soon_threadsafe(deliver)


async def call(threads: Threads, function: Callable[..., Any], *args: Any) -> Any:
    """Calls `def` in a thread and awaits `async def`."""
    if inspect.iscoroutinefunction(function):
        return await function(*args)
    return await threads.call(function, *args)


async def guarded(module_name: str, seconds: float | None, work: Any) -> Done | Failed:
    """Awaits `work` (which gives the output as a dict) and turns every failure into `Failed`.

    Raises:
        CancelledError: the caller's own task was cancelled.
    """
    started = monotonic()
    try:
        async with asyncio.timeout(seconds):
            output = await work
        return Done(output, round((monotonic() - started) * 1000))
    except TimeoutError as error:
        if seconds is not None and monotonic() - started >= seconds * 0.99:
            return failed(ModuleTimeout(module_name, seconds))
        return failed(crash(module_name, error))
    except InterludeError as error:
        return failed(error)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return failed(ModuleCrashed(f"'{module_name}' cancelled itself.", module_name=module_name))
    except BaseException as error:  # noqa: BLE001 - the boundary: SystemExit of a module must not end the server
        if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
            log.warning("a module raised KeyboardInterrupt", module_name=module_name)
        return failed(crash(module_name, error))


def crash(module_name: str, error: BaseException) -> ModuleCrashed:
    """What a module raised without meaning to, in words."""
    log.warning("a module crashed", module_name=module_name, exc_info=error)
    text = str(error)[:2000] or "no message"
    return ModuleCrashed(f"'{module_name}' raised {type(error).__name__}: {text}", module_name=module_name)


def failed(error: InterludeError) -> Failed:
    """The failure as events carry it."""
    record: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.errors:
        record["errors"] = [{"pointer": item.pointer, "message": item.message} for item in error.errors]
    known = isinstance(error, ModuleError | ValueTooLarge | ValueNotStorable)
    return Failed(record, retryable=error.retryable if known else True)


def parse_inputs(module: Module, module_name: str, inputs: dict[str, Any]) -> BaseModel:
    """Rendered inputs as the module's model.

    Raises:
        InputInvalid: they do not fit; names each field.
    """
    try:
        return module.Inputs.model_validate(inputs)
    except ValidationError as error:
        raise InputInvalid(module_name, field_errors(error)) from None


def field_errors(error: ValidationError) -> list[FieldError]:
    """Pydantic's findings as JSON pointers and sentences."""
    return [FieldError(pointer_of(item["loc"]), item["msg"]) for item in error.errors(include_url=False)]


async def clean_output(threads: Threads, module: Module, module_name: str, result: Any) -> dict[str, Any]:
    """A module's result as a JSON object.

    Raises:
        OutputInvalid: it does not fit `Outputs`, or is not JSON.
    """
    if _is_small(result):
        return output_of(module, module_name, result)
    cleaned: dict[str, Any] = await threads.call(output_of, module, module_name, result)
    return cleaned


def output_of(module: Module, module_name: str, result: Any) -> dict[str, Any]:
    try:
        _refuse_unwritable(result)
        model = result if isinstance(result, module.Outputs) else module.Outputs.model_validate(result)
        output = model.model_dump(mode="json")
        check_json(output)
    except ValidationError as error:
        detail = "; ".join(f"{item.pointer or '/'}: {item.message}" for item in field_errors(error)[:5])
        raise OutputInvalid(module_name, detail) from None
    except ValueNotStorable as error:
        pointer = error.errors[0].pointer if error.errors else ""
        raise OutputInvalid(module_name, f"at '{pointer or '/'}': {error.reason}.") from None
    except (PydanticSerializationError, RecursionError, UnicodeError, ValueError) as error:
        raise OutputInvalid(module_name, f"it is not JSON ({error}).") from None
    return output


def _refuse_unwritable(value: Any) -> None:
    """Refuses what pydantic would not: it writes NaN and the infinities as null, which would be another value than
    the module gave, and it copies for ever where a value holds itself, or holds one list many times over.

    Raises:
        ValueNotStorable: names the place.
    """
    levels: list[Iterator[tuple[Any, Any]]] = [iter([(None, value)])]
    path: list[Any] = []  # the key of each level but the first
    for _ in range(MAX_PARTS):
        found = next(levels[-1], None)
        if found is None:
            levels.pop()
            if not levels:
                return
            path.pop()
            continue
        key, item = found
        children = _parts(item)
        if children is None:
            if isinstance(item, float) and not math.isfinite(item):
                raise ValueNotStorable(pointer_of([*path, key][1:]), "a number that is not finite")
            continue
        if len(levels) > MAX_DEPTH:
            raise ValueNotStorable(pointer_of([*path, key][1:]), f"more than {MAX_DEPTH} levels of nesting")
        levels.append(children)
        path.append(key)
    raise ValueNotStorable("", f"more than {MAX_PARTS:,} parts")


def _parts(item: Any) -> Iterator[tuple[Any, Any]] | None:
    """Keys and values of a container, None for anything else."""
    if isinstance(item, BaseModel):
        item = item.__dict__
    if isinstance(item, dict):
        return iter(item.items())
    return enumerate(item) if isinstance(item, list | tuple | set | frozenset) else None


def _is_small(value: Any) -> bool:
    """Counts parts up to a limit. A value of unknown kind counts as large."""
    stack, seen = [value], 0
    while stack:
        item = stack.pop()
        seen += 1
        if seen > CHECK_INLINE_NODES:
            return False
        if isinstance(item, BaseModel):
            item = item.__dict__
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple | set | frozenset):
            stack.extend(item)
        elif isinstance(item, str | bytes) and len(item) > 1_000_000:
            return False
    return True
