"""Another node's server takes over: from one that died, and from one that only stood still."""

import pytest

from tests.crash.fuse import APPEND, Point
from tests.crash.rig import Rig
from tests.crash.stories import GATED, PLAIN, SELF, TARGET, Story

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(300)]

BEGUN = Point(APPEND, 2, 4)
"""The sub-action has begun, and none of its modules has run."""
ONE_RAN = Point(APPEND, 3, 0)
ENDED_BUT_NOT_LANDED = Point(APPEND, 5, 3)

DEATHS = [
    (PLAIN, Point(APPEND, 0, 3)),
    (PLAIN, Point(APPEND, 3, 1)),
    (TARGET, BEGUN),
    (TARGET, ONE_RAN),
    (TARGET, ENDED_BUT_NOT_LANDED),
    (TARGET, Point("sub_actions", 1, 0)),
    (SELF, Point(APPEND, 2, 1)),
    (SELF, Point(APPEND, 3, 0)),
]


async def test_server_killed_while_another_runs_is_taken_over_by_it(rig: Rig) -> None:
    await rig.each_of(DEATHS, rig.survive_elsewhere)


@pytest.mark.parametrize("story", [TARGET, SELF], ids=lambda story: story.name)
async def test_server_paused_beyond_its_lease_records_and_runs_nothing_of_what_was_taken(
    rig: Rig, story: Story
) -> None:
    points = [point for point in await rig.points(story, APPEND, "sub_actions") if point.nth >= 2]
    ends = [point for point in points if point.done == 0 or Point(APPEND, point.nth, point.done + 1) not in points]
    await rig.each(story, ends, rig.outlive_a_pause)


async def test_server_paused_in_a_module_does_not_run_the_next_one(rig: Rig) -> None:
    await rig.outlive_a_pause_in_a_module(GATED)
