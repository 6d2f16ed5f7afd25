"""Commands that a sub-action of three modules sends to the database, by what they are for."""

import asyncio
from collections import Counter
from functools import partial

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from bench.family import FAN, fan, go, save_family, waiting_root
from bench.harness import rate
from bench.parents import EngineParent, engine_parents, settle
from bench.place import Kind, Place
from bench.rows import NO_TARGET, Row, Target

WRITES = frozenset({"insert", "update", "findAndModify", "delete"})
READS = frozenset({"find", "aggregate", "count", "distinct", "getMore"})
CARE = frozenset({"processes"})
"""Heartbeats, and the look at what is due: once a second for a whole process, whatever it does."""


class Counting(CommandListener):
    """Counts commands as `event writes`, `writes behind` and `reads`."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        name, command = event.command_name, event.command
        collection = str(command.get(name, ""))
        if collection in CARE or "wake_at" in command.get("filter", {}):
            return
        if name in WRITES:
            self.seen["event writes" if collection == "events" else "writes behind"] += 1
        elif name in READS:
            self.seen["reads"] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Counted when it started."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Counted when it started."""


async def measure(place: Place) -> list[Row]:
    durable = await _count(place, "durable")
    free = await _count(place, "effect_free")
    busy = await _count(place, "durable", at_once=32)
    shared = await _count(place, "durable", kind="server")
    most = Target(must=5 + 1, of_ours=True)
    fewest = Target(must=5 + 1, lead=2 + 1, of_ours=True)
    return [
        _row("event writes, every module durable", durable["event writes"], baseline=4, against="step4"),
        _row("event writes, modules without effects", free["event writes"], baseline=2, against="two2"),
        _row("reads", durable["reads"]),
        _row("reads, database shared with other servers", shared["reads"]),
        _row("writes behind the log, one after the other", durable["writes behind"]),
        _row("writes behind the log, 32 at once", busy["writes behind"]),
        _row("all writes and reads, every module durable", sum(durable.values()), target=most),
        _row("all writes and reads, shared database", sum(shared.values()), target=most),
        _row("all writes and reads, modules without effects", sum(free.values()), target=fewest),
        *await _of_children(place),
    ]


async def _count(place: Place, action: str, *, kind: Kind = "embedded", at_once: int = 1) -> dict[str, float]:
    count = 64
    listener = Counting()
    async with place.engine(kind=kind, listeners=(listener,)) as engine:
        parents = await engine_parents(engine, at_once)
        await _run(parents, action, at_once * 2)
        await settle(engine)
        await asyncio.sleep(0.05)
        listener.seen.clear()
        await _run(parents, action, count)
        seen = Counter(listener.seen)
        await settle(engine)
        seen["writes behind"] = listener.seen["writes behind"]
    return {name: seen[name] / count for name in ("event writes", "writes behind", "reads")}


async def _of_children(place: Place) -> list[Row]:
    """Of children of three modules, all begun by one run at once."""
    count = 100
    listener = Counting()
    async with place.engine(listeners=(listener,)) as engine:
        await save_family(engine)
        await fan(engine, count)
        await settle(engine)
        root = await waiting_root(engine, FAN, {"items": list(range(count)), "at_once": count})
        listener.seen.clear()
        await go(engine, root)
        writes, reads = listener.seen["event writes"] / count, listener.seen["reads"] / count
    unit = "a child"
    return [
        Row(measure="event writes, fan-out of 100", unit=unit, ours=writes, baseline=4, against="step4"),
        Row(measure="reads, fan-out of 100", unit=unit, ours=reads),
    ]


async def _run(parents: list[EngineParent], action: str, count: int) -> None:
    await rate([partial(parent.sub_action, action) for parent in parents], count)


def _row(
    name: str, ours: float, *, baseline: float | None = None, against: str = "", target: Target = NO_TARGET
) -> Row:
    return Row(measure=name, unit="a sub-action", ours=ours, baseline=baseline, against=against, target=target)
