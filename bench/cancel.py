"""Cancelling a tree of a thousand runs, three levels below the root, until every run of it has ended."""

import asyncio
from functools import partial
from time import perf_counter
from typing import Any

from backend.server.workflow.engine import Engine
from bench.baseline import Document, bare_events, copies
from bench.family import TREE, TREE_RUNS, save_family
from bench.harness import in_turns
from bench.parents import ACTOR, settle
from bench.place import Place
from bench.rows import Row

WAITING_SECONDS = 120.0


async def measure(place: Place) -> list[Row]:
    rounds = 2 if place.quick else 5
    async with place.engine() as engine:
        await save_family(engine)
        await _cancel(engine)
        events = await bare_events(place.client()[place.database_name()])
        documents = await _cancel_events(engine)
        await _insert(events, documents)
        taken = await in_turns(
            partial(_cancel, engine), partial(_insert, events, documents), rounds=rounds, rest=partial(settle, engine)
        )
    return [taken.row(f"cancel of {TREE_RUNS:,} runs", "ms", against=f"insert of {TREE_RUNS:,} events")]


async def _cancel(engine: Engine) -> float:
    """Milliseconds from the request until all runs are known to have ended, lists included."""
    root = await _waiting_tree(engine)
    began = perf_counter()
    await engine.cancel_run(root, actor=ACTOR)
    took = (perf_counter() - began) * 1000
    left = [status for status in _statuses(await engine.get_tree(root)) if status != "cancelled"]
    if left:
        raise RuntimeError(f"{len(left)} of {TREE_RUNS} runs were not cancelled.")
    return took


async def _waiting_tree(engine: Engine) -> str:
    """A tree whose leaves all wait."""
    root = (await engine.start_run(f"{TREE}_0", {}, actor=ACTOR)).workflow_run_id
    async with asyncio.timeout(WAITING_SECONDS):
        while True:
            if _statuses(await engine.get_tree(root)).count("waiting") == TREE_RUNS:
                return root
            await asyncio.sleep(0.1)


def _statuses(tree: dict[str, Any]) -> list[str]:
    return [str(tree["status"]), *(status for child in tree["children"] for status in _statuses(child))]


async def _cancel_events(engine: Engine) -> list[Document]:
    """The event that ends each run."""
    found: list[Document] = await (
        engine.database.connection.database["events"].find({"event_type": "run_cancelled"}).to_list(TREE_RUNS)
    )
    return found


async def _insert(events: Any, documents: list[Document]) -> float:
    """Milliseconds for the events alone, in one trip."""
    batch = copies(documents)
    began = perf_counter()
    await events.insert_many(batch, ordered=True)
    return (perf_counter() - began) * 1000
