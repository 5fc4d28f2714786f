"""How good a forecast was: proper scores, coverage, comparison with a baseline."""
