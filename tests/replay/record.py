"""Records histories: `python -m tests.replay.record [STORY ...]`.

Plays the stories that have no history yet (or those named) on an engine in memory, and writes each as
`histories/<story>.json`. A history stays as it was written: what it holds is what stands in databases.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from backend.core.config import load_settings
from backend.db.claims import find_claims
from backend.db.event_types import STATE_MAPPED
from backend.db.lineage import root_lineage
from backend.db.records import Event
from tests.fixtures.lab import Lab, open_lab
from tests.fixtures.lab_modules import new_calls
from tests.replay.history import History, RunHistory, names, path_of, save
from tests.replay.stories import INLINE_BYTES, STORIES, Story


async def record(play: Story, folder: Path) -> History:
    """Plays a story and takes down what it left. `folder` is empty and may be written to."""
    workflows = folder / "workflows"
    workflows.mkdir()
    settings = load_settings(
        mongodb_uri="memory://",
        workflows_dir=workflows,
        data_dir=folder / "data",
        template_workers=1,
        inline_value_bytes=INLINE_BYTES,
    )
    lab = await open_lab(settings, new_calls())
    try:
        runs = [await _taken_down(lab, run_id) for run_id in await play(lab)]
        stored = {claim.artifact_id for item in runs for event in item.events for _, claim in find_claims(event.data)}
        artifacts = {artifact_id: await _content(lab, artifact_id) for artifact_id in sorted(stored)}
    finally:
        await lab.engine.close()
    return History(story=(play.__doc__ or play.__name__).strip(), runs=runs, artifacts=artifacts)


async def _content(lab: Lab, artifact_id: str) -> Any:
    return orjson.loads((await lab.engine.get_artifact(artifact_id))[1])


async def _taken_down(lab: Lab, run_id: str) -> RunHistory:
    engine = lab.engine
    run = await engine.get_run(run_id)
    events = await engine.database.events.read(run_id, root_lineage(run.current_branch_id))
    listed = (await engine.list_sub_actions(run_id, limit=200)).items
    return RunHistory(
        events=events,
        run=run,
        states={event.seq: (await engine.get_state(run_id, seq=event.seq)).state for event in events if _writes(event)},
        sub_actions=[await engine.get_sub_action(run_id, item.sub_action_id) for item in listed],
    )


def _writes(event: Event) -> bool:
    return STATE_MAPPED in event.data


def main() -> None:
    parser = argparse.ArgumentParser(description="Records histories of stories that have none.")
    parser.add_argument("stories", nargs="*", choices=[[], *STORIES], help="default: all that have no history")
    wanted = parser.parse_args().stories or [name for name in STORIES if name not in names()]
    for name in wanted:
        if path_of(name).exists():
            sys.exit(f"'{name}' has a history. Delete {path_of(name).name} first if no database can hold such a log.")
        with tempfile.TemporaryDirectory() as folder:
            save(name, asyncio.run(record(STORIES[name], Path(folder))))
        sys.stdout.write(f"{path_of(name).name}\n")


if __name__ == "__main__":
    main()
