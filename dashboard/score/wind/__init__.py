"""Scores of the typhoon wind, storm by storm."""
