"""Scores of where people go: next place and path ahead."""
