"""The jitted floor: plain arrays and numbers, no checks, no records. Each kernel has a naive twin in `tests/naive`."""
