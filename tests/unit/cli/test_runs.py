import pytest

from tests.fixtures.fake_api import FakeApi
from tests.unit.cli.conftest import Interlude, json_lines
from tests.unit.cli.questions import select


def test_ls_shows_runs_as_a_table(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    result = interlude("runs", "ls")
    assert result.exit_code == 0, result.output
    assert "wf_1" in result.stdout
    assert "processing" in result.stdout


def test_ls_keeps_ids_whole_in_a_narrow_terminal(api: FakeApi, interlude: Interlude) -> None:
    run_id = "wf_01a1ff05a9707bde925b602071cc1e46"
    run = api.add_run("a_workflow_with_a_long_name", current_step="first", current_module="ask_name")
    run["workflow_run_id"] = run_id
    assert run_id in interlude("runs", "ls", env={"COLUMNS": "80"}).stdout


def test_ls_goes_over_pages_up_to_its_limit(api: FakeApi, interlude: Interlude) -> None:
    for _ in range(450):
        api.add_run()
    assert len(json_lines(interlude("runs", "ls", "--json", "--limit", "430"))) == 430


def test_ls_filters_by_status(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="completed")
    api.add_run(status="error")
    found = json_lines(interlude("runs", "ls", "--json", "--status", "error"))
    assert [run["workflow_run_id"] for run in found] == ["wf_2"]


def test_ls_without_runs_says_so(interlude: Interlude) -> None:
    assert interlude("runs", "ls").stdout == "No runs.\n"


def test_show_tells_state_and_open_question(api: FakeApi, interlude: Interlude) -> None:
    api.questions = [select()]
    interlude("run", "story", typed=("q",))
    shown = interlude("runs", "show", "wf_1").stdout
    assert "awaiting input" in shown
    assert "A select question" in shown
    assert "topic" in shown


def test_show_as_json_is_one_document(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    (document,) = json_lines(interlude("runs", "show", "wf_1", "--json"))
    assert document["state"] == {"topic": "sea", "n": 1}


def test_tree_shows_the_run(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    assert "wf_1" in interlude("runs", "tree", "wf_1").stdout


def test_tree_shows_children_under_the_module_that_started_them(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="waiting")
    api.add_run(parent_workflow_id="wf_1")
    first, second = interlude("runs", "tree", "wf_1").stdout.splitlines()
    assert first == "Story  waiting  wf_1"
    assert second.endswith("call_it: Story  processing  wf_2")


def test_why_leads_down_to_the_open_question(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="waiting")
    api.add_run(parent_workflow_id="wf_1", status="awaiting_input")
    lines = interlude("runs", "why", "wf_1").stdout.splitlines()
    assert lines[:2] == ["wf_1 / call_it", "  wf_2 / call_it"]
    assert lines[2].startswith("It waits for a person (interaction:int_1), since ")
    assert lines[3] == "Answer: interlude runs resume wf_2"


def test_why_of_a_run_that_waits_for_nothing_says_so(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="completed")
    assert interlude("runs", "why", "wf_1").stdout.endswith("It waits for nothing: it is completed.\n")


def test_why_as_json_is_one_document(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    (document,) = json_lines(interlude("runs", "why", "wf_1", "--json"))
    assert (document["reason"], len(document["path"])) == ("none", 1)


@pytest.mark.parametrize(("options", "children"), [([], "cancel"), (["--keep-children"], "keep")])
def test_fork_goes_on_from_the_event(api: FakeApi, interlude: Interlude, options: list[str], children: str) -> None:
    api.add_run()
    result = interlude("runs", "fork", "wf_1", "--seq", "1", *options)
    assert result.stdout == "wf_1 goes on after event 1, on branch br_2.\n"
    assert api.runs["wf_1"]["forked"] == {"seq": 1, "children": children}


def test_fork_at_an_event_that_is_not_there_exits_with_3(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    result = interlude("runs", "fork", "wf_1", "--seq", "9")
    assert (result.exit_code, result.stderr) == (3, "error: The run has no event 9.\n")


def test_retry_goes_on_with_a_failed_run(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="error")
    (document,) = json_lines(interlude("runs", "retry", "wf_1", "--json"))
    assert document["status"] == "processing"


def test_retry_of_a_run_that_did_not_fail_exits_with_4(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="completed")
    assert interlude("runs", "retry", "wf_1").exit_code == 4


def test_events_are_printed_in_order(interlude: Interlude) -> None:
    interlude("run", "story")
    lines = interlude("runs", "events", "wf_1").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2"]


def test_events_of_one_type_only(interlude: Interlude) -> None:
    interlude("run", "story")
    found = json_lines(interlude("runs", "events", "wf_1", "--json", "--type", "run_completed"))
    assert [event["event_type"] for event in found] == ["run_completed"]


@pytest.mark.parametrize("breaks", [[], [1], [0, 1, 0]])
def test_following_events_survives_broken_connections(api: FakeApi, interlude: Interlude, breaks: list[int]) -> None:
    api.questions = [select()]
    interlude("run", "story", typed=("1",))
    api.breaks = list(breaks)
    found = json_lines(interlude("runs", "events", "wf_1", "--json", "--follow"))
    assert [event["seq"] for event in found] == [1, 2, 3, 4]


def test_following_events_that_are_all_seen_ends(interlude: Interlude) -> None:
    interlude("run", "story")
    assert interlude("runs", "events", "wf_1", "--follow", "--after", "2").stdout == ""


def test_cancel_ends_the_run(api: FakeApi, interlude: Interlude) -> None:
    api.add_run()
    assert interlude("runs", "cancel", "wf_1", "--reason", "no use").exit_code == 0
    assert api.runs["wf_1"]["status"] == "cancelled"


def test_cancelling_an_ended_run_exits_with_4(api: FakeApi, interlude: Interlude) -> None:
    api.add_run(status="completed")
    result = interlude("runs", "cancel", "wf_1")
    assert result.exit_code == 4
    assert result.stderr == "error: The run has already ended: completed.\n"


@pytest.mark.parametrize("command", ["show", "events", "cancel", "tree", "why", "retry", "resume"])
def test_unknown_run_exits_with_3(interlude: Interlude, command: str) -> None:
    result = interlude("runs", command, "wf_9")
    assert result.exit_code == 3
    assert result.stderr == "error: There is no run 'wf_9'.\n"
