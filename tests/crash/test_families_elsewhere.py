"""Parents and children of a server that died, in the hands of another node's; and two nodes at once."""

import pytest

from backend.db.records import RunStatus
from tests.crash.families import ASYNC, FAIL_FAST, FAN, HEART, LATE_CHILD, RACE, RACES, RETRIED_CHILD, TREE
from tests.crash.fuse import APPEND, Point
from tests.crash.rig import Rig

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(300)]

DEATHS = [
    (HEART, Point(APPEND, 0, 4)),  # the call is recorded, the child is not
    (HEART, Point(APPEND, 0, 9)),  # nor is the grandchild
    (HEART, Point(APPEND, 1, 4)),  # the grandchild's end is recorded in the child, and nothing that follows
    (HEART, Point(APPEND, 2, 1)),  # asked
    (HEART, Point(APPEND, 3, 1)),  # answered
    (HEART, Point(APPEND, 5, 4)),
    (HEART, Point(APPEND, 5, 8)),  # the child has ended, and the parent knows nothing of it
    (HEART, Point(APPEND, 5, 9)),
    (HEART, Point(APPEND, 5, 10)),
    (ASYNC, Point(APPEND, 1, 4)),
    (FAN, Point(APPEND, 1, 5)),
    (FAIL_FAST, Point(APPEND, 1, 6)),
    (RETRIED_CHILD, Point(APPEND, 1, 5)),
    (LATE_CHILD, Point(APPEND, 1, 3)),
    (TREE, Point(APPEND, 1, 1)),
    (TREE, Point(APPEND, 1, 30)),
]


async def test_server_killed_while_another_runs_leaves_it_parents_and_children(rig: Rig) -> None:
    await rig.each_of(DEATHS, rig.survive_elsewhere)


async def test_tree_cancelled_while_another_server_starts_its_children_has_nothing_alive(rig: Rig) -> None:
    ends = await rig.race(RACE, [0.004 * (number % 25) for number in range(RACES)])

    assert ends.count(RunStatus.CANCELLED) >= RACES // 3
