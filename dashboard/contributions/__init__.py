"""Signed batches of operators: who sent them, whether they are plausible, how far they are trusted."""
