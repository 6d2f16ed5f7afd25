"""What modules get to work with: artifacts, data sets, secrets, progress."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.core.config import Settings
from backend.db.database import Database
from backend.server.modules.base import CancelFlag, ModuleContext, SubActionContext
from backend.server.workflow.live import LiveRun

Report = Callable[[float | None, str | None], None]


class RunArtifacts:
    """`context.artifacts`."""

    def __init__(self, database: Database) -> None:
        self._artifacts = database.artifacts

    async def save(self, content: bytes, *, media_type: str, name: str | None = None) -> dict[str, Any]:
        artifact = await self._artifacts.put(content, media_type=media_type, name=name)
        return {
            "artifact_id": artifact.artifact_id,
            "media_type": artifact.media_type,
            "size": artifact.size,
            "name": artifact.name,
        }

    async def load(self, artifact_id: str) -> bytes:
        return (await self._artifacts.get(artifact_id))[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a run a module is called, and which attempt it is."""

    step_id: str
    module_name: str
    attempt: int
    idempotency_key: str


class Contexts:
    """Makes module contexts."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._artifacts = RunArtifacts(database)
        self._datasets = database.datasets
        self.secrets = {name: secret.get_secret_value() for name, secret in settings.secrets.items()}

    def _common(self, run: LiveRun, place: Place) -> dict[str, Any]:
        return {
            "workflow_run_id": run.run_id,
            "step_id": place.step_id,
            "module_name": place.module_name,
            "attempt": place.attempt,
            "idempotency_key": place.idempotency_key,
            "settings": self._settings,
            "artifacts": self._artifacts,
            "datasets": self._datasets,
            "config": run.definition.config,
            "secrets": self.secrets,
        }

    def for_module(self, run: LiveRun, place: Place, *, report: Report, flag: CancelFlag) -> ModuleContext:
        return ModuleContext(**self._common(run, place), on_report=report, cancel_flag=flag)

    def for_looking(self, run: LiveRun, place: Place) -> ModuleContext:
        """For `present`, which changes nothing and reports to nobody."""
        return ModuleContext(**self._common(run, place))

    def for_sub_action(
        self,
        run: LiveRun,
        place: Place,
        *,
        sub_action_id: str,
        interaction_id: str,
        params: Mapping[str, Any],
        state: Mapping[str, Any],
        inputs: Any,
        report: Report,
        flag: CancelFlag,
    ) -> SubActionContext:
        return SubActionContext(
            **self._common(run, place),
            on_report=report,
            cancel_flag=flag,
            sub_action_id=sub_action_id,
            interaction_id=interaction_id,
            params=params,
            state=state,
            inputs=inputs,
        )
