"""The workflow that a command names: an id, or the folder of a definition."""

import os
from pathlib import Path
from typing import Any

from backend.cli.client import ApiError, Client
from backend.cli.exits import WrongUsage

JsonObject = dict[str, Any]


def find_workflow(client: Client, name: str, version: int | None) -> JsonObject:
    """`{"workflow_id", "inputs"}`; a folder's definition is saved first.

    Raises:
        ApiError: there is no such workflow, or its definition is not valid.
        InvalidDefinition: the folder cannot be read.
        WrongUsage: the folder holds no workflow.
    """
    if os.sep in name or name in (".", "..") or name.endswith(".json"):
        definition = _saved(client, Path(name))
    else:
        definition = client.get(f"/workflows/{name}", version=version)["definition"]
    return {"workflow_id": definition["workflow_id"], "inputs": definition.get("inputs") or {}}


def _saved(client: Client, path: Path) -> JsonObject:
    from backend.server.definitions.loader import ENTRY, load_folder

    folder = path.parent if path.name == ENTRY else path
    if not (folder / ENTRY).is_file():
        raise WrongUsage(f"{folder} holds no {ENTRY}. Name a workflow's folder, or the id of a saved workflow.")
    definition = load_folder(folder)
    workflow_id = str(definition.get("workflow_id", ""))
    try:
        client.put(f"/workflows/{workflow_id}", definition)
    except ApiError as error:
        if error.code != "workflow_not_found":
            raise
        client.post("/workflows", definition)
    return definition
