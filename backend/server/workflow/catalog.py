"""Workflows: checked whole, then saved as immutable versions."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import structlog

from backend.core.config import Settings, workflows_folder
from backend.core.errors import (
    FieldError,
    InvalidDefinition,
    VersionNotFound,
    WorkflowArchived,
    WorkflowExists,
    WorkflowNotFound,
)
from backend.core.ids import ID_PATTERN
from backend.db.records import Page, VersionInfo, Workflow, WorkflowVersion
from backend.db.repos.workflows import WorkflowRepo
from backend.server.definitions.checks import called_workflows, check_definition, parse_definition
from backend.server.definitions.hashing import content_hash
from backend.server.definitions.loader import list_folders, load_folder
from backend.server.definitions.models import WorkflowDefinition
from backend.server.definitions.problems import Problem
from backend.server.modules.registry import Registry
from backend.server.workflow.access import LOCAL_OWNER, may_use

log = structlog.get_logger(__name__)

LOADER = "files"
"""The actor of versions that were read from folders at start."""


class Catalog:
    """The workflows that callers may use."""

    def __init__(self, workflows: WorkflowRepo, registry: Registry) -> None:
        self._workflows = workflows
        self._registry = registry

    async def load_folders(self, settings: Settings) -> list[str]:
        """Saves the definitions of the workflows folder, where they changed. A broken one is reported and left out.

        Returns:
            The ids of the workflows found.
        """
        documents: dict[str, Any] = {}
        for folder in list_folders(workflows_folder(settings)):
            try:
                documents[folder.name] = await asyncio.to_thread(load_folder, folder)
            except InvalidDefinition as error:
                _report_left_out(folder.name, error)
        found: list[str] = []
        for name, definition in (await self._parse_together(documents)).items():
            workflow, _ = await self._store(definition, documents[name], actor=LOADER)
            found.append(workflow.workflow_id)
        return found

    async def _parse_together(self, documents: dict[str, Any]) -> dict[str, WorkflowDefinition]:
        """The valid definitions by folder. They may call each other, in any order and in circles."""
        while True:
            ids = {name for document in documents.values() if isinstance(name := document.get("workflow_id"), str)}
            parsed: dict[str, WorkflowDefinition] = {}
            for folder, document in documents.items():
                try:
                    parsed[folder] = await self._parse(document, beside=ids)
                except InvalidDefinition as error:
                    _report_left_out(folder, error)
            if len(parsed) == len(documents):
                return parsed
            documents = {folder: documents[folder] for folder in parsed}  # one of these may call one left out

    async def validate(self, document: Any) -> list[Problem]:
        """All problems of a definition, errors and warnings."""
        known = await self._usable(document)
        return await asyncio.to_thread(check_definition, document, self._registry, known_workflows=known.__contains__)

    async def create(self, document: Any, *, actor: str) -> tuple[Workflow, WorkflowVersion]:
        """Saves a new workflow. Raises InvalidDefinition, WorkflowExists."""
        definition = await self._parse(document)
        known = await self._workflows.find(definition.workflow_id)
        if known is not None and not known.archived:
            raise WorkflowExists(definition.workflow_id)
        return await self._store(definition, document, actor=actor)

    async def save(
        self, workflow_id: str, document: Any, *, actor: str, based_on: int | None = None
    ) -> tuple[Workflow, WorkflowVersion]:
        """Saves a new version. Raises InvalidDefinition, also where the document names another workflow.

        Raises:
            WorkflowChanged: another version than `based_on` is the latest.
        """
        named = _named(document)
        if isinstance(named, str) and named != workflow_id:
            message = f"the address says '{workflow_id}'; a workflow cannot be renamed"
            raise InvalidDefinition([FieldError("/workflow_id", message)])
        return await self._store(await self._parse(document), document, actor=actor, based_on=based_on)

    async def save_together(self, documents: Sequence[Any], *, actor: str) -> list[WorkflowVersion]:
        """Saves several, which may call each other, or none where one is not valid. Raises InvalidDefinition."""
        ids = {name for document in documents if isinstance(name := _named(document), str)}
        parsed = []
        for document in documents:
            try:
                parsed.append((await self._parse(document, beside=ids), document))
            except InvalidDefinition as error:
                raise InvalidDefinition(error.errors, source=f"'{_named(document)}'") from None
        return [(await self._store(definition, document, actor=actor))[1] for definition, document in parsed]

    async def _parse(self, document: Any, *, beside: Collection[str] = ()) -> WorkflowDefinition:
        """Raises InvalidDefinition. `beside` are ids that will be there, too."""
        known = await self._usable(document) | {*beside}
        return await asyncio.to_thread(parse_definition, document, self._registry, known_workflows=known.__contains__)

    async def _usable(self, document: Any) -> set[str]:
        """Of the workflows that a document calls those that its author may start."""
        called = [name for name in called_workflows(document) if ID_PATTERN.fullmatch(name)]
        found = await self._workflows.find_all(called)
        return {item.workflow_id for item in found if not item.archived and may_use(item, LOCAL_OWNER)}

    async def _store(
        self, definition: WorkflowDefinition, document: Any, *, actor: str, based_on: int | None = None
    ) -> tuple[Workflow, WorkflowVersion]:
        workflow, version, changed = await self._workflows.save_version(
            workflow_id=definition.workflow_id,
            definition=document,
            content_hash=content_hash(document),
            actor=actor,
            name=definition.name,
            description=definition.description,
            label=definition.version,
            based_on=based_on,
        )
        if changed:
            log.info("workflow saved", workflow_id=workflow.workflow_id, version=version.version)
        return workflow, version

    async def get(self, workflow_id: str, version: int | None) -> tuple[Workflow, WorkflowVersion]:
        """A workflow and one version of it (None: the latest). Raises WorkflowNotFound, VersionNotFound."""
        workflow = await self._workflows.find(workflow_id)
        if workflow is None:
            raise WorkflowNotFound(workflow_id)
        found = await self._workflows.find_version(workflow_id, version)
        if found is None:
            raise VersionNotFound(workflow_id, version or workflow.version)
        return workflow, found

    async def get_startable(self, workflow_id: str, version: int | None) -> tuple[Workflow, int]:
        """What a new run needs. Raises WorkflowNotFound, WorkflowArchived."""
        workflow = await self._workflows.find(workflow_id)
        if workflow is None:
            raise WorkflowNotFound(workflow_id)
        if workflow.archived:
            raise WorkflowArchived(workflow_id)
        return workflow, workflow.version if version is None else version

    async def list_page(
        self, *, search: str | None, owner: str | None, status: str, sort: str, limit: int, cursor: str | None
    ) -> Page[Workflow]:
        return await self._workflows.list_page(
            search=search, owner=owner, status=status, sort=sort, limit=limit, cursor=cursor
        )

    async def list_versions(self, workflow_id: str, *, limit: int, cursor: str | None) -> Page[VersionInfo]:
        """Raises WorkflowNotFound."""
        if await self._workflows.find(workflow_id) is None:
            raise WorkflowNotFound(workflow_id)
        return await self._workflows.list_versions(workflow_id, limit=limit, cursor=cursor)

    async def archive(self, workflow_id: str) -> None:
        """Raises WorkflowNotFound."""
        if not await self._workflows.archive(workflow_id):
            raise WorkflowNotFound(workflow_id)


def _named(document: Any) -> Any:
    return document.get("workflow_id") if isinstance(document, dict) else None


def _report_left_out(folder: str, error: InvalidDefinition) -> None:
    log.error(
        "a workflow was left out: its definition is not valid",
        folder=folder,
        problems=[f"{item.pointer or '/'}: {item.message}" for item in error.errors[:10]],
    )
