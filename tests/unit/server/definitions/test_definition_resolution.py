"""Actions -> modules, against a plain reading of the rules."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.errors import InvalidDefinition
from backend.server.definitions.models import ModuleDefinition, WorkflowDefinition
from backend.server.definitions.resolution import resolve_actions
from tests.fixtures.definition_samples import Json, full

REF = {"step_id": "draft", "module_name": "write"}
POLISH = {"step_id": "draft", "module_name": "polish"}


def resolve(*actions: Json, document: Json | None = None) -> list[ModuleDefinition]:
    document = deepcopy(document or full())
    sub_action = document["steps"][1]["modules"][0]["sub_actions"][0]
    sub_action["actions"] = [{"type": "target_sub_action", **action} for action in actions]
    workflow = WorkflowDefinition.model_validate(document)
    return resolve_actions(workflow.steps[1].modules[0].sub_actions[0], workflow)


def test_ref_alone_gives_the_module_itself() -> None:
    [module] = resolve({"ref": REF})

    assert module == WorkflowDefinition.model_validate(full()).find_module("draft", "write")


def test_inline_alone_gives_a_module() -> None:
    [module] = resolve({"module_id": "demo.free", "name": "own", "inputs": {"a": 1}, "outputs_to_state": ["b"]})

    assert module == ModuleDefinition(module_id="demo.free", name="own", inputs={"a": 1}, outputs_to_state={"b": "b"})


def test_inline_merges_deeply_over_the_ref() -> None:
    [module] = resolve({"ref": POLISH, "inputs": {"style": {"tone": "x"}}, "outputs_to_state": ["more"]})

    assert module.inputs == {
        "text": "{{ write.output.text }}",
        "style": {"deep": ["{{ state.draft.text }}"], "tone": "x"},
    }
    assert module.outputs_to_state == {"polished": "polished", "more": "more"}


def test_lists_are_replaced() -> None:
    [module] = resolve({"ref": POLISH, "inputs": {"style": {"deep": []}}})

    assert module.inputs["style"] == {"deep": []}


def test_overrides_win_over_everything() -> None:
    [module] = resolve(
        {"ref": POLISH, "inputs": {"text": "inline", "n": 1}, "overrides": {"inputs": {"text": "last"}, "name": "z"}}
    )

    assert (module.inputs["text"], module.inputs["n"], module.name) == ("last", 1, "z")


def test_overrides_may_change_the_type() -> None:
    [module] = resolve({"ref": POLISH, "overrides": {"module_id": "demo.other"}})

    assert module.module_id == "demo.other"


def test_null_says_nothing_inline_and_takes_away_in_overrides() -> None:
    kept, taken = resolve({"ref": POLISH, "when": None}, {"ref": POLISH, "overrides": {"when": None}})

    assert (kept.when, taken.when) == ("{{ write is defined }}", None)


def test_retry_merges_by_what_was_said() -> None:
    document = full()
    document["steps"][0]["modules"][0]["retry"] = {"max_attempts": 7, "initial_seconds": 9}

    [module] = resolve({"ref": REF, "retry": {"max_attempts": 2}}, document=document)

    assert module.retry is not None
    assert (module.retry.max_attempts, module.retry.initial_seconds) == (2, 9)


def test_ref_keeps_its_ways_but_not_its_sub_actions() -> None:
    [module] = resolve(
        {"ref": {"step_id": "choose", "module_name": "pick"}, "overrides": {"module_id": "demo.free"}},
    )

    assert module.sub_actions == []
    [polish] = resolve({"ref": POLISH})
    assert (polish.queue, polish.on_error) == ("gpu", "continue")


def test_ref_used_twice_gets_a_suffix() -> None:
    names = [module.name for module in resolve({"ref": REF}, {"ref": REF}, {"ref": REF})]

    assert names == ["write", "write_2", "write_3"]


def test_name_that_the_author_gave_is_kept() -> None:
    own = {"module_id": "demo.free", "name": "write"}
    names = [module.name for module in resolve({"ref": REF}, {"ref": REF, "name": "write_2"}, own)]

    assert names == ["write_3", "write_2", "write"]


@pytest.mark.parametrize(
    ("action", "pointer"),
    [
        ({}, "/actions/0"),
        ({"name": "x", "inputs": {}}, "/actions/0"),
        ({"module_id": "x"}, "/actions/0"),
        ({"ref": {"step_id": "no", "module_name": "write"}}, "/actions/0/ref"),
        ({"ref": {"step_id": "draft", "module_name": "no"}}, "/actions/0/ref"),
        ({"ref": REF, "overrides": {"queue": "a b"}}, "/actions/0/queue"),
        ({"ref": REF, "overrides": {"nope": 1}}, "/actions/0/nope"),
    ],
)
def test_action_that_gives_no_module_is_refused(action: Json, pointer: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        resolve(action)

    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_self_action_has_no_modules() -> None:
    workflow = WorkflowDefinition.model_validate(full())

    with pytest.raises(InvalidDefinition):
        resolve_actions(workflow.steps[2].modules[0].sub_actions[0], workflow)


# The rules once more, as plainly as they can be written.

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab{}", max_size=3)
keys = st.sampled_from(["a", "b", "c"])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3))
mappings = st.dictionaries(keys, st.sampled_from(["x", "y", "z.w"]), max_size=3)
lists_of_names = st.lists(keys, max_size=3, unique=True)


def fields(**always: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        always,
        optional={
            "inputs": st.dictionaries(keys, values, max_size=3),
            "outputs_to_state": mappings | lists_of_names,
            "when": st.none() | st.just("{{ state.a }}"),
            "timeout_seconds": st.none() | st.sampled_from([1.0, 2.5]),
            "on_error": st.sampled_from(["fail", "continue"]),
            "retry": st.none() | st.fixed_dictionaries({}, optional={"max_attempts": st.integers(1, 5)}),
        },
    )


names = st.sampled_from(["m", "n", "m_2", "own"])
bases = fields(module_id=st.just("demo.free"), name=st.just("m"))
refs = st.just({"step_id": "draft", "module_name": "m"})
over = st.fixed_dictionaries({}, optional={"overrides": fields() | fields(name=names, module_id=st.just("demo.write"))})
actions = st.one_of(
    st.builds(lambda own, more: {**own, **more}, fields(ref=refs), over),
    st.builds(lambda own, more: {**own, **more}, fields(ref=refs, name=names), over),
    st.builds(lambda own, more: {**own, **more}, fields(module_id=st.just("demo.write"), name=names), over),
)


def plainly(action: Json, base: Json) -> Json:
    result: Json = {}
    layers = [base if "ref" in action else {}]
    layers.append(
        {key: value for key, value in action.items() if value is not None and key not in ("ref", "overrides")}
    )
    layers.append(action.get("overrides", {}))
    for layer in layers:
        for key, said in layer.items():
            value = {name: name for name in said} if key == "outputs_to_state" and isinstance(said, list) else said
            result[key] = merged(result[key], value) if key in result else value
    return result


def merged(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {
        key: merged(below[key], above[key]) if key in below and key in above else above.get(key, below.get(key))
        for key in [*below, *above]
    }


@settings(deadline=None, max_examples=150)
@given(base=bases, chosen=st.lists(actions, min_size=1, max_size=4))
def test_resolution_equals_its_plain_reading(base: Json, chosen: list[Json]) -> None:
    document = full()
    document["steps"][0]["modules"] = [base]
    sub_action = document["steps"][1]["modules"][0]["sub_actions"][0]
    sub_action["actions"] = [{"type": "target_sub_action", **action} for action in chosen]
    workflow = WorkflowDefinition.model_validate(document)
    before = workflow.model_dump()

    resolved = resolve_actions(workflow.steps[1].modules[0].sub_actions[0], workflow)

    for action, module in zip(chosen, resolved, strict=True):
        expected = ModuleDefinition.model_validate(plainly(action, base))
        assert module.model_copy(update={"name": expected.name}) == expected
        given_name = action.get("overrides", {}).get("name", action.get("name"))
        assert given_name is None or module.name == given_name
    implicit = [
        module.name
        for action, module in zip(chosen, resolved, strict=True)
        if "name" not in action and "name" not in action.get("overrides", {})
    ]
    others = [module.name for module in resolved if module.name not in implicit]
    assert len(set(implicit)) == len(implicit)
    assert len(implicit) + len(others) == len(resolved)

    scribble(resolved)
    assert workflow.model_dump() == before


def scribble(modules: list[ModuleDefinition]) -> None:
    """Changes whatever can be changed in the result: none of it may be the definition's own."""
    for module in modules:
        stack: list[Any] = [module.inputs, module.outputs_to_state]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                stack.extend(value.values())
                value["scribble"] = 1
            elif isinstance(value, list):
                stack.extend(value)
                value.append(1)
