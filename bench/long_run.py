"""Waiting runs with long logs: events of sub-actions that were started and completed, written in bulk."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from backend.core.clock import now
from backend.core.ids import new_id
from backend.db.event_types import Payload, SubActionCompleted, SubActionStarted
from backend.db.records import Event
from backend.server.workflow.engine import Engine
from bench.parents import ACTOR, EngineParent, engine_parents, settle
from bench.place import Place
from bench.workload import KILOBYTE

BATCH = 1000
TAIL_SUB_ACTIONS = 16
"""Events after the last snapshot that a reader finds: half of what the engine lets come together, the usual case."""


async def long_runs(place: Place, name: str, lengths: tuple[int, ...]) -> dict[int, EngineParent]:
    """Waiting runs with so many events each, in the database of that name, by length."""
    async with place.engine(name=name) as engine:
        parents = await engine_parents(engine, len(lengths))
        for length, parent in zip(lengths, parents, strict=True):
            await lengthen(engine, parent, length)
    async with place.engine(name=name) as engine:
        for parent in parents:
            parent.engine = engine
            await work_on(parent)
    return dict(zip(lengths, parents, strict=True))


async def lengthen(engine: Engine, parent: EngineParent, events: int) -> None:
    """Makes the log about so long. The engine must be closed afterwards: it remembers the shorter run."""
    [*_, last] = (await engine.list_events(parent.run_id, limit=500)).items
    made = _events(last, parent.interaction_id, until=events - 2 * TAIL_SUB_ACTIONS)
    while batch := list(islice(made, BATCH)):
        await engine.database.events.append(batch)


async def work_on(parent: EngineParent) -> None:
    """Real sub-actions: with the first the engine makes a snapshot, as it does for every run that gets long."""
    for _ in range(TAIL_SUB_ACTIONS):
        await parent.sub_action("durable")
    await settle(parent.engine)


def _events(last: Event, interaction_id: str, *, until: int) -> Iterator[Event]:
    seq = last.seq
    while seq + 2 <= until:
        for payload in _payloads(new_id("durable"), interaction_id):
            seq += 1
            yield replace(
                last,
                event_id=new_id("evt"),
                seq=seq,
                event_type=payload.event_type,
                timestamp=now(),
                actor=ACTOR,
                data=payload.to_data(),
            )


def _payloads(sub_action_id: str, interaction_id: str) -> tuple[Payload, Payload]:
    request = {"interaction_id": interaction_id, "action_id": "durable", "params": {}}
    return (
        SubActionStarted(sub_action_id=sub_action_id, request=request),
        SubActionCompleted(
            sub_action_id=sub_action_id, child_state={"third": KILOBYTE}, state_mapped={"result": KILOBYTE}
        ),
    )
