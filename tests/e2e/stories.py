"""Workflows whose questions the pages are tested with, and short words for what tests do with them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.fixtures.pages_server import PagesServer

Json = dict[str, Any]


def dishes(*names: str) -> list[Json]:
    return [{"title": name, "description": f"{name}, as the kitchen makes it."} for name in names]


def step(*modules: Json, step_id: str = "dinner") -> Json:
    return {"step_id": step_id, "modules": list(modules)}


def module(module_id: str, name: str, inputs: Json, **more: Any) -> Json:
    return {"module_id": module_id, "name": name, "inputs": inputs, **more}


def select(*sub_actions: Json, **inputs: Any) -> Json:
    """Asks which dishes to cook; they are in `state.dishes`."""
    asked = {"title": "Which dishes?", "prompt": "The list is made of them.", "options": "{{ state.dishes }}"}
    return module("user.select", "pick_dishes", asked | inputs, sub_actions=list(sub_actions))


def work(action_id: str, *names: str, gate: str | None = None, mode: str = "replace", **more: Any) -> Json:
    """A sub-action of two modules that proposes dishes; it waits for the file that `gate` names in the payload."""
    inputs: Json = {"value": dishes(*names)}
    if gate:
        inputs["gate"] = f"{{{{ trigger.payload.{gate} }}}}"
    first = module("core.template", "look_around", {"template": "x"}, outputs_to_state={"text": "seen"})
    second = module("page.work", "ask_kitchen", inputs, outputs_to_state={"value": "made"})
    return action(action_id, first, second, mode=mode, **more)


def action(action_id: str, *modules: Json, mode: str = "replace", **more: Any) -> Json:
    return {
        "id": action_id,
        "label": action_id.replace("_", " ").capitalize(),
        "actions": [{"type": "target_sub_action", **item} for item in modules],
        "result_mapping": [{"source": "made", "target": "dishes", "mode": mode}],
        **more,
    }


FEEDBACK = {"enabled": True, "prompt": "What should be different?", "state_key": "_feedback"}


def dinner(*modules: Json, **more: Any) -> Json:
    return {
        "workflow_id": f"dinner_{uuid4().hex[:8]}",
        "name": "Dinner",
        "initial_state": {"dishes": dishes("Onion soup", "Trout", "Beetroot salad")},
        "steps": [step(*modules)],
        **more,
    }


@dataclass(frozen=True)
class Asked:
    """A run that waits at a question."""

    server: PagesServer
    run_id: str
    question: Json

    @property
    def interaction_id(self) -> str:
        return str(self.question["interaction_id"])

    @property
    def page(self) -> str:
        return f"/runs/{self.run_id}/interactions/{self.interaction_id}"

    def answer(self, response: Json) -> Json:
        path = f"/runs/{self.run_id}/interactions/{self.interaction_id}/respond"
        answered: Json = self.server.call("POST", path, json={"response": response})
        return answered

    def act(self, action_id: str, **params: Any) -> None:
        """Starts a sub-action, and stays until it has ended."""
        body = {"interaction_id": self.interaction_id, "action_id": action_id, "params": params}
        answer = self.server.client.post(f"/api/v1/runs/{self.run_id}/sub-action", json=body)
        assert answer.is_success, answer.text

    def begin(self, action_id: str, **params: Any) -> None:
        """Starts a sub-action, and leaves when it has begun."""
        body = {"interaction_id": self.interaction_id, "action_id": action_id, "params": params}
        path = f"/api/v1/runs/{self.run_id}/sub-action"
        with self.server.client.stream("POST", path, json=body) as answer:
            for line in answer.iter_lines():
                if line == "event: started":
                    return

    def output(self) -> Any:
        """What came of the run; null until it has ended."""
        return self.server.call("GET", f"/runs/{self.run_id}")["output"]


def ask(server: PagesServer, definition: Json, **payload: Any) -> Asked:
    """Saves the workflow and runs it up to its first question."""
    server.call("POST", "/workflows", json=definition)
    run_id = server.start_run(definition["workflow_id"], **payload)
    return Asked(server, run_id, server.question_of(run_id))


def open_gate(path: Path) -> None:
    path.touch()
