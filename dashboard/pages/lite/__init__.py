"""The page for a bad line: one request, no script, at most 14 kB."""
