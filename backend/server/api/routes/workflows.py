"""Definitions: list, save, version, check, read."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response

from backend.core.errors import (
    InvalidDefinition,
    InvalidQuery,
    VersionNotFound,
    WorkflowChanged,
    WorkflowExists,
    WorkflowNotFound,
)
from backend.core.jsonvalue import check_json
from backend.db import records
from backend.server.api import models
from backend.server.api.deps import ActorDep, Cursor, EngineDep, Limit, WorkflowId
from backend.server.api.fields import JsonObject
from backend.server.api.openapi import located, problems
from backend.server.api.requests import Version
from backend.server.definitions.schema import definition_schema

router = APIRouter(prefix="/workflows", tags=["workflows"])

Document = Annotated[
    JsonObject,
    Body(
        description="The definition in one document; its JSON Schema is at /api/v1/workflows/schema.",
        examples=[
            {
                "workflow_id": "greet",
                "name": "Greet",
                "steps": [
                    {
                        "step_id": "greet",
                        "modules": [
                            {
                                "module_id": "core.set",
                                "name": "greeting",
                                "inputs": {"values": {"text": "Hello {{ trigger.payload.name }}"}},
                            }
                        ],
                    }
                ],
            }
        ],
    ),
]
Search = Annotated[str | None, Query(max_length=200, description="Part of the id, name or description.")]
Owner = Annotated[str | None, Query(max_length=200)]
Status = Annotated[Literal["active", "archived", "all"], Query()]
Sort = Annotated[Literal["name", "changed"], Query(description="changed: what was saved last comes first.")]
BasedOn = Annotated[
    Version | None,
    Query(description="The version that was changed. When another is the newest by now, nothing is saved: 409."),
]


@router.get("", summary="List workflows", responses=problems(InvalidQuery))
async def list_workflows(
    *,
    engine: EngineDep,
    search: Search = None,
    owner: Owner = None,
    status: Status = "active",
    sort: Sort = "name",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.WorkflowPage:
    """What the caller may use, archived ones left out unless asked for."""
    page = await engine.list_workflows(search=search, owner=owner, status=status, sort=sort, limit=limit, cursor=cursor)
    return models.WorkflowPage.model_validate(page)


@router.get("/list", summary="List workflows (second address)", responses=problems(InvalidQuery))
async def list_workflows_at_list(
    *,
    engine: EngineDep,
    search: Search = None,
    owner: Owner = None,
    status: Status = "active",
    sort: Sort = "name",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.WorkflowPage:
    """The same as `GET /workflows`."""
    page = await engine.list_workflows(search=search, owner=owner, status=status, sort=sort, limit=limit, cursor=cursor)
    return models.WorkflowPage.model_validate(page)


@router.get("/schema", summary="JSON Schema of the definition format", responses=problems())
async def get_definition_schema() -> JsonObject:
    """What an editor needs to complete and check `workflow.json`."""
    return definition_schema()


@router.post("/validate", summary="Check a definition without saving it", responses=problems(body=True))
async def validate_workflow(engine: EngineDep, document: Document) -> models.Validation:
    """Every problem with its JSON pointer. Warnings alone leave it valid."""
    check_json(document)
    found = await engine.validate_definition(document)
    listed = [models.DefinitionProblem.model_validate(problem) for problem in found]
    return models.Validation(valid=all(problem.severity != "error" for problem in listed), problems=listed)


@router.post(
    "",
    summary="Save a new workflow",
    status_code=201,
    responses=located("Saved as version 1.") | problems(InvalidDefinition, WorkflowExists, body=True),
)
async def create_workflow(
    engine: EngineDep, actor: ActorDep, document: Document, response: Response
) -> models.WorkflowDetail:
    """Checks the definition whole; nothing half-valid is stored."""
    check_json(document)
    workflow, version = await engine.create_workflow(document, actor=actor)
    response.headers["location"] = f"/api/v1/workflows/{workflow.workflow_id}"
    return _detail(workflow, version)


@router.put(
    "/{workflow_id}",
    summary="Save a new version",
    responses=problems(InvalidDefinition, WorkflowNotFound, WorkflowChanged, body=True),
)
async def save_workflow(
    engine: EngineDep, actor: ActorDep, workflow_id: WorkflowId, document: Document, *, based_on: BasedOn = None
) -> models.WorkflowDetail:
    """Makes a new immutable version; the same content again makes none. Runs under way keep theirs."""
    check_json(document)
    workflow, version = await engine.save_workflow(workflow_id, document, actor=actor, based_on=based_on)
    return _detail(workflow, version)


@router.get(
    "/{workflow_id}/versions",
    summary="List the versions of a workflow",
    responses=problems(WorkflowNotFound, InvalidQuery),
)
async def list_workflow_versions(
    engine: EngineDep, workflow_id: WorkflowId, *, limit: Limit = 50, cursor: Cursor = None
) -> models.VersionPage:
    """The newest first, archived or not. `GET /workflows/{workflow_id}?version=` has the definition of one."""
    page = await engine.list_workflow_versions(workflow_id, limit=limit, cursor=cursor)
    return models.VersionPage(items=[_version(info) for info in page.items], next_cursor=page.next_cursor)


@router.get("/{workflow_id}", summary="Read a workflow", responses=problems(WorkflowNotFound, VersionNotFound))
async def get_workflow(
    engine: EngineDep,
    workflow_id: WorkflowId,
    version: Annotated[Version | None, Query(description="Default: the newest.")] = None,
) -> models.WorkflowDetail:
    """One version with its definition, every `$ref` resolved."""
    return _detail(*await engine.get_workflow(workflow_id, version))


@router.delete("/{workflow_id}", summary="Archive a workflow", status_code=204, responses=problems(WorkflowNotFound))
async def archive_workflow(engine: EngineDep, actor: ActorDep, workflow_id: WorkflowId) -> None:
    """It starts no more runs and is left out of lists; runs under way go on. Saving it again brings it back."""
    await engine.archive_workflow(workflow_id, actor=actor)


def _version(info: records.VersionInfo) -> models.VersionInfo:
    return models.VersionInfo(
        workflow_id=info.workflow_id,
        version=info.version,
        content_hash=info.content_hash,
        saved_at=info.created_at,
        saved_by=info.created_by,
    )


def _detail(workflow: records.Workflow, version: records.WorkflowVersion) -> models.WorkflowDetail:
    facts: dict[str, Any] = {
        name: getattr(workflow, name)
        for name in ("workflow_id", "name", "description", "owner", "label", "archived", "created_at", "updated_at")
    }
    return models.WorkflowDetail(
        **facts,
        latest_version=workflow.version,
        version=version.version,
        content_hash=version.content_hash,
        definition=version.definition,
        saved_at=version.created_at,
        saved_by=version.created_by,
    )
