"""Workflows and their versions. A version never changes; the workflow's own document says which is the latest."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import Any, TypeVar

import orjson
from pymongo.errors import DuplicateKeyError

from backend.core.clock import iso, now
from backend.core.errors import ValueTooLarge, WorkflowChanged
from backend.db.client import store_errors
from backend.db.paging import decode_cursor, page_of
from backend.db.records import JsonObject, Page, VersionInfo, Workflow, WorkflowVersion
from backend.db.repos.workflow_lists import filter_of, listing_key, order_of, version_in

R = TypeVar("R", Workflow, WorkflowVersion, VersionInfo)

LOCAL_OWNER = "local"
MAX_DEFINITION_BYTES = 15 * 1024 * 1024
"""A document of MongoDB ends at 16 MiB."""
KEPT = 1_000
"""Workflows whose documents are kept in memory, where nobody else can change them."""

WITHOUT_DEFINITION = {"definition": 0}


class WorkflowRepo:
    """The `workflows` and `workflow_versions` collections.

    Args:
        exclusive: no other process writes here, so what was read stays right until this one changes it.
    """

    def __init__(self, database: Any, *, exclusive: bool = False) -> None:
        self._workflows = database["workflows"]
        self._versions = database["workflow_versions"]
        self._exclusive = exclusive
        self._known: dict[str, Workflow] = {}
        self._changes = 0

    async def ensure_indexes(self) -> None:
        await self._workflows.create_index("listing", name="listing")
        await self._workflows.create_index([("updated_at", -1), ("_id", -1)], name="changed")
        await self._versions.create_index([("workflow_id", 1), ("version", 1)], unique=True, name="version")

    async def save_version(
        self,
        *,
        workflow_id: str,
        definition: JsonObject,
        content_hash: str,
        actor: str,
        name: str,
        description: str,
        label: str | None,
        owner: str = LOCAL_OWNER,
        based_on: int | None = None,
    ) -> tuple[Workflow, WorkflowVersion, bool]:
        """Saves a definition as the next version, and brings an archived workflow back.

        Args:
            based_on: the version that has to be the latest (0: none); None follows whatever is there.

        Returns:
            The workflow, its version, and whether the version is new: content equal to the latest makes none.

        Raises:
            ValueTooLarge: the definition has more than 15 MiB.
            WorkflowChanged: another version than `based_on` is the latest.
        """
        text = _definition_text(workflow_id, definition)
        saved, new = await self._save(workflow_id, text, content_hash=content_hash, actor=actor, based_on=based_on)
        facts = {"name": name, "description": description, "label": label}
        workflow = await self._point_to(saved, facts=facts, owner=owner)
        return workflow, _to_version(saved | {"definition": text}), new

    async def _save(
        self, workflow_id: str, text: str, *, content_hash: str, actor: str, based_on: int | None
    ) -> tuple[dict[str, Any], bool]:
        while True:
            latest = await self._find_latest(workflow_id)
            if latest is not None and latest["content_hash"] == content_hash:
                return latest, False
            _check_base(workflow_id, latest, based_on)
            document = {
                "workflow_id": workflow_id,
                "version": latest["version"] + 1 if latest else 1,
                "content_hash": content_hash,
                "definition": text,
                "created_at": now(),
                "created_by": actor,
            }
            with store_errors(), suppress(DuplicateKeyError):  # another save took the number: look again
                await self._versions.insert_one(document)
                return document, True

    async def _find_latest(self, workflow_id: str) -> dict[str, Any] | None:
        with store_errors():
            found = await (
                self._versions.find({"workflow_id": workflow_id}, WITHOUT_DEFINITION).sort("version", -1).to_list(1)
            )
        return found[0] if found else None

    async def _point_to(self, version: dict[str, Any], *, facts: dict[str, Any], owner: str) -> Workflow:
        """Makes a version the workflow's latest, unless a newer one is already.

        Also for a version that was there before: a crash may have come between the two writes.
        """
        workflow_id, number = version["workflow_id"], version["version"]
        change = _pointing(version, facts=facts, owner=owner)
        while True:
            known = await self.find(workflow_id)
            if known is not None and (known.version > number or (known.version == number and not known.archived)):
                return known
            not_newer = {"_id": workflow_id, "version": {"$lte": number}}
            with self._changing(workflow_id), store_errors(), suppress(DuplicateKeyError):  # another save: look again
                await self._workflows.update_one(not_newer, change, upsert=True)

    @contextmanager
    def _changing(self, workflow_id: str) -> Iterator[None]:
        """What is read of the workflow meanwhile may be old when it arrives, so it is not kept."""
        try:
            yield
        finally:
            self._changes += 1
            self._known.pop(workflow_id, None)

    async def find(self, workflow_id: str) -> Workflow | None:
        """The workflow, archived or not."""
        known = self._known.get(workflow_id)
        if known is not None:
            return known
        changes = self._changes
        with store_errors():
            document = await self._workflows.find_one({"_id": workflow_id})
        found = _to_workflow(document) if document else None
        if found is not None and self._exclusive and changes == self._changes and len(self._known) < KEPT:
            self._known[workflow_id] = found
        return found

    async def find_all(self, workflow_ids: Collection[str]) -> list[Workflow]:
        """Those of the workflows that exist, archived or not, in no order."""
        if not workflow_ids:
            return []
        with store_errors():
            found = await self._workflows.find({"_id": {"$in": list(workflow_ids)}}).to_list(length=None)
        return [_to_workflow(document) for document in found]

    async def find_version(self, workflow_id: str, version: int | None) -> WorkflowVersion | None:
        """One version with its definition; None means the latest."""
        query: dict[str, Any] = {"workflow_id": workflow_id}
        if version is not None:
            query["version"] = version
        with store_errors():
            found = await self._versions.find(query).sort("version", -1).to_list(1)
        return _to_version(found[0]) if found else None

    async def list_page(
        self,
        *,
        search: str | None = None,
        owner: str | None = None,
        status: str | None = None,
        sort: str = "name",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Workflow]:
        """By name, then id.

        Args:
            search: part of the id, name or description; upper and lower case are the same.
            status: active (default), archived, all.
            sort: name, or changed: what was saved or archived last comes first.

        Raises:
            InvalidQuery: names the parameter.
        """
        query = filter_of(status=status, owner=owner, search=search)
        order, after, key = order_of(sort)
        if cursor is not None:
            query |= after(decode_cursor(cursor))
        with store_errors():
            found = await self._workflows.find(query).sort(order).limit(limit + 1).to_list(length=None)
        return page_of([_to_workflow(document) for document in found], limit, key=key)

    async def list_versions(self, workflow_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[VersionInfo]:
        """The versions without their definitions, the newest first. Raises InvalidQuery for a cursor not of ours."""
        query: dict[str, Any] = {"workflow_id": workflow_id}
        if cursor is not None:
            query["version"] = {"$lt": version_in(cursor)}
        with store_errors():
            found = (
                await self._versions.find(query, WITHOUT_DEFINITION)
                .sort("version", -1)
                .limit(limit + 1)
                .to_list(length=None)
            )
        infos = [_record(VersionInfo, document) for document in found]
        return page_of(infos, limit, key=lambda info: str(info.version))

    async def archive(self, workflow_id: str) -> bool:
        """Takes it out of lists; its versions stay. False when there is no such workflow."""
        change = {"$set": {"archived": True, "updated_at": now()}}
        with self._changing(workflow_id), store_errors():
            await self._workflows.update_one({"_id": workflow_id, "archived": False}, change)
            return await self._workflows.find_one({"_id": workflow_id}, {"_id": 1}) is not None


def _definition_text(workflow_id: str, definition: JsonObject) -> str:
    """As JSON text with the author's order of keys, which forms follow. MongoDB would read `$ref` its own way."""
    text = orjson.dumps(definition)
    if len(text) > MAX_DEFINITION_BYTES:
        raise ValueTooLarge(f"The definition of '{workflow_id}'", size=len(text), limit=MAX_DEFINITION_BYTES)
    return text.decode()


def _pointing(version: dict[str, Any], *, facts: dict[str, Any], owner: str) -> dict[str, Any]:
    workflow_id = version["workflow_id"]
    return {
        "$set": {
            **facts,
            "version": version["version"],
            "content_hash": version["content_hash"],
            "updated_at": now(),
            "archived": False,
            "listing": listing_key(facts["name"], workflow_id),
            "searchable": "\n".join((workflow_id, facts["name"], facts["description"])).casefold(),
        },
        "$setOnInsert": {"owner": owner, "created_at": version["created_at"]},
    }


def _check_base(workflow_id: str, latest: dict[str, Any] | None, based_on: int | None) -> None:
    number = latest["version"] if latest else 0
    if based_on is None or based_on == number:
        return
    raise WorkflowChanged(
        workflow_id,
        based_on=based_on,
        latest_version=number,
        saved_by=latest["created_by"] if latest else None,
        saved_at=iso(latest["created_at"]) if latest else None,
    )


def _to_workflow(document: dict[str, Any]) -> Workflow:
    return _record(Workflow, document | {"workflow_id": document["_id"]})


def _to_version(document: dict[str, Any]) -> WorkflowVersion:
    return _record(WorkflowVersion, document | {"definition": orjson.loads(document["definition"])})


def _record(kind: type[R], document: dict[str, Any]) -> R:
    return kind(**{item.name: document[item.name] for item in fields(kind)})
