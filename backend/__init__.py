"""Interlude: workflows in which people take part."""

__version__ = "0.1.0"
