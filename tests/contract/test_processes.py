"""What the heartbeat of processes promises. Its times are the server's, so only a real MongoDB has it."""

import asyncio
from typing import Any

import pytest

from backend.db.repos.processes import Process, ProcessRepo

pytestmark = pytest.mark.mongo

LONG = 60.0
OVER = -1.0
"""A lease that ran out a second ago."""


@pytest.fixture
def processes(real_database: Any) -> ProcessRepo:
    return ProcessRepo(real_database)


def process(name: str = "proc_1", *, node: str = "node_1", through: str = "evt_1") -> Process:
    return Process(name, node, through)


async def register(processes: ProcessRepo, *names: str, seconds: float = LONG, node: str = "node_1") -> None:
    for name in names:
        await processes.register(process(name, node=node), lease_seconds=seconds)


async def claim(processes: ProcessRepo, by: str = "proc_me", *, seconds: float = LONG) -> str | None:
    found = await processes.claim_dead(by, lease_seconds=seconds)
    return found.process_id if found else None


async def test_beat_of_a_registered_process_keeps_it_alive(processes: ProcessRepo) -> None:
    await register(processes, "proc_1", seconds=OVER)

    assert await processes.beat(process(), lease_seconds=LONG)

    assert await claim(processes) is None


async def test_beat_of_an_unknown_process_says_so(processes: ProcessRepo) -> None:
    assert not await processes.beat(process(), lease_seconds=LONG)


async def test_process_whose_lease_ran_out_can_still_renew_it_until_somebody_claims_it(processes: ProcessRepo) -> None:
    await register(processes, "proc_1", seconds=OVER)
    assert await processes.beat(process(), lease_seconds=OVER)

    assert await claim(processes) == "proc_1"

    assert not await processes.beat(process(), lease_seconds=LONG)


async def test_living_process_is_not_claimed(processes: ProcessRepo) -> None:
    await register(processes, "proc_1")

    assert await claim(processes) is None


async def test_process_does_not_claim_itself(processes: ProcessRepo) -> None:
    await register(processes, "proc_1", seconds=OVER)

    assert await claim(processes, by="proc_1") is None


async def test_claimed_process_is_given_as_it_last_was(processes: ProcessRepo) -> None:
    await register(processes, "proc_1")
    await processes.beat(process(through="evt_7"), lease_seconds=OVER)

    assert await processes.claim_dead("proc_me", lease_seconds=LONG) == process(through="evt_7")


async def test_one_of_many_claims_a_dead_process(processes: ProcessRepo) -> None:
    await register(processes, "proc_dead", seconds=OVER)

    claimed = await asyncio.gather(*(claim(processes, by=f"proc_{at}") for at in range(12)))

    assert [name for name in claimed if name] == ["proc_dead"]


async def test_many_claimers_share_the_dead_without_overlap(processes: ProcessRepo) -> None:
    dead = [f"dead_{at}" for at in range(5)]
    await register(processes, *dead, seconds=OVER)

    claimed = await asyncio.gather(*(claim(processes, by=f"proc_{at}") for at in range(12)))

    assert sorted(name for name in claimed if name) == dead


async def test_dead_process_comes_back_when_who_claimed_it_dies_too(processes: ProcessRepo) -> None:
    await register(processes, "proc_dead", seconds=OVER)
    assert await claim(processes, by="proc_1", seconds=OVER) == "proc_dead"

    assert await claim(processes, by="proc_2") == "proc_dead"


async def test_recovery_that_takes_long_keeps_its_claim(processes: ProcessRepo) -> None:
    await register(processes, "proc_dead", seconds=OVER)
    await claim(processes, by="proc_1", seconds=OVER)

    await processes.extend("proc_dead", lease_seconds=LONG)

    assert await claim(processes, by="proc_2") is None


async def test_buried_processes_can_be_claimed_at_once(processes: ProcessRepo) -> None:
    for at in range(20):
        name = f"old_{at}"
        await register(processes, name)

        await processes.bury("proc_me", node=None)

        assert await claim(processes) == name
        await processes.bequeath(name, heir="proc_me")


async def test_burying_a_node_leaves_other_nodes_and_oneself_alive(processes: ProcessRepo) -> None:
    await register(processes, "proc_old", "proc_me", node="node_1")
    await register(processes, "proc_there", node="node_2")

    await processes.bury("proc_me", node="node_1")

    assert await claim(processes) == "proc_old"
    assert await claim(processes) is None
    assert await processes.beat(process("proc_me"), lease_seconds=LONG)
    assert await processes.beat(process("proc_there", node="node_2"), lease_seconds=LONG)


async def test_buried_process_that_still_runs_learns_it_with_its_next_beat(processes: ProcessRepo) -> None:
    await register(processes, "proc_old")

    await processes.bury("proc_me", node=None)

    assert not await processes.beat(process("proc_old"), lease_seconds=LONG)


async def test_process_with_an_heir_is_not_claimed_again(processes: ProcessRepo) -> None:
    await register(processes, "proc_dead", seconds=OVER)
    await claim(processes, by="proc_1", seconds=OVER)

    await processes.bequeath("proc_dead", heir="proc_1")

    assert await claim(processes, by="proc_2") is None
    assert await processes.list_bequeathed("proc_1") == ["proc_dead"]


async def test_heir_that_dies_leaves_all_that_it_inherited(processes: ProcessRepo) -> None:
    await register(processes, "proc_a", "proc_b", seconds=OVER)
    await processes.bequeath("proc_a", heir="proc_b")

    await processes.bequeath("proc_b", heir="proc_c")

    assert sorted(await processes.list_bequeathed("proc_c")) == ["proc_a", "proc_b"]
    assert await processes.list_bequeathed("proc_b") == []
