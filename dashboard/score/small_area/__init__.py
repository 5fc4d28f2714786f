"""Scores of the small-area models of counts."""
