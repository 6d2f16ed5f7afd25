"""The database: every repository, built once."""

from dataclasses import dataclass

from backend.core.config import Settings
from backend.db.client import Connection, connect
from backend.db.repos.artifacts import ArtifactStore, open_artifacts
from backend.db.repos.datasets import DatasetRepo
from backend.db.repos.events import EventRepo
from backend.db.repos.idempotency import IdempotencyRepo
from backend.db.repos.processes import ProcessRepo
from backend.db.repos.runs import RunRepo
from backend.db.repos.sub_actions import SubActionRepo
from backend.db.repos.workflows import WorkflowRepo


@dataclass(frozen=True, slots=True)
class Database:
    """All that is stored. `exclusive`: no other process can use this database; `durable`: it outlives this one."""

    connection: Connection
    events: EventRepo
    runs: RunRepo
    sub_actions: SubActionRepo
    workflows: WorkflowRepo
    artifacts: ArtifactStore
    datasets: DatasetRepo
    processes: ProcessRepo
    idempotency: IdempotencyRepo

    @property
    def exclusive(self) -> bool:
        return self.connection.exclusive

    @property
    def durable(self) -> bool:
        return self.connection.kind != "memory"

    async def close(self) -> None:
        await self.connection.close()


async def open_database(settings: Settings) -> Database:
    """Connects (starting an embedded mongod where none is named) and makes the indexes.

    Raises:
        SetupError: no usable database; says which setting to change.
    """
    connection = await connect(settings)
    try:
        return await build_database(settings, connection)
    except BaseException:
        await connection.close()
        raise


async def build_database(settings: Settings, connection: Connection) -> Database:
    """The repositories over an open connection, indexes made."""
    store = connection.database
    bulk = connection.kind != "memory"  # mongomock does not take bulk writes from this driver
    database = Database(
        connection=connection,
        events=EventRepo(store),
        runs=RunRepo(store, bulk=bulk),
        sub_actions=SubActionRepo(store, bulk=bulk),
        workflows=WorkflowRepo(store, exclusive=connection.exclusive),
        artifacts=open_artifacts(settings, connection),
        datasets=DatasetRepo(store),
        processes=ProcessRepo(store),
        idempotency=IdempotencyRepo(store),
    )
    repos = (database.events, database.runs, database.sub_actions, database.workflows, database.idempotency)
    for repo in repos:
        await repo.ensure_indexes()
    return database
