"""Large values out of records and back, and secrets out of everything."""

import asyncio
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.config import KIB, MIB, Settings, load_settings
from backend.core.errors import ArtifactNotFound, ValueTooLarge
from backend.core.statepath import set_paths
from backend.db.claims import Claim, find_claims
from backend.db.records import Artifact
from backend.db.repos.artifacts import MemoryArtifacts
from backend.db.view import RunView
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import Base, LiveRun
from backend.server.workflow.values import Redactor, Values
from tests.fixtures.records import moment
from tests.fixtures.strategies import json_objects, json_values, paths, states
from tests.fixtures.walks import DEFINITION

LIMIT = KIB


class CountingArtifacts(MemoryArtifacts):
    """Counts reads. `anything`: gives the same small value for whatever it is asked."""

    def __init__(self, *, anything: bool = False) -> None:
        super().__init__(MIB)
        self.reads: list[str] = []
        self._anything = anything

    async def get(self, artifact_id: str) -> tuple[Artifact, bytes]:
        self.reads.append(artifact_id)
        await asyncio.sleep(0)
        if self._anything:
            about = Artifact(artifact_id=artifact_id, size=2, media_type="application/json", created_at=moment())
            return about, b"{}"
        return await super().get(artifact_id)


def small_settings(**more: Any) -> Settings:
    values = {"mongodb_uri": "memory://", "inline_value_bytes": LIMIT, "max_event_bytes": 8 * LIMIT}
    return load_settings(**(values | {"max_artifact_bytes": MIB} | more))


def make_values(artifacts: MemoryArtifacts | None = None) -> Values:
    return Values(small_settings(), artifacts or MemoryArtifacts(MIB))


big = st.integers(0, 9).map(lambda number: str(number) * (LIMIT + 1))
mixed_objects = st.dictionaries(st.sampled_from(["a", "b", "c"]), json_values | big | st.lists(big, max_size=2))


def text_of(size: int) -> str:
    """A text whose JSON has so many bytes."""
    return "x" * (size - 2)


@given(mixed_objects)
async def test_values_come_back_as_they_were(values: dict[str, Any]) -> None:
    room = make_values()

    fitted = await room.fit(values, where="It")

    assert await room.restore(fitted) == values
    assert {path for path, _ in find_claims(fitted)} == {
        (key,) for key, value in values.items() if len(orjson.dumps(value)) > LIMIT
    }


@pytest.mark.parametrize(("size", "claimed"), [(LIMIT, False), (LIMIT + 1, True)])
async def test_value_above_the_inline_limit_is_claimed(size: int, claimed: bool) -> None:
    fitted = await make_values().fit({"a": text_of(size)}, where="It")

    assert isinstance(fitted["a"], Claim) is claimed


async def test_same_value_is_stored_once_whatever_the_order_of_its_keys() -> None:
    room = make_values()
    one = {"a": text_of(LIMIT), "b": 1}

    first = await room.fit_whole(one, where="It")
    second = await room.fit_whole({"b": 1, "a": one["a"]}, where="It")

    assert first == second


async def test_claim_inside_a_claimed_value_is_read_back_into_it() -> None:
    room = make_values()
    inner = await room.fit_whole(text_of(LIMIT + 1), where="It")

    outer = await room.claim({"a": {"b": inner}}, where="It")

    assert await room.restore(outer) == {"a": {"b": text_of(LIMIT + 1)}}


async def test_value_above_the_artifact_limit_is_refused_by_module_and_key() -> None:
    with pytest.raises(ValueTooLarge, match=r"The output of 'paint', key 'picture'"):
        await make_values().fit({"picture": text_of(MIB + 1)}, where="The output of 'paint'")


async def test_many_small_values_that_pass_an_event_are_refused_and_the_largest_named() -> None:
    values = {f"k{at}": text_of(500) for at in range(8)} | {"large": text_of(900)}

    with pytest.raises(ValueTooLarge, match=r"It \(largest key 'large'\)"):
        await make_values().fit(values, where="It")


async def test_values_without_claims_are_shared_and_not_copied() -> None:
    tree = {"a": {"b": [1]}, "c": 2}

    assert await make_values().restore(tree) is tree


async def test_reading_back_changes_nothing_that_was_handed_out() -> None:
    room = make_values()
    large = await room.fit_whole(text_of(LIMIT + 1), where="It")
    tree = {"a": {"b": large, "c": 1}}

    await room.restore(tree)

    assert tree == {"a": {"b": large, "c": 1}}


async def test_claim_of_what_is_gone_is_an_error_of_its_own() -> None:
    with pytest.raises(ArtifactNotFound):
        await make_values().restore({"a": Claim("sha256:" + "0" * 64, 3)})


async def test_value_read_a_second_time_comes_from_memory() -> None:
    artifacts = CountingArtifacts(anything=True)
    room = make_values(artifacts)

    for _ in range(3):
        await room.restore({"a": Claim("one", 30 * MIB), "b": Claim("two", 30 * MIB)})

    assert artifacts.reads == ["one", "two"]


async def test_memory_for_values_is_bounded() -> None:
    artifacts = CountingArtifacts(anything=True)
    room = make_values(artifacts)

    for name in ("one", "two", "three", "one"):
        await room.restore(Claim(name, 30 * MIB))

    assert artifacts.reads == ["one", "two", "three", "one"]


async def test_value_read_by_several_at_once_counts_once_against_the_memory() -> None:
    artifacts = CountingArtifacts(anything=True)
    room = make_values(artifacts)
    one, two = Claim("one", 30 * MIB), Claim("two", 30 * MIB)
    await asyncio.gather(*(room.restore(one) for _ in range(4)))
    await room.restore(two)
    artifacts.reads.clear()

    await room.restore({"a": one, "b": two})

    assert artifacts.reads == []


def test_secret_is_blanked_in_values_and_keys_at_any_depth() -> None:
    redactor = Redactor({"key": "hunter2"})

    cleaned = redactor.clean({"a hunter2": ["x", {"b": "hunter2 and hunter2"}], "n": 1, "none": None})

    assert cleaned == {"a [secret:key]": ["x", {"b": "[secret:key] and [secret:key]"}], "n": 1, "none": None}


def test_secret_that_holds_another_is_blanked_whole() -> None:
    assert Redactor({"short": "abc", "long": "abcdef"}).text("abcdef abc") == "[secret:long] [secret:short]"


def test_empty_secret_blanks_nothing() -> None:
    assert Redactor({"unset": ""}).clean({"a": "b"}) == {"a": "b"}


@given(json_objects)
def test_without_secrets_nothing_changes(tree: dict[str, Any]) -> None:
    assert Redactor({}).clean(tree) is tree


def make_live(state: dict[str, Any], *, base: Base | None = None) -> LiveRun:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", state=state, created_at=moment())
    return LiveRun(view, DEFINITION, lease=Lease(None), base=base)


@st.composite
def states_to_claim(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """A state, and keys of it whose values are stored as artifacts."""
    state = draw(states)
    return state, draw(st.lists(st.sampled_from(sorted(state)), unique=True)) if state else []


@given(states_to_claim(), st.lists(st.tuples(paths, json_values), max_size=4).map(dict), st.booleans())
async def test_write_into_a_claimed_value_gives_what_it_gives_without_claims(
    claimed: tuple[dict[str, Any], list[str]], writes: dict[str, Any], deep: bool
) -> None:
    plain, names = claimed
    room = make_values()
    stored = dict(plain)
    for name in names:
        value = plain[name]
        inner = sorted(value) if isinstance(value, dict) else []
        if deep and inner:  # a value below it is claimed, as a dotted write leaves it
            stored[name] = {**value, inner[0]: await room.claim(value[inner[0]], where="It")}
        else:
            stored[name] = await room.claim(value, where="It")

    written = set_paths(stored, await make_live(stored).writable(writes, room))

    assert await room.restore(written) == set_paths(plain, writes)


async def test_write_below_a_leaf_that_was_just_written_over_a_claim_forgets_the_claim() -> None:
    room = make_values()
    state = {"a": {"b": await room.claim({"old": 1}, where="It")}}
    writes: dict[str, Any] = {"a": 5, "a.b.c": 1}

    written = set_paths(state, await make_live(state).writable(writes, room))

    assert await room.restore(written) == {"a": {"b": {"c": 1}}}


async def test_templates_of_a_child_see_the_parents_large_values() -> None:
    room = make_values()
    large = await room.fit_whole(text_of(LIMIT + 1), where="It")
    base = Base(state={"a": large}, outputs={"m": {"value": large}}, payload=large, params={})

    scope = await make_live({}, base=base).scope(room)

    assert scope["state"] == {"a": text_of(LIMIT + 1)}
    assert scope["m"] == {"output": {"value": text_of(LIMIT + 1)}}
    assert scope["trigger"] == {"payload": text_of(LIMIT + 1)}
