"""Every kind of mistake: where it is and what to do about it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from backend.core.errors import InvalidDefinition
from backend.server.definitions.checks import check_definition, parse_definition
from backend.server.definitions.models import WorkflowDefinition
from backend.server.definitions.problems import MAX_PROBLEMS
from tests.fixtures.definition_samples import REGISTRY, Json, at, full, leads_somewhere, minimal, module

WRITE = ("steps", 0, "modules", 0)
POLISH = ("steps", 0, "modules", 1)
PICK = ("steps", 1, "modules", 0)
AGAIN = (*PICK, "sub_actions", 0)
CANVAS = ("steps", 2, "modules", 0)
TXT2IMG = (*CANVAS, "sub_actions", 0)


def put(*path: Any, to: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        at(document, *path[:-1])[path[-1]] = to

    return change


def drop(*path: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        del at(document, *path[:-1])[path[-1]]

    return change


def add(*path: Any, item: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        at(document, *path).append(item)

    return change


def target(**more: Any) -> Json:
    return {"type": "target_sub_action", **more}


def pointer(*path: Any) -> str:
    return "".join(f"/{part}" for part in path)


W, P, K, A, C, T = (pointer(*path) for path in (WRITE, POLISH, PICK, AGAIN, CANVAS, TXT2IMG))

ERRORS = {
    # the models
    "missing top key": (drop("name"), "", "'name' is missing"),
    "unknown top key": (put("stepz", to=[]), "/stepz", "Did you mean 'steps'"),
    "no steps": (put("steps", to=[]), "/steps", "at least 1"),
    "bad workflow id": (put("workflow_id", to="a b"), "/workflow_id", "letters, digits, _ and -"),
    "step is text": (add("steps", item="x"), "/steps/3", "This is text; use an object"),
    "missing module key": (drop(*WRITE, "module_id"), W, "'module_id' is missing"),
    "unknown module key": (put(*WRITE, "input", to={}), f"{W}/input", "Did you mean 'inputs'"),
    "bad module name": (put(*CANVAS, "name", to="1 x"), f"{C}/name", "beginning with a letter"),
    "text for number": (put(*WRITE, "timeout_seconds", to="60"), f"{W}/timeout_seconds", "use a number"),
    "timeout of zero": (put(*WRITE, "timeout_seconds", to=0), f"{W}/timeout_seconds", "above 0"),
    "retry out of range": (put(*WRITE, "retry", "max_attempts", to=0), f"{W}/retry/max_attempts", "1 or more"),
    "unknown retry key": (put(*WRITE, "retry", "max", to=1), f"{W}/retry/max", "There is: initial_seconds, max_"),
    "bad on_error": (put(*WRITE, "on_error", to="continu"), f"{W}/on_error", "Did you mean 'continue'"),
    "bad queue": (put(*WRITE, "queue", to="a b"), f"{W}/queue", "at most 64"),
    "bad state key in a list": (
        put(*POLISH, "outputs_to_state", to=["polished", "$x"]),
        f"{P}/outputs_to_state/1",
        "A path is names",
    ),
    "bad state key": (put(*WRITE, "outputs_to_state", "text", to="a..b"), f"{W}/outputs_to_state/text", "A path is"),
    "unknown action type": (put(*AGAIN, "actions", 0, "type", to="target"), f"{A}/actions/0/type", "is no 'type'"),
    "action without type": (drop(*AGAIN, "actions", 0, "type"), f"{A}/actions/0", "'type' is missing"),
    "unknown action key": (put(*AGAIN, "actions", 0, "refs", to={}), f"{A}/actions/0/refs", "Did you mean 'ref'"),
    "half a ref": (drop(*AGAIN, "actions", 0, "ref", "step_id"), f"{A}/actions/0/ref", "'step_id' is missing"),
    "outputs_to_state of an action": (
        put(*AGAIN, "actions", 2, "outputs_to_state", to=5),
        f"{A}/actions/2/outputs_to_state",
        "This is a number; use an object or a list",
    ),
    "bad path in an action": (
        put(*AGAIN, "actions", 2, "outputs_to_state", to={"a": "1"}),
        f"{A}/actions/2/outputs_to_state/a",
        "A path is",
    ),
    "unknown key in self action": (
        put(*TXT2IMG, "actions", 0, "param", to={}),
        f"{T}/actions/0/param",
        "Did you mean 'params'",
    ),
    "bad mode": (put(*AGAIN, "result_mapping", 0, "mode", to="apend"), f"{A}/result_mapping/0/mode", "'append'"),
    "upsert without key": (drop(*AGAIN, "result_mapping", 1, "key"), f"{A}/result_mapping/1", "needs 'key'"),
    "key without upsert": (put(*AGAIN, "result_mapping", 0, "key", to="id"), f"{A}/result_mapping/0", "upsert"),
    "bad mapping path": (put(*AGAIN, "result_mapping", 0, "target", to="a."), f"{A}/result_mapping/0/target", "A path"),
    "no actions": (put(*AGAIN, "actions", to=[]), f"{A}/actions", "at least 1"),
    "bad concurrency": (put(*AGAIN, "concurrency", to="wait"), f"{A}/concurrency", "Use 'reject', "),
    # values
    "NaN": (put("initial_state", "drafts", to=[float("nan")]), "/initial_state/drafts/0", "not finite"),
    "integer too large": (put("config", "n", to=2**63), "/config/n", "beyond 64 bits"),
    "surrogate": (put("config", "n", to="\ud800"), "/config/n", "lone surrogate"),
    "NUL in a key": (put("config", "a\x00", to=1), "/config", "NUL"),
    "not JSON": (put("config", "n", to={1, 2}), "/config/n", "set is not JSON"),
    "bad initial state key": (put("initial_state", "a.b", to=1), "/initial_state/a.b", "cannot be a state key"),
    "file ref": (put(*WRITE, "inputs", "text", to={"$ref": "a.txt"}), f"{W}/inputs/text", "workflow folder only"),
    # names
    "step id twice": (put("steps", 2, "step_id", to="draft"), "/steps/2/step_id", "already, at /steps/0"),
    "module name twice": (put(*CANVAS, "name", to="write"), f"{C}/name", f"already, at {W}"),
    "reserved name": (put(*CANVAS, "name", to="state"), f"{C}/name", "means something else"),
    "address as workflow id": (put("workflow_id", to="list"), "/workflow_id", "an address of the API itself"),
    "jinja word as name": (put(*CANVAS, "name", to="loop"), f"{C}/name", "means something else"),
    "sub-action id twice": (add(*PICK, "sub_actions", item=at(full(), *AGAIN)), f"{K}/sub_actions/1/id", "already"),
    "name twice in a sub-action": (
        add(*AGAIN, "actions", item=target(module_id="demo.free", name="store")),
        f"{A}/actions/3/name",
        "already",
    ),
    "name twice by overrides": (
        put(*AGAIN, "actions", 0, "overrides", to={"name": "store"}),
        f"{A}/actions/2/name",
        "already",
    ),
    "reserved name in a sub-action": (put(*AGAIN, "actions", 2, "name", to="params"), f"{A}/actions/2/name", "means"),
    "reserved feedback key": (put(*AGAIN, "feedback", "state_key", to="state"), f"{A}/feedback/state_key", "means"),
    # the graph
    "unknown step": (put("steps", 1, "depends_on", to=["draf"]), "/steps/1/depends_on/0", "Did you mean 'draft'"),
    "waits for itself": (put("steps", 1, "depends_on", to=["choose"]), "/steps/1/depends_on/0", "waits for itself"),
    "cycle": (put("steps", 0, "depends_on", to=["paint"]), "/steps/0/depends_on", "draft -> paint -> choose -> draft"),
    # schemas
    "bad type in inputs": (
        put("inputs", "properties", "n", to={"type": "sting"}),
        "/inputs/properties/n/type",
        "Did you mean 'string'",
    ),
    "bad keyword in inputs": (put("inputs", "required", to="topic"), "/inputs/required", "no JSON Schema"),
    "bad regex": (put("inputs", "properties", "n", to={"pattern": "("}), "/inputs/properties/n/pattern", "no JSON"),
    "ref to nowhere": (
        put("inputs", "properties", "n", to={"$ref": "#/$defs/no"}),
        "/inputs/properties/n/$ref",
        "leads nowhere",
    ),
    "ref to itself": (
        put("inputs", "$defs", "topic", to={"anyOf": [{"$ref": "#/$defs/topic"}, {"type": "string"}]}),
        "/inputs/$defs/topic/anyOf/0/$ref",
        "round to itself",
    ),
    "schemas too large": (
        put("inputs", "description", to="x" * 140_000),
        "/inputs",
        "more than 128 KiB",
    ),
    "payload is a list": (put("inputs", "type", to="array"), "/inputs/type", "always an object"),
    "bad params_schema": (put(*AGAIN, "params_schema", "type", to=5), f"{A}/params_schema/type", "no JSON Schema"),
    # modules
    "unknown module id": (put(*POLISH, "module_id", to="demo.fre"), f"{P}/module_id", "Did you mean 'demo.free'"),
    "module id of somebody's own": (put(*POLISH, "module_id", to="zoo.keep"), f"{P}/module_id", "INTERLUDE_MODULES"),
    "unknown input": (put(*WRITE, "inputs", "txt", to="x"), f"{W}/inputs/txt", "Did you mean 'text'"),
    "missing input": (put(*WRITE, "inputs", to={"times": 2}), f"{W}/inputs", "'text' is missing"),
    "missing inputs": (drop(*WRITE, "inputs"), W, "'text' is missing"),
    "wrong literal": (put(*WRITE, "inputs", "times", to="many"), f"{W}/inputs/times", "use a whole number"),
    "literal out of range": (put(*WRITE, "inputs", "times", to=11), f"{W}/inputs/times", "10 or less"),
    "literal of no choice": (put(*WRITE, "inputs", "tone", to="laud"), f"{W}/inputs/tone", "Did you mean 'loud'"),
    "literal of no kind": (put(*WRITE, "inputs", "target", to="x"), f"{W}/inputs/target", "a whole number or a list"),
    "object where a template is text": (
        put(*WRITE, "inputs", "text", to={"a": "{{ state.x }}"}),
        f"{W}/inputs/text",
        "use text",
    ),
    "unknown output": (
        put(*WRITE, "outputs_to_state", to={"txt": "a"}),
        f"{W}/outputs_to_state/txt",
        "no output 'txt'. Did you mean 'text'",
    ),
    "unknown output in a list": (put(*PICK, "outputs_to_state", to=["x"]), f"{K}/outputs_to_state/0", "no output 'x'"),
    "empty output key": (put(*POLISH, "outputs_to_state", to={"a.": "a"}), f"{P}/outputs_to_state/a.", "is no path"),
    "sub_actions on work": (
        put(*POLISH, "sub_actions", to=at(full(), *PICK, "sub_actions")),
        f"{P}/sub_actions",
        "asks no question",
    ),
    # sub-actions
    "mixed types": (add(*AGAIN, "actions", item={"type": "self_sub_action"}), f"{A}/actions", "of one type"),
    "two self actions": (add(*TXT2IMG, "actions", item={"type": "self_sub_action"}), f"{T}/actions/1", "one self_sub"),
    "self action on a module without": (
        put(*AGAIN, "actions", to=[{"type": "self_sub_action"}]),
        f"{A}/actions/0",
        r"has no sub_action\(\)",
    ),
    "ref to an unknown step": (
        put(*AGAIN, "actions", 0, "ref", "step_id", to="drafts"),
        f"{A}/actions/0/ref/step_id",
        "Did you mean 'draft'",
    ),
    "ref to an unknown module": (
        put(*AGAIN, "actions", 0, "ref", "module_name", to="wriet"),
        f"{A}/actions/0/ref/module_name",
        "Did you mean 'write'",
    ),
    "ref to a module of another step": (
        put(*AGAIN, "actions", 0, "ref", "module_name", to="canvas"),
        f"{A}/actions/0/ref/module_name",
        "It is in the step 'paint'",
    ),
    "neither ref nor module": (put(*AGAIN, "actions", 0, to=target(name="x")), f"{A}/actions/0", "neither"),
    "inline without a name": (drop(*AGAIN, "actions", 2, "name"), f"{A}/actions/2", "'name' is missing"),
    "interactive by ref": (
        put(*AGAIN, "actions", 0, "ref", to={"step_id": "paint", "module_name": "canvas"}),
        f"{A}/actions/0/ref",
        "asks a person",
    ),
    "interactive inline": (put(*AGAIN, "actions", 2, "module_id", to="demo.pick"), f"{A}/actions/2/module_id", "asks"),
    "interactive by overrides": (
        put(*AGAIN, "actions", 2, "overrides", to={"module_id": "demo.paint"}),
        f"{A}/actions/2/overrides/module_id",
        "asks a person",
    ),
    "wait inside": (
        put(*AGAIN, "actions", 2, to=target(module_id="wait.until", name="w", inputs={"seconds": 1})),
        f"{A}/actions/2/module_id",
        "waits",
    ),
    "sub-workflow inside by ref": (
        put(*AGAIN, "actions", 0, "ref", to={"step_id": "paint", "module_name": "each"}),
        f"{A}/actions/0/ref",
        "waits",
    ),
    "unknown module id by overrides": (
        put(*AGAIN, "actions", 2, "overrides", to={"module_id": "demo.fri"}),
        f"{A}/actions/2/overrides/module_id",
        "no module type",
    ),
    "overrides that no module has": (
        put(*AGAIN, "actions", 1, "overrides", to={"input": {}}),
        f"{A}/actions/1/overrides/input",
        "Did you mean 'inputs'",
    ),
    "overrides out of range": (
        put(*AGAIN, "actions", 1, "overrides", to={"retry": {"max_attempts": 0}}),
        f"{A}/actions/1/overrides/retry/max_attempts",
        "1 or more",
    ),
    "overrides with sub_actions": (
        put(*AGAIN, "actions", 1, "overrides", to={"sub_actions": [at(full(), *AGAIN)]}),
        f"{A}/actions/1/overrides/sub_actions",
        "no sub_actions of its own",
    ),
    "overrides that break inputs": (
        put(*AGAIN, "actions", 0, "overrides", to={"inputs": {"times": 99}}),
        f"{A}/actions/0/overrides/inputs/times",
        "10 or less",
    ),
    "inline that breaks inputs": (
        put(*AGAIN, "actions", 0, "inputs", to={"tims": 2}),
        f"{A}/actions/0/inputs/tims",
        "Did you mean 'times'",
    ),
    # templates
    "bad template in inputs": (put(*POLISH, "inputs", "text", to="{{ a b }}"), f"{P}/inputs/text", "cannot be used"),
    "bad template in outputs": (put("outputs", "scene", to="{% if %}"), "/outputs/scene", "cannot be used"),
    "bad template in when": (put(*POLISH, "when", to="{{ 1 +"), f"{P}/when", "cannot be used"),
    "bad template in a step's when": (put("steps", 1, "when", to="{{ }}"), "/steps/1/when", "cannot be used"),
    "bad template in an action": (
        put(*AGAIN, "actions", 2, "inputs", "text", to="{{ x | nope }}"),
        f"{A}/actions/2/inputs/text",
        "nope",
    ),
    "bad template in overrides": (
        put(*AGAIN, "actions", 1, "overrides", to={"inputs": {"a": ["{{"]}}),
        f"{A}/actions/1/overrides/inputs/a/0",
        "cannot be used",
    ),
    "unknown name": (put(*POLISH, "inputs", "text", to="{{ wirte.output }}"), f"{P}/inputs/text", "Did you mean 'wri"),
    "state key as name": (
        put(*POLISH, "inputs", "text", to="{{ drafts }}"),
        f"{P}/inputs/text",
        "Did you mean 'state.drafts'",
    ),
    "payload field as name": (
        put(*POLISH, "inputs", "text", to="{{ topic }}"),
        f"{P}/inputs/text",
        "Did you mean 'trigger.payload.topic'",
    ),
    "when without braces": (put(*POLISH, "when", to="state.x"), f"{P}/when", r"Write it as \{\{ state.x \}\}"),
    "secrets in when": (put(*POLISH, "when", to="{{ secrets.a }}"), f"{P}/when", "module inputs only"),
    "secrets in outputs": (put("outputs", "scene", to="{{ secrets.a }}"), "/outputs/scene", "module inputs only"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_mistake_is_reported_where_it_is(kind: str) -> None:
    change, where, message = ERRORS[kind]
    document = full()
    change(document)

    errors = [problem for problem in check_definition(document, REGISTRY) if problem.severity == "error"]

    assert [problem.pointer for problem in errors] == [where], errors
    assert re.search(message, errors[0].message), errors[0].message


@pytest.mark.parametrize("kind", ERRORS)
def test_message_is_a_sentence_and_its_pointer_leads_somewhere(kind: str) -> None:
    document = full()
    ERRORS[kind][0](document)

    for problem in check_definition(document, REGISTRY):
        assert leads_somewhere(document, problem.pointer)
        assert problem.message[0].isupper() or problem.message[0] in "'("
        assert problem.message.endswith((".", "?"))


WARNINGS = {
    "field beside the keywords": (put("inputs", to={"guests": "array"}), "/inputs/guests", "under 'properties'"),
    "later module": (put(*WRITE, "inputs", "text", to="{{ polish.output }}"), f"{W}/inputs/text", "may not have"),
    "itself": (put(*POLISH, "inputs", "text", to="{{ polish.output }}"), f"{P}/inputs/text", "may not have"),
    "module of a sub-action": (put(*POLISH, "inputs", "text", to="{{ store.output }}"), f"{P}/inputs/text", "may not"),
    "later action": (
        put(*AGAIN, "actions", 1, "inputs", to={"text": "{{ store.output }}"}),
        f"{A}/actions/1/inputs/text",
        "may not have",
    ),
    "parallel step": (
        lambda document: (
            put("steps", 1, "depends_on", to=[])(document),
            put(*PICK, "when", to="{{ polish }}")(document),
        ),
        f"{K}/when",
        "depends_on",
    ),
    "params outside sub-actions": (put("steps", 1, "when", to="{{ params.x }}"), "/steps/1/when", "sub-actions only"),
    "item without a list": (put(*POLISH, "inputs", "text", to="{{ item }}"), f"{P}/inputs/text", "'for_each'"),
    "step outside steps": (put("outputs", "scene", to="{{ step.step_id }}"), "/outputs/scene", "inside steps"),
    "past the output": (
        put(*POLISH, "inputs", "text", to="{{ write.text }}"),
        f"{P}/inputs/text",
        "'write.output.text'",
    ),
    "source that nobody writes": (
        put(*AGAIN, "result_mapping", 0, "source", to="drafd"),
        f"{A}/result_mapping/0/source",
        "Did you mean 'draft'",
    ),
}


@pytest.mark.parametrize("kind", WARNINGS)
def test_doubtful_place_is_a_warning_and_can_be_saved(kind: str) -> None:
    change, where, message = WARNINGS[kind]
    document = full()
    change(document)

    problems = check_definition(document, REGISTRY)

    assert [(problem.pointer, problem.severity) for problem in problems] == [(where, "warning")], problems
    assert message in problems[0].message
    assert parse_definition(document, REGISTRY).workflow_id == "story-1"


@pytest.mark.parametrize("document", [full(), minimal()], ids=["full", "minimal"])
def test_valid_definition_has_no_problems(document: Json) -> None:
    assert check_definition(document, REGISTRY) == []


def test_valid_definition_is_parsed() -> None:
    definition = parse_definition(full(), REGISTRY)

    assert isinstance(definition, WorkflowDefinition)
    assert definition.steps[0].modules[1].outputs_to_state == {"polished": "polished"}


FINE = {
    "later module that is asked about": "{{ pick.output.selected if pick is defined else '' }}",
    "later module with a default": "{{ pick | default('') }}",
    "own names": "{% for x in state.a %}{{ loop.index }}{{ x }}{% endfor %}{% set y = 1 %}{{ y }}",
    "functions": "{{ range(3) | length }}",
    "no template": "a { b } c",
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_template_that_can_work_is_let_through(source: str) -> None:
    document = full()
    at(document, *WRITE, "inputs")["text"] = source

    assert check_definition(document, REGISTRY) == []


HALF_KNOWN = {
    "template for a number": {"text": "a", "times": "{{ state.n }}"},
    "template in a list": {"text": "a", "target": [1, "{{ state.n }}"]},
    "template in one of two kinds": {"text": "a", "format": {"kind": "{{ state.k }}", "width": 1}},
}


@pytest.mark.parametrize("inputs", HALF_KNOWN.values(), ids=HALF_KNOWN)
def test_value_with_a_template_is_not_judged(inputs: Json) -> None:
    document = full()
    at(document, *WRITE)["inputs"] = inputs

    assert check_definition(document, REGISTRY) == []


def test_schema_of_a_tree_is_let_through() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#"}, "children": {"items": {"$ref": "#"}}}}

    assert check_definition(minimal(inputs=tree), REGISTRY) == []


def test_more_templates_than_can_be_checked_are_refused() -> None:
    document = minimal()
    document["steps"][0]["modules"][0]["inputs"] = {"all": [f"{{{{ state.a{n % 9} }}}}" for n in range(5001)]}

    assert ["5,000 templates" in problem.message for problem in check_definition(document, REGISTRY)] == [True]


def test_validator_that_breaks_on_templates_says_nothing() -> None:
    document = minimal()
    document["steps"][0]["modules"] = [module(module_id="demo.brittle", inputs={"day": "{{ state.day }}"})]

    assert check_definition(document, REGISTRY) == []


@pytest.mark.parametrize("document", [None, 5, "x", [], {}, {"steps": {}}, {"steps": [None, {"modules": 5}]}])
def test_document_of_no_shape_is_invalid(document: Any) -> None:
    with pytest.raises(InvalidDefinition):
        parse_definition(document, REGISTRY)


def test_several_mistakes_are_all_reported() -> None:
    document = full()
    chosen = ["unknown top key", "bad queue", "cycle", "unknown input", "mixed types", "bad template in outputs", "NaN"]
    for kind in chosen:
        ERRORS[kind][0](document)

    with pytest.raises(InvalidDefinition) as caught:
        parse_definition(document, REGISTRY)

    assert {error.pointer for error in caught.value.errors} == {ERRORS[kind][1] for kind in chosen}


def test_type_changed_by_overrides_is_checked_with_what_the_ref_leaves() -> None:
    document = full()
    at(document, *AGAIN, "actions", 1)["overrides"] = {"module_id": "demo.write"}

    errors = {problem.pointer: problem.message for problem in check_definition(document, REGISTRY)}

    assert set(errors) == {f"{A}/actions/1/inputs/style", f"{A}/actions/1/ref"}
    assert "no output 'polished'" in errors[f"{A}/actions/1/ref"]


def test_problems_come_in_document_order() -> None:
    document = minimal(steps=[{"step_id": f"s{n}", "modules": [module(f"m{n}", "no.such")]} for n in range(11)])

    pointers = [problem.pointer for problem in check_definition(document, REGISTRY)]

    assert pointers == [f"/steps/{n}/modules/0/module_id" for n in range(11)]


def test_endless_problems_are_cut_off_with_a_word_about_it() -> None:
    problems = check_definition(minimal(**{f"wrong_{n}": n for n in range(5000)}), REGISTRY)

    assert len(problems) == MAX_PROBLEMS + 1
    assert "more than 200" in problems[-1].message


def test_deep_nesting_is_one_problem() -> None:
    deep: Any = "x"
    for _ in range(80):
        deep = [deep]

    problems = check_definition(minimal(config={"deep": deep}), REGISTRY)

    assert ["64 levels" in problem.message for problem in problems] == [True]


def test_two_cycles_are_both_reported() -> None:
    steps = [
        {"step_id": name, "depends_on": [other], "modules": [module(f"m_{name}")]}
        for name, other in [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]
    ]

    problems = check_definition(minimal(steps=steps), REGISTRY)

    assert [problem.pointer for problem in problems] == ["/steps/0/depends_on", "/steps/2/depends_on"]


CHILD = {"module_id": "sub_workflow", "name": "child", "inputs": {"workflow_id": "gone"}}


def _calling(workflow_id: str) -> Json:
    return minimal(steps=[{"step_id": "s", "modules": [{**CHILD, "inputs": {"workflow_id": workflow_id}}]}])


def test_unknown_child_workflow_is_reported() -> None:
    problems = check_definition(_calling("gone"), REGISTRY, known_workflows=lambda workflow_id: False)

    assert [problem.pointer for problem in problems] == ["/steps/0/modules/0/inputs/workflow_id"]
    assert "no workflow 'gone'" in problems[0].message


@pytest.mark.parametrize("workflow_id", ["w", "{{ state.child }}"], ids=["itself", "decided later"])
def test_child_that_may_exist_is_not_asked_for(workflow_id: str) -> None:
    assert check_definition(_calling(workflow_id), REGISTRY, known_workflows=lambda workflow_id: False) == []


def test_children_are_not_checked_without_a_list_of_them() -> None:
    assert check_definition(_calling("gone"), REGISTRY) == []
