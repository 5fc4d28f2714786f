"""Counts of people that tell nothing of any one of them: bounded, noised, and silent where they are small."""
