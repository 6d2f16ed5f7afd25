"""A whole run in the terminal."""

import json
from pathlib import Path

import pytest

from tests.fixtures.fake_api import FakeApi, Work
from tests.unit.cli.conftest import Interlude, json_lines
from tests.unit.cli.questions import approve, form, media, new_scenes, progress, question, review, select, sub_action


def answer_to(api: FakeApi, kind: str) -> object:
    return api.runs["wf_1"]["output"][f"ask_{kind}"]


def test_run_without_questions_ends_with_its_output(interlude: Interlude) -> None:
    result = interlude("run", "story")
    assert result.exit_code == 0, result.output
    assert "✓ run completed" in result.stdout


def test_failed_run_says_why_and_exits_with_1(api: FakeApi, interlude: Interlude) -> None:
    api.fails = True
    result = interlude("run", "story")
    assert result.exit_code == 1
    assert "It broke. (in write)" in result.stdout


def test_select_is_answered_by_number(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    result = interlude("run", "story", typed=("2",))
    assert result.exit_code == 0, result.output
    assert answer_to(api, "select") == {"selected": 1}


def test_select_of_several_is_answered_by_numbers(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(multiple=True)]
    interlude("run", "story", typed=("2, 1",))
    assert answer_to(api, "select") == {"selected": [1, 0]}


def test_number_out_of_range_is_asked_again(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    result = interlude("run", "story", typed=("7", "1"))
    assert "'7' is no number from 1 to 2" in result.stdout
    assert answer_to(api, "select") == {"selected": 0}


def test_form_is_filled_in_field_by_field(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [form()]
    result = interlude("run", "story", typed=("", "zero", "0", "4", "2", "sea, sun", "y", ""))
    assert result.exit_code == 0, result.output
    expected = {"city": "Oslo", "days": 4, "pace": "fast", "tags": ["sea", "sun"], "guide": True, "hotel": {"stars": 3}}
    assert answer_to(api, "form") == {"values": expected}


def test_optional_field_left_empty_is_left_out(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [form()]
    interlude("run", "story", typed=("Rome", "2", "", "", "", ""))
    assert answer_to(api, "form") == {"values": {"city": "Rome", "days": 2, "hotel": {"stars": 3}}}


def test_form_with_sub_actions_offers_them_before_its_fields(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [form(sub_actions=[sub_action()])]
    api.work["again"] = Work([("started", {"action_id": "again"}), ("complete", {"updated_state": {}})])
    result = interlude("run", "story", typed=("a", "", "Rome", "2", "", "", "", ""))
    assert result.exit_code == 0, result.output
    assert len(api.sub_actions) == 1


def test_approval_takes_a_comment(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [approve()]
    interlude("run", "story", typed=("y", "well done"))
    assert answer_to(api, "approve") == {"approved": True, "comment": "well done"}


def test_rejection_insists_on_the_comment_that_it_needs(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [approve(comment_required=True)]
    interlude("run", "story", typed=("n", "", "too long"))
    assert answer_to(api, "approve") == {"approved": False, "comment": "too long"}


def test_review_is_sent_on_as_it_is(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [review()]
    interlude("run", "story", typed=("",))
    assert answer_to(api, "review") == {"content": "Once upon a time"}


def test_review_is_edited_in_the_editor(
    api: FakeApi, interlude: Interlude, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = folder / "editor.sh"
    editor.write_text('#!/bin/sh\nsed -i s/upon/before/ "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    api.questions = [review()]
    interlude("run", "story", typed=("e",))
    assert answer_to(api, "review") == {"content": "Once before a time"}


def test_review_without_an_editor_is_typed_anew(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [review({"a": 1})]
    interlude("run", "story", typed=("e", '{"a":', "2}", "."))
    assert answer_to(api, "review") == {"content": {"a": 2}}


@pytest.mark.parametrize(
    ("schema", "typed", "chosen"),
    [
        ({"type": "integer"}, "2", 1),
        ({"type": "array", "items": {"type": "integer"}}, "1 2", [0, 1]),
        ({"type": "string"}, "2", "sha256:b"),
        ({"type": "array", "items": {"type": "string"}}, "2", ["sha256:b"]),
        ({"type": "array", "items": {"enum": ["gen_a", "gen_b"]}}, "2", ["gen_b"]),
    ],
)
def test_picture_is_picked_by_number(
    api: FakeApi, interlude: Interlude, schema: dict[str, object], typed: str, chosen: object
) -> None:
    api.questions = [media(schema, "a", "b")]
    result = interlude("run", "story", typed=(typed,))
    assert result.exit_code == 0, result.output
    assert answer_to(api, "media") == {"chosen": chosen}


def test_pictures_are_saved_to_a_folder(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    api.questions = [media({"type": "integer"}, "a", "b")]
    api.artifacts = {"sha256:a": (b"first", "image/png"), "sha256:b": (b"second", "image/jpeg")}
    result = interlude("run", "story", typed=("s", "shots", "1"))
    assert "Saved 2 files to shots." in result.stdout
    assert sorted(path.read_bytes() for path in (folder / "shots").iterdir()) == [b"first", b"second"]


def test_unknown_kind_is_asked_by_its_response_schema(api: FakeApi, interlude: Interlude) -> None:
    schema = {"type": "object", "required": ["color"], "properties": {"color": {"type": "string"}}}
    api.questions = [question("palette", {"colors": ["red"]}, schema)]
    interlude("run", "story", typed=("red",))
    assert answer_to(api, "palette") == {"color": "red"}


def test_refused_answer_is_asked_again_with_the_reason(api: FakeApi, interlude: Interlude) -> None:
    schema = {"type": "object", "properties": {"content": {"maxLength": 3}}}
    api.questions = [question("review", {"content": "too long", "format": "text"}, schema)]
    result = interlude("run", "story", typed=("", "e", "ok", "."))
    assert "/content" in result.stderr
    assert answer_to(api, "review") == {"content": "ok"}


def test_questions_follow_each_other(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(), approve()]
    result = interlude("run", "story", typed=("1", "y", ""))
    assert result.exit_code == 0, result.output
    assert list(api.runs["wf_1"]["output"]) == ["ask_select", "ask_approve"]


def test_sub_action_runs_and_the_question_comes_back_changed(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action(feedback={"enabled": True, "prompt": "What instead?"})])]
    api.work["again"] = new_scenes()
    result = interlude("run", "story", typed=("a", "colder", "3"))
    assert result.exit_code == 0, result.output
    assert "Glacier" in result.stdout
    assert next(iter(api.sub_actions.values()))["params"] == {"feedback": "colder"}
    assert answer_to(api, "select") == {"selected": 2}


def test_sub_action_asks_for_its_params(api: FakeApi, interlude: Interlude) -> None:
    schema = {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}
    api.questions = [select(sub_actions=[sub_action(params_schema=schema)])]
    api.work["again"] = new_scenes()
    interlude("run", "story", typed=("a", "3", "1"))
    assert next(iter(api.sub_actions.values()))["params"] == {"count": 3}


def test_sub_action_that_is_not_confirmed_does_not_start(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action(confirm="This costs money. Go on?")])]
    interlude("run", "story", typed=("a", "n", "1"))
    assert api.sub_actions == {}


def test_hidden_sub_action_is_not_offered(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action(hidden=True)])]
    result = interlude("run", "story", typed=("1",))
    assert "New scenes" not in result.stdout


def test_shortcut_becomes_the_letter(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action(shortcut="R")])]
    api.work["again"] = new_scenes()
    interlude("run", "story", typed=("r", "3"))
    assert answer_to(api, "select") == {"selected": 2}


def test_failed_sub_action_is_told_and_the_question_stays(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action()])]
    failure = ("error", {"code": "module_failed", "message": "The model is away."})
    api.work["again"] = Work([("started", {"action_id": "again"}), progress("running"), failure])
    result = interlude("run", "story", typed=("a", "1"))
    assert "The model is away." in result.stdout
    assert answer_to(api, "select") == {"selected": 0}


def test_broken_sub_action_stream_is_joined_again_and_starts_nothing_twice(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select(sub_actions=[sub_action()])]
    api.work["again"] = new_scenes()
    api.breaks = [3, 1]
    result = interlude("run", "story", typed=("a", "3"))
    assert result.exit_code == 0, result.output
    assert len(api.sub_actions) == 1
    assert [headers["last-event-id"] for _, path, headers in api.requests if path.endswith("/stream")] == ["3.0", "4.0"]


def test_missing_inputs_are_asked_for(api: FakeApi, interlude: Interlude) -> None:
    api.inputs = {
        "type": "object",
        "required": ["topic", "count"],
        "properties": {"topic": {"type": "string"}, "count": {"type": "integer"}, "style": {"type": "string"}},
    }
    interlude("run", "story", "--input", "topic=7", typed=("5",))
    assert api.runs["wf_1"]["payload"] == {"topic": "7", "count": 5}


def test_payload_file_and_inputs_go_together(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    (folder / "payload.json").write_text('{"a": 1, "b": 2}')
    interlude("run", "story", "--payload", "@payload.json", "-i", "b=[3]")
    assert api.runs["wf_1"]["payload"] == {"a": 1, "b": [3]}


def test_payload_that_does_not_fit_exits_with_2_and_names_the_place(api: FakeApi, interlude: Interlude) -> None:
    api.inputs = {"type": "object", "properties": {"count": {"type": "integer"}}}
    result = interlude("run", "story", "--payload", '{"count": "many"}')
    assert result.exit_code == 2
    assert "/count  'many' is not of type 'integer'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--input", "topic"), "--input topic: write it as key=value."),
        (("--payload", "{"), "--payload is no JSON"),
        (("--payload", "[1]"), "--payload must be a JSON object."),
        (("--payload", "@nowhere.json"), "--payload: cannot read nowhere.json: No such file or directory."),
        (("--answers", "nowhere.json"), "--answers: cannot read nowhere.json"),
    ],
)
def test_input_that_cannot_be_read_exits_with_2(interlude: Interlude, arguments: tuple[str, ...], said: str) -> None:
    result = interlude("run", "story", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_leaving_keeps_the_run_waiting(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    result = interlude("run", "story", typed=("q",))
    assert result.exit_code == 0
    assert api.runs["wf_1"]["status"] == "awaiting_input"
    assert "interlude runs resume wf_1" in result.stdout


def test_end_of_input_leaves_the_run_waiting_and_exits_with_1(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    result = interlude("run", "story")
    assert result.exit_code == 1
    assert api.runs["wf_1"]["status"] == "awaiting_input"


def test_resume_goes_on_with_a_waiting_run(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    interlude("run", "story", typed=("q",))
    result = interlude("runs", "resume", "wf_1", typed=("1",))
    assert result.exit_code == 0
    assert api.runs["wf_1"]["status"] == "completed"


def test_json_mode_prints_every_line_as_json(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    api.questions = [select()]
    (folder / "answers.json").write_text(json.dumps({"ask_select": {"selected": 1}}))
    result = interlude("run", "story", "--json", "--answers", "answers.json")
    lines = json_lines(result)
    assert result.exit_code == 0
    assert lines[0] == {"type": "run", "workflow_run_id": "wf_1"}
    assert lines[-1]["output"] == {"ask_select": {"selected": 1}}


def test_json_mode_without_an_answer_prints_the_question_and_exits_with_1(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    result = interlude("run", "story", "--json")
    assert result.exit_code == 1
    assert json_lines(result)[-1]["module_name"] == "ask_select"
    assert "--answers" in result.stderr


def test_answers_that_cannot_be_read_start_no_run(api: FakeApi, interlude: Interlude) -> None:
    assert interlude("run", "story", "--answers", "nowhere.json").exit_code == 2
    assert api.runs == {}


def test_list_of_answers_serves_a_question_asked_twice(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    api.questions = [select(), select()]
    (folder / "answers.json").write_text('{"ask_select": {"answers": [{"selected": 1}, {"selected": 0}]}}')
    result = interlude("run", "story", "--json", "--answers", "answers.json")
    assert json_lines(result)[-1]["output"] == {"ask_select": {"selected": 0}}


def test_answer_from_a_file_that_does_not_fit_exits_with_2(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    api.questions = [select()]
    (folder / "answers.json").write_text('{"ask_select": {"selected": 9}}')
    result = interlude("run", "story", "--answers", "answers.json")
    assert result.exit_code == 2
    assert "/selected" in result.stderr


def test_folder_of_a_definition_is_saved_and_run(api: FakeApi, interlude: Interlude, folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "workflow.json").write_text('{"workflow_id": "mine", "name": "Mine", "steps": []}')
    result = interlude("run", "./mine")
    assert result.exit_code == 0, result.output
    assert api.saved[0]["workflow_id"] == "mine"


def test_escape_sequences_of_a_run_do_not_reach_the_terminal(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [review("\x1b]0;owned\x07[red]text[/red]")]
    result = interlude("run", "story", typed=("",))
    assert "\x1b" not in result.stdout
    assert "[red]text[/red]" in result.stdout
