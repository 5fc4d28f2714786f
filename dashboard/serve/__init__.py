"""One supervised command: prepare, start, watch and stop the engine and the web processes."""
