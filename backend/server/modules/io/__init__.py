"""Data that outlives a run."""

from backend.server.modules.io.dataset import Dataset
from backend.server.modules.io.weighted_keywords import WeightedKeywords

__all__ = ["Dataset", "WeightedKeywords"]
