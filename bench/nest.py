"""W3: sub-workflows nested five deep, the last of which runs a module; and how soon a parent goes on after a child."""

from functools import partial
from itertools import islice
from typing import Any

from backend.server.workflow.engine import Engine
from bench.baseline import Document, bare_events, copies, written_by
from bench.family import HANDOVER, NEST, NEST_DEPTH, go, save_family, waiting_root
from bench.harness import in_turns, median_latency
from bench.marks import Mark
from bench.parents import ACTOR, settle
from bench.place import Place
from bench.rows import Row, Target

TRIPS = 2 * NEST_DEPTH
"""Of the bare driver with every module durable, calls of workflows included: the start of each call with its child,
and the end of each child with the call that it ends. What the leaf's module does goes with the last and the first."""


async def measure(place: Place) -> list[Row]:
    rounds, samples = (3, 20) if place.quick else (5, 50)
    async with place.engine() as engine:
        await save_family(engine)
        bare = BareNest(await bare_events(place.client()[place.database_name()]), await _story(engine))
        await _nests(engine, 10)
        await _handovers(engine, 10)
        await median_latency(bare.run, 10)
        rest = partial(settle, engine)
        nest = await in_turns(
            partial(_nests, engine, samples), partial(median_latency, bare.run, samples), rounds=rounds, rest=rest
        )
        handover = await in_turns(
            partial(_handovers, engine, samples),
            partial(median_latency, bare.insert, samples),
            rounds=rounds,
            rest=rest,
        )
    return [
        nest.row("W3, five sub-workflows deep", "ms", against=f"{TRIPS} trips", target=Target(must=0.6, lead=0.4)),
        handover.row("a child's end to its parent's next module", "ms", against="one insert"),
    ]


async def _nests(engine: Engine, samples: int) -> float:
    """p50, ms."""
    taken = []
    for _ in range(samples):
        taken.append(await go(engine, await waiting_root(engine, NEST)) * 1000)
    return sorted(taken)[samples // 2]


async def _handovers(engine: Engine, samples: int) -> float:
    """p50, ms, from the last thing that the child's module does to the first of the parent's next one."""
    taken = []
    for _ in range(samples):
        await engine.start_run(HANDOVER, {}, actor=ACTOR)
        taken.append((await Mark.at("next") - await Mark.at("end")) * 1000)
        Mark.forget("end", "next")
        await settle(engine)
    return sorted(taken)[samples // 2]


async def _story(engine: Engine) -> list[Document]:
    """The documents from the event that lets a nest go on to the module after it."""
    root = await waiting_root(engine, NEST)

    async def story() -> None:
        await go(engine, root)
        await settle(engine)

    documents = await written_by(engine, story)
    return documents[: 1 + next(at for at, item in enumerate(documents) if item["module_name"] == "mark")]


class BareNest:
    """The same documents with new ids, by the driver alone, in trips of nearly the same size."""

    def __init__(self, events: Any, documents: list[Document]) -> None:
        self._events = events
        self._documents = documents

    async def run(self) -> None:
        documents = iter(copies(self._documents))
        size, more = divmod(len(self._documents), TRIPS)
        for trip in range(TRIPS):
            await self._events.insert_many(list(islice(documents, size + (trip < more))), ordered=True)

    async def insert(self) -> None:
        await self._events.insert_one(copies(self._documents[:1])[0])
