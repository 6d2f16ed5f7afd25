"""A server is killed before and after every write of a story, and after every part of one; the next one goes on."""

import pytest

from tests.crash.fuse import APPEND, LATE, Point
from tests.crash.rig import Rig
from tests.crash.stories import (
    ANSWERED,
    CANCELLED,
    EFFECT_FREE,
    FAILING,
    LONG,
    PLAIN,
    QUEUE,
    RETRIED,
    SELF,
    TARGET,
    Story,
)

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(300)]

LONG_STORY = 25
"""Points above which a story repeats itself so much that every other one says as much."""


@pytest.mark.parametrize("story", [PLAIN, TARGET, SELF], ids=lambda story: story.name)
async def test_server_killed_at_any_event_loses_and_repeats_nothing(rig: Rig, story: Story) -> None:
    points = await rig.points(story, APPEND)
    await rig.each(story, points, rig.survive)


@pytest.mark.parametrize(
    "story", [RETRIED, QUEUE, FAILING, EFFECT_FREE, ANSWERED, CANCELLED], ids=lambda story: story.name
)
async def test_server_killed_at_any_event_of_a_sub_action_goes_on(rig: Rig, story: Story) -> None:
    points = [point for point in await rig.points(story, APPEND) if point.nth > 1]  # till then all are the same
    await rig.each(story, points[:: 2 if len(points) > LONG_STORY else 1], rig.survive)


@pytest.mark.parametrize("story", [PLAIN, TARGET, SELF], ids=lambda story: story.name)
async def test_server_killed_at_any_projection_leaves_none_behind(rig: Rig, story: Story) -> None:
    points = await rig.points(story, "runs", "sub_actions", "progress", "idempotency", "register")
    await rig.each(story, points, rig.survive)


async def test_server_killed_at_a_snapshot_leaves_none_that_is_wrong(rig: Rig) -> None:
    await rig.each(LONG, await rig.points(LONG, "snapshots"), rig.survive)


async def test_next_server_killed_while_it_takes_over_is_taken_over_itself(rig: Rig) -> None:
    first = Point(APPEND, 3, 0)  # a module of the sub-action has run, and its outcome is in no log
    operations = (APPEND, "runs", "sub_actions", "register", "bury", "claim_dead", "bequeath")
    points = await rig.points(TARGET, *operations, after=[first])
    await rig.each(TARGET, points, lambda story, point: rig.survive(story, first, point))


@pytest.mark.parametrize("story", [PLAIN, TARGET, SELF], ids=lambda story: story.name)
async def test_answer_of_the_database_lost_at_any_event_is_asked_again(rig: Rig, story: Story) -> None:
    points = await rig.points(story, APPEND)
    await rig.each(story, points, rig.miss_an_answer)


@pytest.mark.parametrize("story", [PLAIN, TARGET, SELF], ids=lambda story: story.name)
async def test_server_killed_after_a_write_that_outlasted_a_heartbeat_loses_nothing(rig: Rig, story: Story) -> None:
    whole = [point for point in await rig.points(story, APPEND) if point.done]
    ends = {point.nth: point for point in whole}
    await rig.each(story, list(ends.values()), lambda story, point: rig.survive(story, point, how=LATE))


async def test_cancel_that_a_crash_cut_short_is_finished_by_the_next_server(rig: Rig) -> None:
    points = [point for point in await rig.points(CANCELLED, APPEND) if point.nth == 3 and point.done > 1]
    await rig.each(CANCELLED, points, rig.finish_alone)
