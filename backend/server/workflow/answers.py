"""Finding the question that a caller means, and what to say when it is no longer open."""

from backend.core.clock import iso
from backend.core.errors import InteractionNotFound, InteractionNotOpen
from backend.db.view import InteractionView
from backend.server.workflow.live import LiveRun


def not_open(question: InteractionView) -> InteractionNotOpen:
    """The conflict that says who answered and when."""
    answered_at = iso(question.answered_at) if question.answered_at else None
    return InteractionNotOpen(
        question.interaction_id, question.status, answered_by=question.answered_by, answered_at=answered_at
    )


def find_question(run: LiveRun, interaction_id: str) -> InteractionView:
    """Raises InteractionNotFound."""
    question = run.view.interactions.get(interaction_id)
    if question is None:
        raise InteractionNotFound(run.run_id, interaction_id)
    return question
