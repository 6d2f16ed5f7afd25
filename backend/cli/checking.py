"""Definitions in folders, checked as the server would check them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backend.cli.exits import WrongUsage
from backend.cli.sources import locate
from backend.core.errors import InvalidDefinition
from backend.server.definitions.catalog import ModuleCatalog
from backend.server.definitions.checks import check_definition
from backend.server.definitions.loader import ENTRY, list_folders, load_folder
from backend.server.definitions.problems import Problem

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem by its pointer into the whole document, and by its file and the place in it."""

    pointer: str
    message: str
    severity: str
    file: str
    place: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one folder's definition is worth."""

    folder: str
    workflow_id: str | None
    problems: tuple[LocatedProblem, ...]

    @property
    def valid(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)

    def to_json(self) -> JsonObject:
        problems = [asdict(problem) for problem in self.problems]
        return {"folder": self.folder, "workflow_id": self.workflow_id, "valid": self.valid, "problems": problems}


def check_path(path: Path, registry: ModuleCatalog) -> list[Report]:
    """A report for each workflow at the path, in the order of their folders.

    Child workflows are looked for where several are checked together.

    Raises:
        WrongUsage: there is no workflow.
    """
    folder = path.parent if path.name == ENTRY else path
    if (folder / ENTRY).exists():
        return [_check(folder, registry, None)]
    folders = list_folders(folder)
    if not folders:
        raise WrongUsage(f"There is no {ENTRY} in '{folder}' or in a folder right below it.")
    ids = {_workflow_id(each) for each in folders}
    return [_check(each, registry, ids.__contains__) for each in folders]


def _check(folder: Path, registry: ModuleCatalog, known: Callable[[str], bool] | None) -> Report:
    try:
        document = load_folder(folder)
    except InvalidDefinition as error:
        problems = [Problem(item.pointer, item.message) for item in error.errors]
        return Report(str(folder), None, _located(folder, problems))
    found = check_definition(document, registry, known_workflows=known)
    return Report(str(folder), _id_in(document), _located(folder, found))


def _located(folder: Path, problems: list[Problem]) -> tuple[LocatedProblem, ...]:
    places = (locate(folder, problem.pointer) for problem in problems)
    return tuple(
        LocatedProblem(problem.pointer, problem.message, problem.severity, file, place)
        for problem, (file, place) in zip(problems, places, strict=True)
    )


def _workflow_id(folder: Path) -> str | None:
    try:
        return _id_in(load_folder(folder))
    except InvalidDefinition:
        return None


def _id_in(document: JsonObject) -> str | None:
    value = document.get("workflow_id")
    return value if isinstance(value, str) else None
