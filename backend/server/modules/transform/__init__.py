"""Values made from values."""

from backend.server.modules.transform.extract import Extract
from backend.server.modules.transform.query import Query
from backend.server.modules.transform.validate import Validate

__all__ = ["Extract", "Query", "Validate"]
