"""Keys of the state that a run begins with."""

from collections.abc import Iterator

from backend.core.jsonvalue import STATE_KEY
from backend.server.definitions.problems import Problem
from backend.server.definitions.views import WorkflowView


def state_problems(view: WorkflowView) -> Iterator[Problem]:
    for key in view.root.object("initial_state"):
        if not STATE_KEY.fullmatch(key):
            yield Problem(
                view.root.below("initial_state", key),
                f"'{key[:200]}' cannot be a state key. Use letters, digits and _, beginning with a letter or _, "
                "at most 128 characters.",
            )
