"""Folders of files: assembled, bounded, and closed to everything outside."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import FieldError, InvalidDefinition
from backend.server.definitions.checks import check_definition
from backend.server.definitions.loader import list_folders, load_folder
from backend.server.definitions.reading import MAX_FILE_BYTES
from tests.fixtures.definition_samples import REGISTRY, Json, full


def folder_of(root: Path, files: dict[str, Any]) -> Path:
    """Writes files: text and bytes as they are, anything else as JSON."""
    folder = root / "flow"
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def ref(path: str, **more: Any) -> Json:
    return {"$ref": path, **more}


def errors_of(folder: Path) -> list[FieldError]:
    with pytest.raises(InvalidDefinition) as caught:
        load_folder(folder)
    return list(caught.value.errors)


def only_error(root: Path, files: dict[str, Any]) -> FieldError:
    errors = errors_of(folder_of(root, files))
    assert len(errors) == 1, errors
    return errors[0]


def test_folder_of_files_gives_one_document(tmp_path: Path) -> None:
    document = full()
    files: dict[str, Any] = {}
    for index, step in enumerate(document["steps"]):
        files[f"steps/{index}/step.json"] = step
    files["workflow.json"] = {**document, "steps": [ref(f"steps/{index}/step.json") for index in range(3)]}

    loaded = load_folder(folder_of(tmp_path, files))

    assert loaded == document
    assert check_definition(loaded, REGISTRY) == []


def test_paths_are_relative_to_the_file_that_holds_them(tmp_path: Path) -> None:
    files = {
        "workflow.json": {"step": ref("steps/one/step.json")},
        "steps/one/step.json": {"prompt": ref("prompts/ask.j2"), "deeper": ref("more/a.json")},
        "steps/one/prompts/ask.j2": "{{ state.x }}\n",
        "steps/one/more/a.json": [ref("b.json")],
        "steps/one/more/b.json": '"end"',
        "b.json": '"not this one"',
    }

    assert load_folder(folder_of(tmp_path, files)) == {"step": {"prompt": "{{ state.x }}", "deeper": ["end"]}}


@pytest.mark.parametrize(
    ("reference", "content", "value"),
    [
        (ref("a.json"), "[1, 2]", [1, 2]),
        (ref("a.md"), "# Title\n", "# Title\n"),
        (ref("a.j2"), "{{ a }}\n", "{{ a }}"),
        (ref("a.jinja2"), "{{ a }}\r\n", "{{ a }}"),
        (ref("a.json", type="text"), "[1]", "[1]"),
        (ref("a.txt", type="json"), "[1]", [1]),
        (ref("a.md", type="jinja2"), "x\n\n", "x\n"),
        (ref("a.txt"), b"\xef\xbb\xbfmarked", "marked"),
        (ref("./a.json"), "1", 1),
    ],
)
def test_type_says_how_a_file_is_read(tmp_path: Path, reference: Json, content: Any, value: Any) -> None:
    files = {"workflow.json": {"v": reference}, reference["$ref"]: content}

    assert load_folder(folder_of(tmp_path, files)) == {"v": value}


def test_refs_of_json_schemas_are_left_alone(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/a", "description": "kept"}, "$ref": {"type": "string"}}}

    assert load_folder(folder_of(tmp_path, {"workflow.json": {"inputs": schema}})) == {"inputs": schema}


def test_one_file_may_be_used_twice(tmp_path: Path) -> None:
    files = {"workflow.json": {"a": ref("x.json"), "b": [ref("x.json")]}, "x.json": {"k": 1}}

    assert load_folder(folder_of(tmp_path, files)) == {"a": {"k": 1}, "b": [{"k": 1}]}


def test_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"workflow.json": {"a": ref("link.json")}, "x.json": [1]})
    (folder / "link.json").symlink_to(folder / "x.json")

    assert load_folder(folder) == {"a": [1]}


@pytest.mark.parametrize(
    "path",
    [
        "../secret.json",
        "steps/../../secret.json",
        "a/../b.json",
        "/etc/passwd",
        "..\\secret.json",
        "C:/x.json",
        "file:x.json",
        "",
        ".",
        "a\x00b",
        "x" * 5000,
        "\ud800.json",
        "no.json",
        "sub",
        "workflow.json/x.json",
    ],
)
def test_path_that_cannot_be_used_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.json").write_text('"secret"')
    files = {"workflow.json": json.dumps({"a": {"b/c": [0, ref(path)]}}), "sub/x.json": 1}

    error = only_error(tmp_path, files)

    assert error.pointer == "/a/b~1c/1"
    error.message.encode()  # can be sent


@pytest.mark.parametrize("through", ["file", "folder"])
def test_link_that_leads_out_is_refused(tmp_path: Path, through: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.json").write_text('"secret"')
    folder = folder_of(tmp_path, {"workflow.json": {"a": ref("in/secret.json")}})
    if through == "folder":
        (folder / "in").symlink_to(outside)
    else:
        (folder / "in").mkdir()
        (folder / "in/secret.json").symlink_to(outside / "secret.json")

    errors = errors_of(folder)

    assert [error.pointer for error in errors] == ["/a"]
    assert "in/secret.json is a link that leads out" in errors[0].message


def test_pipe_is_refused_without_reading(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"workflow.json": {"a": ref("pipe.txt")}})
    os.mkfifo(folder / "pipe.txt")

    assert "pipe.txt is not a file" in errors_of(folder)[0].message


def test_circle_of_files_is_refused(tmp_path: Path) -> None:
    files = {"workflow.json": {"a": ref("x.json")}, "x.json": {"b": ref("y.json")}, "y.json": [ref("x.json")]}

    error = only_error(tmp_path, files)

    assert error.pointer == "/a/b/0"
    assert "x.json -> y.json -> x.json" in error.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1,\n  "b": }', "x.json:2:8: this is not JSON"),
        ("", "x.json:1:1: this is not JSON"),
        (b"\xff\xfe", "x.json is not UTF-8 text"),
        ("1" * 5000, "too many digits"),
        ("[" * 100_000, "x.json is nested too deeply"),
        ("[" * 80 + "]" * 80, "x.json: more than 64 levels"),
        (" " * (MAX_FILE_BYTES + 1), "x.json is larger than 1,024 KiB"),
    ],
)
def test_file_that_is_no_json_is_refused(tmp_path: Path, content: Any, message: str) -> None:
    error = only_error(tmp_path, {"workflow.json": {"a": ref("x.json")}, "x.json": content})

    assert error.pointer.startswith("/a")
    assert message in error.message


def test_key_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    files = {"workflow.json": {"a": [ref("x.json")]}, "x.json": '{"k": {"b": 1, "c": 2, "b": 3}}'}

    error = only_error(tmp_path, files)

    assert error.pointer == "/a/0/k/b"
    assert "x.json: the key 'b' is there twice" in error.message


def test_key_beside_a_ref_is_refused(tmp_path: Path) -> None:
    error = only_error(tmp_path, {"workflow.json": {"a": ref("x.json", extra=1)}, "x.json": 1})

    assert (error.pointer, "take 'extra' out" in error.message) == ("/a", True)


@pytest.mark.parametrize("kind", ["yaml", "tex", 5, None, []])
def test_unknown_type_of_a_ref_is_refused(tmp_path: Path, kind: Any) -> None:
    error = only_error(tmp_path, {"workflow.json": {"a": ref("x.json", type=kind)}, "x.json": 1})

    assert "'type' of a $ref is json, text or jinja2" in error.message


def test_files_that_grow_by_referring_to_each_other_are_stopped(tmp_path: Path) -> None:
    files: dict[str, Any] = {f"{n}.json": [ref(f"{n + 1}.json")] * 8 for n in range(12)}
    files["12.json"] = '"x"'
    files["workflow.json"] = {"a": ref("0.json")}

    errors = errors_of(folder_of(tmp_path, files))

    assert any("4,096 KiB together" in error.message for error in errors)
    assert len(errors) < 1000


def test_all_bad_refs_are_reported(tmp_path: Path) -> None:
    files = {"workflow.json": {"a": ref("no.json"), "b": ref("../x.json"), "c": ref("bad.json")}, "bad.json": "{"}

    errors = errors_of(folder_of(tmp_path, files))

    assert [error.pointer for error in errors] == ["/a", "/b", "/c"]


@pytest.mark.parametrize("files", [{}, {"workflow.json": "[]"}, {"workflow.json": "{"}])
def test_folder_without_a_workflow_is_refused(tmp_path: Path, files: dict[str, Any]) -> None:
    (tmp_path / "flow").mkdir()

    assert "workflow.json" in only_error(tmp_path, files).message


def test_messages_never_show_where_the_server_keeps_its_files(tmp_path: Path) -> None:
    files = {"workflow.json": [ref("no.json"), ref("../x.json"), ref("x" * 5000), ref("sub")], "sub/x": "1"}

    assert all(str(tmp_path) not in error.message for error in errors_of(folder_of(tmp_path, files)))


def test_folders_are_listed_by_name(tmp_path: Path) -> None:
    for name in ("b", "a", "empty"):
        (tmp_path / name).mkdir()
    for name in ("b", "a"):
        (tmp_path / name / "workflow.json").write_text("{}")

    assert [folder.name for folder in list_folders(tmp_path)] == ["a", "b"]
    assert list_folders(tmp_path / "missing") == []
