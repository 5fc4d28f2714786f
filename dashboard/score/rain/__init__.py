"""Scores of the rain models: gauges and nowcast."""
