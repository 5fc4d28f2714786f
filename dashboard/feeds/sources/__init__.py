"""Sources of live data, one a file."""
