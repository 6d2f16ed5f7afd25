"""Runs, children, answers, cancels, retries and forks in any order: nothing is lost, doubled, orphaned or stuck."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from backend.core.config import Settings
from tests.fixtures.families import ACTIONS, CALLERS
from tests.fixtures.family_commands import (
    Act,
    Answer,
    Cancel,
    Command,
    Fork,
    Leap,
    Look,
    OpenGates,
    Post,
    Race,
    Restart,
    Retry,
    Start,
    Step,
)
from tests.fixtures.family_servers import SERVERS, SharedWorld
from tests.fixtures.family_story import RealStories, play_in_memory
from tests.fixtures.family_world import RealWorld

SEQUENCES = int(os.environ.get("INTERLUDE_SEQUENCES", "2000")) // 4
"""In each of four parts."""

REAL_SEQUENCES = int(os.environ.get("INTERLUDE_REAL_SEQUENCES", "100"))

SHARED_SEQUENCES = int(os.environ.get("INTERLUDE_SHARED_SEQUENCES", "30"))
SHARED_SEED = int(os.environ.get("INTERLUDE_SHARED_SEED", "0"))
"""Another number, other stories."""

_which = st.integers(0, 7)
_leaf = st.sampled_from(["works", "asks", "asks", "asks_then_fails", "fails", "gated", "naps", "waits"])
_starts = st.builds(
    Start,
    st.sampled_from([*sorted(CALLERS), "graph", "asks"]),
    leaf=st.one_of(_leaf, st.just("middle")),
    below=_leaf,
    items=st.lists(_leaf, max_size=3).map(tuple),
)
_answers = st.builds(Answer, _which, st.sampled_from(["right", "right", "right", "wrong", "stale", "again"]))
_forks = st.builds(Fork, _which, st.integers(0, 12), st.sampled_from(["cancel", "keep"]))
_others = st.one_of(st.builds(Post, _which), st.builds(Cancel, _which), st.builds(Retry, _which))
_acts = st.builds(Act, _which, st.sampled_from(ACTIONS))
_deeds = st.one_of(_answers, _forks, _others, _acts)
_restarts = st.builds(Restart, st.booleans(), st.one_of(st.none(), st.integers(0, 12)))
_commands: st.SearchStrategy[Command] = st.one_of(
    st.just(OpenGates()),
    st.just(Look()),
    _answers,
    _forks,
    _others,
    _acts,
    st.builds(Race, _deeds, _deeds),
    _starts,
    st.builds(Leap, st.sampled_from(["nap", "late"])),
    _restarts,
)
_ticks = st.one_of(st.none(), st.none(), st.integers(0, 12))
_first = st.builds(Step, _starts, _ticks)
_steps = st.builds(Step, _commands, _ticks)
_shared_steps = st.builds(Step, _commands, _ticks, st.integers(0, SERVERS - 1))


def _stories(steps: st.SearchStrategy[Step], *, longest: int) -> st.SearchStrategy[list[Step]]:
    then = st.lists(steps, min_size=2, max_size=longest)
    return st.builds(lambda first, rest: [first, *rest], _first, then)


def _for_all_stories(
    count: int, stories: st.SearchStrategy[list[Step]], *, number: int, play: Callable[[list[Step]], None]
) -> None:
    """Plays so many stories, other ones for every number, the same ones in every run."""

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(stories)
    def check(steps: list[Step]) -> None:
        play(steps)

    check()


@pytest.mark.timeout(600)  # where one fails, the shortest one that does is looked for
@pytest.mark.parametrize("number", range(4))
def test_any_order_in_memory(number: int) -> None:
    _for_all_stories(SEQUENCES, _stories(_steps, longest=8), number=number, play=play_in_memory)


@pytest.mark.timeout(600)
@pytest.mark.mongo
def test_any_order_on_a_real_database(real_settings: Settings) -> None:
    with RealStories(lambda: RealWorld(real_settings)) as stories:
        _for_all_stories(REAL_SEQUENCES, _stories(_steps, longest=5), number=0, play=stories.play)


@pytest.mark.timeout(600)
@pytest.mark.mongo
def test_any_order_on_two_servers(real_settings: Settings, tmp_path: Path) -> None:
    with RealStories(lambda: SharedWorld(real_settings, tmp_path)) as stories:
        _for_all_stories(SHARED_SEQUENCES, _stories(_shared_steps, longest=8), number=SHARED_SEED, play=stories.play)
