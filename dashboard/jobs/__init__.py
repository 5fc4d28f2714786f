"""Long work beside the web processes: taken from a queue, watched, given up when it is not wanted any more."""
