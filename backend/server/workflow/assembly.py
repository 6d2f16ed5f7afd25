"""Puts the engine together, and takes it apart in the right order."""

from dataclasses import dataclass

import structlog

from backend.core.config import Settings
from backend.core.ids import new_id
from backend.db.database import Database, open_database
from backend.server.modules.registry import Registry, load_registry
from backend.server.templating.renderer import Renderer
from backend.server.workflow.call_records import CallRecords
from backend.server.workflow.catalog import Catalog
from backend.server.workflow.changes import Changes
from backend.server.workflow.children import Children
from backend.server.workflow.contexts import Contexts
from backend.server.workflow.driver import Driver
from backend.server.workflow.executor import Executor
from backend.server.workflow.feeds import Feeds
from backend.server.workflow.flows import Flows
from backend.server.workflow.inbox import Inbox
from backend.server.workflow.interactions import Interactions
from backend.server.workflow.jobs import JobFactory
from backend.server.workflow.leases import Lease
from backend.server.workflow.module_call import Threads
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.nodes import Node
from backend.server.workflow.projector import Projector
from backend.server.workflow.recording import Recorder
from backend.server.workflow.relations import Relations
from backend.server.workflow.reports import Reports
from backend.server.workflow.runs import Runs
from backend.server.workflow.signals import Signals
from backend.server.workflow.store import RunStore
from backend.server.workflow.streams import Streams
from backend.server.workflow.sub_action import SubActionProcessor
from backend.server.workflow.sub_action_calls import SubActionCalls
from backend.server.workflow.sub_action_reader import SubActionReader
from backend.server.workflow.supervisor import Supervisor
from backend.server.workflow.time_travel import TimeTravel
from backend.server.workflow.values import Values
from backend.server.workflow.versions import Versions
from backend.server.workflow.watching import Watching

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What an engine is made of."""

    registry: Registry
    database: Database
    renderer: Renderer
    catalog: Catalog
    store: RunStore
    projector: Projector
    executor: Executor
    supervisor: Supervisor
    interactions: Interactions
    inbox: Inbox
    runs: Runs
    sub_action_calls: SubActionCalls
    sub_action_reader: SubActionReader
    streams: Streams
    changes: Changes
    relations: Relations
    call_records: CallRecords
    time_travel: TimeTravel
    driver: Driver
    node: Node

    async def start(self, settings: Settings, *, folders: bool) -> None:
        await self.renderer.start()
        await self.projector.start()
        if folders:
            await self.catalog.load_folders(settings)
        await self.supervisor.start()

    async def close(self) -> None:
        await self.supervisor.close()
        await self.executor.close()
        await self.store.close()
        await self.projector.close()
        await self.supervisor.leave()
        await self.renderer.close()
        await self.database.close()
        self.node.release()


async def open_parts(
    settings: Settings, *, registry: Registry | None, database: Database | None, folders: bool = True
) -> Parts:
    """Builds and starts everything; on a failure, what was opened is closed again."""
    known = registry or load_registry(settings.modules)
    opened = database or await open_database(settings)
    parts = build_parts(settings, known, opened)
    try:
        await parts.start(settings, folders=folders)
    except BaseException:
        await parts.close()
        raise
    return parts


def build_parts(settings: Settings, registry: Registry, database: Database) -> Parts:
    """The engine's parts, not yet started."""
    lease = Lease(None if database.exclusive else settings.lease_seconds)
    signals = Signals()
    values = Values(settings, database.artifacts)
    versions = Versions(database.workflows)
    projector = Projector(database, lease)
    feeds = Feeds(signals, projector)
    store = RunStore(database, versions, projector, signals, lease)
    contexts = Contexts(settings, database)
    renderer = Renderer(
        workers=settings.template_workers,
        seconds=settings.template_seconds,
        memory_bytes=settings.template_memory_bytes,
    )
    jobs = JobFactory(
        registry=registry,
        renderer=renderer,
        contexts=contexts,
        values=values,
        threads=Threads(settings.module_threads),
        sink=Reports(feeds, contexts.secrets),
    )
    processor = SubActionProcessor(
        database=database, versions=versions, values=values, jobs=jobs, feeds=feeds, lease=lease
    )
    store.on_record = processor.on_record
    ends = ModuleEnds(values, jobs.redactor)
    children = Children(
        workflows=database.workflows,
        versions=versions,
        renderer=renderer,
        values=values,
        lease=lease,
        max_depth=settings.max_nesting_depth,
    )
    flows = Flows(database=database, store=store, jobs=jobs, children=children, ends=ends, values=values)
    recorder = Recorder(jobs, values, ends)
    executor = Executor(
        store=store,
        jobs=jobs,
        recorder=recorder,
        sub_actions=processor,
        flows=flows,
        lease=lease,
    )
    catalog = Catalog(database.workflows, registry)
    relations = Relations(database=database, store=store, projector=projector)
    interactions = Interactions(jobs=jobs, contexts=contexts, values=values, relations=relations)
    reader = SubActionReader(database=database, store=store, projector=projector, values=values)
    runs = Runs(
        database=database,
        catalog=catalog,
        versions=versions,
        store=store,
        executor=executor,
        flows=flows,
        projector=projector,
        values=values,
        lease=lease,
    )
    node = Node.claim(settings) if database.durable else Node(new_id("node"), None)
    return Parts(
        registry=registry,
        database=database,
        renderer=renderer,
        catalog=catalog,
        store=store,
        projector=projector,
        executor=executor,
        supervisor=Supervisor(
            database=database,
            store=store,
            executor=executor,
            projector=projector,
            sub_actions=processor,
            flows=flows,
            lease=lease,
            node=node.name,
            seconds=settings.lease_seconds,
        ),
        interactions=interactions,
        inbox=Inbox(database=database, store=store, interactions=interactions, projector=projector),
        runs=runs,
        sub_action_calls=SubActionCalls(
            database=database, executor=executor, processor=processor, reader=reader, values=values
        ),
        streams=Streams(
            database=database,
            store=store,
            versions=versions,
            feeds=feeds,
            signals=signals,
            reader=reader,
        ),
        changes=Changes(database=database, projector=projector, signals=signals),
        sub_action_reader=reader,
        relations=relations,
        call_records=CallRecords(database=database, store=store, values=values),
        time_travel=TimeTravel(
            store=store, executor=executor, flows=flows, projector=projector, lease=lease, values=values
        ),
        driver=Driver(
            runs=runs,
            relations=relations,
            children=children,
            watching=Watching(database=database, store=store, signals=signals),
            executor=executor,
            recorder=recorder,
            projector=projector,
            values=values,
        ),
        node=node,
    )
