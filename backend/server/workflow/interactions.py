"""Interactions: open questions, rendered from the state of the moment, and their one answer."""

from typing import Any

from backend.core.errors import InteractionChanged, InterludeError, SubActionRunning
from backend.core.jsonvalue import check_json
from backend.db.event_types import InteractionResponded
from backend.db.records import Interaction
from backend.db.view import InteractionView
from backend.server.definitions.models import SubActionDefinition
from backend.server.modules.base import InteractiveModule
from backend.server.workflow.answers import find_question, not_open
from backend.server.workflow.closing import cancel_sub_action
from backend.server.workflow.contexts import Contexts, Place
from backend.server.workflow.jobs import JobFactory
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import parse_inputs
from backend.server.workflow.params import check_response
from backend.server.workflow.relations import Relations
from backend.server.workflow.store import Section
from backend.server.workflow.values import Values
from backend.server.workflow.versions import action_of

JsonObject = dict[str, Any]


class Interactions:
    """Shows questions and takes answers."""

    def __init__(self, *, jobs: JobFactory, contexts: Contexts, values: Values, relations: Relations) -> None:
        self._jobs = jobs
        self._contexts = contexts
        self._values = values
        self._relations = relations

    async def show(self, run: LiveRun, question: InteractionView) -> Interaction:
        """The question as it is now. A closed one shows what it would show today, if that can still be made."""
        step = run.definition.step(question.step_id)
        definition = run.definition.find_module(question.step_id, question.module_name)
        assert step is not None  # the log only names what the version has
        assert definition is not None
        # Taken together before anything is awaited: data and revision must speak of one moment.
        revision = max(run.view.state_seq, question.changed_seq)
        try:
            title, prompt, data, schema = await self._render(run, question)
        except InterludeError:
            if question.status == "open":
                raise
            title, prompt, data, schema = question.title, question.prompt, {}, {}
        return Interaction(
            interaction_id=question.interaction_id,
            workflow_run_id=run.run_id,
            step_id=question.step_id,
            module_name=question.module_name,
            module_id=question.module_id,
            kind=question.kind,
            title=title,
            prompt=prompt,
            status=question.status,
            revision=revision,
            data=data,
            response_schema=schema,
            sub_actions=[_offer(action) for action in definition.sub_actions],
            path=await self._relations.path_to(run.view, question.module_name),
            requested_at=question.requested_at,
            answered_by=question.answered_by,
            answered_at=question.answered_at,
            response=await self._values.restore(question.response),
        )

    async def _render(self, run: LiveRun, question: InteractionView) -> tuple[str, str | None, JsonObject, JsonObject]:
        """Title, prompt, data and response schema, from the state of this moment."""
        step = run.definition.step(question.step_id)
        definition = run.definition.find_module(question.step_id, question.module_name)
        assert step is not None
        assert definition is not None
        module = self._jobs.registry.get(question.module_id)
        assert isinstance(module, InteractiveModule)
        inputs = await self._jobs.render_inputs(run, step, definition)
        parsed = parse_inputs(module, question.module_name, inputs)
        place = Place(step.step_id, question.module_name, 1, run.module_key(question.module_name))
        data, schema = await self._jobs.show(module, parsed, self._contexts.for_looking(run, place))
        check_json(data)
        title = getattr(parsed, "title", None) or question.title
        prompt = getattr(parsed, "prompt", None)
        clean = self._jobs.redactor.clean
        return clean(title), clean(prompt), clean(data), clean(schema)

    async def answer(
        self, section: Section, run_id: str, interaction_id: str, response: Any, *, revision: int | None, actor: str
    ) -> LiveRun:
        """Records the answer; open sub-actions of the question end first.

        Raises:
            InteractionNotFound, InteractionNotOpen, InteractionChanged, InvalidResponse, SubActionRunning.
        """
        run = await section.hold(run_id, fresh=True)
        question = find_question(run, interaction_id)
        if question.status != "open":
            raise not_open(question)
        current = max(run.view.state_seq, question.changed_seq)
        if revision is not None and revision != current:
            raise InteractionChanged(interaction_id, sent=revision, current=current)
        check_json(response, pointer="/response")
        *_, schema = await self._render(run, question)
        check_response(schema, response)
        await self._end_sub_actions(section, run, question, actor=actor)
        run.record(
            InteractionResponded(
                interaction_id=interaction_id,
                response=await self._values.fit_whole(response, where="The response"),
            ),
            step_id=question.step_id,
            module_name=question.module_name,
            actor=actor,
        )
        return run

    async def _end_sub_actions(self, section: Section, run: LiveRun, question: InteractionView, *, actor: str) -> None:
        mine = [item for item in run.view.sub_actions.values() if item.interaction_id == question.interaction_id]
        for item in mine:
            action = action_of(run.definition, item)
            if action is not None and action.on_answer == "block":
                raise SubActionRunning(item.action_id, item.sub_action_id)
        for item in mine:
            await cancel_sub_action(section, run, item, reason="answered", actor=actor)


def _offer(action: SubActionDefinition) -> JsonObject:
    """What a person is told of a sub-action."""
    return {
        "id": action.id,
        "label": action.label,
        "loading_label": action.loading_label,
        "type": action.actions[0].type,
        "feedback": action.feedback.model_dump() if action.feedback else None,
        "params_schema": action.params_schema,
        "shortcut": action.shortcut,
        "hidden": action.hidden,
        "confirm": action.confirm,
        "concurrency": action.concurrency,
        "on_answer": action.on_answer,
    }
