"""Scores of the flood models against reports and closures."""
