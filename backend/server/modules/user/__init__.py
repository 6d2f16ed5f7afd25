"""Questions to people."""

from backend.server.modules.user.approve import Approve
from backend.server.modules.user.form import Form
from backend.server.modules.user.review import Review
from backend.server.modules.user.select import Select

__all__ = ["Approve", "Form", "Review", "Select"]
