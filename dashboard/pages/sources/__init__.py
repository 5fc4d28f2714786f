"""The page about what came in: when, how late, what was refused and why."""
