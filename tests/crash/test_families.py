"""Servers killed in the middle of parents and children; the next one goes on with all of them.

Of the stories after the first, only the writes that it has none like, and of long ones every so many points.
"""

import pytest

from tests.crash.families import ASYNC, FAIL_FAST, FAN, FLEET, HEART, LATE_CHILD, LATE_SECONDS, RETRIED_CHILD, TREE
from tests.crash.fuse import APPEND, HELD, TAKEN, Point
from tests.crash.rig import Rig
from tests.crash.stories import Story

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(300)]

HEART_ENDS = Point(APPEND, 5, 0)
"""The end of the grandchild, of the child by it, and what the parent makes of it."""
CANCEL = 1
"""The write that cancels the whole of TREE."""


async def test_server_killed_at_any_event_of_a_parent_and_its_children_loses_and_repeats_nothing(rig: Rig) -> None:
    await rig.each(HEART, await rig.points(HEART, APPEND), rig.survive)


@pytest.mark.parametrize(
    ("story", "writes", "step"),
    [(ASYNC, (1, 2), 2), (RETRIED_CHILD, (1, 2), 1), (FAIL_FAST, (1,), 2), (LATE_CHILD, (1,), 2)],
    ids=lambda value: value.name if isinstance(value, Story) else "",
)
async def test_server_killed_at_any_event_of_a_childs_end_goes_on(
    rig: Rig, story: Story, writes: tuple[int, ...], step: int
) -> None:
    points = [point for point in await rig.points(story, APPEND) if point.nth in writes]
    await rig.each(story, points[::step], rig.survive)


async def test_server_killed_in_a_fan_out_begins_and_ends_every_item_once(rig: Rig) -> None:
    points = await rig.points(FAN, APPEND)
    await rig.each(FAN, points[::6], rig.survive)


async def test_server_killed_in_the_middle_of_a_cancel_leaves_nothing_alive(rig: Rig) -> None:
    points = [point for point in await rig.points(TREE, APPEND) if point.nth == CANCEL and point.done]
    await rig.each(TREE, [*points[:3], *points[3::9]], rig.finish_alone)


async def test_cancel_that_a_crash_cut_short_may_be_asked_for_again(rig: Rig) -> None:
    points = [point for point in await rig.points(TREE, APPEND) if point.nth == CANCEL]
    await rig.each(TREE, points[::16], rig.survive)


async def test_child_whose_time_is_over_while_no_server_runs_is_cancelled_by_the_next(rig: Rig) -> None:
    [*_, begun] = [point for point in await rig.points(LATE_CHILD, APPEND) if point.nth == 0]
    await rig.survive_a_downtime(LATE_CHILD, begun, seconds=LATE_SECONDS)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["restarted", "taken over"])
async def test_server_killed_with_fifty_children_in_flight_completes_them_all(rig: Rig, elsewhere: bool) -> None:
    await rig.survive_in_flight(FLEET, "deep", times=50, elsewhere=elsewhere)


@pytest.mark.parametrize("how", [HELD, TAKEN], ids=["lives", "dies"])
async def test_parent_written_to_by_another_server_is_woken_all_the_same(rig: Rig, how: str) -> None:
    await rig.lose_the_parent(HEART, HEART_ENDS, how=how)
