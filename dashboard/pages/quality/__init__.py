"""The page about trust: age of the data, models in use, their limits."""
