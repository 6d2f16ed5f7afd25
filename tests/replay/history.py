"""Recorded histories: the event logs of runs as they were written, and what callers saw of them then.

One JSON file a story. A value that was stored as an artifact is null in its event, named in `claims`, and kept
in `artifacts`; what was expected is written out whole.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.core.clock import iso, parse_iso
from backend.db import claims
from backend.db.claims import Claim
from backend.db.event_types import DbEventType
from backend.db.records import Event, Run, RunStatus, SubAction

FOLDER = Path(__file__).parent / "histories"
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHistory:
    """One run: its log, and (the rest) what callers saw when it was recorded.

    `states` holds the state after each event that wrote one, by seq.
    """

    events: list[Event]
    run: Run
    states: dict[int, JsonObject]
    sub_actions: list[SubAction]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened in one story. Children come after their parents."""

    story: str
    runs: list[RunHistory]
    artifacts: dict[str, Any]

    def restored(self, tree: Any) -> Any:
        """The tree with every claim replaced by the value that was stored."""
        if isinstance(tree, Claim):
            return self.restored(self.artifacts[tree.artifact_id])
        return {key: self.restored(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def path_of(name: str, folder: Path = FOLDER) -> Path:
    return folder / f"{name}.json"


def save(name: str, history: History, *, folder: Path = FOLDER) -> None:
    document = {
        "story": history.story,
        "runs": [
            {
                "events": [_event_to_json(event) for event in item.events],
                "run": _record_to_json(item.run),
                "states": {str(seq): state for seq, state in item.states.items()},
                "sub_actions": [_record_to_json(record) for record in item.sub_actions],
            }
            for item in history.runs
        ],
        "artifacts": history.artifacts,
    }
    path_of(name, folder).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def load(name: str, *, folder: Path = FOLDER) -> History:
    document = json.loads(path_of(name, folder).read_text())
    return History(
        story=document["story"],
        runs=[
            RunHistory(
                events=[_event_from_json(event) for event in item["events"]],
                run=_run_from_json(item["run"]),
                states={int(seq): state for seq, state in item["states"].items()},
                sub_actions=[SubAction(**_with_times(SubAction, record)) for record in item["sub_actions"]],
            )
            for item in document["runs"]
        ],
        artifacts=document["artifacts"],
    )


def _event_to_json(event: Event) -> JsonObject:
    text, found = claims.encode(event.data)
    document = _record_to_json(event) | {"data": json.loads(text)}
    return document | {"claims": found} if found else document


def _event_from_json(document: JsonObject) -> Event:
    values = _with_times(Event, document)
    found = values.pop("claims", None)
    data = claims.decode(json.dumps(values["data"]), found)
    return Event(**(values | {"data": data, "event_type": DbEventType(values["event_type"])}))


def _run_from_json(document: JsonObject) -> Run:
    values = _with_times(Run, document)
    return Run(**(values | {"status": RunStatus(values["status"])}))


def _record_to_json(record: Event | Run | SubAction) -> JsonObject:
    values = {item.name: getattr(record, item.name) for item in fields(record)}
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _with_times(kind: type[Event | Run | SubAction], document: Mapping[str, Any]) -> JsonObject:
    """Fields that a record of today has and the history not are left to their defaults."""
    times = {item.name for item in fields(kind) if "datetime" in str(item.type)}
    return {name: parse_iso(value) if name in times and value else value for name, value in document.items()}
