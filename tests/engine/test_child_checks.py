"""Which children a definition may name, at save and at start."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.core.config import Settings
from backend.core.errors import InvalidDefinition
from tests.engine.test_sub_workflows import call, child, save
from tests.fixtures.lab import ME, Lab, module, open_lab, workflow
from tests.fixtures.lab_modules import new_calls

PLACE = "/steps/0/modules/0/inputs/workflow_id"


@pytest.mark.parametrize("workflow_id", ["gone", "no id \ud800", ""])
async def test_unknown_child_is_refused_with_its_place(lab: Lab, workflow_id: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        await lab.engine.save_workflow("lab", workflow(call(workflow_id)), actor=ME)

    assert PLACE in [error.pointer for error in refused.value.errors]


async def test_archived_child_is_refused(lab: Lab) -> None:
    await save(lab, child(module("a")))
    await lab.engine.archive_workflow("child", actor=ME)

    assert [item.pointer for item in await lab.engine.validate_definition(workflow(call("child")))] == [PLACE]


@pytest.mark.parametrize("workflow_id", ["lab", "child", "{{ state.which }}"])
async def test_child_that_may_be_there_is_taken(lab: Lab, workflow_id: str) -> None:
    await save(lab, child(module("a")))

    assert await lab.engine.validate_definition(workflow(call(workflow_id), initial_state={"which": "child"})) == []


def write(root: Path, folder: str, definition: dict[str, Any]) -> None:
    (root / folder).mkdir()
    (root / folder / "workflow.json").write_text(json.dumps(definition))


async def loaded(settings: Settings, root: Path) -> list[str]:
    lab = await open_lab(settings.model_copy(update={"workflows_dir": root, "template_workers": 1}), new_calls())
    try:
        return [item.workflow_id for item in (await lab.engine.list_workflows()).items]
    finally:
        await lab.engine.close()


async def test_folders_may_call_each_other_in_any_order_and_in_circles(
    memory_settings: Settings, empty_folder: Path
) -> None:
    write(empty_folder, "1", child(call("two"), workflow_id="one"))
    write(empty_folder, "2", child(call("three"), workflow_id="two"))
    write(empty_folder, "3", child(call("one"), workflow_id="three"))

    assert sorted(await loaded(memory_settings, empty_folder)) == ["one", "three", "two"]


async def test_folder_that_calls_a_broken_one_is_left_out_and_the_others_are_not(
    memory_settings: Settings, empty_folder: Path
) -> None:
    write(empty_folder, "1", child(call("two"), workflow_id="one"))
    write(empty_folder, "2", child(call("three"), workflow_id="two"))
    write(empty_folder, "3", child({"module_id": "no_such_type", "name": "a"}, workflow_id="three"))
    write(empty_folder, "4", child(module("a"), workflow_id="four"))

    assert await loaded(memory_settings, empty_folder) == ["four"]
