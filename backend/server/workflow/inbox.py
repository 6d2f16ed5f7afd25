"""The inbox: every open question that the caller may answer."""

import structlog

from backend.core.errors import InterludeError
from backend.db.database import Database
from backend.db.records import Interaction, Page
from backend.server.workflow.interactions import Interactions
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import RunStore

log = structlog.get_logger(__name__)


class Inbox:
    """Lists open questions across runs."""

    def __init__(
        self, *, database: Database, store: RunStore, interactions: Interactions, projector: Projector
    ) -> None:
        self._db = database
        self._store = store
        self._interactions = interactions
        self._projector = projector

    async def list_page(self, *, limit: int, cursor: str | None) -> Page[Interaction]:
        """Open questions, of the oldest run first. A page holds those of `limit` runs."""
        await self._projector.settle()
        page = await self._db.runs.list_asking(limit=limit, cursor=cursor)
        found: list[Interaction] = []
        for document in page.items:
            found += await self.of_run(document.workflow_run_id)
        return Page(items=found, next_cursor=page.next_cursor)

    async def of_run(self, run_id: str) -> list[Interaction]:
        """The open questions of one run that can be shown."""
        async with self._store.section() as section:
            run = await section.hold(run_id, fresh=True)
        found: list[Interaction] = []
        for question in run.view.open_interactions:
            try:
                found.append(await self._interactions.show(run, question))
            except InterludeError as error:  # one that cannot be shown must not hide the others
                log.warning("a question cannot be shown", run=run_id, code=error.code, reason=error.message)
        return found
