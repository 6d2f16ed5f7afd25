"""A server is killed before and after every write of a story, and after every part of one; the next one goes on."""

import pytest

from tests.crash.fuse import APPEND
from tests.crash.rig import Rig
from tests.crash.stories import ANSWERED, CANCELLED, EFFECT_FREE, FAILING, PLAIN, QUEUE, RETRIED, SELF, TARGET, Story

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(300)]


@pytest.mark.parametrize("story", [PLAIN, TARGET, SELF], ids=lambda story: story.name)
async def test_server_killed_at_any_event_loses_and_repeats_nothing(rig: Rig, story: Story) -> None:
    points = await rig.points(story, APPEND)
    await rig.each(points, lambda point: rig.survive(story, point))


@pytest.mark.parametrize("story", [RETRIED, QUEUE, FAILING, EFFECT_FREE, ANSWERED, CANCELLED], ids=lambda story: story.name)
async def test_server_killed_at_any_event_of_a_sub_action_goes_on(rig: Rig, story: Story) -> None:
    points = await rig.points(story, APPEND)
    await rig.each(points, lambda point: rig.survive(story, point))
