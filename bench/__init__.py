"""Measurements: what this engine costs, each against a bare driver measured in the same run."""
