"""Peers of the flood models, each run by its own interpreter; see `tests.benchmarks.bench_flood`."""
