"""The state of a run with a long log: as the process remembers it, and read anew, against one bare document read."""

from functools import partial
from typing import Any

from backend.server.workflow.engine import Engine
from bench.harness import in_turns, median_latency
from bench.long_run import long_runs
from bench.place import Place
from bench.rows import Rounds, Row, Target

LENGTHS = (100, 1_000, 10_000, 50_000)
QUICK_LENGTHS = (100, 1_000, 10_000)
LONG = 10_000
ROUNDS, COUNT = 3, 60


async def measure(place: Place) -> list[Row]:
    lengths = QUICK_LENGTHS if place.quick else LENGTHS
    name = place.database_name()
    runs = await long_runs(place, name, lengths)
    warm: dict[int, Rounds] = {}
    cold: dict[int, Rounds] = {}
    shared: dict[int, Rounds] = {}
    async with place.engine(name=name) as engine:
        for length, parent in runs.items():
            bare = await _document(engine, parent.run_id)
            warm[length] = await _against_bare(partial(engine.get_state, parent.run_id), bare)
            cold[length] = await _against_bare(partial(_read_anew, engine, parent.run_id), bare)
    async with place.engine(name=name, kind="server") as engine:
        for length, parent in runs.items():
            bare = await _document(engine, parent.run_id)
            shared[length] = await _against_bare(partial(engine.get_state, parent.run_id), bare)
    return [
        *(_row(f"state after {length:,} events, remembered", warm[length], length) for length in lengths),
        *(_row(f"state after {length:,} events, read anew", cold[length]) for length in lengths),
        _growth("read anew, the longest against the shortest", cold),
        *(_row(f"state after {length:,} events, shared database", shared[length]) for length in lengths),
    ]


async def _read_anew(engine: Engine, run_id: str) -> None:
    engine._parts.store.forget_all()  # what it does after it lost its lease; a restart does the same and takes longer
    await engine.get_state(run_id)


async def _document(engine: Engine, run_id: str) -> Any:
    """A bare read of a document that holds this state."""
    state = (await engine.get_state(run_id)).state
    collection = engine.database.connection.database["bench_states"]
    await collection.replace_one({"_id": run_id}, {"_id": run_id, "state": state}, upsert=True)
    return partial(collection.find_one, {"_id": run_id})


async def _against_bare(ours: Any, bare: Any) -> Rounds:
    await median_latency(ours, 5)
    return await in_turns(partial(median_latency, ours, COUNT), partial(median_latency, bare, COUNT), rounds=ROUNDS)


def _row(name: str, result: Rounds, length: int = 0) -> Row:
    target = Target(must=1.15, lead=0.25) if length >= LONG else Target()
    return result.row(name, "ms", against="document read", target=target)


def _growth(name: str, results: dict[int, Rounds]) -> Row:
    shortest, *_, longest = results.values()
    return Rounds(longest.ours, shortest.ours).row(name, "ms", against="shortest", target=Target(must=1.3))
